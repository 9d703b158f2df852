"""What a run did and found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

# One cause breaks a rule in many ways; more of them than this tell nobody anything.
_MOST_PER_TEST = 3


@dataclass
class Breach:
    """A broken promise of the document. Holds no key, no text and no full number.

    Attributes:
        operation: The operation's id.
        test: What was tested: an example, a check of made-up requests, an entry of recorded traffic.
        check: The rule's name.
        sent: The request.
        expected: What the document promises.
        came: What the server did.
        kind: What tells it from others of the same check.
        repeat: How to send it again, if that was kept.
        count: How often it was seen.
    """

    operation: str
    test: str
    check: str
    sent: str
    expected: str
    came: str
    kind: str = ""
    repeat: str | None = None
    count: int = 1


@dataclass
class Tally:
    """What was done for one operation.

    Attributes:
        examples: Recorded examples that were sent.
        examples_failed: Those among them that broke a rule.
        entries: Recorded requests that were looked at.
        cases: Made-up requests.
        accepted: Valid ones that were accepted.
        refused: Invalid ones that were refused.
        limited: Requests answered 429, which therefore tested nothing.
        tests: How often each test looked at something.
    """

    examples: int = 0
    examples_failed: int = 0
    entries: int = 0
    cases: int = 0
    accepted: int = 0
    refused: int = 0
    limited: int = 0
    tests: Counter[str] = field(default_factory=Counter)


class Report:
    """Collects breaches and counts.

    Args:
        operations: The ids of the operations under test.
    """

    def __init__(self, operations: list[str]) -> None:
        self.tallies = {operation: Tally() for operation in operations}
        self.breaches: list[Breach] = []
        self.notes: list[str] = []
        self.problems: list[str] = []
        self.unknown: Counter[str] = Counter()
        self.targets: dict[str, str] = {}
        self.seed: int | None = None
        self.seconds = 0.0
        self.repeat: str | None = None

    @property
    def exit_status(self) -> int:
        """0 when all promises were kept, 1 when not, 2 when that could not be found out."""
        if self.breaches:
            return 1
        return 2 if self.problems else 0

    def add(self, breach: Breach) -> bool:
        """Add a breach, or count it when it is known.

        Returns:
            Whether it is new and shown.
        """
        alike = [
            known
            for known in self.breaches
            if (known.operation, known.test, known.check)
            == (breach.operation, breach.test, breach.check)
        ]
        for known in alike:
            if known.kind == breach.kind:
                known.count += 1
                return False
        if len(alike) >= _MOST_PER_TEST:
            alike[-1].count += 1
            return False
        self.breaches.append(breach)
        return True

    def note(self, text: str) -> None:
        """Add something worth knowing, once."""
        if text not in self.notes:
            self.notes.append(text)

    def lose(self, url: str) -> None:
        """Tell that a server has gone in the middle of the run, which ends there."""
        self.problems.append(f"{url} has stopped answering; nothing was tested after that")

    def breaches_of(self, operation: str, test: str | None = None) -> list[Breach]:
        """The breaches of an operation, or of one of its tests."""
        return [
            breach
            for breach in self.breaches
            if breach.operation == operation and test in (None, breach.test)
        ]
