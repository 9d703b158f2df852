"""Reads a reply from the bytes of a connection; the parser is that of Node.js, through httptools."""

from __future__ import annotations

from ...core.reply import Reply
from ...errors import ConfigurationError
from .content_encoding import decoded

try:
    from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
except ModuleNotFoundError as missing:
    if missing.name != "httptools":
        raise
    raise ConfigurationError(
        'the backend fast needs an extra: pip install "eightbyeight[fast]"'
    ) from None

# Bytes before the body. Nothing that answers needs as many; without a limit, nonsense would be read for ever.
_LONGEST_HEAD = 100 * 1024
_FINAL = 200  # statuses below, such as 100 Continue, announce a reply


class BrokenReply(Exception):
    """What came is no reply, or not all of one."""


class ReplyReader:
    """Takes the bytes of one reply as they come.

    Attributes:
        is_done: Whether the reply is there in full.
        is_last: Whether the connection is of no use behind it.
    """

    __slots__ = (
        "_fields",
        "_has_head",
        "_head_size",
        "_parser",
        "_pieces",
        "_status",
        "is_done",
        "is_last",
    )

    def __init__(self) -> None:
        self._fields: dict[str, str] = {}
        self._pieces: list[bytes] = []
        self._has_head = False
        self._head_size = 0
        self._status = 0
        self.is_done = False
        self.is_last = True
        self._parser = HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        """Take what has arrived; nothing at all means that the peer has closed. Raises BrokenReply."""
        if not data:
            self._end()
            return
        if not self._has_head:
            self._head_size += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            raise BrokenReply("the peer changed the protocol") from None
        except HttpParserError as error:
            struck = error.__context__  # what was raised in a method that the parser calls
            if struck is not None and not isinstance(struck, Exception):
                raise struck from None  # Ctrl-C
            if not self.is_done:
                raise BrokenReply(f"the peer sent no HTTP: {error}") from None
            self.is_last = True  # what follows a whole reply is no reply to us
        if not self._has_head and self._head_size > _LONGEST_HEAD:
            raise BrokenReply("the head of the reply does not end")

    def reply(self) -> Reply:
        """Return the reply that is there in full, once. Raises BrokenReply when its body cannot be decompressed."""
        del self._parser  # which holds this, and would wait for the garbage collector
        content = b"".join(self._pieces)
        try:
            content = decoded(content, self._fields)
        except ValueError as error:
            raise BrokenReply(str(error)) from None
        return Reply(self._status, self._fields, content)

    def _end(self) -> None:
        # A body of no known length ends with the connection.
        if not self._has_head or not self._fields.keys().isdisjoint(
            ("content-length", "transfer-encoding")
        ):
            what = "in the middle of a reply" if self._head_size else "without a reply"
            raise BrokenReply(f"the peer closed the connection {what}")
        self.is_done = True

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Refuse what comes behind the reply."""
        if self.is_done:
            raise BrokenReply("a second reply")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        if not self._has_head:  # or else it stands behind the body
            self._fields[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Note that all headers are there."""
        self._status = self._parser.get_status_code()
        self._has_head = self._status >= _FINAL

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        """Note the end."""
        if self._has_head:
            self.is_done = True
            self.is_last = not self._parser.should_keep_alive()
        else:
            self._fields.clear()
