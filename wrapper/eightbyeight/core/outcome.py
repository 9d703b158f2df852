"""What a failed or refused attempt says about its effect. Pure decisions, see docs/reliability.md."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from .. import errors

if TYPE_CHECKING:
    from .reply import Reply, TransportFailure


class Effect(Enum):
    """What is known of a request after an attempt."""

    DONE = "done"
    NOT_SENT = "not sent"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


# Kinds of failure that can only happen before the first byte of a request is on the wire.
_BEFORE_THE_REQUEST = frozenset({"connect", "pool", "local"})
# 4xx statuses that a gateway may give after it has passed the request on.
_AMBIGUOUS_4XX = frozenset({408, 499})
_ERRORS: dict[int, type[errors.ApiError]] = {
    400: errors.BadRequest,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    426: errors.TLSUpgradeRequired,
    429: errors.RateLimited,
}
_TLS_CODE = 1014
# Few replies ask to wait: these are compiled when one does.
_SECONDS = r"[0-9]+(?:\.[0-9]+)?"
_LONGEST = 1e9
_WAIT_HINT = r"(?i)\bin (\d{1,9}(?:\.\d{1,9})?) ?s(?:ec(?:ond)?s?)?(?:\(s\))?(?!\w)"
_HINTS: dict[type[errors.ApiError], str] = {
    errors.Unauthorized: "check the API key; it belongs to one account",
    errors.Forbidden: "check the region: an account answers on the hosts of its own region only",
    errors.TLSUpgradeRequired: "the endpoint wants a newer TLS version: update Python's OpenSSL or the proxy between",
}


def effect_of_failure(failure: TransportFailure) -> Effect:
    """Tell whether a request without a reply can have been executed.

    Only proof counts: a failure before the request, or a trace that never saw the body's end.
    """
    if failure.kind in _BEFORE_THE_REQUEST or failure.body_sent is False:
        return Effect.NOT_SENT
    return Effect.UNKNOWN


def effect_of_status(status: int) -> Effect:
    """Tell what an HTTP status says about the effect of a request."""
    if 200 <= status < 300:
        return Effect.DONE
    if status == 429:
        return Effect.NOT_SENT
    if 400 <= status < 500 and status not in _AMBIGUOUS_4XX:
        return Effect.REJECTED
    return Effect.UNKNOWN


def retry_after(reply: Reply, now: datetime | None = None) -> float | None:
    """Read how many seconds a reply asks to wait.

    Takes ``Retry-After`` as seconds or as an HTTP date, else a hint in the error's text such as
    "try again in 1 second(s)". A date counts from the reply's own ``Date``, so that a wrong clock here does no
    harm, or from ``now``. Returns None when there is nothing usable.
    """
    asked = reply.headers.get("retry-after", "").strip()
    if re.fullmatch(_SECONDS, asked):
        return min(float(asked), _LONGEST)  # hundreds of digits would be infinity
    until, since = _http_date(asked), _http_date(reply.headers.get("date", "")) or now
    if until is not None and since is not None:
        return max(0.0, (until - since).total_seconds())
    message = error_body(reply).get("message")
    hint = re.search(_WAIT_HINT, message) if isinstance(message, str) else None
    return float(hint.group(1)) if hint else None


def _http_date(text: str) -> datetime | None:
    if not text:
        return None
    from email.utils import parsedate_to_datetime  # replies that ask to wait are rare

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def error_body(reply: Reply) -> dict[str, Any]:
    """Return the JSON object in an error reply, or an empty dict when there is none."""
    try:
        body = reply.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def error_for_status(operation: str, reply: Reply, *, is_send: bool) -> errors.ApiError:
    """Make the exception for a reply that is not a success."""
    body = error_body(reply)
    code = _number(body.get("code"))
    kind = _ERRORS.get(reply.status)
    if effect_of_status(reply.status) is Effect.REJECTED:
        kind = errors.TLSUpgradeRequired if code == _TLS_CODE else kind or errors.RequestRefused
    if kind is None:
        kind = errors.ServerErrorOnSend if is_send else errors.ServerError
    error = kind(
        operation=operation,
        status=reply.status,
        code=code,
        message=_text(body.get("message")),
        error_id=_text(body.get("errorId")),
        timestamp=_text(body.get("timestamp")),
        hint=_HINTS.get(kind),
        response=reply,
    )
    if isinstance(error, errors.RateLimited):
        error.retry_after = retry_after(reply)
    # The text is the exception's only argument, so that every way of showing an exception shows it.
    error.args = (str(error),)
    return error


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | None:
    """Return an error code, which some answers spell as a string."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if abs(value) < 1_000_000_000 else None
