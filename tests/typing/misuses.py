"""Mistakes that type checkers must find, each on a line marked "wrong". This file is never run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from eightbyeight import (
    AsyncClient,
    CallEnd,
    CallView,
    Client,
    ContentDict,
    Fallback,
    Hooks,
    Image,
    Recipient,
    ReplyButtons,
    SmsRow,
    Suggestion,
    SurveyRecipient,
    Text,
    Timeouts,
)

TO = "+6591234567"


async def fetched_key() -> str:
    return "key"


class Observer(Hooks):
    def call_started(self, call: CallView, more: int) -> None:  # wrong
        call.operation = "sendSms"  # wrong
        print(call.text)  # wrong

    async def call_ended(self, call: CallView, end: CallEnd) -> None:  # wrong
        end.state = None  # wrong


def observed() -> None:
    Client("key", "acme_hq", hooks=print)  # wrong
    Client("key", "acme_hq", hooks=Hooks)  # wrong
    Client("key", "acme_hq", on_drift=5)  # wrong
    Client("key", "acme_hq", on_drift=lambda: None)  # wrong


def clients() -> None:
    Client(5, "acme_hq")  # wrong
    Client(fetched_key, "acme_hq")  # wrong
    Client("key", "acme_hq", "apac", "http://127.0.0.1")  # wrong
    Client("key", "acme_hq", timeouts=5)  # wrong
    Client("key", "acme_hq", retries=5)  # wrong
    Timeouts(read="5")  # wrong


def sends(client: Client) -> None:
    client.messages.send(TO)  # wrong
    client.messages.send(6591234567, "Hi")  # wrong
    client.messages.send(TO, 5)  # wrong
    client.messages.send(TO, "Hi", fallback="SMS")  # wrong
    client.messages.send(TO, "Hi", scheduled="2026-12-24")  # wrong
    client.messages.send(TO, "Hi", text="Hi")  # wrong
    client.sms.send(Recipient(TO), "Hi")  # wrong
    client.sms.send(TO, Text("Hi"))  # wrong
    client.sms.send(TO, "Hi", "ACME")  # wrong
    client.line.notify(TO, "Hi")  # wrong
    client.surveys.send_batch("nps", [5])  # wrong
    client.surveys.send_batch("nps", TO, template=5)  # wrong
    client.sms.send_many([5], text="Hi")  # wrong
    client.sms.send_many([(TO, 5)])  # wrong
    client.sms.send_many([TO], text=5)  # wrong
    client.sms.send_many([TO], client_message_id="one for all")  # wrong
    client.sms.send_many([TO], on_outcome=lambda: None)  # wrong
    client.messages.send_many([(TO, 5)])  # wrong
    print(client.sms.send_many([TO], text="Hi").umid)  # wrong
    row: SmsRow = {"too": TO}  # wrong
    print(row)
    wire: ContentDict = {"type": "txt", "content": {}}  # wrong
    print(wire)
    client.messages.get(5)  # wrong
    state = client.messages.get("1").state  # wrong
    print(state)
    client.sms.send(TO, "Hi").umid + 5  # wrong
    client.subaccount_id = "other"  # wrong
    client.mesages.send(TO, "Hi")  # wrong


async def asynchronous(client: AsyncClient) -> None:
    umid = client.messages.send(TO, "Hi").umid  # wrong
    accepted = client.sms.send_many([TO]).accepted  # wrong
    print(accepted)
    print(umid)
    with client:  # wrong
        pass


def synchronous(client: Client, rows: AsyncIterator[str]) -> None:
    client.sms.send_many(rows)  # wrong


def contents() -> None:
    Image()  # wrong
    Text("Hi", suggestions=["Yes"])  # wrong
    ReplyButtons("Fine?", ["Yes"])  # wrong
    Fallback.whatsapp(60)  # wrong
    Fallback.whatsapp(after="60")  # wrong
    Fallback.whatsapp(after=60.5)  # wrong
    Suggestion.calendar_event("a", "b", title="c", start="2026", end=datetime.now(UTC))  # wrong
    SurveyRecipient(TO, variables=["Mei"])  # wrong
