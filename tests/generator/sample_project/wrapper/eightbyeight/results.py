from __future__ import annotations


class Sent:
    kind = "sms"

    @property
    def umid(self) -> str:
        return "1"

    @property
    def part_count(self) -> int | None:
        return None
