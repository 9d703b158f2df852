"""8x8's webhooks within Django. Needs the extra ``django``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationError
from ..webhooks.reception import Reception
from ..webhooks.request import Answer, lower_names

try:
    from asgiref.sync import async_to_sync
    from django.http import HttpResponse  # type: ignore[import-untyped]
    from django.views.decorators.csrf import csrf_exempt  # type: ignore[import-untyped]
except ImportError as error:
    raise ConfigurationError(
        'webhook_view needs an extra: pip install "eightbyeight[django]"'
    ) from error

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..webhooks.reception import AsyncHandler, AsyncPersist, Handler, Persist
    from ..webhooks.verification import Verify


def webhook_view(
    handler: Handler | AsyncHandler,
    *,
    verify: Verify | None,
    persist: Persist | AsyncPersist | None = None,
    max_bytes: int = 1 << 20,
    remember: int = 100_000,
) -> Callable[[Any], Any]:
    """Return a view that takes 8x8's webhooks, for ``path("webhooks/8x8", ...)`` in ``urlpatterns``.

    It is exempt from Django's protection against forged forms, and asynchronous if the handler or ``persist`` is.
    The arguments are those of ``AsgiWebhookApp``.
    """
    reception = Reception(
        handler, verify=verify, persist=persist, max_bytes=max_bytes, remember=remember
    )

    def take(request: Any) -> HttpResponse:
        given = _given(reception, request)
        answer = given if isinstance(given, Answer) else reception.receive(*given)
        return _Response(answer, answer.after)

    async def atake(request: Any) -> HttpResponse:
        given = _given(reception, request)
        answer = given if isinstance(given, Answer) else await reception.areceive(*given)
        return _Response(answer, answer.after and async_to_sync(answer.after))

    view: Callable[[Any], Any] = csrf_exempt(atake if reception.is_async else take)
    return view


def _given(
    reception: Reception, request: Any
) -> Answer | tuple[str, dict[str, str], bytes, str | None]:
    refused = reception.refuse(request.method, request.META.get("CONTENT_LENGTH") or None)
    if refused is not None:
        return refused
    body = request.read(reception.max_bytes + 1)
    if len(body) > reception.max_bytes:
        return reception.too_long()
    headers = lower_names(request.headers.items())
    return request.method, headers, body, request.META.get("REMOTE_ADDR") or None


class _Response(HttpResponse):  # type: ignore[misc]  # Django has no types
    """A response; Django calls ``close`` once it is sent."""

    def __init__(self, answer: Answer, after: Callable[[], object] | None) -> None:
        super().__init__(answer.body, status=answer.status, headers=dict(answer.headers))
        self._after = after

    def close(self) -> None:
        """Do what remains to be done, once."""
        super().close()
        after, self._after = self._after, None
        if after is not None:
            after()
