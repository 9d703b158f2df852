"""The extra `redis`: the limiter is made, and says so when there is no Redis. tests/services has the rest."""

from __future__ import annotations

import socket

from eightbyeight import Client, LimiterUnavailable, RedisLimiter


def main() -> None:
    """Send with a limiter in a Redis that is not there."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{unused.getsockname()[1]}"
        with Client(rate_limits=RedisLimiter(url)) as client:
            try:
                client.sms.send("+6591234567", "Hello")
            except LimiterUnavailable:
                return
    raise SystemExit("sent without asking the limiter")


if __name__ == "__main__":
    main()
