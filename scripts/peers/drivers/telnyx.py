"""telnyx: base_url is an option."""

from __future__ import annotations

import telnyx
import telnyx.resources.messages  # else imported within the first send, and counted as a part of it


def send(url: str, timeout: float | None) -> object:
    """Send one SMS."""
    options = {} if timeout is None else {"timeout": timeout}
    client = telnyx.Telnyx(api_key="key", base_url=url, **options)
    return client.messages.send(to="+6591234567", from_="+15005550006", text="Hello")
