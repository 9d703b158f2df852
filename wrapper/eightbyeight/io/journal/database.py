"""Opens the journal's database: SQLite in a file unless an SQLAlchemy URL says otherwise."""

from __future__ import annotations

import logging
import sqlite3
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, insert, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)

from ...errors import ConfigurationError
from .tables import VERSION, facts, metadata
from .writer import unavailable

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

# SQLAlchemy logs every value that is written and read, so its loggers for this engine keep silent about that.
_LOG = "eightbyeight"
for _name in ("engine.Engine", "pool.impl.QueuePool"):
    logging.getLogger(f"sqlalchemy.{_name}.{_LOG}").setLevel(logging.WARNING)
_LOCK_TIMEOUT = 30  # seconds to wait for another worker's transaction
_GLANCE = 0.01  # seconds between two looks where SQLite itself does not wait


def open_database(place: str | Path | URL) -> tuple[Engine, str]:
    """Open or create a journal. Returns the engine and the journal's own ID.

    Raises ConfigurationError for a place that cannot hold one, JournalUnavailable when the database fails.
    """
    url = _url(place)
    try:
        engine = create_engine(
            url,
            pool_pre_ping=url.get_backend_name() != "sqlite",
            hide_parameters=True,
            logging_name=_LOG,
            pool_logging_name=_LOG,
        )
    except NoSuchModuleError:
        raise ConfigurationError(
            f"SQLAlchemy knows no database of the kind {url.drivername!r}"
        ) from None
    except ImportError as error:
        raise ConfigurationError(
            f"a journal at {url.drivername} needs its driver: {error}"
        ) from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_at_once)
    try:
        _create_tables(engine)
        name = _identity(engine)
    except SQLAlchemyError as error:
        engine.dispose()
        raise unavailable(error) from error
    except ConfigurationError:
        engine.dispose()
        raise
    return engine, name


def _create_tables(engine: Engine) -> None:
    """Create what is missing. Of workers that do so at once, all but one may be refused: they look again."""
    for tries_left in (2, 1, 0):
        try:
            metadata.create_all(engine)
        except (IntegrityError, OperationalError, ProgrammingError):
            if not tries_left:
                raise
            time.sleep(_GLANCE)
        else:
            return


def _url(place: str | Path | URL) -> URL:
    if isinstance(place, URL):
        url = place
    elif isinstance(place, str) and "://" in place:
        try:
            url = make_url(place)
        except ArgumentError:
            raise ConfigurationError("the journal's URL cannot be read") from None
    else:
        path = Path(place).expanduser().absolute()
        if not path.parent.is_dir():
            raise ConfigurationError(f"the journal's folder does not exist: {path.parent}")
        url = URL.create("sqlite", database=str(path))
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise ConfigurationError("a journal in memory would not outlive a crash: name a file")
    return url


def _set_up_sqlite(connection: Any, _: object) -> None:
    # Transactions begin where _begin_at_once says, not where the driver guesses.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_LOCK_TIMEOUT * 1000}")
    _use_wal(cursor)
    cursor.execute("PRAGMA synchronous = FULL")  # a commit is on the disk when it returns
    cursor.close()


def _use_wal(cursor: Any) -> None:
    """Make the file a WAL database. When several workers do so at once, SQLite refuses all but one, and waits not."""
    ends = time.monotonic() + _LOCK_TIMEOUT
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= ends:
                raise
            time.sleep(_GLANCE)
        else:
            return


def _begin_at_once(connection: Connection) -> None:
    """Take the right to write at once: taking it after a look could fail when another worker wrote in between."""
    if not connection.get_execution_options().get("reads_only"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _identity(engine: Engine) -> str:
    """Return the journal's ID, made when the journal was."""
    for _ in range(2):
        try:
            with engine.begin() as connection:
                known = dict(connection.execute(select(facts.c.name, facts.c.value)).all())
                if not known:
                    known = {"version": VERSION, "journal": uuid.uuid4().hex}
                    connection.execute(
                        insert(facts), [{"name": n, "value": v} for n, v in known.items()]
                    )
        except IntegrityError:
            continue  # another worker made it just now
        if known.get("version") != VERSION:
            raise ConfigurationError(
                f"the journal was written by another version of this library (format {known.get('version')}, "
                f"not {VERSION})"
            )
        return str(known["journal"])
    raise ConfigurationError("the journal could not be set up")
