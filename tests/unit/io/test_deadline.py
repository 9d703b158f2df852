"""What leaves over a connection of ours, and in how many pieces."""

from __future__ import annotations

import httpcore
import httpx

from eightbyeight import Client
from eightbyeight.io.deadline import bound_by_deadline

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"umid": "1"}'


class Written(httpcore.MockBackend):
    """A network that answers everything, and keeps what was written."""

    def __init__(self) -> None:
        super().__init__([ANSWER] * 9)
        self.pieces: list[bytes] = []

    def connect_tcp(self, *arguments, **options):
        stream = super().connect_tcp(*arguments, **options)
        stream.write = lambda buffer, timeout=None: self.pieces.append(buffer)
        return stream


def written_by(client: httpx.Client) -> list[bytes]:
    network = Written()
    client._transport._pool._network_backend._inner = network
    return network.pieces


def test_head_and_body_of_a_send_leave_together():
    with Client("k", "acme_hq", base_url="http://127.0.0.1", backend="httpx") as client:
        pieces = written_by(client._transport._client)
        client.sms.send("+6591234567", "Hi")

    (piece,) = pieces
    head, _, body = piece.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /sms/api/")
    assert b'"text":"Hi"' in body


def test_a_head_without_a_body_leaves_all_the_same():
    with httpx.Client() as client:
        bound_by_deadline(client)
        pieces = written_by(client)
        assert client.get("http://127.0.0.1").status_code == 200
        assert client.post("http://127.0.0.1").status_code == 200

    assert [b"GET / HTTP/1.1", b"POST / HTTP/1.1"] == [
        line for piece in pieces if (line := piece.split(b"\r\n")[0])
    ]
