"""Which SMS encoding a text needs.

See also: 3GPP TS 23.038, the GSM 7 bit default alphabet and its extension table.
"""

from __future__ import annotations

import re

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"

_GSM7_TEXT = re.compile(f"[{re.escape(_BASIC + EXTENSION)}]*")


def encoding_of(asked: str | None, text: str) -> str:
    """The encoding that is used: the one asked for, or with AUTO the smallest that fits."""
    if asked is not None and asked != "AUTO":
        return asked
    return "GSM7" if fits_gsm7(text) else "UCS2"


def fits_gsm7(text: str) -> bool:
    """Whether every character of a text is in the GSM alphabet."""
    return _GSM7_TEXT.fullmatch(text) is not None
