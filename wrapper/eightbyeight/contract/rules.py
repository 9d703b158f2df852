"""What the document promises of one request and its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from eightbyeight.contract.shapes import Shapes, media_type
from eightbyeight.contract.target import is_vendor
from eightbyeight.mock.validation import Checker, validation_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eightbyeight.mock.document import Document, Operation

_JSON = "application/json"


class Broken(NamedTuple):
    """A broken rule.

    Attributes:
        check: Its name.
        expected: What the document promises.
        came: What came instead.
        kind: What tells it from others of the same check.
    """

    check: str
    expected: str
    came: str
    kind: str = ""


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    Attributes:
        status: The status code.
        headers: Values by lower-case name.
        content: The body; None when it was not recorded.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes | None


class Rules:
    """The rules of a document's operations.

    Args:
        document: The composed document.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.shapes = Shapes(document.raw)
        self._validation = validation_of(document)
        self._raw = {
            operation["operationId"]: operation
            for item in document.raw["paths"].values()
            for operation in item.values()
            if isinstance(operation, dict) and "operationId" in operation
        }
        self._answers: dict[tuple[str, str], Checker] = {}

    def raw(self, operation: str) -> Mapping[str, Any]:
        """An operation as it stands in the document."""
        raw: Mapping[str, Any] = self._raw[operation]
        return raw

    def told(self, answer: Answer) -> str:
        """An answer, as it may be shown."""
        parts = [f"HTTP {answer.status}"]
        if 300 <= answer.status < 400 and "location" in answer.headers:
            parts.append(f"a redirect to {_kind_of(answer.headers['location'])}, not followed")
        if answer.content:
            parts.append(media_type(answer.headers.get("content-type")))
            parts.append(self.shapes.of_content(answer.content))
        return ", ".join(parts)

    def of_answer(
        self, operation: Operation, answer: Answer, *, success: bool = False
    ) -> list[Broken]:
        """The rules that an answer breaks.

        Args:
            operation: What was asked.
            answer: What came.
            success: Whether nothing but a success will do.
        """
        responses = self.raw(operation.id)["responses"]
        key = _documented(responses, answer.status)
        if success and not 200 <= answer.status < 300:
            wanted = [status for status in responses if status.startswith("2")]
            return [Broken("example_accepted", f"HTTP {' or '.join(wanted)}", self.told(answer))]
        if key is None:
            expected = f"a documented status: {', '.join(responses)}"
            return [Broken("status_code_conformance", expected, self.told(answer))]
        response = self.document.resolve(responses[key])
        return [*self._broken_headers(response, answer), *self._broken_body(operation, key, answer)]

    def of_request(
        self, operation: Operation, path: Mapping[str, str], body: bytes | None, media: str | None
    ) -> list[Broken]:
        """The rules that a request breaks, its key apart.

        Args:
            operation: What was asked.
            path: The path parameters, decoded.
            body: The body; None when it is not known.
            media: Its Content-Type header.
        """
        broken = []
        for parameter in operation.parameters:
            checker = self._validation.parameter(operation, parameter)
            if parameter["in"] == "path" and not checker.accepts(path.get(parameter["name"], "")):
                expected = f"a {parameter['name']} of the documented form"
                broken.append(Broken("request_path", expected, "another form"))
        if not operation.request_schemas or body is None:
            return broken
        if not body:
            if operation.body_required:
                broken.append(Broken("request_body", "a body", "none"))
            return broken
        kind = media_type(media)
        if kind not in operation.request_schemas:
            expected = " or ".join(operation.request_schemas)
            return [*broken, Broken("request_content_type", expected, kind)]
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return [*broken, Broken("request_body", "JSON in UTF-8", "something else")]
        fault = self._validation.body(operation, kind).first_fault(value)
        if fault is not None:
            broken.append(
                Broken(
                    "request_schema", "a body of the documented shape", self.shapes.of_fault(fault)
                )
            )
        return broken

    def _broken_headers(self, response: Mapping[str, Any], answer: Answer) -> list[Broken]:
        missing = [
            name
            for name, header in response.get("headers", {}).items()
            if self.document.resolve(header).get("required") and name.lower() not in answer.headers
        ]
        if not missing:
            return []
        expected = f"the headers {', '.join(missing)}"
        return [
            Broken("response_headers_conformance", expected, f"HTTP {answer.status} without them")
        ]

    def _broken_body(self, operation: Operation, key: str, answer: Answer) -> list[Broken]:
        content = self.document.resolve(self.raw(operation.id)["responses"][key]).get("content")
        if not content or answer.content is None:
            return []
        kind = media_type(answer.headers.get("content-type"))
        if kind not in content:
            return [
                Broken("content_type_conformance", " or ".join(content), self.told(answer)),
            ]
        if kind != _JSON:
            return []
        check = "response_schema_conformance"
        try:
            value = json.loads(answer.content)
        except (ValueError, RecursionError):
            return [Broken(check, "JSON in UTF-8", self.told(answer))]
        fault = self._checker(operation, key, content[kind]).first_fault(value)
        if fault is None:
            return []
        kind = self.shapes.of_fault(fault)
        came = f"{kind} in {self.told(answer)}"
        return [Broken(check, "a body of the documented shape", came, kind)]

    def _checker(self, operation: Operation, key: str, content: Mapping[str, Any]) -> Checker:
        at = (operation.id, key)
        if at not in self._answers:
            self._answers[at] = Checker(self.document, content.get("schema", {}))
        return self._answers[at]


def _documented(responses: Mapping[str, Any], status: int) -> str | None:
    for key in (str(status), f"{status // 100}XX", "default"):
        if key in responses:
            return key
    return None


def _kind_of(location: str) -> str:
    try:
        host = urlsplit(location).hostname or ""
    except ValueError:
        return "no address at all"
    return "a host of the vendor" if is_vendor(host) else "another address"
