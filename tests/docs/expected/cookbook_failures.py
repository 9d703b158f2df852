"""Failures."""

import contextlib
import io

from docs.expectations import Page
from docs.webhook_client import connect, let_pass

page = Page("cookbook/failures")


@page.after("send-and-know-what-to-do-next")
def _(run):
    (sms,) = run.mock.sent
    sent, wrong = run.output.splitlines()
    assert f"sent: {sms.umid}" == sent
    assert wrong.startswith("wrong, nothing was sent: destination")
    notify = run.names["notify"]
    run.names["client"] = run.names["client"].with_options(max_attempts=1)
    assert "not sent: try again later" == notify("+9994290001", "x")
    assert notify("+9994001002", "x").startswith("refused: sendSms: HTTP 400, code 1002")
    assert notify("+9995000000", "x").startswith("perhaps sent: look for x8-")


@page.before("try-again-later")
def _(run):
    run.mock.chaos.add("429 times:3")


@page.after("try-again-later")
def _(run):
    assert [] == run.mock.sent
    assert ["order-4711"] == [reference for reference, _, _ in run.names["waiting"]]
    run.names["send_waiting"]()
    (sms,) = run.mock.sent
    assert "order-4711" == sms.client_message_id
    assert not run.names["waiting"]


@page.after("one-order-one-message")
def _(run):
    assert 1 == len(run.mock.sent)


@page.after("settle-what-is-unknown")
def _(run):
    assert run.output.startswith("unknown so far: x8-")
    connect(run, run.names["app"])
    let_pass(run, 5)
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        run.names["settle"]()
    assert "1 were sent, 0 are still unknown\n" == told.getvalue()
