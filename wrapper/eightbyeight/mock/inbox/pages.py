"""The page, its pieces and its buttons: which address answers what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eightbyeight.mock.inbox import actions, rendering
from eightbyeight.mock.inbox.bubbles import bubbles_of
from eightbyeight.mock.inbox.conversations import (
    id_of,
    latest_answerable,
    listing,
    name_of,
    thread,
)
from eightbyeight.mock.inbox.details import details_of
from eightbyeight.mock.inbox.visits import HOME, View, Visit
from eightbyeight.mock.questions import ControlError

if TYPE_CHECKING:
    from eightbyeight.mock.response import Response
    from eightbyeight.mock.store import Message

_STATIC, _ACTIONS = "/static/", "/actions/"


def answer(visit: Visit) -> Response:
    """Answer a request to the page."""
    try:
        return _answer(visit)
    except ControlError as error:
        return _refused(visit, error)


def _answer(visit: Visit) -> Response:
    path = visit.path
    if path.startswith(_ACTIONS):
        _only(visit, "POST")
        done, view = actions.act(visit, path.removeprefix(_ACTIONS))
        if visit.wants_json():
            return _json(200, {"done": done})
        return rendering.redirect(view.link())
    _only(visit, "GET")
    if path.startswith(_STATIC):
        return rendering.static(path.removeprefix(_STATIC))
    pane = _PANES.get(path)
    if pane is None:
        raise ControlError(404, f"nothing is here; the page is {HOME}")
    template, make = pane
    values = {"now": visit.app.clock.now(), **make(visit, visit.view())}
    status = 404 if values.get("is_gone") else 200
    return rendering.html(status, template, **values, home=HOME)


def _only(visit: Visit, method: str) -> None:
    if visit.method != method:
        raise ControlError(405, f"only {method} works here", ((b"allow", method.encode()),))


def _list(visit: Visit, view: View) -> dict[str, Any]:
    app = visit.app
    return {
        "view": view,
        "listing": listing(app, view.q, view.people),
        "is_empty": not len(app.store),
        "host": visit.host(),
        "keys": bool(app.settings.api_keys),
    }


def _thread(visit: Visit, view: View) -> dict[str, Any]:
    if not view.id:
        return {"view": view, "thread": None}
    found = thread(visit.app, view.id, view.bubbles)
    if not found.total:
        return {"view": view, "thread": None, "is_gone": True}
    bubbles = bubbles_of(found.messages)
    return {
        "view": view,
        "thread": found,
        "name": name_of(view.id),
        "bubbles": bubbles,
        "accent": bubbles[-1].accent,
        "selected": view.umid,
        "answered": _answered(view, found.messages),
    }


def _answered(view: View, messages: list[Message]) -> Message | None:
    """The message that the form below the thread answers: the open one, if it takes an answer."""
    chosen = [message for message in messages if message.umid == view.umid]
    return latest_answerable(chosen) or latest_answerable(messages)


def _message(visit: Visit, view: View) -> dict[str, Any]:
    app = visit.app
    if view.umid:
        message = app.store.get(view.umid)
    else:
        latest = thread(app, view.id, 1).messages
        if not latest:
            return {"view": view, "details": None}
        message = latest[0]
    if message is None:
        return {"view": view, "details": None, "is_gone": True}
    app.settle(message, app.clock.now())
    return {"view": view, "details": details_of(app, message)}


def _page(visit: Visit, view: View) -> dict[str, Any]:
    if view.umid and not view.id:
        message = visit.app.store.get(view.umid)
        view = view._replace(id="" if message is None else id_of(message))
    values = {**_message(visit, view), **_thread(visit, view), **_list(visit, view)}
    shown = "details" if view.umid else "thread" if view.id else "list"
    return {**values, "shown": shown, "last": visit.app.changes.last, "seed": visit.app.seed}


_PANES = {
    "": ("page.html", _page),
    "/conversations": ("conversations.html", _list),
    "/conversation": ("conversation.html", _thread),
    "/message": ("message.html", _message),
}


def _refused(visit: Visit, error: ControlError) -> Response:
    if visit.wants_json():
        answered = _json(error.status, {"error": str(error)})
    else:
        try:
            answered = rendering.html(
                error.status, "error.html", message=str(error), status=error.status, home=HOME
            )
        except ControlError as missing:
            answered = _json(missing.status, {"error": str(missing)})
    answered.headers.extend(error.headers)
    return answered


def _json(status: int, payload: dict[str, str]) -> Response:
    return rendering.response(status, b"application/json", json.dumps(payload).encode())
