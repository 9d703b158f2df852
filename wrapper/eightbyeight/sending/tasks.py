"""Carries out a run with tasks of an event loop."""

from __future__ import annotations

from asyncio import create_task, get_running_loop, sleep, wait
from collections import deque
from functools import partial
from inspect import GEN_CLOSED, getgeneratorstate, isawaitable
from time import monotonic
from typing import TYPE_CHECKING, Any

from ..errors import NotSent
from .arguments import check_concurrency, check_rows, count_of
from .conduct import conduct
from .reading import is_list
from .steps import Abandon, Finished, Hand, Next, Place, Rows, Show, Start, StopReading

if TYPE_CHECKING:
    from asyncio import Future, Task
    from collections.abc import AsyncIterable, Awaitable, Callable, Iterable

    from ..core.call import Call
    from ..results.many import Progress, RowOutcome, SendReport
    from .plan import Plan
    from .steps import Heard, Step

    Perform = Callable[[Call[Any]], Awaitable[Any]]

# Seconds of reading without waiting after which the requests under way get their turn.
_TURN = 0.001


async def run_tasks(
    perform: Perform,
    rows: Iterable[Any] | AsyncIterable[Any],
    plan: Plan,
    *,
    concurrency: int,
    on_outcome: Callable[[RowOutcome], object] | None = None,
    on_progress: Callable[[Progress], object] | None = None,
    name: str = "rows",
) -> SendReport:
    """Send all rows, up to ``concurrency`` requests at a time, and return when all is done.

    The twin of ``run_threads``: see there. Rows may come from an asynchronous iterable, and the callbacks may be
    async functions. When it is cancelled, so are the requests under way.
    """
    check_concurrency(concurrency)
    check_rows(rows, name, may_be_async=True)
    shell = _Shell(perform, rows, plan, on_outcome, on_progress)
    steps = conduct(
        plan,
        concurrency=concurrency,
        total=count_of(rows),
        hands=on_outcome is not None,
        shows=on_progress is not None,
    )
    heard: Heard = None
    cut: BaseException | None = None
    while True:
        try:
            while True:
                step = steps.throw(cut) if cut is not None else steps.send(heard)
                cut = heard = None
                heard = await shell.carry_out(step)
        except BaseException as error:
            if getgeneratorstate(steps) != GEN_CLOSED:
                cut = error
            elif isinstance(error, StopIteration):
                return error.value  # type: ignore[no-any-return]  # untyped in the standard library
            else:
                raise


class _Shell:
    """Carries out the steps of a run."""

    def __init__(
        self,
        perform: Perform,
        rows: Iterable[Any] | AsyncIterable[Any],
        plan: Plan,
        on_outcome: Callable[[RowOutcome], object] | None,
        on_progress: Callable[[Progress], object] | None,
    ) -> None:
        self._perform = perform
        self._source = _Source(rows, plan)
        self._on_outcome = on_outcome
        self._on_progress = on_progress
        self._tasks: set[Task[Any]] = set()
        self._finished: deque[Finished] = deque()
        self._reader: Task[Heard] | None = None
        self._bell: Future[None] | None = None

    async def carry_out(self, step: Step) -> Heard:
        """Do what a step says."""
        if isinstance(step, Next):
            return await self._next(step.may_read)
        if isinstance(step, Start):
            self._start(step.place)
        elif isinstance(step, Hand) and self._on_outcome is not None:
            await _called(self._on_outcome, step.outcome)
        elif isinstance(step, Show) and self._on_progress is not None:
            await _called(self._on_progress, step.progress)
        elif isinstance(step, StopReading):
            return await self._stop_reading()
        elif isinstance(step, Abandon):
            for task in self._tasks:
                task.cancel()
        return None

    async def _next(self, may_read: bool) -> Heard:
        while not self._finished:
            if may_read and self._source.is_plain:
                return await self._source.unit()
            if may_read and self._reader is None:
                # Whoever waits for a row that is late hears of the requests that end meanwhile.
                self._reader = create_task(self._source.unit())
                self._reader.add_done_callback(self._ring)
            if self._reader is not None and self._reader.done():
                reader, self._reader = self._reader, None
                return reader.result()
            if not (self._tasks or self._reader):
                return None
            self._bell = get_running_loop().create_future()
            await self._bell
        return self._finished.popleft()

    async def _stop_reading(self) -> Heard:
        reader, self._reader = self._reader, None
        if reader is None:
            return None
        reader.cancel()
        await wait([reader])
        # What reading raised now is no news: the run has ended for another reason.
        return None if reader.cancelled() or reader.exception() else reader.result()

    def _start(self, place: Place) -> None:
        task = create_task(self._send(place))
        self._tasks.add(task)
        task.add_done_callback(partial(self._note, place))

    async def _send(self, place: Place) -> Any:
        """Return the result of a call, or what it raised."""
        try:
            return await self._perform(place.unit.call)  # type: ignore[arg-type]  # it has one when it is started
        except BaseException as error:  # noqa: BLE001  # also a cancellation is judged with the result
            return error

    def _note(self, place: Place, task: Task[Any]) -> None:
        self._tasks.discard(task)
        result = (
            NotSent("not sent: cancelled before it began") if task.cancelled() else task.result()
        )
        self._finished.append(Finished(place, result))
        self._ring()

    def _ring(self, _: object = None) -> None:
        """Wake who waits for the next thing to happen."""
        if self._bell is not None and not self._bell.done():
            self._bell.set_result(None)


class _Source:
    """Reads rows, of either kind, until they make up a unit."""

    def __init__(self, rows: Any, plan: Plan) -> None:
        self._plan = plan
        self.is_plain = not hasattr(type(rows), "__aiter__")
        self._rows: Any = iter(rows) if self.is_plain else aiter(rows)
        self._list = rows if is_list(rows) else None
        self._turned = monotonic()

    async def unit(self) -> Heard:
        """Return the next unit, or the end."""
        while True:
            if monotonic() - self._turned > _TURN:
                await sleep(0)
                self._turned = monotonic()
            if self._list is not None:
                if self._plan.taken >= len(self._list):
                    return Rows.END
                unit = self._plan.add_some(self._list)
            else:
                row = (
                    next(self._rows, Rows.END)
                    if self.is_plain
                    else await anext(self._rows, Rows.END)
                )
                if row is Rows.END:
                    return Rows.END
                unit = self._plan.add(row)
            if unit is not None:
                return unit


async def _called(callback: Callable[[Any], object], value: object) -> None:
    """Call a callback, and wait for it if it is an async function."""
    done = callback(value)
    if isawaitable(done):
        await done
