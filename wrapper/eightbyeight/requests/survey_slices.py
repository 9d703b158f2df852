"""Messages of a survey that are checked and written together, which costs a fraction of one at a time.

This only ever says that all of them are good. Whatever it does not know to be good is for ``SurveyBatches.message``
to decide, which has the words for it.
"""

from __future__ import annotations

import re
from itertools import product
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.json_text import dumps_each, dumps_with_plain_keys
from ..errors import InvalidInput
from ..survey import SurveyRecipient
from .columns import columns_by_name, columns_of, first_by_name
from .joined_objects import joined_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ..content.wire import Wire
    from .columns import Columns

# Numbers in E.164, each with an end of line behind it.
_NUMBERS = re.compile(r"(?:\+[1-9][0-9]{6,14}+\n)*+").fullmatch
# One of them. What is said of another does not depend on which it is.
_NUMBER = "+6591234567"
# Samples of a slice; where it takes more, its messages differ so much that checking each is no slower.
_MOST_SAMPLES = 50
# Fields with a value of its own in each message. Of the others, each different value is checked.
_OWN = {"destination", "clientMessageId", "templateBody", "templateVariables"}


class Written(NamedTuple):
    """Messages as they go over the wire.

    Attributes:
        references: Their references.
        are_own: Whether the rows brought them.
        content: Parts of the messages in JSON, with commas between those of each part.
    """

    references: Sequence[str]
    are_own: bool
    content: Sequence[bytes | memoryview]


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
    kinds = set(map(type, rows))  # a class of the caller's may do anything
    messages: Sequence[Wire] = ()
    if kinds == {str}:
        return _of_groups([{"destination": rows}], messages, check, batch, first)
    if kinds == {dict}:
        messages = rows  # type: ignore[assignment]  # so they are
    elif kinds == {SurveyRecipient}:
        messages = list(map(attrgetter("_wire"), rows))  # no copies: they are only looked at
    if not messages:
        return None
    dumped = _dumped(messages, check)
    if dumped is not None:
        return dumped
    alike = columns_of(messages)
    if alike is None:
        return _of_groups(_by_fields(messages), messages, check, batch, first)
    _unfold(alike, columns_of)
    return _of_groups([alike], messages, check, batch, first)


def _of_groups(
    groups: Sequence[Columns],
    messages: Sequence[Wire],
    check: Callable[[Wire], object],
    batch: str,
    first: int,
) -> Written | None:
    """Write messages whose columns are those of one or more groups. Numbers alone are a group without messages."""
    owning = ["clientMessageId" in columns for columns in groups]
    if any(owning) != all(owning) or not all(_are_good(columns, check) for columns in groups):
        return None
    alike = groups[0] if len(groups) == 1 else None
    if not owning[0]:
        count = sum(len(columns["destination"]) for columns in groups)
        references: Sequence[str] = [f"{batch}-{row}" for row in range(first, first + count)]
        if alike is not None:
            alike["clientMessageId"] = references
    elif alike is not None:
        references = alike["clientMessageId"]
    else:
        references = list(map(itemgetter("clientMessageId"), messages))
    joined = joined_objects(alike, "destination") if alike is not None else None
    if joined is not None:
        return Written(references, owning[0], joined)
    if not owning[0]:
        messages = [
            {**message, "clientMessageId": reference}
            for message, reference in zip(messages, references, strict=True)
        ]
    return Written(references, owning[0], [dumps_each(messages)])


def _dumped(messages: Sequence[Wire], check: Callable[[Wire], object]) -> Written | None:
    """Write messages with references and the same fields through orjson; return None where another way may do.

    It tells that all keys are plain strings. Looking up such keys runs no other code, and is the cheapest way.
    """
    if set(map(type, messages[0])) != {str} or "clientMessageId" not in messages[0]:
        return None
    content = dumps_with_plain_keys(messages)
    columns = columns_by_name(messages) if content is not None else None
    if content is None or columns is None:
        return None
    _unfold(columns, first_by_name)
    if not _are_good(columns, check):
        return None
    return Written(columns["clientMessageId"], True, [memoryview(content)[1:-1]])


def _by_fields(messages: Sequence[Wire]) -> list[Columns]:
    """Return the columns of each group of messages with the same fields."""
    groups: dict[tuple[str, ...], list[Wire]] = {}
    for message in messages:
        groups.setdefault(tuple(message), []).append(message)
    return [columns_of(group) or {} for group in groups.values()]


def _unfold(
    columns: Columns, into_columns: Callable[[Sequence[dict[str, Any]]], Columns | None]
) -> None:
    """Put columns in the place of variables, where all messages have the same."""
    variables = columns.get("templateVariables")
    if variables is not None and set(map(type, variables)) == {dict}:
        unfolded = into_columns(variables)
        if unfolded:
            columns["templateVariables"] = unfolded


def _are_good(columns: Columns, check: Callable[[Wire], object]) -> bool:
    """Tell whether messages with the same fields are certain to be good."""
    if not _are_numbers(columns.get("destination", ())):
        return False
    message: Wire = {"destination": _NUMBER}
    for name, column in columns.items():
        if isinstance(column, dict):
            message[name] = _first(column)
        elif name != "destination":
            if set(map(type, column)) != {dict if name == "templateVariables" else str}:
                return False
            message[name] = column[0]
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


def _are_numbers(numbers: Sequence[str]) -> bool:
    """Tell whether there are numbers, all of them in E.164. TypeError: they are no strings."""
    lines = "\n".join(numbers)
    # With an end of line in it, what is no number could look like two.
    return 0 < len(numbers) == lines.count("\n") + 1 and _NUMBERS(f"{lines}\n") is not None


def _samples(columns: Columns) -> Iterator[Wire]:
    """Yield fields that, one after another in the place of a message's own, show each thing that is checked."""
    for name in columns.keys() - _OWN:
        for value in set(columns[name]):
            yield {name: value}
    texts = [{"templateBody": text} for text in set(columns.get("templateBody", ()))]
    values = [{"templateVariables": one} for one in _named(columns.get("templateVariables", ()))]
    for text, own in product(texts or [{}], values or [{}]):
        yield {**text, **own}


def _named(variables: Sequence[Wire] | Columns) -> Iterable[Wire]:
    """Return the variables of one message for each set of names: nothing else of them matters."""
    if isinstance(variables, dict):
        return [_first(variables)]
    return dict(zip(map(tuple, variables), variables, strict=True)).values()


def _first(columns: Columns) -> Wire:
    """Return the first of what columns were made of."""
    return {name: column[0] for name, column in columns.items()}
