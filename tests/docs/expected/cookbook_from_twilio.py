"""From Twilio's SDK."""

from docs.expectations import Page

page = Page("cookbook/from-twilio")


@page.after("sending")
def _(run):
    (sms,) = run.mock.sent
    assert f"{sms.umid}\n" == run.output
    assert ("+6591234567", "ACME") == (sms.to, sms.payload["source"])
