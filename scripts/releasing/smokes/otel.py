"""The extra `otel`: a send with spans and metrics, which go nowhere without an SDK."""

from __future__ import annotations

from eightbyeight import Client
from eightbyeight.integrations.opentelemetry import OpenTelemetryHooks


def main() -> None:
    """Send."""
    with Client(hooks=[OpenTelemetryHooks()]) as client:
        client.sms.send("+6591234567", "Hello")


if __name__ == "__main__":
    main()
