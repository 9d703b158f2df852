"""The synchronous client: it holds the settings and the connections, and carries out what ``core`` decides."""

from __future__ import annotations

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
from .io.http.backend import Backend, open_backend

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    import httpx

    from .configuration import ApiKey, Delivery
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
    from .resources._sync.line import Line
    from .resources._sync.messages import Messages
    from .resources._sync.sms import Sms
    from .resources._sync.surveys import Surveys
    from .results import Result
    from .results.many import Progress, RowOutcome, SendReport
    from .results.reconciliation import Reconciliation

R = TypeVar("R")


class Client(BaseClient[Backend]):
    """A synchronous client of 8x8's messaging APIs, safe to share between threads.

    Args:
        api_key: The key, or a callable that returns the current one before each attempt.
            Falls back to EIGHTBYEIGHT_API_KEY.
        subaccount_id: The sub-account that sends. Falls back to EIGHTBYEIGHT_SUBACCOUNT_ID.
        region: ``apac`` (default), ``na``, ``eu`` or ``id``. Falls back to EIGHTBYEIGHT_REGION.
        base_url: A server that serves all products under their names, such as the mock, or a mapping of
            products (``chatapps``, ``sms``) to URLs. Falls back to EIGHTBYEIGHT_BASE_URL.
        timeouts: Seconds for each phase of an attempt and for the whole call.
        max_attempts: How often a call is tried, where trying again is provably safe.
        delivery: ``at_most_once`` leaves a send alone whose outcome is unknown; ``at_least_once`` repeats it,
            for messages where a duplicate is better than a loss.
        rate_limits: Keep to the documented limits, shared by all clients of the process (one with a
            ``transport`` of its own keeps to them alone); False leaves that to the API, a limiter replaces it.
        journal: Where every send is written down before it leaves and when it has ended: a file (SQLite), an
            SQLAlchemy URL, or a Journal. Needs the extra ``journal``.
        on_drift: Takes each ``Drift`` once: what a reply holds that the API description does not know. A function
            or a DriftReport; a path stands for a DriftReport there.
        hooks: Sees each call and each attempt without its secrets, see docs/observability.md: an object of a subclass
            of Hooks, or several.
        backend: The HTTP library: ``httpx`` (default), ``httpx2``, or ``fast`` for plain connections; see
            docs/performance.md. Falls back to EIGHTBYEIGHT_BACKEND.
        http_client: An ``httpx.Client`` of yours (proxies, certificates ...); it stays yours to close.
        transport: An httpx transport, such as the mock's, for a client that this one makes and closes.

    Raises:
        ConfigurationError: Settings are missing or wrong; all of them are named.
    """

    __slots__ = ()

    def __init__(
        self,
        api_key: ApiKey | None = None,
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
        http_client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
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
        object.__setattr__(self, "_transport", open_backend(name, http_client, transport))

    @classmethod
    def from_env(cls) -> Self:
        """Make a client from the environment alone. Raises ConfigurationError that names what is missing."""
        return cls()

    @property
    def messages(self) -> Messages:
        """Messages over messaging apps."""
        from .resources._sync.messages import Messages

        return Messages(self)

    @property
    def line(self) -> Line:
        """LINE Official Notifications."""
        from .resources._sync.line import Line

        return Line(self)

    @property
    def sms(self) -> Sms:
        """Single text messages."""
        from .resources._sync.sms import Sms

        return Sms(self)

    @property
    def surveys(self) -> Surveys:
        """SMS Engage surveys."""
        from .resources._sync.surveys import Surveys

        return Surveys(self)

    def request(self, operation_id: str, body: Piece | None = None, **path: str) -> Result:
        """Call an operation of the specification with a whole body, a generated model or its wire form.

        It is checked and sent with the same care as by the resources' methods. ``path`` holds the path
        parameters besides the sub-account, by their names in the specification. Nothing is added to the body:
        give it a ``clientMessageId`` to find it again.
        """
        from .requests.any_operation import any_operation

        return self.perform(any_operation(self.subaccount_id, operation_id, body, path))

    def resume(
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
        from .resources._sync.recovery import Recovery

        return Recovery(self).resume(
            run, concurrency=concurrency, on_outcome=on_outcome, on_progress=on_progress
        )

    def reconcile(self) -> Reconciliation:
        """Settle sends whose outcome is unknown, by proof: receipts in the journal, and lookups of messages.

        Receipts come into the journal by ``Journal.add_receipt``. Lookups keep to the limit of one a second. What
        nothing proves stays unknown: not seeing a message is no proof that it was not sent.

        Raises:
            ConfigurationError: The client has no journal.
            JournalUnavailable: The database fails.
        """
        from .resources._sync.recovery import Recovery

        return Recovery(self).reconcile()

    def perform(self, call: Call[R]) -> R:
        """Carry out a prepared call. The resources' methods end here."""
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
                        happened = self._transport.send(
                            call.method, url, headers, call.content, step.timeouts
                        )
                    elif isinstance(step, Authorize):
                        headers = self._headers(self._key(), call)
                    elif isinstance(step, Pause):
                        time.sleep(step.seconds)
                    elif isinstance(step, Begin | Settle):
                        happened = self._record(step, call)
                    else:
                        happened = self._limit(step, call)
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

    def _limit(self, step: Admit | Freeze, call: Call[Any]) -> Slot | None:
        """Ask the limiter."""
        limiter, quotas = self._configuration.limiter, self._quotas(call)
        if limiter is None:
            return None
        if isinstance(step, Admit):
            return limiter.reserve(quotas, step.seconds)
        limiter.freeze(quotas, step.seconds)
        return None

    def _record(self, step: Begin | Settle, call: Call[Any]) -> object:
        """Write into the journal."""
        future: Future[Any] | None = None
        try:
            future = self._to_journal(step, call)
            return future.result()
        except BaseException as error:  # noqa: BLE001  # raised again where it matters
            self._not_recorded(step, future, error)
            return None

    def _key(self) -> str:
        key = self._configuration.api_key
        if isinstance(key, str):
            return key
        try:
            return check_key(key())
        except StopIteration as error:  # it would end a generator around the call in silence
            raise RuntimeError("the callable for the API key raised StopIteration") from error

    def close(self) -> None:
        """Close the connections, and a journal that was given by its name. What you brought stays open."""
        self._transport.close()
        self._close_journal()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
