"""What is sent, cut into slices that are each sent in another way."""

from __future__ import annotations

import itertools
import math
import random
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Product = Literal["sms", "messages"]

_MOST = 5_000  # messages in a slice
_FEW = 2_000  # below that, half of the ways are enough
_WORDS = ("your", "parcel", "is", "on", "its", "way", "to", "you", "and", "comes", "soon")


@dataclass(frozen=True)
class Slice:
    """Messages that are sent together.

    Attributes:
        run: The name of the run; that of messages that are sent singly is only for their references.
        product: Whether they go by SMS or over messaging apps.
        is_async: Whether by AsyncClient.
        is_run: Whether by ``send_many``; otherwise each by a call of its own.
        names_itself: Whether the messages bring their references, or leave that to the journal.
        texts: What they say, by reference.
    """

    run: str
    product: Product
    is_async: bool
    is_run: bool
    names_itself: bool
    texts: dict[str, str] = field(repr=False)

    @property
    def subaccount(self) -> str:
        """The sub-account that sends; SMS and messaging apps have one each."""
        return f"soak_{self.product}"

    def rows(self) -> Iterator[dict[str, str]]:
        """Yield the arguments of ``send`` for each message."""
        name = "text" if self.product == "sms" else "content"
        for number, (reference, text) in enumerate(self.texts.items()):
            row = {"to": f"+659{number:07d}", name: text}
            yield {**row, "client_message_id": reference} if self.names_itself else row


def cut(
    sends: int, seed: int, *, only_async: bool, reference: Callable[[str, int], str]
) -> list[Slice]:
    """Cut so many sends into slices, in which clients, products and ways of sending take turns.

    The texts are the same for the same seed; the runs are called differently each time, so that a journal can be
    used again. ``reference`` tells what a journal will call the message in a row of a run.
    """
    source = random.Random(seed)  # noqa: S311  # to be repeated, not to be secret
    # In the first four, each client sends in each way.
    ways: list[tuple[Product, bool, bool]] = [
        ("sms", False, True),
        ("messages", True, False),
        ("messages", True, True),
        ("sms", False, False),
        ("messages", False, True),
        ("sms", True, False),
        ("sms", True, True),
        ("messages", False, False),
    ]
    count = min(sends, max(4 if sends < _FEW else len(ways), math.ceil(sends / _MOST)))
    soak = secrets.token_hex(4)
    slices = []
    for number, (product, is_async, is_run) in zip(range(count), itertools.cycle(ways)):
        run = f"soak-{soak}-{number}"
        size = sends * (number + 1) // count - sends * number // count
        names_itself = not is_run or product == "messages"
        texts = {
            f"{run}-{row}" if names_itself else reference(run, row): " ".join(
                source.choices(_WORDS, k=source.randrange(1, 40))
            )
            for row in range(1, size + 1)
        }
        slices.append(Slice(run, product, is_async or only_async, is_run, names_itself, texts))
    return slices
