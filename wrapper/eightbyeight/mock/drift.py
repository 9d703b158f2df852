"""Answers that the document does not know: what a client meets when the API has changed."""

from __future__ import annotations

import json
import logging
import random
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from eightbyeight.mock.response import Response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eightbyeight.mock.document import Document
    from eightbyeight.mock.store import LoggedRequest

_log = logging.getLogger("eightbyeight.mock")

NEW_FIELD, NEW_VALUE = "driftedField", "drifted"
KINDS = ("unknown-field", "unknown-value", "wrong-type", "missing-field", "status")

_PATH = re.compile(r"[A-Za-z]\w*(\[\])?(\.[A-Za-z]\w*(\[\])?)*", re.ASCII)
# What a value becomes that is to have another type.
_OTHER: dict[type, Any] = {
    str: 12345,
    int: "12345",
    float: "1.5",
    bool: "true",
    dict: "text",
    list: {},
    type(None): [],
}


class Injection(NamedTuple):
    """What is to differ from the document, and where.

    Attributes:
        kind: One of `KINDS`.
        path: The field, such as `status.code` or `messages[].umid`; None lets the dice choose one.
        status: The status of the answer; None chooses one that is not in the document.
    """

    kind: str
    path: str | None = None
    status: int | None = None


class _Place(NamedTuple):
    """A field of an answer; within a list there is one for each item."""

    holder: dict[str, Any]
    name: str
    schema: Mapping[str, Any]
    is_required: bool


_Places = dict[str, list[_Place]]


def injection_of(argument: str | None) -> Injection:
    """Read what stands after `drift:` in a rule, such as `missing-field:umid`.

    Raises:
        ValueError: There is no such kind, or no such path or status can be.
    """
    kind, colon, where = (argument or "").partition(":")
    if kind not in KINDS:
        raise ValueError(f"drift needs a kind after a colon: {', '.join(KINDS)}")
    if not colon:
        return Injection(kind)
    if kind == "status":
        if not re.fullmatch(r"[2-5]\d\d", where, re.ASCII):
            raise ValueError("drift:status needs a status from 200 to 599 after a colon")
        return Injection(kind, status=int(where))
    if not _PATH.fullmatch(where):
        raise ValueError(f"drift:{kind} needs a path after a colon, such as messages[].status.code")
    return Injection(kind, where)


def injected(
    response: Response,
    injection: Injection,
    document: Document,
    request: LoggedRequest,
    seed: int | None,
) -> Response:
    """Return the answer to a request with the difference; where it has no place, the answer as it is.

    With a seed the dice fall the same for the same request.
    """
    answers = _answers(document, request.operation_id)
    if injection.kind == "status":
        status = injection.status or _undocumented(response.status, answers)
        return response._replace(status=status)
    try:
        payload = json.loads(response.body)
    except ValueError:
        payload = None
    dice = random.Random(None if seed is None else f"{seed}/{request.at}/{request.target}")  # noqa: S311
    places: _Places = {}
    _walk(document, _schema(document, answers, response.status), payload, "", places)
    if not _INJECT[injection.kind](payload, places, injection.path, dice):
        _log.warning("nothing to inject drift into: %s", " ".join(filter(None, injection[:2])))
        return response
    kept = [one for one in response.headers if one[0] not in {b"content-type", b"content-length"}]
    return json_response(response.status, payload, kept)


def _add(payload: Any, places: _Places, path: str | None, dice: random.Random) -> bool:
    objects = {
        at: [place.holder[place.name] for place in found]
        for at, found in places.items()
        if all(isinstance(place.holder[place.name], dict) for place in found)
    }
    for at, found in places.items():
        items = [one for place in found for one in _list(place.holder[place.name])]
        if items and all(isinstance(one, dict) for one in items):
            objects[f"{at}[]"] = items
    if isinstance(payload, dict):
        objects[""] = [payload]
    at, _, name = path.rpartition(".") if path else (_any(objects, dice), "", NEW_FIELD)
    for one in objects.get(at, ()):
        one[name] = NEW_VALUE
    return at in objects


def _misspell(_payload: Any, places: _Places, path: str | None, dice: random.Random) -> bool:
    found = {
        at: places[at]
        for at in places
        if any("x-extensible-enum" in place.schema for place in places[at])
    }
    return _change(found, path, dice, lambda _: NEW_VALUE)


def _mistype(_payload: Any, places: _Places, path: str | None, dice: random.Random) -> bool:
    return _change(places, path, dice, lambda value: _OTHER[type(value)])


def _remove(_payload: Any, places: _Places, path: str | None, dice: random.Random) -> bool:
    needed = {at: found for at, found in places.items() if any(one.is_required for one in found)}
    at = path or _any(needed, dice)
    for place in needed.get(at, ()):
        del place.holder[place.name]
    return at in needed


_INJECT: dict[str, Callable[[Any, _Places, str | None, random.Random], bool]] = {
    "unknown-field": _add,
    "unknown-value": _misspell,
    "wrong-type": _mistype,
    "missing-field": _remove,
}


def _change(
    places: _Places, path: str | None, dice: random.Random, changed: Callable[[Any], Any]
) -> bool:
    at = path or _any(places, dice)
    for place in places.get(at, ()):
        place.holder[place.name] = changed(place.holder[place.name])
    return at in places


def _any(places: Mapping[str, object], dice: random.Random) -> str:
    return dice.choice(sorted(places)) if places else "?"


def _walk(
    document: Document, schema: Mapping[str, Any], value: Any, path: str, places: _Places
) -> None:
    """Collect the fields of an answer, with what the document says of them."""
    schema = document.resolve(schema)
    for variant in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        _walk(document, variant, value, path, places)
    if isinstance(value, list):
        for item in value:
            _walk(document, schema.get("items", {}), item, f"{path}[]", places)
    elif isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                at = f"{path}.{name}" if path else name
                required = name in schema.get("required", ())
                place = _Place(value, name, document.resolve(inner), required)
                places.setdefault(at, []).append(place)
                _walk(document, inner, value[name], at, places)


def _answers(document: Document, operation: str | None) -> Mapping[str, Any]:
    for item in document.raw["paths"].values():
        for one in item.values():
            if isinstance(one, dict) and one.get("operationId") == operation:
                answers: Mapping[str, Any] = one.get("responses", {})
                return answers
    return {}


def _schema(document: Document, answers: Mapping[str, Any], status: int) -> Mapping[str, Any]:
    found = answers.get(str(status)) or answers.get(f"{status // 100}XX") or {}
    content = document.resolve(found).get("content", {})
    schema: Mapping[str, Any] = content.get("application/json", {}).get("schema", {})
    return schema


def _undocumented(status: int, answers: Mapping[str, Any]) -> int:
    """Choose a status of the same kind that the document does not have, if there is one."""
    first = status // 100 * 100
    free = (one for one in range(first + 2, first + 100) if str(one) not in answers)
    return next(free, status) if f"{status // 100}XX" not in answers else 418


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
