"""Settles unknown sends by proof: receipts, recorded answers and lookups. Never by guessing."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, or_, select, update

from ...core.send_state import SendState
from .entry import Entry
from .flight import expire
from .tables import receipts, sends

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from ...core.receipt import Receipt

_BATCH = "sendSurveyBatch"
_UNKNOWN = sends.c.state == SendState.UNKNOWN
_PROVEN = 200  # stands for the answer that never arrived
# A message of a batch may carry the same reference as another message that was sent on its own.
_PROVES = or_(
    and_(
        sends.c.operation != _BATCH,
        receipts.c.reference == sends.c.reference,
        receipts.c.batch_reference.is_(None),
    ),
    and_(sends.c.operation == _BATCH, receipts.c.batch_reference == sends.c.reference),
)


def add_receipt(connection: Connection, receipt: Receipt, now: float) -> None:
    """Keep a receipt; one that is known is left as it is."""
    digest = hashlib.sha256(repr(receipt).encode()).hexdigest()
    if connection.execute(select(receipts.c.digest).where(receipts.c.digest == digest)).first():
        return
    connection.execute(
        insert(receipts).values(
            digest=digest,
            reference=receipt.client_message_id,
            batch_reference=receipt.client_batch_id,
            umid=receipt.umid,
            batch_id=receipt.batch_id,
            namespace=receipt.namespace,
            subaccount_id=receipt.subaccount_id,
            state=receipt.state,
            is_looked_up=False,
            received_at=now,
        )
    )


def settle(connection: Connection, now: float) -> list[Entry]:
    """Accept what receipts prove; see ``Journal.settle_by_proof``."""
    expire(connection, now)
    accepted: dict[int, Entry] = {}
    for line in connection.execute(
        select(sends.c.id, sends.c.reference, receipts.c.umid, receipts.c.batch_id)
        .join(receipts, _PROVES)
        .where(_UNKNOWN)
    ).all():
        if line.id not in accepted:
            is_batch = _is_batch(connection, line.id)
            name = line.batch_id if is_batch else line.umid
            for entry in _accept(connection, sends.c.id == line.id, name, is_batch, now):
                accepted[entry.id] = entry
    return list(accepted.values())


def accept(connection: Connection, reference: str, umid: str, now: float) -> list[Entry]:
    """Accept one send; see ``Journal.accept``."""
    return _accept(connection, sends.c.reference == reference, umid, False, now)


def to_look_up(connection: Connection) -> dict[str, str | None]:
    """Return umids of unknown sends, and of receipts without a reference; see ``Journal.to_look_up``."""
    waiting = connection.execute(
        select(sends.c.umid, sends.c.reference).where(_UNKNOWN, sends.c.product == "chatapps")
    ).all()
    if not waiting:
        return {}
    known = select(sends.c.umid).where(sends.c.umid.is_not(None))
    orphans = select(receipts.c.umid).where(
        receipts.c.reference.is_(None),
        receipts.c.batch_reference.is_(None),
        receipts.c.namespace != "SMS",
        receipts.c.is_looked_up.is_(False),
        receipts.c.umid.not_in(known),
    )
    return {
        **dict.fromkeys(connection.execute(orphans).scalars()),
        **{line.umid: line.reference for line in waiting if line.umid},
    }


def looked_up(connection: Connection, umid: str) -> None:
    """Do not look up the umid of a receipt again."""
    connection.execute(update(receipts).where(receipts.c.umid == umid).values(is_looked_up=True))


def _is_batch(connection: Connection, entry: int) -> bool:
    operation = connection.execute(
        select(sends.c.operation).where(sends.c.id == entry)
    ).scalar_one()
    return bool(operation == _BATCH)


def _accept(
    connection: Connection,
    which: ColumnElement[bool],
    name: str | None,
    is_batch: bool,
    now: float,
) -> list[Entry]:
    entries = [
        Entry.from_line(line)
        for line in connection.execute(select(sends).where(which, _UNKNOWN)).all()
    ]
    for entry in entries:
        body = (
            {"batchId": name, "clientBatchId": entry.reference}
            if is_batch
            else {"umid": name, "clientMessageId": entry.reference}
        )
        connection.execute(
            update(sends)
            .where(sends.c.id == entry.id)
            .values(
                state=SendState.ACCEPTED,
                umid=name,
                status=_PROVEN,
                reply=json.dumps(body).encode(),
                content=sends.c.content if is_batch else None,
                reason="proven after its outcome was unknown",
                changed_at=now,
            )
        )
    ids = [entry.id for entry in entries]
    return [
        Entry.from_line(line)
        for line in connection.execute(select(sends).where(sends.c.id.in_(ids)))
    ]
