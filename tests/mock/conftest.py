from __future__ import annotations

import httpx
import pytest

from eightbyeight.mock import MockApp, create_app


@pytest.fixture
def app() -> MockApp:
    return create_app(seed=1, rate_limit=False)


@pytest.fixture
def api(app):
    """A client of the mock, with a key."""
    with client_of(app) as client:
        yield client


def client_of(app: MockApp, base_url: str = "http://mock") -> httpx.Client:
    return httpx.Client(
        transport=app.transport(), base_url=base_url, headers={"Authorization": "Bearer key"}
    )


@pytest.fixture
def client_for():
    """Makes clients of other mocks than the fixture's."""
    return client_of
