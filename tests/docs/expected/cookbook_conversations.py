"""Conversations: the answers come from the mock, over the webhook that the recipe serves."""

from docs.expectations import Page
from docs.webhook_client import connect, let_pass

page = Page("cookbook/conversations")


@page.after("buttons")
def _(run):
    connect(run, run.names["app"])
    run.mock.deliver()
    run.mock.press("no")
    let_pass(run, 1)
    assert [("+6591234567", "no")] == run.names["answers"]


@page.after("a-menu")
def _(run):
    (message,) = run.mock.sent
    run.mock.deliver()
    run.mock.press("In the afternoon")
    assert "list" == message.payload["content"]["interactive"]["type"]


@page.after("answer-who-writes-to-you")
def _(run):
    connect(run, run.names["app"])
    run.names["client"].messages.send("+6591234567", "Your parcel is here")
    run.mock.deliver()
    run.mock.reply("Where is the other one?")
    let_pass(run, 1)
    _, answer = run.mock.sent
    assert ("+6591234567", "Thank you, we will look into it.") == (answer.to, answer.text)
    assert answer.payload["context"]["umid"]


@page.after("take-stop-for-an-answer")
def _(run):
    connect(run, run.names["app"])
    may_write_to = run.names["may_write_to"]
    run.names["client"].sms.send("+6591234567", "Our sale begins")
    assert may_write_to("+6591234567")
    run.mock.deliver()
    run.mock.reply("stop ")
    let_pass(run, 1)
    assert not may_write_to("+6591234567")
    assert may_write_to("+6598765432")
