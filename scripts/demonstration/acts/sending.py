"""Both clients send all that there is to send, and look one message up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..surprise import expect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eightbyeight import AsyncClient, Client

    from ..scene import Scene
    from ..show import Show

_AT_ONCE = 5


def run_sync(show: Show, client: Client, scenes: Sequence[Scene]) -> None:
    """Run all scenes with a Client, and look one message up."""
    show.act("Client: one call, one request")
    results = []
    for scene in scenes:
        show.scene(scene)
        results.append(scene.send(client))
        show.sent(scene, results[-1])
    show.scene(None)
    show.looked_up(client.messages.get(results[0].umid), results[0].umid)


async def run_async(
    show: Show, client: AsyncClient, scenes: Sequence[Scene], is_first: bool
) -> None:
    """Run all scenes with an AsyncClient; when the sync client was first, its bytes must be the same."""
    show.act("AsyncClient: the same names, awaited")
    before = {entry.body for entry in show.app.requests.snapshot()}
    async with client:
        results = []
        for scene in scenes:
            if is_first:
                show.scene(scene)
            results.append(await scene.send(client))
            show.sent(scene, results[-1], brief=not is_first)
            same = show.app.requests[-1].body in before
            expect(same or is_first, f"{scene.operation}: other bytes than the sync client's")
        if is_first:
            show.scene(None)
        details = await client.messages.get(results[0].umid)
        show.looked_up(details, results[0].umid, brief=not is_first)
        if not is_first:
            show.say("Each body was the same, byte for byte, as the sync client's.", "green")
        account = client.with_options(subaccount_id="acme_sms")
        texts = (f"Ticket {number} is next" for number in range(_AT_ONCE))
        many = await asyncio.gather(*(account.sms.send("+6591234567", text) for text in texts))
        umids = {sms.umid for sms in many}
        expect(len(umids) == _AT_ONCE, f"{_AT_ONCE} sends at once have {len(umids)} umids")
        show.say(f"And {_AT_ONCE} SMS at once, asyncio.gather(...): {_AT_ONCE} umids.", "green")
