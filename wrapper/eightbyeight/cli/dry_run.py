"""`--dry-run`: the exact request, and nothing sent."""

from __future__ import annotations

import json
from typing import Any

import click
import httpx

from eightbyeight.cli.output import note, print_json

dry_run_option = click.option(
    "--dry-run", "is_dry", is_flag=True, help="Show the exact request, and send nothing."
)

_ANSWER = b"{}"
# Of a batch, people are shown so many messages; a program gets all of them.
_SHOWN = 2


class Recorder(httpx.BaseTransport):
    """Stands where the network is. It keeps the first requests, counts all, and lets the client believe in them."""

    def __init__(self, keep: int = 100) -> None:
        self._keep = keep
        self.requests: list[httpx.Request] = []
        self.count = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Note a request."""
        self.count += 1
        if len(self.requests) < self._keep:
            self.requests.append(request)
        return httpx.Response(200, content=_ANSWER)

    def show(self, *, is_json: bool) -> None:
        """Print the requests."""
        if is_json:
            shown = [_as_json(request) for request in self.requests]
            print_json({"sent": False, "count": self.count, "requests": shown})
            return
        for request in self.requests:
            click.echo(_as_text(request))
            click.echo()
        hidden = self.count - len(self.requests)
        note(
            f"dry run: nothing was sent{f', and {hidden:,} more requests are like it' if hidden else ''}"
        )


def _headers(request: httpx.Request) -> dict[str, str]:
    """Return the headers as they go over the wire, but for the key."""
    headers = {name.decode("ascii"): value.decode("latin-1") for name, value in request.headers.raw}
    return {
        name: "Bearer ****" if name.casefold() == "authorization" else value
        for name, value in headers.items()
    }


def _as_json(request: httpx.Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": str(request.url),
        "headers": _headers(request),
        "body": json.loads(request.content) if request.content else None,
    }


def _as_text(request: httpx.Request) -> str:
    lines = [f"{request.method} {request.url}"]
    lines += [f"{name}: {value}" for name, value in _headers(request).items()]
    if request.content:
        body = json.loads(request.content)
        messages = body.get("messages")
        more = len(messages) - _SHOWN if isinstance(messages, list) else 0
        if more > 0:
            body["messages"] = messages[:_SHOWN]
        lines += ["", json.dumps(body, indent=2, ensure_ascii=False)]
        if more > 0:
            lines.append(f"(and {more:,} more of the messages)")
    return "\n".join(lines)
