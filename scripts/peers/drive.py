"""Sends one SMS with an SDK and prints, as one line of JSON, what the SDK let its caller see.

    PYTHON drive.py DRIVER URL [TIMEOUT]

Runs in the SDK's own environment. A driver is a file with ``send(url, timeout)``, which sends one SMS with the
SDK's defaults to the API at ``url``; ``timeout`` in seconds is None unless the fault is silence. The file of
the certificate to trust is in PEERS_CA. A first line, "ready", says that the SDK has been imported.
"""

from __future__ import annotations

import json
import runpy
import sys
from typing import Any

_STATUS_NAMES = ("status", "status_code", "http_status_code", "http_response_code", "code")


def main() -> None:
    """Send, and say what came of it."""
    driver = runpy.run_path(sys.argv[1])
    timeout = float(sys.argv[3]) if len(sys.argv) > 3 else None
    print("ready", flush=True)
    try:
        result = driver["send"](sys.argv[2], timeout)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is what the caller sees
        seen = {
            "raised": _name(type(error)),
            "bases": [_name(base) for base in type(error).__mro__[1:] if base is not object],
            "status": _status(error),
            "text": " ".join(str(error).split())[:300],
        }
    else:
        seen = {"returned": _name(type(result)), "text": " ".join(str(result).split())[:300]}
    print(json.dumps(seen))


def _name(cls: type) -> str:
    return (
        cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
    )


def _status(error: Any) -> int | None:
    for thing in (error, getattr(error, "response", None), getattr(error, "http_response", None)):
        for name in _STATUS_NAMES:
            value = getattr(thing, name, None)
            if isinstance(value, int) and 100 <= value < 600:
                return value
    return None


if __name__ == "__main__":
    main()
