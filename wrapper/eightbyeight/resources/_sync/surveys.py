# Derived by scripts/regenerate from ../_async/surveys.py. Do not edit: change that file instead.
"""SMS Engage surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...requests.surveys import send_survey_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...client import Client
    from ...content.wire import Piece
    from ...results import AcceptedBatch
    from ...survey import SurveyRecipient, SurveyTemplate


class Surveys:
    """Invite people to SMS Engage surveys."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def send_batch(
        self,
        survey_id: str,
        recipients: Iterable[str | SurveyRecipient | Piece],
        *,
        template: str | SurveyTemplate | Piece | None = None,
        client_batch_id: str | None = None,
        include_messages: bool | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> AcceptedBatch:
        """Send one survey to up to 10,000 people in one request.

        Args:
            survey_id: Name of the survey, given out by 8x8.
            recipients: Numbers in E.164, SurveyRecipients, or wire forms. Those without a reference get one
                that is made of the batch's and their row.
            template: The text for all who bring none of their own, with ``{{url}}`` where the link stands.
            client_batch_id: Your reference, up to 20 characters; made up when left out.
            include_messages: Ask for one entry a message in the answer.
            extra: Fields that are merged into the body unchecked.

        Returns:
            The batch with its counts; a message can be refused although the batch is taken.

        Raises:
            InvalidInput: A rule is broken, with the row; nothing was sent.
            NotSent: It was provably not executed.
            Rejected: The API refused the whole batch.
            OutcomeUnknown: It may have been executed.

        See https://developer.8x8.com/connect/reference/survey-send-many
        """
        return self._client.perform(
            send_survey_batch(
                self._client.subaccount_id,
                survey_id,
                recipients,
                template=template,
                client_batch_id=client_batch_id,
                include_messages=include_messages,
                extra=extra,
            )
        )
