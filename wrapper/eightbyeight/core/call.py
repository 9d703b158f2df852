"""One call of the API, ready to be sent: everything decided, nothing done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from .reply import Reply

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Call(Generic[R]):
    """A request and how to read its reply.

    ``path`` is the real path on the product's host, ``content`` the exact bytes of the body, and ``read``
    turns a successful reply into the result (it may raise ``MessageRejected``, nothing else).
    ``client_message_id`` is the reference that the bytes carry; the same over all attempts. ``messages`` is how
    many messages the bytes send. ``entry`` is the number of the send in a journal that has planned it.
    """

    operation: str
    product: str
    method: str
    path: str
    read: Callable[[Reply], R] = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    client_message_id: str | None = None
    messages: int = 1
    entry: int | None = None

    @property
    def is_send(self) -> bool:
        """Whether executing it twice does harm."""
        return self.method != "GET"
