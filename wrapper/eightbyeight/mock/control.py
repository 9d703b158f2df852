"""The control plane under `/__mock__/`: look inside, switch and reset the mock.

It needs no key, for it guards nothing but test data; pages of other origins are kept out all the
same. Its answers take no ids and no time, so looking does not disturb a seeded run.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from eightbyeight.mock.clock import ticks
from eightbyeight.mock.response import Response, json_response
from eightbyeight.mock.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from eightbyeight.mock.app import MockApp
    from eightbyeight.mock.store import LoggedRequest, Message, Step

_log = logging.getLogger("eightbyeight.mock")

PREFIX = "/__mock__"

_LIMIT, _MOST = 100, 1000
_SECRET_HEADERS = frozenset({b"authorization", b"cookie", b"proxy-authorization"})


class _ControlError(Exception):
    def __init__(
        self, status: int, message: str, headers: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


def owns(target: str) -> bool:
    """Whether a target belongs to the control plane."""
    return target.startswith(PREFIX) and target[len(PREFIX) : len(PREFIX) + 1] in ("", "/", "?")


def answer(
    app: MockApp, method: str, target: str, headers: Iterable[tuple[bytes, bytes]], body: bytes
) -> Response:
    """Answer a request to the control plane."""
    path, _, query = target.partition("?")
    path = path[len(PREFIX) :].rstrip("/")
    try:
        action = _action(path, method)
        _guard(app, {name.lower(): value for name, value in headers}, body)
        question = _Question(app, parse_qs(query, keep_blank_values=True), body)
        return json_response(200, action(question))
    except _ControlError as error:
        return json_response(error.status, {"error": str(error)}, error.headers)
    except SettingsError as error:
        return json_response(422, {"error": str(error)})
    except Exception:  # noqa: BLE001 - whatever went wrong, the client gets an answer
        _log.exception("the control plane failed on %s", path)
        return json_response(500, {"error": "the control plane failed, see the log"})


def _action(path: str, method: str) -> Callable[[_Question], Any]:
    methods = _ROUTES.get(path)
    if methods is None:
        places = ", ".join(PREFIX + known for known in _ROUTES if known)
        raise _ControlError(404, f"nothing is here; there are {places}")
    if method not in methods:
        allowed = ", ".join(sorted(methods))
        raise _ControlError(405, f"only {allowed} works here", ((b"allow", allowed.encode()),))
    return methods[method]


class _Question(NamedTuple):
    app: MockApp
    query: Mapping[str, list[str]]
    body: bytes


def _index(_question: _Question) -> Any:
    return {"endpoints": [f"{m} {PREFIX}{path}" for path, ms in _ROUTES.items() for m in ms]}


def _health(question: _Question) -> Any:
    app = question.app
    return {
        "status": "ok",
        "mode": app.settings.mode,
        "seed": app.seed,
        "time": ticks(app.clock.now()),
        "messages": len(app.store),
        "requests": len(app.requests),
        "operations": sorted(app.document.operations),
    }


def _messages(question: _Question) -> Any:
    limit = _limit(question.query)
    found = question.app.store.messages(_single(question.query, "subaccount"))
    return {"total": len(found), "messages": [_message(m) for m in found[-limit:]]}


def _requests(question: _Question) -> Any:
    limit = _limit(question.query)
    found = question.app.requests.snapshot()
    return {"total": len(found), "requests": [_request(entry) for entry in found[-limit:]]}


def _reset(question: _Question) -> Any:
    question.app.reset()
    return {"status": "reset"}


def _settings(question: _Question) -> Any:
    return question.app.settings.public()


def _change_settings(question: _Question) -> Any:
    try:
        changes = json.loads(question.body)
    except (ValueError, RecursionError):
        raise _ControlError(400, "the body must be JSON") from None
    if not isinstance(changes, dict):
        raise _ControlError(422, "the body must be an object of settings")
    question.app.change_settings(changes)
    return question.app.settings.public()


_ROUTES: dict[str, dict[str, Callable[[_Question], Any]]] = {
    "": {"GET": _index},
    "/health": {"GET": _health},
    "/messages": {"GET": _messages},
    "/requests": {"GET": _requests},
    "/reset": {"POST": _reset},
    "/settings": {"GET": _settings, "PATCH": _change_settings},
}


def _message(message: Message) -> dict[str, Any]:
    return {
        "umid": message.umid,
        "product": message.product,
        "subAccountId": message.subaccount,
        "kind": message.kind,
        "createdAt": ticks(message.created_at),
        "encoding": message.encoding,
        "batchId": message.batch_id,
        "clientBatchId": message.client_batch_id,
        "steps": [_step(step) for step in message.steps],
        "payload": message.payload,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "channel": step.channel,
        "channelId": step.channel_id,
        "state": step.state,
        "since": ticks(step.since),
        "detail": step.detail,
        "errorCode": step.error_code,
        "errorMessage": step.error_message,
    }


def _request(entry: LoggedRequest) -> dict[str, Any]:
    return {
        "method": entry.method,
        "target": entry.target,
        "headers": [[name.decode("latin-1"), _shown(name, value)] for name, value in entry.headers],
        "body": entry.body.decode("utf-8", "replace"),
        "at": ticks(entry.at),
        "operationId": entry.operation_id,
        "status": entry.status,
        "forgave": entry.forgave,
    }


def _shown(name: bytes, value: bytes) -> str:
    if name.lower() not in _SECRET_HEADERS:
        return value.decode("latin-1")
    scheme, space, _ = value.decode("latin-1").partition(" ")
    return f"{scheme} ***" if space else "***"


def _single(query: Mapping[str, list[str]], name: str) -> str | None:
    values = query.get(name)
    return values[-1] if values else None


def _limit(query: Mapping[str, list[str]]) -> int:
    text = _single(query, "limit")
    if text is None:
        return _LIMIT
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= _MOST):
        raise _ControlError(422, f"limit must be a whole number from 1 to {_MOST}")
    return int(text)


def _guard(app: MockApp, headers: Mapping[bytes, bytes], body: bytes) -> None:
    if not _same_origin(headers):
        raise _ControlError(403, "the control plane answers no page of another origin")
    if len(body) > app.settings.max_body_bytes:
        raise _ControlError(413, "the body is too long")


def _same_origin(headers: Mapping[bytes, bytes]) -> bool:
    origin = headers.get(b"origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == headers.get(b"host")
    except ValueError:
        return False
