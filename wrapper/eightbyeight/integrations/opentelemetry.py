"""Spans and metrics of calls, by OpenTelemetry's conventions for messaging. Needs the extra ``otel``."""

from __future__ import annotations

import time
from contextvars import Token
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .._version import __version__
from ..core.outcome import Effect
from ..errors import ConfigurationError
from ..hooks import Hooks

try:
    from opentelemetry import context, metrics, trace
    from opentelemetry.trace import SpanKind, StatusCode
except ImportError as error:
    raise ConfigurationError(
        'OpenTelemetryHooks needs an extra: pip install "eightbyeight[otel]"'
    ) from error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.context import Context
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import Span, TracerProvider

    from ..hooks import AttemptView, CallEnd, CallView

Attributes = dict[str, str | int]

_SCHEMA = "https://opentelemetry.io/schemas/1.44.0"
# Advised by the conventions for messaging.client.operation.duration.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
_SERVER = ("server.address", "server.port")
_PORTS = {"http": 80, "https": 443}


class OpenTelemetryHooks(Hooks):
    """Makes a span of each call, with a child for each attempt, and measures how long calls take.

    No number, text or key is in an attribute. The client sends no trace context to 8x8.

    Args:
        tracer_provider: Whose spans they are; the global one when left out.
        meter_provider: Whose metrics they are; the global one when left out.
        references: Put the ``client_message_id`` on the spans, too, as ``eightbyeight.client_message_id``. Only where
            yours hold nothing personal.

    See https://opentelemetry.io/docs/specs/semconv/messaging/
    """

    def __init__(
        self,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        references: bool = False,
    ) -> None:
        self._tracer = trace.get_tracer(
            "eightbyeight", __version__, tracer_provider=tracer_provider, schema_url=_SCHEMA
        )
        meter = metrics.get_meter(
            "eightbyeight", __version__, meter_provider=meter_provider, schema_url=_SCHEMA
        )
        self._durations = meter.create_histogram(
            "messaging.client.operation.duration",
            unit="s",
            description="Duration of messaging operation initiated by a producer or consumer client.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._sent = meter.create_counter(
            "messaging.client.sent.messages",
            unit="{message}",
            description="Number of messages producer attempted to send to the broker.",
        )
        self._references = references
        self._open: dict[CallView, _OpenCall] = {}

    def call_started(self, call: CallView) -> None:
        """Begin the span of the call, as the current one."""
        common = _common(call)
        attributes: Attributes = {**common, "http.request.body.size": call.size}
        if call.operation == "sendSurveyBatch":
            attributes["messaging.batch.message_count"] = call.messages
        if self._references and call.client_message_id is not None:
            attributes["eightbyeight.client_message_id"] = call.client_message_id
        span = self._tracer.start_span(
            f"{call.operation} {call.subaccount_id}", kind=SpanKind.CLIENT, attributes=attributes
        )
        self._open[call] = _OpenCall(common, _Current(span))

    def attempt_started(self, call: CallView, number: int) -> None:
        """Begin the span of an attempt, as the current one."""
        open_call = self._open[call]
        attributes: Attributes = {
            "http.request.method": call.method,
            "url.template": urlsplit(call.url).path,
            **{name: open_call.common[name] for name in _SERVER if name in open_call.common},
        }
        if number > 1:
            attributes["http.request.resend_count"] = number - 1
        span = self._tracer.start_span(call.method, kind=SpanKind.CLIENT, attributes=attributes)
        open_call.attempt = _Current(span)

    def attempt_ended(self, call: CallView, attempt: AttemptView) -> None:
        """End it, at the moment when the reply was there."""
        current = self._open[call].attempt
        if current is None:
            return
        self._open[call].attempt = None
        if attempt.status is not None:
            current.span.set_attribute("http.response.status_code", attempt.status)
        if attempt.effect is not Effect.DONE:
            current.fail(attempt.failure or str(attempt.status))
        current.end(attempt.duration)

    def call_ended(self, call: CallView, end: CallEnd) -> None:
        """End the span of the call, and measure."""
        open_call = self._open.pop(call)
        if open_call.attempt is not None:  # Ctrl-C came between its end and what is told of it
            open_call.attempt.end()
        labels = dict(open_call.common)
        if end.state is not None:
            labels["eightbyeight.outcome"] = str(end.state)
        if end.error is not None:
            labels["error.type"] = _name(end.error)
        try:
            found = {
                "messaging.message.id": end.umid or end.batch_id,
                "http.response.status_code": end.status,
                "eightbyeight.outcome": labels.get("eightbyeight.outcome"),
                "eightbyeight.error.code": end.code,
                "eightbyeight.error.id": end.error_id,
            }
            span = open_call.current.span
            span.set_attributes({name: value for name, value in found.items() if value is not None})
            if end.error is not None:
                open_call.current.fail(str(labels["error.type"]))
        finally:
            open_call.current.end()
        self._durations.record(end.duration, labels)
        if end.attempts and call.messages:
            self._sent.add(call.messages, labels)


@dataclass(slots=True)
class _OpenCall:
    """A call that has not ended: what all that is told of it has in common, and its spans."""

    common: Mapping[str, str | int]
    current: _Current
    attempt: _Current | None = None


class _Current:
    """A span that is the current one until it ends, so that those of an HTTP library become its children."""

    __slots__ = ("_began", "_token", "span")

    def __init__(self, span: Span) -> None:
        self.span = span
        self._began = time.time_ns()
        self._token: Token[Context] = context.attach(trace.set_span_in_context(span))

    def fail(self, kind: str) -> None:
        """Say what went wrong."""
        self.span.set_attribute("error.type", kind)
        self.span.set_status(StatusCode.ERROR)

    def end(self, duration: float | None = None) -> None:
        """End it, now or after so many seconds."""
        context.detach(self._token)
        self.span.end(None if duration is None else self._began + int(duration * 1e9))


def _common(call: CallView) -> Mapping[str, Any]:
    """Return the attributes of few values, which spans and metrics share."""
    host = urlsplit(call.host)
    attributes: Attributes = {
        "messaging.system": "8x8",
        "messaging.operation.name": call.operation,
        "messaging.destination.name": call.subaccount_id,
        "server.address": host.hostname or "",
    }
    if call.is_send:
        attributes["messaging.operation.type"] = "send"
    if host.port is not None and host.port != _PORTS.get(host.scheme):
        attributes["server.port"] = host.port
    return attributes


def _name(error: type[BaseException]) -> str:
    module = error.__module__
    return error.__qualname__ if module == "builtins" else f"{module}.{error.__qualname__}"
