"""A message that the program under test has sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eightbyeight.mock.app import MockApp
    from eightbyeight.mock.store import Message
    from eightbyeight.mock.timeline import Event


class SentMessage:
    """A message in the mock, always as it is now.

    Two of them are equal when they stand for the same message.
    """

    def __init__(self, app: MockApp, umid: str) -> None:
        self._app = app
        self.umid = umid

    @property
    def _message(self) -> Message:
        return self._app.message(self.umid)

    @property
    def kind(self) -> str:
        """What it was sent as: ``sms``, ``survey``, ``message`` or ``lineNotification``."""
        return self._message.kind

    @property
    def payload(self) -> Mapping[str, Any]:
        """The request's JSON, or its part of a batch."""
        return self._message.payload

    @property
    def to(self) -> str | None:
        """The recipient: a number, or the ID on the channel."""
        user = self.payload.get("user", {})
        names = ("msisdn", "channelUserId", "lineUserId")
        found = self.payload.get("destination") or next(filter(None, map(user.get, names)), None)
        return found if isinstance(found, str) else None

    @property
    def text(self) -> str | None:
        """The text, None for what has none. A survey's still has its placeholders."""
        content = self.payload.get("content", {})
        found = self.payload.get("text") or content.get("text")
        found = found or self._message.given("templateBody")
        return found if isinstance(found, str) else None

    @property
    def type(self) -> str:
        """The type of a messaging app's content; ``text`` for SMS and surveys."""
        return str(self.payload.get("type", "text"))

    @property
    def subaccount_id(self) -> str:
        """The sub-account that sent it."""
        return self._message.subaccount

    @property
    def client_message_id(self) -> str | None:
        """Its reference."""
        return self.payload.get("clientMessageId")

    @property
    def channel(self) -> str:
        """The channel on which it is now."""
        return self._message.steps[-1].channel

    @property
    def state(self) -> str:
        """How far it has come on that channel."""
        return self._message.steps[-1].state

    @property
    def channels(self) -> tuple[str, ...]:
        """All channels that were tried, in order."""
        return tuple(step.channel for step in self._message.steps)

    @property
    def timeline(self) -> list[Event]:
        """What has happened to it, in order of time."""
        return self._app.timeline(self.umid)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SentMessage) and self.umid == other.umid

    def __hash__(self) -> int:
        return hash(self.umid)

    def __repr__(self) -> str:
        # It shows up where a test fails, and what a test sends is no secret.
        return f"<{self.kind} to {self.to}, {self.state} on {self.channel}: {self.text!r}>"
