"""Everything about the mock that can be switched while it runs."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Mode = Literal["strict", "lenient"]
Lifecycle = Literal["auto", "manual"]

#: The settings that decide what happens to messages that are there already, and when.
TIMING = frozenset(
    {"lifecycle", "accepted_after", "sent_after", "delivered_after", "read_after", "auto_read"}
)


class SettingsError(ValueError):
    """A setting that does not exist or a value that makes no sense for it."""


@dataclass
class Settings:
    """The switches. Each assignment is checked, whoever makes it.

    Attributes:
        mode: `strict` follows the document to the letter, `lenient` forgives what the API's own
            published samples get wrong and says so in the `X-Mock-Forgave` response header.
        rate_limit: Answer 429 when a documented limit is passed.
        require_tls13: Answer SMS requests with 426 unless they come over TLS 1.3.
        api_keys: The accepted keys; empty means that any non-empty key will do.
        subaccounts: The sub-accounts that exist; None means that every valid id does.
        region: The region where the account lives; None means that every region serves it.
        default_channel: First channel of a message that names none.
        max_body_bytes: Longer request bodies are refused with 413; at least 1000.
        max_messages: How many messages are remembered; the oldest go first.
        lifecycle: With `auto` messages come further by themselves, with `manual` they wait to be
            told; fallback, schedule and expiry work in both.
        accepted_after: Seconds from the start on a channel until it is accepted, on LINE.
        sent_after: Seconds until it is sent.
        delivered_after: Seconds until it is delivered.
        read_after: Seconds until it is read, on channels that report that.
        auto_read: Whether messages are read by themselves.
        fallback_after: Seconds until the next channel, where the request does not say.
        callback_url: Where receipts go, unless the request says.
        inbound_url: Where it goes what users do: answers, clicks, surveys.
        callback_authorization: The Authorization header of webhooks.
        receipt_version: Version of the receipts of messaging apps, 9 or 8; inbound messages come
            in version 3 or 2 then.
        sms_price: What a part of an SMS costs; with 0 receipts carry no price.
        currency: The currency of prices.
        default_source: The sender of an SMS that names none.
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
    lifecycle: Lifecycle = "auto"
    accepted_after: float = 0.5
    sent_after: float = 1.0
    delivered_after: float = 2.0
    read_after: float = 5.0
    auto_read: bool = True
    fallback_after: float = 60.0
    callback_url: str | None = None
    inbound_url: str | None = None
    callback_authorization: str | None = dataclasses.field(default=None, repr=False)
    receipt_version: int = 9
    sms_price: float = 0.03
    currency: str = "USD"
    default_source: str = "MOCK"

    #: Counts the changes.
    version: ClassVar[int] = 0

    def __setattr__(self, name: str, value: Any) -> None:
        self._set(name, _checked(name, value))

    def update(self, changes: Mapping[str, Any]) -> None:
        """Change several settings, all or none.

        Raises:
            SettingsError: A name is unknown or a value is not fit for it; nothing has changed.
        """
        checked = {name: _checked(name, value) for name, value in changes.items()}
        for name, value in checked.items():
            self._set(name, value)

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        object.__setattr__(self, "version", self.version + 1)

    def public(self) -> dict[str, Any]:
        """The settings as JSON, without the keys themselves."""
        shown = dataclasses.asdict(self)
        shown["api_keys"] = ["***"] * len(self.api_keys)
        if self.callback_authorization is not None:
            shown["callback_authorization"] = "***"
        return shown


# Ten years: sums of times must stay within what a datetime holds.
_MOST_SECONDS = 315_360_000
_LEAST_BODY = 1000
_HALF = re.compile("[\ud800-\udfff]")


def _one_of(*allowed: str | int) -> Callable[[str, Any], Any]:
    def check(name: str, value: Any) -> Any:
        if isinstance(value, bool) or value not in allowed:
            raise SettingsError(f"{name} must be one of: {', '.join(map(str, allowed))}")
        return value

    return check


def _amount(name: str, value: Any) -> Any:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= _MOST_SECONDS:
        raise SettingsError(f"{name} must be a number from 0 to {_MOST_SECONDS}")
    return value


def _url(name: str, value: Any) -> Any:
    if not _is_address(value):
        raise SettingsError(
            f"{name} must be an http or https address, such as http://localhost:9000/8x8"
        )
    return value


def _is_address(value: Any) -> bool:
    if not isinstance(value, str) or " " in value or not (value.isascii() and value.isprintable()):
        return False
    try:
        parts = urlsplit(value)
        # A port out of range is told of only when it is looked at.
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _header(name: str, value: Any) -> Any:
    # What is printable ASCII cannot smuggle in another header.
    if not isinstance(value, str) or not value or not (value.isascii() and value.isprintable()):
        raise SettingsError(f"{name} must be a header's value in ASCII")
    return value


def _flag(name: str, value: Any) -> Any:
    if not isinstance(value, bool):
        raise SettingsError(f"{name} must be true or false")
    return value


def _positive(name: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise SettingsError(f"{name} must be a whole number above 0")
    return value


def _is_text(value: Any) -> bool:
    # JSON can bring half a character, which no encoding has.
    return isinstance(value, str) and value != "" and not _HALF.search(value)


def _body_limit(name: str, value: Any) -> Any:
    # Whoever has set it too low must be able to say so: the control plane keeps to it, too.
    if isinstance(value, bool) or not isinstance(value, int) or value < _LEAST_BODY:
        raise SettingsError(f"{name} must be a whole number from {_LEAST_BODY}")
    return value


def _text(name: str, value: Any) -> Any:
    if not _is_text(value):
        raise SettingsError(f"{name} must be a string that is not empty")
    return value


def _texts(name: str, value: Any) -> Any:
    # A bare string is a sequence of strings too, and never what was meant.
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise SettingsError(f"{name} must be a list of strings")
    if not all(map(_is_text, value)):
        raise SettingsError(f"{name} must hold strings that are not empty")
    return tuple(sorted(value)) if isinstance(value, (set, frozenset)) else tuple(value)


def _or_none(check: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    return lambda name, value: None if value is None else check(name, value)


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "mode": _one_of("strict", "lenient"),
    "rate_limit": _flag,
    "require_tls13": _flag,
    "api_keys": _texts,
    "subaccounts": _or_none(_texts),
    "region": _or_none(_text),
    "default_channel": _text,
    "max_body_bytes": _body_limit,
    "max_messages": _positive,
    "lifecycle": _one_of("auto", "manual"),
    "accepted_after": _amount,
    "sent_after": _amount,
    "delivered_after": _amount,
    "read_after": _amount,
    "auto_read": _flag,
    "fallback_after": _amount,
    "callback_url": _or_none(_url),
    "inbound_url": _or_none(_url),
    "callback_authorization": _or_none(_header),
    "receipt_version": _one_of(9, 8),
    "sms_price": _amount,
    "currency": _text,
    "default_source": _text,
}


def _checked(name: str, value: Any) -> Any:
    check = _CHECKS.get(name)
    if check is None:
        raise SettingsError(f"no setting is called {name[:40]!r}; there are: {', '.join(_CHECKS)}")
    return check(name, value)
