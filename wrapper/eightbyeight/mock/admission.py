"""What the heads of requests come to, so that the same head is not checked again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eightbyeight.mock.document import Match, Operation
    from eightbyeight.mock.settings import Settings
    from eightbyeight.mock.store import LoggedRequest

_MOST = 1000


class Admission(NamedTuple):
    """What the head of a request comes to, if nothing is wrong with it.

    Attributes:
        operation: Which operation is asked for.
        match: What the path says.
        parameters: By name, of the types of their schemas.
        headers: By lower-case name.
    """

    operation: Operation
    match: Match
    parameters: Mapping[str, Any]
    headers: Mapping[bytes, bytes]


class Admissions:
    """Those of the latest heads. They hold as long as the settings stay as they are.

    Args:
        settings: The mock's settings.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[tuple[object, ...], Admission] = {}

    def find(self, request: LoggedRequest) -> Admission | None:
        """What a head like this one has come to, if that is known."""
        return self._known.get(self._key(request))

    def add(self, request: LoggedRequest, admission: Admission) -> None:
        """Remember what this head has come to."""
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[self._key(request)] = admission

    def _key(self, request: LoggedRequest) -> tuple[object, ...]:
        version = self._settings.version
        return version, request.method, request.target, request.headers, request.tls
