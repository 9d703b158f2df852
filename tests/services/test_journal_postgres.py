"""A journal in PostgreSQL keeps the same promises as one in a file."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy
from journal.cases import *  # noqa: F403
from sqlalchemy.engine import make_url

_numbers = itertools.count(1)


@pytest.fixture
def place(postgres_url):
    """A database of its own."""
    name = f"journal_{next(_numbers)}"
    server = sqlalchemy.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield make_url(postgres_url).set(database=name)
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()
