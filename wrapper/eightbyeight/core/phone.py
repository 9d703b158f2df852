"""Which strings are phone numbers that can be sent to without guessing."""

from __future__ import annotations

import re

from .problems import Problem

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_NATIONAL = r"[0-9]{6,15}"  # compiled by the first that has a country
_COUNTRY = r"[A-Za-z]{2}"


def check_number(number: object, country: object, path: str) -> list[Problem]:
    """Return what is wrong with a recipient's number; ``path`` is its field.

    A number must be in E.164 (plus sign, country code, 7 to 15 digits), or national with its country:
    without either it would have to be guessed whom it reaches. Digits are never changed.
    """
    if not isinstance(number, str):
        return [
            Problem(
                path, "type", f"must be a string such as '+6591234567', not {type(number).__name__}"
            )
        ]
    if country is not None and not (isinstance(country, str) and re.fullmatch(_COUNTRY, country)):
        base = path.rpartition(".")[0]
        return [
            Problem(
                f"{base}.country" if base else "country",
                "pattern",
                "must be a two-letter country such as SG",
            )
        ]
    if _E164.fullmatch(number) or (country is not None and re.fullmatch(_NATIONAL, number)):
        return []
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        why = f"is {len(number)} characters long and holds more than digits; write it like +6591234567, without blanks"
    elif number.startswith("+"):
        why = f"has {len(digits)} digits after the plus sign or a country code that starts with 0; E.164 has 7 to 15"
    elif country is None:
        why = "has no plus sign: write +<country code><number>, or give the country of a national number"
    else:
        why = f"has {len(digits)} digits; a national number has 6 to 15"
    return [Problem(path, "phone number", why)]
