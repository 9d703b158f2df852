"""The life of a run as a pure generator: it says what to do next, the shells in threads and tasks do it.

Like ``core.exchange`` for one call, this holds every decision of a run: what may be started, in which order rows
are told, when to stop, and what is known of each row then.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from ..errors import SendStopped
from ..results import AcceptedBatch
from .alike import Kept
from .outcomes import outcomes_of, outcomes_unsent, words_for
from .steps import (
    Abandon,
    Finished,
    Hand,
    Heard,
    Next,
    Place,
    Rows,
    Show,
    Start,
    Step,
    StopReading,
)
from .tally import Tally
from .unit import Unit

if TYPE_CHECKING:
    from collections.abc import Generator

    from ..core.reply import Reply
    from ..results.many import RowOutcome, SendReport
    from .plan import Plan

    Steps: TypeAlias = Generator[Step, Heard, None]

# How many units may be under way or wait for those before them, for each that may be sent at once.
_WINDOW = 4
# What stands for a unit that waits for those before it: its request needs no space any more.
_DONE = Unit()


class _Halt(Exception):
    """The run cannot go on. ``cause`` is the exception that says why."""

    def __init__(self, words: str, cause: Exception) -> None:
        super().__init__(words)
        self.cause = cause


def conduct(
    plan: Plan,
    *,
    concurrency: int,
    total: int | None = None,
    hands: bool = False,
    shows: bool = False,
) -> Generator[Step, Heard, SendReport]:
    """Drive a run to its report.

    Yields steps and expects what they ask for; what a step raises is to be thrown in. ``hands`` and ``shows`` say
    that outcomes are handed over, and that the progress is shown. Raises SendStopped when the run ends early, and
    what has cut it off (Ctrl-C, cancellation) again, with a note.
    """
    run = _Run(plan, Tally(total), concurrency, hands=hands, shows=shows)
    try:
        yield from run.send_all()
    except GeneratorExit:
        raise
    except BaseException as why:  # noqa: BLE001  # it is judged, and raised again, in there
        yield from run.wind_up(why)
        run.end(why)
    return run.report(is_stopped=False)


class _Run:
    """The state of a run: which units were read, which of them are under way, what became of the others."""

    def __init__(
        self, plan: Plan, tally: Tally, concurrency: int, *, hands: bool, shows: bool
    ) -> None:
        self._plan = plan
        self._tally = tally
        self._concurrency = concurrency
        self._window = _WINDOW * concurrency
        self._shows = shows
        self._cut: BaseException | None = None  # Ctrl-C or a cancellation
        self._line: deque[Place] = deque()
        self._under_way: set[Place] = set()
        self._kept: Kept | None = None if hands else Kept()
        self._replies: list[Reply] | None = None if hands else []

    def send_all(self) -> Steps:
        """Read and send until the rows end. Raises what puts an end to it earlier."""
        ready: Place | None = None
        is_ended = False
        while True:
            if ready is not None and len(self._under_way) < self._concurrency:
                place, ready = ready, None
                yield from self._start(place)
            may_read = not is_ended and ready is None and len(self._line) < self._window
            if not (may_read or self._under_way):
                return
            heard = yield from self._next(may_read)
            if isinstance(heard, Finished):
                yield from self._settle(heard)
                continue
            is_ended = heard is Rows.END
            unit = heard if isinstance(heard, Unit) else self._plan.rest()
            if unit is None:
                continue
            place = Place(unit)
            self._line.append(place)
            if unit.call is not None:
                ready = place
            else:
                place.outcomes = list(unit.invalid)
                yield from self._know(place)

    def wind_up(self, why: BaseException) -> Steps:
        """Start nothing more, wait for what is under way, and tell what is known of each row that was read."""
        if not isinstance(why, Exception):
            self._cut = why
        yield from self._wait_for_all()
        self._give_up_the_rest(why)
        yield from self._tell_all()

    def _wait_for_all(self) -> Steps:
        """Wait for the requests that are under way, unless the run is cut off twice."""
        steps: list[Step] = [StopReading(), *([Abandon()] if self._cut is not None else [])]
        while steps or self._under_way:
            step = steps.pop(0) if steps else Next(may_read=False)
            try:
                heard = yield step
                if isinstance(heard, Finished):
                    yield from self._settle(heard)
                elif isinstance(heard, Unit):
                    self._line.append(Place(heard))
                elif isinstance(step, Next):
                    return  # nothing is under way after all
            except GeneratorExit:
                raise
            except _Halt:
                continue  # the first reason to stop counts
            except BaseException as again:  # noqa: BLE001  # it is raised again in the end
                if self._cut is not None:
                    return
                self._cut = again
                steps.append(Abandon())

    def _give_up_the_rest(self, why: BaseException) -> None:
        """Settle all places whose requests were not started, or will not be waited for."""
        rest = self._plan.rest()
        if rest is not None:
            self._line.append(Place(rest))
        for place in self._line:
            if place.outcomes is None:
                place.outcomes = (
                    outcomes_of(place.unit, self._cut or _cause(why))
                    if place in self._under_way
                    else outcomes_unsent(place.unit, f"the run was stopped: {_words(why)}")
                )
                self._tally.count(place.outcomes)

    def _tell_all(self) -> Steps:
        """Tell all places of the line."""
        while True:
            try:
                yield from self._tell()
                return
            except GeneratorExit:
                raise
            except _Halt:
                continue  # each callback breaks once; what on_outcome did not take is kept then
            except BaseException as again:  # noqa: BLE001  # it is raised again in the end
                if self._cut is not None:
                    return
                self._cut = again

    def end(self, why: BaseException) -> NoReturn:
        """Raise what tells the caller how the run has ended."""
        report = self.report(is_stopped=True)
        if self._cut is not None:
            self._cut.add_note(f"of the run that this has cut off, these are known: {report}")
            raise self._cut
        raise SendStopped(
            f"the run was stopped: {_words(why)}; {report}", report=report
        ) from _cause(why)

    def report(self, *, is_stopped: bool) -> SendReport:
        """Return the counts, and the outcomes and answers that were kept."""
        replies = None if self._replies is None else tuple(self._replies)
        return self._tally.report(self._kept, replies, is_stopped=is_stopped)

    def _start(self, place: Place) -> Steps:
        # It counts as under way before it is: what is cut off in between may have been sent.
        self._under_way.add(place)
        try:
            yield Start(place)
        except Exception as error:
            raise _Halt(f"starting a request raised {words_for(error)}", error) from error

    def _next(self, may_read: bool) -> Generator[Step, Heard, Heard]:
        try:
            return (yield Next(may_read))
        except Exception as error:
            raise _Halt(f"reading the rows raised {words_for(error)}", error) from error

    def _settle(self, finished: Finished) -> Steps:
        """Note how a request has ended. Raises _Halt when no other should be started."""
        place, result = finished
        if isinstance(result, AcceptedBatch):
            place.reply = result.response
        stop = self._tally.reason_to_stop(result)
        # It is under way until its outcomes are known, wherever Ctrl-C comes in between.
        place.outcomes = outcomes_of(place.unit, result)
        self._under_way.discard(place)
        yield from self._know(place)
        if isinstance(result, Exception):
            if stop is not None:
                raise _Halt(stop, result) from result
        elif isinstance(result, BaseException) and self._cut is None:
            raise result  # else it has come of that

    def _know(self, place: Place) -> Steps:
        """Count the outcomes of a place; tell what can be told now."""
        self._tally.count(place.outcomes or ())
        place.unit = _DONE
        yield from self._tell()

    def _tell(self) -> Steps:
        """Hand over or keep the outcomes of all places at the head of the line, and show the progress."""
        while self._line:
            place = self._line[0]
            if place.outcomes is None:
                break
            if self._kept is None:
                # An outcome counts as told when it has been taken: rather twice than never.
                while place.told < len(place.outcomes):
                    yield from self._hand(place.outcomes[place.told])
                    place.told += 1
            else:
                self._kept.add(place.outcomes[place.told :] if place.told else place.outcomes)
            if self._replies is not None and place.reply is not None:
                self._replies.append(place.reply)
            self._line.popleft()
        if self._shows:
            try:
                yield Show(self._tally.progress())
            except Exception as error:
                self._shows = False
                raise _Halt(f"on_progress raised {words_for(error)}", error) from error

    def _hand(self, outcome: RowOutcome) -> Steps:
        try:
            yield Hand(outcome)
        except Exception as error:
            self._kept = Kept()
            raise _Halt(f"on_outcome raised {words_for(error)}", error) from error


def _words(why: BaseException) -> str:
    return str(why) if isinstance(why, _Halt) else words_for(why)


def _cause(why: BaseException) -> BaseException:
    return why.cause if isinstance(why, _Halt) else why
