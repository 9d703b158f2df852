"""What the exceptions of an HTTP library say of a request: httpx and its relatives have the same names for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.reply import TransportFailure

if TYPE_CHECKING:
    from .phases import PhaseTrace

_KINDS = (
    ("ConnectError", "connect"),
    ("ConnectTimeout", "connect"),
    ("ProxyError", "connect"),
    ("PoolTimeout", "pool"),
    ("UnsupportedProtocol", "local"),
    ("InvalidURL", "local"),
    ("WriteTimeout", "write"),
    ("WriteError", "write"),
    ("ReadTimeout", "timeout"),
    ("ReadError", "read"),
)


class LibraryErrors:
    """The exceptions of one library, which need not have all of them."""

    def __init__(self, module: Any) -> None:
        kinds = [(getattr(module, name), kind) for name, kind in _KINDS if hasattr(module, name)]
        self._kinds: list[tuple[type[Exception], str]] = [*kinds, (TimeoutError, "timeout")]
        # Raised by what was tried itself, which then has not happened. Clocks strike at any moment, and so does what a
        # handler of signals raises.
        self._certain = (module.NetworkError, module.ProtocolError, module.ProxyError)
        self._of_request = module.LocalProtocolError

    def to_failure(
        self, error: BaseException, trace: PhaseTrace, *, is_closed: bool
    ) -> TransportFailure:
        """Say in which phase a request failed."""
        if not isinstance(error, Exception):
            # Before the first event it waited for a free connection. (Whoever replaces httpx's transport in a test
            # raises Exceptions, of which silence proves nothing.)
            is_waiting = trace.is_complete and trace.body_sent is None
            return TransportFailure(
                "interrupted", False if is_waiting else trace.when_cut_off(), error
            )
        if is_closed and isinstance(error, RuntimeError) and trace.is_untouched:
            # httpx's word for a closed client; but hooks and transports of the caller's may raise it later, too
            return TransportFailure("local", body_sent=False, cause=error)
        kind = next((kind for cls, kind in self._kinds if isinstance(error, cls)), "protocol")
        # Once the head has left, HTTP/2 says so of a peer that has reset the stream: no fault of the request.
        if isinstance(error, self._of_request) and not (trace.head_sent or trace.body_sent):
            kind = "local"
        if trace.in_tunnel and trace.body_sent is False and kind != "pool":
            kind = "connect"
        if trace.is_repeated or (trace.may_be_whole and kind in ("connect", "pool")):
            # The last try failed. The one before it had left.
            kind = "protocol" if kind in ("connect", "pool", "local") else kind
            return TransportFailure(kind, trace.body_sent or None, error)
        is_certain = isinstance(error, self._certain)
        return TransportFailure(
            kind, trace.body_sent if is_certain else trace.when_cut_off(), error
        )
