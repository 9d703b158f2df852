"""Carries out a run with threads. Rows are read, and callbacks called, in the caller's thread only."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from inspect import GEN_CLOSED, getgeneratorstate
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

from .arguments import check_concurrency, check_plain, check_rows, count_of
from .conduct import conduct
from .reading import is_list
from .steps import Finished, Hand, Next, Place, Rows, Show, Start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..core.call import Call
    from ..results.many import Progress, RowOutcome, SendReport
    from .plan import Plan
    from .steps import Heard, Step

    Perform = Callable[[Call[Any]], Any]

# Seconds after which a waiting thread looks up: on Windows, Ctrl-C does not wake it.
_GLANCE = 0.5


def run_threads(
    perform: Perform,
    rows: Iterable[Any],
    plan: Plan,
    *,
    concurrency: int,
    on_outcome: Callable[[RowOutcome], object] | None = None,
    on_progress: Callable[[Progress], object] | None = None,
    name: str = "rows",
) -> SendReport:
    """Send all rows, up to ``concurrency`` requests at a time, and return when all is done.

    Args:
        perform: Carries out one call; safe to call from several threads.
        rows: What to send. They are read as they are needed.
        plan: Makes units of them.
        concurrency: How many requests may be under way. With 1, there is no thread but the caller's.
        on_outcome: Takes the outcome of each row, in their order; none is kept then.
        on_progress: Takes the counts after each request.
        name: What errors call the rows.

    Raises:
        InvalidInput: An argument is wrong; no row was read.
        SendStopped: The run has ended early.
    """
    check_concurrency(concurrency)
    check_rows(rows, name, may_be_async=False)
    check_plain(on_outcome=on_outcome, on_progress=on_progress)
    shell = _Shell(
        Caller(perform) if concurrency == 1 else Crew(perform), rows, plan, on_outcome, on_progress
    )
    steps = conduct(
        plan,
        concurrency=concurrency,
        total=count_of(rows),
        hands=on_outcome is not None,
        shows=on_progress is not None,
    )
    heard: Heard = None
    cut: BaseException | None = None
    try:
        while True:
            # Ctrl-C may come between any two lines of this: whatever is raised goes in there to be judged.
            try:
                while True:
                    step = steps.throw(cut) if cut is not None else steps.send(heard)
                    cut = heard = None
                    heard = shell.carry_out(step)
            except BaseException as error:
                if getgeneratorstate(steps) != GEN_CLOSED:
                    cut = error
                elif isinstance(error, StopIteration):
                    return error.value  # type: ignore[no-any-return]  # untyped in the standard library
                else:
                    raise
    finally:
        shell.workers.dismiss()


class Workers(Protocol):
    """Who carries out the calls.

    Ctrl-C may come between an answer and the one who waits for it. So a request that has ended is given out again
    and again, until its place has outcomes.
    """

    def start(self, place: Place) -> None:
        """Begin the request of ``place``."""
        ...

    def has_finished(self) -> bool:
        """Tell whether a request has ended whose outcomes are not known yet."""
        ...

    def wait(self) -> Finished | None:
        """Return such a request as soon as there is one, None when none is under way."""
        ...

    def dismiss(self) -> None:
        """Have no more work for anybody."""
        ...


class Caller:
    """Works in the caller's thread: a request has ended when its beginning returns."""

    def __init__(self, perform: Perform) -> None:
        self._perform = perform
        self._finished: Finished | None = None

    def start(self, place: Place) -> None:
        """Carry out the request of ``place``."""
        try:
            result = self._perform(place.unit.call)  # type: ignore[arg-type]  # it has one when it is started
        except Exception as error:  # noqa: BLE001  # it is judged with the result
            result = error
        self._finished = Finished(place, result)

    def has_finished(self) -> bool:
        """Tell whether a request was carried out."""
        return self._finished is not None and self._finished.place.outcomes is None

    def wait(self) -> Finished | None:
        """Return it."""
        return self._finished if self.has_finished() else None

    def dismiss(self) -> None:
        """Do nothing."""


class Crew:
    """Threads, as many as there are requests under way.

    They are daemons and not those of concurrent.futures, which would keep the program from ending after the second
    Ctrl-C.
    """

    def __init__(self, perform: Perform) -> None:
        self._perform = perform
        self._threads: list[Thread] = []
        self._todo: SimpleQueue[Place | None] = SimpleQueue()
        self._under_way: set[Place] = set()
        self._ended: deque[Finished] = deque()
        # Rung when something has ended. A queue, because Ctrl-C does it no harm, unlike a condition.
        self._bell: SimpleQueue[None] = SimpleQueue()

    def start(self, place: Place) -> None:
        """Give the request of ``place`` to a thread; there is a new one for it unless one is idle."""
        self._forget_known()
        if len(self._under_way) == len(self._threads):
            # As a task does, a thread sees the context variables of whoever started it: traces, say.
            work = partial(copy_context().run, self._work)
            thread = Thread(target=work, name="eightbyeight-send", daemon=True)
            thread.start()
            self._threads.append(thread)
        self._todo.put(place)
        self._under_way.add(place)

    def has_finished(self) -> bool:
        """Tell whether a request has ended whose outcomes are not known yet."""
        self._forget_known()
        return bool(self._ended)

    def wait(self) -> Finished | None:
        """Wait until a request has ended."""
        while True:
            self._forget_known()
            if self._ended:
                return self._ended[0]
            if not self._under_way:
                return None
            with suppress(Empty):
                self._bell.get(timeout=_GLANCE)

    def dismiss(self) -> None:
        """Let the threads end; wait for them unless some are left with a request."""
        self._todo.put(None)
        self._forget_known()
        if not self._under_way:
            for thread in self._threads:
                thread.join()

    def _forget_known(self) -> None:
        while self._ended and self._ended[0].place.outcomes is not None:
            self._under_way.discard(self._ended[0].place)
            self._ended.popleft()

    def _work(self) -> None:
        while (place := self._todo.get()) is not None:
            try:
                result = self._perform(place.unit.call)  # type: ignore[arg-type]  # it has one when it is started
            except BaseException as error:  # noqa: BLE001  # it is judged in the caller's thread
                result = error
            self._ended.append(Finished(place, result))
            if self._bell.empty():  # else the one who hears it finds this, too
                self._bell.put(None)
            del place, result  # nothing is held while this waits
        self._todo.put(None)  # for the next one


class _Shell:
    """Carries out the steps of a run."""

    def __init__(
        self,
        workers: Workers,
        rows: Iterable[Any],
        plan: Plan,
        on_outcome: Callable[[RowOutcome], object] | None,
        on_progress: Callable[[Progress], object] | None,
    ) -> None:
        self.workers = workers
        self._list = rows if is_list(rows) else None
        self._rows = iter(rows)
        self._plan = plan
        self._on_outcome = on_outcome
        self._on_progress = on_progress

    def carry_out(self, step: Step) -> Heard:
        """Do what a step says. There is no reading to be stopped here, and no thread can be cancelled."""
        if isinstance(step, Next):
            if step.may_read and not self.workers.has_finished():
                return self._read()
            return self.workers.wait()
        if isinstance(step, Start):
            self.workers.start(step.place)
        elif isinstance(step, Hand) and self._on_outcome is not None:
            self._on_outcome(step.outcome)
        elif isinstance(step, Show) and self._on_progress is not None:
            self._on_progress(step.progress)
        return None

    def _read(self) -> Heard:
        if self._list is not None:
            while self._plan.taken < len(self._list):
                unit = self._plan.add_some(self._list)
                if unit is not None:
                    return unit
            return Rows.END
        for row in self._rows:
            unit = self._plan.add(row)
            if unit is not None:
                return unit
        return Rows.END
