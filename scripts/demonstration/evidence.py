"""What the mock has seen and stored: it must be what the client says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .surprise import expect

if TYPE_CHECKING:
    from eightbyeight.mock import MockApp
    from eightbyeight.mock.store import LoggedRequest


def latest(app: MockApp, operation: str) -> LoggedRequest:
    """Return the last request, which must be of this operation and have worked."""
    entry = app.requests[-1]
    expect(entry.operation_id == operation, f"{operation} arrived as {entry.operation_id}")
    expect(entry.status == 200, f"{operation} was answered with {entry.status}")
    return entry


def expect_stored(app: MockApp, umid: str, payload: Any = None) -> None:
    """Expect one message with this umid, and with this body if one is given."""
    found = [message for message in app.store.messages() if message.umid == umid]
    expect(len(found) == 1, f"the mock has {len(found)} messages with the umid {umid}")
    expect(payload in (None, found[0].payload), f"{umid} is stored with another body")


def expect_whole(report: Any) -> None:
    """Expect that a batch of two messages was accepted as a whole."""
    expect(report.is_complete, f"of 2 messages: {report}")
    expect(len(report.batches) == 1, f"batches of 2 messages: {len(report.batches)}")
    (batch,) = report.batches
    expect(batch.accepted_count == 2, f"accepted of 2 messages: {batch.accepted_count}")
    expect(batch.rejected_count == 0, f"rejected of 2 messages: {batch.rejected_count}")
    expect(len(batch.messages) == 2, f"entries of 2 messages: {len(batch.messages)}")
