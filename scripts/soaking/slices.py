"""What is sent, cut into slices that are each sent in another way."""

from __future__ import annotations

import itertools
import math
import random
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Product = Literal["sms", "messages"]

_MOST = 5_000  # messages in a slice
_FEW = 2_000  # below that, half of the ways are enough
_WORDS = "your parcel is on its way and will be with you before the end of the day".split()


@dataclass(frozen=True)
class Slice:
    """Messages that are sent together.

    Attributes:
        run: The name of the run, and the beginning of all references.
        product: Whether they go by SMS or over messaging apps.
        is_async: Whether by AsyncClient.
        is_run: Whether by ``send_many``; otherwise each by a call of its own.
        texts: What they say, by reference.
    """

    run: str
    product: Product
    is_async: bool
    is_run: bool
    texts: dict[str, str] = field(repr=False)

    @property
    def subaccount(self) -> str:
        """The sub-account that sends; SMS and messaging apps have one each."""
        return f"soak_{self.product}"

    def rows(self) -> Iterator[dict[str, str]]:
        """Yield the arguments of ``send`` for each message."""
        name = "text" if self.product == "sms" else "content"
        for number, (reference, text) in enumerate(self.texts.items()):
            yield {"to": f"+659{number:07d}", name: text, "client_message_id": reference}


def cut(sends: int, seed: int, *, only_async: bool) -> list[Slice]:
    """Cut so many sends into slices, in which clients, products and ways of sending take turns.

    The texts are the same for the same seed. The references never are, so that a journal can be used again.
    """
    source = random.Random(seed)  # noqa: S311  # to be repeated, not to be secret
    # Neighbours differ in everything, and the first four have each of everything.
    ways: list[tuple[Product, bool, bool]] = [
        ("sms", False, True),
        ("messages", True, False),
        ("messages", False, True),
        ("sms", True, False),
        ("messages", True, True),
        ("sms", False, False),
        ("sms", True, True),
        ("messages", False, False),
    ]
    count = min(sends, max(4 if sends < _FEW else len(ways), math.ceil(sends / _MOST)))
    soak = secrets.token_hex(4)
    slices = []
    for number, (product, is_async, is_run) in zip(range(count), itertools.cycle(ways)):
        run = f"soak-{soak}-{number}"
        size = sends * (number + 1) // count - sends * number // count
        texts = {
            f"{run}-{place}": " ".join(source.choices(_WORDS, k=source.randrange(1, 40)))
            for place in range(size)
        }
        slices.append(Slice(run, product, is_async or only_async, is_run, texts))
    return slices
