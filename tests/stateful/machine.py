"""What Hypothesis does to a world. What it draws depends on nothing that a worker has done: that is chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from . import steps
from .truth import DOUBTFUL, DOWN, GOOD, PLAIN, Mood
from .world import Crash, Row

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from .world import Run, World

_REFERENCES = st.integers(1, 5).map("order-{}".format)
_KINDS = st.sampled_from(["sms", "sms", "chat", "survey"])
_NUMBERS = st.sampled_from([1, 1, 1, 2, 3, 5])
_MILLISECONDS = st.integers(10, 60).map(lambda after: Crash(after=after))


def crashes(*points: str) -> st.SearchStrategy[Crash | None]:
    """Draw what happens to a worker: nothing, a kill or a stop at a step, or a kill at any moment."""
    kills = st.builds(Crash, st.sampled_from(points), _NUMBERS)
    stops = st.builds(
        Crash,
        st.sampled_from([one for one in points if one in _QUIET]),
        _NUMBERS,
        st.just("stop"),
    )
    return st.one_of(st.none(), kills, kills, kills, stops, _MILLISECONDS)


# Where a worker can stand still without a transaction that is open.
_QUIET = {
    *(step for step in steps.ALL if step.endswith("committed")),
    "leaving",
    "answered",
}
_OF_RUNS = crashes(*steps.OF_PLANNING, *steps.OF_CLAIMING, *steps.OF_SENDING)
_OF_RESUMING = crashes(*steps.OF_CLAIMING, *steps.OF_SENDING)
_OF_SENDING = crashes(*steps.OF_SENDING)
_ONE_OR_TWO = {
    name: st.lists(crash, min_size=1, max_size=2)
    for name, crash in (("run", _OF_RUNS), ("resume", _OF_RESUMING), ("send", _OF_SENDING))
}
_ROWS = st.lists(
    st.one_of(st.just("plain"), st.just("plain"), st.just("bad"), _REFERENCES.map("own {}".format)),
    min_size=1,
    max_size=30,
)
_STYLES = st.fixed_dictionaries(
    {"is_async": st.booleans(), "concurrency": st.sampled_from([1, 2, 4])}
)
_MOODS = st.one_of(
    st.none(),  # as it was
    st.just(GOOD),
    st.just(DOWN),
    *[
        st.builds(
            Mood,
            st.lists(st.sampled_from(behaviours), min_size=1, max_size=4).map(tuple),
            cuts=st.sampled_from([0, 0, 0, 2, 5]),
        )
        for behaviours in (DOUBTFUL, ("ok", *PLAIN, *DOUBTFUL), PLAIN)
    ],
)


class JournalMachine(RuleBasedStateMachine):
    """Runs, single sends, kills, receipts and time, in any order."""

    new_world: ClassVar[Callable[..., World]]
    totals: ClassVar[Counter[str]]
    # What has gone wrong: Hypothesis tries it again, and may not see it again.
    failures: ClassVar[list[BaseException]]
    delivery = "at_most_once"
    defect: ClassVar[str | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.world = type(self).new_world(delivery=self.delivery, defect=self.defect)
        self.has_failed = False

    @rule(kind=_KINDS, rows=_ROWS, mood=_MOODS, crash=_ONE_OR_TWO["run"], style=_STYLES)
    def start(self, kind: str, rows: list[str], mood: Any, crash: list[Any], style: Any) -> None:
        number = len(self.world.runs) + 1
        made = [_row(kind, number, place, what) for place, what in enumerate(rows, 1)]
        run = self.world.add_run(kind, made)
        self._do(lambda: self.world.start(run, *crash, **style), mood)

    @precondition(lambda self: self.world.runs)
    @rule(which=st.integers(0, 9), mood=_MOODS, crash=_ONE_OR_TWO["run"], style=_STYLES)
    def start_again(self, which: int, mood: Any, crash: list[Any], style: Any) -> None:
        self._do(lambda: self.world.start(self._run(which), *crash, **style), mood)

    @precondition(lambda self: self.world.runs)
    @rule(which=st.integers(-3, 9), mood=_MOODS, crash=_ONE_OR_TWO["resume"], style=_STYLES)
    def resume(self, which: int, mood: Any, crash: list[Any], style: Any) -> None:
        run = None if which < 0 else self._run(which)
        self._do(lambda: self.world.resume(run, *crash, **style), mood)

    @rule(
        messages=st.lists(
            st.tuples(st.sampled_from(["sms", "chat"]), _REFERENCES), min_size=1, max_size=3
        ),
        mood=_MOODS,
        crash=_ONE_OR_TWO["send"],
        is_async=st.booleans(),
    )
    def send(self, messages: list[Any], mood: Any, crash: list[Any], is_async: bool) -> None:
        self._do(lambda: self.world.send(messages, *crash, is_async=is_async), mood)

    @rule(seconds=st.sampled_from([1, 50, 100]))
    def time_passes(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule()
    def wake(self) -> None:
        self._do(self.world.wake)

    @rule(
        picks=st.lists(
            st.tuples(
                st.integers(0, 99), st.sampled_from(["sent", "delivered", "failed"]), st.booleans()
            ),
            min_size=1,
            max_size=8,
        ),
        strangers=st.integers(0, 2),
        crash=crashes(*steps.OF_RECEIPTS),
    )
    def receipts_come(self, picks: list[Any], strangers: int, crash: Crash | None) -> None:
        self._do(lambda: self.world.deliver(self._receipts(picks, strangers), crash))

    @rule(crash=crashes(*steps.OF_PROOF), is_async=st.booleans())
    def reconcile(self, crash: Crash | None, is_async: bool) -> None:
        self._do(lambda: self.world.reconcile(crash, is_async=is_async))

    def teardown(self) -> None:
        with self.world:
            self._do(self.world.finish)
        self.totals.update(self.world.counts, worlds=1)

    def _do(self, action: Callable[[], object], mood: Mood | None = None) -> None:
        if self.has_failed:
            return
        try:
            if mood is not None:
                self.world.set_mood(mood)
            action()
        except BaseException as error:
            self.has_failed = True
            self.failures.append(error)
            raise

    def _run(self, which: int) -> Run:
        return list(self.world.runs.values())[which % len(self.world.runs)]

    def _receipts(self, picks: list[Any], strangers: int) -> list[dict[str, Any]]:
        """Return receipts of accepted messages, with or without a reference, and of messages of others."""
        messages = self.world.api.ledger.messages
        events = [
            messages[which % len(messages)].receipt(state, has_reference=has_reference)
            for which, state, has_reference in picks
            if messages
        ]
        for number in range(strangers):
            payload = {"umid": f"u-stranger-{number}", "clientMessageId": f"stranger-{number}"}
            event = {"namespace": "SMS", "eventType": "outbound_message_status_changed"}
            events.append(event | {"payload": payload})
        return events


class RepeatingMachine(JournalMachine):
    """The same, where a duplicate is better than a loss."""

    delivery = "at_least_once"


def _row(kind: str, run: int, number: int, what: str) -> Row:
    text = f"{kind} {run}/{number}"
    if what.startswith("own "):
        reference = what.removeprefix("own ")
        # A message under a reference of its own is the same in every run. Surveys keep no such order.
        return Row(text if kind == "survey" else f"{kind} {reference}", reference)
    return Row(text, is_bad=what == "bad")
