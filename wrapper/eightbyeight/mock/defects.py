"""Ways to break the mock on purpose, to see whether the contract tests notice.

Nothing of this touches a healthy mock: a `DefectiveApp` is another class.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eightbyeight.mock import errors
from eightbyeight.mock.app import MockApp
from eightbyeight.mock.call import Call, Reply
from eightbyeight.mock.document import Document, Operation, load
from eightbyeight.mock.errors import Refusal
from eightbyeight.mock.response import Response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from eightbyeight.mock.clock import Clock
    from eightbyeight.mock.store import LoggedRequest

# Defects that make the mock accept what it must refuse: the schema keywords it forgets.
_FORGOTTEN: dict[str, Callable[[str, Any], bool]] = {
    "accepts_too_long_text": lambda key, _: key == "maxLength",
    "accepts_unknown_field": lambda key, value: key == "additionalProperties" and value is False,
    "ignores_pattern": lambda key, _: key == "pattern",
    # An enum of one value tells the variants of a union apart; without it nothing would work.
    "accepts_wrong_enum": lambda key, value: key == "enum" and len(value) > 1,
}

_OTHERS = frozenset(
    {
        "drops_status",
        "drops_umid",
        "error_without_code",
        "forgets_auth",
        "forgets_sent_message",
        "missing_allow_header",
        "rejects_valid_carousel",
        "returns_html_on_error",
        "server_error_on_unicode",
        "wrong_success_status",
        "wrong_type_umid",
    }
)

DEFECTS = tuple(sorted(_OTHERS.union(_FORGOTTEN)))


class DefectiveApp(MockApp):
    """A mock with defects.

    Args:
        document: As for `create_app`.
        seed: As for `create_app`.
        clock: As for `create_app`.
        switches: Initial settings.
        defects: Names from `DEFECTS`.
    """

    def __init__(
        self,
        document: Mapping[str, Any] | str | Path | None,
        seed: int | None,
        clock: Clock | None,
        switches: Mapping[str, Any],
        defects: frozenset[str],
    ) -> None:
        unknown = defects.difference(DEFECTS)
        if unknown:
            raise ValueError(
                f"unknown defects: {', '.join(sorted(unknown))}; known: {', '.join(DEFECTS)}"
            )
        self._defects = defects
        super().__init__(_forgetful(load(document), defects), seed, clock, switches)

    def authenticate(self, operation: Operation, headers: Mapping[bytes, bytes]) -> None:
        """Refuse a request without an accepted key, unless that is forgotten."""
        if "forgets_auth" not in self._defects:
            super().authenticate(operation, headers)

    def perform(self, call: Call) -> Reply:
        """Do the work, badly."""
        name = call.operation.id
        if "forgets_sent_message" in self._defects and name == "getMessageDetails":
            raise errors.unknown_message()
        if isinstance(call.body, dict):
            if "rejects_valid_carousel" in self._defects and call.body.get("type") == "carousel":
                raise errors.bad_request("Carousels are not for today.")
            if "server_error_on_unicode" in self._defects and not _is_ascii(call.body):
                raise errors.internal()
        reply = super().perform(call)
        status = 201 if "wrong_success_status" in self._defects else reply.status
        return Reply(self._spoilt(reply.payload), status)

    def refuse(self, refusal: Refusal, now: Any) -> Response:
        """Refuse, badly."""
        response = super().refuse(refusal, now)
        if "error_without_code" in self._defects:
            payload = json.loads(response.body)
            del payload["code"]
            response = json_response(refusal.status, payload, refusal.headers)
        if "returns_html_on_error" in self._defects:
            page = b"<html><body><h1>Error</h1></body></html>"
            response = Response(
                refusal.status,
                [
                    *refusal.headers,
                    (b"content-type", b"text/html"),
                    (b"content-length", str(len(page)).encode()),
                ],
                page,
            )
        return response

    def answer(self, request: LoggedRequest) -> Response:
        """Check and answer, badly."""
        try:
            return super().answer(request)
        except Refusal as refusal:
            if "missing_allow_header" in self._defects and refusal.status == 405:
                refusal.headers = ()
            raise

    def _spoilt(self, payload: Any) -> Any:
        if isinstance(payload, list):
            return [self._spoilt(item) for item in payload]
        if not isinstance(payload, dict):
            return payload
        spoilt = {name: self._spoilt(value) for name, value in payload.items()}
        if "drops_umid" in self._defects:
            spoilt.pop("umid", None)
        if "drops_status" in self._defects:
            spoilt.pop("status", None)
        if "wrong_type_umid" in self._defects and "umid" in spoilt:
            spoilt["umid"] = 12345
        return spoilt


def _forgetful(document: Document, defects: frozenset[str]) -> Document:
    forgets = [forgotten for name, forgotten in _FORGOTTEN.items() if name in defects]
    if not forgets:
        return document

    def pruned(node: Any) -> Any:
        if isinstance(node, list):
            return [pruned(item) for item in node]
        if not isinstance(node, dict):
            return node
        # A property may be called "pattern"; then its value is a schema, not the keyword's value.
        # What forgets its rules may fit several variants of a union, which must not refuse it.
        return {
            ("anyOf" if key == "oneOf" else key): pruned(value)
            for key, value in node.items()
            if (isinstance(value, dict) or not any(forget(key, value) for forget in forgets))
        }

    return Document(pruned(document.raw))


def _is_ascii(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii()
    if isinstance(value, dict):
        return all(_is_ascii(item) for item in value.values())
    return not isinstance(value, list) or all(_is_ascii(item) for item in value)
