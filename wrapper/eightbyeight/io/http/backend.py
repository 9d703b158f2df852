"""The seam between the clients and the HTTP libraries: bytes go out, a reply or the evidence of a failure comes back.

Which library does it is a choice by name. Each is imported when a client is made with it, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ...errors import ConfigurationError
from .proxies import is_proxy_configured
from .trust import check_trust_store

if TYPE_CHECKING:
    import httpx

    from ...core.reply import Reply, TransportFailure
    from ...core.retry import Timeouts

# Names and values as they go over the wire.
Headers = list[tuple[bytes, bytes]]

#: So many calls may be under way at once; the others wait.
MOST_CONNECTIONS = 100
#: Seconds. A connection that is idle for longer may be closed by the API just when it is used.
KEPT_ALIVE = 5.0

#: The names of the backends, and whether there is one for a Client, and one for an AsyncClient.
BACKENDS = {
    "httpx": (True, True),
    "httpx2": (True, True),
    "aiohttp": (False, True),
    "fast": (True, True),
}


class Overrides:
    """What tests change of all backends.

    Attributes:
        stand_in: The one that is used whatever is asked for, because a mock stands behind it.
    """

    stand_in: str | None = None


class Backend(Protocol):
    """What a Client asks of its HTTP library."""

    def send(
        self, method: str, url: str, headers: Headers, content: bytes | None, timeouts: Timeouts
    ) -> Reply | TransportFailure:
        """Send one request. A failure, and Ctrl-C, is returned with the evidence of how far it came, not raised."""
        ...

    def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        ...


class AsyncBackend(Protocol):
    """What an AsyncClient asks of its HTTP library."""

    async def send(
        self, method: str, url: str, headers: Headers, content: bytes | None, timeouts: Timeouts
    ) -> Reply | TransportFailure:
        """Send one request. A failure, and cancellation, is returned with the evidence of how far it came."""
        ...

    async def aclose(self) -> None:
        """Close the connections, unless they are the caller's."""
        ...


def open_backend(
    name: str,
    http_client: httpx.Client | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Backend:
    """Return the backend of a Client. What the caller brings is of httpx, and comes with ``name`` "httpx".

    Raises ConfigurationError when there is none of that name, when its package is missing, or when the environment
    names certificates that are not there.
    """
    meant = _meant(name, is_async=False)
    if (http_client or transport) is None:
        check_trust_store()
    if meant == "fast":
        from .socket_transport import SocketTransport

        return SocketTransport()
    if _sends_alone(http_client or transport):
        from .httpcore_sync import HttpcoreTransport

        return HttpcoreTransport(meant)
    from .httpx_sync import HttpxTransport

    return HttpxTransport(http_client, transport, name=meant)


def open_async_backend(
    name: str,
    http_client: httpx.AsyncClient | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncBackend:
    """Return the backend of an AsyncClient; see open_backend."""
    meant = _meant(name, is_async=True)
    if (http_client or transport) is None:
        check_trust_store()
    if meant == "aiohttp":
        from .aiohttp_transport import AiohttpTransport

        return AiohttpTransport()
    if meant == "fast":
        from .asyncio_transport import AsyncioTransport

        return AsyncioTransport()
    if _sends_alone(http_client or transport):
        from .httpcore_async import AsyncHttpcoreTransport

        return AsyncHttpcoreTransport(meant)
    from .httpx_async import AsyncHttpxTransport

    return AsyncHttpxTransport(http_client, transport, name=meant)


def _sends_alone(brought: object) -> bool:
    """Tell whether nothing of httpx is needed but what does the work in it."""
    return brought is None and Overrides.stand_in is None and not is_proxy_configured()


def _meant(name: str, *, is_async: bool) -> str:
    if not BACKENDS.get(name, (False, False))[is_async]:
        fitting = ", ".join(name for name, pair in BACKENDS.items() if pair[is_async])
        kind = "AsyncClient" if is_async else "Client"
        raise ConfigurationError(f"there is no backend {name!r} for {kind}; there are: {fitting}")
    if name == "fast" and is_proxy_configured():  # it speaks to none
        name = "httpx"
    return Overrides.stand_in or name
