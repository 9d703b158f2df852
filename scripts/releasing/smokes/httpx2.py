"""The extra `httpx2`: both clients over this library."""

from __future__ import annotations

import asyncio

from eightbyeight import AsyncClient, Client


async def send_async() -> None:
    """Send with an AsyncClient."""
    async with AsyncClient(backend="httpx2") as client:
        await client.sms.send("+6591234567", "Hello")


def main() -> None:
    """Send."""
    with Client(backend="httpx2") as client:
        client.sms.send("+6591234567", "Hello")
    asyncio.run(send_async())


if __name__ == "__main__":
    main()
