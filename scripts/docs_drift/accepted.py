"""Which disagreements between a page and the description ``spec/deviations.yaml`` accepts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from .errors import PageError
from .facts import OPERATION

if TYPE_CHECKING:
    from pathlib import Path

    from .differences import Change


class Deviations:
    """The list.

    Args:
        path: The file; it need not exist.

    Attributes:
        reasons: Why each entry accepts what it accepts, by its id.

    Raises:
        PageError: If it is no list of entries.
    """

    def __init__(self, path: Path) -> None:
        try:
            loaded: Any = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            loaded = []
        except (OSError, YAMLError, ValueError) as error:
            raise PageError(f"{path}: not readable: {error}") from error
        self._entries: list[_Deviation] = []
        self.reasons: dict[str, str] = {}
        if not isinstance(loaded or [], list):
            raise PageError(f"{path}: expected a list of entries, found {type(loaded).__name__}")
        for entry in loaded or []:
            if not (isinstance(entry, dict) and "id" in entry):
                raise PageError(f"{path}: each entry needs an `id`, found {entry!r:.60}")
            name = str(entry["id"])
            self.reasons[name] = str(entry.get("why") or "no reason given")
            facts = frozenset(map(str, entry.get("facts") or []))
            for place in entry.get("where") or []:
                operation, _, path_there = str(place).partition(": ")
                self._entries.append(_Deviation(name, operation, path_there, facts))

    def of(self, operation_id: str, change: Change) -> list[str]:
        """Return the ids of the entries that accept a disagreement, the closest place first.

        Args:
            operation_id: Our name of the operation.
            change: The disagreement.
        """
        found = [
            one
            for one in self._entries
            if one.operation in {"*", operation_id}
            and (change.fact or change.kind) in one.facts
            and one.is_about(change.path)
        ]
        found.sort(key=lambda one: -len(one.place))
        return list(dict.fromkeys(one.name for one in found))


@dataclass(frozen=True)
class _Deviation:
    """One place of one entry."""

    name: str
    operation: str
    place: str
    facts: frozenset[str]

    def is_about(self, path: str) -> bool:
        """Whether a path is the place, or below it where that is meant too."""
        place = self.place.removesuffix(".**")
        if path == OPERATION:
            return place == "servers"
        if path == place or (self.place != place and path.startswith((f"{place}.", f"{place}[]"))):
            return True
        side, _, rest = place.partition(".")
        if self.operation != "*" or not rest:
            return False
        # `*: response.umid` is about every field of that name in any answer.
        sides = (f"{side}.", f"{side}[]", *(("responses.",) if side == "response" else ()))
        inside = self.place != place and f".{rest}." in path
        return path.startswith(sides) and (path.endswith(f".{rest}") or inside)
