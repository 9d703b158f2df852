"""What the client said about each message, beside what the API did with it. Pure bookkeeping."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eightbyeight import SendState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# What the client may say later of a message of which it has said this. Of a message that was not sent it may
# say anything, once it has sent it.
_STAYS = {
    SendState.ACCEPTED: {SendState.ACCEPTED},
    SendState.REJECTED: {SendState.REJECTED},
    SendState.UNKNOWN: {SendState.UNKNOWN, SendState.ACCEPTED},
}
# The client has the message, or the answer that refuses it, and so the API cannot have taken it.
_NOT_DONE = {SendState.PLANNED, SendState.NOT_SENT, SendState.REJECTED, SendState.INVALID}


@dataclass(slots=True)
class Line:
    """A message: what was said of it last, by a call or a report, and what the journal holds."""

    said: SendState | None = None
    said_umid: str | None = None
    recorded: SendState | None = None
    recorded_umid: str | None = None

    @property
    def is_lost(self) -> bool:
        """Whether the journal has nothing on it, leaves it open for ever, or denies what was said of it."""
        if self.recorded in {None, SendState.IN_FLIGHT}:
            return True
        return self.said in _STAYS and self.recorded not in _STAYS[self.said]

    def is_false_acceptance(self, umids: Sequence[str]) -> bool:
        """Whether it was called accepted and was not, or not as the message that was named."""
        words = ((self.said, self.said_umid), (self.recorded, self.recorded_umid))
        return any(
            state is SendState.ACCEPTED and (not umids or umid not in {None, *umids})
            for state, umid in words
        )

    def is_false_denial(self, umids: Sequence[str]) -> bool:
        """Whether it was called not sent or rejected, in the end, and was accepted."""
        return bool(umids) and (self.recorded in _NOT_DONE or self.said is SendState.REJECTED)


@dataclass
class Verdict:
    """What the ledger found; references where something is wrong.

    Attributes:
        doubled: Accepted by the API more than once, or without having been planned.
        lost: Planned, and then nobody knows of it: it is not in the journal, was never sent and never called
            anything, or the journal forgot what had been said of it.
        false_accepted: Accepted says the client, and the API never did, or gave it another ID.
        false_not_sent: Not sent or rejected says the client, and the API has accepted it.
        planned: How many messages there were.
        executed: How many of them the API accepted at least once.
        states: How many there are of each state in the journal.
        unknown_executed: Those whose outcome is unknown to the client, and which were accepted.
        unknown_not_executed: Likewise, which were not.
    """

    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    false_accepted: list[str] = field(default_factory=list)
    false_not_sent: list[str] = field(default_factory=list)
    planned: int = 0
    executed: int = 0
    states: dict[SendState, int] = field(default_factory=dict)
    unknown_executed: list[str] = field(default_factory=list)
    unknown_not_executed: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was doubled, lost or said falsely."""
        return not (self.doubled or self.lost or self.false_accepted or self.false_not_sent)


class Ledger:
    """One line a message, by its clientMessageId."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def plan(self, references: Iterable[str]) -> None:
        """Enter messages that are going to be sent."""
        for reference in references:
            if reference in self._lines:
                raise ValueError(f"{reference} is planned twice")
            self._lines[reference] = Line()

    def hear(self, reference: str, state: SendState, umid: str | None = None) -> None:
        """Enter what a call or a report says of a message."""
        line = self._lines[reference]
        line.said, line.said_umid = state, umid

    def record(self, entries: Iterable[tuple[str, SendState, str | None]]) -> None:
        """Enter what the journal holds, instead of what it held before. Other people's messages are left out."""
        for line in self._lines.values():
            line.recorded = line.recorded_umid = None
        for reference, state, umid in entries:
            line = self._lines.get(reference, Line())
            line.recorded, line.recorded_umid = state, umid

    def recorded(self, *states: SendState) -> list[str]:
        """Return the references of the messages that the journal holds in these states."""
        return [name for name, line in self._lines.items() if line.recorded in states]

    def judge(self, accepted: Mapping[str, Sequence[str]]) -> Verdict:
        """Compare with what the API accepted: the umids that it gave, by reference."""
        verdict = Verdict(planned=len(self._lines))
        verdict.doubled += [name for name in accepted if name not in self._lines]
        for name, line in self._lines.items():
            umids = accepted.get(name, ())
            verdict.executed += bool(umids)
            if line.recorded is not None:
                verdict.states[line.recorded] = verdict.states.get(line.recorded, 0) + 1
            if len(umids) > 1:
                verdict.doubled.append(name)
            if line.is_lost or (line.recorded is SendState.PLANNED and not umids):
                verdict.lost.append(name)
            if line.is_false_acceptance(umids):
                verdict.false_accepted.append(name)
            if line.is_false_denial(umids):
                verdict.false_not_sent.append(name)
            if line.recorded is SendState.UNKNOWN:
                found = verdict.unknown_executed if umids else verdict.unknown_not_executed
                found.append(name)
        return verdict
