"""What a journal hands out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...core.reply import Reply

if TYPE_CHECKING:
    from sqlalchemy import Row

    from ...core.send_state import SendState


@dataclass(frozen=True, slots=True)
class Ticket:
    """A send that is in flight.

    ``attempt`` tells a late answer from the one that is waited for; ``is_doubtful`` that an earlier attempt may have
    been executed, which nothing but an acceptance ends.
    """

    entry: int
    attempt: int
    operation: str
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal: one request, and what is known of it.

    ``rows`` are inclusive ranges of the run's rows that the request holds; ``reply`` is the answer as it was
    recorded, or what a receipt proved instead of it.
    """

    id: int
    run: str | None
    number: int | None
    rows: tuple[tuple[int, int], ...]
    reference: str
    operation: str
    product: str
    host: str
    path: str
    content: bytes | None = field(repr=False)
    state: SendState
    attempt: int
    umid: str | None
    reply: Reply | None = field(repr=False)
    reason: str | None

    @classmethod
    def from_line(cls, line: Row[tuple[object, ...]]) -> Entry:
        """Read a line of the table."""
        import json

        values = line._mapping
        reply = (
            None
            if values["status"] is None
            else Reply(values["status"], {}, bytes(values["reply"] or b""))
        )
        return cls(
            id=values["id"],
            run=values["run"],
            number=values["number"],
            rows=tuple((first, last) for first, last in json.loads(values["row_ranges"] or "[]")),
            reference=values["reference"],
            operation=values["operation"],
            product=values["product"],
            host=values["host"],
            path=values["path"],
            content=None if values["content"] is None else bytes(values["content"]),
            state=values["state"],
            attempt=values["attempt"],
            umid=values["umid"],
            reply=reply,
            reason=values["reason"],
        )


@dataclass(frozen=True, slots=True)
class InvalidRow:
    """A row of a run that broke a rule and was never planned."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Which entries a worker wants: of one run or of all, in these states, after this one, so many."""

    run: str | None
    states: tuple[SendState, ...]
    after: int
    most: int
