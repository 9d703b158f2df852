"""Finds out, with the journal's help, what became of sends, and goes on with what is left of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.send_state import SendState
from ...errors import ApiError, ConfigurationError, NotFound, TransportError
from ...io.journal.waiting import async_written
from ...results.reconciliation import KnownSend, Reconciliation

if TYPE_CHECKING:
    from ...client import AsyncClient
    from ...io.journal import Entry, Journal


class AsyncRecovery:
    """What a client with a journal can do after a crash."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    @property
    def _journal(self) -> Journal:
        journal = self._client.journal
        if journal is None:
            raise ConfigurationError("this needs a journal: Client(..., journal='sends.db')")
        return journal

    async def reconcile(self) -> Reconciliation:
        """Settle what is unknown, by proof."""
        journal = self._journal
        accepted = await async_written(journal.settle_by_proof())
        for umid, reference in journal.to_look_up().items():
            accepted += await self._look_up(journal, umid, reference)
        return Reconciliation(
            tuple(map(_known, accepted)),
            tuple(map(_known, journal.entries(None, SendState.UNKNOWN))),
        )

    async def _look_up(self, journal: Journal, umid: str, own: str | None) -> list[Entry]:
        """Ask the API which message a umid belongs to; the client keeps to the limit of one lookup a second."""
        try:
            details = await self._client.messages.get(umid)
        except NotFound:
            await async_written(journal.looked_up(umid))
            return []
        except (ApiError, TransportError):
            return []  # it tells nothing; the next time may
        accepted: list[Entry] = []
        for record in details.records:
            reference = record.client_message_id or own
            if reference is not None and record.umid in (umid, None):
                found = await async_written(journal.accept(reference, umid))
                accepted.extend(found)
        await async_written(journal.looked_up(umid))
        return accepted


def _known(entry: Entry) -> KnownSend:
    return KnownSend(entry.reference, entry.operation, entry.umid, entry.run)
