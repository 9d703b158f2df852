"""What a fault leaves behind: no connection, no socket, no warning, and no secret in any log."""

from __future__ import annotations

import contextlib
import functools
import gc
import logging
import os
import stat
import traceback
import warnings
from dataclasses import dataclass

import pytest
from faults.backends import rows_of
from faults.harness import HTTP2, KEY, MODES, NUMBER, OWN, TEXT, Seen, Way, send
from faults.server import THREAD_NAME, Server, our_own
from faults.server_h2 import Http2Server
from faults.table import TABLE, TABLE_HTTP2, Row

from eightbyeight import AcceptedSms

DEEP = bool(os.environ.get("EIGHTBYEIGHT_DEEP"))
# Statuses all take the same way: two of them stand for the rest. "dns" needs a resolver of its own.
_SAME = {row.fault for row in TABLE if isinstance(row.ended, int)} - {"status_500", "status_429"}
_FAST = Way("own", backend="fast")
_CASES = [
    pytest.param(row, way, mode, id=f"{row.fault}-{name}-{mode}")
    for table, way, name in (
        (TABLE, OWN, "http11"),
        (TABLE_HTTP2, HTTP2, "http2"),
        (rows_of("fast", deep=DEEP), _FAST, "fast"),
    )
    for row in table
    if row.fault not in _SAME | {"dns"}
    for mode in MODES
]
cases = pytest.mark.parametrize(("row", "way", "mode"), _CASES)


@dataclass
class Evidence:
    """What was seen around one send through a fault."""

    seen: Seen
    sockets_left: set[int]
    warnings: list[str]
    logs: str


class Recorder(logging.Handler):
    """Keeps all that is logged, but for what the fault server's own threads log."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.threadName != THREAD_NAME:
            self.lines.append(f"{record.name}: {self.format(record)}")


@contextlib.contextmanager
def everything_logged():
    """Switch all loggers to DEBUG, wherever they stood."""
    recorder, root = Recorder(), logging.getLogger()
    loggers = [root, *map(logging.getLogger, ("httpx", "httpcore", "asyncio", "eightbyeight"))]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    root.addHandler(recorder)
    try:
        yield recorder
    finally:
        root.removeHandler(recorder)
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def open_sockets() -> set[int]:
    """Return the inodes of this process's sockets."""
    found = set()
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 - Path would stat what is gone by then
        with contextlib.suppress(OSError):
            status = os.fstat(int(name))
            if stat.S_ISSOCK(status.st_mode):
                found.add(status.st_ino)
    return found


def left_by_ssl(warning: str) -> bool:
    """Tell whether a socket was left to the garbage collector by ssl itself, see pyproject.toml."""
    return warning.startswith("unclosed <ssl.SSLSocket ") and "raddr" not in warning


@functools.cache
def evidence(row: Row, way: Way, mode: str) -> Evidence:
    """Send once through a fault, after a good send, and look at what is left."""
    our_own()
    gc.collect()
    before = open_sockets()
    with warnings.catch_warnings(record=True) as caught, everything_logged() as recorder:
        warnings.simplefilter("always")
        if way is HTTP2:
            server: Server = Http2Server(row.fault, good_first=1)
        else:
            tls = our_own() if row.over == "https" else None
            server = Server(row.fault, good_first=1, tls=tls)
        with server:
            seen = send(server.url, way, mode, good_first=1, quick=row.quick, large=row.large)
        gc.collect()
    return Evidence(
        seen,
        open_sockets() - before,
        [str(warning.message) for warning in caught if not left_by_ssl(str(warning.message))],
        "\n".join(recorder.lines),
    )


@cases
def test_no_connection_stays_in_the_pool(row, way, mode):
    found = evidence(row, way, mode).seen
    if way is HTTP2 or found.error is None or isinstance(row.ended, int):
        # A whole reply leaves a connection that can be used again. In HTTP/2 a fault ends its stream, and the
        # pool closes a broken connection later: but none is taken for one that is still in use.
        assert all("IDLE" in connection for connection in found.open_connections)
    else:
        assert found.open_connections == []


@cases
def test_no_socket_and_no_warning_after_close(row, way, mode):
    found = evidence(row, way, mode)
    assert found.sockets_left == set()
    assert found.warnings == []


@cases
def test_logs_and_errors_show_no_secret(row, way, mode):
    found = evidence(row, way, mode)
    assert way is _FAST or "httpcore" in found.logs
    assert "eightbyeight.calls: POST sendSms" in found.logs
    error = found.seen.error
    shown = "".join(traceback.format_exception(error)) + repr(error) if error else ""
    for secret in (KEY, TEXT, NUMBER.removeprefix("+")):
        leaks = [line for line in found.logs.splitlines() if secret in line]
        assert leaks == []
        assert secret not in shown


def test_a_leak_would_be_seen():
    """The instruments of this file work: they see a socket, a connection in use and a secret."""
    before = open_sockets()
    with Server() as server, everything_logged() as recorder:
        assert open_sockets() - before
        ways = [(way, mode) for way in (OWN, _FAST) for mode in MODES]
        seen = [send(server.url, way, mode) for way, mode in ways]
        logging.getLogger("httpcore.http11").debug("headers %s", KEY)
    assert {each.outcome for each in seen} == {AcceptedSms}
    assert {len(each.open_connections) for each in seen} == {1}
    assert any(KEY in line for line in recorder.lines)
