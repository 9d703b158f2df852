"""One change of the public interface."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass, replace
from typing import Any

ADDED, REMOVED, CHANGED = "added", "removed", "changed"

_SHOWN_TWINS = 3
_FORMS = r"^(api\.\w+\.\w+\.)(sync|sync_detailed|asyncio|asyncio_detailed)\b"


@dataclass(frozen=True)
class Change:
    """A change, as a user of the interface meets it.

    Attributes:
        name: What changed, as users write it: ``Client.sms.send(source)``, ``models.SmsRequest.text``.
        action: ``added``, ``removed`` or ``changed``.
        what: The sort of thing it is: field, enum value, method, parameter, limit ...
        text: What is different, as words that follow the name.
        breaking: Whether a program that was right before can be wrong now.
        place: File and line; of the previous version for what was removed.
        twins: Other names with the same change: asynchronous ones, those that inherit it.
    """

    name: str
    action: str
    what: str
    text: str
    breaking: bool
    place: str = ""
    twins: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.text}{self.also}"

    @property
    def also(self) -> str:
        """The twins, in brackets, cut to a readable number."""
        rest = len(self.twins) - _SHOWN_TWINS
        names = ", ".join(self.twins[:_SHOWN_TWINS]) + (f" and {rest} more" if rest > 0 else "")
        return f" (also {names})" if names else ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON knows it."""
        return asdict(self)


def ordered(changes: list[Change]) -> list[Change]:
    """Join the changes of twins into one each, and sort: breaking ones first, then by name."""
    changes = _joined(changes, lambda change: (change.place, _last_part(change.name)))
    changes = _joined(changes, lambda change: (_without_twin(change.name),))
    return sorted(changes, key=lambda change: (not change.breaking, change.name, change.text))


def _joined(
    changes: list[Change], identity: Callable[[Change], tuple[Hashable, ...]]
) -> list[Change]:
    groups: dict[Hashable, list[Change]] = {}
    for change in changes:
        key = (*identity(change), change.action, change.text, change.breaking)
        # Without a place, nothing says that two of them are one.
        groups.setdefault(key if change.place else (change,), []).append(change)
    return [_first(group) for group in groups.values()]


def _first(group: list[Change]) -> Change:
    group.sort(key=lambda change: ("Async" in change.name, len(change.name), change.name))
    names = {change.name for change in group[1:]} | {twin for one in group for twin in one.twins}
    return replace(group[0], twins=tuple(sorted(names - {group[0].name})))


def _last_part(name: str) -> str:
    return re.split(r"[.(]", name)[-1]


def _without_twin(name: str) -> str:
    return re.sub(_FORMS, r"\1sync", name.replace("AsyncClient", "Client"))
