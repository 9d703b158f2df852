"""The bodies of requests: as bytes, parsed, and validated as the document says."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from eightbyeight.mock import errors, lenience

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eightbyeight.mock.document import Operation
    from eightbyeight.mock.store import LoggedRequest
    from eightbyeight.mock.validation import Validation

_JSON = "application/json"


class Body(NamedTuple):
    """A body.

    Attributes:
        value: What it says; None for none, bytes for what is no JSON.
        content: The same as bytes.
    """

    value: Any
    content: bytes


def read(
    request: LoggedRequest,
    headers: Mapping[bytes, bytes],
    operation: Operation,
    validation: Validation,
    *,
    is_lenient: bool,
) -> Body:
    """The body of a request; what is forgiven is mended, and noted in the request.

    Raises:
        Refusal: It is missing, of another media type, no JSON, or breaks its schema.
    """
    if not operation.request_schemas:
        return Body(None, b"")
    if not request.body:
        if operation.body_required:
            raise errors.bad_request("The request needs a body.")
        return Body(None, b"")
    media = _media_type(headers.get(b"content-type", b""))
    if media not in operation.request_schemas:
        raise errors.unsupported_media_type(operation.request_schemas)
    if media != _JSON:
        return Body(request.body, request.body)
    value, content = _parse(request.body), request.body
    checker = validation.body(operation, media)
    fault = checker.first_fault(value)
    if fault is not None and is_lenient:
        request.forgave += lenience.mend(value, checker)
        content = json.dumps(value).encode()
        fault = checker.first_fault(value)
    if fault is not None:
        raise errors.faulty_body(operation.product, fault)
    return Body(value, content)


@lru_cache(maxsize=64)
def _media_type(declared: bytes) -> str:
    return declared.decode("latin-1").partition(";")[0].strip().lower()


def _parse(body: bytes) -> Any:
    try:
        return _decode(body.decode())
    except (ValueError, RecursionError):
        # The parser's own words may quote the body.
        raise errors.bad_request("The body is not valid JSON in UTF-8.") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode
