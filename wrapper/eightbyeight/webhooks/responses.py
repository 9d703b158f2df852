"""What people do with what they got: follow links and answer surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from ..results.view import View, objects_in
from .event import EventView
from .fields import id_in, moment_of, text_in

if TYPE_CHECKING:
    from datetime import datetime


class LinkClicked(EventView):
    """Somebody followed a shortened link of an SMS."""

    __slots__ = ()
    __match_args__ = ("umid", "target_url")
    kind: ClassVar[Literal["link_clicked"]] = "link_clicked"
    known_fields = frozenset(
        {"eventId", "occurredAt", "umid", "destination", "shortUrl", "targetUrl"}
    )

    @property
    def event_id(self) -> str | None:
        """ID of the event itself."""
        return self.text_or_none("eventId")

    @property
    def moment(self) -> datetime | None:
        """When it happened, with an offset; None where it cannot be read."""
        return moment_of(self._data.get("occurredAt"))

    @property
    def destination(self) -> str | None:
        """Number of the SMS's recipient."""
        return self.text_or_none("destination")

    @property
    def short_url(self) -> str | None:
        """The link in the SMS."""
        return self.text_or_none("shortUrl")

    @property
    def target_url(self) -> str | None:
        """Where it leads."""
        return self.text_or_none("targetUrl")

    @property
    def identity(self) -> str | None:
        """The same for each delivery of the same click."""
        return self._identified(self.event_id)


class SurveyAnswer(View):
    """The answer to one question."""

    __slots__ = ()
    known_fields = frozenset({"questionId", "answerId", "question", "answer"})

    @property
    def question_id(self) -> str | None:
        """ID of the question."""
        return id_in(self._data, "questionId")

    @property
    def answer_id(self) -> str | None:
        """ID of the choice; None for an answer in words."""
        return id_in(self._data, "answerId")

    @property
    def question(self) -> str | None:
        """The question; it may hold HTML."""
        return self.text_or_none("question")

    @property
    def answer(self) -> str | None:
        """The answer."""
        return self.text_or_none("answer")

    def __repr__(self) -> str:
        return f"SurveyAnswer(question_id={self.question_id!r})"


class SurveyAnswered(EventView):
    """Somebody answered an SMS Engage survey. It has no envelope; 8x8's support sets up where it goes.

    See https://developer.8x8.com/connect/docs/sms-engage-response-webhook
    """

    __slots__ = ()
    __match_args__ = ("survey_id", "answers")
    kind: ClassVar[Literal["survey_answered"]] = "survey_answered"
    known_fields = frozenset(
        {
            "umid",
            "subAccountId",
            "surveyId",
            "surveyStartedAt",
            "surveySubmittedAt",
            "templateVariables",
            "answers",
        }
    )

    @property
    def survey_id(self) -> str | None:
        """Name of the survey."""
        return self.text_or_none("surveyId")

    @property
    def started(self) -> datetime | None:
        """When the recipient opened the survey."""
        return moment_of(self._data.get("surveyStartedAt"))

    @property
    def moment(self) -> datetime | None:
        """When the answers were submitted, with an offset; None where it cannot be read."""
        return moment_of(self._data.get("surveySubmittedAt"))

    @property
    def variables(self) -> dict[str, str]:
        """The variables of the text that was sent."""
        pairs = (
            (text_in(item, "name"), text_in(item, "value"))
            for item in objects_in(self._data.get("templateVariables"))
        )
        return {name: value for name, value in pairs if name is not None and value is not None}

    @property
    def answers(self) -> tuple[SurveyAnswer, ...]:
        """The answers in their order."""
        return tuple(map(SurveyAnswer, objects_in(self._data.get("answers"))))

    @property
    def identity(self) -> str | None:
        """The same for each delivery of the same answers."""
        return self._identified(self.umid, self.survey_id, self.text_or_none("surveySubmittedAt"))
