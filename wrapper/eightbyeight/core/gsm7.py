"""The GSM 7-bit alphabet, and what stands in for characters that it lacks.

See 3GPP TS 23.038: the default alphabet (6.2.1) and its extension table (6.2.1.1).
"""

from __future__ import annotations

import unicodedata

# One septet each. The 28th place is the escape to the table below, which is no character of a text.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
# Two septets each: the escape and the character.
EXTENSION = frozenset("\f^{}\\[~]|€")
ALPHABET = BASIC | EXTENSION

# Typography, spaces and what is not seen: word processors put these in, and no reader misses them.
_PLAIN = {
    # Curly and other single quotes, prime, grave and acute accent, modifier apostrophe.
    "'": "\u2018\u2019\u201a\u201b\u2032\u0060\u00b4\u02bc",
    # Curly and other double quotes, double prime, guillemets.
    '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb",
    "<": "\u2039",
    ">": "\u203a",
    # Hyphen, no-break hyphen, figure, en and em dash, horizontal bar, minus, hyphen bullet.
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043",
    "...": "\u2026",
    "*": "\u2022",
    # Fraction and division slash.
    "/": "\u2044\u2215",
    "x": "\u00d7",
    # Tab, no-break space, en quad to hair space, narrow no-break, medium mathematical and ideographic space.
    " ": "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    # Line and paragraph separator.
    "\n": "\u2028\u2029",
    # Soft hyphen, zero-width space, non-joiner and joiner, marks of direction, word joiner, byte order mark,
    # and the selectors of how a character is drawn.
    "": "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f",
}
_STAND_INS = {character: plain for plain, others in _PLAIN.items() for character in others}


def stand_in(cluster: str) -> str | None:
    """Return what stands for a character with its combining marks in GSM-7, or None if nothing does.

    It never changes what a text says: letters only change their form in Unicode (e with an accent behind it is é).
    """
    composed = unicodedata.normalize("NFC", cluster)
    if all(character in ALPHABET for character in composed):
        return composed
    return _STAND_INS.get(cluster)


def clusters_of(text: str) -> list[tuple[int, str]]:
    """Split a text into characters with their combining marks; each with the index at which it begins."""
    clusters: list[tuple[int, str]] = []
    for index, character in enumerate(text):
        if clusters and unicodedata.combining(character):
            start, before = clusters[-1]
            clusters[-1] = (start, before + character)
        else:
            clusters.append((index, character))
    return clusters
