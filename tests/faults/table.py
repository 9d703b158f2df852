"""What must come of each fault: the truth table, as data."""

from __future__ import annotations

from dataclasses import dataclass

from eightbyeight import (
    AcceptedSms,
    BadRequest,
    ConnectionFailed,
    ConnectionLost,
    Forbidden,
    NotFound,
    RateLimited,
    RequestRefused,
    ServerErrorOnSend,
    TLSUpgradeRequired,
    Unauthorized,
)

#: How often a call may be tried. More than once, so that a retry where there must be none is seen.
MAX_ATTEMPTS = 2


@dataclass(frozen=True)
class Row:
    """One fault and the truth about it.

    Attributes:
        fault: Its name.
        outcome: The exception, or AcceptedSms where the send was accepted.
        posts: How many POSTs the server reads whole, over all attempts.
        ended: How the last attempt ended, a kind of failure or a status; None where it succeeded.
        body_sent: What the trace says about the last attempt; None for a reply.
        quick: The timeout that this fault runs into, which is therefore made short.
        large: Whether it takes a body that fills the buffers.
        untraced: The outcome with a transport that gives no trace, if another.
        over: The protocols it is played over.
    """

    fault: str
    outcome: type
    posts: int
    ended: str | int | tuple[str, ...] | None
    body_sent: bool | None = None
    quick: str | None = None
    large: bool = False
    untraced: type | None = None
    over: str = "http"


_FAILED, _LOST, _SERVER = ConnectionFailed, ConnectionLost, ServerErrorOnSend

# fmt: off
TABLE = [
    # The request cannot have been read whole: NotSent, and tried again.
    #   fault                    outcome   POSTs  ended       body_sent  ...
    Row("refused",               _FAILED,    0, "connect",    False),
    Row("dns",                   _FAILED,    0, "connect",    False),
    Row("tls_untrusted",         _FAILED,    0, "connect",    False, over="https"),
    Row("tls_wrong_name",        _FAILED,    0, "connect",    False, over="https"),
    Row("tls_garbage",           _FAILED,    0, "connect",    False, over="https"),
    Row("tls_reset",             _FAILED,    0, "connect",    False, over="https"),
    Row("tls_no_reply",          _FAILED,    0, "connect",    False, over="https", quick="connect"),
    Row("reset_on_accept",       _FAILED,    0, "connect",    False, over="https"),
    Row("close_on_accept",       _FAILED,    0, "connect",    False, over="https"),
    # httpcore reads on when it cannot write, and tells what comes of that.
    Row("reset_inside_body",     _FAILED,    0, ("read", "protocol", "write"), False, large=True, untraced=_LOST),
    Row("stall_while_writing",   _FAILED,    0, "write",      False, large=True, untraced=_LOST, quick="write"),

    # Nobody read it whole, but the client cannot know: OutcomeUnknown.
    Row("keep_alive_race",       _LOST,      0, "read",       True),

    # It was read whole, and what came of it is not known: OutcomeUnknown, sent once.
    Row("fin_without_reply",     _LOST,      1, "protocol",   True),
    Row("rst_after_reading",     _LOST,      1, "read",       True),
    Row("no_reply",              _LOST,      1, "timeout",    True, quick="read"),
    Row("partial_status_line",   _LOST,      1, "protocol",   True),
    Row("garbage",               _LOST,      1, "protocol",   True),
    Row("continue_then_nothing", _LOST,      1, "timeout",    True, quick="read"),
    Row("headers_then_nothing",  _LOST,      1, "timeout",    True, quick="read"),
    Row("cut_body",              _LOST,      1, "protocol",   True),
    Row("cut_chunked_body",      _LOST,      1, "protocol",   True),
    Row("bad_gzip",              _LOST,      1, "protocol",   True),
    Row("length_negative",       _LOST,      1, "protocol",   True),
    Row("length_twice",          _LOST,      1, "protocol",   True),
    Row("slow_drip_body",        _LOST,      1, "timeout",    True, quick="deadline"),
    Row("slow_drip_headers",     _LOST,      1, "timeout",    True, quick="deadline"),
    Row("slow_drip_continue",    _LOST,      1, "timeout",    True, quick="deadline"),
    Row("status_408",            _SERVER,    1, 408),
    Row("status_500",            _SERVER,    1, 500),
    Row("status_502",            _SERVER,    1, 502),
    Row("html_502",              _SERVER,    1, 502),
    Row("status_503",            _SERVER,    1, 503),
    Row("status_503_wait_0",     _SERVER,    1, 503),
    Row("status_504",            _SERVER,    1, 504),
    Row("status_520",            _SERVER,    1, 520),
    Row("redirect",              _SERVER,    1, 307),

    # It was accepted, though the reply cannot be read.
    Row("html_200",              AcceptedSms, 1, None),
    Row("empty_200",             AcceptedSms, 1, None),
    Row("length_too_short",      AcceptedSms, 1, None),

    # It was read and refused: Rejected.
    Row("status_400",            BadRequest, 1, 400),
    Row("status_401",            Unauthorized, 1, 401),
    Row("status_403",            Forbidden,  1, 403),
    Row("status_404",            NotFound,   1, 404),
    Row("status_422",            RequestRefused, 1, 422),
    Row("status_426",            TLSUpgradeRequired, 1, 426),

    # It was read and turned away unexecuted: NotSent, and tried again, unless the wait is too long.
    Row("status_429",            RateLimited, 2, 429),
    Row("too_many_wait_long",    RateLimited, 1, 429),
]

TABLE_HTTP2 = [
    Row("reset_inside_body",     _FAILED,    0, ("read", "protocol", "write"), False, large=True, untraced=_LOST),
    Row("stall_while_writing",   _FAILED,    0, "timeout",    False, large=True, untraced=_LOST, quick="read"),
    Row("refused_stream",        _FAILED,    0, ("timeout", "protocol"), False, large=True, quick="read",
        untraced=_LOST),
    Row("fin_without_reply",     _LOST,      1, "protocol",   True),
    # httpcore may notice the reset while it acknowledges the server's settings
    Row("rst_after_reading",     _LOST,      1, ("read", "protocol", "write"), True),
    Row("no_reply",              _LOST,      1, "timeout",    True, quick="read"),
    Row("reset_stream",          _LOST,      1, "protocol",   True),
    Row("goaway",                _LOST,      1, "protocol",   True),
    Row("headers_then_nothing",  _LOST,      1, "timeout",    True, quick="read"),
    Row("cut_body",              _LOST,      1, "protocol",   True),
    Row("length_too_long",       _LOST,      1, "protocol",   True),
    Row("bad_gzip",              _LOST,      1, "protocol",   True),
    Row("garbage",               _LOST,      1, "protocol",   True),
    Row("slow_drip_body",        _LOST,      1, "timeout",    True, quick="deadline"),
    Row("html_200",              AcceptedSms, 1, None),
    Row("status_400",            BadRequest, 1, 400),
    Row("status_429",            RateLimited, 2, 429),
    Row("status_500",            _SERVER,    1, 500),
    Row("status_503",            _SERVER,    1, 503),
]

#: Faults of a proxy, and whether they come by CONNECT (https) or by absolute targets (http).
TABLE_PROXY = [
    Row("proxy_refused",         _FAILED,    0, "connect",    False, over="both"),
    Row("proxy_407",             _FAILED,    0, "connect",    False, over="https"),
    Row("proxy_502",             _FAILED,    0, "connect",    False, over="https"),
    Row("proxy_garbage",         _FAILED,    0, "connect",    False, over="https"),
    Row("proxy_hangs_up",        _FAILED,    0, "connect",    False, over="https"),
    Row("proxy_partial_status_line", _FAILED, 0, "connect",   False, over="https"),
    Row("proxy_no_reply",        _FAILED,    0, "connect",    False, over="https", quick="read"),
    # With an absolute target the proxy itself has the request, and may have passed it on.
    Row("proxy_502",             _SERVER,    0, 502,          over="http"),
    Row("proxy_407",             RequestRefused, 0, 407,      over="http"),
    Row("proxy_hangs_up",        _LOST,      0, ("protocol", "read"), True, over="http"),
    Row("proxy_no_reply",        _LOST,      0, "timeout",    True, over="http", quick="read"),
]
# fmt: on
