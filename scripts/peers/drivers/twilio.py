"""twilio: has no option for another host, so the domain object is pointed elsewhere."""

from __future__ import annotations

import twilio.rest
from twilio.http.http_client import TwilioHttpClient


def send(url: str, timeout: float | None) -> object:
    """Send one SMS."""
    http = {} if timeout is None else {"http_client": TwilioHttpClient(timeout=timeout)}
    client = twilio.rest.Client("AC" + "0" * 32, "token", **http)
    client.api.base_url = url
    return client.messages.create(to="+6591234567", from_="+15005550006", body="Hello").sid
