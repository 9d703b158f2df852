"""What the synchronous and the asynchronous client share."""

from __future__ import annotations

import logging
import random
import sys
import time
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from ._version import __version__
from .configuration import Configuration, configure
from .core.exchange import Begin, Rules, Settle, exchange
from .core.rate import quotas_of
from .core.reply import Reply
from .errors import ConfigurationError
from .io.async_transport import AsyncTransport
from .io.limiter import MemoryLimiter, shared_limiter
from .io.sync_transport import SyncTransport

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from .configuration import Delivery
    from .core.call import Call
    from .core.exchange import Happened, Step
    from .core.rate import Quota
    from .core.reply import TransportFailure
    from .core.retry import Timeouts
    from .io.backend import Headers
    from .io.journal import Journal
    from .io.limiter import Limiter

R = TypeVar("R")
T = TypeVar("T", SyncTransport, AsyncTransport)

_log = logging.getLogger("eightbyeight")
_USER_AGENT = f"eightbyeight/{__version__} python/{sys.version_info.major}.{sys.version_info.minor}"
_HEADERS: Headers = [
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", b"gzip, deflate"),
    (b"User-Agent", _USER_AGENT.encode()),
]
# Seconds that a send may take beyond its deadline until it counts as abandoned.
_GRACE = 30.0
_BODY_HEADERS: Headers = [*_HEADERS, (b"Content-Type", b"application/json")]


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
            owns_journal=isinstance(journal, str | PurePath) if journal else old.owns_journal,
            environment={},
        )
        copy = object.__new__(type(self))
        object.__setattr__(
            copy, "_configuration", replace(checked, region=old.region, hosts=old.hosts)
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

    def _steps(self, call: Call[R]) -> Generator[Step, tuple[Happened, float], R]:
        """Start the life of ``call``."""
        settings = self._configuration
        rules = Rules(
            timeouts=settings.timeouts,
            max_attempts=settings.max_attempts,
            random=random.random,
            limited=settings.limiter is not None,
            at_least_once=self.repeats_unknown,
            journaled=call.is_send and settings.journal is not None,
        )
        return exchange(call, rules, time.monotonic())

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
        _log.error("a send ended as %s, but the journal could not be written", step.state)
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
    def _note(call: Call[Any], happened: Reply | TransportFailure) -> None:
        """Log how an attempt ended: no key, no text, no number."""
        if _log.isEnabledFor(logging.DEBUG):
            ended = (
                f"HTTP {happened.status}"
                if isinstance(happened, Reply)
                else f"failed ({happened.kind})"
            )
            _log.debug("%s %s: %s", call.method, call.operation, ended)


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


def refuse_both(http_client: object, transport: object) -> None:
    """Raise ConfigurationError when a client is given an httpx client and a transport: which one counts?"""
    if http_client is not None and transport is not None:
        raise ConfigurationError("give http_client or transport, not both")
