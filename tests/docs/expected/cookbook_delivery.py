"""Delivery."""

from docs.expectations import Page
from docs.webhook_client import connect, let_pass

page = Page("cookbook/delivery")


@page.before("wait-until-it-is-delivered")
def _(run):
    run.mock.app.settings.auto_read = False


@page.after("wait-until-it-is-delivered")
def _(run):
    assert "delivered on whatsapp\n" == run.output


@page.after("which-channel-was-it")
def _(run):
    step, channel, _ = run.output.split()
    assert ("1", "WhatsApp") == (step, channel)


@page.after("the-status-of-every-order")
def _(run):
    connect(run, run.names["app"])
    run.mock.read()
    let_pass(run, 1)
    assert {"4711": "read on whatsapp"} == run.names["states"]
