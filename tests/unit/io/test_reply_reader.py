"""Replies from their bytes: where they end, and what is none."""

from __future__ import annotations

import gc
import gzip
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eightbyeight.io.http.reply_reader import BrokenReply, ReplyReader

OK = b"HTTP/1.1 200 OK\r\n"
SHORT = OK + b"Content-Length: 2\r\n\r\n"


def read(*pieces: bytes) -> ReplyReader:
    """Feed a reader as a connection does, which is then closed."""
    reader = ReplyReader()
    for piece in (*pieces, b""):
        reader.feed(piece)
        if reader.is_done:
            return reader
    raise AssertionError("neither done nor broken")


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        pytest.param(SHORT + b"ab", (200, b"ab"), id="length"),
        pytest.param(OK + b"Content-Length: 0\r\n\r\n", (200, b""), id="nothing"),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n",
            (200, b"abc"),
            id="chunked",
        ),
        pytest.param(OK + b"\r\nab", (200, b"ab"), id="until the end"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\nab", (200, b"ab"), id="until the end, 1.0"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", (204, b""), id="204"),
        pytest.param(b"HTTP/1.1 304 Not Modified\r\n\r\n", (304, b""), id="304"),
        pytest.param(b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nab", (200, b"ab"), id="no reason"),
        pytest.param(b"HTTP/1.1 520 \xe9\r\nContent-Length: 0\r\n\r\n", (520, b""), id="520"),
        pytest.param(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + SHORT + b"ab",
            (200, b"ab"),
            id="announced",
        ),
    ],
)
def test_a_reply_ends_where_it_says(wire, expected):
    reply = read(wire).reply()

    assert expected == (reply.status, reply.content)
    assert "link" not in reply.headers


def test_names_of_headers_are_in_lower_case_and_values_as_they_came():
    reply = read(
        OK + b"X-A: b \r\nEmpty:\r\nX-A: caf\xe9\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n"
    ).reply()

    assert {
        "x-a": "caf\xe9",
        "empty": "",
        "retry-after": "2",
        "content-length": "0",
    } == reply.headers


def test_what_stands_behind_the_body_is_no_header():
    wire = OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nRetry-After: 9\r\n\r\n"
    assert {"transfer-encoding": "chunked"} == read(wire).reply().headers


def test_a_compressed_body_is_unpacked():
    packed = gzip.compress(b'{"a": 1}')
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)

    assert b'{"a": 1}' == read(head + packed).reply().content
    broken = read(head + packed[::-1])
    with pytest.raises(BrokenReply, match="not compressed as its header says"):
        broken.reply()


@pytest.mark.parametrize(
    ("wire", "is_last"),
    [
        (SHORT + b"ab", False),
        (OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nab", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab", True),
        (OK + b"\r\nab", True),
        # What follows a whole reply is no reply to us: neither refused nor ever read.
        (SHORT + b"abc", True),
        (SHORT + b"ab" + SHORT + b"cd", True),
        (OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nabcd", True),
    ],
)
def test_whether_the_connection_may_be_used_again(wire, is_last):
    reader = read(wire)

    assert is_last == reader.is_last
    assert b"ab" == reader.reply().content


@pytest.mark.parametrize(
    ("wire", "said"),
    [
        (b"", "closed the connection without a reply"),
        (b"HTTP/1.1 20", "closed the connection in the middle"),
        (OK + b"Content-Length: 3\r\n\r\nab", "closed the connection in the middle"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", "closed the connection in the mid"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "closed the connection in the middle"),
        (b"\0\x16 nonsense\r\n\r\n", "no HTTP"),
        (b"SSH-2.0-OpenSSH_9.7\r\n", "no HTTP"),
        (OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nab", "no HTTP"),
        (OK + b"Content-Length: -2\r\n\r\nab", "no HTTP"),
        (OK + b"Content-Length: 99999999999999999999\r\n\r\nab", "no HTTP"),
        (OK + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nab", "no HTTP"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "no HTTP"),
        (OK + b"X: a\r\n folded\r\nContent-Length: 0\r\n\r\n", "no HTTP"),
        (b"HTTP/1.1 101 Up\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", "changed the protocol"),
    ],
)
def test_what_is_no_reply_or_not_all_of_one(wire, said):
    with pytest.raises(BrokenReply, match=said):
        read(*([wire] if wire else []))


@pytest.mark.parametrize(
    "line", [b"X-More: and more\r\n", b"\r\nHTTP/1.1 100 Continue\r\n", b"x" * 500]
)
def test_a_head_without_an_end_is_given_up(line):
    reader = ReplyReader()
    reader.feed(OK if b"HTTP" not in line else b"HTTP/1.1 100 Continue\r\n")
    with pytest.raises(BrokenReply):
        feed_for_ever(reader, line)
    assert not reader.is_done


def feed_for_ever(reader: ReplyReader, line: bytes) -> None:
    for _ in range(100_000):
        reader.feed(line)


_REPLIES = [
    SHORT + b"ab",
    SHORT + b"abc",
    OK + b"X-Empty:\r\nX-Long: " + b"v" * 50 + b"\r\nContent-Length: 12\r\n\r\n" + b"0123456789ab",
    OK + b"Transfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n1\r\nb\r\n0\r\nX-T: 1\r\n\r\n",
    OK + b"Content-Type: text/plain\r\n\r\nuntil the end",
    b"HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\nHTTP/1.1 204 No Content\r\nX-C: d\r\n\r\n",
    OK + b"Content-Length: 9\r\n\r\ncut off",
    OK + b"Content-Length: nonsense\r\n\r\n",
]


def outcome(*pieces: bytes):
    try:
        return read(*pieces).reply()
    except BrokenReply as broken:
        return type(broken)


@given(wire=st.sampled_from(_REPLIES), cuts=st.lists(st.integers(1, 120), max_size=12))
def test_it_does_not_matter_in_which_pieces_a_reply_comes(wire, cuts):
    places = sorted({0, len(wire), *(cut for cut in cuts if cut < len(wire))})
    pieces = [wire[start:end] for start, end in itertools.pairwise(places)]

    assert outcome(wire) == outcome(*pieces)


@pytest.mark.parametrize("wire", _REPLIES)
def test_a_reply_may_come_byte_by_byte(wire):
    assert outcome(wire) == outcome(*(wire[at : at + 1] for at in range(len(wire))))


def test_nothing_of_a_reply_waits_for_the_garbage_collector():
    def readers() -> int:
        return sum(type(thing) is ReplyReader for thing in gc.get_objects())

    gc.collect()
    before = readers()
    gc.disable()
    try:
        assert read(SHORT + b"ab").reply().content == b"ab"
        assert readers() == before
    finally:
        gc.enable()


@pytest.mark.parametrize("method", ["on_header", "on_body", "on_message_complete"])
def test_ctrl_c_within_what_the_parser_calls_comes_out_as_it_is(method, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(ReplyReader, method, stop)
    with pytest.raises(KeyboardInterrupt):
        read(SHORT + b"ab")
