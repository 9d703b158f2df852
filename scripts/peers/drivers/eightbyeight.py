"""eightbyeight itself, from this checkout."""

from __future__ import annotations

import eightbyeight


def send(url: str, timeout: float | None) -> object:
    """Send one SMS."""
    options = {} if timeout is None else {"timeouts": eightbyeight.Timeouts(read=timeout)}
    client = eightbyeight.Client("key", "acme_hq", "apac", base_url=url, **options)
    sent = client.sms.send("+6591234567", "Hello")
    return f"is_readable={sent.is_readable}"
