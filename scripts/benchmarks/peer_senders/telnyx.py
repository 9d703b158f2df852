"""telnyx: base_url is an option."""

from __future__ import annotations

from typing import TYPE_CHECKING

import telnyx

if TYPE_CHECKING:
    from collections.abc import Callable


def sender(url: str) -> Callable[[], object]:
    """Return what sends one SMS."""
    client = telnyx.Telnyx(api_key="key", base_url=url)
    return lambda: client.messages.send(to="+6591234567", from_="+15005550006", text="Hello")
