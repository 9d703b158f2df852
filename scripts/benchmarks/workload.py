"""What is sent: single messages through the client, with the same bytes for httpx alone."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

from eightbyeight import Client, Fallback, MemoryLimiter, Parameter, Template, TemplateButton, Text

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "benchmark-key"
SUBACCOUNT = "acme_hq"
NUMBER = "+6591234567"
PLAN = Fallback.whatsapp(after=60, until="delivered").then_sms(source="ACME", text="It is here")

QUEUED = {"state": "queued", "timestamp": "2026-01-04T08:19:45.99Z"}
ACCEPTED = json.dumps(
    {
        "umid": "82188ee0-109f-e811-8150-020897df5459",
        "user": {"msisdn": NUMBER},
        "clientMessageId": "x8-3c7a0a3ab1c94b3c9a3a0b1c2d3e4f50",
        "status": QUEUED,
        "destination": NUMBER[1:],
        "encoding": "GSM7",
    }
).encode()
ACCEPTED_SMS = json.dumps(
    {
        "umid": "bda3d56d-1424-e711-813c-06ed3428fe67",
        "destination": NUMBER[1:],
        "encoding": "GSM7",
        "clientMessageId": "x8-3c7a0a3ab1c94b3c9a3a0b1c2d3e4f50",
        "status": {"code": "QUEUED", "description": "SMS is accepted and queued for processing"},
    }
).encode()


def send_sms(client: Any) -> Any:
    """Send a short text."""
    return client.sms.send(NUMBER, "Your code is 123456", source="ACME")


def send_text(client: Any) -> Any:
    """Send a text over WhatsApp that falls back to SMS."""
    return client.messages.send(NUMBER, Text("Your parcel is here, locker 12"), fallback=PLAN)


def send_template(client: Any) -> Any:
    """Send a template with a header, two values and a button."""
    content = Template(
        "order_shipped",
        "en_US",
        header=Parameter.image("https://cdn.example.com/parcel.jpg"),
        body=["Mei", "10017"],
        buttons=[TemplateButton.url("10017")],
    )
    return client.messages.send(NUMBER, content)


#: By the names they have in the report; each serves Client and AsyncClient.
SENDS: dict[str, Callable[[Any], Any]] = {
    "sms.send(text)": send_sms,
    "messages.send(Text, fallback)": send_text,
    "messages.send(Template)": send_template,
}


class RawRequest(NamedTuple):
    """A request as it left the client, for httpx to post it without us."""

    url: str
    headers: dict[str, str]
    content: bytes


_OWN_HEADERS = ("host", "content-length")  # httpx writes these itself


def unreached_limits() -> MemoryLimiter:
    """Return a limiter that is asked as always and lets nobody wait: its clock runs a hundred times as fast.

    A client that sends to a server on this machine is faster than the API allows.
    """
    return MemoryLimiter(clock=lambda: time.monotonic() * 100)


def raw_request(send: Callable[[Any], Any], base_url: str | None = None) -> RawRequest:
    """Return what `send` puts on the wire."""
    seen: list[httpx.Request] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return reply_to(request)

    with Client(KEY, SUBACCOUNT, base_url=base_url, transport=httpx.MockTransport(note)) as client:
        send(client)
    request = seen[0]
    headers = {
        name.decode(): value.decode()
        for name, value in request.headers.raw
        if name.lower().decode() not in _OWN_HEADERS
    }
    return RawRequest(str(request.url), headers, request.content)


def reply_to(request: httpx.Request) -> httpx.Response:
    """Accept a request, as the API does."""
    is_sms = request.url.path.startswith("/sms/") or request.url.host.startswith("sms.")
    content = ACCEPTED_SMS if is_sms else ACCEPTED
    return httpx.Response(200, headers={"Content-Type": "application/json"}, content=content)
