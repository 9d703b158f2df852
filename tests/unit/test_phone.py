"""Phone numbers as people write them."""

from __future__ import annotations

import sys

import pytest

from eightbyeight import ConfigurationError, InvalidInput
from eightbyeight.phone import to_e164


@pytest.mark.parametrize(
    ("number", "country", "wanted"),
    [
        ("0812 345 678", "TH", "+66812345678"),
        ("9123-4567", "sg", "+6591234567"),
        ("(0)812-3456-7890", "ID", "+6281234567890"),
        ("+65 9123 4567", None, "+6591234567"),
        ("+65 9123 4567", "TH", "+6591234567"),
        ("+6591234567", "SG", "+6591234567"),
        ("001 65 9123 4567", "TH", "+6591234567"),
        ("９１２３４５６７", "SG", "+6591234567"),
    ],
)
def test_numbers_that_are_understood(number, country, wanted):
    assert to_e164(number, country) == wanted


@pytest.mark.parametrize(
    ("number", "country", "why"),
    [
        ("0812345678", None, "has no country code"),
        ("+9991234567", None, "begins with a country code that does not exist"),
        ("912", "SG", "has too few digits for SG"),
        ("91234567890123456", "SG", "number"),
        ("1-800-FLOWERS", "US", "holds letters"),
        ("+6591234567,4", None, "has an extension"),
        ("", "SG", "is no phone number"),
        ("12345678", "SG", "lies in no range"),
        ("+8821", None, "has too few digits"),
        (91234567, "SG", "must be a string, not int"),
        ("91234567", "SGP", "two-letter country"),
        ("91234567", 65, "two-letter country"),
        ("91234567", "XX", "XX is no country"),
    ],
)
def test_numbers_that_are_refused(number, country, why):
    with pytest.raises(InvalidInput, match=why) as caught:
        to_e164(number, country)

    assert len(str(number)) < 7 or str(number) not in str(caught.value)


def test_a_range_that_is_not_known_yet():
    assert to_e164("12345678", "SG", strict=False) == "+6512345678"


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    with pytest.raises(ConfigurationError, match=r'pip install "eightbyeight\[phonenumbers\]"'):
        to_e164("+6591234567")
