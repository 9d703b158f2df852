"""Tests of users reach neither 8x8 nor around the mock, whichever backend their program asks for."""

from __future__ import annotations

import pytest

from eightbyeight import AsyncClient, Client

NUMBER = "+6591234567"


@pytest.mark.parametrize("backend", ["httpx", "httpx2", "fast"])
def test_every_backend_leads_into_the_mock(mock_8x8, backend, monkeypatch):
    monkeypatch.setenv("EIGHTBYEIGHT_BACKEND", backend)
    with Client.from_env() as client:
        client.sms.send(NUMBER, "Your parcel is here")

    assert mock_8x8.last.text == "Your parcel is here"


@pytest.mark.parametrize("backend", ["httpx", "httpx2", "aiohttp", "fast"])
async def test_every_asynchronous_backend_leads_into_the_mock(mock_8x8, backend, monkeypatch):
    monkeypatch.setenv("EIGHTBYEIGHT_BACKEND", backend)
    async with AsyncClient.from_env() as client:
        await client.sms.send(NUMBER, "Your parcel is here")

    assert mock_8x8.last.text == "Your parcel is here"


@pytest.mark.parametrize("backend", ["httpx", "httpx2", "fast"])
def test_no_backend_reaches_the_real_hosts(backend):
    with (
        Client("k", "acme_hq", backend=backend) as client,
        pytest.raises(pytest.fail.Exception, match=r"the real 8x8"),
    ):
        client.sms.send(NUMBER, "Your parcel is here")


@pytest.mark.parametrize("backend", ["httpx", "httpx2", "aiohttp", "fast"])
async def test_no_asynchronous_backend_reaches_the_real_hosts(backend):
    async with AsyncClient("k", "acme_hq", backend=backend) as client:
        with pytest.raises(pytest.fail.Exception, match=r"the real 8x8"):
            await client.sms.send(NUMBER, "Your parcel is here")
