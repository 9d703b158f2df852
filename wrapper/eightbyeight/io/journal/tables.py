"""The journal's tables."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Enum,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ...core.send_state import SendState

#: Goes up with every change that older versions cannot read.
VERSION = "1"

_LONGEST_REFERENCE = 350
_LONGEST_RUN = 200
_PREFIX = "eightbyeight_"

metadata = MetaData()
_id = BigInteger().with_variant(Integer, "sqlite")  # what SQLite counts up by itself
_moment: Double[float] = Double()  # seconds since 1970
_state = Enum(
    SendState,
    native_enum=False,
    length=16,
    values_callable=lambda states: [s.value for s in states],
)
_bytes = LargeBinary(length=2**24)  # MySQL chooses its type by the length

facts = Table(
    f"{_PREFIX}facts",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("value", String(200), nullable=False),
)

runs = Table(
    f"{_PREFIX}runs",
    metadata,
    Column("name", String(_LONGEST_RUN), primary_key=True),
    Column("is_planned", Boolean, nullable=False),  # whether all rows have been read
    Column("planned_at", _moment, nullable=False),
)

#: One line a request: a message, or a batch of them.
sends = Table(
    f"{_PREFIX}sends",
    metadata,
    Column("id", _id, primary_key=True),
    Column("run", String(_LONGEST_RUN)),  # NULL: a send on its own
    Column("number", Integer),  # its place in the run
    Column("row_ranges", Text),  # JSON: which of the run's rows it holds
    Column("reference", String(_LONGEST_REFERENCE), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("operation", String(50), nullable=False),
    Column("product", String(50), nullable=False),
    Column("host", String(300), nullable=False),
    Column("path", String(500), nullable=False),
    Column("content", _bytes),  # erased once the message is accepted
    Column("state", _state, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("owner", String(64)),
    Column("lease_until", _moment),
    Column("umid", String(100)),
    Column("status", Integer),
    Column("reply", _bytes),
    Column("reason", Text),
    Column("planned_at", _moment, nullable=False),
    Column("changed_at", _moment, nullable=False),
    UniqueConstraint("run", "number"),
    Index(f"ix_{_PREFIX}sends_state", "state", "id"),
)

invalid_rows = Table(
    f"{_PREFIX}invalid_rows",
    metadata,
    Column("run", String(_LONGEST_RUN), primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("reason", Text, nullable=False),
)

receipts = Table(
    f"{_PREFIX}receipts",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("reference", String(_LONGEST_REFERENCE), index=True),
    Column("batch_reference", String(_LONGEST_REFERENCE), index=True),
    Column("umid", String(100)),
    Column("batch_id", String(100)),
    Column("namespace", String(20)),
    Column("subaccount_id", String(50)),
    Column("state", String(50)),
    Column("is_looked_up", Boolean, nullable=False),
    Column("received_at", _moment, nullable=False),
)
