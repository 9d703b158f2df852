"""An error: all that is known of it, and nothing that is secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eightbyeight import NotSent, OutcomeUnknown, Rejected, Unauthorized

from ..surprise import Surprise, expect

if TYPE_CHECKING:
    from eightbyeight import Client

    from ..show import Show


def fail_with_wrong_key(show: Show, client: Client) -> None:
    """Send with a key that the mock does not know."""
    show.act("An error: the wrong key")
    stranger = client.with_options(api_key="wrong-key")
    try:
        stranger.sms.send("+6591234567", "Hello", client_message_id="sign-in-89")
    except Unauthorized as error:
        outcome = _outcome_of(error)
        show.table(
            {
                "raised": f"Unauthorized, and of its effect is known: {outcome}",
                "status": error.status,
                "code": error.code,
                "message": error.message,
                "error_id": error.error_id,
                "timestamp": error.timestamp,
                "hint": error.hint,
                "client_message_id": error.client_message_id,
            }
        )
        expect(outcome == "Rejected", f"a wrong key is {outcome}, not Rejected")
        expect(error.status == 401 and error.code and error.error_id, f"incomplete: {error!r}")
        expect("wrong-key" not in repr(error), "the error shows the key")
    else:
        raise Surprise("a wrong key was accepted")


def _outcome_of(error: Exception) -> str:
    """Name the one thing that is known of a failed send."""
    found = [
        kind.__name__ for kind in (NotSent, OutcomeUnknown, Rejected) if isinstance(error, kind)
    ]
    expect(len(found) == 1, f"{type(error).__name__} is {found}, not exactly one outcome")
    return found[0]
