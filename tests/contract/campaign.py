"""One run of the schemathesis engine against a mock in this process, and what it saw."""

from __future__ import annotations

import contextlib
import gc
import io
import tomllib
import zlib
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from http import HTTPStatus
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from unittest import mock
from urllib.parse import unquote, urljoin, urlsplit

import requests
import requests.adapters
import schemathesis
import urllib3
from hypothesis.internal.conjecture import providers
from schemathesis import engine
from schemathesis.cli.commands.run.warnings import WarningCollector
from schemathesis.engine import events
from schemathesis.python import asgi

from eightbyeight.contract.suite import SETTINGS
from eightbyeight.mock import FixedClock, MockApp, create_app
from eightbyeight.mock.document import shipped_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

KEY = "contract-key"
PHASES = ("examples", "coverage", "fuzzing", "stateful")
OPERATIONS = (
    "getMessageDetails",
    "sendLineNotification",
    "sendMessage",
    "sendSms",
    "sendSurveyBatch",
)
LOOKUP = "getMessageDetails"
_TEXT = b'{"user":{"msisdn":"+6591234567"},"type":"text","content":{"text":"Planted"}}'


class Verdict(StrEnum):
    """What became of a generated request."""

    ACCEPTED = "positive, accepted"
    UNKNOWN = "positive, but of a message that was never sent: 404"
    REFUSED = "negative, refused"
    NO_KEY = "without a good key, refused"
    OTHERWISE = "otherwise"


class Sent(NamedTuple):
    """A request as the mock was handed it."""

    method: str
    target: str
    body: bytes


class Finding(NamedTuple):
    """A failed check."""

    operation: str
    check: str
    message: str


@dataclass(frozen=True)
class Size:
    """How much a run does.

    Attributes:
        examples: Cases an operation in the fuzzing phase; None takes the configured number.
        stateful: Scenarios in the stateful phase; None takes the configured number.
        uncovered: Operations that the coverage phase leaves out.
        seed: Where generation starts; None takes the configured one.
        stop: Whether the first finding ends the run.
    """

    examples: int | None = None
    stateful: int | None = None
    uncovered: Collection[str] = ()
    seed: int | None = None
    stop: bool = False


# All phases and operations, but coverage of the lighter operations only.
SMALL = Size(examples=6, stateful=6, uncovered=("sendMessage", "sendSurveyBatch"))


@dataclass
class Report:
    """What a run did and found."""

    phases: dict[str, str] = field(default_factory=dict)
    exercised: Counter[tuple[str, str]] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)
    checks: Counter[tuple[str, str]] = field(default_factory=Counter)
    disabled: list[str] = field(default_factory=list)
    verdicts: Counter[tuple[str, Verdict]] = field(default_factory=Counter)
    astray: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    failed_on_warning: bool = False
    stop_reason: str = ""
    sent: list[Sent] = field(default_factory=list)

    def total(self, verdict: Verdict) -> int:
        """How many requests of all operations came to a verdict."""
        return sum(count for (_, own), count in self.verdicts.items() if own is verdict)


def new_mock(defects: Collection[str] = ()) -> MockApp:
    """A mock whose answers depend on the requests alone."""
    return create_app(
        seed=88,
        clock=FixedClock(),
        mode="strict",
        rate_limit=False,
        api_keys=[KEY],
        defects=defects,
    )


def run_whole(factor: int) -> Report:
    """The run of the configured size, or a deep one, in a process of its own."""
    # All that a run makes is kept until its end: looking through it for garbage again and again is in vain.
    gc.set_threshold(200_000, 20, 20)
    settings = tomllib.loads(SETTINGS.read_text("utf-8"))
    size = Size(
        examples=settings["generation"]["max-examples"] * factor,
        stateful=settings["phases"]["stateful"]["generation"]["max-examples"] * factor,
    )
    return run(new_mock(), size)


def run_repeatedly() -> dict[str, Report]:
    """Two small runs that differ in nothing but the way to the mock, and one with another seed."""
    return {
        "first": run(new_mock(), SMALL),
        "again": run(new_mock(), SMALL, through_asgi=True),
        "other": run(new_mock(), replace(SMALL, seed=89)),
    }


def run(app: MockApp, size: Size, *, through_asgi: bool = False) -> Report:
    """Run all four phases of the engine over all operations.

    Args:
        app: The mock to test.
        size: How much to do.
        through_asgi: Go through the mock's ASGI interface, with an event loop in another thread,
            instead of calling it directly; slower by half.
    """
    report = Report()
    _note_requests(app, report)
    schema = _schema(app, size)
    collector = WarningCollector(schema.config)
    operations = {o.ok().label: o.ok() for o in schema.get_all_operations()}
    context = SimpleNamespace(find_operation=operations.get)
    report.disabled = [
        f"{operation.label}: {name}"
        for operation in operations.values()
        for name in default_checks()
        if not schema.config.checks_config_for(operation=operation).get_by_name(name=name).enabled
    ]
    with _no_borrowed_values(), contextlib.nullcontext() if through_asgi else _direct(app):
        for event in engine.from_schema(schema).execute():
            match event:
                case events.SchemaAnalysisWarnings():
                    collector.on_schema_warnings(event)
                case events.ScenarioFinished():
                    collector.on_scenario_finished(context, event)
                    _note_scenario(app, report, event)
                case events.PhaseFinished():
                    report.phases[event.phase.name.value] = event.status.value
                case events.NonFatalError():
                    report.errors.append(f"{event.label}: {event.info.title} {event.value!r}")
                case events.FatalError():
                    report.errors.append(repr(event.exception))
                case events.EngineFinished():
                    report.stop_reason = event.stop_reason.value
    report.warnings = {kind: found for kind, found in collector.data.as_labels().items() if found}
    report.failed_on_warning = collector.fails_the_run()
    return report


def default_checks() -> list[str]:
    """The names of all checks that need no setting of their own."""
    return [name for name in schemathesis.checks.CHECKS.get_all_names() if name != _OPT_IN]


# It needs a number of seconds, which a shared machine could not keep.
_OPT_IN = "max_response_time"


def _schema(app: MockApp, size: Size) -> Any:
    settings = tomllib.loads(SETTINGS.read_text("utf-8"))
    if size.examples is not None:
        settings["generation"]["max-examples"] = size.examples
    if size.stateful is not None:
        settings["phases"]["stateful"]["generation"]["max-examples"] = size.stateful
    if size.seed is not None:
        settings["seed"] = size.seed
    if size.uncovered:
        settings["operations"] = [
            {
                "include-operation-id": sorted(size.uncovered),
                "phases": {"coverage": {"enabled": False}},
            }
        ]
    if size.stop:
        settings["max-failures"] = 1
    config = schemathesis.Config.from_dict(settings)
    schema = schemathesis.openapi.from_path(shipped_path(), config=config)
    schema.app = app
    _Planter(app).attach(schema)
    return schema


class _Planter:
    """Lets most lookups ask for messages that exist.

    A valid lookup of a made-up id is answered 404, as documented. So that lookups that succeed are
    tested from all sides too, three of four made-up ids are exchanged for the id of a message that
    was sent from the same sub-account, before the engine starts on the case.
    """

    def __init__(self, app: MockApp) -> None:
        self._app = app
        self._planted: dict[str, str] = {}

    def attach(self, schema: Any) -> None:
        """Hook into the making of cases."""

        @schema.hook
        def map_case(_context: Any, case: Any) -> Any:
            return self.exchange(case)

    def exchange(self, case: Any) -> Any:
        """Exchange the id of a case, if it is a valid lookup."""
        meta = case.meta
        if _operation_of(case) != LOOKUP or meta is None or meta.generation.mode.is_negative:
            return case
        umid = unquote(str(case.path_parameters["umid"]))
        if zlib.crc32(umid.encode()) % 4 != 0:
            case.path_parameters["umid"] = self._known(str(case.path_parameters["subAccountId"]))
        return case

    def _known(self, subaccount: str) -> str:
        if subaccount not in self._planted:
            self._app.handle(
                "POST",
                f"/chatapps/api/v1/subaccounts/{subaccount}/messages",
                [
                    (b"authorization", f"Bearer {KEY}".encode()),
                    (b"content-type", b"application/json"),
                ],
                _TEXT,
            )
            self._planted[subaccount] = self._app.store.messages(unquote(subaccount))[-1].umid
        return self._planted[subaccount]


def _operation_of(case: Any) -> str:
    return str(case.operation.definition.raw["operationId"])


def _note_requests(app: MockApp, report: Report) -> None:
    handle = app.handle

    def noting(method: str, target: str, headers: Any, body: bytes) -> Any:
        report.sent.append(Sent(method, target, body))
        return handle(method, target, headers, body)

    app.handle = noting


def _note_scenario(app: MockApp, report: Report, event: events.ScenarioFinished) -> None:
    recorder = event.recorder
    if event.status.value == "skip" and (recorder.cases or event.label is not None):
        report.skipped.append(f"{event.phase.value} {event.label}: {event.skip_reason}")
    for case_id, node in recorder.cases.items():
        case = node.value
        operation = _operation_of(case)
        interaction = recorder.interactions.get(case_id)
        if interaction is None or interaction.response is None:
            report.errors.append(f"{case.method} {case.path}: no answer")
            continue
        report.exercised[event.phase.value, operation] += 1
        verdict = _verdict(app, case, interaction)
        report.verdicts[operation, verdict] += 1
        if verdict is Verdict.OTHERWISE:
            report.astray.append(
                f"{case.meta and case.meta.generation.mode.value} {case.method} "
                f"{interaction.request.uri}: {interaction.response.status_code}"
            )
        for check in recorder.checks.get(case_id, ()):
            report.checks[operation, check.name] += 1
            if check.failure_info is not None:
                failure = check.failure_info.failure
                report.findings.append(
                    Finding(operation, check.name, f"{failure.title}: {failure.message}")
                )


def _verdict(app: MockApp, case: Any, interaction: Any) -> Verdict:
    status = interaction.response.status_code
    sent = {name.lower(): values for name, values in interaction.request.headers.items()}
    if sent.get("authorization") != [f"Bearer {KEY}"]:
        return Verdict.NO_KEY if status == HTTPStatus.UNAUTHORIZED else Verdict.OTHERWISE
    if case.meta is None:
        return Verdict.OTHERWISE
    if case.meta.generation.mode.is_negative:
        return Verdict.REFUSED if 400 <= status < 500 else Verdict.OTHERWISE
    if 200 <= status < 300:
        return Verdict.ACCEPTED
    if status == HTTPStatus.NOT_FOUND and _operation_of(case) == LOOKUP:
        path = urlsplit(interaction.request.uri).path.split("/")
        subaccount, umid = unquote(path[-3]), unquote(path[-1])
        if app.store.find("chatapps", subaccount, umid) is None:
            return Verdict.UNKNOWN
    return Verdict.OTHERWISE


@contextlib.contextmanager
def _no_borrowed_values() -> Iterator[None]:
    """Keep hypothesis from the constants in the source of the modules that happen to be imported.

    With them the same seed would send other requests after a change of any test.
    """
    providers.CONSTANTS_CACHE.cache.clear()
    none = mock.patch.object(providers, "_get_local_constants", return_value=providers.Constants())
    with none:
        yield
    providers.CONSTANTS_CACHE.cache.clear()


@contextlib.contextmanager
def _direct(app: MockApp) -> Iterator[None]:
    """Let the engine's in-process client call the mock without an event loop and a thread."""
    client = _Client(app)
    with mock.patch.object(asgi, "get_client", return_value=client):
        yield


class _Client(requests.Session):
    """What schemathesis takes for its own client of ASGI applications.

    It does without what a session does besides: looking for proxies, a .netrc, redirects and cookies takes
    longer than the mock's whole answer.
    """

    def __init__(self, app: MockApp) -> None:
        super().__init__()
        self._adapter = _Adapter(app)
        self.headers.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stay open for the next request."""

    def request(self, method: Any, url: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Send a request; the address may be a path only."""
        given = {name: value for name, value in kwargs.items() if name in _PARTS}
        given.setdefault("auth", self.auth)
        request = requests.Request(method.upper(), urljoin(f"http://{asgi.HOST}", url), **given)
        return self._adapter.send(request.prepare())


_PARTS = {"headers", "files", "data", "params", "auth", "cookies", "json"}


class _Adapter(requests.adapters.BaseAdapter):
    def __init__(self, app: MockApp) -> None:
        super().__init__()
        self.app = app

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        """Hand the mock the request's bytes."""
        parts = urlsplit(str(request.url))
        headers = [(b"host", parts.netloc.encode())] + [
            (_octets(name).lower(), _octets(value)) for name, value in request.headers.items()
        ]
        body = request.body or b""
        status, answered, content = self.app.handle(
            str(request.method),
            f"{parts.path}?{parts.query}" if parts.query else parts.path,
            headers,
            body.encode() if isinstance(body, str) else body,
        )
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(b"" if request.method == "HEAD" else content),
            headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in answered],
            status=status,
            version=11,
            reason=HTTPStatus(status).phrase,
            preload_content=False,
        )
        response = requests.Response()
        response.status_code = status
        response.reason = raw.reason
        response.raw = raw
        response.headers = requests.structures.CaseInsensitiveDict(raw.headers)
        response.url = str(request.url)
        response.request = request
        response.connection = self
        return response

    def close(self) -> None:
        """There is nothing to close."""


def _octets(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1")
