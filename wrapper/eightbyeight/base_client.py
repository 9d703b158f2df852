"""What the synchronous and the asynchronous client share."""

from __future__ import annotations

import functools
import sys
import time
from contextlib import suppress
from os import PathLike
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from ._version import __version__
from .configuration import Configuration, configure
from .core.exchange import Begin, Rules, Settle, exchange
from .core.failure import cut_off_note
from .core.rate import quotas_of
from .core.send_state import SendState
from .errors import ConfigurationError
from .io.http.backend import AsyncBackend, Backend
from .io.limiter import MemoryLimiter, shared_limiter

if TYPE_CHECKING:
    import logging
    from collections.abc import Generator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from .configuration import Delivery
    from .core.call import Call
    from .core.exchange import Happened, Step
    from .core.history import History
    from .core.rate import Quota
    from .core.retry import Timeouts
    from .drift import DriftWatch, OnDrift
    from .hook_guard import GuardedHooks, HooksArgument
    from .hooks import CallView
    from .io.http.backend import Headers
    from .io.journal import Journal
    from .io.limiter import Limiter

R = TypeVar("R")
T = TypeVar("T", Backend, AsyncBackend)

_USER_AGENT = f"eightbyeight/{__version__} python/{sys.version_info.major}.{sys.version_info.minor}"
_HEADERS: Headers = [
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", b"gzip, deflate"),
    (b"User-Agent", _USER_AGENT.encode()),
]
# Seconds that a send may take beyond its deadline until it counts as abandoned.
_GRACE = 30.0
_BODY_HEADERS: Headers = [*_HEADERS, (b"Content-Type", b"application/json")]
# What hooks see of them, without a body and with one.
_SHOWN_HEADERS = tuple(
    MappingProxyType({name.decode(): value.decode() for name, value in headers})
    for headers in (_HEADERS, _BODY_HEADERS)
)


class BaseClient(Generic[T]):
    """What both clients share: settings that never change, and how a request looks."""

    __slots__ = ("_configuration", "_transport")

    _configuration: Configuration
    _transport: T

    @property
    def subaccount_id(self) -> str:
        """The sub-account that sends."""
        return self._configuration.subaccount_id

    @property
    def region(self) -> str:
        """The region whose hosts are used, unless a base URL replaces them."""
        return self._configuration.region

    @property
    def hosts(self) -> Mapping[str, str]:
        """The URL before the paths of each product."""
        return self._configuration.hosts

    @property
    def timeouts(self) -> Timeouts:
        """Seconds for each phase of an attempt and for the whole call."""
        return self._configuration.timeouts

    @property
    def repeats_unknown(self) -> bool:
        """Whether a send whose outcome is unknown is repeated: a duplicate is better than a loss."""
        return self._configuration.delivery == "at_least_once"

    def with_options(
        self,
        *,
        api_key: Any = None,
        subaccount_id: str | None = None,
        timeouts: Timeouts | None = None,
        max_attempts: int | None = None,
        delivery: Delivery | None = None,
        journal: str | Path | Journal | None = None,
    ) -> Self:
        """Return a copy with other settings that shares this client's connections.

        LINE notifications, SMS and messaging apps live in sub-accounts of their own:
        ``client.with_options(subaccount_id="acme_line")``. A one-time password that may rather arrive twice than
        never: ``client.with_options(delivery="at_least_once")``. Closing either closes the connections of both.
        """
        old = self._configuration
        checked = configure(
            api_key=api_key if api_key is not None else old.api_key,
            subaccount_id=subaccount_id if subaccount_id is not None else old.subaccount_id,
            timeouts=timeouts or old.timeouts,
            max_attempts=max_attempts if max_attempts is not None else old.max_attempts,
            delivery=delivery or old.delivery,
            limiter=old.limiter,
            journal=open_journal(journal) if journal is not None else old.journal,
            owns_journal=isinstance(journal, str | PathLike) if journal else old.owns_journal,
            drift=old.drift,
            hooks=old.hooks,
            environment={},
        )
        copy = object.__new__(type(self))
        object.__setattr__(
            copy, "_configuration", checked._replace(region=old.region, hosts=old.hosts)
        )
        object.__setattr__(copy, "_transport", self._transport)
        return copy

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            f"clients never change; use with_options() for a copy with another {name.lstrip('_')}"
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(subaccount_id={self.subaccount_id!r}, region={str(self.region)!r})"

    def _quotas(self, call: Call[Any]) -> tuple[Quota, ...]:
        """Return what ``call`` draws from."""
        return quotas_of(
            call.operation, self._configuration.hosts[call.product], self.subaccount_id
        )

    def _steps(self, call: Call[R], history: History) -> Generator[Step, tuple[Happened, float], R]:
        """Start the life of ``call``, with whatever looks at it."""
        settings = self._configuration
        rules = Rules(
            timeouts=settings.timeouts,
            max_attempts=settings.max_attempts,
            random=_random,
            limited=settings.limiter is not None,
            at_least_once=self.repeats_unknown,
            journaled=call.is_send and settings.journal is not None,
        )
        started = time.monotonic()
        steps = exchange(call, rules, started, history)
        if settings.drift is not None:
            from .core.watching import watched

            steps = watched(steps, call, settings.drift.watch(call))
        is_logged = _is_logged()
        if settings.hooks is None and not is_logged:
            return steps
        from .core.watching import watched
        from .hook_watch import HookWatch

        hooks = settings.hooks
        if hooks is None or is_logged:
            hooks = with_call_log(hooks)
        return watched(steps, call, HookWatch(hooks, self._view(call), history, started))

    def _view(self, call: Call[Any]) -> CallView:
        """Return what hooks may see of ``call``."""
        from .hooks import CallView

        return CallView(
            operation=call.operation,
            product=call.product,
            method=call.method,
            host=self._configuration.hosts[call.product],
            subaccount_id=self.subaccount_id,
            headers=_SHOWN_HEADERS[call.content is not None],
            size=len(call.content or b""),
            messages=call.messages if call.is_send else 0,
            client_message_id=call.client_message_id,
        )

    @property
    def journal(self) -> Journal | None:
        """Where every send is written down, if anywhere."""
        return self._configuration.journal

    def _close_journal(self) -> None:
        if self._configuration.owns_journal and self._configuration.journal is not None:
            self._configuration.journal.close()

    def _to_journal(self, step: Begin | Settle, call: Call[Any]) -> Future[Any]:
        """Hand a step to the journal; the future is done when it is on the disk."""
        journal = self._configuration.journal
        if journal is None:
            raise TypeError("only a client with a journal writes one")
        if isinstance(step, Settle):
            return journal.settle(step.ticket, step.state, step.reply, step.error)
        return journal.begin(
            call,
            host=self._configuration.hosts[call.product],
            lease=self._configuration.timeouts.deadline + _GRACE,
            again=self.repeats_unknown,
        )

    def _not_recorded(
        self, step: Begin | Settle, future: Future[Any] | None, error: BaseException
    ) -> None:
        """Go on from a step that is not known to be in the journal.

        Without its begin a send must not leave, and a begin that was cut off is taken back. How a send ended stays
        true, whether it could be written or not.
        """
        if isinstance(step, Begin):
            if future is not None:
                future.add_done_callback(self._take_back)
            raise error
        import logging

        logging.getLogger("eightbyeight.journal").error(
            "a send ended as %s, but the journal could not be written", step.state
        )
        if not isinstance(error, Exception):
            raise error

    def _take_back(self, future: Future[Any]) -> None:
        journal = self._configuration.journal
        if journal is not None and future.exception() is None:
            journal.take_back(future.result())

    def _url(self, call: Call[Any]) -> str:
        return self._configuration.hosts[call.product] + call.path

    @staticmethod
    def _headers(key: str, call: Call[Any]) -> Headers:
        key_header = (b"Authorization", b"Bearer " + key.encode())
        return [key_header, *(_HEADERS if call.content is None else _BODY_HEADERS)]

    @staticmethod
    def _log_doubt(call: Call[Any], history: History) -> None:
        """Log a send that has failed, if it may have been executed: somebody has to look for it."""
        if call.is_send and history.failed_as is SendState.UNKNOWN:
            # What a filter raises, say, must not hide why the call has failed.
            with suppress(Exception):
                _log().warning("%s", cut_off_note(call, SendState.UNKNOWN))


@functools.cache
def _log() -> logging.Logger:
    import logging

    log = logging.getLogger("eightbyeight.calls")
    # What is logged of a call, its exception tells too: a program without logging is not to find it on stderr.
    log.addHandler(logging.NullHandler())
    return log


def _is_logged() -> bool:
    """Tell whether successes are logged. A program that has not imported logging cannot have asked for it."""
    logging = sys.modules.get("logging")
    return logging is not None and _log().isEnabledFor(logging.INFO)


def _random() -> float:
    import random  # few calls are tried again

    return random.random()  # noqa: S311  # jitter


def choose_limiter(rate_limits: bool | Limiter, *, is_private: bool) -> Limiter | None:
    """Return the limiter that the argument ``rate_limits`` of a client stands for."""
    if isinstance(rate_limits, bool):
        return (MemoryLimiter() if is_private else shared_limiter()) if rate_limits else None
    return rate_limits


def open_journal(journal: str | Path | Journal | None) -> Journal | None:
    """Return the journal that the argument of a client stands for. SQLAlchemy is imported only for one."""
    if journal is None:
        return None
    from .io.journal import Journal

    return journal if isinstance(journal, Journal) else Journal(journal)


def watch_drift(on_drift: OnDrift | None) -> DriftWatch | None:
    """Return what the argument ``on_drift`` of a client stands for. The description is read only for one."""
    if on_drift is None:
        return None
    from .drift import DriftWatch

    return DriftWatch(on_drift)


def guard_hooks(hooks: HooksArgument | None) -> GuardedHooks | None:
    """Return what the argument ``hooks`` of a client stands for."""
    if hooks is None:
        return None
    from .hook_guard import guarded

    return guarded(hooks)


def with_call_log(hooks: GuardedHooks | None) -> GuardedHooks:
    """Return ``hooks`` together with what logs calls."""
    from .call_log import CALL_LOG

    return CALL_LOG if hooks is None else hooks + CALL_LOG


def refuse_both(http_client: object, transport: object, backend: str | None) -> None:
    """Raise ConfigurationError when a client is given two things to send with: which one counts?"""
    given = {"http_client": http_client, "transport": transport, "backend": backend}
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise ConfigurationError(
            f"give {' or '.join(names)}, not {'both' if len(names) == 2 else 'all'}"
        )
