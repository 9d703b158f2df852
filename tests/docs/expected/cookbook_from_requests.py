"""From hand-written requests."""

from docs.expectations import Page

page = Page("cookbook/from-requests")


@page.before("from-hand-written-requests")
@page.before("from-hand-written-requests-2")
def _(run):
    run.mock.app.settings.api_keys = ("any",)


@page.after("from-hand-written-requests")
def _(run):
    (sms,) = run.mock.sent
    assert run.names["umid"] == sms.umid
    # What the page says is wrong with it.
    send_sms = run.names["send_sms"]
    assert send_sms("+9992010000", "x") is not None, "a refusal in a 200 counts as a success"
    before = len(run.mock.sent)
    assert send_sms("+9995030001", "x") is None
    assert before + 3 == len(run.mock.sent), "the same message three times"


@page.after("from-hand-written-requests-2")
def _(run):
    (sms,) = run.mock.sent
    assert run.names["umid"] == sms.umid


@page.after("step-by-step")
def _(run):
    (sms,) = run.mock.sent
    assert f"{sms.umid}\n" == run.output
