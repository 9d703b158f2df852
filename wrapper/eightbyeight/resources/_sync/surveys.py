# Derived by scripts/regenerate from ../_async/surveys.py. Do not edit: change that file instead.
"""SMS Engage surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...client import Client
    from ...content.wire import Piece
    from ...requests.surveys import Recipients
    from ...results.many import Progress, RowOutcome, SendReport
    from ...survey import SurveyTemplate


class Surveys:
    """Invite people to SMS Engage surveys."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def send_batch(
        self,
        survey_id: str,
        recipients: Recipients,
        *,
        template: str | SurveyTemplate | Piece | None = None,
        client_batch_id: str | None = None,
        include_messages: bool = True,
        extra: Mapping[str, Any] | None = None,
        run: str | None = None,
        concurrency: int = 2,
        on_outcome: Callable[[RowOutcome], object] | None = None,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> SendReport:
        """Send one survey to any number of people, and return when it is known of each what became of it.

        They go out in batches of up to 10,000, the most that the API takes in one request. A batch that fails does
        not keep the others from being sent.

        Args:
            survey_id: Name of the survey, given out by 8x8.
            recipients: Numbers in E.164, SurveyRecipients, or wire forms. They are read as they are needed, so
                there may be millions. Those without a reference get one that is made of their batch's and their row.
            template: The text for all who bring none of their own, with ``{{url}}`` where the link stands.
            client_batch_id: Your reference, up to 20 characters; made up when left out. The first batch has it as it
                is, the second with ``-2`` behind it and so on. One that gets too long by that is cut, and its
                checksum added.
            include_messages: Ask for one entry a message in the answers. Without them, it is not known which
                messages of a batch were refused when some were: they all count as UNKNOWN then.
            extra: Fields that are merged into each body unchecked.
            run: Name of the run in the client's journal. Given again with the same rows, after a crash say, it goes
                on where it stopped. Without a name each call is a run of its own.
            concurrency: How many batches may be under way at once.
            on_outcome: Takes the outcome of each row, in their order; the report keeps none then, so that memory
                stays the same however many rows there are.
            on_progress: Takes the counts after each batch.

        Returns:
            The counts, the outcome of each row, and the ``batches``. A row that breaks a rule, or has the reference
            of another of the last 100,000, is not sent and told as INVALID.

        Raises:
            InvalidInput: Survey, template or another argument is wrong; nothing was sent.
            SendStopped: The run has ended early: the API refuses the account or the survey, 100 batches one after
                another did not get through, or the rows or a callback raised. Its ``report`` tells how far it came.

        See https://developer.8x8.com/connect/reference/survey-send-many
        """
        from ...requests.surveys import SurveyBatches, batch_references
        from ...sending.chunks import Chunks
        from .runs import send_all

        batches = SurveyBatches(
            self._client.subaccount_id,
            survey_id,
            template=template,
            client_batch_id=client_batch_id,
            include_messages=include_messages,
            extra=extra,
        )
        named = None if client_batch_id is None else batch_references(client_batch_id)
        return send_all(
            self._client,
            recipients,
            lambda references: Chunks(batches, named or references),
            run=run,
            longest_reference=20,
            concurrency=concurrency,
            on_outcome=on_outcome,
            on_progress=on_progress,
            name="recipients",
        )
