from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipient:
    number: str
    country: str | None = None


To = str | Recipient
