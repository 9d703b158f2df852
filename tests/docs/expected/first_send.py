"""The tutorial."""

import re

from docs.expectations import Page

from eightbyeight import Client

page = Page("first-send")


@page.after("3-send-an-sms")
def _(run):
    (sms,) = run.mock.sent
    assert ("+6591234567", "Your parcel is here") == (sms.to, sms.text)
    assert f"{sms.umid} QUEUED\n" == run.output
    run.mock.advance(2)
    assert "delivered" == sms.state


@page.after("4-try-whatsapp-first-then-sms")
def _(run):
    (message,) = run.mock.sent
    run.mock.advance(5)
    assert ("WhatsApp", "read") == (message.channel, message.state)
    number = re.search(r"`(\+999\d+)`, which", run.snippet.page.read_text("utf-8"))[1]
    with Client.from_env() as client:
        client.messages.send(number, "Your parcel is here", fallback=run.names["plan"])
    run.mock.advance(5)
    assert ("WhatsApp", "SMS") == run.mock.last.channels
    assert "delivered" == run.mock.last.state


@page.after("5-see-it-go-wrong")
def _(run):
    shown = run.snippet.page.read_text("utf-8").split("```text\n")[1].split("```")[0]
    assert shown == run.output
    assert 2 == len(run.mock.sent), "the one that is well, and the one that is sent all the same"


@page.before("6-ask-what-became-of-it")
def _(run):
    run.mock.app.settings.auto_read = False


@page.after("6-ask-what-became-of-it")
def _(run):
    assert "delivered on whatsapp\n" == run.output
