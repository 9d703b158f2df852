"""One-time passwords."""

from docs.expectations import Page

page = Page("cookbook/one-time-passwords")


@page.before("a-code-by-sms")
def _(run):
    # The first answer gets lost after the message was sent.
    run.mock.chaos.add("reset-after times:1")


@page.after("a-code-by-sms")
def _(run):
    first, second = run.mock.sent
    assert "482913" in first.text
    assert first.text == second.text, "a duplicate rather than a loss"
    assert "expiry" in second.payload


@page.after("a-code-with-fallback")
def _(run):
    (message,) = run.mock.sent
    body, button = message.payload["content"]["template"]["components"]
    assert "482913" == body["parameters"][0]["text"] == button["parameters"][0]["text"]
    run.mock.app.settings.lifecycle = "manual"  # WhatsApp does not deliver it
    run.mock.advance(59)
    assert ("WhatsApp",) == message.channels
    run.mock.advance(2)
    assert ("WhatsApp", "SMS") == message.channels
    assert "ACME: 482913 is your sign-in code." == message.payload["content"]["fallbackText"]
