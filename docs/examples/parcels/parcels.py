"""A small program that tells people about their parcels, on WhatsApp first and by SMS otherwise."""

from __future__ import annotations

import logging

from eightbyeight import Client, Fallback, NotSent, OutcomeUnknown, Text

log = logging.getLogger(__name__)


def announce(number: str, parcel: str) -> str | None:
    """Tell that a parcel is on its way. Returns the message's umid, None when it is not known to be sent."""
    with Client.from_env() as client:
        plan = Fallback.whatsapp(after=600, until="delivered").then_sms(source="PARCELS")
        try:
            message = client.messages.send(
                number,
                Text(f"Parcel {parcel} arrives today."),
                fallback=plan,
                client_message_id=f"parcel-{parcel}",
            )
        except NotSent:
            log.warning("parcel %s: not announced, try again later", parcel)
            return None
        except OutcomeUnknown:
            log.warning("parcel %s: perhaps announced, the receipt will tell", parcel)
            return None
        return message.umid


class Desk:
    """Takes the webhooks and remembers who has seen what."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}

    def receive(self, url: str, headers: dict[str, str], body: bytes) -> int:
        """Take one webhook; return the HTTP status of the answer."""
        import json

        event = json.loads(body)
        if event.get("eventType") == "outbound_message_status_changed":
            payload = event["payload"]
            self.states[payload["umid"]] = payload["status"]["state"]
        return 200
