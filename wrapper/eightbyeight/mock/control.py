"""The control plane under `/__mock__/`: look inside, switch and reset the mock.

It needs no key, for it guards nothing but test data; pages of other origins are kept out all the
same. Its answers take no ids and no time, so looking does not disturb a seeded run.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from eightbyeight.mock import control_life, inbox
from eightbyeight.mock.chaos import ChaosError
from eightbyeight.mock.clock import ticks
from eightbyeight.mock.questions import ControlError, Question
from eightbyeight.mock.response import Response, json_response
from eightbyeight.mock.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from eightbyeight.mock.app import MockApp
    from eightbyeight.mock.store import LoggedRequest

_log = logging.getLogger("eightbyeight.mock")

PREFIX = "/__mock__"

_SECRET_HEADERS = frozenset({b"authorization", b"cookie", b"proxy-authorization"})


def owns(target: str) -> bool:
    """Whether a target belongs to the control plane."""
    return target.startswith(PREFIX) and target[len(PREFIX) : len(PREFIX) + 1] in ("", "/", "?")


def answer(
    app: MockApp, method: str, target: str, headers: Iterable[tuple[bytes, bytes]], body: bytes
) -> Response:
    """Answer a request to the control plane."""
    path, _, query = target.partition("?")
    path = path[len(PREFIX) :].rstrip("/")
    given = {key.lower(): value for key, value in headers}
    try:
        if inbox.owns(path):
            guard(app, given, body)
            return inbox.answer(app, method, path, query, given, body)
        action, name = _action(path, method)
        guard(app, given, body)
        question = Question(app, parse_qs(query, keep_blank_values=True), body, name)
        return json_response(200, control_life.answer(action, question))
    except ControlError as error:
        return json_response(error.status, {"error": str(error)}, error.headers)
    except (ChaosError, SettingsError) as error:
        return json_response(422, {"error": str(error)})
    except Exception:  # noqa: BLE001 - whatever went wrong, the client gets an answer
        _log.exception("the control plane failed on %s", path)
        return json_response(500, {"error": "the control plane failed, see the log"})


def _action(path: str, method: str) -> tuple[Callable[[Question], Any], str]:
    """What is asked for, and the message or webhook that the path names."""
    template, name = path, ""
    if path not in _ROUTES:
        head, _, tail = path.removeprefix("/").partition("/")
        name, slash, rest = tail.partition("/")
        template, name = f"/{head}/{{}}{slash}{rest}", unquote(name)
    methods = _ROUTES.get(template) if name or template == path else None
    if methods is None:
        places = ", ".join(PREFIX + known for known in (*_ROUTES, inbox.PATH) if known)
        raise ControlError(404, f"nothing is here; there are {places}")
    if method not in methods:
        allowed = ", ".join(sorted(methods))
        raise ControlError(405, f"only {allowed} works here", ((b"allow", allowed.encode()),))
    return methods[method], name


def _index(_question: Question) -> Any:
    endpoints = [f"{m} {PREFIX}{path}" for path, ms in _ROUTES.items() for m in ms]
    return {"endpoints": [*endpoints, f"GET {PREFIX}{inbox.PATH}"]}


def _health(question: Question) -> Any:
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


def _messages(question: Question) -> Any:
    app, limit = question.app, question.limit()
    found = app.store.messages(question.single("subaccount"))
    for message in found[-limit:]:
        app.settle(message, app.clock.now())
    return {"total": len(found), "messages": [control_life.shown(m) for m in found[-limit:]]}


def _requests(question: Question) -> Any:
    limit = question.limit()
    found = question.app.requests.snapshot()
    return {"total": len(found), "requests": [shown_request(entry) for entry in found[-limit:]]}


def _reset(question: Question) -> Any:
    question.fields()
    question.app.reset()
    return {"status": "reset"}


def _settings(question: Question) -> Any:
    return question.app.settings.public()


def _chaos(question: Question) -> Any:
    return {"rules": [rule.public() for rule in question.app.chaos.rules()]}


def _add_chaos(question: Question) -> Any:
    given = question.json()
    rules = given.get("rules", [given.get("rule")]) if isinstance(given, dict) else None
    if not isinstance(rules, list):
        raise ControlError(422, 'the body must be {"rule": "..."} or {"rules": [...]}')
    return {"rules": [rule.public() for rule in question.app.chaos.extend(rules)]}


def _remove_chaos(question: Question) -> Any:
    text = question.single("id")
    if text is None:
        question.app.chaos.clear()
    elif not (text.isascii() and text.isdigit() and question.app.chaos.remove(int(text[:9]))):
        raise ControlError(404, "there is no rule of that id")
    return _chaos(question)


def _change_settings(question: Question) -> Any:
    changes = question.json()
    if not isinstance(changes, dict):
        raise ControlError(422, "the body must be an object of settings")
    question.app.change_settings(changes)
    return question.app.settings.public()


_ROUTES: dict[str, dict[str, Callable[[Question], Any]]] = {
    **control_life.ROUTES,
    "": {"GET": _index},
    "/chaos": {"GET": _chaos, "POST": _add_chaos, "DELETE": _remove_chaos},
    "/health": {"GET": _health},
    "/messages": {"GET": _messages},
    "/requests": {"GET": _requests},
    "/reset": {"POST": _reset},
    "/settings": {"GET": _settings, "PATCH": _change_settings},
}


def shown_request(entry: LoggedRequest) -> dict[str, Any]:
    """A request as JSON, without its secrets."""
    return {
        "method": entry.method,
        "target": entry.target,
        "headers": [[name.decode("latin-1"), _shown(name, value)] for name, value in entry.headers],
        "body": entry.body.decode("utf-8", "replace"),
        "at": ticks(entry.at),
        "operationId": entry.operation_id,
        "status": entry.status,
        "forgave": entry.forgave,
        "tls": entry.tls,
        "chaos": entry.chaos,
        "effects": [effect.name for effect in entry.effects],
    }


def _shown(name: bytes, value: bytes) -> str:
    if name.lower() not in _SECRET_HEADERS:
        return value.decode("latin-1")
    scheme, space, _ = value.decode("latin-1").partition(" ")
    return f"{scheme} ***" if space else "***"


def guard(app: MockApp, headers: Mapping[bytes, bytes], body: bytes) -> None:
    """Keep out pages of other origins and bodies that are too long.

    Raises:
        ControlError: It is one.
    """
    if not _same_origin(headers):
        raise ControlError(403, "the control plane answers no page of another origin")
    if len(body) > app.settings.max_body_bytes:
        raise ControlError(413, "the body is too long")


def _same_origin(headers: Mapping[bytes, bytes]) -> bool:
    origin = headers.get(b"origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == headers.get(b"host")
    except ValueError:
        return False
