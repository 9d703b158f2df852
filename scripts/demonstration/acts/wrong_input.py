"""Input that is wrong, and never leaves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from eightbyeight import InvalidInput

from ..surprise import Surprise, expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from eightbyeight import Client

    from ..show import Show


def refuse_input(show: Show, client: Client) -> None:
    """Try to send what the API would refuse, or understand in another way."""
    show.act("Wrong input: refused here, with everything that is wrong")
    seen = len(show.app.requests)
    to = "+6591234567"
    tomorrow = datetime(2026, 1, 2, 9, 0)  # noqa: DTZ001 - that is what is wrong with it
    attempts: list[tuple[str, int, Callable[[], object]]] = [
        (
            "sms.send(to, '', source='ACME Customer Care', encoding='UTF8')",
            3,
            lambda: client.sms.send(to, "", source="ACME Customer Care", encoding="UTF8"),
        ),
        (
            "sms.send(to, 'Hello', scheduled=datetime(2026, 1, 2, 9, 0))",
            1,
            lambda: client.sms.send(to, "Hello", scheduled=tomorrow),
        ),
        ("sms.send('91234567', 'Hello')", 1, lambda: client.sms.send("91234567", "Hello")),
    ]
    for code, count, attempt in attempts:
        show.say(f"client.{code}")
        try:
            attempt()
        except InvalidInput as error:
            for problem in error.problems:
                show.paragraph(str(problem), "red")
            expect(len(error.problems) == count, f"{len(error.problems)} problems, not {count}")
        else:
            raise Surprise("wrong input was sent")
    now_seen = len(show.app.requests)
    expect(now_seen == seen, f"{now_seen - seen} requests left in spite of it")
    show.say(f"Requests that the mock has seen: {seen} before, {now_seen} after.", "green")
