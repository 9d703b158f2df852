"""What leaves over a connection of ours, and in how many pieces."""

from __future__ import annotations

import httpcore
import pytest

from eightbyeight import Client

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"umid": "1"}'


@pytest.fixture
def pieces(monkeypatch):
    """A network that answers everything, and keeps what was written."""
    written: list[bytes] = []

    class Network(httpcore.MockBackend):
        def connect_tcp(self, *arguments, **options):
            stream = super().connect_tcp(*arguments, **options)
            stream.write = lambda buffer, _timeout: written.append(buffer)
            return stream

    monkeypatch.setattr(httpcore, "SyncBackend", lambda: Network([ANSWER] * 9))
    return written


def test_head_and_body_of_a_send_leave_together(pieces):
    with Client("k", "acme_hq", base_url="http://127.0.0.1", backend="httpx") as client:
        client.sms.send("+6591234567", "Hi")

    (piece,) = pieces
    head, _, body = piece.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /sms/api/")
    assert b'"text":"Hi"' in body


def test_a_head_without_a_body_leaves_all_the_same(pieces):
    with Client("k", "acme_hq", base_url="http://127.0.0.1", backend="httpx") as client:
        client.messages.get("11111111-2222-3333-4444-555555555555")

    (piece,) = pieces
    assert piece.startswith(b"GET /chatapps/api/")
    assert piece.endswith(b"\r\n\r\n")


def test_a_large_body_leaves_in_pieces_none_of_which_is_lost(pieces):
    with Client("k", "acme_hq", base_url="http://127.0.0.1", backend="httpx") as client:
        client.sms.send("+6591234567", "Hi", extra={"padding": "x" * 200_000})

    head, _, body = b"".join(pieces).partition(b"\r\n\r\n")
    assert len(pieces) == 4
    assert f"Content-Length: {len(body)}".encode() in head
    assert body.count(b"x") >= 200_000
