"""Answers about SMS and SMS Engage surveys."""

from __future__ import annotations

from .view import Result, View, objects_in


class SmsStatus(View):
    """Whether the API took an SMS: ``code`` is QUEUED or REJECTED, ``description`` says why."""

    __slots__ = ()
    known_fields = frozenset({"code", "description"})

    @property
    def code(self) -> str | None:
        """QUEUED, REJECTED, or a value that is new."""
        return self.text_or_none("code")

    @property
    def description(self) -> str | None:
        """The reason in words."""
        return self.text_or_none("description")

    def __repr__(self) -> str:
        return f"SmsStatus(code={self.code!r})"


class SmsView(View):
    """One SMS in an answer."""

    __slots__ = ()
    known_fields = frozenset({"umid", "destination", "status", "encoding", "clientMessageId"})

    @property
    def destination(self) -> str | None:
        """The number as the API understood it."""
        return self.text_or_none("destination")

    @property
    def status(self) -> SmsStatus:
        """Whether the API took it."""
        return SmsStatus(self._data.get("status"))

    @property
    def encoding(self) -> str | None:
        """The encoding that the API chose, GSM7 or UCS2."""
        return self.text_or_none("encoding")

    @property
    def client_message_id(self) -> str | None:
        """Your reference, as the API repeats it."""
        return self.text_or_none("clientMessageId")

    @property
    def is_rejected(self) -> bool:
        """Whether the API will not send it."""
        return (self.status.code or "").casefold() == "rejected"


class AcceptedSms(SmsView, Result):
    """An SMS that the API has taken."""

    __slots__ = ()

    @property
    def umid(self) -> str:
        """The message's ID. Raises UnreadableReply when the answer held none."""
        return self._needed("umid")

    def __repr__(self) -> str:
        return f"AcceptedSms(umid={self.text_or_none('umid')!r}, code={self.status.code!r}, encoding={self.encoding!r})"


class SurveyMessageResult(SmsView):
    """What became of one message of a survey batch. Several may carry the same umid."""

    __slots__ = ()

    @property
    def umid(self) -> str | None:
        """The message's ID."""
        return self.text_or_none("umid")

    def __repr__(self) -> str:
        return f"SurveyMessageResult(umid={self.umid!r}, code={self.status.code!r})"


class AcceptedBatch(Result):
    """A survey batch that the API has read; the counts tell how much of it was taken."""

    __slots__ = ()
    known_fields = frozenset(
        {"batchId", "clientBatchId", "acceptedCount", "rejectedCount", "messages"}
    )

    @property
    def batch_id(self) -> str:
        """The batch's ID. Raises UnreadableReply when the answer held none."""
        return self._needed("batchId")

    @property
    def client_batch_id(self) -> str | None:
        """Your reference of the batch."""
        return self.text_or_none("clientBatchId")

    @property
    def accepted_count(self) -> int | None:
        """How many messages were taken."""
        return self._number("acceptedCount")

    @property
    def rejected_count(self) -> int | None:
        """How many messages were refused."""
        return self._number("rejectedCount")

    @property
    def messages(self) -> tuple[SurveyMessageResult, ...]:
        """One entry a message if they were asked for, else empty."""
        return tuple(map(SurveyMessageResult, objects_in(self._data.get("messages"))))

    @property
    def rejected(self) -> tuple[SurveyMessageResult, ...]:
        """The refused ones among ``messages``."""
        return tuple(message for message in self.messages if message.is_rejected)

    def __repr__(self) -> str:
        return (
            f"AcceptedBatch(batch_id={self.text_or_none('batchId')!r}, accepted_count={self.accepted_count}, "
            f"rejected_count={self.rejected_count})"
        )
