"""The extra `fast`: both clients over plain connections, and JSON by orjson."""

from __future__ import annotations

import asyncio

from eightbyeight import AsyncClient, Client

ROWS = [f"+65912345{number:02}" for number in range(50)]


async def send_async() -> None:
    """Send with an AsyncClient."""
    async with AsyncClient(backend="fast") as client:
        await client.sms.send("+6591234567", "Hello")


def main() -> None:
    """Send."""
    with Client(backend="fast") as client:
        client.sms.send("+6591234567", "Hello")
        report = client.sms.send_many(ROWS, text="Hello")
        if len(report.failed):
            raise SystemExit(f"not accepted: {report}")
    asyncio.run(send_async())


if __name__ == "__main__":
    main()
