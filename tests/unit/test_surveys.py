"""Survey batches: who is invited, with which text, and what is wrong with which row."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime

import pytest

from eightbyeight import InvalidInput, SurveyRecipient, SurveyTemplate
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
    with pytest.raises(InvalidInput) as caught:
        client.surveys.send_batch("nps", recipients, **options)
    return [str(problem) for problem in caught.value.problems]


def test_whole_batch(api, client):
    batch = client.surveys.send_batch(
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
        include_messages=True,
        extra={"newField": 1},
    )

    assert batch.batch_id == "b-1"
    assert str(api.requests[0].url) == (
        "https://sms.8x8.com/api/v1/subaccounts/acme_hq/surveys/nps-q4/messages/batch"
    )
    assert api.body == {
        "clientBatchId": "nps-2026-q4",
        "messages": [
            {
                "destination": TO,
                "templateVariables": {"firstName": "Mei", "orderNumber": 10017},
                "clientMessageId": "nps-2026-q4-0",
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
        "messages": [{"destination": TO, "clientMessageId": "b-0"}],
        "template": {"templateBody": LINK},
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
    assert problems_of(client, [TO, row], template=LINK) == [f"messages[1].templateBody: {NO_LINK}"]
    assert api.requests == []


def test_row_without_any_text(client):
    rows = [SurveyRecipient(TO, body=LINK), TO]

    assert problems_of(client, rows) == [
        "messages[1].templateBody: is required: neither the message nor the batch has a text"
    ]


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

    assert problems_of(client, rows, template=template) == [
        "messages[1].templateVariables: lacks a value for order, shop",
        "messages[2].templateVariables: lacks a value for name, order, shop",
        "messages[3].templateVariables: lacks a value for name",
        "messages[4].templateVariables: lacks a value for who",
    ]
    assert api.requests == []


def test_bad_rows_are_told_with_their_rows(api, client):
    rows = [
        TO,
        "91234567",
        None,
        {"destination": TO, "source": "s" * 17},
        SurveyRecipient(TO),
        5,
    ]
    told = problems_of(client, rows, template=LINK)

    assert [problem.partition(":")[0] for problem in told] == [
        "messages[1].destination",
        "messages[2]",
        "messages[5]",
    ]
    assert told[1] == (
        "messages[2]: must be a number, a SurveyRecipient or a mapping, not NoneType"
    )
    # The breach of the description shows when nothing else is left.
    assert problems_of(client, [rows[0], rows[3]], template=LINK) == [
        "messages[1].source: is 17 characters long; the limit is 16"
    ]
    assert api.requests == []


def test_only_so_many_bad_rows_are_told(client):
    assert len(problems_of(client, ["5"] * 10_000, template=LINK)) == 20


def test_generators_are_taken_and_read_once(api, client):
    client.surveys.send_batch("nps", (f"+659123456{n}" for n in range(3)), template=LINK)

    assert [row["destination"][-1] for row in api.body["messages"]] == ["0", "1", "2"]


def test_ten_thousand_and_one_too_many(api, client):
    client.surveys.send_batch("nps", itertools.repeat(TO, 10_000), template=LINK)
    assert len(api.body["messages"]) == 10_000

    told = problems_of(client, itertools.repeat(TO, 10_001), template=LINK)
    assert told == ["messages: has more than 10000 recipients; send them in several batches"]
    # An endless generator is not read to its end.
    assert problems_of(client, itertools.repeat(TO), template=LINK) == told
    assert len(api.requests) == 1


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
    assert references == [f"{first['clientBatchId']}-{row}" for row in range(10_000)]
    assert max(map(len, references)) <= 350


@pytest.mark.parametrize("recipients", [TO, {"destination": TO}, TO.encode(), 5, None])
def test_recipients_must_be_a_list(api, client, recipients):
    kind = type(recipients).__name__

    assert problems_of(client, recipients, template=LINK) == [
        f"messages: must be a list of recipients, not {kind}"
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
