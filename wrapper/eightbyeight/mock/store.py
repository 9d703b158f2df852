"""What the mock remembers: messages with their channel steps, and the requests it was sent."""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eightbyeight.mock.effects import Effect
    from eightbyeight.mock.inbound import Answer
    from eightbyeight.mock.magic import Fate
    from eightbyeight.mock.routes import Route
    from eightbyeight.mock.settings import Settings

_LOG_BYTES = 64 * 1024 * 1024
_LOG_LENGTH = 10_000

#: In place of the time when the agenda looks at a message: not before somebody asks for that.
ASLEEP = datetime.min.replace(tzinfo=UTC)


class Step(NamedTuple):
    """One attempt to deliver a message over one channel, as it stands now.

    A step never changes, it is replaced: so all messages of a batch can start with the same one.
    """

    channel: str
    channel_id: str
    state: str
    since: datetime
    detail: str | None = None
    error_code: int | None = None
    error_message: str | None = None
    before: Step | None = None

    def history(self) -> list[Step]:
        """All states of this attempt, the first one first."""
        states: list[Step] = [self]
        while states[-1].before is not None:
            states.append(states[-1].before)
        return states[::-1]


@dataclass(slots=True)
class Message:
    """A message as it was sent, and how far it has come.

    Attributes:
        content: The request's body as it came, which takes a fraction of the room that it would
            parsed; or its part of a batch, parsed.
        steps: The channels that were tried, each as it stands now.
        route: The channels that may be tried.
        number: The recipient's number, as the request writes it.
        callback_url: Where the request wants its receipts.
        template: What a batch gives to messages that do not bring it themselves.
        fate: What is to become of it, if not the usual.
        due: When the agenda looks at it next; None means never again, `ASLEEP` when it is asked to.
        answers: What the user has answered.
        survey_id: The survey to which it invites.
    """

    umid: str
    product: str
    subaccount: str
    kind: str
    content: Mapping[str, Any] | bytes
    created_at: datetime
    steps: tuple[Step, ...]
    route: Route
    number: str | None = None
    callback_url: str | None = None
    encoding: str | None = None
    batch_id: str | None = None
    client_batch_id: str | None = None
    template: Mapping[str, Any] | None = None
    fate: Fate | None = None
    due: datetime | None = field(default=None, repr=False, compare=False)
    answers: tuple[Answer, ...] = ()
    survey_id: str | None = None

    @property
    def payload(self) -> Mapping[str, Any]:
        """The request's body, or its part of a batch, to be looked at."""
        if isinstance(self.content, bytes):
            found: Mapping[str, Any] = json.loads(self.content)
            return found
        return self.content

    @payload.setter
    def payload(self, payload: Mapping[str, Any]) -> None:
        self.content = payload

    def given(self, name: str) -> Any:
        """A field of the message, or else of its batch's template; None when neither has it."""
        value = self.payload.get(name)
        return value if value is not None or self.template is None else self.template.get(name)


@dataclass(slots=True)
class LoggedRequest:
    """A request to one of the products, with what it was answered.

    Attributes:
        status: The status that was answered; 0 when no answer went out.
        tls: The version of TLS over which it came, if any.
        chaos: The rule of chaos that was played on it.
        effects: What befell it on purpose, by a magic number or a rule.
    """

    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    body: bytes = field(repr=False)
    at: datetime
    operation_id: str | None = None
    status: int = 0
    forgave: list[str] = field(default_factory=list)
    tls: str | None = None
    chaos: str | None = None
    effects: list[Effect] = field(default_factory=list)


class Store:
    """The messages, oldest first, at most `settings.max_messages` of them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # An ordered dict, since a plain one gets slow when its oldest entries are removed.
        self._messages: OrderedDict[str, Message] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, messages: Iterable[Message]) -> None:
        """Remember messages, and forget the oldest ones above the cap."""
        with self._lock:
            for message in messages:
                self._messages[message.umid] = message
            while len(self._messages) > self._settings.max_messages:
                self._messages.popitem(last=False)

    def find(self, product: str, subaccount: str, umid: str) -> Message | None:
        """The message of that id, if it belongs to the product and the sub-account."""
        message = self._messages.get(umid.lower())
        if message is None or message.product != product or message.subaccount != subaccount:
            return None
        return message

    def get(self, umid: str) -> Message | None:
        """The message of that id, whosever it is."""
        return self._messages.get(umid.lower())

    def messages(self, subaccount: str | None = None) -> list[Message]:
        """All messages, oldest first, or those of one sub-account."""
        with self._lock:
            found = list(self._messages.values())
        if subaccount is None:
            return found
        return [message for message in found if message.subaccount == subaccount]

    def clear(self) -> None:
        """Forget all messages."""
        with self._lock:
            self._messages.clear()


class RequestLog:
    """The latest requests, bounded by number and by the bytes of their bodies."""

    def __init__(self) -> None:
        self._entries: deque[LoggedRequest] = deque()
        self._bytes = 0
        self._lock = Lock()

    def append(self, entry: LoggedRequest) -> None:
        """Add a request; the latest one always stays."""
        with self._lock:
            self._entries.append(entry)
            self._bytes += len(entry.body)
            while len(self._entries) > 1 and (
                self._bytes > _LOG_BYTES or len(self._entries) > _LOG_LENGTH
            ):
                self._bytes -= len(self._entries.popleft().body)

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> LoggedRequest:
        return self._entries[index]

    def snapshot(self) -> list[LoggedRequest]:
        """The requests, oldest first."""
        with self._lock:
            return list(self._entries)
