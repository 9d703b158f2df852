"""Many messages through the clients: what goes over the wire, and what comes back."""

from __future__ import annotations

import csv
import io
import itertools
import json
import subprocess
import sys

import httpx
import pytest

from eightbyeight import (
    AcceptedBatch,
    Fallback,
    InvalidInput,
    Recipient,
    SendReport,
    SendState,
    SendStopped,
    Template,
    Unauthorized,
    errors,
)

TO = "+6591234567"
OTHER = "+6598765432"
LINK = "{{url}}"


class Echo:
    """An API that accepts all messages, under umids that tell the recipient."""

    def __init__(self):
        self.bodies = []

    def __call__(self, request):
        body = json.loads(request.content)
        self.bodies.append(body)
        if "messages" not in body:
            return httpx.Response(200, json={"umid": f"u-{self._to(body)}", "status": {}})
        listed = [
            {
                "umid": f"u-{self._to(message)}",
                "clientMessageId": message["clientMessageId"],
                "status": {"code": "QUEUED"},
            }
            for message in body["messages"]
        ]
        counts = {"acceptedCount": len(listed), "rejectedCount": 0}
        answer = {"batchId": f"b-{body['clientBatchId']}", **counts}
        if body.get("includeMessagesInResponse"):
            answer["messages"] = listed
        return httpx.Response(200, json=answer)

    @staticmethod
    def _to(message):
        return message.get("destination") or message["user"]["msisdn"]


@pytest.fixture
def echo():
    return Echo()


@pytest.fixture(params=["sync", "async"])
def talk(request, api, echo):
    """Let a function use a client, sync or async, and wait for what it returns."""

    async def with_async(use, answer=echo):
        async with api.async_client(transport=httpx.MockTransport(answer)) as client:
            return await use(client)

    async def with_sync(use, answer=echo):
        with api.client(transport=httpx.MockTransport(answer)) as client:
            return use(client)

    return {"sync": with_sync, "async": with_async}[request.param]


async def test_sms(talk, echo):
    report = await talk(
        lambda client: client.sms.send_many(
            [TO, (OTHER, "Bye"), {"to": TO, "client_message_id": "mine"}], text="Hi", source="ACME"
        )
    )

    assert isinstance(report, SendReport)
    assert [outcome.umid for outcome in report] == [f"u-{TO}", f"u-{OTHER}", f"u-{TO}"]
    sent = {body["clientMessageId"]: body for body in echo.bodies}
    assert [sent[outcome.client_message_id]["text"] for outcome in report] == ["Hi", "Bye", "Hi"]
    assert {body["source"] for body in echo.bodies} == {"ACME"}
    assert list(report)[2].client_message_id == "mine"


async def test_messages(talk, echo):
    template = Template("order_shipped", "en", body=["10017"])
    plan = Fallback.whatsapp(after=900, until="delivered").then_sms(text="It is on its way")
    report = await talk(
        lambda client: client.messages.send_many(
            [TO, Recipient(OTHER), (TO, "Hi"), {"to": OTHER, "fallback": Fallback.sms()}],
            content=template,
            fallback=plan,
            concurrency=1,
        )
    )

    assert (report.accepted, report.total) == (3, 4)
    assert "content.fallbackText: is required" in report.failed[0].reason
    assert [body["type"] for body in echo.bodies] == ["template", "template", "text"]
    assert {len(body["channels"]) for body in echo.bodies} == {2}


async def test_a_csv_file(talk, echo):
    sheet = "to,text,source\n+6591234567,Hi Mei,\n91234567,Hi Arun,\n+6598765432,Hi Lin,Shop\n"
    rows = csv.DictReader(io.StringIO(sheet))
    report = await talk(lambda client: client.sms.send_many(rows, source="ACME", concurrency=1))

    assert [body["source"] for body in echo.bodies] == ["ACME", "Shop"]
    assert [(outcome.row, outcome.state) for outcome in report.failed] == [(2, SendState.INVALID)]


async def test_surveys(talk, echo, monkeypatch):
    monkeypatch.setattr("eightbyeight.sending.chunks.MOST_MESSAGES", 2)
    report = await talk(
        lambda client: client.surveys.send_batch(
            "nps", [TO, "bad", OTHER, TO], template=LINK, client_batch_id="wave"
        )
    )

    assert [
        (outcome.row, outcome.state, outcome.client_message_id, outcome.umid, outcome.batch_id)
        for outcome in report
    ] == [
        (1, "accepted", "wave-1", f"u-{TO}", "b-wave"),
        (2, "invalid", None, None, None),
        (3, "accepted", "wave-3", f"u-{OTHER}", "b-wave"),
        (4, "accepted", "wave-2-4", f"u-{TO}", "b-wave-2"),
    ]
    assert all(isinstance(batch, AcceptedBatch) for batch in report.batches)
    assert [batch.batch_id for batch in report.batches] == ["b-wave", "b-wave-2"]
    assert [len(batch.messages) for batch in report.batches] == [2, 1]
    assert report.batches == report.batches


async def test_surveys_without_entries(talk):
    report = await talk(
        lambda client: client.surveys.send_batch(
            "nps", [TO, OTHER], template=LINK, include_messages=False
        )
    )

    assert [(outcome.state, outcome.umid) for outcome in report] == [("accepted", None)] * 2


STATUSES = {
    400: (SendState.REJECTED, errors.BadRequest),
    413: (SendState.REJECTED, errors.RequestRefused),
    429: (SendState.NOT_SENT, errors.RateLimited),
    500: (SendState.UNKNOWN, errors.ServerErrorOnSend),
    408: (SendState.UNKNOWN, errors.ServerErrorOnSend),
}


@pytest.mark.parametrize("status", STATUSES)
async def test_batches_that_fail_keep_nobody_back(talk, echo, monkeypatch, status):
    monkeypatch.setattr("eightbyeight.sending.chunks.MOST_MESSAGES", 2)

    def answer(request):
        if b'"clientBatchId":"wave-2"' in request.content:
            return httpx.Response(status, json={"code": 1000, "message": f"no {TO}"})
        return echo(request)

    report = await talk(
        lambda client: client.surveys.send_batch(
            "nps", [TO] * 6, template=LINK, client_batch_id="wave", concurrency=1
        ),
        answer,
    )
    state, kind = STATUSES[status]

    assert [outcome.row for outcome in report.failed] == [3, 4]
    for outcome in report.failed:
        assert outcome.state is state
        assert type(outcome.error) is kind
        assert outcome.error.client_message_id == "wave-2"
        assert outcome.client_message_id == f"wave-2-{outcome.row}"
        assert TO.removeprefix("+") not in outcome.reason
    assert len(report.batches) == 2


@pytest.mark.parametrize("status", [401, 403, 404, 426])
@pytest.mark.parametrize(
    "send",
    [
        lambda client: client.sms.send_many(itertools.repeat(TO), text="Hi"),
        lambda client: client.messages.send_many(itertools.repeat(TO), content="Hi"),
        lambda client: client.surveys.send_batch("nps", itertools.repeat(TO), template=LINK),
    ],
    ids=["sms", "messages", "surveys"],
)
async def test_a_wrong_account_is_found_out_soon(talk, send, status):
    """Even an endless source of rows comes to its end."""
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(status, json={"code": 1200, "message": "no"})

    with pytest.raises(SendStopped) as caught:
        await talk(send, answer)

    assert caught.value.__cause__.status == status
    assert len(seen) <= 10
    assert caught.value.report.accepted == 0


async def test_the_rest_is_not_sent_after_a_wrong_key(talk, echo):
    def answer(request):
        return httpx.Response(401, json={}) if len(echo.bodies) == 2 else echo(request)

    with pytest.raises(SendStopped) as caught:
        await talk(lambda client: client.sms.send_many([TO] * 9, text="Hi", concurrency=1), answer)
    report = caught.value.report

    assert isinstance(caught.value.__cause__, Unauthorized)
    assert [outcome.state for outcome in report][:3] == ["accepted", "accepted", "rejected"]
    assert {outcome.state for outcome in list(report)[3:]} <= {SendState.NOT_SENT}
    assert report.total <= 4


@pytest.mark.parametrize(
    ("send", "path"),
    [
        (lambda c: c.sms.send_many(None, text="Hi"), "rows"),
        (lambda c: c.sms.send_many([TO], text="Hi", concurrency=0), "concurrency"),
        (lambda c: c.sms.send_many([TO], text="Hi", source="Q" * 17), "source"),
        (lambda c: c.messages.send_many(TO, content="Hi"), "rows"),
        (lambda c: c.messages.send_many([TO], content=5), "content"),
        (lambda c: c.surveys.send_batch("nps", TO, template=LINK), "recipients"),
        (lambda c: c.surveys.send_batch("", [TO], template=LINK), "surveyId"),
        (lambda c: c.surveys.send_batch("nps", [TO], template="Hi"), "template.templateBody"),
        (
            lambda c: c.surveys.send_batch("nps", [TO], template=LINK, client_batch_id="x" * 21),
            "clientBatchId",
        ),
        (
            lambda c: c.surveys.send_batch("nps", [TO], template=LINK, include_messages="yes"),
            "includeMessagesInResponse",
        ),
    ],
)
async def test_what_is_wrong_with_all_is_told_at_once(talk, echo, send, path):
    with pytest.raises(InvalidInput) as caught:
        await talk(send)

    assert [problem.path for problem in caught.value.problems] == [path]
    assert echo.bodies == []


def test_a_key_that_cannot_be_got(api, echo):
    def key():
        raise OSError("the vault is closed")

    with (
        api.client(transport=httpx.MockTransport(echo), api_key=key) as client,
        pytest.raises(SendStopped) as caught,
    ):
        client.sms.send_many([TO] * 50, text="Hi")

    assert isinstance(caught.value.__cause__, OSError)
    assert "vault" not in str(caught.value)
    assert echo.bodies == []


def test_nothing_is_imported_before_it_is_needed():
    code = (
        "import sys; from eightbyeight import Client; Client('k', 'acme_hq').sms.send; "
        "print(*(name for name in sys.modules if name.startswith('eightbyeight.sending')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert (done.stdout, done.stderr) == ("\n", "")
