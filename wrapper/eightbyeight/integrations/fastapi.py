"""8x8's webhooks within FastAPI. Needs the extra ``fastapi``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import ConfigurationError
from ..webhooks.asgi import AsgiWebhookApp

try:
    from fastapi import APIRouter, Request, Response
    from starlette.background import BackgroundTask
except ImportError as error:
    raise ConfigurationError(
        'webhook_router needs an extra: pip install "eightbyeight[fastapi]"'
    ) from error

if TYPE_CHECKING:
    from ..webhooks.reception import AsyncHandler, AsyncPersist, Handler, Persist
    from ..webhooks.verification import Verify


def webhook_router(
    handler: Handler | AsyncHandler,
    *,
    verify: Verify | None,
    path: str = "/webhooks/8x8",
    persist: Persist | AsyncPersist | None = None,
    max_bytes: int = 1 << 20,
    remember: int = 100_000,
) -> APIRouter:
    """Return a router that takes 8x8's webhooks at ``path``, for ``app.include_router``.

    The other arguments are those of ``AsgiWebhookApp``. The route is not part of the application's OpenAPI document.
    """
    webhook = AsgiWebhookApp(
        handler, verify=verify, persist=persist, max_bytes=max_bytes, remember=remember
    )
    router = APIRouter()

    async def take(request: Request) -> Response:
        answer = await webhook.answer(request.scope, request.receive)
        rest = None if answer.after is None else BackgroundTask(answer.after)
        return Response(answer.body, answer.status, dict(answer.headers), background=rest)

    # Annotations are strings here, and FastAPI would look for their names among this module's.
    router.add_api_route(path, take, methods=["POST"], include_in_schema=False, response_model=None)
    return router
