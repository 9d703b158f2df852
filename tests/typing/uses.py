"""The public interface as its users write it. Type checkers read this file; it is never run."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, assert_type

import httpx

import eightbyeight
from eightbyeight import (
    AcceptedBatch,
    AcceptedMessage,
    AcceptedSms,
    AsyncClient,
    Attempt,
    AttemptView,
    BadRequest,
    CallEnd,
    CallView,
    Carousel,
    Client,
    ContentDict,
    Drift,
    DriftKind,
    DriftReport,
    Effect,
    EightByEightError,
    Fallback,
    Header,
    Hooks,
    Image,
    InvalidInput,
    LineCard,
    ListMenu,
    MessageDetails,
    MessageRecord,
    MessageRejected,
    MessageRow,
    MessageState,
    MessageStatus,
    NotSent,
    OutcomeUnknown,
    Parameter,
    Problem,
    ProductList,
    Progress,
    RateLimited,
    Recipient,
    Region,
    Rejected,
    Reply,
    ReplyButtons,
    Result,
    Row,
    RowOutcome,
    Section,
    SendReport,
    SendState,
    SendStopped,
    SmsRow,
    Suggestion,
    SurveyMessageResult,
    SurveyRecipient,
    SurveyTemplate,
    Template,
    TemplateButton,
    Text,
    Timeouts,
    WaitView,
    content,
)
from eightbyeight.integrations.opentelemetry import OpenTelemetryHooks
from eightbyeight_generated.models import PhoneRecipient, SmsRequest, SurveyMessage

TO = "+6591234567"


def current_key() -> str:
    return "key"


async def fetched_key() -> str:
    return "key"


def clients() -> None:
    assert_type(Client("key", "acme_hq", "apac"), Client)
    assert_type(Client.from_env(), Client)
    assert_type(AsyncClient.from_env(), AsyncClient)
    Client(current_key, "acme_hq", Region.EU, base_url={"sms": "http://127.0.0.1:8808"})
    Client("key", "acme_hq", http_client=httpx.Client(), timeouts=Timeouts(read=5), max_attempts=1)
    Client("key", "acme_hq", transport=httpx.MockTransport(lambda _: httpx.Response(200)))
    AsyncClient(current_key, "acme_hq", http_client=httpx.AsyncClient())
    AsyncClient(fetched_key, "acme_hq")
    with Client.from_env() as client:
        assert_type(client, Client)
        assert_type(client.with_options(subaccount_id="acme_line"), Client)
        assert_type(client.subaccount_id, str)
        assert_type(client.region, str)


class Observer(Hooks):
    def call_started(self, call: CallView) -> None:
        assert_type(call.url, str)
        assert_type(call.client_message_id, str | None)
        assert_type(call.headers["User-Agent"], str)

    def attempt_started(self, call: CallView, number: int) -> None:
        print(call.operation, number)

    def attempt_ended(self, call: CallView, attempt: AttemptView) -> None:
        assert_type(attempt.status, int | None)
        assert_type(attempt.effect is Effect.UNKNOWN, bool)

    def waiting(self, call: CallView, wait: WaitView) -> None:
        assert_type(wait.seconds, float)
        assert_type(wait.reason, Literal["retry", "rate_limit"])

    def call_ended(self, call: CallView, end: CallEnd) -> None:
        assert_type(end.state, SendState | None)
        assert_type(end.error, type[BaseException] | None)
        if end.error is not None and issubclass(end.error, OutcomeUnknown):
            print(call.client_message_id)


def note(drift: Drift) -> None:
    assert_type(drift.kind, DriftKind)
    assert_type(drift.severity, str)


def observed(drifts: list[Drift]) -> None:
    Client("key", "acme_hq", on_drift=note)
    Client("key", "acme_hq", on_drift=drifts.append)
    Client("key", "acme_hq", on_drift="drift.json")
    AsyncClient("key", "acme_hq", on_drift=DriftReport("drift.json"))
    Client("key", "acme_hq", hooks=Observer())
    AsyncClient("key", "acme_hq", hooks=[Observer(), OpenTelemetryHooks(references=True)])


def sends(client: Client) -> None:
    message = client.messages.send(
        TO,
        Text("Hi"),
        fallback=Fallback.whatsapp(after=60, until="delivered").then_sms(source="ACME"),
        scheduled=datetime(2026, 12, 24, tzinfo=UTC),
    )
    assert_type(message, AcceptedMessage)
    assert_type(message.umid, str)
    assert_type(message.client_message_id, str | None)
    assert_type(message.status, MessageStatus)
    assert_type(message.status.state, str | None)
    assert_type(message.status.timestamp, datetime | None)
    assert_type(message.status.state == MessageState.QUEUED, bool)
    assert_type(message.unknown_fields, dict[str, Any])
    assert_type(message.response, Reply)
    assert_type(message.response.status, int)
    assert_type(message.is_readable, bool)

    client.messages.send(Recipient(TO, channel_user_id="SG.1"), "Hi")
    client.messages.send({"msisdn": TO}, {"type": "text", "content": {"text": "Hi"}})
    wire: ContentDict = {"type": "text", "content": {"text": "Hi"}}
    client.messages.send(TO, wire)
    client.messages.send(TO, {"type": "one that is new", "content": {}})
    client.messages.send(TO, content.Location(1.29, 103.85))
    client.messages.send(PhoneRecipient(msisdn=TO), "Hi", fallback=[{"channel": "SMS"}])
    client.messages.send("91234567", "Hi", country="SG", extra={"new": 1})

    sms = client.sms.send(TO, "Your code is 123456", source="ACME", track=True)
    assert_type(sms, AcceptedSms)
    assert_type(sms.status.code, str | None)

    assert_type(client.line.notify(TO, title="Hi", items={"a": "b"}), AcceptedMessage)
    assert_type(client.line.notify(TO, LineCard(title="Hi", emphasis=("a", "b"))), AcceptedMessage)
    client.line.notify(TO, {"title": "Hi"}, sms_fallback="Hi")

    report = client.surveys.send_batch(
        "nps", [TO, SurveyRecipient(TO), {"destination": TO}], template="{{url}}"
    )
    assert_type(report, SendReport)
    assert_type(report.batches, tuple[AcceptedBatch, ...])
    assert_type(report.batches[0].accepted_count, int | None)
    assert_type(report.batches[0].messages, tuple[SurveyMessageResult, ...])
    client.surveys.send_batch("nps", [TO], template=SurveyTemplate("{{url}}"))
    client.surveys.send_batch("nps", [SurveyMessage(destination=TO)], template={"templateBody": ""})
    client.surveys.send_batch("nps", (number for number in (TO, TO)))

    details = client.messages.get(message.umid)
    assert_type(details, MessageDetails)
    assert_type(iter(details), Iterator[MessageRecord])
    assert_type(details.latest, MessageRecord | None)
    assert_type([record.step for record in details], list[int | None])

    assert_type(client.request("sendSms", {"destination": TO, "text": "Hi"}), Result)
    assert_type(client.request("sendSms", SmsRequest(destination=TO, text="Hi")), Result)
    assert_type(client.request("getMessageDetails", umid="1"), Result)


def many(client: Client) -> None:
    row: SmsRow = {"to": TO, "text": "Hi", "track": True}
    rich: MessageRow = {"to": Recipient(TO), "content": Text("Hi"), "fallback": Fallback.sms()}
    report = client.sms.send_many([TO, (TO, "Hi"), row, {"to": TO}], text="Hi", source="ACME")
    assert_type(report, SendReport)
    assert_type(report.accepted, int)
    assert_type([outcome.row for outcome in report], list[int])
    assert_type(report.failed, tuple[RowOutcome, ...])
    assert_type(report.failed[0].state, SendState)
    assert_type(report.failed[0].umid, str | None)
    assert_type(report.failed[0].error, Exception | None)
    assert_type(report.is_complete, bool)
    client.messages.send_many(
        [TO, Recipient(TO), (TO, "Hi"), (Recipient(TO), Text("Hi")), rich, {"to": TO}],
        content=Text("Hi"),
        fallback=Fallback.whatsapp(after=60).then_sms(),
    )
    with open("rows.csv", encoding="utf-8") as file:  # noqa: PTH123
        client.sms.send_many(csv.DictReader(file), concurrency=20)
        client.sms.send_many((line for line in file), text="Hi")

    def write(outcome: RowOutcome) -> None:
        print(outcome.reason)

    def show(progress: Progress) -> None:
        assert_type(progress.total, int | None)

    client.sms.send_many([TO], text="Hi", on_outcome=write, on_progress=show)
    try:
        client.sms.send_many([TO], text="Hi")
    except SendStopped as stopped:
        assert_type(stopped.report, SendReport | None)


async def many_asynchronously(client: AsyncClient) -> None:
    async def rows() -> AsyncIterator[tuple[str, str]]:
        yield TO, "Hi"

    async def write(outcome: RowOutcome) -> None:
        print(outcome.reason)

    assert_type(await client.sms.send_many(rows(), on_outcome=write), SendReport)
    assert_type(await client.messages.send_many(rows()), SendReport)
    assert_type(await client.surveys.send_batch("nps", [TO]), SendReport)


async def asynchronous(client: AsyncClient) -> None:
    async with client as same:
        assert_type(same, AsyncClient)
    assert_type(await client.messages.send(TO, "Hi"), AcceptedMessage)
    assert_type(await client.messages.get("1"), MessageDetails)
    assert_type(await client.sms.send(TO, "Hi"), AcceptedSms)
    assert_type(await client.line.notify(TO, title="Hi"), AcceptedMessage)
    assert_type(await client.request("sendSms", {}), Result)
    assert_type(client.with_options(max_attempts=1), AsyncClient)


def contents(client: Client) -> None:
    for piece in (
        Image("https://x.example.com/1.jpg", "Look", suggestions=[Suggestion.reply("a", "b")]),
        ReplyButtons("Fine?", {"y": "Yes"}, header=Header.image(id="1")),
        ListMenu("b", "o", sections=[Section("A", [Row("1", "One"), {"id": "2", "title": "Two"}])]),
        ProductList("cat", {"Shoes": ["sku-1"]}, body="b"),
        Template(
            "t",
            "en",
            header=Parameter.image("https://x.example.com/1.jpg"),
            body=["Mei", Parameter.text("x")],
            buttons=[TemplateButton.url("x")],
            ttl=timedelta(minutes=5),
        ),
        Template("t", "en", body={"name": "Mei"}, category="utility"),
        Carousel([{"media": {"contentInfo": {"fileUrl": "https://x.example.com/1.jpg"}}}]),
    ):
        client.messages.send(TO, piece)
    assert_type(Fallback.channel("RCS", after=timedelta(minutes=1)).then("Viber"), Fallback)


def failures(client: Client) -> None:
    try:
        client.sms.send(TO, "Hi")
    except InvalidInput as error:
        assert_type(error.problems, tuple[Problem, ...])
        assert_type(error.problems[0].path, str)
    except RateLimited as error:
        assert_type(error.retry_after, float | None)
    except MessageRejected as error:
        assert_type(error.umid, str | None)
    except BadRequest as error:
        assert_type(error.status, int)
        assert_type(error.code, int | None)
        assert_type(error.error_id, str | None)
        assert_type(error.response, Reply | None)
    except (NotSent, Rejected) as error:
        assert_type(error.attempts, tuple[Attempt, ...])
    except OutcomeUnknown as error:
        assert_type(error.client_message_id, str | None)
        assert_type(error.response, Reply | None)
    except EightByEightError as error:
        assert_type(str(error), str)


assert_type(eightbyeight.__version__, str)
