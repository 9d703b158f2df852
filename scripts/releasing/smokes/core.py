"""The wheel without extras: both clients send, and what needs an extra says which."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
import sys
from functools import partial

from eightbyeight import (
    AsyncClient,
    Client,
    ConfigurationError,
    Fallback,
    InvalidInput,
    RedisLimiter,
)

RECIPIENT = "+6591234567"
PLAN = Fallback.whatsapp(after=60, until="delivered").then_sms(source="ACME")


def send() -> None:
    """Send and look up with a Client."""
    with Client.from_env() as client:
        message = client.messages.send(RECIPIENT, "Your parcel is here", fallback=PLAN)
        details = client.messages.get(message.umid)
        if details.latest is None or details.latest.umid != message.umid:
            raise SystemExit(f"the message that was just sent is not found: {details}")
        try:
            client.sms.send("91234567", "Hello")
        except InvalidInput:
            return
    raise SystemExit("a number without a country was sent")


async def send_async() -> None:
    """Send with an AsyncClient."""
    async with AsyncClient.from_env() as client:
        sms = await client.sms.send(RECIPIENT, "Your code is 123456")
        report = await client.surveys.send_batch(
            "nps-q3", [RECIPIENT], template="How was it? {{url}}"
        )
        if not sms.umid or not report.is_complete:
            raise SystemExit(f"not accepted: {sms}, {report}")


def miss_extras() -> None:
    """Ask for what is not installed."""
    attempts = [
        ("django", partial(importlib.import_module, "eightbyeight.integrations.django")),
        ("fastapi", partial(importlib.import_module, "eightbyeight.integrations.fastapi")),
        ("flask", partial(importlib.import_module, "eightbyeight.integrations.flask")),
        ("otel", partial(importlib.import_module, "eightbyeight.integrations.opentelemetry")),
        ("redis", partial(RedisLimiter, "redis://127.0.0.1")),
        ("journal", partial(Client, journal="sends.db")),
        ("httpx2", partial(Client, backend="httpx2")),
        ("fast", partial(Client, backend="fast")),
        ("aiohttp", partial(AsyncClient, backend="aiohttp")),
    ]
    for extra, attempt in attempts:
        try:
            attempt()
        except ConfigurationError as error:
            if f"eightbyeight[{extra}]" not in str(error):
                raise SystemExit(f"does not name the extra {extra}: {error}") from error
        else:
            raise SystemExit(f"works without the extra {extra}, which must be missing here")
    done = subprocess.run(
        [sys.executable, "-m", "eightbyeight.cli"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 2 or "eightbyeight[cli]" not in done.stderr:
        raise SystemExit(f"the command without its extra: {done}")


def main() -> None:
    """Do all of it."""
    send()
    asyncio.run(send_async())
    miss_extras()


if __name__ == "__main__":
    main()
