"""Values of many objects by their fields, where all have the same: what is looked at or written column by column."""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    # The values of each field: a sequence, or columns again where all are objects with the same fields.
    Columns: TypeAlias = dict[str, Any]

_flat = chain.from_iterable
# Between names that are compared. One that has it inside is not known to be the same.
_SEPARATOR = "\n"


def columns_of(pieces: Sequence[dict[str, Any]]) -> Columns | None:
    """Return the values of each field, None unless all pieces have the same fields in the same order.

    Keys may be of a class of the caller's: only what a string holds counts, none of its methods is called.
    """
    first = _joined(pieces[0])
    names = first.split(_SEPARATOR) if first else []
    keys = list(_flat(pieces))
    if len(keys) != len(names) * len(pieces):
        return None
    expected = f"{first}{_SEPARATOR}" * len(pieces)
    if _joined(keys) != expected[: -len(_SEPARATOR)]:
        return None
    values = list(_flat(map(dict.values, pieces)))
    return {name: values[place :: len(names)] for place, name in enumerate(names)}


def columns_by_name(pieces: Sequence[dict[str, Any]]) -> Columns | None:
    """Return the values of each field, None unless all pieces have the same fields.

    This is cheaper than ``columns_of``, and only for pieces whose keys are known to be plain strings.
    """
    names = list(pieces[0])
    if set(map(len, pieces)) != {len(names)}:
        return None
    try:
        return {name: list(map(itemgetter(name), pieces)) for name in names}
    except KeyError:
        return None


def first_by_name(pieces: Sequence[dict[str, Any]]) -> Columns | None:
    """Return only the first value of each field, under the same conditions."""
    if set(map(len, pieces)) != {len(set().union(*pieces))}:
        return None
    return {name: [value] for name, value in pieces[0].items()}


def _joined(keys: Iterable[object]) -> str | None:
    """Return keys as one text, None unless all are strings."""
    try:
        return _SEPARATOR.join(keys)  # type: ignore[arg-type]  # it tells
    except TypeError:
        return None
