"""Everything that is known of one message: its way, its request, its webhooks, what can be done."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from eightbyeight.mock import commands
from eightbyeight.mock.channels import FAILURES
from eightbyeight.mock.control import shown_request
from eightbyeight.mock.inbox.bubbles import accent_of, channel_name, error_of
from eightbyeight.mock.inbox.conversations import id_of, name_of
from eightbyeight.mock.sms_texts import goes_as_sms, sms_of
from eightbyeight.mock.timeline import Event, timeline_of

if TYPE_CHECKING:
    from eightbyeight.mock.app import MockApp
    from eightbyeight.mock.deliveries import Delivery
    from eightbyeight.mock.segments import Segments
    from eightbyeight.mock.store import LoggedRequest, Message


# A batch may be larger than anybody reads.
_LONGEST = 50_000


class Leg(NamedTuple):
    """One channel of the way.

    Attributes:
        number: From 1.
        channel: Its name.
        accent: Its colour.
        channel_id: Which of several such channels.
        is_over: Whether it was given up.
        events: What happened there.
        rule: When the next channel would follow; empty for the last one.
    """

    number: int
    channel: str
    accent: str
    channel_id: str
    is_over: bool
    events: list[Event]
    rule: str


class Act(NamedTuple):
    """Something that can be done with a message.

    Attributes:
        name: As addresses name it.
        label: As buttons do.
        refusal: Why it is not possible now; empty when it is.
    """

    name: str
    label: str
    refusal: str


class Sms(NamedTuple):
    """How a message goes as an SMS."""

    size: Segments
    characters: int
    source: str
    text: str


class Webhook(NamedTuple):
    """A webhook with every attempt."""

    delivery: Delivery
    body: str


class Details(NamedTuple):
    """What the details of a message show.

    Attributes:
        facts: Names with values, such as the sub-account.
        survey: What answering the survey would be, if it invites to one.
        planned: Channels of the chain that were not needed, or not yet.
        request: The HTTP request as it came; None when the log has it no more.
        body: The message as the mock took it, as JSON.
    """

    message: Message
    conversation: str
    channel: str
    accent: str
    state: str
    error: str
    facts: list[tuple[str, str]]
    acts: list[Act]
    survey: Act | None
    legs: list[Leg]
    planned: list[str]
    sms: Sms | None
    request: dict[str, Any] | None
    body: str
    webhooks: list[Webhook]


def details_of(app: MockApp, message: Message) -> Details:
    """Gather what is known of a message."""
    step = message.steps[-1]
    logged = _request_of(app, message)
    return Details(
        message,
        id_of(message),
        channel_name(step.channel),
        accent_of(step.channel),
        step.state,
        error_of(message),
        _facts(message),
        _acts(app, message),
        _survey(app, message),
        _legs(message),
        [channel_name(leg.channel) for leg in message.route.legs[len(message.steps) :]],
        _sms(message),
        None if logged is None else _shown(logged),
        pretty(message.payload),
        [
            Webhook(entry, pretty(entry.payload))
            for entry in app.receipts
            if entry.umid == message.umid
        ],
    )


def pretty(value: Any) -> str:
    """JSON to be read."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def _facts(message: Message) -> list[tuple[str, str]]:
    given = [
        ("Message id", message.umid),
        ("Sub-account", message.subaccount),
        ("To", name_of(id_of(message))),
        ("Kind", str(message.payload.get("type") or message.kind)),
        ("Survey", message.survey_id),
        ("Client id", message.payload.get("clientMessageId")),
        ("Batch", message.batch_id),
        ("Client batch", message.client_batch_id),
        ("Scheduled", message.given("scheduled")),
        ("Expires", message.given("expiry")),
    ]
    return [(name, str(value)) for name, value in given if value]


def _acts(app: MockApp, message: Message) -> list[Act]:
    fail = partial(commands.fail, code=None, words=None, state="undelivered")
    known = (
        ("dispatch", "Send", commands.dispatch),
        ("deliver", "Deliver", commands.deliver),
        ("read", "Read", commands.read),
        ("fail", "Fail", fail),
    )
    return [Act(name, label, _refusal(app, message, command)) for name, label, command in known]


def _refusal(app: MockApp, message: Message, command: commands.Command) -> str:
    try:
        # A command only tells what would change.
        command(message, app.clock.now())
    except commands.NotPossible as error:
        return str(error)
    return ""


def _survey(app: MockApp, message: Message) -> Act | None:
    if message.survey_id is None:
        return None
    refusal = ""
    try:
        commands.check_survey(message, app.clock.now())
    except commands.NotPossible as error:
        refusal = str(error)
    return Act("survey", "Answer the survey", refusal)


def _legs(message: Message) -> list[Leg]:
    events = timeline_of(message)
    legs = []
    for number, step in enumerate(message.steps, 1):
        plan = message.route.legs[number - 1] if number <= len(message.route.legs) else None
        is_last = number >= len(message.route.legs)
        rule = (
            ""
            if plan is None or is_last
            else f"next channel unless {plan.success} in {plan.wait:g} s"
        )
        legs.append(
            Leg(
                number,
                channel_name(step.channel),
                accent_of(step.channel),
                step.channel_id,
                number < len(message.steps) or step.state in FAILURES,
                [event for event in events if event.step == number],
                rule,
            )
        )
    return legs


def _sms(message: Message) -> Sms | None:
    if not goes_as_sms(message):
        return None
    sms = sms_of(message)
    return Sms(sms.segments(), len(sms.text), sms.source or "", sms.text)


def _request_of(app: MockApp, message: Message) -> LoggedRequest | None:
    """The request that brought a message: the one of that moment."""
    place = f"/{message.subaccount}/"
    found = [
        entry
        for entry in app.requests.snapshot()
        if entry.at == message.created_at and entry.method == "POST" and place in entry.target
    ]
    if len(found) > 1:
        # A clock that stands still gives several requests one moment.
        found = [entry for entry in found if _json_of(entry.body) == message.payload]
    return found[0] if found else None


def _shown(entry: LoggedRequest) -> dict[str, Any]:
    shown = shown_request(entry)
    text, size = shown["body"], len(shown["body"])
    value = _json_of(entry.body) if size <= _LONGEST else None
    shown["body"] = pretty(value) if value is not None else text[:_LONGEST]
    shown["hidden"] = max(0, size - _LONGEST)
    return shown


def _json_of(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
