"""vonage: the host is an option of its HTTP client; always https."""

from __future__ import annotations

from typing import TYPE_CHECKING

import vonage
import vonage_sms

if TYPE_CHECKING:
    from collections.abc import Callable


def sender(url: str) -> Callable[[], object]:
    """Return what sends one SMS."""
    auth = vonage.Auth(api_key="key", api_secret="secret")  # noqa: S106 - it opens nothing
    options = vonage.HttpClientOptions(rest_host=url.removeprefix("https://"))
    client = vonage.Vonage(auth, options)
    return lambda: client.sms.send(
        vonage_sms.SmsMessage(to="6591234567", from_="ACME", text="Hello")
    )
