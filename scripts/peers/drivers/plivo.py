"""plivo: has no option for another host, so the module's constant is replaced."""

from __future__ import annotations

import os

import plivo
import plivo.rest.client


def send(url: str, timeout: float | None) -> object:
    """Send one SMS."""
    plivo.rest.client.PLIVO_API_BASE_URI = f"{url}/v1/Account"
    options = {} if timeout is None else {"timeout": timeout}
    client = plivo.RestClient("MA" + "A" * 18, "token", **options)
    # It does not read the environment's settings for certificates.
    client.session.verify = os.environ["PEERS_CA"]
    return client.messages.create(src="+15005550006", dst="+6591234567", text="Hello")
