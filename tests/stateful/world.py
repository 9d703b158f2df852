"""Workers, a server and a journal, and all that was done to them."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from .checks import problems, problems_after_all_receipts, problems_at_the_end
from .reading import Snapshot, read
from .steps import AT_THE_SERVER
from .told import problems_with
from .truth import DOUBTFUL, GOOD
from .worker import Clock
from .workers import KILLED, Hanging

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from .server import Api
    from .truth import Mood
    from .workers import Worker, Workers

_BEGINNING = 1_000_000.0
LONG_ENOUGH = 1000.0  # no lease lasts longer


class Violation(AssertionError):
    """Something that must never happen has happened."""


@dataclass(frozen=True)
class Row:
    """A row of a run. Its text is its own; the reference may be made up."""

    text: str
    reference: str | None = None
    is_bad: bool = False

    @property
    def wire(self) -> dict[str, Any]:
        return {"text": self.text, "reference": self.reference, "is_bad": self.is_bad}


@dataclass(frozen=True)
class Run:
    """A run: what kind of messages it sends, and its rows."""

    name: str
    kind: str
    rows: tuple[Row, ...]

    def action(self, concurrency: int) -> dict[str, Any]:
        """Return what a worker does to start it."""
        return {
            "do": "run",
            "kind": self.kind,
            "run": self.name,
            "rows": [row.wire for row in self.rows],
            "concurrency": concurrency,
        }


@dataclass(frozen=True)
class Crash:
    """When a worker is to be killed or stopped: at a step, or so many milliseconds after it has begun."""

    step: str = ""
    number: int = 1
    action: str = "kill"
    after: int | None = None

    @property
    def wire(self) -> dict[str, Any] | None:
        if not self.step:
            return None
        return {"step": self.step, "number": self.number, "action": self.action}

    def __str__(self) -> str:
        if self.after is not None:
            return f"killed after {self.after} ms"
        return f"{self.action} at {self.step!r} no. {self.number}"


@dataclass
class World:
    """The system under test, and what is known of it for certain. ``defect`` is given to every worker."""

    api: Api
    workers: Workers
    folder: Path
    delivery: str = "at_most_once"
    defect: str | None = None
    runs: dict[str, Run] = field(default_factory=dict)
    singles: dict[str, dict[str, Any]] = field(default_factory=dict)
    now: Snapshot = field(default_factory=Snapshot)
    planned: set[str] = field(default_factory=set)
    has_excuse: bool = False
    history: list[str] = field(default_factory=list)
    stopped: list[Worker] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    # When the worker began that resumed a row and told what became of it.
    resumed: dict[tuple[str, int], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        (self.folder / "clock").write_bytes(bytes(8))
        self._clock = Clock(self.folder / "clock")
        self._clock.set(_BEGINNING)
        self._mood = GOOD
        self.api.start_again()

    @property
    def is_careful(self) -> bool:
        """Whether a message may reach the server once at most."""
        return self.delivery == "at_most_once"

    def row(self, run: str, number: int) -> Row | None:
        """Return a row, if there is such a run and such a row."""
        rows = self.runs[run].rows if run in self.runs else ()
        return rows[number - 1] if 0 < number <= len(rows) else None

    # --- what can be done ----------------------------------------------------------------------------

    def add_run(self, kind: str, rows: Sequence[Row]) -> Run:
        """Think of a run. It is another thing to start it."""
        run = Run(f"run {len(self.runs) + 1}", kind, tuple(rows))
        self.runs[run.name] = run
        return run

    def start(self, run: Run, *crashes: Crash | None, **more: Any) -> list[Worker]:
        """Start a run with as many workers at once as there are crashes or None."""
        action = run.action(more.pop("concurrency", 2))
        what = f"{run.name} ({run.kind}, {len(run.rows)} rows)"
        return self.work(what, [action], *(crashes or (None,)), **more)

    def resume(self, run: Run | None, *crashes: Crash | None, **more: Any) -> list[Worker]:
        """Resume a run, or all, with as many workers at once."""
        name = None if run is None else run.name
        concurrency = more.pop("concurrency", 2)
        action = {"do": "resume", "run": name, "concurrency": concurrency}
        return self.work(f"resume {name or 'all'}", [action], *(crashes or (None,)), **more)

    def send(
        self, messages: Iterable[tuple[str, str]], *crashes: Crash | None, **more: Any
    ) -> list[Worker]:
        """Send single messages: pairs of a kind and a reference."""
        actions = [
            {"do": "single", "kind": kind, "reference": name, "text": f"{kind} {name}"}
            for kind, name in messages
        ]
        self.singles |= {f"{one['kind']} {one['reference']}": one for one in actions}
        what = ", ".join(one["text"] for one in actions)
        return self.work(f"send {what}", actions, *(crashes or (None,)), **more)

    def deliver(self, events: Sequence[dict[str, Any]], crash: Crash | None = None) -> None:
        """Give receipts to the journal."""
        references = [event["payload"].get("clientMessageId") for event in events]
        self.work(f"receipts of {references}", [{"do": "receipts", "events": list(events)}], crash)

    def reconcile(self, crash: Crash | None = None, **more: Any) -> None:
        """Settle what is unknown by proof."""
        self.work("reconcile", [{"do": "reconcile"}], crash, **more)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._clock.set(self._clock() + seconds)
        self.history.append(f"{seconds:.0f} seconds pass")

    def set_mood(self, mood: Mood) -> None:
        """Make the server behave like this."""
        self._mood = mood
        self.api.set_mood(mood)
        self.has_excuse |= mood.cuts > 0 or not set(DOUBTFUL).isdisjoint(mood.behaviours)
        self.history.append(f"the server: {mood}")

    def wake(self) -> None:
        """Let all workers go on that were stopped."""
        for worker in self.stopped:
            self.workers.go_on(worker)
        woken, self.stopped = self.stopped, []
        if woken:
            names = ", ".join(worker.name for worker in woken)
            self._see(f"{names} woken", woken, is_alone=False)

    def work(
        self,
        what: str,
        actions: list[dict[str, Any]],
        *crashes: Crash | None,
        is_async: bool = False,
    ) -> list[Worker]:
        """Have the same done by several workers at once, and look at what has become of everything."""
        started = [self._start(actions, crash, is_async=is_async) for crash in crashes]
        moments = [
            (crash.after, worker)
            for crash, worker in zip(crashes, started, strict=True)
            if crash is not None and crash.after is not None
        ]
        passed = 0.0
        for moment, worker in sorted(moments, key=lambda pair: pair[0]):
            time.sleep(max(0.0, moment - passed) / 1000)
            passed = max(passed, moment)
            self.workers.kill(worker)
        plans = " | ".join(str(crash) if crash else "whole" for crash in crashes)
        style = "async" if is_async else "sync"
        names = ", ".join(worker.name for worker in started)
        # Each message once: then nothing happens to it after its caller was told.
        references = {action.get("reference") for action in actions}
        is_alone = len(started) == 1 and len(references) == len(actions)
        self._see(f"{names} ({style}): {what}; {plans}", started, is_alone=is_alone)
        return started

    def finish(self) -> None:
        """Take everything out of the way, do what is left to do, and see that nothing is missing."""
        self.set_mood(GOOD)
        self.wake()
        self.advance(LONG_ENOUGH)
        actions = [run.action(concurrency=2) for run in self.runs.values()]
        actions += [{"do": "resume", "run": None, "concurrency": 2}, *self.singles.values()]
        self.work("everything once more", actions, None)
        self._raise(problems_at_the_end(self))
        events = [message.receipt("delivered") for message in self.api.ledger.messages]
        actions = [{"do": "receipts", "events": events}, {"do": "reconcile"}]
        self.work("all receipts", actions, None)
        self._raise(problems_after_all_receipts(self))

    def job(
        self, actions: list[Any], crash: Crash | None = None, *, is_async: bool = False
    ) -> dict[str, Any]:
        """Return all that a worker has to know."""
        name = self.workers.name()
        return {
            "name": name,
            "now": self._clock(),
            "place": str(self.folder / "sends.db"),
            "clock": str(self.folder / "clock"),
            "errors": str(self.folder / f"{name}.err"),
            "result": str(self.folder / f"{name}.json"),
            "url": self.api.url,
            "actions": actions,
            "crash": None if crash is None else crash.wire,
            "is_async": is_async,
            "is_impatient": self._mood.stalls,
            "dawdles": self._mood.cuts > 0,
            "delivery": self.delivery,
            "defect": self.defect,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""
        self.workers.end_all()

    # --- how it is done ------------------------------------------------------------------------------

    def _start(self, actions: list[Any], crash: Crash | None, *, is_async: bool) -> Worker:
        job = self.job(actions, crash, is_async=is_async)
        if crash is not None and crash.step in AT_THE_SERVER:
            self.api.strike(job["name"], crash.step, crash.number)
        self.counts["workers"] += 1
        return self.workers.start(job)

    def _see(self, what: str, started: list[Worker], *, is_alone: bool) -> None:
        """Wait for workers, then check what they told, and the journal.

        What one told that was not alone may have been true when it was told, and be so no more.
        """
        try:
            self.workers.wait(*started)
        except Hanging as error:
            self.history.append(f"{what} -> hanging")
            self._raise([str(error)])
        self.api.settle()
        ends = [
            "stopped" if one.is_stopped else "killed" if one.status == KILLED else "done"
            for one in started
        ]
        self.counts.update(
            f"killed at {one.job['crash']['step']}"
            for one in started
            if one.status == KILLED and one.job["crash"]
        )
        self.history.append(f"{what} -> {', '.join(ends)}")
        self.counts.update(ends)
        self.counts["steps"] += 1
        self.stopped += [worker for worker in started if worker.is_stopped]
        place = self.folder / "sends.db"
        before, self.now = self.now, read(place, is_open=bool(self.stopped))
        self.has_excuse |= set(ends) != {"done"}
        for worker in started:
            self._raise(problems_with(self, worker, is_alone=is_alone))
        self._raise(problems(self, before))

    def _raise(self, found: Iterable[str]) -> None:
        wrong = list(found)
        if wrong:
            steps = "\n".join(f"  {number}. {step}" for number, step in enumerate(self.history, 1))
            raise Violation("\n".join([*wrong, "after these steps:", steps]))
