"""Operation."""

import contextlib

from docs.expectations import Page

from eightbyeight import LimiterUnavailable

page = Page("cookbook/operation")


@page.after("a-key-that-changes")
def _(run):
    keys = iter(["old-key", "new-key"])
    api_keys = []
    # The recipe's file is not on this machine: another function of the same kind in its place.
    client = run.names["client"].with_options(api_key=lambda: next(keys))
    for _ in range(2):
        client.sms.send("+6591234567", "Your parcel is here")
    for request in run.mock.app.requests:
        headers = {name.lower(): value for name, value in request.headers}
        api_keys.append(headers[b"authorization"])
    assert [b"Bearer old-key", b"Bearer new-key"] == api_keys
    assert callable(run.names["current_key"])


@page.after("several-sub-accounts")
def _(run):
    sms, line = run.mock.sent
    assert ("sms", "acme_sms") == (sms.kind, sms.subaccount_id)
    assert ("lineNotification", "acme_line") == (line.kind, line.subaccount_id)


@page.after("proxy-and-certificates")
def _(run):
    assert not run.names["http"].is_closed
    run.names["client"].close()
    assert not run.names["http"].is_closed, "it stays yours to close"
    run.names["http"].close()


@page.after("one-quota-for-all-workers")
def _(run):
    with contextlib.suppress(LimiterUnavailable):  # no Redis here, or one of somebody's
        run.names["client"].sms.send("+6591234567", "Your parcel is here")
