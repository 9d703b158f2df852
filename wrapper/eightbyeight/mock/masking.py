"""How the details endpoint hides content and recipients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MASKED = "**MASKED**"

_HIDDEN = 4


def masked_address(address: str) -> str:
    """Hide the last characters: `+63922110xxxx`."""
    shown = max(len(address) - _HIDDEN, 0)
    return address[:shown] + "x" * (len(address) - shown)


def masked_user(user: Mapping[str, Any]) -> dict[str, Any]:
    """Hide every address of a recipient; the country is none."""
    return {
        name: value if name == "country" else masked_address(str(value))
        for name, value in user.items()
    }
