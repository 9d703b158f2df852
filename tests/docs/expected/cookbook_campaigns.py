"""Campaigns."""

from docs.expectations import Page

page = Page("cookbook/campaigns")


@page.before("survey-from-a-csv")
def _(run):
    run.write("customers.csv")


@page.after("survey-from-a-csv")
def _(run):
    mei, _ = run.mock.find(kind="survey")
    assert {"name": "Mei", "shop": "Orchard"} == mei.payload["templateVariables"]
    counts, failed = run.output.splitlines()
    assert "3 rows: 2 accepted, 1 invalid" == counts
    assert failed.startswith("line 4: invalid: ")


@page.before("sms-from-a-csv")
def _(run):
    run.write("sale.csv")


@page.after("sms-from-a-csv")
def _(run):
    assert "2 messages, 2 parts\n2 rows: 2 accepted\n" == run.output
    assert ["sale-1", "sale-2"] == sorted(sms.client_message_id for sms in run.mock.sent)


@page.after("a-campaign-that-survives-a-crash")
@page.after("a-campaign-that-survives-a-crash-2")
def _(run):
    assert ["+6591234567", "+6598765432"] == sorted(sms.to for sms in run.mock.sent)


@page.after("a-million-rows")
def _(run):
    assert "50 rows: 50 accepted\n" == run.output
    assert [] == run.names["failed"]
    assert 50 == len({sms.to for sms in run.mock.sent})
