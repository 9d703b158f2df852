"""For the tests of programs that send: a local 8x8 in process, as the pytest fixture ``mock_8x8``.

Loaded when it is used: the plugin comes into every pytest run of an environment, and must cost nothing there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eightbyeight.testing.mock_api import MockApi
    from eightbyeight.testing.sent import SentMessage

__all__ = ["MockApi", "SentMessage"]

_HOMES = {"MockApi": "mock_api", "SentMessage": "sent"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
