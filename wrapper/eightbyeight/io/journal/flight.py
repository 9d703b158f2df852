"""The steps of a send in the journal. Each runs in a transaction of the writer."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, bindparam, insert, or_, select, update

from ...core.outcome import error_body
from ...core.problems import Problem
from ...core.recorded import Recorded
from ...core.redaction import mask_numbers
from ...core.send_state import SendState
from ...errors import InvalidInput
from .entry import Entry, Ticket
from .tables import sends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ...core.call import Call
    from ...core.reply import Reply
    from .entry import Claim

# What may be sent although it stands in the journal: nobody can have executed it.
_SENDABLE = (SendState.PLANNED, SendState.NOT_SENT, SendState.REJECTED)
# A run leaves alone what was refused, also when another worker was refused since this one claimed it.
_SENDABLE_IN_RUNS = (SendState.PLANNED, SendState.NOT_SENT)
_FLYING = ("state", "owner", "lease_until", "changed_at")
_LONGEST_REASON = 1000
_ABANDONED = "the worker ended while the request was in flight"
_BATCH = "sendSurveyBatch"

# Made once: building a statement costs more than running it.
_BY_REFERENCE = select(sends).where(sends.c.reference == bindparam("key"))
_BY_ID = select(sends).where(sends.c.id == bindparam("key"))
_INSERT = insert(sends)
_TAKE = (
    update(sends)
    .where(
        sends.c.id == bindparam("key"),
        sends.c.attempt == bindparam("last_attempt"),
        sends.c.state == bindparam("last_state"),
    )
    .values({name: bindparam(name) for name in (*_FLYING, "attempt")})
)
_END: dict[str, BindParameter[Any]] = {
    name: bindparam(name)
    for name in (
        "state",
        "owner",
        "lease_until",
        "changed_at",
        "status",
        "reply",
        "umid",
        "reason",
    )
}
# Nothing undoes an acceptance, and the body of a message that was accepted is not needed any more.
_IS_OPEN = (sends.c.id == bindparam("key")) & (sends.c.state != SendState.ACCEPTED)
_ACCEPT = update(sends).where(_IS_OPEN).values(_END)
_ACCEPT_AND_ERASE = update(sends).where(_IS_OPEN).values({**_END, "content": None})
_SETTLE = (
    update(sends)
    .where(
        sends.c.id == bindparam("key"),
        sends.c.attempt == bindparam("own_attempt"),
        sends.c.state.in_([SendState.IN_FLIGHT, SendState.UNKNOWN]),
    )
    .values(_END)
)


def fingerprint(call: Call[Any]) -> str:
    """Return what tells a message from another under the same reference."""
    digest = hashlib.sha256()
    for part in (call.operation, call.path):
        digest.update(part.encode() + b"\0")
    digest.update(call.content or b"")
    return digest.hexdigest()


def begin(
    connection: Connection,
    call: Call[Any],
    host: str,
    owner: str,
    now: float,
    lease_until: float,
    *,
    again: bool,
) -> Ticket | Recorded:
    """Put a send in flight; see ``Journal.begin``."""
    reference = call.client_message_id or f"local-{os.urandom(16).hex()}"
    find, key = (
        (_BY_REFERENCE, {"key": reference}) if call.entry is None else (_BY_ID, {"key": call.entry})
    )
    line = connection.execute(find, key).one_or_none()
    flying = {
        "state": SendState.IN_FLIGHT,
        "owner": owner,
        "lease_until": lease_until,
        "changed_at": now,
    }
    if line is None:
        inserted = connection.execute(
            _INSERT,
            {
                **flying,
                "reference": reference,
                "fingerprint": fingerprint(call),
                "operation": call.operation,
                "product": call.product,
                "host": host,
                "path": call.path,
                "content": call.content,
                "attempt": 1,
                "planned_at": now,
            },
        )
        return Ticket(int(next(iter(inserted.inserted_primary_key or ()))), 1, call.operation)
    if line.fingerprint != fingerprint(call):
        raise InvalidInput.because(
            [
                Problem(
                    "clientMessageId",
                    "unique",
                    "belongs to another message in the journal; a reference stands for one message only",
                )
            ]
        )
    entry = Entry.from_line(line)
    is_leased = line.owner not in (None, owner) and (line.lease_until or 0) >= now
    if entry.state is SendState.IN_FLIGHT and not is_leased and line.owner != owner:
        expire(connection, now)
        entry = Entry.from_line(connection.execute(find, key).one())
    states = _SENDABLE if call.entry is None else _SENDABLE_IN_RUNS
    if again:
        states = (*states, SendState.UNKNOWN)
    if is_leased or entry.state not in states:
        state = SendState.IN_FLIGHT if is_leased else entry.state
        return Recorded(state, entry.reply)
    taken = connection.execute(
        _TAKE,
        {
            **flying,
            "attempt": entry.attempt + 1,
            "key": entry.id,
            "last_attempt": entry.attempt,
            "last_state": entry.state,
        },
    )
    if taken.rowcount != 1:
        return Recorded(SendState.IN_FLIGHT)  # another worker was quicker
    is_doubtful = entry.state is SendState.UNKNOWN
    return Ticket(entry.id, entry.attempt + 1, entry.operation, is_doubtful)


def settle(
    connection: Connection,
    ticket: object,
    state: SendState,
    reply: Reply | None,
    error: BaseException | None,
    now: float,
) -> None:
    """Write down the end of a send. A later attempt of another worker is left alone, unless this one was accepted."""
    if not isinstance(ticket, Ticket):
        raise TypeError("only a ticket of this journal can be settled")
    if ticket.is_doubtful and state is not SendState.ACCEPTED:
        state = SendState.UNKNOWN
    values: dict[str, Any] = {
        "key": ticket.entry,
        "state": state,
        "owner": None,
        "lease_until": None,
        "changed_at": now,
        "status": None if reply is None else reply.status,
        "reply": None if reply is None else reply.content,
        "umid": None if reply is None else _id_in(reply),
        "reason": None if error is None else reason_of(error),
    }
    if state is not SendState.ACCEPTED:
        connection.execute(_SETTLE, {**values, "own_attempt": ticket.attempt})
    else:
        is_kept = ticket.operation == _BATCH  # its rows are told apart by what it held
        connection.execute(_ACCEPT if is_kept else _ACCEPT_AND_ERASE, values)


def claim(
    connection: Connection, claim: Claim, owner: str, now: float, lease_until: float
) -> list[Entry]:
    """Lease entries; see ``Journal.claim``."""
    expire(connection, now)
    is_free = or_(sends.c.owner.is_(None), sends.c.owner == owner, sends.c.lease_until < now)
    wanted = (
        select(sends.c.id)
        .where(
            sends.c.id > claim.after,
            sends.c.state.in_(claim.states),
            is_free,
            sends.c.run.is_not(None) if claim.run is None else sends.c.run == claim.run,
        )
        .order_by(sends.c.id)
        .limit(claim.most)
        .with_for_update(skip_locked=True)
    )
    ids = list(connection.execute(wanted).scalars())
    if not ids:
        return []
    connection.execute(
        update(sends)
        .where(sends.c.id.in_(ids), is_free)
        .values(owner=owner, lease_until=lease_until)
    )
    lines = connection.execute(
        select(sends).where(sends.c.id.in_(ids), sends.c.owner == owner).order_by(sends.c.id)
    )
    return [Entry.from_line(line) for line in lines]


def release(connection: Connection, entries: Sequence[int], owner: str) -> None:
    """Give back entries; see ``Journal.release``."""
    connection.execute(
        update(sends)
        .where(
            sends.c.id.in_(entries),
            sends.c.owner == owner,
            sends.c.state != SendState.IN_FLIGHT,
        )
        .values(owner=None, lease_until=None)
    )


def expire(connection: Connection, now: float) -> None:
    """Give up what has been in flight for longer than any send can last: nobody knows what became of it."""
    connection.execute(
        update(sends)
        .where(sends.c.state == SendState.IN_FLIGHT, sends.c.lease_until < now)
        .values(
            state=SendState.UNKNOWN,
            owner=None,
            lease_until=None,
            reason=_ABANDONED,
            changed_at=now,
        )
    )


def reason_of(error: BaseException) -> str:
    """Return an error in words that may be kept."""
    text = mask_numbers(str(error)) or type(error).__name__
    return text[:_LONGEST_REASON]


def _id_in(reply: Reply) -> str | None:
    """Return the ID that an answer gives to a message or a batch."""
    body = error_body(reply)
    for name in ("umid", "batchId"):
        value = body.get(name)
        if isinstance(value, str) and len(value) <= 100:
            return value
    return None
