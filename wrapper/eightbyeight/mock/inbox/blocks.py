"""What a bubble on a phone is made of. Plain data: the templates decide how it looks."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """A text.

    Attributes:
        text: As it is to be read, cut when it is very long.
        role: `body`, `title`, `footer`, `note` or `strong`.
        hidden: How many characters were cut off.
    """

    text: str
    role: str = "body"
    hidden: int = 0
    block: str = "text"


class Media(NamedTuple):
    """A file that is never loaded.

    Attributes:
        kind: `image`, `video`, `audio`, `document` and so on.
        name: The file's name.
        address: Its address, or its id when it was uploaded.
    """

    kind: str
    name: str
    address: str
    block: str = "media"


class Place(NamedTuple):
    """A location."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""
    block: str = "place"


class Facts(NamedTuple):
    """Names with values."""

    rows: tuple[tuple[str, str], ...]
    block: str = "facts"


class Choice(NamedTuple):
    """A button, a chip or a row of a list.

    Attributes:
        label: What stands on it.
        detail: What it does, such as the address that it opens.
        press: What `reply_button` takes for it; None when it sends nothing to the sender.
        url: What `click` takes for it, when it is a link whose clicks the sender is told of.
    """

    label: str
    detail: str = ""
    press: str | None = None
    url: str | None = None


class Choices(NamedTuple):
    """Buttons below a message, or chips.

    Attributes:
        look: `buttons` or `chips`.
    """

    choices: tuple[Choice, ...]
    look: str = "buttons"
    block: str = "choices"


class Section(NamedTuple):
    """A part of a list."""

    title: str
    rows: tuple[Choice, ...]


class Menu(NamedTuple):
    """A list that opens when its button is pressed."""

    label: str
    sections: tuple[Section, ...]
    block: str = "menu"


class Cards(NamedTuple):
    """Cards that scroll sideways."""

    cards: tuple[tuple[Block, ...], ...]
    block: str = "cards"


Block = Text | Media | Place | Facts | Choices | Menu | Cards

_LONGEST = 2000


def text_of(value: object, role: str = "body") -> Text:
    """A text block, cut where nobody reads on."""
    text = str(value)
    hidden = max(0, len(text) - _LONGEST)
    return Text(text[:_LONGEST] if hidden else text, role, hidden)
