"""What a server does with a request, and what it has accepted: the truth that a journal is measured by."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from zlib import crc32

QUEUED, REFUSED = "QUEUED", "REJECTED"
REFUSING = "refuse in a 200"

# What the server may do with a whole request. Those of the first kind leave no doubt about it.
PLAIN = ("ok", "429", "400", REFUSING, "garbled")
DOUBTFUL = ("lose", "hang up", "500 after", "500 before", "reset", "stall")
ACCEPTING = {"ok", "garbled", "lose", "hang up", "500 after", "stall"}


@dataclass(frozen=True)
class Mood:
    """How the server behaves from now on.

    A message's behaviour depends on nothing but its text and how often it was seen, so that it does not matter
    which thread of a worker is quicker. ``cuts`` is the exception: every so many requests, the connection is reset
    as soon as the head has been read.
    """

    behaviours: tuple[str, ...] = ("ok",)
    is_down: bool = False
    cuts: int = 0

    @property
    def stalls(self) -> bool:
        return "stall" in self.behaviours

    def behaviour(self, text: str, times: int) -> str:
        return self.behaviours[crc32(f"{text} {times}".encode()) % len(self.behaviours)]

    def __str__(self) -> str:
        if self.is_down:
            return "down"
        return ", ".join(self.behaviours) + (f", every {self.cuts}. cut" if self.cuts else "")


GOOD = Mood()
DOWN = Mood(is_down=True)


@dataclass(frozen=True)
class Message:
    """A message as it is in a request. Its text tells it from all others, whatever reference it carries."""

    text: str
    reference: str


@dataclass(frozen=True)
class Request:
    """A request as it came: one message, or a batch of them."""

    kind: str  # sms, chat or survey
    reference: str
    messages: tuple[Message, ...]

    @classmethod
    def read(cls, body: bytes) -> Request:
        data = json.loads(body)
        if "messages" in data:
            messages = [
                Message(one["templateVariables"]["what"], one["clientMessageId"])
                for one in data["messages"]
            ]
            return cls("survey", data["clientBatchId"], tuple(messages))
        reference = data["clientMessageId"]
        if "content" in data:
            return cls("chat", reference, (Message(data["content"]["text"], reference),))
        return cls("sms", reference, (Message(data["text"], reference),))


@dataclass(frozen=True)
class Accepted:
    """A message that the server has accepted."""

    kind: str
    text: str
    reference: str
    umid: str
    batch: str | None  # the batch's reference, and
    batch_id: str | None

    def receipt(self, state: str, *, has_reference: bool = True) -> dict[str, object]:
        """Return the webhook that tells of it."""
        named = {
            "clientMessageId": self.reference,
            **({"clientBatchId": self.batch, "batchId": self.batch_id} if self.batch else {}),
        }
        return {
            "namespace": "ChatApps" if self.kind == "chat" else "SMS",
            "eventType": "outbound_message_status_changed",
            "payload": {
                "umid": self.umid,
                "subAccountId": "acme",
                **(named if has_reference else {}),
                "status": {"state": state, "timestamp": "2026-01-04T08:19:45.99Z"},
            },
        }


@dataclass
class Ledger:
    """All that the server knows. ``taken`` counts requests by their references, ``accepted`` messages by texts."""

    seen: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    references: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    requests: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    messages: list[Accepted] = field(default_factory=list)

    def see(self, request: Request, mood: Mood) -> str:
        """Note that a request has come, and return what is to be done with it."""
        text = request.messages[0].text
        self.seen[text] += 1
        self.requests.add(request.reference)
        for message in request.messages:
            self.references[message.text].add(message.reference)
        behaviour = mood.behaviour(text, self.seen[text])
        if behaviour in DOUBTFUL:
            self.doubtful.add(request.reference)
        return behaviour

    def accept(self, request: Request, behaviour: str) -> bytes:
        """Accept a request, and return the body of the answer. Of a batch, every second one may be refused."""
        self.taken[request.reference] += 1
        batch_id = f"b-{request.reference}"
        is_batch = request.kind == "survey"
        entries = []
        for number, message in enumerate(request.messages):
            umid = f"u-{crc32(message.text.encode()):08x}-{self.accepted[message.text]}"
            code = REFUSED if behaviour == REFUSING and number % 2 else QUEUED
            entries.append(
                {
                    "umid": umid,
                    "clientMessageId": message.reference,
                    "status": {"code": code, "state": "queued", "description": "as scripted"},
                }
            )
            if code == QUEUED:
                self.accepted[message.text] += 1
                batch = (request.reference, batch_id) if is_batch else (None, None)
                self.messages.append(
                    Accepted(request.kind, message.text, message.reference, umid, *batch)
                )
        if not is_batch:
            return json.dumps(entries[0]).encode()
        refused = sum(entry["status"]["code"] == REFUSED for entry in entries)
        answer = {
            "batchId": batch_id,
            "clientBatchId": request.reference,
            "acceptedCount": len(entries) - refused,
            "rejectedCount": refused,
            "messages": entries,
        }
        return json.dumps(answer).encode()

    def details(self, umid: str) -> bytes | None:
        """Return what a lookup of a umid answers."""
        for message in self.messages:
            if message.umid == umid and message.kind == "chat":
                record = {"umid": umid, "clientMessageId": message.reference, "step": 1}
                return json.dumps({"data": [record]}).encode()
        return None
