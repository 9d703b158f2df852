"""One send of the demo, with a title and the code to show."""

from __future__ import annotations

import inspect
import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from eightbyeight import AsyncClient, Client

    AnyClient: TypeAlias = Client | AsyncClient


class Scene(NamedTuple):
    """One send: who does it with a client, and what it is called on the wire."""

    send: Callable[[AnyClient], Any]
    operation: str

    @property
    def title(self) -> str:
        """The first line of the sender's docstring."""
        return (inspect.getdoc(_plain(self.send)) or "").splitlines()[0].rstrip(".")

    @property
    def code(self) -> list[str]:
        """The sender's lines, without its head."""
        lines = textwrap.dedent(inspect.getsource(_plain(self.send))).splitlines()
        start = next(number for number, line in enumerate(lines) if line.endswith('"""')) + 1
        return textwrap.dedent("\n".join(lines[start:])).replace("return ", "").splitlines()


def _plain(function: Any) -> Any:
    """Return the function inside of a partial."""
    return getattr(function, "func", function)
