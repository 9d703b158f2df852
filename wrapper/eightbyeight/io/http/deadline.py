"""One deadline over all the waits of a synchronous request.

httpx limits each read and each write, not their sum: a peer that gives a byte now and then is read for ever.
Here every wait is cut down to what is left of the call.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

_SLICE = 1 << 18  # bytes written between two looks at the clock
_SHORTEST = 0.001  # zero would mean not to block

_thread = threading.local()


class ends_at:  # noqa: N801  # used like a function
    """Cut down the waits of this thread's request to end at a moment of the monotonic clock."""

    __slots__ = ("_moment",)

    def __init__(self, moment: float) -> None:
        self._moment = moment

    def __enter__(self) -> None:
        _thread.ends = self._moment

    def __exit__(self, *_: object) -> None:
        _thread.ends = None


def _cut(timeout: float | None) -> float | None:
    ends: float | None = getattr(_thread, "ends", None)
    if ends is None:
        return timeout
    left = max(_SHORTEST, ends - time.monotonic())
    return left if timeout is None else min(timeout, left)


def bound_by_deadline(client: httpx.Client) -> None:
    """Make the connections of ``client`` obey ``ends_at``, where it has pools of httpcore's kind.

    Only for clients that are ours: it exchanges a part of their pools.
    """
    for transport in (client._transport, *client._mounts.values()):
        pool = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if backend is not None and not isinstance(backend, _Backend):
            pool._network_backend = _Backend(backend)  # type: ignore[union-attr]


def read_body(response: httpx.Response, ends: float) -> bytes:
    """Read a body as it comes, looking at the clock between its pieces, and leave its connection to the caller."""
    stream: Any = response.stream
    pieces = []
    for piece in stream:
        pieces.append(piece)
        if time.monotonic() >= ends:
            raise TimeoutError("the deadline of the call has passed")
    return b"".join(pieces)


class _Backend:
    """A network backend of httpcore that cuts down waits."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **more: Any
    ) -> _Stream:
        return _Stream(self._inner.connect_tcp(host, port, timeout=_cut(timeout), **more))

    def connect_unix_socket(self, path: str, timeout: float | None = None, **more: Any) -> _Stream:
        return _Stream(self._inner.connect_unix_socket(path, timeout=_cut(timeout), **more))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _Stream:
    """A network stream of httpcore that cuts down waits."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, timeout=_cut(timeout))  # type: ignore[no-any-return]

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _SLICE):
            self._inner.write(buffer[start : start + _SLICE], timeout=_cut(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Stream:
        return _Stream(
            self._inner.start_tls(
                ssl_context, server_hostname=server_hostname, timeout=_cut(timeout)
            )
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
