"""What the page's buttons do."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from eightbyeight.mock.commands import NoSuchMessage, NotPossible
from eightbyeight.mock.inbox.visits import View, Visit, view_of
from eightbyeight.mock.questions import ControlError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eightbyeight.mock.app import MockApp

    Fields = Mapping[str, str]


def act(visit: Visit, name: str) -> tuple[str, View]:
    """Do what a button says.

    Args:
        visit: The request.
        name: Which button.

    Returns:
        What has happened, in words, and the view to return to.

    Raises:
        ControlError: There is no such button or message, or it is in no state for that.
    """
    known = _ACTIONS.get(name)
    if known is None:
        raise ControlError(404, f"there is no such action; there are: {', '.join(_ACTIONS)}")
    needed, optional, action = known
    fields = visit.form(*needed, *optional, "view")
    missing = [field for field in needed if field not in fields]
    if missing:
        raise ControlError(422, f"the form lacks: {', '.join(missing)}")
    view = _back(fields.pop("view", ""))
    try:
        return action(visit.app, fields), view
    except NoSuchMessage as error:
        raise ControlError(404, str(error)) from None
    except NotPossible as error:
        raise ControlError(409, str(error)) from None


def _back(query: str) -> View:
    try:
        return view_of(parse_qs(query, max_num_fields=20))
    except ValueError:
        raise ControlError(422, "view cannot be read") from None


def _dispatch(app: MockApp, fields: Fields) -> str:
    app.dispatch(fields["umid"])
    return "Sent"


def _deliver(app: MockApp, fields: Fields) -> str:
    app.deliver(fields["umid"])
    return "Delivered"


def _read(app: MockApp, fields: Fields) -> str:
    app.read(fields["umid"])
    return "Read"


def _fail(app: MockApp, fields: Fields) -> str:
    code = fields.get("code", "").strip()
    app.fail(fields["umid"], _whole("code", code) if code else None)
    return "Failed"


def _reply(app: MockApp, fields: Fields) -> str:
    webhook = app.reply(fields["umid"], fields["text"], quote="quote" in fields)
    return f"Answered, webhook {webhook.id}"


def _press(app: MockApp, fields: Fields) -> str:
    webhook = app.reply_button(fields["umid"], fields["button"])
    return f"Answered, webhook {webhook.id}"


def _click(app: MockApp, fields: Fields) -> str:
    webhook = app.click(fields["umid"], fields["url"])
    return f"Opened, webhook {webhook.id}"


def _survey(app: MockApp, fields: Fields) -> str:
    answers = [{"question": fields.get("question", ""), "answer": fields["answer"]}]
    webhook = app.answer_survey(fields["umid"], answers)
    return f"Survey answered, webhook {webhook.id}"


def _retry(app: MockApp, fields: Fields) -> str:
    number = _whole("webhook", fields["webhook"])
    app.retry_delivery(number)
    return f"Webhook {number} goes out again"


def _advance(app: MockApp, fields: Fields) -> str:
    text = fields["seconds"].strip()
    try:
        seconds = float(text)
    except ValueError:
        raise ControlError(422, "seconds must be a number") from None
    try:
        app.advance(seconds)
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    return f"The clock is {text} s ahead"


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ControlError(422, f"{name} must be a whole number")
    return int(text)


#: The fields that each needs and those that it takes besides, and what it does.
_ACTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[MockApp, Fields], str]]] = {
    "advance": (("seconds",), (), _advance),
    "click": (("umid", "url"), (), _click),
    "deliver": (("umid",), (), _deliver),
    "dispatch": (("umid",), (), _dispatch),
    "fail": (("umid",), ("code",), _fail),
    "press": (("umid", "button"), (), _press),
    "read": (("umid",), (), _read),
    "reply": (("umid", "text"), ("quote",), _reply),
    "retry": (("webhook",), (), _retry),
    "survey": (("umid", "answer"), ("question",), _survey),
}
