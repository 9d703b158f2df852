"""The journal of sends."""

from __future__ import annotations

import os
import time
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import delete, func, select

from ...core.receipt import read_receipt
from ...core.send_state import SendState
from . import flight, planning, proof
from .database import open_database
from .entry import Entry, InvalidRow, Ticket
from .tables import invalid_rows, receipts, runs, sends
from .writer import Writer, unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from sqlalchemy import Connection
    from sqlalchemy.engine import URL

    from ...core.call import Call
    from ...core.recorded import Recorded
    from ...core.reply import Reply
    from .entry import Claim
    from .planning import Planned

_PAGE = 500


class Journal:
    """Writes down what is to be sent, what is being sent, and how it ended, so that a crash loses and doubles nothing.

    ``place`` is a file (made when missing; SQLite) or an SQLAlchemy URL such as
    ``postgresql+psycopg://user@host/database``. ``clock`` returns seconds since 1970; workers on several hosts
    that share a journal must agree on the time to within seconds.

    It may be shared by clients, threads and event loops, and one database by many processes. It holds the bodies of
    messages until they are accepted, those of survey batches until ``purge``: treat it as personal data.

    Raises:
        ConfigurationError: The place cannot hold a journal.
        JournalUnavailable: The database fails.
    """

    def __init__(self, place: str | Path | URL, *, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._id = open_database(place)
        self._clock = clock
        self._writer = Writer(self._engine)
        self._owner = f"{os.getpid()}-{uuid.uuid4().hex[:16]}"

    def __repr__(self) -> str:
        return f"Journal({self._engine.url.render_as_string(hide_password=True)!r})"

    # --- one send ------------------------------------------------------------------------------------

    def begin(
        self, call: Call[Any], *, host: str, lease: float, again: bool = False
    ) -> Future[Ticket | Recorded]:
        """Write down that ``call`` leaves now.

        The future gives a Ticket once that is on the disk, or Recorded when the message must not be sent: it
        was accepted, may have been executed, or another worker is at it. ``lease`` is the time in seconds after
        which the send counts as abandoned; ``again`` allows to repeat what may have been executed. Raises
        InvalidInput when the reference belongs to another message.
        """
        now = self._clock()
        self._writer.under_way += 1
        return self._writer.submit(
            lambda connection: flight.begin(
                connection, call, host, self._owner, now, now + lease, again=again
            )
        )

    def settle(
        self, ticket: object, state: SendState, reply: Reply | None, error: BaseException | None
    ) -> Future[None]:
        """Write down how the send of ``ticket`` ended."""
        now = self._clock()
        self._writer.under_way = max(0, self._writer.under_way - 1)
        return self._writer.submit(
            lambda connection: flight.settle(connection, ticket, state, reply, error, now)
        )

    def take_back(self, begun: Ticket | Recorded) -> None:
        """Write down that a send was begun and never left."""
        if isinstance(begun, Ticket):
            self.settle(begun, SendState.NOT_SENT, None, None)

    # --- runs of many --------------------------------------------------------------------------------

    def new_run(self) -> str:
        """Return a name for a run that is given none."""
        moment = datetime.fromtimestamp(self._clock(), UTC)
        return f"{moment:%Y-%m-%d %H:%M:%S} {uuid.uuid4().hex[:8]}"

    def reference(self, run: str, number: int, length: int) -> str:
        """Return the reference of a run's message or batch: the same whenever the run is planned again."""
        return planning.reference(self._id, run, number, length)

    def plan(self, run: str, units: Sequence[Planned]) -> Future[None]:
        """Write down what is to be sent. What the run holds already is left as it is.

        Raises InvalidInput when a unit differs from the one that was planned under its number before.
        """
        now = self._clock()
        return self._writer.submit(lambda connection: planning.plan(connection, run, units, now))

    def finish_planning(self, run: str) -> Future[None]:
        """Write down that all rows of a run are planned."""
        now = self._clock()
        return self._writer.submit(lambda connection: planning.finish(connection, run, now))

    def claim(self, claim: Claim, *, lease: float) -> Future[list[Entry]]:
        """Lease entries that are to be sent: no other worker gets them before ``lease`` seconds have passed."""
        now = self._clock()
        return self._writer.submit(
            lambda connection: flight.claim(connection, claim, self._owner, now, now + lease)
        )

    def release(self, entries: Sequence[int]) -> Future[None]:
        """Give back claimed entries that were not begun: another worker may have them at once."""
        return self._writer.submit(
            lambda connection: flight.release(connection, entries, self._owner)
        )

    # --- proof ---------------------------------------------------------------------------------------

    def add_receipt(self, payload: Mapping[str, Any]) -> bool:
        """Keep what a delivery receipt proves, for ``Client.reconcile``.

        Args:
            payload: The JSON of a webhook as it arrived. It may come late, twice and out of order.

        Returns:
            Whether it was a receipt of a message; other events are left alone.
        """
        receipt = read_receipt(payload)
        if receipt is None:
            return False
        now = self._clock()
        self._writer.submit(lambda connection: proof.add_receipt(connection, receipt, now)).result()
        return True

    def settle_by_proof(self) -> Future[list[Entry]]:
        """Accept the unknown sends that a receipt or a recorded answer proves, and return them."""
        now = self._clock()
        return self._writer.submit(lambda connection: proof.settle(connection, now))

    def accept(self, reference: str, umid: str) -> Future[list[Entry]]:
        """Accept the unknown send with this reference: the API has shown its message."""
        now = self._clock()
        return self._writer.submit(
            lambda connection: proof.accept(connection, reference, umid, now)
        )

    def to_look_up(self) -> dict[str, str | None]:
        """Return the umids whose lookup may tell what became of an unknown send, with its reference if known."""
        with self._reading() as connection:
            return proof.to_look_up(connection)

    def looked_up(self, umid: str) -> Future[None]:
        """Write down that the API knows no more of a umid than the journal."""
        return self._writer.submit(lambda connection: proof.looked_up(connection, umid))

    # --- reading -------------------------------------------------------------------------------------

    def counts(self, run: str | None = None) -> dict[SendState, int]:
        """Return how many requests are in each state, and how many rows are invalid; of one run or of all."""
        query = select(sends.c.state, func.count()).group_by(sends.c.state)
        bad = select(func.count()).select_from(invalid_rows)
        if run is not None:
            query, bad = query.where(sends.c.run == run), bad.where(invalid_rows.c.run == run)
        with self._reading() as connection:
            found: dict[SendState, int] = dict(connection.execute(query).all())
            invalid = connection.execute(bad).scalar_one()
        return {**found, SendState.INVALID: invalid} if invalid else found

    def entries(self, run: str | None = None, *states: SendState) -> Iterator[Entry]:
        """Go through the requests of a run, or of all, in order; only those in ``states`` if any are given."""
        after = 0
        while True:
            query = select(sends).where(sends.c.id > after).order_by(sends.c.id).limit(_PAGE)
            if run is not None:
                query = query.where(sends.c.run == run)
            if states:
                query = query.where(sends.c.state.in_(states))
            with self._reading() as connection:
                page = [Entry.from_line(line) for line in connection.execute(query)]
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].id

    def invalid_rows(self, run: str) -> Iterator[InvalidRow]:
        """Go through the rows of a run that broke a rule, in order."""
        after = 0
        while True:
            query = (
                select(invalid_rows.c.row_number, invalid_rows.c.reason)
                .where(invalid_rows.c.run == run, invalid_rows.c.row_number > after)
                .order_by(invalid_rows.c.row_number)
                .limit(_PAGE)
            )
            with self._reading() as connection:
                page = [InvalidRow(*line) for line in connection.execute(query)]
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].row

    def unfinished_plans(self, run: str | None = None) -> list[str]:
        """Return the runs whose rows have not all been read, because planning them was cut off."""
        query = select(runs.c.name).where(runs.c.is_planned.is_(False)).order_by(runs.c.planned_at)
        if run is not None:
            query = query.where(runs.c.name == run)
        with self._reading() as connection:
            return list(connection.execute(query).scalars())

    def hosts(self, run: str | None, states: Sequence[SendState]) -> set[tuple[str, str]]:
        """Return the product and host of everything that waits in these states."""
        query = (
            select(sends.c.product, sends.c.host)
            .distinct()
            .where(sends.c.state.in_(states), sends.c.run.is_not(None))
        )
        if run is not None:
            query = query.where(sends.c.run == run)
        with self._reading() as connection:
            return {(product, host) for product, host in connection.execute(query)}

    def purge(self, before: datetime) -> int:
        """Delete what was accepted or rejected before a moment (with a UTC offset), and receipts from then.

        Returns the number of requests deleted. What is planned, in flight, not sent or unknown stays.
        """
        moment = before.timestamp()
        ended = [SendState.ACCEPTED, SendState.REJECTED]

        def work(connection: Connection) -> int:
            connection.execute(delete(receipts).where(receipts.c.received_at < moment))
            return connection.execute(
                delete(sends).where(sends.c.state.in_(ended), sends.c.changed_at < moment)
            ).rowcount

        return self._writer.submit(work).result()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self._engine.connect().execution_options(reads_only=True) as connection:
                yield connection
        except SQLAlchemyError as error:
            raise unavailable(error) from error

    # --- the end -------------------------------------------------------------------------------------

    def close(self) -> None:
        """Finish what is being written and close the database."""
        self._writer.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
