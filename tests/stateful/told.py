"""What callers are told must be true, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight.core.send_state import SendState

from .workers import KILLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .workers import Worker
    from .world import World

_NOT_EXECUTED = (SendState.NOT_SENT, SendState.REJECTED)


def problems_with(world: World, worker: Worker, *, is_alone: bool) -> Iterator[str]:
    """Say what is wrong with a worker, and with what it told.

    What it told may be true no more, unless it was alone (``is_alone``).
    """
    if worker.is_stopped or worker.status == KILLED:
        return
    if worker.status != 0:
        yield f"{worker.name} has failed:\n{worker.errors}"
    elif worker.errors:
        yield f"{worker.name} complains:\n{worker.errors}"
    for action, told in zip(worker.job["actions"], worker.outcomes or (), strict=False):
        if "journal could not be" in str(told):
            yield f"{worker.name} could not write: {told}"
        if action["do"] == "single":
            yield from _of_single(world, action, told, is_alone=is_alone)
        elif "error" in told and "SendStopped" not in told["error"]:
            yield f"{action['do']} was refused: {told['text']}"
        for number, state, _, _ in told.get("rows", ()) if action.get("run") else ():
            yield from _of_row(world, action["run"], number, state, is_alone=is_alone)
        if action["do"] == "run" and "rows" in told:
            world.planned.add(action["run"])
            numbers = [number for number, *_ in told["rows"]]
            if numbers != list(range(1, len(action["rows"]) + 1)):
                yield f"the report of {action['run']} has the rows {numbers}"
        if action["do"] == "resume" and world.is_careful:
            yield from _resumed_twice(world, told.get("rows", ()), worker.job["now"])


def _of_single(
    world: World, action: dict[str, Any], told: dict[str, Any], *, is_alone: bool
) -> Iterator[str]:
    errors = set(told.get("error", ()))
    state = SendState.UNKNOWN if errors else SendState.ACCEPTED
    if errors & {"NotSent", "Rejected"}:
        state = SendState.NOT_SENT
    count = world.api.ledger.taken[action["reference"]]
    yield from _untrue(world, action["text"], state, count, is_alone=is_alone)


def _of_row(world: World, run: str, number: int, state: str, *, is_alone: bool) -> Iterator[str]:
    row = world.row(run, number)
    if row is None:
        yield f"{run} has no row {number}, but its end was told"
    elif not row.is_bad:
        count = world.api.ledger.accepted[row.text]
        yield from _untrue(world, f"row {number} of {run}", state, count, is_alone=is_alone)


def _untrue(world: World, what: str, state: str, count: int, *, is_alone: bool) -> Iterator[str]:
    if state == SendState.ACCEPTED and not count:
        yield f"{what} was told as accepted; the server has never accepted it"
    # What is sent once more is told by its last attempt.
    if state in _NOT_EXECUTED and count and is_alone and world.is_careful:
        yield f"{what} was told as {state}; the server has accepted it"


def _resumed_twice(world: World, rows: list[list[Any]], began: float) -> Iterator[str]:
    """See that no two workers have resumed the same row that began at the same time: one had its lease."""
    for number, state, reference, _ in rows:
        entry = world.now.entries.get(reference)
        if entry is None or state == SendState.NOT_SENT:
            continue
        place = (str(entry.run), number)
        if world.resumed.get(place) == began:
            yield f"{place} was resumed twice at the same time"
        world.resumed[place] = began
