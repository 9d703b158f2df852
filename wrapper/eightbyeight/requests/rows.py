"""Rows of a run: what ``send_many`` takes, and how each becomes a request."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Required, TypeAlias, TypedDict

from ..content.wire import refused
from ..core.problems import Problem, missing, unknown_field
from ..errors import InvalidInput
from ..recipients import Recipient
from .messages import send_message
from .sms import send_sms

if TYPE_CHECKING:
    from datetime import datetime

    from ..content.base import Content
    from ..content.content_dict import ContentDict
    from ..content.wire import Piece
    from ..core.call import Call
    from ..fallback import Fallback
    from ..recipients import To

# Somebody to check a run's defaults with, before there is a row.
_ANYBODY = "+6591234567"


class SmsRow(TypedDict, total=False):
    """A row of ``sms.send_many``: the arguments of ``sms.send``. What it leaves out, the run's default gives."""

    to: Required[str]
    text: str | None
    country: str | None
    source: str | None
    encoding: str | None
    client_message_id: str | None
    scheduled: datetime | None
    expiry: datetime | None
    dlr_callback_url: str | None
    client_ip: str | None
    track: bool | None
    extra: Mapping[str, Any] | None


class MessageRow(TypedDict, total=False):
    """A row of ``messages.send_many``: the arguments of ``messages.send``. What it leaves out, the default gives."""

    to: Required[To]
    content: str | Content | ContentDict | Piece | None
    country: str | None
    fallback: Fallback | list[Mapping[str, Any]] | None
    client_message_id: str | None
    scheduled: datetime | None
    expiry: datetime | None
    dlr_callback_url: str | None
    reply_to: str | None
    extra: Mapping[str, Any] | None


# A number, a pair (to, text or content), or the arguments by name: those of csv.DictReader, say.
AnySmsRow: TypeAlias = "str | tuple[str, str] | SmsRow | Mapping[str, Any]"
MessagePair: TypeAlias = "tuple[To, str | Content | ContentDict | Piece]"
AnyMessageRow: TypeAlias = "str | Recipient | MessagePair | MessageRow | Mapping[str, Any]"
SmsRows: TypeAlias = Iterable[AnySmsRow]
MessageRows: TypeAlias = Iterable[AnyMessageRow]
AsyncSmsRows: TypeAlias = SmsRows | AsyncIterable[AnySmsRow]
AsyncMessageRows: TypeAlias = MessageRows | AsyncIterable[AnyMessageRow]


class RowRequests:
    """Makes a request of each row.

    Args:
        send: What makes a request of the arguments of ``send``.
        fields: The names of these arguments.
        text: The one that says what is sent.
        subaccount_id: The sub-account that sends.
        defaults: Arguments of all rows that bring none of their own; None means left out.

    Raises:
        InvalidInput: A default or the sub-account breaks a rule, whatever the rows are.
    """

    def __init__(
        self,
        send: Callable[..., Call[Any]],
        fields: Iterable[str],
        text: str,
        subaccount_id: str,
        defaults: Mapping[str, Any],
    ) -> None:
        self._send = send
        self._fields = frozenset(fields)
        self._text = text
        self._subaccount_id = subaccount_id
        self._defaults = {name: value for name, value in defaults.items() if value is not None}
        self.call({"to": _ANYBODY, text: "Hi", **self._defaults})

    def arguments(self, row: object) -> dict[str, Any]:
        """Return the arguments of ``send`` for ``row``.

        None counts as not given, and so does the empty string that an empty cell of a CSV file is, but for whom it
        goes to and what it says: there it is a mistake. Raises InvalidInput for what is no row, for a key that
        is no argument, and for a row that lacks one of the two.
        """
        if isinstance(row, str | Recipient):
            own: dict[str, Any] = {"to": row}
        elif isinstance(row, tuple):
            if len(row) != 2:
                raise refused(
                    "", "type", f"must be a pair (to, {self._text}), not {len(row)} values"
                )
            own = {"to": row[0], self._text: row[1]}
        elif isinstance(row, Mapping):
            own = {name: value for name, value in row.items() if self._is_given(name, value)}
        else:
            kind = type(row).__name__
            raise refused(
                "", "type", f"must be a number, a pair (to, {self._text}) or a mapping, not {kind}"
            )
        arguments = {**self._defaults, **own}
        problems = [self._unknown(name) for name in own if name not in self._fields]
        problems += [missing("", name) for name in ("to", self._text) if name not in arguments]
        if problems:
            raise InvalidInput.because(problems)
        return arguments

    def call(self, arguments: Mapping[str, Any]) -> Call[Any]:
        """Make the request. Raises InvalidInput with every breach."""
        # Whatever `send` says of these in its signature, rows of a file hold strings.
        if not isinstance(arguments.get("track", True), bool):
            raise refused("track", "type", "must be True or False")
        if not isinstance(arguments.get("extra", {}), Mapping):
            raise refused("extra", "type", "must be a mapping of fields")
        return self._send(self._subaccount_id, **arguments)

    def _is_given(self, name: object, value: object) -> bool:
        if isinstance(value, str) and not value:
            return name in ("to", self._text)
        return value is not None

    def _unknown(self, name: object) -> Problem:
        if name is None:  # where csv.DictReader puts them
            return Problem("", "unknown field", "has more values than the file has columns")
        return unknown_field("", name, sorted(self._fields))


def sms_requests(subaccount_id: str, **defaults: Any) -> RowRequests:
    """Return what makes the requests of ``Sms.send_many``."""
    return RowRequests(send_sms, SmsRow.__annotations__, "text", subaccount_id, defaults)


def message_requests(subaccount_id: str, **defaults: Any) -> RowRequests:
    """Return what makes the requests of ``Messages.send_many``."""
    return RowRequests(send_message, MessageRow.__annotations__, "content", subaccount_id, defaults)
