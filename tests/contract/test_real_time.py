"""The one rate limit that tests can wait for: a lookup a second."""

from __future__ import annotations

import time

import pytest
from contract.talks import RECIPIENT, WAYS, converse

from eightbyeight.mock import create_app


@pytest.mark.parametrize("way", WAYS)
def test_a_client_that_keeps_the_limit_meets_no_429_in_real_time(way):
    app = create_app()

    def twice(client):
        if way == "async":
            return twice_async(client)
        umid = client.messages.send(RECIPIENT, "Hi").umid
        return [client.messages.get(umid), client.messages.get(umid)]

    async def twice_async(client):
        umid = (await client.messages.send(RECIPIENT, "Hi")).umid
        return [await client.messages.get(umid), await client.messages.get(umid)]

    began = time.monotonic()
    first, second = converse(way, app.transport(), twice, rate_limits=True)

    assert first.latest.umid == second.latest.umid
    assert [request.status for request in app.requests.snapshot()].count(200) == 3
    assert time.monotonic() - began >= 0.9
