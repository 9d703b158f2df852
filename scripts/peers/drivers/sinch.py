"""sinch: the domain of the SMS API is a setting of its configuration."""

from __future__ import annotations

import sinch


def send(url: str, timeout: float | None) -> object:
    """Send one SMS."""
    client = sinch.SinchClient(service_plan_id="plan", sms_api_token="token", sms_region="us")  # noqa: S106 - it opens nothing
    client.configuration.sms_domain_with_service_plan_id = url
    if timeout is not None:
        client.configuration.connection_timeout = timeout
    return client.sms.batches.send_sms(to=["+6591234567"], from_="+15005550006", body="Hello")
