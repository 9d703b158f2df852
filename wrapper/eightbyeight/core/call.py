"""One call of the API, ready to be sent: everything decided, nothing done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from .reply import Reply

R = TypeVar("R")


class Call(NamedTuple, Generic[R]):
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
    read: Callable[[Reply], R]
    content: bytes | None = None
    client_message_id: str | None = None
    messages: int = 1
    entry: int | None = None

    def __repr__(self) -> str:
        return f"Call({self.operation}, client_message_id={self.client_message_id!r})"  # the rest may tell a text

    @property
    def is_send(self) -> bool:
        """Whether executing it twice does harm."""
        return self.method != "GET"
