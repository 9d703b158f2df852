"""A process whose threads take as many slots as they get. Prints when: for each, before and after it asked."""

from __future__ import annotations

import json
import sys
import threading
import time

from eightbyeight import RedisLimiter
from eightbyeight.core.rate import Quota, Rate


def main() -> None:
    """Take slots from a moment on, for so many seconds."""
    settings = json.loads(sys.argv[1])
    limiter = RedisLimiter(settings["url"], prefix=settings["prefix"])
    quotas = [Quota(bucket, Rate(rate)) for bucket, rate in settings["rates"].items()]
    granted: list[tuple[float, float]] = []
    print("ready", flush=True)
    begins = float(sys.stdin.readline())
    ends = begins + settings["seconds"]

    def take() -> None:
        time.sleep(max(0.0, begins - time.time()))
        while (before := time.time()) < ends:
            slot = limiter.reserve(quotas, 10.0)
            if slot.is_taken:
                granted.append((before, time.time()))
            else:
                time.sleep(min(slot.wait, 0.005))  # mostly sooner than told

    threads = [threading.Thread(target=take) for _ in range(settings["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    limiter.close()
    print(json.dumps(granted))


if __name__ == "__main__":
    main()
