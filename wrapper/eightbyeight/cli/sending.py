"""Sends the same to each of a few recipients, and tells what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from eightbyeight.cli.dry_run import Recorder
from eightbyeight.cli.exit_status import ExitStatus, status_of, together
from eightbyeight.cli.failures import usage_error, words_for
from eightbyeight.cli.output import note, print_json, visible
from eightbyeight.errors import Forbidden, InvalidInput, SendFailed, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eightbyeight import AcceptedMessage, AcceptedSms, Client
    from eightbyeight.cli.connection import Connection

    # Sends to one number.
    Send: TypeAlias = Callable[[Client, str], AcceptedMessage | AcceptedSms]

_STATES = {
    ExitStatus.DONE: "accepted",
    ExitStatus.NOT_SENT: "not_sent",
    ExitStatus.REJECTED: "rejected",
    ExitStatus.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class _Sent:
    """What became of the message to one recipient. ``to`` is as the caller wrote it, so it is shown whole."""

    to: str
    result: AcceptedMessage | AcceptedSms | None = None
    error: SendFailed | None = None

    @property
    def status(self) -> ExitStatus:
        return status_of(self.error)

    @property
    def umid(self) -> str | None:
        return self.result.text_or_none("umid") if self.result is not None else None

    @property
    def reference(self) -> str | None:
        holder = self.result if self.result is not None else self.error
        return holder.client_message_id if holder is not None else None

    def as_json(self) -> dict[str, Any]:
        return {
            "to": self.to,
            "state": _STATES[self.status],
            "umid": self.umid,
            "client_message_id": self.reference,
            "answer": self.result.to_dict() if self.result is not None else None,
            "error": str(self.error) if self.error is not None else None,
        }


def send_to_each(
    connection: Connection, numbers: Sequence[str], send: Send, *, is_dry: bool, is_json: bool
) -> None:
    """Send to each number in turn, and end with the status that the sends have come to.

    All requests are made once before the first is sent: if one of them breaks a rule, nothing is sent.
    """
    if repeated := next((n for n in numbers if numbers.count(n) > 1), None):
        raise usage_error(f"{repeated} is given twice and would get the message twice")
    recorder = Recorder()
    with connection.dry_client(recorder) as client:
        for number in numbers:
            try:
                send(client, number)
            except InvalidInput as error:
                raise usage_error(f"--to {number}: {error}") from None
    if is_dry:
        recorder.show(is_json=is_json)
        return
    done: list[_Sent] = []
    try:
        with connection.client() as client:
            _send(client, numbers, send, done, is_json=is_json)
    finally:
        if is_json:
            print_json({"messages": [sent.as_json() for sent in done]})
    status = together({sent.status for sent in done})
    if len(done) < len(numbers):
        note(f"not sent to the {len(numbers) - len(done)} other numbers")
    click.get_current_context().exit(status)


def _send(
    client: Client, numbers: Sequence[str], send: Send, done: list[_Sent], *, is_json: bool
) -> None:
    for number in numbers:
        try:
            sent = _Sent(number, result=send(client, number))
        except SendFailed as error:
            sent = _Sent(number, error=error)
        done.append(sent)
        if not is_json:
            _tell(sent)
        # The others would only be refused in the same way.
        if isinstance(sent.error, Unauthorized | Forbidden):
            return


def _tell(sent: _Sent) -> None:
    line = [_STATES[sent.status], sent.to]
    if sent.result is not None:
        line.append(f"umid {sent.umid}" if sent.umid else "(its answer holds no umid)")
    click.echo(visible("  ".join(line)))
    if sent.error is not None:
        note(words_for(sent.error))
