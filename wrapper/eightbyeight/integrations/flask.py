"""8x8's webhooks within Flask. Needs the extra ``flask``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import ConfigurationError
from ..webhooks.reception import Reception
from ..webhooks.request import Answer, lower_names

try:
    from flask import Blueprint, Response, request
except ImportError as error:
    raise ConfigurationError(
        'webhook_blueprint needs an extra: pip install "eightbyeight[flask]"'
    ) from error

if TYPE_CHECKING:
    from ..webhooks.reception import Handler, Persist
    from ..webhooks.verification import Verify


def webhook_blueprint(
    handler: Handler,
    *,
    verify: Verify | None,
    path: str = "/webhooks/8x8",
    persist: Persist | None = None,
    max_bytes: int = 1 << 20,
    remember: int = 100_000,
    name: str = "eightbyeight",
) -> Blueprint:
    """Return a blueprint that takes 8x8's webhooks at ``path``, for ``app.register_blueprint``.

    The other arguments are those of ``WsgiWebhookApp``; ``name`` is the blueprint's.
    """
    reception = Reception(
        handler, verify=verify, persist=persist, max_bytes=max_bytes, remember=remember
    )
    reception.refuse_async()
    blueprint = Blueprint(name, __name__)

    def take() -> Response:
        answer = _answer(reception)
        response = Response(answer.body, answer.status, list(answer.headers))
        if answer.after is not None:
            response.call_on_close(answer.after)
        return response

    blueprint.add_url_rule(path, "webhook", take, methods=["POST"])
    return blueprint


def _answer(reception: Reception) -> Answer:
    refused = reception.refuse(request.method, request.content_length)
    if refused is not None:
        return refused
    # One byte too many tells a body that is too long, and came without a length, from one that just fits.
    request.max_content_length = reception.max_bytes + 1
    body = request.get_data()
    if len(body) > reception.max_bytes:
        return reception.too_long()
    headers = lower_names(request.headers.items())
    return reception.receive(request.method, headers, body, request.remote_addr)
