"""`eightbyeight survey send`: a survey to the people in a CSV file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from eightbyeight import SurveyTemplate
from eightbyeight.cli.connection import Connection, connection_options
from eightbyeight.cli.csv_rows import Columns, SurveyRows
from eightbyeight.cli.dry_run import Recorder, dry_run_option
from eightbyeight.cli.failures import usage_error
from eightbyeight.cli.output import json_option, note
from eightbyeight.cli.parameters import (
    INPUT_FILE,
    country_option,
    encoding_option,
    expiry_option,
    receipts_option,
    scheduled_option,
)
from eightbyeight.cli.survey_run import SurveyRun
from eightbyeight.requests.surveys import SurveyBatches

_MOST_SHOWN = 20


@click.command(context_settings={"show_default": True})
@click.argument("file", type=INPUT_FILE)
@click.option("--survey", "survey_id", required=True, metavar="ID", help="Name of the survey.")
@click.option(
    "--template",
    metavar="TEXT",
    help="The text, with {{url}} where the link stands and {{column}} for the values of a column.",
)
@click.option(
    "--template-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read the text from a file in UTF-8.",
)
@click.option("--source", metavar="SENDER", help="Sender ID, up to 16 characters.")
@encoding_option
@scheduled_option
@expiry_option
@receipts_option
@click.option(
    "--batch-id", "client_batch_id", metavar="ID", help="Your reference, to 20 characters."
)
@country_option
@click.option(
    "--number-column", "destination", default="destination", help="Column of the numbers."
)
@click.option(
    "--reference-column",
    "reference",
    default="client_message_id",
    help="Column of your references, if the file has one.",
)
@click.option("--delimiter", default=",", help="Between two cells; \\t is a tab.")
@click.option("--csv-encoding", default="utf-8", help="Encoding of the file.")
@click.option("--allow-empty", "may_be_empty", is_flag=True, help="An empty cell is a value.")
@click.option(
    "--skip-invalid", "skips", is_flag=True, help="Send the good rows although others are wrong."
)
@click.option(
    "--journal", metavar="FILE", help="Write every send down, so that nothing is sent twice."
)
@click.option("--run", metavar="NAME", help="Name of the run in the journal; the same goes on.")
@click.option(
    "--outcomes",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what became of each row to a CSV file.",
)
@click.option(
    "--concurrency", default=2, type=click.IntRange(1, 100), help="Batches at the same time."
)
@connection_options
@dry_run_option
@json_option
def send(
    *,
    connection: Connection,
    file: Path,
    survey_id: str,
    template: str | None,
    template_file: Path | None,
    client_batch_id: str | None,
    country: str | None,
    destination: str,
    reference: str,
    delimiter: str,
    csv_encoding: str,
    may_be_empty: bool,
    skips: bool,
    journal: str | None,
    run: str | None,
    outcomes: Path | None,
    concurrency: int,
    is_dry: bool,
    is_json: bool,
    **options: Any,
) -> None:
    """Send a survey to the people in FILE, a CSV file whose first line names the columns; - is standard input.

    The column destination holds the numbers; columns that the text names in {{...}} fill it, and no other leaves this
    machine. All rows are checked before the first is sent. With --journal and --run, the same command goes on after
    a crash or Ctrl-C, and sends nobody anything twice.
    """
    if (journal is None) is not (run is None):
        raise usage_error(
            "--journal FILE and --run NAME go together: the run can go on by its name"
        )
    body = _template(template, template_file)
    rows = SurveyRows(
        file,
        body,
        Columns(destination, reference),
        country,
        may_be_empty,
        "utf-8-sig" if csv_encoding.casefold() in ("utf-8", "utf8") else csv_encoding,
        _delimiter(delimiter),
    )
    arguments: dict[str, Any] = {
        "template": SurveyTemplate(body, **options),
        "client_batch_id": client_batch_id,
    }
    if sys.stderr.isatty():
        note(f"checking {file}")  # millions of rows take a while
    with connection.dry_client(Recorder()) as client:
        rows.check(SurveyBatches(client.subaccount_id, survey_id, **arguments))
    _refuse_bad_rows(rows, skips=skips)
    survey_run = SurveyRun(survey_id, rows, arguments, concurrency, outcomes, is_json=is_json)
    if is_dry:
        survey_run.show(connection)
    else:
        status = survey_run.send(connection, journal, run)
        click.get_current_context().exit(status)


def _template(text: str | None, file: Path | None) -> str:
    if (text is None) is (file is None):
        raise click.UsageError("give --template TEXT or --template-file FILE, one of them")
    if text is not None or file is None:
        return text or ""
    try:
        return file.read_text("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise usage_error(f"cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise usage_error(f"{file} is not in UTF-8") from None


def _delimiter(given: str) -> str:
    sign = "\t" if given == "\\t" else given
    if len(sign) != 1 or sign in '"\r\n':
        raise usage_error("--delimiter must be one character, such as ; or \\t")
    return sign


def _refuse_bad_rows(rows: SurveyRows, *, skips: bool) -> None:
    """Tell which rows are wrong. Raises Failure unless the others are to be sent."""
    problems = list(rows.problems.values())
    for problem in problems[:_MOST_SHOWN]:
        note(f"{rows.path}: {problem}")
    if len(problems) > _MOST_SHOWN:
        note(f"... and {len(problems) - _MOST_SHOWN:,} more")
    if not rows.total:
        raise usage_error(f"{rows.path} has no rows below its first line")
    if problems and not skips:
        raise usage_error(
            f"{len(problems):,} of {rows.total:,} rows are wrong, so nothing was sent; "
            "--skip-invalid sends the others"
        )
    if len(problems) == rows.total:
        raise usage_error("not one row can be sent")
