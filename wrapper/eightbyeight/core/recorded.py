"""What a journal already knows of a message that is sent again under the same reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from .. import errors
from .failure import read_success
from .send_state import SendState

if TYPE_CHECKING:
    from .call import Call
    from .reply import Reply

R = TypeVar("R")


class Recorded(NamedTuple):
    """A message that is not to be sent: it has been, it may have been, or another worker is at it."""

    state: SendState
    reply: Reply | None = None

    def outcome(self, call: Call[R]) -> R:
        """Return the answer that was recorded for an accepted message.

        Raises OutcomeUnknown otherwise: the message was not sent now, but may have been before.
        """
        if self.state is SendState.ACCEPTED and self.reply is not None:
            return read_success(call, self.reply, ())
        why = (
            "is being sent by another worker, or was when that ended"
            if self.state is SendState.IN_FLIGHT
            else "may have been executed before"
        )
        raise errors.OutcomeUnknown(
            f"{call.operation}: by the journal, the message {why}; it was not sent again "
            f"(client_message_id {call.client_message_id})",
            client_message_id=call.client_message_id,
            response=self.reply,
        )
