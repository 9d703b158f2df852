"""Runs the five operations through the mock; needs nothing but the installed wheel."""

from __future__ import annotations

from eightbyeight import Client, Text
from eightbyeight.mock import create_app

RECIPIENT = "+6591234567"


def main() -> None:
    """Send one of each kind, and look one of them up."""
    transport = create_app().transport()
    client = Client(api_key="test", subaccount_id="acme_hq", region="apac", transport=transport)
    sms = client.sms.send(RECIPIENT, "Your code is 123456")
    message = client.messages.send(RECIPIENT, Text("Your parcel is here"))
    notification = client.line.notify(
        "+66812345678",
        title="Your parcel is here",
        company="Acme",
        icon="boxCheck",
        emphasis=("Parcel", "TH-1"),
        items=[("Courier", "Acme Express")],
    )
    report = client.surveys.send_batch("nps-q3", [RECIPIENT], template="How was it? {{url}}")
    (survey,) = report
    details = client.messages.get(message.umid)

    ids = {sms.umid, message.umid, notification.umid, survey.umid, survey.batch_id}
    if len(ids - {None, ""}) != 5:
        raise SystemExit(f"each send and the batch have ids of their own, but these are {ids}")
    if details.latest is None or details.latest.umid != message.umid:
        raise SystemExit(f"the message that was just sent is not found: {details}")
    print("4 sends accepted, 1 looked up")


if __name__ == "__main__":
    main()
