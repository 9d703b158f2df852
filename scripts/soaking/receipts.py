"""Delivery receipts for what the API has executed, as late, doubled and disordered as they come in life."""

from __future__ import annotations

import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eightbyeight import Journal

    from .slices import Slice

_STATES = ("sent", "delivered")
_NEVER, _LATE, _TWICE = 0.05, 0.15, 0.1  # the shares of messages whose receipts come so
_KNOWN = 0.1  # of the messages that were accepted without doubt; their receipts must change nothing
_NAMELESS = 2  # receipts without a reference; each costs a lookup, and the API allows one a second
_AT_ONCE = 16


@dataclass
class Post:
    """Receipts to deliver: those that come soon and those that come late, each in the order of their arrival.

    ``expected`` are the references of the unknown messages that the receipts name, and so prove; ``nameless`` of
    those that only a lookup can prove.
    """

    soon: list[dict[str, Any]] = field(default_factory=list)
    late: list[dict[str, Any]] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)
    nameless: set[str] = field(default_factory=set)


def receipts_for(
    slices: Sequence[Slice],
    accepted: Mapping[str, Sequence[str]],
    unknown: Sequence[str],
    seed: int,
) -> Post:
    """Make the receipts of all unknown messages that were executed, and of some others."""
    source = random.Random(seed)  # noqa: S311  # to be repeated, not to be secret
    doubtful = set(unknown)
    post = Post()
    for part in slices:
        for reference in part.texts:
            umids = accepted.get(reference, ())
            if not umids or (reference not in doubtful and source.random() >= _KNOWN):
                continue
            fate = source.random()
            if fate < _NEVER:
                continue
            is_nameless = (
                reference in doubtful
                and part.product == "messages"
                and len(post.nameless) < _NAMELESS
            )
            if reference in doubtful:
                (post.nameless if is_nameless else post.expected).add(reference)
            arriving = post.late if fate < _NEVER + _LATE else post.soon
            times = 2 if source.random() < _TWICE else 1
            for umid in umids:
                name = None if is_nameless else reference
                arriving += [_receipt(part, umid, name, state) for state in _STATES] * times
    source.shuffle(post.soon)
    source.shuffle(post.late)
    return post


def deliver(journal: Journal, payloads: Sequence[dict[str, Any]]) -> None:
    """Give receipts to the journal, several at the same time, as a web server does."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        if not all(pool.map(journal.add_receipt, payloads)):
            raise ValueError("the journal did not know a receipt when it saw one")


def _receipt(part: Slice, umid: str, reference: str | None, state: str) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    payload: dict[str, Any] = {
        "umid": umid,
        "subAccountId": part.subaccount,
        "status": {"state": state, "timestamp": now},
    }
    if reference is not None:
        payload["clientMessageId"] = reference
    return {
        "namespace": "SMS" if part.product == "sms" else "ChatApps",
        "eventType": "outbound_message_status_changed",
        "payload": payload,
    }
