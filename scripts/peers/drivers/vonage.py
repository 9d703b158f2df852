"""vonage: the host is an option of its HTTP client; always https."""

from __future__ import annotations

import vonage
import vonage_sms


def send(url: str, timeout: float | None) -> object:
    """Send one SMS."""
    options = {"rest_host": url.removeprefix("https://")}
    if timeout is not None:
        options["timeout"] = int(timeout)
    auth = vonage.Auth(api_key="key", api_secret="secret")  # noqa: S106 - it opens nothing
    client = vonage.Vonage(auth, vonage.HttpClientOptions(**options))
    message = vonage_sms.SmsMessage(to="6591234567", from_="ACME", text="Hello")
    return client.sms.send(message)
