"""Sends slices, by all the ways in which a program may send many messages."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from eightbyeight import (
    AsyncClient,
    Client,
    NotSent,
    OutcomeUnknown,
    Rejected,
    SendFailed,
    SendState,
    SendStopped,
    Timeouts,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from eightbyeight import Journal, RowOutcome

    from .slices import Slice

    Row: TypeAlias = dict[str, str]
    Hear: TypeAlias = Callable[[RowOutcome], None]

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
        """Send a slice, and return what the client says of its messages.

        Of a run that was stopped, because nothing got through, it says nothing of those that it did not come to.
        """
        rows = list(part.rows())
        if not part.is_run:
            return self._send_singly(part, rows)

        def start(client: Any, hear: Hear) -> Any:
            many = getattr(client, part.product).send_many
            return many(rows, run=part.run, concurrency=self.concurrency, on_outcome=hear)

        return self._run(part, start)

    def resume(self, part: Slice, left: Iterable[str]) -> list[Word]:
        """Send what is left of a slice, and return what the client says of it.

        For messages that were sent by a call of their own, ``left`` tells which.
        """
        if not part.is_run:
            wanted = set(left)
            rows = [row for row in part.rows() if row["client_message_id"] in wanted]
            return self._send_singly(part, rows)

        def start(client: Any, hear: Hear) -> Any:
            return client.resume(part.run, concurrency=self.concurrency, on_outcome=hear)

        return self._run(part, start)

    def client(self, subaccount: str) -> Client:
        """Make a client, to be closed by the caller."""
        return Client(
            "soak", subaccount, base_url=self.url, timeouts=TIMEOUTS, journal=self.journal
        )

    def async_client(self, subaccount: str) -> AsyncClient:
        """Make an asynchronous client, to be closed by the caller."""
        return AsyncClient(
            "soak", subaccount, base_url=self.url, timeouts=TIMEOUTS, journal=self.journal
        )

    # --- runs ------------------------------------------------------------------------------------

    def _run(self, part: Slice, start: Callable[[Any, Hear], Any]) -> list[Word]:
        words: list[Word] = []

        def hear(outcome: RowOutcome) -> None:
            # Without a reference it is a row that broke a rule; these do not, so the ledger will miss it.
            if outcome.client_message_id is not None:
                words.append(Word(outcome.client_message_id, outcome.state, outcome.umid))

        with suppress(SendStopped):  # what is left is sent later
            if part.is_async:
                asyncio.run(self._run_in_tasks(part, start, hear))
            else:
                with self.client(part.subaccount) as client:
                    start(client, hear)
        return words

    async def _run_in_tasks(
        self, part: Slice, start: Callable[[Any, Hear], Any], hear: Hear
    ) -> None:
        async with self.async_client(part.subaccount) as client:
            await start(client, hear)

    # --- messages by a call of their own -----------------------------------------------------------

    def _send_singly(self, part: Slice, rows: Sequence[Row]) -> list[Word]:
        if part.is_async:
            return asyncio.run(self._singly_in_tasks(part, rows))
        with self.client(part.subaccount) as client:
            resource = getattr(client, part.product)
            with ThreadPoolExecutor(self.concurrency) as pool:
                return list(pool.map(lambda row: _send(resource, row), rows))

    async def _singly_in_tasks(self, part: Slice, rows: Sequence[Row]) -> list[Word]:
        async with self.async_client(part.subaccount) as client:
            resource = getattr(client, part.product)
            return await _each(rows, lambda row: _send_async(resource, row), self.concurrency)


def _send(resource: Any, row: Row) -> Word:
    try:
        return _accepted(row, resource.send(**row))
    except SendFailed as error:
        return _failed(row, error)


async def _send_async(resource: Any, row: Row) -> Word:
    try:
        return _accepted(row, await resource.send(**row))
    except SendFailed as error:
        return _failed(row, error)


async def _each(
    rows: Iterable[Row], work: Callable[[Row], Awaitable[Word]], concurrency: int
) -> list[Word]:
    """Do the work for each row, so many at the same time."""
    left, words = iter(rows), list[Word]()

    async def worker() -> None:
        for row in left:
            words.append(await work(row))

    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return words


def _accepted(row: Row, result: Any) -> Word:
    return Word(row["client_message_id"], SendState.ACCEPTED, result.umid)


def _failed(row: Row, error: SendFailed) -> Word:
    state = next(state for kind, state in _STATES.items() if isinstance(error, kind))
    return Word(row["client_message_id"], state, None)
