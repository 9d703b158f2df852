"""What happened to one call so far, and what follows from it."""

from __future__ import annotations

from .. import errors
from .outcome import Effect, effect_of_failure, effect_of_status
from .reply import Attempt, Reply, TransportFailure
from .send_state import SendState


class History:
    """The attempts of one call.

    ``doubt`` is an attempt that may have been executed: nothing later undoes that. ``is_transmitting`` is true
    from the moment a request is handed to the transport until it is known how that ended; ``ticket`` is what
    a journal knows the send by. ``failed_as`` is what is known of the effect once the call has failed.
    """

    __slots__ = ("attempts", "doubt", "failed_as", "is_transmitting", "last", "ticket")

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []
        self.doubt: Reply | TransportFailure | None = None
        self.last: Reply | TransportFailure | None = None
        self.is_transmitting = False
        self.ticket: object = None
        self.failed_as: SendState | None = None

    @property
    def reply(self) -> Reply | None:
        """The reply of the last attempt, if it brought one."""
        return self.last if isinstance(self.last, Reply) else None

    @property
    def answer(self) -> Reply | None:
        """The reply that tells the outcome for certain: a success with nothing in doubt before it."""
        reply = self.reply
        if reply is None or self.is_transmitting or self.doubt is not None:
            return None
        return reply if effect_of_status(reply.status) is Effect.DONE else None

    def note(self, happened: Reply | TransportFailure) -> Effect:
        """Add an attempt and return what it says about the effect of the call."""
        number = len(self.attempts) + 1
        if isinstance(happened, Reply):
            effect = effect_of_status(happened.status)
            self.attempts.append(Attempt(number, status=happened.status))
        else:
            effect = effect_of_failure(happened)
            self.attempts.append(
                Attempt(number, failure=happened.kind, body_sent=happened.body_sent)
            )
        if effect is Effect.UNKNOWN:
            self.doubt = happened
        self.last = happened
        self.is_transmitting = False
        return effect

    def state(self, error: BaseException | None = None) -> SendState:
        """Return the state of a send that has ended, with ``error`` or well.

        An error that says nothing about the send, such as KeyboardInterrupt, is judged by the attempts.
        """
        if error is None:
            return SendState.ACCEPTED
        if (
            self.is_transmitting
            or self.doubt is not None
            or isinstance(error, errors.OutcomeUnknown)
        ):
            return SendState.UNKNOWN
        if isinstance(error, errors.Rejected):
            return SendState.REJECTED
        # After a success the error is no verdict on the send: it was accepted, whatever broke then.
        return SendState.NOT_SENT if self.answer is None else SendState.ACCEPTED
