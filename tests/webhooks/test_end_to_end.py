"""From a send to its receipt over real sockets: the local 8x8, a webhook of ours, book, journal and ``wait``."""

from __future__ import annotations

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import uvicorn

from eightbyeight import AsyncClient, Client, Journal, OutcomeUnknown
from eightbyeight.mock import create_app
from eightbyeight.mock.server import serving
from eightbyeight.webhooks import (
    AsgiWebhookApp,
    StaticAuthorization,
    StatusBook,
    WsgiWebhookApp,
)

TO, SECRET = "+6591230099", "the webhook's secret"
PATIENCE = 20  # seconds, for what takes some milliseconds


class Book(StatusBook):
    """A book that tells when somebody has begun to wait for a receipt."""

    def __init__(self, **options):
        super().__init__(**options)
        self.is_awaited = threading.Event()

    def when(self, umid, until):
        future = super().when(umid, until)
        assert not future.done()
        self.is_awaited.set()
        return future


class Sync:
    """The client and WSGI."""

    app = WsgiWebhookApp

    def __init__(self, **options):
        self.client = Client(**options)
        self._thread = ThreadPoolExecutor(1)

    def start(self, work, *arguments, **options):
        return self._thread.submit(work, *arguments, **options)

    def close(self):
        self._thread.shutdown()
        self.client.close()

    @staticmethod
    @contextmanager
    def served(app):
        class Quiet(WSGIRequestHandler):
            def log_message(self, *_):
                pass

        server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/8x8"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class Async:
    """The asynchronous client, on a loop in a thread, and ASGI."""

    app = AsgiWebhookApp

    def __init__(self, **options):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.client = AsyncClient(**options)

    def start(self, work, *arguments, **options):
        return asyncio.run_coroutine_threadsafe(work(*arguments, **options), self._loop)

    def close(self):
        self.start(self.client.aclose).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @staticmethod
    @contextmanager
    def served(app):
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/8x8"
        finally:
            server.should_exit = True
            thread.join()
            listener.close()


class World:
    """A mock, a program that sends to it, and the program's webhook."""

    def __init__(self, way, mock, url, book, handled, journal):
        self.mock, self.book, self.handled = mock, book, handled
        self.way = way(
            api_key="any",
            subaccount_id="acme_hq",
            base_url=url,
            journal=journal,
            rate_limits=False,
        )
        self.client = self.way.client

    def run(self, work, *arguments, **options):
        """What comes of a call of the client."""
        return self.way.start(work, *arguments, **options).result(PATIENCE)

    def arrive(self):
        """Wait until nothing that is due is under way any more."""
        assert self.mock.wait_for_webhooks(PATIENCE)

    @property
    def attempts(self):
        """The webhooks so far: which state, and what was answered."""
        return [
            (
                entry.payload["payload"]["status"]["state"],
                [attempt.status for attempt in entry.attempts],
            )
            for entry in self.mock.receipts
        ]


@pytest.fixture(params=[Sync, Async], ids=["sync and WSGI", "async and ASGI"])
def world(request, tmp_path):
    way = request.param
    journal = Journal(tmp_path / "sends.db")
    book, handled = Book(journal=journal), []

    def handle(event):
        handled.append(event.state)
        if handled == ["sent"]:
            raise RuntimeError("the first one finds the program busy")
        book.add(event)

    mock = create_app(seed=1, lifecycle="manual", callback_authorization=SECRET, rate_limit=False)
    receiver = way.app(handle, verify=StaticAuthorization(SECRET), path="/8x8")
    with way.served(receiver) as hook, serving(mock) as url:
        mock.change_settings({"callback_url": hook})
        world = World(way, mock, url, book, handled, journal)
        try:
            yield world
        finally:
            world.way.close()
            journal.close()


def test_a_receipt_wakes_who_waits_though_it_comes_late_twice_and_out_of_order(world):
    mock, client = world.mock, world.client
    umid = world.run(client.sms.send, TO, "Your parcel is here").umid
    waiting = world.way.start(
        client.messages.wait, umid, until="delivered", timeout=PATIENCE, receipts=world.book
    )
    assert world.book.is_awaited.wait(PATIENCE)

    mock.dispatch(umid)
    world.arrive()
    assert world.attempts == [("sent", [500])]
    assert not waiting.done()

    mock.deliver(umid)
    status = waiting.result(PATIENCE)
    assert (status.umid, status.state, status.channel) == (umid, "delivered", "sms")

    mock.advance(1)  # the one that was refused comes again, behind the one that overtook it
    world.arrive()
    mock.retry_delivery(2)  # and this one has been taken before
    world.arrive()
    assert world.attempts == [("sent", [500, 200]), ("delivered", [200, 200])]
    assert world.handled == ["sent", "delivered", "sent"]
    assert world.book.get(umid).state == "delivered"


def test_a_receipt_proves_to_the_journal_that_a_lost_answer_was_a_message(world):
    mock, client = world.mock, world.client
    mock.chaos.add("100% reset-after")
    with pytest.raises(OutcomeUnknown) as lost:
        world.run(client.sms.send, TO, "Your parcel is here", client_message_id="order-1")
    mock.chaos.clear()
    assert world.run(client.reconcile).accepted == ()

    (message,) = mock.store.messages()
    mock.deliver(message.umid)
    world.arrive()
    mock.advance(1)
    world.arrive()

    (found,) = world.run(client.reconcile).accepted
    assert (found.client_message_id, found.umid) == ("order-1", message.umid)
    assert lost.value.client_message_id == "order-1"
    again = world.run(client.sms.send, TO, "Your parcel is here", client_message_id="order-1")
    assert again.umid == message.umid
    assert len(mock.store) == 1
