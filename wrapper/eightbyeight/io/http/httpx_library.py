"""httpx, or a library with the same interface, as the clients use it. No other module of theirs imports it."""

from __future__ import annotations

import functools
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ...core.reply import Reply
from ...errors import ConfigurationError
from .backend import KEPT_ALIVE, MOST_CONNECTIONS
from .content_encoding import decoded
from .library_errors import LibraryErrors
from .phases import PIECE, Pieces

if TYPE_CHECKING:
    import httpx

    from ...core.retry import Timeouts
    from .backend import Headers
    from .phases import PhaseTrace

#: The libraries with httpx's interface, by the names that they are imported by.
NAMES = ("httpx", "httpx2")


# From a response of httpx's own transport to the parser of its connection, where that is one of HTTP/1.1.
_TO_PARSER = ("stream", "_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")


class HttpxLibrary:
    """One of these libraries. ``module`` is the library, or one that looks like it."""

    def __init__(self, module: Any) -> None:
        self.module = module
        #: Given with each request, so that the auth of a borrowed client cannot replace the API key.
        self.no_auth = module.Auth()
        self._parsed = functools.lru_cache(maxsize=256)(module.URL)
        self.errors = LibraryErrors(module)
        self._in_pieces: Any = type("InPieces", (Pieces, module.ByteStream), {})
        # The API sets no cookies, and those of a gateway are nobody's business.
        look_away = {"extract_cookies": lambda _cookies, _response: None}
        self._no_cookies = type("NoCookies", (module.Cookies,), look_away)

    def limits(self, connections: int = MOST_CONNECTIONS) -> httpx.Limits:
        """Keep all connections, not 20 of 100: whoever sends more at once would pay for new ones all the time."""
        limits: httpx.Limits = self.module.Limits(
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=KEPT_ALIVE,
        )
        return limits

    def keep_no_cookies(self, client: httpx.Client | httpx.AsyncClient) -> None:
        """Spare a client of ours the search for cookies, which costs as much as reading a small answer."""
        client._cookies = self._no_cookies()

    def build_request(
        self,
        method: str,
        url: str,
        headers: Headers,
        content: bytes | None,
        timeouts: Timeouts,
        trace: PhaseTrace,
        *,
        is_async: bool = False,
    ) -> httpx.Request:
        """Make a finished request, whose way ``trace`` follows.

        Handing it to ``send`` skips the merging of URL, headers and cookies that ``Client.request`` does, and its
        headers and stream are given whole, which skips the looking for them. Its timeouts must then travel as an
        extension.
        """
        target = self._parsed(url)
        whole = [(b"Host", target.netloc), *headers]
        if content is not None:
            whole.append((b"Content-Length", b"%d" % len(content)))
        request: httpx.Request = self.module.Request(
            method,
            target,
            headers=whole,
            stream=self.module.ByteStream(content or b""),
            extensions={
                "timeout": {
                    "connect": timeouts.connect,
                    "read": timeouts.read,
                    "write": timeouts.write,
                    "pool": timeouts.pool,
                },
                "trace": trace.note if is_async else trace,
            },
        )
        request.read()  # so that hooks and transports of the caller may look at its content
        if content is not None and len(content) > PIECE:
            stream = self._in_pieces(content)
            stream._content, stream._trace = content, trace
            request.stream = stream
        return request


@functools.cache
def library(name: str) -> HttpxLibrary:
    """Import one of the libraries. Raises ConfigurationError when it is not there."""
    try:
        return HttpxLibrary(import_module(name))
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ConfigurationError(
            f'the backend {name} needs an extra: pip install "eightbyeight[{name}]"'
        ) from None


def library_of(thing: object) -> HttpxLibrary:
    """Return the library that a client or transport of the caller's is made with: httpx, unless it says otherwise."""
    for cls in type(thing).__mro__:
        package = cls.__module__.partition(".")[0]
        if package in NAMES:
            return library(package)
    return library(NAMES[0])


def spoiled(response: httpx.Response) -> Any:
    """Return the stream of a connection on which something came behind the reply, to be closed; None otherwise.

    httpcore would read it as the reply to the next request. It was read together with the reply, so that the socket
    knows nothing of it any more; only the parser does, which the libraries keep to themselves.
    """
    found: Any = response
    for name in _TO_PARSER:
        found = getattr(found, name, None)
    if found is None or not found.trailing_data[0]:
        return None
    return response.extensions.get("network_stream")


def to_reply(response: httpx.Response, content: bytes, *, is_decoded: bool) -> Reply:
    """Take from a response what the library keeps of it. Raises ValueError when ``content`` cannot be decompressed."""
    headers = {
        name.lower().decode("latin-1"): value.decode("latin-1")
        for name, value in response.headers.raw
    }
    return Reply(
        response.status_code, headers, content if is_decoded else decoded(content, headers)
    )
