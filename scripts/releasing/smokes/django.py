"""The extra `django`: a webhook is taken."""

from __future__ import annotations

import json

import django
from django.conf import settings

RECEIPT = {
    "namespace": "SMS",
    "eventType": "outbound_message_status_changed",
    "payload": {"umid": "5b7a1f0e-93cd-4a0d-8a52-6c1e2d3f4a5b", "status": {"state": "delivered"}},
}


def main() -> None:
    """Post a receipt."""
    settings.configure(ALLOWED_HOSTS=["*"], SECRET_KEY="smoke")  # noqa: S106 - guards nothing
    django.setup()
    from django.test import RequestFactory

    from eightbyeight.integrations.django import webhook_view

    events: list[object] = []
    view = webhook_view(events.append, verify=None)
    request = RequestFactory().post("/8x8", json.dumps(RECEIPT), content_type="application/json")
    response = view(request)
    response.close()
    if response.status_code != 200 or len(events) != 1:
        raise SystemExit(f"{response.status_code} {response.content!r}, events: {events}")


if __name__ == "__main__":
    main()
