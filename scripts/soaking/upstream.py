"""The API behind the proxy: the mock, with a count of what it has accepted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from eightbyeight.mock import create_app

if TYPE_CHECKING:
    from eightbyeight.mock.response import Response

_MOST_MESSAGES = 50_000  # that the mock remembers, so that it does not grow for ever


class Upstream:
    """A mock without rate limits. It forgets old messages; the count of those it accepted never does.

    Attributes:
        accepted: The umids of the messages that the mock has answered with QUEUED, by clientMessageId.
    """

    def __init__(self) -> None:
        self._app = create_app(rate_limit=False, max_messages=_MOST_MESSAGES)
        self.accepted: dict[str, list[str]] = {}

    def handle(
        self, method: str, target: str, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> Response:
        """Answer a request, whether the answer then arrives or not."""
        answer = self._app.handle(method, target, headers, body)
        if method == "POST" and answer.status == 200:
            message = json.loads(answer.body)
            status = message["status"]
            # SMS calls it a code and writes it in capitals, the messaging apps call it a state and do not.
            if (status.get("code") or status["state"]).upper() == "QUEUED":
                reference = message.get("clientMessageId") or ""
                self.accepted.setdefault(reference, []).append(message["umid"])
        return answer
