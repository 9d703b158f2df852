"""Messages of a survey that are checked and written together, which costs a fraction of one at a time.

This only ever says that all of them are good. Whatever it does not know to be good is for ``SurveyBatches.message``
to decide, which has the words for it.
"""

from __future__ import annotations

import re
from itertools import product
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ..core.json_text import dumps
from ..errors import InvalidInput
from ..survey import SurveyRecipient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ..content.wire import Wire

    Columns: TypeAlias = dict[str, list[Any]]

# Numbers in E.164, each with an end of line behind it.
_NUMBERS = re.compile(r"(?:\+[1-9][0-9]{6,14}+\n)*+").fullmatch
# Samples of a slice; where it takes more, its messages differ so much that checking each is no slower.
_MOST_SAMPLES = 50
# Fields with a value of its own in each message. Of the others, each different value is checked.
_OWN = {"destination", "clientMessageId", "templateBody", "templateVariables"}


class Written(NamedTuple):
    """Messages as they go over the wire.

    Attributes:
        references: Their references.
        are_own: Whether the rows brought them.
        content: The messages in JSON with commas between.
    """

    references: Sequence[str]
    are_own: bool
    content: bytes


def written(
    rows: Sequence[object], check: Callable[[Wire], object], batch: str, first: int
) -> Written | None:
    """Return the messages of ``rows``, or None unless it is certain that all can be sent.

    Args:
        rows: Some recipients. No other code may run while they are looked at.
        check: Raises InvalidInput for a message that cannot be sent. What it says of one field may depend on which
            other fields there are, but only of text and variables on each other's values.
        batch: What messages without a reference are named after, with their row.
        first: The number of the first row.

    Raises:
        Exception: Something in a message cannot be written as JSON, or is a class that fails at it.
    """
    messages = _messages(rows)
    if not messages:
        return None
    groups = _by_fields(messages)
    owning = ["clientMessageId" in columns for columns in groups]
    if any(owning) != all(owning) or not all(_are_good(columns, check) for columns in groups):
        return None
    if owning[0]:
        references = list(map(itemgetter("clientMessageId"), messages))
    else:
        references = [f"{batch}-{row}" for row in range(first, first + len(messages))]
        messages = [
            {**message, "clientMessageId": reference}
            for message, reference in zip(messages, references, strict=True)
        ]
    return Written(references, owning[0], dumps(messages)[1:-1])


def _messages(rows: Sequence[object]) -> Sequence[Wire] | None:
    """Return the wire forms of rows that are all of one kind. A class of the caller's may do anything."""
    kinds = set(map(type, rows))
    if kinds == {dict}:
        return rows  # type: ignore[return-value]  # so they are
    if kinds == {str}:
        return [{"destination": number} for number in rows]
    if kinds == {SurveyRecipient}:
        return list(map(SurveyRecipient.to_dict, rows))  # type: ignore[arg-type]  # likewise
    return None


def _by_fields(messages: Sequence[Wire]) -> list[Columns]:
    """Return the columns of all messages, or of each group of them that has the same fields."""
    columns = _columns(messages)
    if columns is not None:
        return [columns]
    groups: dict[tuple[str, ...], list[Wire]] = {}
    for message in messages:
        groups.setdefault(tuple(message), []).append(message)
    return [_columns(group) or {} for group in groups.values()]


def _columns(pieces: Sequence[dict[str, Any]]) -> Columns | None:
    """Return the values of each field, None unless all pieces have the same fields."""
    names = list(pieces[0])
    if set(map(len, pieces)) != {len(names)}:
        return None
    try:
        return {name: list(map(itemgetter(name), pieces)) for name in names}
    except KeyError:
        return None


def _are_good(columns: Columns, check: Callable[[Wire], object]) -> bool:
    """Tell whether messages with the same fields are certain to be good."""
    for name, column in columns.items():
        if set(map(type, column)) != {dict if name == "templateVariables" else str}:
            return False
    if not _are_numbers(columns.get("destination", [])):
        return False
    message = {name: column[0] for name, column in columns.items()}
    if "clientMessageId" in columns:
        if not all(columns["clientMessageId"]):  # an empty one counts as none
            return False
        # Only their length has a limit.
        message["clientMessageId"] = max(columns["clientMessageId"], key=len)
    try:
        for count, sample in enumerate(_samples(columns)):
            if count == _MOST_SAMPLES:
                return False
            check({**message, **sample})
    except InvalidInput:
        return False
    return True


def _are_numbers(numbers: list[str]) -> bool:
    """Tell whether there are numbers, all of them in E.164."""
    lines = "\n".join([*numbers, ""])
    # With an end of line in it, what is no number could look like two.
    return 0 < len(numbers) == lines.count("\n") and _NUMBERS(lines) is not None


def _samples(columns: Columns) -> Iterator[Wire]:
    """Yield fields that, one after another in the place of a message's own, show each thing that is checked."""
    for name in columns.keys() - _OWN:
        for value in set(columns[name]):
            yield {name: value}
    texts = [{"templateBody": text} for text in set(columns.get("templateBody", ()))]
    values = [{"templateVariables": one} for one in _named(columns.get("templateVariables", []))]
    for text, own in product(texts or [{}], values or [{}]):
        yield {**text, **own}


def _named(variables: Sequence[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Return the variables of one message for each set of names: nothing else of them matters."""
    if not variables or _columns(variables) is not None:
        return variables[:1]
    return dict(zip(map(tuple, variables), variables, strict=True)).values()
