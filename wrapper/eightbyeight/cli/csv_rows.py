"""The rows of a CSV file: whom a survey goes to, and what fills the placeholders of its text."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sized
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from eightbyeight import InvalidInput, SurveyRecipient
from eightbyeight.cli.failures import usage_error
from eightbyeight.phone import to_e164
from eightbyeight.survey import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eightbyeight.requests.surveys import SurveyBatches

# What no batch takes, in place of a row that is wrong here: rows keep their numbers.
_REFUSED = {"destination": ""}


class Columns(NamedTuple):
    """Which column holds what. All that the text of the survey names are variables."""

    destination: str
    reference: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty. ``number`` counts them from 1, ``line`` is where it ends in the file."""

    number: int
    line: int
    cells: dict[str, str]
    problem: str | None = None


@dataclass(slots=True)
class SurveyRows(Sized):
    """The recipients in a file, read as they are needed; ``check`` reads all of them first.

    Attributes:
        path: The file; ``-`` is standard input.
        template: The text of the survey, whose placeholders the columns fill.
        columns: Which columns are no variables.
        country: Whose national numbers the file holds, if any.
        may_be_empty: Whether an empty cell is a value.
        encoding: Of the file.
        delimiter: Between two cells.
        problems: Why rows are wrong, by their number; known after ``check``.
        total: How many rows there are; known after ``check``.
    """

    path: Path
    template: str
    columns: Columns
    country: str | None = None
    may_be_empty: bool = False
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    problems: dict[int, str] = field(default_factory=dict)
    total: int = 0
    _piped: str | None = None
    _needed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._needed = names_in(self.template)

    def check(self, batches: SurveyBatches) -> None:
        """Read all rows, and note what is wrong with them.

        Raises Failure for a file that cannot be read, or lacks a column.
        """
        for row in self.rows():
            self.total = row.number
            try:
                batches.message(self._recipient(row))
            except InvalidInput as error:
                words = "; ".join(str(problem) for problem in error.problems) or str(error)
                self.problems[row.number] = f"row {row.number} (line {row.line}): {words}"

    def __iter__(self) -> Iterator[SurveyRecipient | dict[str, str]]:
        for row in self.rows():
            yield _REFUSED if row.number in self.problems else self._recipient(row)

    def __len__(self) -> int:
        return self.total

    def rows(self) -> Iterator[Row]:
        """Read the file."""
        with self._opened() as file:
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            try:
                header = self._header(next(reader, []))
                number = 0
                for values in reader:
                    if any(value.strip() for value in values):
                        number += 1
                        yield _row(number, reader.line_num, header, values)
            except csv.Error as error:
                raise usage_error(f"{self.path}, line {reader.line_num}: {error}") from None
            except UnicodeDecodeError as error:
                raise usage_error(
                    f"{self.path} is not in {error.encoding}; tell its encoding with --csv-encoding, "
                    "such as cp1252"
                ) from None

    @contextmanager
    def _opened(self) -> Iterator[TextIO]:
        if str(self.path) == "-":
            if self._piped is None:  # it is read twice
                try:
                    self._piped = sys.stdin.read().removeprefix("\ufeff")
                except UnicodeDecodeError:
                    raise usage_error("standard input is not in the terminal's encoding") from None
            yield io.StringIO(self._piped, newline="")
            return
        try:
            file = self.path.open(encoding=self.encoding, newline="")
        except OSError as error:
            raise usage_error(f"cannot read {self.path}: {error.strerror}") from None
        except LookupError:
            raise usage_error(f"there is no encoding {self.encoding}") from None
        with file:
            yield file

    def _header(self, header: list[str]) -> list[str]:
        """Check the first line."""
        names = [name.strip() for name in header]
        if not any(names):
            raise usage_error(f"{self.path} is empty; its first line must name the columns")
        if repeated := next((name for name in names if name and names.count(name) > 1), None):
            raise usage_error(f"{self.path} has two columns {repeated}")
        missing = [
            name for name in (self.columns.destination, *sorted(self._needed)) if name not in names
        ]
        if missing:
            other = next((sign for sign in ";\t|" if len(names) == 1 and sign in names[0]), None)
            hint = f"; are its cells separated by {other!r}? --delimiter says so" if other else ""
            raise usage_error(
                f"{self.path} has no column {', '.join(missing)}; its first line names "
                f"{', '.join(filter(None, names))}{hint}"
            )
        return names

    def _recipient(self, row: Row) -> SurveyRecipient:
        """Make the recipient of a row. Raises InvalidInput for a row that is wrong."""
        if row.problem is not None:
            raise InvalidInput(row.problem)
        variables = {name: row.cells[name] for name in sorted(self._needed)}
        empty = [name for name, value in variables.items() if not value.strip()]
        if empty and not self.may_be_empty:
            raise InvalidInput(f"{', '.join(empty)}: is empty; --allow-empty sends it so")
        number = row.cells[self.columns.destination].strip()
        options: dict[str, Any] = {}
        if reference := row.cells.get(self.columns.reference, "").strip():
            options["client_message_id"] = reference
        return SurveyRecipient(
            number if self.country is None else to_e164(number, self.country),
            variables=variables or None,
            **options,
        )


def _row(number: int, line: int, header: list[str], values: list[str]) -> Row:
    problem = None
    if len(values) != len(header):
        problem = f"has {len(values)} cells, and the first line has {len(header)}"
    return Row(number, line, dict(zip(header, values, strict=False)), problem)
