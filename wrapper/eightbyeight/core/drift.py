"""A difference between a reply and the API description, told without any value of the reply."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class DriftKind(StrEnum):
    """What a reply holds, or lacks, against the description."""

    UNKNOWN_FIELD = "unknown field"
    UNKNOWN_VALUE = "unknown value"
    WRONG_TYPE = "wrong type"
    MISSING_FIELD = "missing field"
    UNDOCUMENTED_STATUS = "undocumented status"
    NOT_JSON = "not JSON"


@dataclass(frozen=True, slots=True)
class Drift:
    """Something in a reply that the API description does not know.

    It holds names and types, never a value: no number, no text, no ID. The one exception is a new word of a
    vocabulary, such as a state ``paused``, and only if it looks like a word.

    Attributes:
        operation: The operation, such as ``sendSms``.
        kind: What kind of difference it is.
        path: Where: ``response.messages[].status.code`` for the body of a success, ``responses.400.code`` for that
            of an error, ``responses.418`` for a status. ``*`` stands for names that may be data themselves.
        described: What the description says: a type, a media type, the known values, or ``required``. Empty if it
            says nothing of this path.
        seen: What came: a type, a media type or a word. Empty for what is missing, and for what is not shown.
        product: ``chatapps`` or ``sms``.
        page: The vendor's page on the operation, as ``scripts/docs-drift`` calls it.
    """

    operation: str
    kind: DriftKind
    path: str
    described: str | tuple[str, ...]
    seen: str
    product: str
    page: str

    @property
    def severity(self) -> str:
        """``breaking``: a reply lacks what was promised. ``additive``: there is more than before."""
        return "breaking" if self.kind in _BREAKING else "additive"

    def to_dict(self) -> dict[str, Any]:
        """Return a finding in the form of those of ``scripts/docs-drift --json``."""
        kind, fact, old, new = self._change()
        return {
            "page": self.page,
            "form": "traffic",
            "source": self.operation,
            "against": "spec",
            "class": self.severity,
            "kind": kind,
            "path": self.path,
            "fact": fact,
            "old": old,
            "new": new,
            "edit": f"spec/{self.product}.yaml",
        }

    def __str__(self) -> str:
        return f"{self.operation}: {self.path}: {self.kind}{self._details()}"

    def _change(self) -> tuple[str, str, Any, Any]:
        """Return kind, fact, old and new, in the words of ``scripts/docs-drift``."""
        media = [self.seen] if self.seen else []
        match self.kind:
            case DriftKind.UNKNOWN_FIELD:
                return "added", "", None, {"type": self.seen, "required": False}
            case DriftKind.UNDOCUMENTED_STATUS:
                return "added", "", None, {"content": media}
            case DriftKind.MISSING_FIELD:
                return "changed", "required", True, False
            case DriftKind.UNKNOWN_VALUE:
                return "changed", "enum", [*self.described], [*self.described, self.seen or "*"]
            case DriftKind.NOT_JSON:
                return "changed", "content", [self.described], media
        return "changed", "type", self.described, self.seen

    def _details(self) -> str:
        match self.kind:
            case DriftKind.UNKNOWN_VALUE:
                word = f" {self.seen!r}" if self.seen else ""
                return f"{word}; known are {', '.join(self.described)}"
            case DriftKind.WRONG_TYPE | DriftKind.NOT_JSON:
                return f": {self.seen or 'nothing'} instead of {self.described}"
        return f" ({self.seen})" if self.seen else ""


_BREAKING = frozenset({DriftKind.WRONG_TYPE, DriftKind.MISSING_FIELD, DriftKind.NOT_JSON})
