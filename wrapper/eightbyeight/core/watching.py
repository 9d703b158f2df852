"""Lets something look at the life of a call without a part in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .failure import cut_off_note
from .send_state import SendState

if TYPE_CHECKING:
    from collections.abc import Generator

    from .call import Call
    from .exchange import Happened, Step

R = TypeVar("R")


class Watch(Protocol):
    """What looks at one call. An exception of its own is its own to deal with; only Ctrl-C may leave it."""

    def before(self, step: Step) -> None:
        """See a step that is carried out next. What happened in the step before is in the call's history by now."""
        ...

    def after(self, happened: Happened, now: float) -> None:
        """See what became of the step, at which moment of the monotonic clock."""
        ...

    def ended(self, result: Any, error: BaseException | None) -> None:
        """See the end of the call: its result, or its error."""
        ...


def watched(
    steps: Generator[Step, tuple[Happened, float], R], call: Call[R], watch: Watch
) -> Generator[Step, tuple[Happened, float], R]:
    """Carry out a call as without the watch: pass everything on in both directions, and end as it ends."""
    try:
        result = yield from _passed_on(steps, watch)
    except BaseException as error:
        watch.ended(None, error)
        raise
    try:
        watch.ended(result, None)
    except BaseException as cut:  # Ctrl-C
        if call.is_send:
            cut.add_note(cut_off_note(call, SendState.ACCEPTED))
        raise
    return result


def _passed_on(
    steps: Generator[Step, tuple[Happened, float], R], watch: Watch
) -> Generator[Step, tuple[Happened, float], R]:
    try:
        step = next(steps)
        while True:
            try:
                watch.before(step)
                sent = yield step
                watch.after(*sent)
            except BaseException as cut:  # noqa: BLE001  # it is for the call to judge
                step = steps.throw(cut)
                continue
            step = steps.send(sent)
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]  # untyped in the standard library
