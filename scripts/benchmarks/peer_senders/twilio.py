"""twilio: has no option for another host, so the domain object is pointed elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import twilio.rest

if TYPE_CHECKING:
    from collections.abc import Callable


def sender(url: str) -> Callable[[], object]:
    """Return what sends one SMS."""
    client = twilio.rest.Client("AC" + "0" * 32, "token")
    client.api.base_url = url
    return lambda: client.messages.create(to="+6591234567", from_="+15005550006", body="Hello")
