"""Orders and appointments."""

from datetime import datetime, timedelta

from docs.expectations import Page

page = Page("cookbook/orders")


@page.after("order-update-with-sms-fallback")
def _(run):
    (message,) = run.mock.sent
    assert "order-4711-shipped" == message.client_message_id
    assert "order_shipped" == message.payload["content"]["template"]["name"]
    assert f"{message.umid}\n" == run.output
    run.mock.fail()
    run.mock.advance(5)
    assert ("SMS", "delivered") == (message.channel, message.state)


@page.after("a-picture")
def _(run):
    (message,) = run.mock.sent
    assert ("image", "Your parcel at your door") == (message.type, message.text)


@page.after("an-invoice")
def _(run):
    (message,) = run.mock.sent
    assert ("file", "https://acme.example/i/4711.pdf") == (
        message.type,
        message.payload["content"]["url"],
    )


@page.after("a-reminder-tomorrow")
def _(run):
    (sms,) = run.mock.sent
    scheduled = datetime.fromisoformat(sms.payload["scheduled"])
    assert (9, timedelta(hours=8)) == (scheduled.hour, scheduled.utcoffset())
    assert timedelta(hours=5) == datetime.fromisoformat(sms.payload["expiry"]) - scheduled
    run.mock.advance(60)
    assert "queued" == sms.state, "it waits for its time"


@page.after("where-to-pick-it-up")
def _(run):
    (message,) = run.mock.sent
    assert "ACME Orchard" == message.payload["content"]["location"]["name"]
