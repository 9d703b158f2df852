"""The body of one batch of a survey."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from .prepare import encode

if TYPE_CHECKING:
    from collections.abc import Mapping


class SurveyBody:
    """Is written as the messages come, so that there is but one copy of so much.

    Args:
        reference: The client batch ID.

    Attributes:
        size: The bytes of the messages so far, with a comma for each time that some were added.
    """

    def __init__(self, reference: str) -> None:
        self._content = BytesIO()
        self._content.write(encode({"clientBatchId": reference})[:-1] + b',"messages":[')
        self.size = 0

    def add(self, messages: bytes | memoryview) -> None:
        """Add a message, or several with commas between."""
        if self.size:
            self._content.write(b",")
        self._content.write(messages)
        self.size += len(messages) + 1

    def end(self, rest: Mapping[str, Any]) -> bytes:
        """Return the whole body; ``rest`` are the fields besides the messages. There is no more to come then."""
        self._content.write(b"]," + encode(rest)[1:] if rest else b"]}")
        return self._content.getvalue()
