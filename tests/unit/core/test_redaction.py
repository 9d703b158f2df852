"""Masks: enough to recognise a number, too little to call it."""

from __future__ import annotations

import pytest

from eightbyeight.core.redaction import mask_number, mask_numbers


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+6591234567", "+******4567"),
        ("6591234567", "******4567"),
        ("+65 9123-4567", "+** ****-4567"),
        ("1234567", "***4567"),
        ("123456", "******"),
        ("", ""),
        ("+659123xxxx", "+******xxxx"),
    ],
)
def test_mask_of_one_number(number, masked):
    assert mask_number(number) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Invalid MSISDN 6591234567", "Invalid MSISDN ******4567"),
        ("from +65 9123 4567 to +6598765432.", "from +** **** 4567 to +******5432."),
        ("(65) 9123-4567", "(**) ****-4567"),
        ("limit is 35000, code 1002", "limit is 35000, code 1002"),
        ("no digits", "no digits"),
        ("", ""),
    ],
)
def test_masks_in_a_text(text, masked):
    assert mask_numbers(text) == masked


@pytest.mark.parametrize("number", ["+65.9123.4567", "+65/9123/4567", "+65\u00a09123\u00a04567"])
def test_other_ways_to_write_a_number(number):
    assert "9123" not in mask_numbers(f"Invalid number {number}!")
