"""Rows of all kinds, and the requests that they become."""

from __future__ import annotations

import csv
import inspect
import io
import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

import pytest

from eightbyeight import (
    Client,
    Fallback,
    InvalidInput,
    MessageRow,
    Recipient,
    SmsRow,
    Template,
    Text,
)
from eightbyeight.requests.rows import message_requests, sms_requests
from eightbyeight_generated.models import PhoneRecipient

TO = "+6591234567"
WHEN = datetime(2026, 12, 24, 9, tzinfo=UTC)


def body_of(requests, row):
    call = requests.call(requests.arguments(row))
    body = json.loads(call.content)
    assert body.pop("clientMessageId") == call.client_message_id
    return body


def problems_of(requests, row):
    with pytest.raises(InvalidInput) as caught:
        requests.call(requests.arguments(row))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("resource", "row", "text"), [("sms", SmsRow, "text"), ("messages", MessageRow, "content")]
)
def test_a_row_has_the_arguments_of_send_and_they_have_defaults(resource, row, text):
    kind = type(getattr(Client("k", "acme_hq"), resource))
    send = inspect.signature(kind.send).parameters
    many = inspect.signature(kind.send_many).parameters

    assert [*row.__annotations__] == [*send][1:]
    defaults = {name: p.annotation for name, p in many.items() if name in send}
    assert defaults.keys() == send.keys() - {"to", "client_message_id"}
    for name in defaults.keys() - {"self", text}:
        assert many[name].annotation == send[name].annotation
        assert many[name].default is send[name].default is None


class Pair(NamedTuple):
    to: str
    text: str


@pytest.mark.parametrize(
    "row",
    [
        TO,
        (TO, "Hi"),
        Pair(TO, "Hi"),
        {"to": TO},
        {"to": TO, "text": "Hi"},
        {"to": TO, "text": None, "country": None},
        {"to": TO, "country": "", "client_message_id": ""},
        MappingProxyType({"to": TO}),
    ],
)
def test_sms_rows(row):
    assert body_of(sms_requests("acme_hq", text="Hi"), row) == {"destination": TO, "text": "Hi"}


def test_all_arguments_of_an_sms():
    arguments = {
        "to": "91234567",
        "text": "Hi",
        "country": "SG",
        "source": "ACME",
        "encoding": "GSM7",
        "client_message_id": "mine",
        "scheduled": WHEN,
        "expiry": WHEN.replace(hour=10),
        "dlr_callback_url": "https://hooks.example.com",
        "client_ip": "203.0.113.7",
        "track": False,
        "extra": {"new": 1},
    }
    call = sms_requests("acme_hq").call(arguments)

    assert call.client_message_id == "mine"
    assert json.loads(call.content) == {
        "destination": "91234567",
        "text": "Hi",
        "country": "SG",
        "source": "ACME",
        "encoding": "GSM7",
        "clientMessageId": "mine",
        "scheduled": "2026-12-24T09:00:00+00:00",
        "expiry": "2026-12-24T10:00:00+00:00",
        "dlrCallbackUrl": "https://hooks.example.com",
        "clientIp": "203.0.113.7",
        "track": "None",
        "new": 1,
    }


@pytest.mark.parametrize(
    "to",
    [TO, Recipient(TO), {"msisdn": TO}, PhoneRecipient(msisdn=TO)],
    ids=["str", "Recipient", "mapping", "generated model"],
)
@pytest.mark.parametrize(
    "content",
    ["Hi", Text("Hi"), {"type": "text", "content": {"text": "Hi"}}],
    ids=["str", "Content", "mapping"],
)
def test_message_rows(to, content):
    expected = {"user": {"msisdn": TO}, "type": "text", "content": {"text": "Hi"}}
    requests = message_requests("acme_hq")
    for row in ((to, content), {"to": to, "content": content}):
        assert body_of(requests, row) == expected
    requests = message_requests("acme_hq", content=content)
    for row in ({"to": to}, *([to] if isinstance(to, str | Recipient) else [])):
        assert body_of(requests, row) == expected


def test_a_row_counts_more_than_the_default():
    requests = sms_requests(
        "acme_hq", text="For all", source="ACME", encoding="UCS2", extra={"a": 1}
    )

    assert body_of(requests, {"to": TO, "text": "Mine", "source": "Shop", "encoding": None}) == {
        "destination": TO,
        "text": "Mine",
        "source": "Shop",
        "encoding": "UCS2",
        "a": 1,
    }


def test_own_dicts_are_not_changed():
    row = {"to": TO, "source": None}
    body_of(sms_requests("acme_hq", text="Hi"), row)

    assert row == {"to": TO, "source": None}


SHEET = """\
to,text,source,country,client_message_id
+6591234567,"Hi Mei, your parcel is here",ACME,,order-1
091234567,,,TH,order-2
,Nobody,,,
+6598765432,Too many,ACME,,order-4,left over
"""


def test_a_csv_file():
    rows = list(csv.DictReader(io.StringIO(SHEET)))
    requests = sms_requests("acme_hq", source="Shop")

    assert body_of(requests, rows[0]) == {
        "destination": TO,
        "text": "Hi Mei, your parcel is here",
        "source": "ACME",
    }
    # An empty cell is no country. But nobody meant to say nothing, or to send it to nobody.
    assert problems_of(requests, rows[1]) == ["text: must not be empty; at least 1 needed"]
    assert problems_of(requests, rows[2])[0].startswith("destination: is 0 characters long")
    assert problems_of(requests, rows[3]) == [
        "request body: has more values than the file has columns"
    ]


@pytest.mark.parametrize(
    ("row", "problems"),
    [
        (None, ["request body: must be a number, a pair (to, text) or a mapping, not NoneType"]),
        ([TO, "Hi"], ["request body: must be a number, a pair (to, text) or a mapping, not list"]),
        ((TO,), ["request body: must be a pair (to, text), not 1 values"]),
        ((TO, "Hi", "Hi"), ["request body: must be a pair (to, text), not 3 values"]),
        ({}, ["to: is required but missing", "text: is required but missing"]),
        ({"to": TO}, ["text: is required but missing"]),
        ({"to": TO, "text": None}, ["text: is required but missing"]),
        (
            {"to": TO, "txt": "Hi"},
            [
                "txt: is not a known field here; did you mean 'text'?",
                "text: is required but missing",
            ],
        ),
        (
            {"to": TO, "text": "Hi", "Source": "ACME"},
            ["Source: is not a known field here; did you mean 'source'?"],
        ),
        ({"to": 6591234567, "text": "Hi"}, ["destination: must be a string such as"]),
        ({"to": TO, "text": "Hi", "track": "false"}, ["track: must be True or False"]),
        ({"to": TO, "text": "Hi", "extra": "x"}, ["extra: must be a mapping of fields"]),
        ({"to": TO, "text": "Hi", "scheduled": "tomorrow"}, ["scheduled: must be a datetime"]),
        ({"to": TO, "text": "Hi", "client_message_id": 5}, ["clientMessageId: must be a string"]),
        ({"to": TO, "text": "Hi", 5: 5}, ['["5"]: is not a known field here']),
        ((Recipient(TO), "Hi"), ["destination: must be a string such as"]),
    ],
)
def test_bad_rows(row, problems):
    told = problems_of(sms_requests("acme_hq"), row)

    assert len(told) == len(problems)
    for problem, expected in zip(told, problems, strict=True):
        assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: sms_requests("a/b/c"), "subAccountId"),
        (lambda: sms_requests("acme_hq", source="Q" * 17), "source"),
        (lambda: sms_requests("acme_hq", text=""), "text"),
        (lambda: sms_requests("acme_hq", scheduled=datetime(2026, 1, 1)), "scheduled"),
        (lambda: sms_requests("acme_hq", extra={"clientMessageId": "x"}), "clientMessageId"),
        (lambda: message_requests("acme_hq", content=5), "content"),
        (lambda: message_requests("acme_hq", fallback="SMS"), "channels"),
        (
            lambda: message_requests(
                "acme_hq",
                content=Template("t", "en"),
                fallback=Fallback.whatsapp(after=900, until="delivered").then_sms(),
            ),
            "content.fallbackText",
        ),
    ],
)
def test_wrong_defaults_are_told_before_there_is_a_row(make, path):
    with pytest.raises(InvalidInput) as caught:
        make()

    assert [problem.path for problem in caught.value.problems] == [path]


def test_right_defaults_need_no_text():
    assert sms_requests("acme_hq", country="SG", source="ACME")
    assert message_requests("acme_hq", country="SG", fallback=Fallback.sms(source="ACME"))
