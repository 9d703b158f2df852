"""RCS."""

from docs.expectations import Page

page = Page("cookbook/rcs")


@page.after("a-carousel")
def _(run):
    (message,) = run.mock.sent
    cards = message.payload["content"]["carousel"]["cards"]
    assert ("RCS", ["Red shoes", "Blue shoes"]) == (
        message.channel,
        [card["title"] for card in cards],
    )
    run.mock.deliver()
    run.mock.press("buy-blue")


@page.after("a-rich-card-with-sms-fallback")
def _(run):
    (message,) = run.mock.sent
    assert "richCard" == message.type
    run.mock.fail()
    run.mock.advance(5)
    assert "SMS" == message.channel
    assert "14:00 to 16:00" in message.payload["content"]["fallbackText"]
