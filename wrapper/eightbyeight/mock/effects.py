"""What can befall a request on purpose: by a rule of chaos or by a magic number.

An effect is data. The app decides by it what is carried out and answered, the transports play what
happens to the connection; both keep the truth: `executes` says whether the request was carried out.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from eightbyeight.mock import codes, drift, errors
from eightbyeight.mock.response import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from eightbyeight.mock.errors import Refusal

# How an exchange ends on the wire. `refused`: there is no connection. `silent`: nothing is said,
# then the connection is closed. `cut`: it is closed in the middle of the body.
Ending = Literal["whole", "reset", "refused", "silent", "cut", "drip"]
Spoilt = Literal["html", "gzip", "empty"]

MOST_SECONDS = 3600.0
_DRIPS = 50

_AFTER = "-after"
_HTML = b"<html><head><title>Error</title></head><body><h1>Error</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Effect:
    """What befalls one request.

    Attributes:
        name: As it is written in a rule.
        executes: Whether the request is carried out.
        refusal: The refusal that is answered instead.
        spoilt: What is wrong with the answer that goes out.
        status: The status of a spoilt answer.
        ending: How the exchange ends on the wire.
        seconds: How long the silence or the drip lasts.
        drift: What in the answer differs from the document.
    """

    name: str
    executes: bool = True
    refusal: Refusal | None = field(default=None, compare=False)
    spoilt: Spoilt | None = None
    status: int = 200
    ending: Ending = "whole"
    seconds: float = 0.0
    drift: drift.Injection | None = None

    def shape(self, response: Response, refuse: Callable[[Refusal], Response]) -> Response | None:
        """Make the answer that goes out of the one that the handler made; None for none at all."""
        if self.ending in ("reset", "refused", "silent"):
            return None
        if self.refusal is not None:
            return refuse(self.refusal)
        if self.spoilt == "html":
            return _with_body(self.status, _HTML, (b"content-type", b"text/html"))
        if self.spoilt == "empty":
            return _with_body(self.status, b"")
        if self.spoilt == "gzip":
            damaged = gzip.compress(response.body, mtime=0)[:-9][::-1]
            kind = (b"content-type", b"application/json")
            return _with_body(response.status, damaged, kind, (b"content-encoding", b"gzip"))
        return response


class Exchange(NamedTuple):
    """How the mock meets a request: the answer, and what happens to the connection.

    Attributes:
        response: The answer; None when none goes out.
        delay: Seconds that pass before anything else happens.
        ending: How the exchange ends on the wire.
        seconds: How long the silence or the drip lasts.
    """

    response: Response | None
    delay: float = 0.0
    ending: Ending = "whole"
    seconds: float = 0.0


class Troubled(Response):
    """An answer, or none with status 0, that meets trouble on its way.

    To who knows nothing of trouble it is an answer like any other.
    """

    exchange: Exchange


def response_of(exchange: Exchange) -> Response:
    """The answer of an exchange, as the pure handler gives it."""
    response = Response(0, [], b"") if exchange.response is None else exchange.response
    if not exchange.delay and exchange.ending == "whole":
        return response
    troubled = Troubled(*response)
    troubled.exchange = exchange
    return troubled


def exchange_of(response: Response) -> Exchange:
    """What a transport is to play when the pure handler has given this."""
    return response.exchange if isinstance(response, Troubled) else Exchange(response)


# By name: those that take no argument.
_PLAIN = {
    "reset": Effect("reset", executes=False, ending="reset"),
    "refuse": Effect("refuse", executes=False, ending="refused"),
    "cut": Effect("cut", ending="cut"),
    "empty": Effect("empty", spoilt="empty"),
    "bad-gzip": Effect("bad-gzip", spoilt="gzip"),
    "426": Effect("426", executes=False, refusal=errors.insecure_protocol()),
}

# What may also happen after the request was carried out, written with "-after".
_EITHER = re.compile(r"reset|silent|html|5\d\d")

KINDS = (
    "429[:SECONDS]",
    "426",
    "5xx",
    "5xx-after",
    "html:STATUS",
    "html-after:STATUS",
    "empty",
    "bad-gzip",
    "refuse",
    "reset",
    "reset-after",
    "silent:SECONDS",
    "silent-after:SECONDS",
    "cut",
    "drip:SECONDS",
    "drift:KIND[:PATH]",
)


def effect_of(text: str) -> Effect:
    """Read an effect.

    Args:
        text: One of `KINDS`, such as `reset-after` or `429:2`.

    Raises:
        ValueError: There is no such effect, or its argument is not fit for it.
    """
    word, colon, argument = text.partition(":")
    kind = word.removesuffix(_AFTER)
    after = kind != word
    if after and not _EITHER.fullmatch(kind):
        raise ValueError(f"{_quoted(text)} cannot be written with -after")
    if kind == "drift":
        return Effect(text, drift=drift.injection_of(argument))
    effect = _effect(kind, argument if colon else None, text)
    if not after:
        return effect
    return replace(effect, name=text, executes=True)


def _effect(kind: str, argument: str | None, text: str) -> Effect:
    if kind == "429":
        seconds = _whole(argument, text) if argument is not None else 1
        return Effect(text, executes=False, refusal=errors.quota_exceeded(seconds))
    if kind == "html":
        status = _whole(argument, text)
        if not 400 <= status <= 599:
            raise ValueError(f"{_quoted(text)} needs a status from 400 to 599")
        return Effect(text, executes=False, spoilt="html", status=status)
    if kind == "silent":
        return Effect(text, executes=False, ending="silent", seconds=seconds_of(argument, text))
    if kind == "drip":
        return Effect(text, ending="drip", seconds=seconds_of(argument, text))
    if argument is not None and (kind in _PLAIN or _EITHER.fullmatch(kind)):
        raise ValueError(f"{_quoted(text)} takes nothing after the colon")
    if re.fullmatch(r"5\d\d", kind):
        return Effect(text, executes=False, refusal=failure(int(kind)))
    if kind in _PLAIN:
        return _PLAIN[kind]
    raise ValueError(
        f"{_quoted(text)} is no effect; there are: latency:SECONDS, {', '.join(KINDS)}"
    )


def cut_in_half(body: bytes) -> bytes:
    """The part of a body that still arrives."""
    return body[: len(body) // 2]


def pieces_of(body: bytes) -> list[bytes]:
    """A body in pieces, to be sent one by one; at least one of them."""
    size = max(1, -(-len(body) // _DRIPS))
    return [body[start : start + size] for start in range(0, len(body), size)] or [b""]


def failure(status: int) -> Refusal:
    """A failure of the server with an error body, such as 503."""
    return errors.Refusal(status, codes.INTERNAL_ERROR, f"The server failed with {status}.")


def seconds_of(argument: str | None, text: str) -> float:
    """Read a time.

    Raises:
        ValueError: It is none, or out of range.
    """
    if argument is not None and re.fullmatch(r"\d{1,4}(\.\d{1,3})?", argument, re.ASCII):
        seconds = float(argument)
        if seconds <= MOST_SECONDS:
            return seconds
    raise ValueError(f"{_quoted(text)} needs seconds from 0 to {MOST_SECONDS:.0f} after a colon")


def _whole(argument: str | None, text: str) -> int:
    if argument is None or not re.fullmatch(r"\d{1,4}", argument, re.ASCII):
        raise ValueError(f"{_quoted(text)} needs a whole number after a colon")
    return int(argument)


def _quoted(text: str) -> str:
    return repr(text[:60])


def _with_body(status: int, body: bytes, *headers: tuple[bytes, bytes]) -> Response:
    return Response(status, [*headers, (b"content-length", str(len(body)).encode())], body)
