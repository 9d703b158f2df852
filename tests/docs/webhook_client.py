"""Posts the mock's webhooks to what a recipe serves, as 8x8 would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docs.running import Run

SECRET = "a long secret"


def connect(run: Run, receiver: Any) -> None:
    """Hand the mock's webhooks to an ASGI application or a function, with the recipe's secret."""
    run.mock.app.settings.callback_authorization = SECRET
    run.mock.connect_receiver(receiver)


def let_pass(run: Run, seconds: float) -> None:
    """Let time pass for the mock, and wait until its webhooks were handled."""
    run.mock.advance(seconds)
    run.mock.app.wait_for_webhooks()
