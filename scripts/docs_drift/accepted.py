"""Which disagreements between a page and the description ``spec/deviations.yaml`` accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from .errors import PageError
from .facts import OPERATION

if TYPE_CHECKING:
    from pathlib import Path

    from .differences import Change

#: Entries that speak of a whole side of an operation accept only the facts that they are about.
#: Those that are not listed accept their own place alone.
_WIDE: dict[str, tuple[str, ...]] = {
    "message-variants": ("required", "type"),
    "interactive-variants": ("required", "type", "enum"),
    "template-variants": ("required", "type", "enum"),
    "suggestion-variants": ("required",),
    "numbers-as-strings": ("type",),
    "location-complete": ("required",),
    "recipient-needed": ("required",),
    "no-defaults": ("default",),
    "body-required": (),
    "ids-are-text": ("type",),
    "tolerant-timestamps": ("type",),
    "nullable-answers": (),
    "all-statuses": ("",),
    "retry-after": ("",),
    "one-error-body": ("required", "type"),
    "open-vocabularies": ("enum",),
    "flow-parameters": ("",),
    "hosts": ("hosts", "host"),
    "batch-references": ("maxLength",),
    "masked-numbers": ("pattern",),
    "ids-not-empty": ("minLength",),
    "header-media": ("required", ""),
    "short-answers": ("required",),
    "header-text": ("", "type", "maxLength"),
    "survey-variables": ("",),
    "survey-authorization-header": ("",),
}


class Deviations:
    """The list.

    Args:
        path: The file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        try:
            loaded: Any = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            loaded = []
        except (OSError, YAMLError, ValueError) as error:
            raise PageError(f"{path}: not readable: {error}") from error
        self._places: list[tuple[str, str, str]] = []
        for entry in loaded or []:
            for place in entry.get("where", []):
                operation, _, path_there = str(place).partition(": ")
                self._places.append((str(entry["id"]), operation, path_there))

    def of(self, operation_id: str, change: Change) -> list[str]:
        """Return the ids of the entries that accept a disagreement, the closest first.

        Args:
            operation_id: Our name of the operation.
            change: The disagreement.
        """
        found: list[tuple[int, str]] = []
        for deviation, operation, place in self._places:
            if operation not in {"*", operation_id}:
                continue
            for path in {
                change.path,
                str(change.new) if change.kind in {"renamed", "moved"} else "",
            }:
                if (
                    path
                    and (distance := _distance(place, path, everywhere=operation == "*"))
                    is not None
                ):
                    facts = _WIDE.get(deviation)
                    narrow = facts is None or change.fact in facts
                    if (distance == 0 and (narrow or not facts)) or (distance and facts and narrow):
                        found.append((distance, deviation))
        return list(dict.fromkeys(deviation for _, deviation in sorted(found)))


def _distance(place: str, path: str, *, everywhere: bool) -> int | None:  # noqa: PLR0911 - a table of cases
    """Count the levels between a deviation's place and a path below it; None if it is elsewhere."""
    if path == OPERATION:
        return 0 if place in {"servers", "operationId", "path"} else None
    if path == place:
        return 0
    if place == "path" and path.startswith(("path.", "query.", "header.")):
        return 1  # `path` stands for all parameters
    if path.startswith((f"{place}.", f"{place}[]")):
        return path[len(place) :].count(".") + 1
    side, _, rest = place.partition(".")
    if everywhere and rest:
        # `*: response.umid` is about every field of that name in any answer.
        is_side = path.startswith((f"{side}.", f"{side}[]"))
        is_side = is_side or (side in {"response", "responses"} and path.startswith("responses."))
        if is_side and path.endswith(f".{rest}"):
            return 0
        if is_side and f".{rest}." in path:
            return 1
    return None
