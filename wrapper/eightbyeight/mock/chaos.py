"""Chaos: rules that make requests fail, some of them or some of the time.

A rule is words: first when it applies, last what happens. `5% reset-after` loses the answer of one
request in twenty after it was carried out. docs/chaos.md explains every word.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from eightbyeight.mock.effects import Effect, effect_of, seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

CHAOS_HEADER = b"x-mock-chaos"

_MOST_RULES = 1000
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%", re.ASCII)
_NUMBER = re.compile(r"\+\d{6,15}", re.ASCII)
_SUBACCOUNT = re.compile(r"[A-Za-z0-9\-._&]{3,50}", re.ASCII)


class ChaosError(ValueError):
    """A rule that cannot be read or makes no sense."""


class Seen(NamedTuple):
    """What rules look at: a request, before anything is known about its being valid.

    Attributes:
        operation: The operationId, None when the path is unknown.
        subaccount: The sub-account of the path.
        recipients: Tells the numbers that the body names, without a plus.
    """

    operation: str | None
    subaccount: str | None
    recipients: Callable[[], Collection[str]]


@dataclass(frozen=True, slots=True)
class When:
    """The conditions of a rule; all that are given must hold.

    Attributes:
        percent: How many of a hundred requests, by dice that a seed makes repeatable.
        recipient: A number that the request names.
        operation: An operationId of the document.
        subaccount: The sub-account of the path.
        nth: Only the n-th request, among those that meet the conditions above.
        every: Only every n-th of them.
    """

    percent: float | None = None
    recipient: str | None = None
    operation: str | None = None
    subaccount: str | None = None
    nth: int | None = None
    every: int | None = None


class Played(NamedTuple):
    """What the rules have in store for a request.

    Attributes:
        effect: What befalls it; None when it is only slowed down.
        delay: By how many seconds its answer is late.
        label: The rule, for logs and headers.
    """

    effect: Effect | None
    delay: float
    label: str


class Rule:
    """One rule and its counters.

    Attributes:
        text: The rule as words.
        seen: How many requests met the conditions on operation, sub-account and recipient.
        played: How often it was played.
    """

    def __init__(
        self,
        number: int,
        when: When,
        effect: Effect | None,
        latency: tuple[float, float] | None,
        times: int | None,
        seed: int | None,
    ) -> None:
        self.number = number
        self.when = when
        self.effect = effect
        self.latency = latency
        self.times = times
        self.text = _written(when, effect, latency, times)
        self._seed = None if seed is None else f"{seed}/{number}/{self.text}"
        self.reset()

    def reset(self) -> None:
        """Count from the beginning, with the same dice if there is a seed."""
        self.seen = self.played = 0
        self._dice = random.Random(self._seed)  # noqa: S311 - dice, not secrets

    def wants(self, request: Seen) -> bool:
        """Count a request and tell whether it is one for this rule.

        The dice are thrown for every request that counts, so other rules change nothing for this one.
        """
        when = self.when
        if when.operation is not None and when.operation != request.operation:
            return False
        if when.subaccount is not None and when.subaccount != request.subaccount:
            return False
        # Requests may leave out the plus.
        if when.recipient is not None and when.recipient[1:] not in request.recipients():
            return False
        self.seen += 1
        is_drawn = when.percent is None or self._dice.random() * 100 < when.percent
        return (
            is_drawn
            and (when.nth is None or self.seen == when.nth)
            and (when.every is None or self.seen % when.every == 0)
            and (self.times is None or self.played < self.times)
        )

    def play(self) -> Played:
        """Count that the rule is played, and say what that means."""
        self.played += 1
        delay = self._dice.uniform(*self.latency) if self.latency is not None else 0.0
        return Played(self.effect, delay, f"{self.number} {self.text}")

    def public(self) -> dict[str, Any]:
        """The rule and its counters as JSON."""
        left = None if self.times is None else self.times - self.played
        return {
            "id": self.number,
            "rule": self.text,
            "seen": self.seen,
            "played": self.played,
            "left": left,
        }


class Chaos:
    """The rules of a mock. Of several that apply to a request, the oldest is played.

    Args:
        operations: The operationIds that rules may name.
        seed: Makes the dice fall the same in every run of the same requests.
    """

    def __init__(self, operations: Collection[str], seed: int | None = None) -> None:
        self._operations = operations
        self._seed = seed
        self._rules: list[Rule] = []
        self._count = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._rules)

    def add(self, rule: str) -> Rule:
        """Add a rule, such as `sendSms 5% reset-after`.

        Raises:
            ChaosError: The rule cannot be read.
        """
        return self.extend([rule])[0]

    def extend(self, rules: Iterable[str]) -> list[Rule]:
        """Add several rules, all or none.

        Raises:
            ChaosError: A rule cannot be read; nothing was added.
        """
        with self._lock:
            added = [
                Rule(number, *_read(text, self._operations), self._seed)
                for number, text in enumerate(rules, start=self._count + 1)
            ]
            if len(self._rules) + len(added) > _MOST_RULES:
                raise ChaosError(f"there can be {_MOST_RULES} rules at most")
            self._rules += added
            self._count += len(added)
        return added

    def remove(self, number: int) -> bool:
        """Remove a rule by its number; False when there is none of that number."""
        with self._lock:
            before = len(self._rules)
            self._rules = [rule for rule in self._rules if rule.number != number]
            return len(self._rules) < before

    def clear(self) -> None:
        """Remove all rules; the next one is number 1 again."""
        with self._lock:
            self._rules = []
            self._count = 0

    def reset(self) -> None:
        """Keep the rules, and let them count from the beginning."""
        with self._lock:
            for rule in self._rules:
                rule.reset()

    def rules(self) -> list[Rule]:
        """The rules, oldest first."""
        with self._lock:
            return list(self._rules)

    def meet(self, request: Seen) -> Played | None:
        """Count a request, and say what the rules have in store for it."""
        with self._lock:
            wanting = [rule for rule in self._rules if rule.wants(request)]
            return wanting[0].play() if wanting else None


_Parts = tuple[When, Effect | None, tuple[float, float] | None, int | None]


def _read(text: Any, operations: Collection[str]) -> _Parts:
    if not isinstance(text, str) or not text.strip():
        raise ChaosError("a rule must be text, such as '5% reset-after'")
    if len(text) > 500:
        raise ChaosError("the rule is too long")
    found: dict[str, Any] = {}
    for word in text.split():
        try:
            name, value = _word(word, operations)
        except ValueError as error:
            raise ChaosError(f"{error} (in the rule {text.strip()[:80]!r})") from None
        if name in found:
            raise ChaosError(
                f"{word[:60]!r}: the rule has another word of this kind: {text[:80]!r}"
            )
        found[name] = value
    effect, latency = found.pop("effect", None), found.pop("latency", None)
    times = found.pop("times", None)
    if effect is None and latency is None:
        raise ChaosError(f"the rule {text.strip()[:80]!r} does not say what happens")
    return When(**found), effect, latency, times


def _word(word: str, operations: Collection[str]) -> tuple[str, Any]:
    """Read one word of a rule: its kind and its value.

    Raises:
        ValueError: It is no word of the grammar.
    """
    kind, colon, value = word.partition(":")
    if colon and kind in _ARGUMENTS:
        return kind, _ARGUMENTS[kind](value, word)
    if word in operations:
        return "operation", word
    if _NUMBER.fullmatch(word):
        return "recipient", word
    if word.endswith("%"):
        return "percent", _percent(word)
    try:
        return "effect", effect_of(word)
    except ValueError as error:
        # A word in camel case was meant as an operation.
        if re.fullmatch(r"[a-z]+([A-Z][a-z]*)+", word):
            known = ", ".join(sorted(operations))
            raise ValueError(f"no operation is called {word[:60]!r}; there are: {known}") from error
        raise


def _percent(word: str) -> float:
    match = _PERCENT.fullmatch(word)
    if match is None or not 0 < float(match[1]) <= 100:
        raise ValueError(f"{word[:60]!r} must be above 0% and at most 100%")
    return float(match[1])


def _count(value: str, word: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,8}", value, re.ASCII):
        raise ValueError(f"{word[:60]!r} needs a whole number above 0 after the colon")
    return int(value)


def _subaccount(value: str, word: str) -> str:
    if not _SUBACCOUNT.fullmatch(value):
        raise ValueError(f"{word[:60]!r} names no sub-account")
    return value


def _range(value: str, word: str) -> tuple[float, float]:
    first, dash, last = value.partition("-")
    low = seconds_of(first, word)
    high = seconds_of(last, word) if dash else low
    if high < low:
        raise ValueError(f"{word[:60]!r} must name the shorter time first")
    return low, high


_ARGUMENTS: dict[str, Callable[[str, str], Any]] = {
    "nth": _count,
    "every": _count,
    "times": _count,
    "subaccount": _subaccount,
    "latency": _range,
}


def _written(
    when: When, effect: Effect | None, latency: tuple[float, float] | None, times: int | None
) -> str:
    """Write a rule in the order in which its words are best read."""
    seconds = "" if latency is None else "-".join(f"{n:g}" for n in sorted(set(latency)))
    words = (
        when.operation,
        when.subaccount and f"subaccount:{when.subaccount}",
        when.recipient,
        f"{when.percent:g}%" if when.percent else "",
        f"nth:{when.nth}" if when.nth else "",
        f"every:{when.every}" if when.every else "",
        seconds and f"latency:{seconds}",
        effect and effect.name,
        f"times:{times}" if times else "",
    )
    return " ".join(word for word in words if word)
