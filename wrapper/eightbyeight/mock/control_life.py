"""The control plane's part for what goes on after a request: states, clock, webhooks, news."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight.mock.clock import ticks
from eightbyeight.mock.commands import NoSuchMessage, NotPossible
from eightbyeight.mock.questions import ControlError, Question
from eightbyeight.mock.sms_texts import goes_as_sms, sms_of
from eightbyeight.mock.timeline import timeline_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from eightbyeight.mock.deliveries import Attempt, Delivery
    from eightbyeight.mock.store import Message, Step
    from eightbyeight.mock.timeline import Event


def _message(question: Question) -> Any:
    message = question.app.message(question.name)
    return {
        **shown(message),
        "timeline": [_event(event) for event in timeline_of(message)],
        "webhooks": [
            _delivery(entry) for entry in question.app.receipts if entry.umid == message.umid
        ],
    }


def _dispatch(question: Question) -> Any:
    question.fields()
    return shown(question.app.dispatch(question.name))


def _deliver(question: Question) -> Any:
    question.fields()
    return shown(question.app.deliver(question.name))


def _read(question: Question) -> Any:
    question.fields()
    return shown(question.app.read(question.name))


def _fail(question: Question) -> Any:
    given = question.fields(code=int, message=str, state=str)
    return shown(question.app.fail(question.name, **given))


def _reply(question: Question) -> Any:
    given = question.fields(text=str, button=str, quote=bool)
    if set(given) == {"button"}:
        return _delivery(question.app.reply_button(question.name, given["button"]))
    if "text" not in given or "button" in given:
        raise ControlError(422, 'the body must be {"text": "..."} or {"button": "..."}')
    quote = given.get("quote", False)
    return _delivery(question.app.reply(question.name, given["text"], quote=quote))


def _click(question: Question) -> Any:
    given = question.fields(url=str)
    return _delivery(question.app.click(question.name, given.get("url")))


def _survey(question: Question) -> Any:
    given = question.fields(answers=object)
    if "answers" not in given:
        raise ControlError(422, 'the body must be {"answers": {"question": "answer"}} or a list')
    try:
        return _delivery(question.app.answer_survey(question.name, given["answers"]))
    except NotPossible:
        raise
    except ValueError as error:
        raise ControlError(422, str(error)) from None


def _clock(question: Question) -> Any:
    return {"time": ticks(question.app.clock.now())}


def _advance(question: Question) -> Any:
    given = question.fields(advance=float)
    if "advance" not in given:
        raise ControlError(422, 'the body must be {"advance": seconds}')
    try:
        question.app.advance(given["advance"])
    except ValueError as error:
        raise ControlError(422, str(error)) from None
    return _clock(question)


def _receipts(question: Question) -> Any:
    limit = question.limit()
    found = question.app.receipts
    return {"total": len(found), "receipts": [_delivery(entry) for entry in found[-limit:]]}


def _receipt(question: Question) -> Any:
    return _delivery(_delivery_of(question))


def _retry(question: Question) -> Any:
    question.fields()
    return _delivery(question.app.retry_delivery(_delivery_of(question).id))


def _changes(question: Question) -> Any:
    question.app.catch_up()
    changes = question.app.changes
    since = question.number("since", 0)
    return {
        "last": changes.last,
        "forgotten": changes.has_forgotten(since),
        "changes": [news._asdict() for news in changes.since(since)],
    }


def _events(_question: Question) -> Any:
    raise ControlError(501, "only a server streams events; ask for changes instead")


def answer(action: Callable[[Question], Any], question: Question) -> Any:
    """Perform an action, and refuse what is not possible.

    Raises:
        ControlError: There is no such message, or it is in no state for that.
    """
    try:
        return action(question)
    except NoSuchMessage as error:
        raise ControlError(404, str(error)) from None
    except NotPossible as error:
        raise ControlError(409, str(error)) from None


#: Below a path that ends in `{}` stands one more part, `Question.name`.
ROUTES: dict[str, dict[str, Callable[[Question], Any]]] = {
    "/changes": {"GET": _changes},
    "/clock": {"GET": _clock, "POST": _advance},
    "/events": {"GET": _events},
    "/messages/{}": {"GET": _message},
    "/messages/{}/click": {"POST": _click},
    "/messages/{}/deliver": {"POST": _deliver},
    "/messages/{}/dispatch": {"POST": _dispatch},
    "/messages/{}/fail": {"POST": _fail},
    "/messages/{}/read": {"POST": _read},
    "/messages/{}/reply": {"POST": _reply},
    "/messages/{}/survey": {"POST": _survey},
    "/receipts": {"GET": _receipts},
    "/receipts/{}": {"GET": _receipt},
    "/receipts/{}/retry": {"POST": _retry},
}


def shown(message: Message) -> dict[str, Any]:
    """A message as JSON, unmasked."""
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
        "sms": _sms(message) if goes_as_sms(message) else None,
        "payload": message.payload,
    }


def _sms(message: Message) -> dict[str, Any]:
    sms = sms_of(message)
    size = sms.segments()
    return {
        "text": sms.text,
        "source": sms.source,
        "encoding": size.encoding,
        "smsCount": size.parts,
        "truncated": size.truncated,
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


def _event(event: Event) -> dict[str, Any]:
    return {
        "at": ticks(event.at),
        "step": event.step,
        "channel": event.channel,
        "state": event.state,
        "detail": event.detail,
        "errorCode": event.error_code,
        "errorMessage": event.error_message,
    }


def _delivery_of(question: Question) -> Delivery:
    name = question.name
    is_number = name.isascii() and name.isdigit() and len(name) < 16
    found = question.app.deliveries.get(int(name)) if is_number else None
    if found is None:
        raise ControlError(404, "there is no webhook of that number")
    return found


def _delivery(entry: Delivery) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "umid": entry.umid,
        "url": entry.url,
        "state": entry.state,
        "nextTry": None if entry.due is None else ticks(entry.due),
        "attempts": [_attempt(attempt) for attempt in entry.attempts],
        "payload": entry.payload,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {"at": ticks(attempt.at), "status": attempt.status, "error": attempt.error}
