"""Survey batches: who is invited, with which text, and what is wrong with which row."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime

import pytest

from eightbyeight import InvalidInput, SendState, SurveyRecipient, SurveyTemplate
from eightbyeight_generated.models import SurveyMessage
from eightbyeight_generated.models import SurveyTemplate as GeneratedTemplate

TO = "+6591234567"
WHEN = datetime(2026, 12, 24, 9, tzinfo=UTC)
LINK = "Two minutes for ACME? {{url}}"
ANSWER = {"batchId": "b-1", "acceptedCount": 1, "rejectedCount": 0}


@pytest.fixture(autouse=True)
def _batches(api):
    api.answer(ANSWER)


def problems_of(client, recipients, **options):
    """What is wrong with all of a run, so that it does not begin."""
    with pytest.raises(InvalidInput) as caught:
        client.surveys.send_batch("nps", recipients, **options)
    return [str(problem) for problem in caught.value.problems]


def bad_rows_of(client, recipients, **options):
    """What is wrong with which row of a run."""
    report = client.surveys.send_batch("nps", recipients, **options)
    bad = [outcome for outcome in report if outcome.state is SendState.INVALID]
    assert len(bad) == report.invalid
    assert all(isinstance(outcome.error, InvalidInput) for outcome in bad)
    return {outcome.row: outcome.reason for outcome in bad}


def test_whole_batch(api, client):
    report = client.surveys.send_batch(
        "nps-q4",
        [
            SurveyRecipient(TO, variables={"firstName": "Mei", "orderNumber": 10017}),
            SurveyRecipient(
                "0812345678",
                country="TH",
                body="ขอเวลา 2 นาที {{url:}}",
                source="ACME",
                client_message_id="mine",
                encoding="UCS2",
                scheduled=WHEN,
                expiry=WHEN.replace(hour=18),
                dlr_callback_url="https://hooks.example.com/1",
            ),
        ],
        template=SurveyTemplate(
            "Hi {{firstName}}, how was {{orderNumber}}? {{url:firstName:orderNumber}}",
            source="ACME",
            encoding="AUTO",
            scheduled=WHEN,
            expiry=WHEN.replace(hour=18),
            dlr_callback_url="https://hooks.example.com/2",
        ),
        client_batch_id="nps-2026-q4",
        extra={"newField": 1},
    )

    assert [batch.batch_id for batch in report.batches] == ["b-1"]
    assert str(api.requests[0].url) == (
        "https://sms.8x8.com/api/v1/subaccounts/acme_hq/surveys/nps-q4/messages/batch"
    )
    assert api.body == {
        "clientBatchId": "nps-2026-q4",
        "messages": [
            {
                "destination": TO,
                "templateVariables": {"firstName": "Mei", "orderNumber": 10017},
                "clientMessageId": "nps-2026-q4-1",
            },
            {
                "destination": "0812345678",
                "country": "TH",
                "templateBody": "ขอเวลา 2 นาที {{url:}}",
                "source": "ACME",
                "clientMessageId": "mine",
                "encoding": "UCS2",
                "scheduled": "2026-12-24T09:00:00+00:00",
                "expiry": "2026-12-24T18:00:00+00:00",
                "dlrCallbackUrl": "https://hooks.example.com/1",
            },
        ],
        "template": {
            "templateBody": "Hi {{firstName}}, how was {{orderNumber}}? {{url:firstName:orderNumber}}",
            "source": "ACME",
            "encoding": "AUTO",
            "scheduled": "2026-12-24T09:00:00+00:00",
            "expiry": "2026-12-24T18:00:00+00:00",
            "dlrCallbackUrl": "https://hooks.example.com/2",
        },
        "includeMessagesInResponse": True,
        "newField": 1,
    }


@pytest.mark.parametrize(
    "recipient",
    [TO, SurveyRecipient(TO), {"destination": TO}, SurveyMessage(destination=TO)],
    ids=["str", "SurveyRecipient", "dict", "generated model"],
)
@pytest.mark.parametrize(
    "template",
    [LINK, SurveyTemplate(LINK), {"templateBody": LINK}, GeneratedTemplate(template_body=LINK)],
    ids=["str", "SurveyTemplate", "dict", "generated model"],
)
def test_every_way_to_write_it(api, client, recipient, template):
    client.surveys.send_batch("nps", [recipient], template=template, client_batch_id="b")

    assert api.body == {
        "clientBatchId": "b",
        "messages": [{"destination": TO, "clientMessageId": "b-1"}],
        "template": {"templateBody": LINK},
        "includeMessagesInResponse": True,
    }


def test_own_dicts_are_not_changed(client):
    row, template = {"destination": TO}, {"templateBody": LINK}
    client.surveys.send_batch("nps", [row], template=template)

    assert (row, template) == ({"destination": TO}, {"templateBody": LINK})


@pytest.mark.parametrize("link", ["{{url}}", "{{url:}}", "{{url:a:b}}", "{{ url }}"])
def test_forms_of_the_link(client, link):
    values = {"a": 1, "b": 2}
    client.surveys.send_batch("nps", [SurveyRecipient(TO, variables=values)], template=f"Hi {link}")
    SurveyRecipient(TO, body=link)


NO_LINK = "lacks the survey's link: put {{url}} or {{url:}} where it shall stand"


@pytest.mark.parametrize("text", ["Hi", "Hi {{name}}", "{url}", "{{urls}}", "{{ur l}}", "url"])
def test_text_without_the_link(text):
    with pytest.raises(InvalidInput) as caught:
        SurveyTemplate(text)
    assert str(caught.value) == f"template.templateBody: {NO_LINK}"
    with pytest.raises(InvalidInput) as caught:
        SurveyRecipient(TO, body=text)
    assert str(caught.value) == f"templateBody: {NO_LINK}"


@pytest.mark.parametrize("template", ["Hi", {"templateBody": "Hi"}, GeneratedTemplate("Hi")])
def test_template_without_the_link_in_every_form(api, client, template):
    assert problems_of(client, [TO], template=template) == [f"template.templateBody: {NO_LINK}"]
    assert api.requests == []


@pytest.mark.parametrize(
    "row",
    [
        {"destination": TO, "templateBody": "Hi"},
        SurveyMessage(destination=TO, template_body="Hi"),
    ],
)
def test_row_without_the_link_in_every_form(api, client, row):
    assert bad_rows_of(client, [row, row], template=LINK) == dict.fromkeys(
        (1, 2), f"templateBody: {NO_LINK}"
    )
    assert api.requests == []


def test_row_without_any_text(api, client):
    rows = [SurveyRecipient(TO, body=LINK), TO]

    assert bad_rows_of(client, rows) == {
        2: "templateBody: is required: neither the message nor the batch has a text"
    }
    assert len(api.body["messages"]) == 1


def test_unfilled_placeholders_are_told_with_their_rows(api, client):
    rows = [
        SurveyRecipient(TO, variables={"name": "Mei", "order": 1, "shop": "A"}),
        SurveyRecipient(TO, variables={"name": "Arun"}),
        TO,
        {"destination": TO, "templateVariables": {"order": 1, "shop": "A"}},
        SurveyRecipient(TO, body="{{url}} for {{who}}"),
        SurveyRecipient(TO, body="{{url}}"),
    ]
    template = "Hi {{ name }}, {{url:order:shop}}"

    assert bad_rows_of(client, rows, template=template) == {
        2: "templateVariables: lacks a value for order, shop",
        3: "templateVariables: lacks a value for name, order, shop",
        4: "templateVariables: lacks a value for name",
        5: "templateVariables: lacks a value for who",
    }
    assert [message.get("templateBody") for message in api.body["messages"]] == [None, "{{url}}"]


def test_bad_rows_are_told_with_their_rows(api, client):
    rows = [
        TO,
        "91234567",
        None,
        {"destination": TO, "source": "s" * 17},
        SurveyRecipient(TO),
        5,
    ]
    told = bad_rows_of(client, rows, template=LINK)

    assert told.keys() == {2, 3, 4, 6}
    assert told[2].startswith("destination: has no plus sign")
    assert told[3] == "must be a number, a SurveyRecipient or a mapping, not NoneType"
    assert told[4] == "source: is 17 characters long; the limit is 16"
    # The good ones go out without them.
    assert [message["destination"] for message in api.body["messages"]] == [TO, TO]


def test_nothing_but_bad_rows(api, client):
    report = client.surveys.send_batch("nps", ["5"] * 25_000, template=LINK)

    assert (report.invalid, report.total) == (25_000, 25_000)
    assert [outcome.row for outcome in report] == list(range(1, 25_001))
    assert api.requests == []


def test_generators_are_taken_and_read_once(api, client):
    client.surveys.send_batch("nps", (f"+659123456{n}" for n in range(3)), template=LINK)

    assert [row["destination"][-1] for row in api.body["messages"]] == ["0", "1", "2"]


def test_ten_thousand_and_one_more(api, client):
    client.surveys.send_batch("nps", itertools.repeat(TO, 10_000), template=LINK)
    assert len(api.body["messages"]) == 10_000

    client.surveys.send_batch("nps", itertools.repeat(TO, 10_001), template=LINK)
    assert sorted(len(body["messages"]) for body in api.bodies) == [1, 10_000, 10_000]


def test_nobody(api, client):
    report = client.surveys.send_batch("nps", [], template=LINK)

    assert (report.total, list(report), report.batches) == (0, [], ())
    assert report.is_complete
    assert api.requests == []


def test_batch_limit_is_that_of_the_document(document):
    from eightbyeight.requests.surveys import MOST_MESSAGES

    schema = document["components"]["schemas"]["SurveyBatchRequest"]
    assert schema["properties"]["messages"]["maxItems"] == MOST_MESSAGES


def test_references(api, client):
    client.surveys.send_batch("nps", [TO] * 10_000, template=LINK)
    client.surveys.send_batch("nps", [TO], template=LINK)
    first, second = api.bodies
    references = [row["clientMessageId"] for row in first["messages"]]

    assert first["clientBatchId"] != second["clientBatchId"]
    assert len(first["clientBatchId"]) == 20
    assert references == [f"{first['clientBatchId']}-{row}" for row in range(1, 10_001)]
    assert max(map(len, references)) <= 350


@pytest.mark.parametrize("recipients", [TO, {"destination": TO}, TO.encode(), 5, None])
def test_recipients_must_be_a_list(api, client, recipients):
    kind = type(recipients).__name__

    assert problems_of(client, recipients, template=LINK) == [
        f"recipients: must be an iterable of rows, not {kind}"
    ]
    assert api.requests == []


@pytest.mark.parametrize(
    "text", ["{{url}} {{" + " " * 1500, "{{url}} " + "{{" * 1500, "{{url}}" * 1500]
)
def test_odd_texts_are_read_in_no_time(client, text):
    begun = time.process_time()
    client.surveys.send_batch("nps", [TO], template=text)

    # Orders of magnitude below what a search that tries all combinations takes.
    assert time.process_time() - begun < 1
