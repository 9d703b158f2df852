"""The fault server's HTTP/2 half, on h2: TLS only, as clients agree on HTTP/2 in the handshake."""

from __future__ import annotations

import gzip
import json
import select
import ssl
from typing import TYPE_CHECKING

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings
from faults.server import _ERROR, _GOOD, Gone, Link, Post, Server, our_own

if TYPE_CHECKING:
    from collections.abc import Callable

Headers = list[tuple[str, str]]


class Stream:
    """One request of HTTP/2: its head, and the body as far as it came."""

    def __init__(self, connection: Connection, number: int, headers: Headers) -> None:
        self.connection = connection
        self.number = number
        self.headers = headers
        self.body = b""
        self.fault: Callable[[Stream], None] | None = None

    def record(self, *, disowned: bool = False) -> None:
        """Put the request on record as read whole."""
        named = dict(self.headers)
        if named[":method"] == "POST":
            self.connection.link.server.posts.append(
                Post(
                    self.connection.link.number,
                    named[":path"],
                    tuple(self.headers),
                    self.body,
                    "HTTP/2",
                    disowned,
                )
            )

    def reply(self, status: int, body: bytes, *, end: bool = True, **headers: str) -> None:
        """Send a reply."""
        fields = [(":status", str(status)), ("content-type", "application/json")]
        fields += [(name.replace("_", "-"), value) for name, value in headers.items()]
        self.connection.state.send_headers(self.number, fields)
        self.connection.state.send_data(self.number, body, end_stream=end)
        self.connection.flush()


class Connection:
    """The server's end of a connection that speaks HTTP/2."""

    def __init__(self, link: Link, *, window: int) -> None:
        self.link = link
        self.state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.state.local_settings = h2.settings.Settings(
            client=False,
            initial_values={
                h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window,
                h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 100,
            },
        )
        self.streams: dict[int, Stream] = {}
        self.state.initiate_connection()
        self.flush()

    def flush(self) -> None:
        """Write what is due."""
        self.link.send(self.state.data_to_send())


# --- the faults -----------------------------------------------------------------------------------
# Each is given a request that was read whole, unless its name is in EARLY: then it was not.


def reset_inside_body(stream: Stream) -> None:
    stream.connection.link.rst()


def stall_while_writing(stream: Stream) -> None:
    """Grant no window: the client may not send the rest."""
    stream.connection.link.hold()
    stream.connection.link.fin()


def refused_stream(stream: Stream) -> None:
    stream.connection.state.reset_stream(stream.number, h2.errors.ErrorCodes.REFUSED_STREAM)
    stream.connection.flush()


def fin_without_reply(stream: Stream) -> None:
    stream.record()
    stream.connection.link.fin()


def rst_after_reading(stream: Stream) -> None:
    stream.record()
    stream.connection.link.rst()


def no_reply(stream: Stream) -> None:
    stream.record()
    stream.connection.link.hold()
    stream.connection.link.fin()


def reset_stream(stream: Stream) -> None:
    stream.record()
    stream.connection.state.reset_stream(stream.number, h2.errors.ErrorCodes.INTERNAL_ERROR)
    stream.connection.flush()


def goaway(stream: Stream) -> None:
    """Say that the connection ends, with this request among those that were looked at."""
    stream.record()
    stream.connection.state.close_connection(last_stream_id=stream.number)
    stream.connection.flush()
    stream.connection.link.fin()


def goaway_disowned(stream: Stream) -> None:
    """Say that this request was not looked at, and will not be."""
    stream.record(disowned=True)
    stream.connection.state.close_connection(last_stream_id=max(0, stream.number - 2))
    stream.connection.flush()
    stream.connection.link.hold()
    stream.connection.link.fin()


def headers_then_nothing(stream: Stream) -> None:
    stream.record()
    stream.connection.state.send_headers(stream.number, [(":status", "200")])
    stream.connection.flush()
    stream.connection.link.hold()
    stream.connection.link.fin()


def cut_body(stream: Stream) -> None:
    stream.record()
    stream.reply(200, b'{"umid":', end=False, content_length="64")
    stream.connection.link.fin()


def length_too_long(stream: Stream) -> None:
    """End the stream properly, before its Content-Length: raw frames, as h2 would not do it."""
    stream.record()
    stream.reply(200, b'{"umid":', end=True, content_length="64")


def bad_gzip(stream: Stream) -> None:
    stream.record()
    damaged = (b"\x1f\x8b\x08\x00" + gzip.compress(json.dumps(_GOOD).encode())[5:-9])[::-1]
    stream.reply(200, damaged, content_encoding="gzip")


def garbage(stream: Stream) -> None:
    stream.record()
    stream.connection.link.send(b"\x00\x16\x03\x01 not a frame" * 20)
    stream.connection.link.fin()


def slow_drip_body(stream: Stream) -> None:
    stream.record()
    stream.connection.state.send_headers(stream.number, [(":status", "200")])
    stream.connection.flush()
    body = json.dumps(_GOOD).encode()
    for byte in body:
        stream.connection.state.send_data(stream.number, bytes([byte]))
    stream.connection.state.end_stream(stream.number)
    stream.connection.link.drip(stream.connection.state.data_to_send())


def html_200(stream: Stream) -> None:
    stream.record()
    stream.reply(200, b"<html>signed in</html>")


def status_500(stream: Stream) -> None:
    stream.record()
    stream.reply(500, json.dumps(_ERROR).encode())


def status_503(stream: Stream) -> None:
    stream.record()
    stream.reply(503, json.dumps(_ERROR).encode())


def status_400(stream: Stream) -> None:
    stream.record()
    stream.reply(400, json.dumps(_ERROR).encode())


def status_429(stream: Stream) -> None:
    stream.record()
    stream.reply(429, json.dumps(_ERROR).encode(), retry_after="0")


def good(stream: Stream) -> None:
    stream.record()
    reference = json.loads(stream.body).get("clientMessageId")
    stream.reply(200, json.dumps({**_GOOD, "clientMessageId": reference}).encode())


EARLY = frozenset({"reset_inside_body", "stall_while_writing", "refused_stream"})
FAULTS: dict[str, Callable[[Stream], None]] = {
    play.__name__: play
    for play in (
        reset_inside_body,
        stall_while_writing,
        refused_stream,
        fin_without_reply,
        rst_after_reading,
        no_reply,
        reset_stream,
        goaway,
        goaway_disowned,
        headers_then_nothing,
        cut_body,
        length_too_long,
        bad_gzip,
        garbage,
        slow_drip_body,
        html_200,
        status_400,
        status_429,
        status_500,
        status_503,
        good,
    )
}


class Http2Server(Server):
    """The same server for clients that speak HTTP/2."""

    protocols = ("h2",)

    def __init__(
        self, fault: str = "good", *, good_first: int = 0, times: int | None = None
    ) -> None:
        self.h2_fault = fault
        super().__init__("good", good_first=good_first, times=times, tls=our_own())

    def serve(self, link: Link) -> None:
        """Serve one connection to its end."""
        self.connect(link)
        connection = Connection(link, window=65535)
        while not self.settling.is_set() and link.sock.fileno() >= 0:
            if not link.buffer:  # a drip may have read on already
                buffered = isinstance(link.sock, ssl.SSLSocket) and link.sock.pending()
                if not buffered and not select.select([link.sock], [], [], 0.05)[0]:
                    continue
                link.more()
            data, link.buffer = link.buffer, b""
            try:
                events = connection.state.receive_data(data)
            except (
                h2.exceptions.ProtocolError
            ) as error:  # frames after a fault has ended the stream
                raise Gone from error
            for event in events:
                self._note(connection, event)
                if link.sock.fileno() < 0:
                    return
            connection.flush()

    def _note(self, connection: Connection, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            fields = [(_text(name), _text(value)) for name, value in event.headers]
            stream = Stream(connection, event.stream_id, fields)
            connection.streams[event.stream_id] = stream
            if self.take_turn():
                self.played_on.append(connection.link.number)
                stream.fault = FAULTS[self.h2_fault]
        elif isinstance(event, h2.events.DataReceived):
            stream = connection.streams[event.stream_id]
            stream.body += event.data
            if stream.fault and self.h2_fault in EARLY:
                self.beginnings.append(stream.body)
                early, stream.fault = stream.fault, lambda _: None
                early(stream)
                return
            connection.state.acknowledge_received_data(
                event.flow_controlled_length, event.stream_id
            )
        elif isinstance(event, h2.events.StreamEnded):
            stream = connection.streams[event.stream_id]
            if stream.fault and self.h2_fault in EARLY:
                stream.record()
                return
            (stream.fault or good)(stream)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
