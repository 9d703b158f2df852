"""Sends slices, by all the ways in which a program may send many messages."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from eightbyeight import (
    AsyncClient,
    Client,
    NotSent,
    OutcomeUnknown,
    Rejected,
    SendFailed,
    Timeouts,
)
from eightbyeight.core.send_state import SendState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from eightbyeight import Journal

    from .slices import Slice

T = TypeVar("T")

# Short, so that a silence costs little time.
TIMEOUTS = Timeouts(connect=1, write=1, read=0.3, deadline=10)
_STATES = {
    NotSent: SendState.NOT_SENT,
    Rejected: SendState.REJECTED,
    OutcomeUnknown: SendState.UNKNOWN,
}


class Word(NamedTuple):
    """What the client says of a message."""

    reference: str
    state: SendState
    umid: str | None


@dataclass(frozen=True)
class Sender:
    """Sends to the API at ``url``, so many messages at the same time."""

    url: str
    journal: Journal
    concurrency: int

    def send(self, part: Slice) -> list[Word]:
        """Send a slice, and return what the client says of each of its messages."""
        return self._send(part, list(part.rows()), is_run=part.is_run)

    def send_again(self, part: Slice, references: Iterable[str]) -> list[Word]:
        """Send some messages of a slice once more, each by a call of its own."""
        wanted = set(references)
        rows = [row for row in part.rows() if row["client_message_id"] in wanted]
        return self._send(part, rows, is_run=False)

    def client(self, subaccount: str) -> Client:
        """Make a client, to be closed by the caller."""
        return Client(
            "soak",
            subaccount,
            base_url=self.url,
            timeouts=TIMEOUTS,
            journal=self.journal,
        )

    def async_client(self, subaccount: str) -> AsyncClient:
        """Make an asynchronous client, to be closed by the caller."""
        return AsyncClient(
            "soak",
            subaccount,
            base_url=self.url,
            timeouts=TIMEOUTS,
            journal=self.journal,
        )

    def _send(self, part: Slice, rows: list[dict[str, str]], *, is_run: bool) -> list[Word]:
        if part.is_async:
            return asyncio.run(self._in_tasks(part, rows, is_run=is_run))
        with self.client(part.subaccount) as client:
            resource = getattr(client, part.product)
            with ThreadPoolExecutor(self.concurrency) as pool:
                return list(pool.map(lambda row: _one(resource, row), rows))

    async def _in_tasks(
        self, part: Slice, rows: list[dict[str, str]], *, is_run: bool
    ) -> list[Word]:
        async with self.async_client(part.subaccount) as client:
            resource = getattr(client, part.product)
            return await _each(rows, lambda row: _one_async(resource, row), self.concurrency)


def _one(resource: Any, row: dict[str, str]) -> Word:
    try:
        return _accepted(row, resource.send(**row))
    except SendFailed as error:
        return _failed(row, error)


async def _one_async(resource: Any, row: dict[str, str]) -> Word:
    try:
        return _accepted(row, await resource.send(**row))
    except SendFailed as error:
        return _failed(row, error)


async def _each(
    items: Iterable[dict[str, str]],
    work: Callable[[dict[str, str]], Awaitable[T]],
    concurrency: int,
) -> list[T]:
    """Do the work for each item, so many at the same time."""
    left, done = iter(items), list[T]()

    async def worker() -> None:
        for item in left:
            done.append(await work(item))

    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return done


def _accepted(row: dict[str, str], result: Any) -> Word:
    return Word(row["client_message_id"], SendState.ACCEPTED, result.umid)


def _failed(row: dict[str, str], error: SendFailed) -> Word:
    state = next(state for kind, state in _STATES.items() if isinstance(error, kind))
    return Word(row["client_message_id"], state, None)
