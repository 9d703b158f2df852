"""What must hold after every step, whoever was killed when."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from eightbyeight.core.send_state import SendState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eightbyeight.io.journal import Entry

    from .reading import Snapshot
    from .world import World

_WAITING = (SendState.PLANNED, SendState.NOT_SENT, SendState.IN_FLIGHT)
_NEVER_EXECUTED = (SendState.PLANNED, SendState.NOT_SENT, SendState.REJECTED)


def problems(world: World, before: Snapshot) -> Iterator[str]:
    """Say what is wrong with the journal now, ``before`` being how it was one step earlier."""
    yield from _doubles(world)
    yield from _written_before_it_left(world)
    yield from _untrue(world)
    yield from _untrue_rows(world)
    yield from _forgotten(world, before)
    yield from _undone(world, before)
    if world.is_careful and not world.has_excuse:
        yield from _needlessly_unknown(world)


def _doubles(world: World) -> Iterator[str]:
    ledger = world.api.ledger
    for text, references in ledger.references.items():
        if len(references) > 1:
            yield f"{text!r} was sent under several references: {sorted(references)}"
    if not world.is_careful:
        return
    for what, counts in (("message", ledger.accepted), ("request", ledger.taken)):
        for name, count in counts.items():
            if count > 1:
                yield f"the server has accepted the {what} {name!r} {count} times"


def _written_before_it_left(world: World) -> Iterator[str]:
    for reference in world.api.ledger.requests:
        entry = world.now.entries.get(reference)
        if entry is None:
            yield f"{reference!r} was at the server, and the journal does not have it"
        elif entry.state is SendState.PLANNED:
            yield f"{reference!r} was at the server, and the journal has it as planned"


def _untrue(world: World) -> Iterator[str]:
    for reference, entry in world.now.entries.items():
        count = world.api.ledger.taken[reference]
        if entry.state is SendState.ACCEPTED and not count:
            yield f"{reference!r} is accepted in the journal; the server has never accepted it"
        elif entry.state in _NEVER_EXECUTED and count:
            yield f"{reference!r} is {entry.state} in the journal; the server has accepted it"
        if entry.content is None and entry.state is not SendState.ACCEPTED:
            yield f"the body of {reference!r} is gone, and it is {entry.state}"


def _untrue_rows(world: World) -> Iterator[str]:
    for place, outcome in world.now.outcomes().items():
        row = world.row(*place)
        if row is None:
            yield f"{place} is no row of a run"
            continue
        count = world.api.ledger.accepted[row.text]
        if outcome.state is SendState.ACCEPTED and not count:
            yield f"{place} is told as accepted; the server has never accepted it"
        elif outcome.state in _NEVER_EXECUTED and count and not _is_of_repeated_batch(world, place):
            yield f"{place} is told as {outcome.state}; the server has accepted it"


def _is_of_repeated_batch(world: World, place: tuple[str, int]) -> bool:
    """Tell whether the answer to the last attempt need not be true of those before it: it lists single messages."""
    return not world.is_careful and world.runs[place[0]].kind == "survey"


def _forgotten(world: World, before: Snapshot) -> Iterator[str]:
    rows, invalid = world.now.rows(), world.now.invalid
    counts = Counter(
        (entry.run, row)
        for entry in world.now.entries.values()
        for first, last in entry.rows
        for row in range(first, last + 1)
    )
    yield from (f"{place} is in {count} entries" for place, count in counts.items() if count > 1)
    yield from (f"{place} is planned and invalid" for place in rows.keys() & invalid.keys())
    for name in world.now.planned | world.planned:
        if name not in world.runs:
            yield f"nobody has started {name!r}"
            continue
        for number in range(1, len(world.runs[name].rows) + 1):
            if (name, number) not in rows and (name, number) not in invalid:
                yield f"run {name!r} was planned, but its row {number} is nowhere"
    yield from (
        f"{what!r} was in the journal, and is not now"
        for then, now in (
            (before.entries, world.now.entries),
            (before.invalid, invalid),
            (before.planned, world.now.planned),
        )
        for what in set(then) - set(now)
    )


def _undone(world: World, before: Snapshot) -> Iterator[str]:
    for reference, old in before.entries.items():
        new = world.now.entries.get(reference)
        if new is None:
            continue
        if _identity(old) != _identity(new):
            yield f"{reference!r} was {_identity(old)}, and is {_identity(new)}"
        if new.attempt < old.attempt:
            yield f"{reference!r} had {old.attempt} attempts, and has {new.attempt}"
        if old.state is SendState.ACCEPTED and new != old:
            yield f"{reference!r} was accepted, and is {new.state} ({new.reason})"
        if old.state is not SendState.PLANNED and new.state is SendState.PLANNED:
            yield f"{reference!r} was {old.state}, and is planned again"
        if (
            old.state is SendState.REJECTED
            and new.state is not old.state
            and _is_of_run(world, old)
        ):
            yield f"{reference!r} was rejected, which a run leaves alone, and is {new.state}"
        # Who was stopped in flight may know better, later.
        is_known = world.is_careful and not world.counts["stopped"]
        if old.state is SendState.UNKNOWN and new.state in _WAITING and is_known:
            yield f"{reference!r} was unknown, and is {new.state}"


def _needlessly_unknown(world: World) -> Iterator[str]:
    for reference, entry in world.now.entries.items():
        if entry.state in (SendState.UNKNOWN, SendState.IN_FLIGHT):
            yield f"{reference!r} is {entry.state}, but nobody was killed, and every answer was plain"


def _is_of_run(world: World, entry: Entry) -> bool:
    """Tell whether nobody but a run can send this: it has no reference that a single send could have."""
    row = world.row(entry.run, entry.rows[0][0]) if entry.run else None
    return row is not None and row.reference is None


def _identity(entry: Entry) -> tuple[object, ...]:
    return entry.id, entry.run, entry.number, entry.rows, entry.operation, entry.host, entry.path


def problems_at_the_end(world: World) -> Iterator[str]:
    """Say what is wrong when nobody was in the way any more: all runs were started again, and resumed."""
    for name, run in world.runs.items():
        if name not in world.now.planned:
            yield f"run {name!r} was started again, and is not planned to its end"
        for number in range(1, len(run.rows) + 1):
            entry = world.now.rows().get((name, number))
            if entry is not None and entry.state in _WAITING:
                yield f"row {number} of run {name!r} is still {entry.state}"
            elif entry is not None and entry.state is SendState.UNKNOWN and not world.is_careful:
                yield f"row {number} of run {name!r} was not repeated, although it may be lost"


def problems_after_all_receipts(world: World) -> Iterator[str]:
    """Say what is wrong when the receipts of all accepted messages have been given to the journal."""
    proven = {message.batch or message.reference for message in world.api.ledger.messages}
    for reference in proven:
        state = world.now.entries[reference].state
        if state is not SendState.ACCEPTED:
            yield f"{reference!r} was accepted by the server and told so by receipts, but is {state}"
