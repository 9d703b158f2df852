"""Everything about the mock that can be switched while it runs."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Mode = Literal["strict", "lenient"]


class SettingsError(ValueError):
    """A setting that does not exist or a value that makes no sense for it."""


@dataclass
class Settings:
    """The switches. Each assignment is checked, whoever makes it.

    Attributes:
        mode: `strict` follows the document to the letter, `lenient` forgives what the API's own
            published samples get wrong and says so in the `X-Mock-Forgave` response header.
        rate_limit: Answer 429 when a documented limit is passed.
        require_tls13: Answer every SMS request with 426, as if the client's TLS were too old.
        api_keys: The accepted keys; empty means that any non-empty key will do.
        subaccounts: The sub-accounts that exist; None means that every valid id does.
        region: The region where the account lives; None means that every region serves it.
        default_channel: First channel of a message that names none.
        max_body_bytes: Longer request bodies are refused with 413.
        max_messages: How many messages are remembered; the oldest go first.
    """

    mode: Mode = "strict"
    rate_limit: bool = True
    require_tls13: bool = False
    api_keys: tuple[str, ...] = dataclasses.field(default=(), repr=False)
    subaccounts: tuple[str, ...] | None = None
    region: str | None = None
    default_channel: str = "WhatsApp"
    max_body_bytes: int = 25 * 1024 * 1024
    max_messages: int = 100_000

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, _checked(name, value))

    def update(self, changes: Mapping[str, Any]) -> None:
        """Change several settings, all or none.

        Raises:
            SettingsError: A name is unknown or a value is not fit for it; nothing has changed.
        """
        checked = {name: _checked(name, value) for name, value in changes.items()}
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def public(self) -> dict[str, Any]:
        """The settings as JSON, without the keys themselves."""
        shown = dataclasses.asdict(self)
        shown["api_keys"] = ["***"] * len(self.api_keys)
        return shown


_MODES = ("strict", "lenient")


def _mode(name: str, value: Any) -> Any:
    if value not in _MODES:
        raise SettingsError(f"{name} must be one of: {', '.join(_MODES)}")
    return value


def _flag(name: str, value: Any) -> Any:
    if not isinstance(value, bool):
        raise SettingsError(f"{name} must be true or false")
    return value


def _positive(name: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise SettingsError(f"{name} must be a whole number above 0")
    return value


def _text(name: str, value: Any) -> Any:
    if not isinstance(value, str) or not value:
        raise SettingsError(f"{name} must be a string that is not empty")
    return value


def _texts(name: str, value: Any) -> Any:
    # A bare string is a sequence of strings too, and never what was meant.
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise SettingsError(f"{name} must be a list of strings")
    if not all(isinstance(item, str) and item for item in value):
        raise SettingsError(f"{name} must hold strings that are not empty")
    return tuple(sorted(value)) if isinstance(value, (set, frozenset)) else tuple(value)


def _or_none(check: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    return lambda name, value: None if value is None else check(name, value)


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "mode": _mode,
    "rate_limit": _flag,
    "require_tls13": _flag,
    "api_keys": _texts,
    "subaccounts": _or_none(_texts),
    "region": _or_none(_text),
    "default_channel": _text,
    "max_body_bytes": _positive,
    "max_messages": _positive,
}


def _checked(name: str, value: Any) -> Any:
    check = _CHECKS.get(name)
    if check is None:
        raise SettingsError(f"no setting is called {name[:40]!r}; there are: {', '.join(_CHECKS)}")
    return check(name, value)
