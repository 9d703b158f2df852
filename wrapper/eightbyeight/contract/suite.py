"""Made-up requests, valid and invalid, and the checks of their answers: schemathesis over a socket.

Its engine is run as a library: the command line of schemathesis does the same, but prints texts and numbers.
"""

from __future__ import annotations

import tomllib
import warnings
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx
import hypothesis.configuration
import requests
import schemathesis
from schemathesis import engine
from schemathesis.engine import events
from schemathesis.engine.errors import ServerUnavailable

from eightbyeight.contract.report import Breach
from eightbyeight.contract.rules import Answer, Rules
from eightbyeight.contract.shapes import masked_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from eightbyeight.contract.examples import Sent
    from eightbyeight.contract.keeping import Keeping
    from eightbyeight.contract.report import Report
    from eightbyeight.contract.target import Target

#: How schemathesis is set up; the mock is tested with the same.
SETTINGS = Path(__file__).with_name("schemathesis.toml")

_EXPECTED = {
    "allow_header_conformance": "an Allow header with the methods of the path",
    "content_type_conformance": "a documented Content-Type",
    "ensure_resource_availability": "a message that was just sent is found",
    "ignored_auth": "HTTP 401 or 403 without a good key",
    "missing_required_header": "a refusal: a required header is missing",
    "negative_data_rejection": "a refusal: the request breaks the document",
    "not_a_server_error": "no server error",
    "positive_data_acceptance": "no refusal: the request keeps to the document",
    "response_headers_conformance": "the documented headers",
    "response_schema_conformance": "a body of the documented shape",
    "unsupported_method": "HTTP 405 with an Allow header: the path has no such method",
}
_NO_ANSWER = "answers"
_PROBE_SECONDS = 5.0


@dataclass
class Suite:
    """Runs the checks of schemathesis.

    Args:
        rules: The rules, which put findings into words.
        target: Where to send requests.
        key: The API key.
        parameters: Path parameters to use instead of made-up ones.
        seed: Where generation starts.
        max_examples: Made-up requests an operation, besides those at the limits of every field.
        max_alike: How many of those may try the same thing at the same field; 0 for all.
        known: Messages that can be looked up.
        report: Where findings go.
        keeping: Where requests that broke a rule are kept.
        progress: Told what is being done.
    """

    rules: Rules
    target: Target
    key: str = field(repr=False)
    parameters: Mapping[str, str]
    seed: int
    max_examples: int
    max_alike: int
    known: Sequence[Sent]
    report: Report
    keeping: Keeping
    progress: Callable[[str], None]
    _is_gone: bool = field(default=False, init=False)

    def run(self) -> None:
        """Run all phases over the operations of the report, one product after the other."""
        with TemporaryDirectory(prefix="eightbyeight-contract-") as home:
            # What hypothesis keeps for the next run must not steer it, nor lie about in the project.
            hypothesis.configuration.set_hypothesis_home_dir(home)
            try:
                with warnings.catch_warnings():
                    # What hypothesis thinks of the document's rules is no matter of the server's.
                    warnings.simplefilter("ignore")
                    for product in self.target.urls:
                        if not self._is_gone:
                            self._run_product(product)
            finally:
                hypothesis.configuration.set_hypothesis_home_dir(None)

    def _run_product(self, product: str) -> None:
        document = part_of(self.rules.document.raw, product, self.report.tallies)
        if not document["paths"]:
            return
        config = schemathesis.Config.from_dict(self._settings(product))
        schema = schemathesis.openapi.from_dict(document, config=config)
        if self.known:
            _look_up_known(schema, self.known)
        if self.max_alike:
            _leave_out_alike(schema, self.max_alike)
        stream = engine.from_schema(schema).execute()
        for event in stream:
            match event:
                case events.PhaseStarted():
                    self.progress(f"{product}: {event.phase.name.value}")
                case events.ScenarioFinished():
                    self._note_scenario(event)
                case events.NonFatalError() if isinstance(event.value, ServerUnavailable):
                    self._note_gone(product)
                case events.NonFatalError():
                    self._note_error(event)
                    # One request may be too much for a server, or the last that it gets.
                    if not self._is_gone and not self._is_there(product):
                        self._note_gone(product)
                        stream.stop()
                case events.FatalError():
                    self._fail(event.exception)
                case events.EngineFinished() if (
                    event.stop_reason.value != "completed" and not self._is_gone
                ):
                    reason = event.stop_reason.value.replace("_", " ")
                    self.report.problems.append(f"the run ended early: {reason}")

    def _is_there(self, product: str) -> bool:
        """Whether the server answers anything at all."""
        try:
            httpx.get(self.target.urls[product], timeout=_PROBE_SECONDS, follow_redirects=False)
        except httpx.TransportError:
            return False
        return True

    def _note_gone(self, product: str) -> None:
        if not self._is_gone:
            self.report.lose(self.target.urls[product])
        self._is_gone = True

    def _settings(self, product: str) -> dict[str, Any]:
        settings = tomllib.loads(SETTINGS.read_text("utf-8"))
        settings |= {
            "seed": self.seed,
            "base-url": self.target.urls[product],
            "continue-on-failure": True,
            # A redirect is an answer like any other: to follow it could end at a host that sends.
            "max-redirects": 0,
            "rate-limit": "auto",
            "auth": {"openapi": {"apiKey": {"bearer": self.key}}},
        }
        settings["generation"]["max-examples"] = self.max_examples
        # The recorded examples were sent already.
        settings["phases"]["examples"]["enabled"] = False
        scenarios = settings["phases"]["stateful"]["generation"]
        scenarios["max-examples"] = min(scenarios["max-examples"], self.max_examples)
        if self.parameters:
            settings["parameters"] = {
                f"path.{name}": value for name, value in self.parameters.items()
            }
        return settings

    def _note_scenario(self, event: events.ScenarioFinished) -> None:
        recorder = event.recorder
        for case_id, node in recorder.cases.items():
            case = node.value
            operation = _operation_of(case)
            tally = self.report.tallies[operation]
            interaction = recorder.interactions.get(case_id)
            if interaction is None or interaction.response is None:
                continue  # told by an event of its own
            tally.cases += 1
            status = interaction.response.status_code
            negative = case.meta is not None and case.meta.generation.mode.is_negative
            tally.limited += status == 429
            tally.accepted += 200 <= status < 300 and not negative
            tally.refused += 400 <= status < 500 and status != 429 and negative
            for check in recorder.checks.get(case_id, ()):
                tally.tests[check.name] += 1
                if check.failure_info is not None:
                    failure = check.failure_info.failure
                    at_fault = (
                        failure.case_id if failure.case_id in recorder.interactions else case_id
                    )
                    self._note_failure(
                        operation,
                        check.name,
                        failure,
                        recorder.cases[at_fault].value if at_fault in recorder.cases else case,
                        recorder.interactions[at_fault],
                    )

    def _note_failure(
        self, operation: str, check: str, failure: Any, case: Any, interaction: Any
    ) -> None:
        answer = Answer(
            interaction.response.status_code,
            {name.lower(): ", ".join(v) for name, v in interaction.response.headers.items()},
            interaction.response.content,
        )
        request = interaction.request
        # The title is the rule's name, for rules that are not known here; the message may quote values.
        expected = _EXPECTED.get(check, f"not: {failure.kind_title}")
        came = self.rules.told(answer)
        kind = f"{failure.code} {answer.status}"
        if check in ("status_code_conformance", "response_schema_conformance"):
            broken = self.rules.of_answer(self.rules.document.operations[operation], answer)
            for rule in broken:
                if rule.check == check:
                    expected, came, kind = rule.expected, rule.came, f"{kind} {rule.kind}"
        breach = Breach(
            operation,
            check,
            check,
            sent=self._sent(operation, case, request),
            expected=expected,
            came=came,
            kind=kind,
        )
        if self.report.add(breach):
            headers = [
                (name, value) for name, values in request.headers.items() for value in values
            ]
            breach.repeat = self.keeping.keep(request.method, request.uri, headers, request.body)

    def _sent(self, operation: str, case: Any, request: Any) -> str:
        authorization = request.headers.get("authorization") or request.headers.get("Authorization")
        parts = [f"{request.method} {masked_path(request.uri)}"]
        if authorization != [f"Bearer {self.key}"]:
            parts.append("without a good key")
        if request.body:
            parts.append(self.rules.shapes.of_content(request.body))
        if case.meta is not None and case.meta.generation.mode.is_negative:
            known = self.rules.document.operations[operation]
            path = {name: unquote(str(v)) for name, v in (case.path_parameters or {}).items()}
            media = request.headers.get("content-type") or request.headers.get("Content-Type")
            broken = self.rules.of_request(
                known, path, request.body or b"", media[0] if media else None
            )
            parts += [f"invalid: {rule.came}" for rule in broken]
        return ", ".join(parts)

    def _note_error(self, event: events.NonFatalError) -> None:
        error = event.value
        operation = self._labelled(event.label)
        if operation is None or not isinstance(error, requests.RequestException):
            self._fail(error)
            return
        self.report.tallies[operation].tests[_NO_ANSWER] += 1
        sent = "a made-up request"
        request = getattr(error, "request", None)
        if isinstance(request, requests.PreparedRequest):
            body = request.body if isinstance(request.body, bytes | str) else None
            shape = self.rules.shapes.of_content(body)
            sent = f"{request.method} {masked_path(str(request.url))}, {shape}"
        breach = Breach(
            operation, _NO_ANSWER, _NO_ANSWER, sent, "an answer", f"none: {type(error).__name__}"
        )
        self.report.add(breach)

    def _labelled(self, label: str) -> str | None:
        method, _, path = label.partition(" ")
        for name in self.report.tallies:
            operation = self.rules.document.operations[name]
            if (method, path) == (operation.method, f"/{'/'.join(operation.segments[1:])}"):
                return name
        return None

    def _fail(self, error: BaseException) -> None:
        # Its text may hold anything.
        self.report.problems.append(f"schemathesis could not go on: {type(error).__name__}")


def part_of(
    document: Mapping[str, Any], product: str, operations: Mapping[str, Any]
) -> dict[str, Any]:
    """The document of one product alone, as its own server would publish it.

    Args:
        document: The composed document.
        product: Its first segment is cut off the paths.
        operations: The operations to keep, and the links between them.
    """
    paths = {}
    for template, item in document["paths"].items():
        _, first, rest = template.split("/", 2)
        kept = {
            method: _without_dead_links(document, raw, operations)
            for method, raw in item.items()
            if not isinstance(raw, dict) or raw.get("operationId") in operations
        }
        if first == product and any(isinstance(raw, dict) for raw in kept.values()):
            paths[f"/{rest}"] = kept
    return {**document, "paths": paths}


def _without_dead_links(
    document: Mapping[str, Any], raw: Any, operations: Mapping[str, Any]
) -> Any:
    if not isinstance(raw, dict):
        return raw
    known = document.get("components", {}).get("links", {})
    responses = {}
    for status, response in raw["responses"].items():
        links = {
            name: link
            for name, link in response.get("links", {}).items()
            if known.get(str(link.get("$ref", "")).rpartition("/")[2], link).get("operationId")
            in operations
        }
        kept = {key: value for key, value in response.items() if key != "links"}
        responses[status] = {**kept, "links": links} if links else kept
    return {**raw, "responses": responses}


def _look_up_known(schema: Any, known: Sequence[Sent]) -> None:
    """Let most lookups ask for messages that exist: a made-up id is only ever answered 404."""

    def map_case(_context: Any, case: Any) -> Any:
        values = case.path_parameters or {}
        positive = case.meta is not None and not case.meta.generation.mode.is_negative
        if "umid" not in values or not positive:
            return case
        number = zlib.crc32(unquote(str(values["umid"])).encode("utf-8", "replace"))
        if number % 4:
            sent = known[number % len(known)]
            values["subAccountId"], values["umid"] = sent
        return case

    schema.hook(map_case)


def _leave_out_alike(schema: Any, most: int) -> None:
    """Limit the requests at the limits of a field: one is tried in every variant of the body around it."""
    seen: Counter[tuple[str, ...]] = Counter()

    def filter_case(_context: Any, case: Any) -> bool:
        if case.meta is None or case.meta.phase.name.value != "coverage":
            return True
        data = case.meta.phase.data
        key = (
            case.operation.label,
            case.meta.generation.mode.value,
            str(data.parameter_location),
            str(data.parameter),
            str(data.description),
        )
        seen[key] += 1
        return seen[key] <= most

    schema.hook(filter_case)


def _operation_of(case: Any) -> str:
    return str(case.operation.definition.raw["operationId"])
