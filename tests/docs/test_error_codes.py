"""The page of error codes is complete and says what the client really does."""

from __future__ import annotations

import re

import pytest
from docs.snippets import DOCS

from eightbyeight import EightByEightError, NotSent, OutcomeUnknown, Rejected
from eightbyeight.mock.error_codes import API_ERRORS, DELIVERY_ERRORS
from eightbyeight.testing import MockApi

AGAIN = {NotSent: "yes", Rejected: "no", OutcomeUnknown: "look first"}
LATER = {"later", "fix first", "no", "wait", "look first"}


def rows(heading):
    """The rows below a heading of the second level whose first cell is a code."""
    page = (DOCS / "error-codes.md").read_text("utf-8")
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines())
    return [row for row in cells if row[0].isdigit()]


@pytest.fixture(scope="module")
def client():
    with MockApi() as mock, mock.client(max_attempts=1) as client:
        yield client


def test_every_api_error_is_there_once_with_its_name_and_status():
    told = [(int(code), int(status), name) for code, name, *_, status in rows("API errors")]

    assert sorted((code, *error) for code, error in API_ERRORS.items()) == sorted(told)


@pytest.mark.parametrize("row", [pytest.param(row, id=row[0]) for row in rows("API errors")])
def test_an_api_error_raises_what_the_page_says(client, row):
    code, _, meaning, again, exception, status = row

    with pytest.raises(EightByEightError) as raised:
        client.sms.send(f"+999400{int(code):04}", "x")

    error = raised.value
    assert (int(status), int(code)) == (error.status, error.code)
    assert f"`{type(error).__name__}`" == exception
    assert [again] == [word for kind, word in AGAIN.items() if isinstance(error, kind)]
    assert meaning


def test_every_delivery_error_is_there_once_with_its_name_and_advice():
    told = rows("Delivery errors")

    assert sorted(DELIVERY_ERRORS.items()) == sorted((int(code), name) for code, name, *_ in told)
    assert all(meaning and again in LATER for _, _, meaning, again in told)
