"""A real Redis and a real PostgreSQL, started once for a session. What they need is told in tests/conftest.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of a Redis that all tests of the session share: use keys of your own."""
    from services.servers import start_redis

    with start_redis() as server:
        yield server.url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy's URL of a PostgreSQL that all tests of the session share: make a database or schema of your own."""
    from services.servers import start_postgres

    with start_postgres() as server:
        yield server.url


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in ("API_KEY", "SUBACCOUNT_ID", "REGION", "BASE_URL"):
        monkeypatch.delenv(f"EIGHTBYEIGHT_{name}", raising=False)
