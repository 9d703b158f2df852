"""The same bytes for each mock server, and what starts ours."""

from __future__ import annotations

import sys

from eightbyeight.mock.document import shipped_path

from .load import request_bytes
from .workload import SENDS, raw_request

#: The document that both servers read, as it is.
DOCUMENT = shipped_path()


def ours(port: int) -> list[str]:
    """Return what starts our mock."""
    return [sys.executable, "-m", "eightbyeight.cli", "mock", "--port", str(port)]


def sends(port: int) -> dict[str, bytes]:
    """Return requests as our client sends them, by their names in the report."""
    url = f"http://127.0.0.1:{port}"
    return {name: request_bytes(*raw_request(send, url)) for name, send in SENDS.items()}


def first(port: int) -> bytes:
    """Return the request with which a server shows that it is up."""
    return sends(port)["sms.send(text)"]


def faulty(port: int) -> bytes:
    """Return a request that a server which validates refuses: it has no text."""
    request = raw_request(SENDS["sms.send(text)"], f"http://127.0.0.1:{port}")
    content = request.content.replace(b'"text":', b'"note":')
    return request_bytes(request.url, request.headers, content)
