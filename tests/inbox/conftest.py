from __future__ import annotations

import sys
from pathlib import Path

import httpx
import pytest

from eightbyeight.mock import MockApp, create_app

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def app() -> MockApp:
    return create_app(seed=1, rate_limit=False, lifecycle="manual")


@pytest.fixture
def api(app):
    """A client of the mock, with a key."""
    headers = {"Authorization": "Bearer key"}
    with httpx.Client(transport=app.transport(), base_url="http://mock", headers=headers) as client:
        yield client


@pytest.fixture
def send(api):
    """Sends a body, and returns the message's id."""

    def send(path, body):
        answer = api.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["umid"]

    return send
