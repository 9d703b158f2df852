"""The document's recorded examples, sent as they are: each must succeed with the documented shape."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import httpx

from eightbyeight.contract.report import Breach
from eightbyeight.contract.rules import Answer, Broken, Rules
from eightbyeight.contract.shapes import masked_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eightbyeight.contract.keeping import Keeping
    from eightbyeight.contract.report import Report
    from eightbyeight.contract.target import Target
    from eightbyeight.mock.document import Operation

_SECONDS = 30.0
# The documented limits are counted in seconds; a server that asks for more is not waited for.
_LONGEST_WAIT = 5.0
_MOST_WAITS = 10
# One example may be too much for a server; several in a row mean that it is not there.
_MOST_UNANSWERED = 3


class Unreachable(Exception):
    """No connection to the server; the message says why."""


class Gone(Exception):
    """The server has answered, and answers no more; the message says which."""


class Sent(NamedTuple):
    """A message that the server accepted, to be looked up."""

    subaccount: str
    umid: str


@dataclass
class _Example:
    operation: Operation
    name: str
    path: Mapping[str, str]
    body: Any = None
    # A recorded id is one of the vendor's messages, which another server need not know.
    may_be_unknown: bool = False


@dataclass
class Examples:
    """Sends the examples.

    Args:
        rules: The rules that the answers must keep.
        target: Where to send them.
        key: The API key.
        parameters: Path parameters to use instead of the examples'.
        report: Where findings go.
        keeping: Where requests that broke a rule are kept.
    """

    rules: Rules
    target: Target
    key: str = field(repr=False)
    parameters: Mapping[str, str]
    report: Report
    keeping: Keeping
    sleep: Callable[[float], None] = time.sleep
    sent: list[Sent] = field(default_factory=list)
    _statuses: list[int] = field(default_factory=list)
    _unanswered: int = 0

    def run(self) -> None:
        """Send the examples of the operations of the report, and look up what was accepted.

        Raises:
            Unreachable: There is no connection for the first request to a product.
            Gone: There is none for a later one, or several have got no answer.
        """
        reached: set[str] = set()
        with httpx.Client(timeout=_SECONDS, follow_redirects=False) as client:
            self._prepare(client)
            for name in self.report.tallies:
                operation = self.rules.document.operations[name]
                linked = False
                for example in self._examples(operation):
                    answer = self._try(client, example, known=operation.product in reached)
                    reached.add(operation.product)
                    if answer is not None and answer.status == 200 and not linked:
                        linked = self._follow_links(client, example, answer)

    @property
    def is_refused(self) -> bool:
        """Whether the server refused the key every time, so that more requests would tell nothing."""
        return set(self._statuses) == {401}

    def _prepare(self, client: httpx.Client) -> None:
        """Send a message to look up, when none of the operations that send one is under test."""
        tested = self.report.tallies
        senders = {
            name: [self.rules.document.resolve(link)["operationId"] for link in links.values()]
            for name in self.rules.document.operations
            if (links := self._links(name))
        }
        wanted = [name for name, found in senders.items() if any(to in tested for to in found)]
        if not wanted or any(name in tested for name in wanted):
            return
        example = self._examples(self.rules.document.operations[wanted[0]])[0]
        try:
            answer = self._send(client, self._request(client, example))
        except httpx.TransportError:
            return  # the first example will tell
        if answer.status == 200:
            self._follow_links(client, example, answer)

    def _examples(self, operation: Operation) -> list[_Example]:
        path = {
            parameter["name"]: self.parameters.get(parameter["name"], _first_example(parameter))
            for parameter in operation.parameters
            if parameter["in"] == "path"
        }
        media = self.rules.document.resolve(self.rules.raw(operation.id).get("requestBody", {}))
        content = media.get("content", {}).get("application/json", {})
        if not content:
            return [_Example(operation, "recorded", path, may_be_unknown=True)]
        examples = content.get("examples", {})
        return [
            _Example(operation, name, path, self.rules.document.resolve(example)["value"])
            for name, example in examples.items()
        ]

    def _try(self, client: httpx.Client, example: _Example, *, known: bool) -> Answer | None:
        """Send an example and enter what came. Returns the answer."""
        operation = example.operation
        tally = self.report.tallies[operation.id]
        test = f"example {example.name}"
        tally.examples += 1
        tally.tests[test] += 1
        url = self._url(operation, example.path)
        request = self._request(client, example)
        answer, is_gone = None, False
        try:
            answer = self._send(client, request)
        except httpx.TransportError as error:
            reason = str(error).replace(self.key, "***") or type(error).__name__
            if not known:
                raise Unreachable(
                    f"no answer from {self.target.urls[operation.product]}: {reason}"
                ) from None
            broken = [Broken("answers", "an answer", f"none: {type(error).__name__}")]
            self._unanswered += 1
            is_gone = self._unanswered >= _MOST_UNANSWERED or isinstance(
                error, httpx.ConnectError | httpx.ConnectTimeout
            )
        else:
            self._unanswered = 0
            self._statuses.append(answer.status)
            unknown = example.may_be_unknown and answer.status == 404
            broken = self.rules.of_answer(operation, answer, success=not unknown)
            if answer.status == 429:
                tally.limited += 1
        tally.examples_failed += bool(broken)
        for rule in broken:
            breach = Breach(
                operation.id,
                test,
                rule.check,
                sent=f"{operation.method} {masked_path(url)}, {self.rules.shapes.of_content(request.content)}",
                expected=rule.expected,
                came=rule.came,
                kind=rule.kind,
            )
            if self.report.add(breach):
                headers = [(name, value) for name, value in request.headers.items()]
                breach.repeat = self.keeping.keep(operation.method, url, headers, request.content)
        if is_gone:
            raise Gone(self.target.urls[operation.product])
        return answer

    def _request(self, client: httpx.Client, example: _Example) -> httpx.Request:
        return client.build_request(
            example.operation.method,
            self._url(example.operation, example.path),
            headers={"Authorization": f"Bearer {self.key}"},
            json=example.body,
        )

    def _send(self, client: httpx.Client, request: httpx.Request) -> Answer:
        response = client.send(request)
        for _ in range(_MOST_WAITS):
            wait = _seconds(response.headers.get("retry-after"))
            if response.status_code != 429 or wait is None or wait > _LONGEST_WAIT:
                break
            self.sleep(wait)
            response = client.send(request)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, response.content)

    def _follow_links(self, client: httpx.Client, example: _Example, answer: Answer) -> bool:
        """Look up what an example sent. Returns whether there was something to look up."""
        found = False
        for reference in self._links(example.operation.id).values():
            link = self.rules.document.resolve(reference)
            operation = self.rules.document.operations[link["operationId"]]
            path = {
                name: _evaluated(expression, example.path, answer)
                for name, expression in link["parameters"].items()
            }
            if any(value is None for value in path.values()):
                continue
            values = {name: str(value) for name, value in path.items()}
            self.sent.append(Sent(values["subAccountId"], values["umid"]))
            found = True
            if operation.id in self.report.tallies:
                self._try(
                    client,
                    _Example(operation, f"after {example.operation.id} {example.name}", values),
                    known=True,
                )
        return found

    def _links(self, operation: str) -> Mapping[str, Any]:
        response = self.rules.document.resolve(self.rules.raw(operation)["responses"]["200"])
        links: Mapping[str, Any] = response.get("links", {})
        return links

    def _url(self, operation: Operation, path: Mapping[str, str]) -> str:
        segments = [
            quote(path[segment[1:-1]], safe="") if segment.startswith("{") else segment
            for segment in operation.segments[1:]
        ]
        return "/".join([self.target.urls[operation.product], *segments])


def _first_example(parameter: Mapping[str, Any]) -> str:
    return str(next(iter(parameter["examples"].values()))["value"])


def _evaluated(expression: str, path: Mapping[str, str], answer: Answer) -> str | None:
    """The value of a link's runtime expression, of the two kinds that the document uses."""
    if expression.startswith("$request.path."):
        return path.get(expression.removeprefix("$request.path."))
    try:
        body = json.loads(answer.content or b"")
    except ValueError:
        return None
    value = (
        body.get(expression.removeprefix("$response.body#/")) if isinstance(body, dict) else None
    )
    return value if isinstance(value, str) else None


def _seconds(header: str | None) -> float | None:
    try:
        return max(float(header), 0.0) if header else None
    except ValueError:
        return None
