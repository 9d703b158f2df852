"""Path, query and header parameters: read, typed and validated as the document says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs

from eightbyeight.mock import errors
from eightbyeight.mock.validation import Fault, Validation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eightbyeight.mock.document import Operation

_BOOLEANS = {"true": True, "false": False}


class Given(NamedTuple):
    """Where parameters come from."""

    path: Mapping[str, str]
    query: str
    headers: Mapping[bytes, bytes]


def read(validation: Validation, operation: Operation, request: Given) -> dict[str, Any]:
    """The parameters of a request by name.

    Raises:
        Refusal: One is missing or breaks its schema.
    """
    asked = parse_qs(request.query, keep_blank_values=True) if request.query else {}
    values: dict[str, Any] = {}
    for parameter in operation.parameters:
        name, place = parameter["name"], parameter["in"]
        given: list[str] = []
        if place == "path":
            given = [request.path[name]]
        elif place == "query":
            given = asked.get(name, [])
        elif place == "header" and name.lower().encode() in request.headers:
            given = [request.headers[name.lower().encode()].decode("latin-1")]
        if not given:
            if parameter.get("required"):
                raise errors.faulty_parameter(Fault((name,), "required", None, None))
            continue
        value = _typed(given, parameter["schema"].get("type"))
        fault = validation.parameter(operation, parameter).first_fault(value)
        if fault is not None:
            raise errors.faulty_parameter(
                Fault((name, *fault.path), fault.keyword, fault.limit, fault.value)
            )
        values[name] = value
    return values


def _typed(given: list[str], kind: str | None) -> Any:
    # What cannot be converted stays a string, for the schema to refuse.
    if kind == "array":
        return given
    text = given[-1]
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        return text
    return _BOOLEANS.get(text, text) if kind == "boolean" else text
