"""What a delivery receipt proves. Reading never fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_EVENT = "outbound_message_status_changed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A state of one message, as the API reports it.

    ``namespace`` is ``SMS`` or ``ChatApps``; ``moment`` is the API's timestamp as it came.
    See https://developer.8x8.com/connect/docs/delivery-receipts-for-outbound-sms
    """

    namespace: str | None
    umid: str
    client_message_id: str | None
    client_batch_id: str | None
    batch_id: str | None
    subaccount_id: str | None
    state: str | None
    detail: str | None
    moment: str | None


def read_receipt(event: object) -> Receipt | None:
    """Read the JSON of a webhook. Returns None for anything but the status of an outbound message."""
    if not isinstance(event, Mapping) or event.get("eventType") != _EVENT:
        return None
    payload = _object(event.get("payload"))
    status = _object(payload.get("status"))
    umid = _text(payload, "umid")
    if umid is None:
        return None
    return Receipt(
        namespace=_text(event, "namespace"),
        umid=umid,
        client_message_id=_text(payload, "clientMessageId"),
        client_batch_id=_text(payload, "clientBatchId"),
        batch_id=_text(payload, "batchId"),
        subaccount_id=_text(payload, "subAccountId"),
        state=_text(status, "state"),
        detail=_text(status, "detail"),
        moment=_text(status, "timestamp"),
    )


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) and 0 < len(value) <= 350 else None
