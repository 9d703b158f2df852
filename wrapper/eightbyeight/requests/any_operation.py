"""Requests from whole bodies, for every operation of the specification."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..content.wire import to_wire
from ..errors import InvalidInput
from ..results import AcceptedBatch, MessageDetails
from .messages import read_accepted
from .prepare import prepare
from .sms import read_accepted_sms

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..content.wire import Piece
    from ..core.call import Call
    from ..core.reply import Reply
    from ..results import Result

# operation -> its generated module, and what reads its answer
OPERATIONS: dict[str, tuple[str, Callable[[Reply], Result]]] = {
    "sendMessage": ("messages.send_message", read_accepted),
    "getMessageDetails": ("messages.get_message_details", MessageDetails),
    "sendLineNotification": ("line.send_line_notification", read_accepted),
    "sendSms": ("sms.send_sms", read_accepted_sms),
    "sendSurveyBatch": ("surveys.send_survey_batch", AcceptedBatch),
}


def any_operation(
    subaccount_id: str, operation_id: str, body: Piece | None, path: Mapping[str, str]
) -> Call[Result]:
    """Make the request of ``Client.request``.

    Raises InvalidInput for an unknown operation, a path parameter too many or too few, a body too many or too
    few, and for every breach of the specification.
    """
    if operation_id not in OPERATIONS:
        raise InvalidInput(
            f"operation {operation_id!r} is not known: use one of {', '.join(OPERATIONS)}"
        )
    module, read = OPERATIONS[operation_id]
    endpoint: Any = import_module(f"eightbyeight_generated.api.{module}")
    if (body is None) is not (endpoint.METHOD == "GET"):
        raise InvalidInput(f"{operation_id} {'takes no' if body is not None else 'needs a'} body")
    wire = None if body is None else to_wire(body, "")
    reference = None if wire is None else wire.get("clientMessageId") or wire.get("clientBatchId")
    messages = None if wire is None else wire.get("messages")
    parameters = {"subAccountId": subaccount_id, **path}
    try:
        call = prepare(
            endpoint,
            parameters,
            read,
            body=wire,
            reference=reference if isinstance(reference, str) else None,
        )
    except (LookupError, TypeError) as error:
        raise InvalidInput(
            f"{operation_id} takes other path parameters than {', '.join(parameters)}"
        ) from error
    return call._replace(messages=len(messages)) if isinstance(messages, list) else call
