"""Spans and metrics of calls, as an SDK collects them."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.propagate import inject
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv import schemas
from opentelemetry.semconv._incubating.attributes import (
    messaging_attributes,
    server_attributes,
    url_attributes,
)
from opentelemetry.semconv._incubating.metrics import messaging_metrics
from opentelemetry.semconv.attributes import error_attributes, http_attributes
from opentelemetry.trace import SpanKind, StatusCode
from unit.observing.told import BUSY, ERROR, NUMBER, SMS, TEXT, send

from eightbyeight import BadRequest, Client, ConnectionLost, NotFound
from eightbyeight.integrations.opentelemetry import OpenTelemetryHooks

both = pytest.mark.parametrize("way", ["sync", "async"])

COMMON = {
    "messaging.system": "8x8",
    "messaging.operation.name": "sendSms",
    "messaging.operation.type": "send",
    "messaging.destination.name": "acme_hq",
    "server.address": "sms.8x8.com",
}


class Collected:
    def __init__(self):
        self._spans = InMemorySpanExporter()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self._metrics = InMemoryMetricReader()
        self.meters = MeterProvider([self._metrics])

    def hooks(self, **options):
        return OpenTelemetryHooks(
            tracer_provider=self.tracers, meter_provider=self.meters, **options
        )

    @property
    def spans(self):
        return self._spans.get_finished_spans()

    @property
    def call(self):
        (span,) = (span for span in self.spans if "messaging.system" in span.attributes)
        return span

    @property
    def attempts(self):
        return [span for span in self.spans if "http.request.method" in span.attributes]

    def metric(self, name):
        """Return [(attributes, point)] of a metric, and its unit."""
        (scope,) = self._metrics.get_metrics_data().resource_metrics[0].scope_metrics
        (metric,) = (metric for metric in scope.metrics if metric.name == name)
        return [(dict(point.attributes), point) for point in metric.data.data_points], metric.unit


@pytest.fixture
def collected():
    collected = Collected()
    yield collected
    collected.tracers.shutdown()
    collected.meters.shutdown()
    assert trace.get_current_span() is trace.INVALID_SPAN, "no span is left behind as the current"


@both
async def test_a_send_is_a_span_with_a_child(api, way, collected):
    api.answer(SMS)
    await send(api, way, hooks=collected.hooks())

    attempt, call = collected.spans
    assert (call.name, call.kind) == ("sendSms acme_hq", SpanKind.CLIENT)
    assert dict(call.attributes) == COMMON | {
        "http.request.body.size": len(api.requests[0].content),
        "messaging.message.id": "u-1",
        "http.response.status_code": 200,
        "eightbyeight.outcome": "accepted",
    }
    assert call.status.status_code is StatusCode.UNSET
    assert (attempt.name, attempt.parent.span_id) == ("POST", call.context.span_id)
    assert dict(attempt.attributes) == {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "server.address": "sms.8x8.com",
        "url.template": "/api/v1/subaccounts/acme_hq/messages",
    }
    assert call.start_time <= attempt.start_time <= attempt.end_time
    assert call.instrumentation_scope.name == "eightbyeight"


@both
async def test_each_attempt_is_a_child(api, way, collected):
    api.answer(BUSY, httpx.ConnectError("refused"), SMS)
    await send(api, way, hooks=collected.hooks())

    seen = [
        (
            span.attributes.get("http.response.status_code"),
            span.attributes.get("http.request.resend_count"),
            span.attributes.get("error.type"),
            span.status.status_code,
        )
        for span in collected.attempts
    ]
    assert seen == [
        (429, None, "429", StatusCode.ERROR),
        (None, 1, "connect", StatusCode.ERROR),
        (200, 2, None, StatusCode.UNSET),
    ]
    assert {span.parent.span_id for span in collected.attempts} == {collected.call.context.span_id}
    assert collected.call.status.status_code is StatusCode.UNSET


@both
@pytest.mark.parametrize(
    ("answer", "error", "expected"),
    [
        (
            (400, ERROR),
            BadRequest,
            {
                "error.type": "eightbyeight.errors.BadRequest",
                "eightbyeight.outcome": "rejected",
                "eightbyeight.error.code": 1002,
                "eightbyeight.error.id": "db9dced4",
                "http.response.status_code": 400,
            },
        ),
        (
            httpx.ReadTimeout("no"),
            ConnectionLost,
            {
                "error.type": "eightbyeight.errors.ConnectionLost",
                "eightbyeight.outcome": "unknown",
            },
        ),
    ],
)
async def test_failures(api, way, collected, answer, error, expected):
    api.answer(answer)
    with pytest.raises(error):
        await send(api, way, hooks=collected.hooks())

    call = collected.call
    assert call.status.status_code is StatusCode.ERROR
    assert expected.items() <= dict(call.attributes).items()
    for name in ("messaging.client.operation.duration", "messaging.client.sent.messages"):
        ((labels, _),), _ = collected.metric(name)
        assert labels == COMMON | {
            name: expected[name] for name in ("error.type", "eightbyeight.outcome")
        }


@both
async def test_metrics(api, way, collected):
    api.answer(SMS)
    hooks = collected.hooks()
    for _ in range(3):
        await send(api, way, hooks=hooks)

    ((labels, point),), unit = collected.metric("messaging.client.operation.duration")
    assert (labels, unit) == (COMMON | {"eightbyeight.outcome": "accepted"}, "s")
    assert point.count == 3
    assert (point.explicit_bounds[0], point.explicit_bounds[-1]) == (0.005, 10)
    ((labels, point),), unit = collected.metric("messaging.client.sent.messages")
    assert (labels, unit) == (COMMON | {"eightbyeight.outcome": "accepted"}, "{message}")
    assert point.value == 3


def test_a_batch_counts_its_messages(api, collected):
    api.answer({"batchId": "b-1", "acceptedCount": 2, "rejectedCount": 0, "messages": []})
    with api.client(hooks=collected.hooks()) as client:
        client.surveys.send_batch("nps", [NUMBER, NUMBER[:-1] + "1"], template="{{url}}")

    attributes = collected.call.attributes
    assert attributes["messaging.batch.message_count"] == 2
    assert attributes["messaging.message.id"] == "b-1"
    ((_, point),), _ = collected.metric("messaging.client.sent.messages")
    assert point.value == 2


def test_what_was_not_sent_and_lookups_do_not_count_as_sent(api, collected):
    def no_key():
        raise LookupError

    api.answer(404)
    hooks = collected.hooks()
    with api.client(hooks=hooks) as client, pytest.raises(NotFound):
        client.messages.get("82188ee0")
    with api.client(hooks=hooks, api_key=no_key) as client, pytest.raises(LookupError):
        client.sms.send(NUMBER, TEXT)

    durations, _ = collected.metric("messaging.client.operation.duration")
    assert [labels["error.type"] for labels, _ in durations] == [
        "eightbyeight.errors.NotFound",
        "LookupError",
    ]
    assert "messaging.operation.type" not in durations[0][0]
    with pytest.raises(ValueError, match="not enough values"):
        collected.metric("messaging.client.sent.messages")


@both
async def test_calls_of_a_run_are_children_of_the_callers_span(api, way, collected):
    api.answer(SMS)
    hooks = collected.hooks()
    numbers = [f"+65987654{number:02}" for number in range(12)]
    with collected.tracers.get_tracer("acme").start_as_current_span("campaign") as campaign:
        if way == "sync":
            with api.client(hooks=hooks) as client:
                client.sms.send_many(numbers, text=TEXT, concurrency=4)
        else:
            async with api.async_client(hooks=hooks) as client:
                await client.sms.send_many(numbers, text=TEXT, concurrency=4)
        assert trace.get_current_span() is campaign

    calls = [span for span in collected.spans if "messaging.system" in span.attributes]
    assert {span.parent.span_id for span in calls} == {campaign.get_span_context().span_id}
    pairs = {(span.parent.span_id) for span in collected.attempts}
    assert pairs == {span.context.span_id for span in calls}
    assert len(calls) == len(collected.attempts) == 12


@both
async def test_no_context_goes_to_the_vendor(api, way, collected):
    await send(api, way, hooks=collected.hooks())

    (request,) = api.requests
    assert {"traceparent", "tracestate", "baggage"}.isdisjoint(request.headers)


def test_whoever_wants_the_context_sent_brings_a_client_that_does_it(api, collected):
    http = httpx.Client(
        transport=api.transport, event_hooks={"request": [lambda request: inject(request.headers)]}
    )
    with http, Client("key", "acme_hq", http_client=http, hooks=collected.hooks()) as client:
        client.sms.send(NUMBER, TEXT)

    (attempt,) = collected.attempts
    assert f"{attempt.context.span_id:016x}" in api.requests[0].headers["traceparent"]


def test_nothing_personal_is_in_an_attribute(api, collected):
    hooks = collected.hooks()
    for answer in (SMS, (400, ERROR), {"umid": NUMBER}, httpx.ReadTimeout(NUMBER)):
        api.requests.clear()
        api.answer(answer)
        with api.client(hooks=hooks, api_key="k3y-NEVER-shown") as client:
            try:
                client.sms.send(NUMBER, TEXT, client_message_id=NUMBER)
            except Exception as error:  # noqa: BLE001
                print(type(error).__name__)

    shown = "".join(span.to_json() for span in collected.spans)
    shown += repr([collected.metric(f"messaging.client.{name}") for name in METRICS])
    for secret in ("98765432", "TOPSECRET", "k3y-NEVER-shown"):
        assert secret not in shown


METRICS = ("operation.duration", "sent.messages")


def test_references_only_when_asked_for(api, collected):
    with api.client(hooks=collected.hooks(references=True)) as client:
        client.sms.send(NUMBER, TEXT, client_message_id="order-17")

    assert collected.call.attributes["eightbyeight.client_message_id"] == "order-17"


def test_another_port_is_told(api, collected):
    with api.client(hooks=collected.hooks(), base_url="http://127.0.0.1:8808") as client:
        client.sms.send(NUMBER, TEXT)

    assert collected.call.attributes["server.address"] == "127.0.0.1"
    assert collected.call.attributes["server.port"] == 8808


def test_names_are_those_of_the_conventions(api, collected):
    known = {
        value
        for module in (
            messaging_attributes,
            server_attributes,
            url_attributes,
            error_attributes,
            http_attributes,
        )
        for value in vars(module).values()
        if isinstance(value, str)
    } | {"http.request.body.size"}
    api.answer(BUSY, (400, ERROR))
    with (
        api.client(hooks=collected.hooks(), base_url="http://127.0.0.1:8808") as client,
        pytest.raises(BadRequest),
    ):
        client.sms.send(NUMBER, TEXT)

    names = {name for span in collected.spans for name in span.attributes}
    assert {name for name in names - known if not name.startswith("eightbyeight.")} == set()
    collected.metric(messaging_metrics.MESSAGING_CLIENT_OPERATION_DURATION)
    collected.metric(messaging_metrics.MESSAGING_CLIENT_SENT_MESSAGES)
    schema = collected.call.instrumentation_scope.schema_url
    assert schema in {each.value for each in schemas.Schemas}


def test_without_its_extra_the_error_says_what_to_install():
    code = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "import eightbyeight\n"
        "try:\n"
        "    import eightbyeight.integrations.opentelemetry\n"
        "except eightbyeight.ConfigurationError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert 'pip install "eightbyeight[otel]"' in done.stdout
