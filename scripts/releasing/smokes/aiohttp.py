"""The extra `aiohttp`: an AsyncClient over this library."""

from __future__ import annotations

import asyncio

from eightbyeight import AsyncClient


async def main() -> None:
    """Send, one and many at once."""
    async with AsyncClient(backend="aiohttp") as client:
        await client.sms.send("+6591234567", "Hello")
        await asyncio.gather(*(client.sms.send("+6591234567", f"Hello {n}") for n in range(10)))


if __name__ == "__main__":
    asyncio.run(main())
