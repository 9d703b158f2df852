"""Defects that a journal could have. A worker is given one, to see whether the model finds it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from eightbyeight.base_client import BaseClient
from eightbyeight.core.send_state import SendState
from eightbyeight.io.journal import flight, journal, planning, proof
from eightbyeight.io.journal.entry import Ticket
from eightbyeight.io.journal.tables import sends
from eightbyeight.resources._async.recovery import AsyncRecovery
from eightbyeight.resources._sync.recovery import Recovery

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection


def begin_writes_nothing() -> None:
    def begin(connection: Connection, call: Any, *_: Any, **__: Any) -> Ticket:
        return Ticket(call.entry or 0, 1, call.operation)

    flight.begin = begin


def begin_is_not_waited_for() -> None:
    """Let the request leave before its beginning is on the disk: another process has not seen it then."""
    flight.begin = _undone(flight.begin)


def leases_are_ignored() -> None:
    flight.claim = _in_another_time(flight.claim)


def the_abandoned_are_called_not_sent() -> None:
    def expire(connection: Connection, now: float) -> None:
        connection.execute(
            update(sends)
            .where(sends.c.state == SendState.IN_FLIGHT, sends.c.lease_until < now)
            .values(state=SendState.NOT_SENT, owner=None, lease_until=None)
        )

    flight.expire = proof.expire = expire


def the_unknown_are_called_accepted() -> None:
    _settle(lambda state: SendState.ACCEPTED if state is SendState.UNKNOWN else state)


def the_unknown_are_called_not_sent() -> None:
    _settle(lambda state: SendState.NOT_SENT if state is SendState.UNKNOWN else state)


def the_refused_are_called_accepted() -> None:
    _settle(lambda state: SendState.ACCEPTED if state is SendState.REJECTED else state)


def ends_are_not_written() -> None:
    flight.settle = lambda *_: None


def a_late_failure_undoes_an_acceptance() -> None:
    flight._SETTLE = update(sends).where(sends.c.id == flight.bindparam("key")).values(flight._END)


def resume_repeats_the_unknown() -> None:
    BaseClient.repeats_unknown = property(lambda _: True)


def resume_claims_the_unknown() -> None:
    states = (SendState.PLANNED, SendState.NOT_SENT, SendState.UNKNOWN)
    for kind in (Recovery, AsyncRecovery):
        kind._sendable = property(lambda _: states)


def a_run_started_again_is_a_new_run() -> None:
    for kind in (Recovery, AsyncRecovery):
        kind.send_run = _renamed(kind.send_run)


def plan_ignores_what_is_there() -> None:
    plan = planning.plan

    def plan_anew(connection: Connection, run: str, units: Any, now: float) -> None:
        connection.execute(sends.delete().where(sends.c.run == run))
        plan(connection, run, units, now)

    planning.plan = plan_anew


def a_run_counts_as_planned_too_early() -> None:
    plan = planning.plan

    def plan_and_finish(connection: Connection, run: str, units: Any, now: float) -> None:
        plan(connection, run, units, now)
        planning.finish(connection, run, now)

    planning.plan = plan_and_finish


def bad_rows_are_not_written() -> None:
    planning._note_invalid = lambda *_: None


def what_has_no_receipt_counts_as_not_sent() -> None:
    settle = proof.settle

    def settle_and_guess(connection: Connection, now: float) -> Any:
        accepted = settle(connection, now)
        unknown = sends.c.state == SendState.UNKNOWN
        connection.execute(update(sends).where(unknown).values(state=SendState.NOT_SENT))
        return accepted

    proof.settle = settle_and_guess


def any_receipt_is_proof() -> None:
    def settle(connection: Connection, now: float) -> Any:
        flight.expire(connection, now)
        return proof._accept(connection, proof._UNKNOWN, "u-1", False, now)

    proof.settle = settle


def a_receipt_proves_what_has_its_reference() -> None:
    """Take the receipt of a message in a batch as proof of another that was sent on its own."""
    proof._PROVES = proof.receipts.c.reference == sends.c.reference


def doubt_is_forgotten() -> None:
    """Believe the last attempt that a message was not sent, whatever has become of those before it."""
    begin = flight.begin

    def begin_anew(*arguments: Any, **more: Any) -> Any:
        begun = begin(*arguments, **more)
        return replace(begun, is_doubtful=False) if isinstance(begun, Ticket) else begun

    flight.begin = begin_anew


def a_run_repeats_the_refused() -> None:
    flight._SENDABLE_IN_RUNS = flight._SENDABLE


def receipts_are_lost() -> None:
    journal.proof.add_receipt = lambda *_: None


def _settle(told: Callable[[SendState], SendState]) -> None:
    settle = flight.settle

    def other(connection: Connection, ticket: Any, state: SendState, *rest: Any) -> None:
        settle(connection, ticket, told(state), *rest)

    flight.settle = other


def _undone(begin: Callable[..., Any]) -> Callable[..., Any]:
    def begin_and_undo(connection: Connection, *arguments: Any, **more: Any) -> Any:
        with connection.begin_nested() as inner:
            begun = begin(connection, *arguments, **more)
            inner.rollback()
        return begun

    return begin_and_undo


def _in_another_time(claim: Callable[..., Any]) -> Callable[..., Any]:
    def claim_later(
        connection: Connection, wanted: Any, owner: str, now: float, lease: float
    ) -> Any:
        connection.execute(update(sends).values(owner=None))
        return claim(connection, wanted, owner, now, lease)

    return claim_later


def _renamed(send_run: Callable[..., Any]) -> Callable[..., Any]:
    def send(self: Any, run: str, rows: Any, plan: Any, **more: Any) -> Any:
        new = f"{run} {uuid.uuid4().hex}" if self._journal.counts(run) else run
        plan._references = lambda number: planning.reference("x", new, number, 50)
        return send_run(self, new, rows, plan, **more)

    return send


DEFECTS: dict[str, Callable[[], None]] = {
    defect.__name__: defect
    for defect in (
        begin_writes_nothing,
        begin_is_not_waited_for,
        leases_are_ignored,
        the_abandoned_are_called_not_sent,
        the_unknown_are_called_accepted,
        the_unknown_are_called_not_sent,
        the_refused_are_called_accepted,
        ends_are_not_written,
        a_late_failure_undoes_an_acceptance,
        resume_repeats_the_unknown,
        resume_claims_the_unknown,
        a_run_started_again_is_a_new_run,
        plan_ignores_what_is_there,
        a_run_counts_as_planned_too_early,
        bad_rows_are_not_written,
        what_has_no_receipt_counts_as_not_sent,
        any_receipt_is_proof,
        a_receipt_proves_what_has_its_reference,
        doubt_is_forgotten,
        a_run_repeats_the_refused,
        receipts_are_lost,
    )
}
