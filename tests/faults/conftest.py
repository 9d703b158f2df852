"""Lets the tests of this folder share its modules, and makes their surroundings the same in each run."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from faults.server import trusted

from eightbyeight.io.http.trust import shared_ssl_context

_SHORT_WAITS = 8916  # a seed whose first numbers are small, so that a second attempt comes soon


@pytest.fixture(autouse=True)
def _short_waits(_seeded_random):
    random.seed(_SHORT_WAITS)


@pytest.fixture(autouse=True)
def _no_proxy_of_the_machine(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def _our_authorities(monkeypatch):
    """Every backend trusts the fault servers by itself."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted()))
    shared_ssl_context.cache_clear()
    yield
    shared_ssl_context.cache_clear()
