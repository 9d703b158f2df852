"""Magic numbers: recipients that make a request fail, or a message end, in the way they spell.

`+999 KIND CODE`: three digits say what happens, four say which code or how many seconds. No country
has the calling code 999, so such a number is well-formed and can never be anybody's.
docs/magic-numbers.md lists them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from eightbyeight.mock import codes, errors
from eightbyeight.mock.effects import Effect, effect_of
from eightbyeight.mock.error_codes import API_ERRORS, DELIVERY_ERRORS
from eightbyeight.mock.errors import Refusal

if TYPE_CHECKING:
    from eightbyeight.mock.call import Call
    from eightbyeight.mock.store import Step

PREFIX = "+999"

_LENGTH = len(PREFIX) + 7
_LOOKUP = "getMessageDetails"
# A lookup's number has no digits left to say how long.
_LOOKUP_SECONDS = {429: 1, 600: 30, 601: 30}

# Accepted, and this is where the message ends, by the last digit.
_STATES = ("queued", "sent", "delivered", "read")


@dataclass(frozen=True, slots=True)
class Fate:
    """How a message is destined to end.

    Attributes:
        final_state: The last state it reaches; `rejected` is reached at once, in the answer.
        error_code: The code that a delivery receipt gives.
        error_message: The same in words.
        detail: How far it came, where that is not what the state says anyway.
    """

    final_state: str
    error_code: int | None = None
    error_message: str | None = None
    detail: str | None = None


def fate_of(number: str) -> Fate | None:
    """How a message to this number ends; None when the number says nothing about it."""
    spelt = _spelt(number)
    return _fate(*spelt) if spelt is not None else None


def magic_of(number: str) -> Effect | None:
    """What befalls a send to this number at once; None when nothing does."""
    spelt = _spelt(number)
    return _effect(*spelt) if spelt is not None else None


def magic_of_lookup(number: str) -> Effect | None:
    """What befalls a look at the details of a message to this number; None when nothing does."""
    spelt = _spelt(number)
    if spelt is None or spelt[0] != 900:
        return None
    return _effect(spelt[1], _LOOKUP_SECONDS.get(spelt[1], 0))


def begun(step: Step, number: str | None, *, in_batch: bool = False) -> Step:
    """The first step of a message to this number: rejected, if that is what the number says.

    Args:
        step: The step as it is for other numbers.
        number: The recipient.
        in_batch: Whether to reject what a single send refuses with 400, too.
    """
    if number is None or not number.startswith(PREFIX):
        return step
    fate, effect = fate_of(number), magic_of(number) if in_batch else None
    if effect is not None and effect.refusal is not None and _is_about_one_message(effect):
        fate = Fate("rejected", effect.refusal.code, effect.refusal.message)
    if fate is None or fate.final_state != "rejected":
        return step
    return step._replace(
        state="rejected", error_code=fate.error_code, error_message=fate.error_message
    )


def effect_on(call: Call) -> Effect | None:
    """What befalls a request, by its recipient; by the first of them that does, in a batch."""
    if call.operation.id == _LOOKUP:
        umid = str(call.parameters.get("umid", ""))
        message = call.store.find(call.operation.product, call.subaccount, umid)
        numbers = recipients(message.payload) if message is not None else iter(())
        return next(filter(None, map(magic_of_lookup, numbers)), None)
    body = call.body
    if not isinstance(body, dict):
        return None
    if "messages" not in body:
        number = _number(body)
        return magic_of(number) if number and number.startswith(PREFIX) else None
    # Looks 10,000 times in a full batch, where as a rule there is nothing to be found.
    spelling = [n for m in body["messages"] if (n := _number(m)) and n.startswith(PREFIX)]
    effects = filter(None, map(magic_of, spelling))
    return next((effect for effect in effects if not _is_about_one_message(effect)), None)


def recipients(body: Any) -> Iterator[str]:
    """The numbers that a request's body names, whatever the operation and however odd the body."""
    if not isinstance(body, Mapping):
        return
    messages = body.get("messages")
    for item in (body, *(messages if isinstance(messages, list) else ())):
        number = _number(item) if isinstance(item, Mapping) else None
        if number is not None:
            yield number


def _number(message: Mapping[str, Any]) -> str | None:
    number = message.get("destination")
    if number is None:
        user = message.get("user")
        number = user.get("msisdn") if isinstance(user, Mapping) else None
    return number if isinstance(number, str) else None


def _is_about_one_message(effect: Effect) -> bool:
    return effect.refusal is not None and effect.refusal.status == 400


def _spelt(number: str) -> tuple[int, int] | None:
    if not number.startswith(PREFIX) or len(number) != _LENGTH:
        return None
    digits = number[len(PREFIX) :]
    return (int(digits[:3]), int(digits[3:])) if digits.isascii() and digits.isdigit() else None


@lru_cache(maxsize=512)
def _fate(kind: int, code: int) -> Fate | None:
    if kind == 200 and code < len(_STATES):
        return Fate(_STATES[code])
    if kind == 201 and code in (0, *API_ERRORS):
        name = API_ERRORS[code].name if code else "Rejected"
        return Fate("rejected", code or None, name)
    if kind in (300, 301) and code in DELIVERY_ERRORS:
        detail = "rejected_by_operator" if kind == 301 else "undelivered_to_recipient"
        return Fate("undelivered", code, DELIVERY_ERRORS[code], detail)
    return None


@lru_cache(maxsize=512)
def _effect(kind: int, code: int) -> Effect | None:
    if kind == 400 and code in API_ERRORS:
        return Effect(f"error {code}", executes=False, refusal=_api_error(code))
    if kind == 429:
        return effect_of(f"429:{code}")
    if kind in (600, 601):
        return effect_of(f"silent{'-after' if kind == 601 else ''}:{min(code, 3600)}")
    text = _BY_KIND.get((kind, code))
    if text is not None:
        return effect_of(text)
    return _STATUSES.get(kind) if code == 0 else None


def _api_error(code: int) -> Refusal:
    special = _SPECIAL.get(code)
    if special is not None:
        return special
    error = API_ERRORS[code]
    return Refusal(error.status, code, error.name)


# The errors whose answers carry more than a code.
_SPECIAL = {
    429: errors.quota_exceeded(1),
    1014: errors.insecure_protocol(),
    1200: errors.unauthorized(),
    2000: errors.internal(),
}

_STATUSES = {
    refusal.status: Effect(str(refusal.status), executes=False, refusal=refusal)
    for refusal in (
        errors.unauthorized(),
        errors.forbidden(),
        Refusal(404, codes.NOT_FOUND, API_ERRORS[codes.NOT_FOUND].name),
        errors.insecure_protocol(),
    )
}

_BY_KIND = {
    (500, 0): "500",
    (500, 1): "500-after",
    (502, 0): "html:502",
    (502, 1): "html-after:502",
    (503, 0): "503",
    (503, 1): "503-after",
    (700, 0): "reset",
    (701, 0): "reset-after",
    (702, 0): "cut",
}
