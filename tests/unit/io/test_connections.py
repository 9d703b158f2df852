"""Whose connections are open when: event loops, closed clients, forgotten clients."""

import asyncio
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eightbyeight import AsyncClient, NotSent

ANSWER = b'{"umid":"u-1","destination":"6591234567","encoding":"GSM7","status":{"code":"QUEUED","description":"d"}}'


class Handler(BaseHTTPRequestHandler):
    """Answers every SMS."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.posts = 0
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def client_of(server):
    return AsyncClient("k", "acme_hq", base_url=f"http://127.0.0.1:{server.server_port}")


def test_a_client_works_in_successive_event_loops(server):
    client = client_of(server)

    async def send():
        async with asyncio.timeout(10):
            message = await client.sms.send("+6591234567", "Hi")
        await client._transport._lanes.aclose()
        return message.umid

    assert ["u-1", "u-1", "u-1"] == [asyncio.run(send()) for _ in range(3)]
    assert 3 == server.posts


async def test_a_closed_client_sends_nothing(server):
    client = client_of(server)
    await client.aclose()

    with pytest.raises(NotSent):
        await client.sms.send("+6591234567", "Hi")
    assert 0 == server.posts


def test_a_forgotten_client_closes_its_connections_quietly(server):
    program = (
        "import sys\n"
        "from eightbyeight import Client\n"
        f"client = Client('k', 'acme_hq', base_url='http://127.0.0.1:{server.server_port}')\n"
        "print(client.sms.send('+6591234567', 'Hi').umid)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (0, "u-1\n", "") == (done.returncode, done.stdout, done.stderr)
