"""A request as it arrives, and what is answered. Plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class IncomingRequest:
    """A request to a webhook. ``headers`` has names in lower case; ``peer`` is the address at the other end."""

    method: str
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)
    peer: str | None = None

    def __repr__(self) -> str:
        return f"IncomingRequest({self.method!r}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back. ``after`` is what remains to be done when that has happened."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    after: Callable[[], Any] | None = None


def plain(status: int, text: str, *headers: tuple[str, str]) -> Answer:
    """Answer with a line of text."""
    kind = ("Content-Type", "text/plain; charset=utf-8")
    return Answer(status, (kind, *headers), f"{text}\n".encode())


def cut_short() -> Answer:
    """Answer a request whose peer went away before its end, if anybody still listens."""
    return plain(400, "the body ends too early")


def lower_names(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Put headers into a mapping; those that come more than once are joined, so that none is hidden."""
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined
