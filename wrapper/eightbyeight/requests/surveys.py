"""Requests of the ``surveys`` resource."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from eightbyeight_generated.api.surveys import send_survey_batch as _send_survey_batch

from ..content.wire import compact, has_wire_form, refused, to_wire
from ..core.checking import check_body
from ..core.problems import Problem
from ..errors import InvalidInput
from ..results import AcceptedBatch
from ..survey import SurveyRecipient, SurveyTemplate, check_link, names_in
from .prepare import encode, new_reference, prepare

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..content.wire import Piece, Wire
    from ..core.call import Call
    from .survey_body import SurveyBody

Recipients: TypeAlias = Iterable["str | SurveyRecipient | Piece"]
AsyncRecipients: TypeAlias = Recipients | AsyncIterable["str | SurveyRecipient | Piece"]

MOST_MESSAGES = 10_000
_BATCH_REFERENCE_LENGTH = 20
# Somebody to check what the batches share with, before there is a recipient.
_ANYBODY = {"destination": "+6591234567"}
_PLACE = "messages[0]"


class SurveyBatches:
    """Makes the batches of one survey from what they share and from messages.

    Raises InvalidInput for what is wrong with all of them: sub-account, survey, template, reference.
    """

    def __init__(
        self,
        subaccount_id: str,
        survey_id: str,
        *,
        template: str | SurveyTemplate | Piece | None = None,
        client_batch_id: str | None = None,
        include_messages: bool | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        if isinstance(template, str):
            template = SurveyTemplate(template)
        shared = to_wire(template, "template") if template is not None else None
        if shared is not None:
            check_link(shared.get("templateBody"), "template.templateBody")
        if extra is not None and "messages" in extra:
            raise refused(
                "messages", "extra", "cannot be set through extra; give it as an argument"
            )
        rest = compact(template=shared, includeMessagesInResponse=include_messages)
        body = {**compact(clientBatchId=client_batch_id), "messages": [_ANYBODY], **rest}
        path = {"subAccountId": subaccount_id, "surveyId": survey_id}
        self._call = prepare(_send_survey_batch, path, AcceptedBatch, body=body, extra=extra)
        self._rest = {**rest, **(extra or {})}
        self._body = shared.get("templateBody") if shared else None
        self._names = names_in(self._body) if isinstance(self._body, str) else frozenset()

    def message(self, recipient: object) -> Wire:
        """Return the wire form of a recipient's message, checked; the reference is in it if it brought one.

        Raises InvalidInput with all problems of the message; their paths begin at its fields.
        """
        message = _wire(recipient)
        if message.get("clientMessageId", "") in (None, ""):  # as the empty cell of a file is
            message.pop("clientMessageId", None)
        problems = [_at_message(p) for p in check_body("sendSurveyBatch", {"messages": [message]})]
        unfilled = self._unfilled(message)
        if unfilled is not None:
            problems.append(unfilled)
        if problems:
            raise InvalidInput.because(problems)
        return message

    def encoded(self, message: Wire, reference: str) -> bytes:
        """Return the bytes of a message with its reference. Raises InvalidInput for what JSON cannot hold."""
        return encode({**message, "clientMessageId": reference})

    def call(self, reference: str, body: SurveyBody, count: int) -> Call[AcceptedBatch]:
        """Make the request of one batch from the body with its ``count`` messages."""
        return self._call._replace(
            content=body.end(self._rest),
            client_message_id=reference,
            messages=count,
        )

    def _unfilled(self, message: Wire) -> Problem | None:
        """Return the problem of a message whose text is missing or has placeholders without a value."""
        own_body = message.get("templateBody")
        if own_body is None and self._body is None:
            return Problem(
                "templateBody",
                "required",
                "is required: neither the message nor the batch has a text",
            )
        names = (
            self._names
            if own_body is None
            else names_in(own_body)
            if isinstance(own_body, str)
            else frozenset()
        )
        if names:
            variables = message.get("templateVariables")
            missing = sorted(
                names - (variables.keys() if isinstance(variables, Mapping) else set())
            )
            if missing:
                return Problem(
                    "templateVariables", "required", f"lacks a value for {', '.join(missing)[:200]}"
                )
        return None


def batch_references(client_batch_id: str | None) -> Callable[[int], str]:
    """Return what gives the reference of a run's batches by their number, counted from 1.

    The first has the given one as it is, the others with their number behind. Where that is too long, the
    reference is cut and its checksum added, so that references with the same beginning stay apart.
    """
    if client_batch_id is None:
        return lambda _: new_reference()[:_BATCH_REFERENCE_LENGTH]
    return lambda number: _numbered(client_batch_id, number)


def _numbered(reference: str, number: int) -> str:
    if number == 1:
        return reference
    end = f"-{number}"
    if len(reference) + len(end) > _BATCH_REFERENCE_LENGTH:
        end = f"{zlib.crc32(reference.encode()):08x}{end}"
    return reference[: _BATCH_REFERENCE_LENGTH - len(end)] + end


def _wire(recipient: object) -> Wire:
    """Return the wire form of a message."""
    if isinstance(recipient, str):
        return SurveyRecipient(recipient).to_dict()
    if isinstance(recipient, dict) or has_wire_form(recipient) or isinstance(recipient, Mapping):
        message = to_wire(recipient, "")
        check_link(message.get("templateBody"), "templateBody")
        return message
    kind = type(recipient).__name__
    raise refused("", "type", f"must be a number, a SurveyRecipient or a mapping, not {kind}")


def _at_message(problem: Problem) -> Problem:
    """Return a problem of a batch of one message as one of the message."""
    path = problem.path.removeprefix(_PLACE).removeprefix(".")
    return Problem(path, problem.rule, problem.message)
