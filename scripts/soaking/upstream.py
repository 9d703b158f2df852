"""The mock behind the proxy, with a count of what it has accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eightbyeight.mock import MockApp, create_app
from eightbyeight.mock.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eightbyeight.mock.settings import Settings
    from eightbyeight.mock.store import Message

_MOST_MESSAGES = 50_000  # that the mock remembers, so that it does not grow for ever


class CountingStore(Store):
    """The mock's messages. It forgets old ones, but never how often it accepted a reference.

    Attributes:
        accepted: The umids of the messages that were accepted, by clientMessageId.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.accepted: dict[str, list[str]] = {}

    def add(self, messages: Iterable[Message]) -> None:
        """Remember messages; the mock calls this for those that it answers with QUEUED."""
        messages = list(messages)
        for message in messages:
            reference = message.payload.get("clientMessageId", "")
            self.accepted.setdefault(reference, []).append(message.umid)
        super().add(messages)


def make_upstream() -> tuple[MockApp, CountingStore]:
    """Make a mock without rate limits, and the store that counts for it."""
    app = create_app(rate_limit=False, max_messages=_MOST_MESSAGES)
    app.store = store = CountingStore(app.settings)
    return app, store
