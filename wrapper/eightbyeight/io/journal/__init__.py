"""A record of sends that outlives a crash. Needs the extra ``journal``."""

from __future__ import annotations

from ...errors import ConfigurationError

try:
    import sqlalchemy as _sqlalchemy  # noqa: F401
except ImportError as error:
    raise ConfigurationError(
        'a journal needs SQLAlchemy: install "eightbyeight[journal]"'
    ) from error

from .entry import Claim, Entry, InvalidRow, Ticket
from .journal import Journal

__all__ = ["Claim", "Entry", "InvalidRow", "Journal", "Ticket"]
