"""How a text becomes the parts of an SMS, and what to change so that it takes fewer. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from .gsm7 import ALPHABET, EXTENSION, clusters_of, stand_in

if TYPE_CHECKING:
    from collections.abc import Callable

# As the API spells them in requests and answers.
Encoding: TypeAlias = Literal["GSM7", "UCS2"]
ENCODINGS: tuple[str, ...] = ("AUTO", "GSM7", "UCS2")

# The API cuts off what goes beyond.
MOST_PARTS = 10


class _Room(NamedTuple):
    """Septets, or 16-bit units, of an SMS alone and of each part of several: their header takes the difference."""

    alone: int
    joined: int


_ROOM: dict[Encoding, _Room] = {"GSM7": _Room(160, 153), "UCS2": _Room(70, 67)}
_NAMES: dict[Encoding, str] = {"GSM7": "GSM-7", "UCS2": "UCS-2"}


@dataclass(frozen=True, slots=True)
class Culprit:
    """A character that GSM-7 lacks.

    Attributes:
        index: Where it stands: ``text[index]``, counted from 0.
        character: The character.
        name: Its code point and its name in Unicode.
        replacement: What ``to_gsm7`` puts in its place, or None if there is nothing like it. A mark that belongs to
            the letter before it is replaced together with that, and has the empty string.
    """

    index: int
    character: str
    name: str
    replacement: str | None


@dataclass(frozen=True, slots=True)
class Segments:
    """The parts of an SMS.

    Attributes:
        encoding: ``GSM7`` or ``UCS2``, as the API spells them.
        parts: What each part holds; an empty text takes one.
        units: Septets (GSM-7) or 16-bit units (UCS-2) of the whole text; some characters take two.
        left: How many units the last part still has room for, before another one begins.
        culprits: The characters that GSM-7 lacks, in their order.
    """

    encoding: Encoding
    parts: tuple[str, ...] = field(repr=False)
    units: int
    left: int
    culprits: tuple[Culprit, ...] = field(repr=False)

    @property
    def count(self) -> int:
        """How many parts the text takes, each of which is billed."""
        return len(self.parts)

    @property
    def encoding_name(self) -> str:
        """The encoding as people spell it, ``GSM-7`` or ``UCS-2``."""
        return _NAMES[self.encoding]

    @property
    def is_truncated(self) -> bool:
        """Whether the API cuts off the end: it sends ten parts at most, without an error."""
        return self.count > MOST_PARTS

    @property
    def sent(self) -> str:
        """What arrives: the text of the first ten parts."""
        return "".join(self.parts[:MOST_PARTS])

    @property
    def warning(self) -> str | None:
        """What is lost, in a sentence without the text; None when all of it arrives."""
        if not self.is_truncated:
            return None
        lost = sum(map(len, self.parts[MOST_PARTS:]))
        return (
            f"the text takes {self.count} parts in {self.encoding_name}; the API sends {MOST_PARTS} and cuts off the "
            f"last {lost:,} character{'s' if lost > 1 else ''} without an error"
        )


@dataclass(frozen=True, slots=True)
class Replacement:
    """Characters that were replaced: ``text[index:]`` began with ``characters``."""

    index: int
    characters: str
    name: str
    by: str


@dataclass(frozen=True, slots=True)
class Plain:
    """A text after ``to_gsm7``.

    Attributes:
        text: The text in GSM-7, or the text as it was when that cannot be.
        replacements: What was replaced, in the order of the text.
        remaining: The characters without a replacement, which keep the text in UCS-2.
    """

    text: str = field(repr=False)
    replacements: tuple[Replacement, ...] = field(repr=False)
    remaining: tuple[Culprit, ...] = field(repr=False)

    @property
    def is_gsm7(self) -> bool:
        """Whether the text is in GSM-7 now."""
        return not self.remaining


def segment(text: str, encoding: str | None = None) -> Segments:
    """Split a text into the parts of an SMS, as networks do.

    A character that takes two units is never cut in two: what does not fit goes to the next part as a whole.

    Args:
        text: The text, with all variables filled in.
        encoding: ``GSM7``, ``UCS2``, or ``AUTO`` (as None): GSM-7 if it has all of the characters. With ``GSM7``,
            each character that it lacks counts as one that it has.

    Raises:
        ValueError: There is no such encoding.
    """
    if encoding is not None and encoding not in ENCODINGS:
        raise ValueError(f"the encoding must be one of {', '.join(ENCODINGS)}")
    culprits = culprits_in(text)
    used: Encoding
    if encoding == "GSM7" or (encoding != "UCS2" and not culprits):
        used, width = "GSM7", _septets
    else:
        used, width = "UCS2", _units
    room = _ROOM[used]
    units = sum(map(width, text))
    if units <= room.alone:
        return Segments(used, (text,), units, room.alone - units, culprits)
    parts, left = _split(text, width, room.joined)
    return Segments(used, parts, units, left, culprits)


def to_gsm7(text: str) -> Plain:
    """Replace typographic quotes, dashes, ellipses, odd spaces, what is not seen and the like by plain characters.

    It is all or nothing: a text that cannot be in GSM-7 anyway is left as it is, since nothing would be saved.
    """
    pieces: list[str] = []
    replacements: list[Replacement] = []
    for index, cluster in clusters_of(text):
        plain = stand_in(cluster)
        if plain is None:
            return Plain(
                text, (), tuple(found for found in culprits_in(text) if found.replacement is None)
            )
        if plain != cluster:
            name = " + ".join(map(name_of, cluster))
            replacements.append(Replacement(index, cluster, name, plain))
        pieces.append(plain)
    return Plain("".join(pieces), tuple(replacements), ())


def culprits_in(text: str) -> tuple[Culprit, ...]:
    """Return the characters of a text that GSM-7 lacks."""
    if ALPHABET.issuperset(text):
        return ()
    found: list[Culprit] = []
    for index, cluster in clusters_of(text):
        plain = stand_in(cluster)
        for offset, character in enumerate(cluster):
            if character not in ALPHABET:
                by = plain if offset == 0 or plain is None else ""
                found.append(Culprit(index + offset, character, name_of(character), by))
    return tuple(found)


def name_of(character: str) -> str:
    """Return the code point of a character, and its name in Unicode."""
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        name = "half of a surrogate pair"
    else:
        name = unicodedata.name(character, "control character" if code < 0xA0 else "unnamed")
    return f"U+{code:04X} {name}"


def _split(text: str, width: Callable[[str], int], room: int) -> tuple[tuple[str, ...], int]:
    """Fill parts one after another; return them, and the units that are left in the last."""
    parts: list[str] = []
    begin = used = 0
    for index, character in enumerate(text):
        needed = width(character)
        if used + needed > room:
            parts.append(text[begin:index])
            begin, used = index, 0
        used += needed
    return (*parts, text[begin:]), room - used


def _septets(character: str) -> int:
    return 2 if character in EXTENSION else 1


def _units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1
