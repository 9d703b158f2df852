"""What became of sends whose outcome was unknown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownSend:
    """A send in the journal: its reference, and the ID that the API gave it (None while that is unknown)."""

    client_message_id: str
    operation: str
    umid: str | None
    run: str | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What ``reconcile`` found out.

    ``accepted`` are sends that are proven to have been executed. ``unknown`` are those that nothing was found of:
    that is no proof that they were not executed, because receipts can be late, or lost.
    """

    accepted: tuple[KnownSend, ...]
    unknown: tuple[KnownSend, ...]

    def __repr__(self) -> str:
        return f"Reconciliation(accepted={len(self.accepted)}, unknown={len(self.unknown)})"
