# Derived by scripts/regenerate from ../_async/recovery.py. Do not edit: change that file instead.
"""Finds out, with the journal's help, what became of sends, and goes on with what is left of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.send_state import SendState
from ...errors import ApiError, ConfigurationError, NotFound, TransportError
from ...io.journal.waiting import written
from ...results.reconciliation import KnownSend, Reconciliation

if TYPE_CHECKING:
    from ...client import Client
    from ...io.journal import Entry, Journal


class Recovery:
    """What a client with a journal can do after a crash."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def _journal(self) -> Journal:
        journal = self._client.journal
        if journal is None:
            raise ConfigurationError("this needs a journal: Client(..., journal='sends.db')")
        return journal

    def reconcile(self) -> Reconciliation:
        """Settle what is unknown, by proof."""
        journal = self._journal
        accepted = written(journal.settle_by_proof())
        for umid, reference in journal.to_look_up().items():
            accepted += self._look_up(journal, umid, reference)
        return Reconciliation(
            tuple(map(_known, accepted)),
            tuple(map(_known, journal.entries(None, SendState.UNKNOWN))),
        )

    def _look_up(self, journal: Journal, umid: str, own: str | None) -> list[Entry]:
        """Ask the API which message a umid belongs to; the client keeps to the limit of one lookup a second."""
        try:
            details = self._client.messages.get(umid)
        except NotFound:
            written(journal.looked_up(umid))
            return []
        except (ApiError, TransportError):
            return []  # it tells nothing; the next time may
        accepted: list[Entry] = []
        for record in details.records:
            reference = record.client_message_id or own
            if reference is not None and record.umid in (umid, None):
                found = written(journal.accept(reference, umid))
                accepted.extend(found)
        written(journal.looked_up(umid))
        return accepted


def _known(entry: Entry) -> KnownSend:
    return KnownSend(entry.reference, entry.operation, entry.umid, entry.run)
