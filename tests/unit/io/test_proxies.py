"""Whether a proxy is configured."""

from __future__ import annotations

import os

import pytest

from eightbyeight import AsyncClient, Client
from eightbyeight.io.http import proxies
from eightbyeight.io.http.proxies import is_proxy_configured


@pytest.fixture(autouse=True)
def no_proxy_yet(monkeypatch):
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("name", ["https_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_a_variable_names_a_proxy(name, monkeypatch):
    assert not is_proxy_configured()
    monkeypatch.setenv(name, "http://proxy:3128")
    assert is_proxy_configured()


@pytest.mark.parametrize(("name", "value"), [("https_proxy", ""), ("NO_PROXY", "localhost")])
def test_a_variable_that_names_none(name, value, monkeypatch):
    monkeypatch.setenv(name, value)
    assert not is_proxy_configured()


@pytest.mark.parametrize(
    ("found", "is_any"), [({"https": "http://p"}, True), ({"no": "host"}, False), ({}, False)]
)
def test_the_settings_of_the_system_count_where_there_are_such(found, is_any, monkeypatch):
    monkeypatch.setattr(proxies.sys, "platform", "darwin")
    monkeypatch.setattr("urllib.request.getproxies", lambda: found)
    assert is_any == is_proxy_configured()


def test_what_speaks_to_no_proxies_gives_way_to_httpx(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    with Client("k", "acme_hq", backend="fast") as client:
        assert "HttpxTransport" == type(client._transport).__name__
    client = AsyncClient("k", "acme_hq", backend="fast")
    assert "AsyncHttpxTransport" == type(client._transport).__name__
