"""Requests of the ``surveys`` resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from eightbyeight_generated.api.surveys import send_survey_batch as _send_survey_batch

from ..content.wire import compact, has_wire_form, to_wire
from ..core.problems import Problem
from ..errors import InvalidInput
from ..results import AcceptedBatch
from ..survey import SurveyRecipient, SurveyTemplate, check_link, names_in
from .prepare import new_reference, prepare

if TYPE_CHECKING:
    from ..content.wire import Piece, Wire
    from ..core.call import Call

MOST_MESSAGES = 10_000
_MOST_PROBLEMS = 20
_BATCH_REFERENCE_LENGTH = 20


def send_survey_batch(
    subaccount_id: str,
    survey_id: str,
    recipients: Iterable[str | SurveyRecipient | Piece],
    *,
    template: str | SurveyTemplate | Piece | None = None,
    client_batch_id: str | None = None,
    include_messages: bool | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Call[AcceptedBatch]:
    """Make the request of ``Surveys.send_batch``."""
    if isinstance(template, str):
        template = SurveyTemplate(template)
    shared = to_wire(template, "template") if template is not None else None
    if shared is not None:
        check_link(shared.get("templateBody"), "template.templateBody")
    if client_batch_id is None:
        client_batch_id = new_reference()[:_BATCH_REFERENCE_LENGTH]
    body = compact(
        clientBatchId=client_batch_id,
        messages=_messages(recipients, shared, client_batch_id),
        template=shared,
        includeMessagesInResponse=include_messages,
    )
    path = {"subAccountId": subaccount_id, "surveyId": survey_id}
    return prepare(
        _send_survey_batch, path, AcceptedBatch, body=body, extra=extra, reference=client_batch_id
    )


def _messages(
    recipients: Iterable[str | SurveyRecipient | Piece], template: Wire | None, client_batch_id: str
) -> list[Wire]:
    """Return the wire forms of all messages. Raises InvalidInput that names every bad row, up to a limit."""
    if isinstance(recipients, str | bytes | Mapping) or not isinstance(recipients, Iterable):
        raise InvalidInput.because(
            [
                Problem(
                    "messages",
                    "type",
                    f"must be a list of recipients, not {type(recipients).__name__}",
                )
            ]
        )
    shared_body = template.get("templateBody") if template else None
    shared_names = names_in(shared_body) if isinstance(shared_body, str) else frozenset()
    messages: list[Wire] = []
    problems: list[Problem] = []
    for row, recipient in enumerate(recipients):
        if row == MOST_MESSAGES:
            problems.append(
                Problem(
                    "messages",
                    "maxItems",
                    f"has more than {MOST_MESSAGES} recipients; send them in several batches",
                )
            )
            break
        try:
            message = _message(recipient)
        except InvalidInput as error:
            problems += [_in_row(problem, row) for problem in error.problems]
        else:
            problem = _unfilled(message, shared_body, shared_names)
            if problem is not None:
                problems.append(_in_row(problem, row))
            # A reference for each, so that its receipts can be told apart.
            message.setdefault("clientMessageId", f"{client_batch_id}-{row}")
            messages.append(message)
        if len(problems) >= _MOST_PROBLEMS:
            break
    if problems:
        raise InvalidInput.because(problems)
    return messages


def _message(recipient: str | SurveyRecipient | Piece) -> Wire:
    if isinstance(recipient, str):
        return SurveyRecipient(recipient).to_dict()
    if isinstance(recipient, dict) or has_wire_form(recipient) or isinstance(recipient, Mapping):
        message = to_wire(recipient, "")
        check_link(message.get("templateBody"), "templateBody")
        return message
    raise InvalidInput.because(
        [
            Problem(
                "",
                "type",
                f"must be a number, a SurveyRecipient or a mapping, not {type(recipient).__name__}",
            )
        ]
    )


def _unfilled(message: Wire, shared_body: object, shared_names: frozenset[str]) -> Problem | None:
    """Return the problem of a message whose text is missing or has placeholders without a value."""
    own_body = message.get("templateBody")
    if own_body is None and shared_body is None:
        return Problem(
            "templateBody", "required", "is required: neither the message nor the batch has a text"
        )
    names = (
        shared_names
        if own_body is None
        else names_in(own_body)
        if isinstance(own_body, str)
        else frozenset()
    )
    if names:
        variables = message.get("templateVariables")
        missing = sorted(names - (variables.keys() if isinstance(variables, Mapping) else set()))
        if missing:
            return Problem(
                "templateVariables", "required", f"lacks a value for {', '.join(missing)[:200]}"
            )
    return None


def _in_row(problem: Problem, row: int) -> Problem:
    path = f"messages[{row}].{problem.path}" if problem.path else f"messages[{row}]"
    return Problem(path, problem.rule, problem.message)
