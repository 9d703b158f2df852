"""What a handler is given and what it gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from eightbyeight.mock.document import Operation
    from eightbyeight.mock.identifiers import Identifiers
    from eightbyeight.mock.life import Life
    from eightbyeight.mock.settings import Settings
    from eightbyeight.mock.store import Store


class Call(NamedTuple):
    """A request that has passed every check.

    Attributes:
        operation: The document's operation.
        parameters: Path, query and header parameters by name, of the types of their schemas.
        body: The parsed JSON body, or None.
        content: The same as bytes.
        now: The one time of this request.
        life: Takes the messages that are sent, and brings them to where they are now.
    """

    operation: Operation
    parameters: Mapping[str, Any]
    body: Any
    content: bytes
    now: datetime
    store: Store
    identifiers: Identifiers
    settings: Settings
    life: Life

    @property
    def subaccount(self) -> str:
        """The sub-account of the path."""
        return str(self.parameters["subAccountId"])


class Reply(NamedTuple):
    """A handler's answer; None as payload means an empty body."""

    payload: Any
    status: int = 200
