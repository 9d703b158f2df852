"""The extra `flask`: a webhook is taken."""

from __future__ import annotations

from flask import Flask

from eightbyeight.integrations.flask import webhook_blueprint

RECEIPT = {
    "namespace": "SMS",
    "eventType": "outbound_message_status_changed",
    "payload": {"umid": "5b7a1f0e-93cd-4a0d-8a52-6c1e2d3f4a5b", "status": {"state": "delivered"}},
}


def main() -> None:
    """Post a receipt."""
    events: list[object] = []
    app = Flask("smoke")
    app.register_blueprint(webhook_blueprint(events.append, verify=None, path="/8x8"))
    response = app.test_client().post("/8x8", json=RECEIPT)
    if response.status_code != 200 or len(events) != 1:
        raise SystemExit(f"{response.status_code} {response.text}, events: {events}")


if __name__ == "__main__":
    main()
