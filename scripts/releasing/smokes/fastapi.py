"""The extra `fastapi`: a webhook is taken."""

from __future__ import annotations

import asyncio

import httpx
from fastapi import FastAPI

from eightbyeight.integrations.fastapi import webhook_router

RECEIPT = {
    "namespace": "SMS",
    "eventType": "outbound_message_status_changed",
    "payload": {"umid": "5b7a1f0e-93cd-4a0d-8a52-6c1e2d3f4a5b", "status": {"state": "delivered"}},
}


async def main() -> None:
    """Post a receipt."""
    events: list[object] = []
    app = FastAPI()
    app.include_router(webhook_router(events.append, verify=None, path="/8x8"))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        response = await client.post("/8x8", json=RECEIPT)
    if response.status_code != 200 or len(events) != 1:
        raise SystemExit(f"{response.status_code} {response.text}, events: {events}")


if __name__ == "__main__":
    asyncio.run(main())
