"""A rate limiter in Redis, for processes that share one quota."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from ..core.rate import Slot
from ..errors import ConfigurationError, LimiterUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from limits import RateLimitItem

    from ..core.rate import Quota, Rate

_PATIENCE = 2.0  # seconds for a connection to Redis, and for each of its answers
_SHORTEST = 0.001  # seconds; to ask again sooner would only load Redis
_CONNECTIONS = (
    1 << 16
)  # each thread that asks needs one, and the default would refuse the hundredth


class RedisLimiter:
    """A limiter for all processes that name the same Redis (7 or later) and the same ``prefix``.

    No second holds more requests than a quota has for one, by the clocks of the processes' machines; after a 429
    all of them wait. It keeps no places: who finds no slot asks again. Needs the extra ``redis``.

    Args:
        url: Where Redis is: ``redis://``, ``rediss://`` (TLS) or ``unix://``. A password in it is never shown.
        prefix: What all keys begin with.

    Raises:
        ConfigurationError: The URL cannot be used, or the extra is not installed.
    """

    is_remote = True

    def __init__(self, url: str, *, prefix: str = "eightbyeight") -> None:
        try:
            from limits import RateLimitItemPerSecond, errors
            from limits.storage import RedisStorage
            from limits.strategies import MovingWindowRateLimiter
            from redis import ConnectionPool, Redis, RedisError
            from redis.backoff import NoBackoff
            from redis.retry import Retry
        except ImportError as error:
            raise ConfigurationError(
                'RedisLimiter needs an extra: pip install "eightbyeight[redis]"'
            ) from error
        try:
            pool = ConnectionPool.from_url(
                url,
                max_connections=_CONNECTIONS,
                socket_timeout=_PATIENCE,
                socket_connect_timeout=_PATIENCE,
                retry=Retry(NoBackoff(), 1),  # a connection may have gone stale since it was used
            )
            pool.connection_class(**pool.connection_kwargs)  # it knows which parameters there are
        except (AttributeError, TypeError, ValueError):
            # Without the cause: what is wrong with a URL may be cut out of its password.
            raise ConfigurationError(
                "the URL of Redis cannot be used; it looks like redis://user:password@host:6379/0, with "
                "rediss:// for TLS or unix:// for a socket, and special characters are percent-encoded"
            ) from None
        self._prefix = prefix
        self._pool = pool
        self._redis = Redis(connection_pool=pool)
        self._window = MovingWindowRateLimiter(
            RedisStorage("redis://", connection_pool=pool, key_prefix=prefix)
        )
        self._item_type = RateLimitItemPerSecond
        self._failures = (
            RedisError,
            OSError,
            errors.StorageError,
            errors.ConcurrentUpdateError,
            errors.ConfigurationError,
        )

    def reserve(self, quotas: Sequence[Quota], at_most: float) -> Slot:  # noqa: ARG002  # no places are kept
        """Take a slot in every bucket if each has one now; see Limiter. Raises LimiterUnavailable."""
        with self._asking():
            frozen = self._frozen_for(quotas)
            if frozen > 0:
                return Slot(frozen, is_taken=False)
            limits = [
                (self._item(quota.rate), quota.bucket)
                for quota in quotas
                if not math.isinf(quota.rate.per_second)
            ]
            # A slot cannot be given back, so none is taken before all buckets have one.
            full = [limit for limit in limits if len(limits) > 1 and not self._window.test(*limit)]
            for limit in limits if not full else ():
                if not self._window.hit(*limit):
                    full = [limit]
                    break
            wait = max((self._until_free(*limit) for limit in full), default=0.0)
            return Slot(wait, is_taken=not full)

    def freeze(self, quotas: Sequence[Quota], seconds: float) -> None:
        """Hand out no slot for so many seconds; see Limiter. Raises LimiterUnavailable."""
        milliseconds = max(1, math.ceil(seconds * 1000))
        # One transaction, so that the key cannot expire between the two; a longer freeze stays.
        with self._asking(), self._redis.pipeline(transaction=True) as commands:
            for quota in quotas:
                key = self._freeze_key(quota)
                commands.set(key, 1, px=milliseconds, nx=True)
                commands.pexpire(key, milliseconds, gt=True)
            commands.execute()

    def close(self) -> None:
        """Close the connections to Redis. The limiter opens new ones when it is used again."""
        self._pool.disconnect()

    def __repr__(self) -> str:
        return f"RedisLimiter(prefix={self._prefix!r})"

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Raise LimiterUnavailable for whatever goes wrong between here and Redis."""
        try:
            yield
        except self._failures as error:
            raise LimiterUnavailable(
                f"the rate limits in Redis cannot be asked ({type(error).__name__}), so nothing was sent; "
                "check that Redis is running and that the URL is right"
            ) from error

    def _frozen_for(self, quotas: Sequence[Quota]) -> float:
        """Return the seconds until no bucket is frozen any more."""
        with self._redis.pipeline(transaction=False) as commands:
            for quota in quotas:
                commands.pttl(self._freeze_key(quota))
            left = cast("list[int]", commands.execute())  # negative where there is no such key
        return max((max(_SHORTEST, ms / 1000) for ms in left if ms >= 0), default=0.0)

    def _freeze_key(self, quota: Quota) -> str:
        return f"{self._prefix}:frozen/{quota.bucket}"

    def _item(self, rate: Rate) -> RateLimitItem:
        """Return a rate in whole requests and whole seconds, never faster than it is."""
        if rate.per_second >= 1:
            return self._item_type(math.floor(rate.per_second), 1, "rate")
        return self._item_type(1, math.ceil(1 / rate.per_second), "rate")

    def _until_free(self, item: RateLimitItem, bucket: str) -> float:
        """Return the seconds until a bucket that was full may have a slot."""
        oldest_leaves, free = self._window.get_window_stats(item, bucket)
        return _SHORTEST if free > 0 else max(_SHORTEST, oldest_leaves - time.time())
