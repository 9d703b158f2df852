"""The settings as keyword arguments."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from eightbyeight.mock.settings import Lifecycle, Mode


class Switches(TypedDict, total=False):
    """The settings as keyword arguments; see `Settings`."""

    mode: Mode
    rate_limit: bool
    require_tls13: bool
    api_keys: Collection[str]
    subaccounts: Collection[str] | None
    region: str | None
    default_channel: str
    max_body_bytes: int
    max_messages: int
    lifecycle: Lifecycle
    accepted_after: float
    sent_after: float
    delivered_after: float
    read_after: float
    auto_read: bool
    fallback_after: float
    callback_url: str | None
    inbound_url: str | None
    callback_authorization: str | None
    receipt_version: int
    sms_price: float
    currency: str
    default_source: str
