"""Measures the CPU time of one send with an SDK, in the SDK's own environment.

PYTHON drive.py NAME PACKAGE URL ROUNDS

NAME is a file beside this one, with ``sender(url)``: it makes a client with the SDK's defaults, whose API is at
``url``, and returns what sends one message. The file of the certificate to trust is in PEERS_CA.
"""

from __future__ import annotations

import gc
import json
import runpy
import sys
import time
from importlib.metadata import version
from pathlib import Path

CALLS = 20


def main(name: str, package: str, url: str, rounds: str) -> None:
    """Print the microseconds of the cheapest round."""
    send = runpy.run_path(str(Path(__file__).with_name(f"{name}.py")))["sender"](url)
    for _ in range(3):
        send()
    best = float("inf")
    gc.disable()
    for _ in range(int(rounds)):
        gc.collect()
        started = time.process_time()
        for _ in range(CALLS):
            send()
        best = min(best, (time.process_time() - started) / CALLS * 1e6)
    print(json.dumps({"us": best, "version": version(package)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
