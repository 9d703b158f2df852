"""Webhooks over real HTTP, from threads of their own: no request to the mock ever waits for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from eightbyeight.mock.receivers import Headers

_THREADS = 4
_AT_ONCE = 256
_SECONDS, _SECONDS_TO_CONNECT = 5.0, 2.0


class Postman:
    """Posts webhooks while the mock is served."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, "eightbyeight-mock-webhooks")
        self._client: httpx.Client | None = None
        self._under_way = 0
        self._lock = Lock()

    @property
    def is_busy(self) -> bool:
        """Whether no more can be taken for now."""
        return self._under_way >= _AT_ONCE

    def post(
        self,
        url: str,
        headers: Headers,
        body: Callable[[], bytes],
        note: Callable[[int | None, str | None], None],
    ) -> None:
        """Post in the background.

        Args:
            url: Where to.
            headers: The headers.
            body: Makes the body.
            note: Is told the status, or what went wrong.
        """

        def work() -> None:
            try:
                answer = self._ready_client().post(url, headers=headers, content=body())
                note(answer.status_code, None)
            except Exception as error:  # noqa: BLE001 - whatever went wrong belongs into the log
                note(None, type(error).__name__)
            finally:
                self._count(-1)

        self._count(+1)
        self._threads.submit(work)

    def close(self) -> None:
        """Stop; what has not been posted is not."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self._client is not None:
            self._client.close()

    def _ready_client(self) -> httpx.Client:
        # Made for the first webhook: until then the mock starts twice as fast without it.
        with self._lock:
            if self._client is None:
                import httpx

                timeout = httpx.Timeout(_SECONDS, connect=_SECONDS_TO_CONNECT)
                # Webhooks of a test go where they are sent, not through the machine's proxy.
                self._client = httpx.Client(timeout=timeout, trust_env=False)
            return self._client

    def _count(self, more: int) -> None:
        with self._lock:
            self._under_way += more
