"""The asynchronous client, name for name the twin of the synchronous one."""

from __future__ import annotations

import inspect
import time
from os import PathLike
from typing import TYPE_CHECKING, Any, Self, TypeVar

from .base_client import (
    BaseClient,
    choose_limiter,
    guard_hooks,
    open_journal,
    refuse_both,
    watch_drift,
)
from .configuration import check_key, choose_backend, configure
from .core.exchange import Admit, Authorize, Begin, Pause, Settle, Transmit
from .core.history import History
from .io.http.backend import AsyncBackend, open_async_backend

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    import httpx

    from .configuration import AsyncApiKey, Delivery
    from .content.wire import Piece
    from .core.call import Call
    from .core.exchange import Freeze, Happened
    from .core.rate import Slot
    from .core.retry import Timeouts
    from .drift import OnDrift
    from .hook_guard import HooksArgument
    from .io.http.backend import Headers
    from .io.journal import Journal
    from .io.limiter import Limiter
    from .resources._async.line import AsyncLine
    from .resources._async.messages import AsyncMessages
    from .resources._async.sms import AsyncSms
    from .resources._async.surveys import AsyncSurveys
    from .results import Result
    from .results.many import Progress, RowOutcome, SendReport
    from .results.reconciliation import Reconciliation

R = TypeVar("R")


class AsyncClient(BaseClient[AsyncBackend]):
    """The asynchronous twin of Client, name for name.

    ``api_key`` may also be an async callable; ``http_client`` is an ``httpx.AsyncClient``, and the backends are
    ``httpx``, ``httpx2``, ``aiohttp`` and ``fast``.
    """

    __slots__ = ()

    def __init__(
        self,
        api_key: AsyncApiKey | None = None,
        subaccount_id: str | None = None,
        region: str | None = None,
        *,
        base_url: str | Mapping[str, str] | None = None,
        timeouts: Timeouts | None = None,
        max_attempts: int = 3,
        delivery: Delivery = "at_most_once",
        rate_limits: bool | Limiter = True,
        journal: str | Path | Journal | None = None,
        on_drift: OnDrift | None = None,
        hooks: HooksArgument | None = None,
        backend: str | None = None,
        http_client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        refuse_both(http_client, transport, backend)
        settings = configure(
            api_key=api_key,
            subaccount_id=subaccount_id,
            region=region,
            base_url=base_url,
            timeouts=timeouts,
            max_attempts=max_attempts,
            delivery=delivery,
            limiter=choose_limiter(rate_limits, is_private=transport is not None),
            journal=open_journal(journal),
            owns_journal=isinstance(journal, str | PathLike),
            drift=watch_drift(on_drift),
            hooks=guard_hooks(hooks),
        )
        object.__setattr__(self, "_configuration", settings)
        name = choose_backend(backend, is_brought=(http_client or transport) is not None)
        object.__setattr__(self, "_transport", open_async_backend(name, http_client, transport))

    @classmethod
    def from_env(cls) -> Self:
        """Make a client from the environment alone. Raises ConfigurationError that names what is missing."""
        return cls()

    @property
    def messages(self) -> AsyncMessages:
        """Messages over messaging apps."""
        from .resources._async.messages import AsyncMessages

        return AsyncMessages(self)

    @property
    def line(self) -> AsyncLine:
        """LINE Official Notifications."""
        from .resources._async.line import AsyncLine

        return AsyncLine(self)

    @property
    def sms(self) -> AsyncSms:
        """Single text messages."""
        from .resources._async.sms import AsyncSms

        return AsyncSms(self)

    @property
    def surveys(self) -> AsyncSurveys:
        """SMS Engage surveys."""
        from .resources._async.surveys import AsyncSurveys

        return AsyncSurveys(self)

    async def request(self, operation_id: str, body: Piece | None = None, **path: str) -> Result:
        """Call an operation of the specification with a whole body, a generated model or its wire form.

        It is checked and sent with the same care as by the resources' methods. ``path`` holds the path
        parameters besides the sub-account, by their names in the specification. Nothing is added to the body:
        give it a ``clientMessageId`` to find it again.
        """
        from .requests.any_operation import any_operation

        return await self.perform(any_operation(self.subaccount_id, operation_id, body, path))

    async def resume(
        self,
        run: str | None = None,
        *,
        concurrency: int = 10,
        on_outcome: Callable[[RowOutcome], object] | None = None,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> SendReport:
        """Send what the journal still plans to send: rows of runs that a crash or a failure has left.

        What may have been sent is left alone, unless the client's ``delivery`` is ``at_least_once``. Several
        workers may resume the same journal at once.

        Args:
            run: Only this run; all of them otherwise.
            concurrency: How many requests are sent at the same time.
            on_outcome: Takes the outcome of each row that is sent now.
            on_progress: Takes the counts after each request.

        Returns:
            What became of the rows that were sent now.

        Raises:
            ConfigurationError: The client has no journal, or the rows were planned for another server.
            SendStopped: The API refused the account, or is out of reach.
            JournalUnavailable: The database fails.
        """
        from .resources._async.recovery import AsyncRecovery

        return await AsyncRecovery(self).resume(
            run, concurrency=concurrency, on_outcome=on_outcome, on_progress=on_progress
        )

    async def reconcile(self) -> Reconciliation:
        """Settle sends whose outcome is unknown, by proof: receipts in the journal, and lookups of messages.

        Receipts come into the journal by ``Journal.add_receipt``. Lookups keep to the limit of one a second. What
        nothing proves stays unknown: not seeing a message is no proof that it was not sent.

        Raises:
            ConfigurationError: The client has no journal.
            JournalUnavailable: The database fails.
        """
        from .resources._async.recovery import AsyncRecovery

        return await AsyncRecovery(self).reconcile()

    async def perform(self, call: Call[R]) -> R:
        """Carry out a prepared call. The resources' methods end here."""
        from asyncio import sleep  # most programs that import this module never need it

        history = History()
        steps = self._steps(call, history)
        url = self._url(call)
        headers: Headers = []
        try:
            step = next(steps)
            while True:
                happened: Happened = None
                try:
                    if isinstance(step, Transmit):
                        happened = await self._transport.send(
                            call.method, url, headers, call.content, step.timeouts
                        )
                    elif isinstance(step, Authorize):
                        headers = self._headers(await self._key(), call)
                    elif isinstance(step, Pause):
                        await sleep(step.seconds)
                    elif isinstance(step, Begin | Settle):
                        happened = await self._record(step, call)
                    else:
                        happened = await self._limit(step, call)
                except BaseException as cut:  # noqa: BLE001  # it is judged in there, and raised again
                    step = steps.throw(cut)
                    continue
                # Only this may end the loop: a StopIteration from elsewhere is no result.
                try:
                    step = steps.send((happened, time.monotonic()))
                except StopIteration as finished:
                    return finished.value  # type: ignore[no-any-return]  # untyped in the standard library
        except BaseException:
            self._log_doubt(call, history)
            raise

    async def _limit(self, step: Admit | Freeze, call: Call[Any]) -> Slot | None:
        """Ask the limiter."""
        limiter, quotas = self._configuration.limiter, self._quotas(call)
        if limiter is None:
            return None
        if not getattr(limiter, "is_remote", False):
            if isinstance(step, Admit):
                return limiter.reserve(quotas, step.seconds)
            limiter.freeze(quotas, step.seconds)
            return None
        from asyncio import to_thread

        if isinstance(step, Admit):
            return await to_thread(limiter.reserve, quotas, step.seconds)
        await to_thread(limiter.freeze, quotas, step.seconds)
        return None

    async def _record(self, step: Begin | Settle, call: Call[Any]) -> object:
        """Write into the journal."""
        from .io.journal.waiting import async_written

        future: Future[Any] | None = None
        try:
            future = self._to_journal(step, call)
            return await async_written(future)
        except BaseException as error:  # noqa: BLE001  # raised again where it matters
            self._not_recorded(step, future, error)
            return None

    async def _key(self) -> str:
        key = self._configuration.api_key
        if isinstance(key, str):
            return key
        current = key()
        return check_key(await current if inspect.isawaitable(current) else current)

    async def aclose(self) -> None:
        """Close the connections, and a journal that was given by its name. What you brought stays open."""
        await self._transport.aclose()
        self._close_journal()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
