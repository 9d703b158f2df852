"""Requests that the server answers without ASGI, and those that it leaves to uvicorn."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager

import pytest

from eightbyeight.mock import create_app, server

TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}
BODY = json.dumps(TEXT).encode()
LINE = b"POST /chatapps/api/v1/subaccounts/acme_hq/messages HTTP/1.1\r\n"
HEAD = LINE + b"Host: mock\r\nAuthorization: Bearer key\r\nContent-Type: application/json\r\n"
SEND = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
ASK = b"GET /__mock__/messages HTTP/1.1\r\nHost: mock\r\n\r\n"
JSON = [(b"authorization", b"Bearer key"), (b"content-type", b"application/json")]
LAST = b"GET /__mock__/health HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n\r\n"

# What goes over one connection, packet by packet; the last request ends it.
TALKS = {
    "two sends": [SEND, SEND, LAST],
    "in pieces": [SEND[:9], SEND[9:80], SEND[80:-5], SEND[-5:], LAST],
    "two in one packet": [SEND + SEND, LAST],
    "one and a half in one packet": [SEND + SEND[:50], SEND[50:], LAST],
    "more of the same in one packet": [SEND, SEND * 3 + SEND[:50], SEND[50:] + SEND, LAST],
    "a known head alone": [SEND, SEND[: -len(BODY)], BODY, SEND, LAST],
    "another one among known ones": [SEND, SEND + LINE + b"Host: mock\r\n\r\n" + SEND, LAST],
    "chunked": [
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n",
        SEND,
        LAST,
    ],
    "keep-alive in words": [SEND.replace(b"Host", b"Connection: Keep-Alive\r\nHost"), SEND, LAST],
    "an end asked for": [SEND.replace(b"Host", b"Connection: close\r\nHost")],
    "an old version": [SEND.replace(b"HTTP/1.1", b"HTTP/1.0")],
    "another method": [SEND.replace(b"POST", b"PUT"), SEND, LAST],
    "no body": [SEND, LINE + b"Host: mock\r\nAuthorization: Bearer key\r\n\r\n", LAST],
    "no JSON": [SEND.replace(b'"user"', b'user"x'), SEND, LAST],
    "a long body": [SEND, HEAD, b"Content-Length: 2000000\r\n\r\n" + b" " * 2_000_000, SEND, LAST],
    "a query and an escape": [
        SEND,
        b"GET /__mock__/messages?limit=1 HTTP/1.1\r\nHost: mock\r\n\r\n",
        b"GET /chatapps/api/v1/subaccounts/a%2Fb/messages HTTP/1.1\r\nHost: mock\r\n\r\n",
        LAST,
    ],
}


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
def test_with_httptools_and_without_the_server_says_the_same(talk, monkeypatch):
    with served() as (fast, port):
        said = talked(port, talk)
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    with served() as (plain, port):
        said_plainly = talked(port, talk)

    assert said.startswith(b"HTTP/1.")
    assert said.lower() == said_plainly.lower()  # "Connection" is all that they write otherwise
    assert bodies(fast) == bodies(plain)


@pytest.mark.parametrize(
    ("number", "answered"), [("+9997000000", 0), ("+9997010000", 0), ("+9997020000", 0.5)]
)
def test_trouble_after_an_ordinary_send_happens_once(number, answered):
    trouble = SEND.replace(b"+6591234567", number.encode())
    with served() as (app, port):
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        with connection:
            connection.sendall(SEND)
            assert b" 200 OK" in connection.recv(65_536)
            connection.sendall(trouble)
            try:
                left = connection.recv(65_536)
            except ConnectionResetError:
                left = b""

    assert len(app.requests) == 2
    assert (b"HTTP/1.1 200" in left) == (answered > 0)


def test_requests_that_follow_in_the_same_packet_have_no_part_in_trouble():
    with served() as (app, port):
        app.chaos.add("sendMessage every:2 latency:0.05")
        said = talked(port, [SEND, SEND * 3, LAST])

    assert [request.chaos is not None for request in app.requests.snapshot()] == [
        False,
        True,
        False,
        True,
    ]
    assert all(said.count(message.umid.encode()) == 1 for message in app.store.messages())
    assert len(app.store) == 4


def test_a_client_that_does_not_read_may_ask_no_more_until_it_does(monkeypatch):
    asked, count = [], 300
    with served() as (app, port), socket.create_connection(("127.0.0.1", port), 10) as connection:
        for _ in range(200):  # they make the answers long
            app.handle("POST", LINE.split()[1].decode(), JSON, BODY)
        answer = app.handle
        monkeypatch.setattr(app, "handle", lambda *given: asked.append(given[1]) or answer(*given))
        connection.sendall(ASK)
        read_until(connection, 1)
        connection.sendall(ASK * count)
        talked(port, [LAST])  # this comes after all that the server does for the other one
        before = asked.count("/__mock__/messages")
        read_until(connection, count)

    assert before < count / 2
    assert asked.count("/__mock__/messages") == count + 1


def test_a_connection_that_says_no_more_is_ended(monkeypatch):
    config_of = server._config

    def impatient(*arguments):
        config = config_of(*arguments)
        config.timeout_keep_alive = 0.1
        return config

    monkeypatch.setattr(server, "_config", impatient)
    with (
        served() as (_, port),
        socket.create_connection(("127.0.0.1", port), timeout=10) as connection,
    ):
        connection.sendall(SEND)
        assert b" 200 OK" in connection.recv(65_536)
        assert connection.recv(65_536) == b""


def bodies(app):
    return [request.body for request in app.requests.snapshot()]


@contextmanager
def served():
    """A mock with a seed, so that its answers can be compared, and its port."""
    app = create_app(seed=1)
    with server.serving(app) as url:
        yield app, int(url.rpartition(":")[2])


def talked(port, packets):
    """All that the server says to these packets."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        said = b""
        for packet in packets:
            connection.sendall(packet)
        while received := connection.recv(65_536):
            said += received
    return said


def read_until(connection, count):
    """Read so many answers."""
    seen, end = 0, b""
    while seen < count:
        received = connection.recv(1_000_000)
        assert received
        seen += (end + received).count(b"HTTP/1.1 200") - end.count(b"HTTP/1.1 200")
        end = received[-11:]
