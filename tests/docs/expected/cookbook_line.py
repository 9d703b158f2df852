"""LINE."""

from docs.expectations import Page

page = Page("cookbook/line")


@page.after("a-line-notification")
def _(run):
    (message,) = run.mock.sent
    assert ("lineNotification", "+66812345678") == (message.kind, message.to)
    run.mock.advance(10)
    assert "delivered" == message.state


@page.after("with-sms-fallback")
def _(run):
    (message,) = run.mock.sent
    run.mock.fail()
    run.mock.advance(5)
    assert "SMS" == message.channel
    assert "ACME: parcel TH-4711 comes today." == message.payload["smsFallback"]["text"]


@page.after("a-message-to-a-line-user")
def _(run):
    (message,) = run.mock.sent
    assert ("Line", "Ua12b345678c1de0f1a1234567891011a") == (message.channel, message.to)
