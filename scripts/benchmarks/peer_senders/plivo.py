"""plivo: has no option for another host, so the module's constant is replaced."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import plivo
import plivo.rest.client

if TYPE_CHECKING:
    from collections.abc import Callable


def sender(url: str) -> Callable[[], object]:
    """Return what sends one SMS."""
    plivo.rest.client.PLIVO_API_BASE_URI = f"{url}/v1/Account"
    client = plivo.RestClient("MA" + "A" * 18, "token")
    # It does not read the environment's settings for certificates.
    client.session.verify = os.environ["PEERS_CA"]
    return lambda: client.messages.create(src="+15005550006", dst="+6591234567", text="Hello")
