"""httpcore, which does the work in httpx, or its twin in httpx2, as the clients use it.

What httpx adds costs more than the client itself, and all that a client of ours needs of it is the proxies.
"""

from __future__ import annotations

import functools
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ...core.reply import Reply
from ...errors import ConfigurationError
from .content_encoding import decoded
from .library_errors import LibraryErrors

if TYPE_CHECKING:
    import httpcore

    from ...core.retry import Timeouts
    from .address import Address, Origin
    from .backend import Headers

#: What does the work in each library with httpx's interface.
CORES = {"httpx": "httpcore", "httpx2": "httpcore2"}


class HttpcoreLibrary:
    """One of the two. ``module`` is the library, or one that looks like it."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.errors = LibraryErrors(module)
        self._url = functools.lru_cache(maxsize=256)(self._make_url)

    def origin(self, origin: Origin) -> httpcore.Origin:
        """Return an origin as the library knows it."""
        made: httpcore.Origin = self.module.Origin(
            origin.scheme.encode(), origin.host.encode(), origin.port
        )
        return made

    def request(
        self,
        method: str,
        address: Address,
        headers: Headers,
        content: bytes | None,
        timeouts: Timeouts,
    ) -> httpcore.Request:
        """Make a finished request."""
        whole = [(b"Host", address.host), *headers]
        if content is not None:
            whole.append((b"Content-Length", b"%d" % len(content)))
        request: httpcore.Request = self.module.Request(
            method,
            self._url(address),
            headers=whole,
            content=content,
            extensions={
                "timeout": {
                    "connect": timeouts.connect,
                    "read": timeouts.read,
                    "write": timeouts.write,
                }
            },
        )
        return request

    def _make_url(self, address: Address) -> httpcore.URL:
        origin = self.origin(address.origin)
        url: httpcore.URL = self.module.URL(
            scheme=origin.scheme, host=origin.host, port=origin.port, target=address.target
        )
        return url


@functools.cache
def core_library(name: str) -> HttpcoreLibrary:
    """Import what does the work in the library ``name``. Raises ConfigurationError when it is not there."""
    module = CORES[name]
    try:
        return HttpcoreLibrary(import_module(module))
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise ConfigurationError(
            f'the backend {name} needs an extra: pip install "eightbyeight[{name}]"'
        ) from None


def has_more(connection: Any) -> bool:
    """Tell whether something came behind the last reply. httpcore would read it as the reply to the next request.

    ``connection`` is an HTTPConnection or AsyncHTTPConnection that has had one. It was read together with the reply, so
    that the socket knows nothing of it any more; only the parser does, which httpcore keeps to itself.
    """
    parser = getattr(getattr(connection, "_connection", None), "_h11_state", None)
    return parser is None or bool(parser.trailing_data[0])


def to_reply(response: httpcore.Response, content: bytes) -> Reply:
    """Return a reply. Raises ValueError when its body cannot be decompressed."""
    headers = {
        name.lower().decode("latin-1"): value.decode("latin-1") for name, value in response.headers
    }
    return Reply(response.status, headers, decoded(content, headers))
