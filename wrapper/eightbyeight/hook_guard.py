"""Takes the hooks of a client, and keeps their failures from its calls."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from .core.plain_function import is_async
from .core.where_raised import where_raised
from .errors import ConfigurationError
from .hooks import Hooks

if TYPE_CHECKING:
    from .hooks import AttemptView, CallEnd, CallView, WaitView

HooksArgument: TypeAlias = Hooks | Iterable[Hooks]
"""What the argument ``hooks`` of a client takes: one of them, or several."""

_log = logging.getLogger("eightbyeight.hooks")
_METHODS = ("call_started", "attempt_started", "attempt_ended", "waiting", "call_ended")


def guarded(hooks: HooksArgument) -> GuardedHooks:
    """Return the hooks that the argument of a client stands for.

    Raises ConfigurationError for what is not one, and for async methods, which nobody would await.
    """
    each_hooks = (
        (hooks,) if isinstance(hooks, Hooks) or not isinstance(hooks, Iterable) else tuple(hooks)
    )
    for each in each_hooks:
        if not isinstance(each, Hooks):
            is_class = isinstance(each, type)
            got = f"the class {each.__name__}" if is_class else type(each).__name__
            raise ConfigurationError(f"hooks must be objects of a subclass of Hooks, not {got}")
        for name in _METHODS:
            if is_async(getattr(each, name)):
                raise ConfigurationError(
                    f"{type(each).__name__}.{name} is an async function; hooks are plain functions, "
                    "which may start a task"
                )
    return GuardedHooks(each_hooks)


class GuardedHooks(Hooks):
    """Tells several hooks of a call, and keeps their failures from it.

    Those at the front see a call first when it begins and last when it ends, as if they were wrapped around the others.
    """

    def __init__(self, hooks: tuple[Hooks, ...]) -> None:
        self._hooks = hooks
        self._logged: dict[str, object] = {}

    def __add__(self, others: GuardedHooks) -> GuardedHooks:
        """Return these with others behind them; each failure is still logged once."""
        both = GuardedHooks((*self._hooks, *others._hooks))
        both._logged = self._logged
        return both

    def call_started(self, call: CallView) -> None:
        """Tell all of them, in their order."""
        self._tell(self._hooks, "call_started", call)

    def attempt_started(self, call: CallView, number: int) -> None:
        """Tell all of them, in their order."""
        self._tell(self._hooks, "attempt_started", call, number)

    def attempt_ended(self, call: CallView, attempt: AttemptView) -> None:
        """Tell all of them, the last one first."""
        self._tell(reversed(self._hooks), "attempt_ended", call, attempt)

    def waiting(self, call: CallView, wait: WaitView) -> None:
        """Tell all of them, in their order."""
        self._tell(self._hooks, "waiting", call, wait)

    def call_ended(self, call: CallView, end: CallEnd) -> None:
        """Tell all of them, the last one first."""
        self._tell(reversed(self._hooks), "call_ended", call, end)

    def _tell(self, all_hooks: Iterable[Hooks], method: str, *told: object) -> None:
        for hooks in all_hooks:
            try:
                getattr(hooks, method)(*told)
            except Exception as error:  # noqa: BLE001  # the call is to end as it would without it
                name = f"{type(hooks).__name__}.{method}"
                mine = object()
                if self._logged.setdefault(name, mine) is mine:
                    with suppress(Exception):  # a filter's of yours
                        _log.error("%s failed, and the call went on: %s", name, where_raised(error))
