"""`eightbyeight contract`: does a server keep what the description promises?"""

from __future__ import annotations

import json
import os
import secrets
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from eightbyeight.contract import har, junit, summary, traffic
from eightbyeight.contract.examples import Examples, Gone, Unreachable
from eightbyeight.contract.keeping import Keeping
from eightbyeight.contract.report import Report
from eightbyeight.contract.rules import Rules
from eightbyeight.contract.target import Target, TargetError, checked, host_of, make_target
from eightbyeight.mock.document import Document, DocumentError, load

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY = "EIGHTBYEIGHT_API_KEY"
_SEEDS = 1_000_000


class _Wishes(NamedTuple):
    """What is to be sent, and how much."""

    parameters: Mapping[str, str]
    is_fuzzed: bool
    max_examples: int
    max_alike: int
    seed: int
    folder: Path | None


class _Failure(click.ClickException):
    """Nothing was found out: not the status of a breach."""

    exit_code = 2


@click.command(context_settings={"show_default": True})
@click.option(
    "--base-url",
    help="Server under test, with /chatapps and /sms below, like the mock.",
    show_default=False,
)
@click.option("--chatapps-url", help="Base URL of the messaging apps.", show_default=False)
@click.option("--sms-url", help="Base URL of SMS and surveys.", show_default=False)
@click.option(
    "--subaccount",
    envvar="EIGHTBYEIGHT_SUBACCOUNT_ID",
    show_envvar=True,
    show_default=False,
    help="A sub-account that the server knows; made-up ones otherwise.",
)
@click.option("--survey", help="A survey that the server knows.", show_default=False)
@click.option(
    "--operation",
    "operations",
    multiple=True,
    metavar="NAME",
    show_default=False,
    help="Only this operation; may be repeated.",
)
@click.option(
    "--max-examples",
    default=40,
    type=click.IntRange(min=1),
    help="Random requests an operation, besides those at the limits of each field.",
)
@click.option(
    "--max-alike",
    default=5,
    type=click.IntRange(min=0),
    help="Requests that try the same limit of the same field, in different surroundings; 0 for all.",
)
@click.option("--seed", type=click.IntRange(min=0), show_default=False, help="Repeat a run.")
@click.option(
    "--no-fuzz",
    "--examples-only",
    "examples_only",
    is_flag=True,
    help="Only send the recorded examples.",
)
@click.option(
    "--har",
    "recorded",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    show_default=False,
    help="Check recorded traffic (HAR 1.2) and send nothing.",
)
@click.option(
    "--junit",
    "junit_file",
    type=click.Path(dir_okay=False, path_type=Path),
    show_default=False,
    help="Write a JUnit report.",
)
@click.option(
    "--save",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    show_default=False,
    help="Keep requests that broke a rule, as scripts for curl. They hold texts and numbers, no key.",
)
@click.option("--json", "is_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--i-know-this-sends-messages",
    "vendor_allowed",
    is_flag=True,
    help="Allow the vendor's own hosts.",
)
def contract(
    base_url: str | None,
    chatapps_url: str | None,
    sms_url: str | None,
    subaccount: str | None,
    survey: str | None,
    operations: tuple[str, ...],
    max_examples: int,
    max_alike: int,
    seed: int | None,
    examples_only: bool,
    recorded: Path | None,
    junit_file: Path | None,
    folder: Path | None,
    is_json: bool,
    vendor_allowed: bool,
) -> None:
    """Test whether a server keeps the contract of 8x8's messaging APIs.

    Sends the recorded examples of the shipped description and then made-up requests, valid and invalid, and checks
    every answer. The key comes from EIGHTBYEIGHT_API_KEY. Exit status 0 when the contract is kept, 1 when not,
    2 when that could not be found out.
    """
    try:
        document = load()
    except DocumentError as error:
        raise _Failure(str(error)) from None
    for name in operations:
        if name not in document.operations:
            raise click.UsageError(
                f"there is no operation {name[:40]!r}; there are: {', '.join(document.operations)}"
            )
    own = {"chatapps": chatapps_url, "sms": sms_url}
    started = time.monotonic()
    if recorded is not None:
        if folder is not None:
            raise click.UsageError("--save keeps what was sent, and --har sends nothing")
        report = _look_at(recorded, document, operations, base_url, own)
    else:
        target = _target(document, operations, base_url, own, vendor_allowed=vendor_allowed)
        report = Report(_chosen(document, operations, target))
        wishes = _Wishes(
            {k: v for k, v in (("subAccountId", subaccount), ("surveyId", survey)) if v},
            not examples_only,
            max_examples,
            max_alike,
            secrets.randbelow(_SEEDS) if seed is None else seed,
            folder,
        )
        _send(document, target, wishes, report)
    report.seconds = time.monotonic() - started
    _show(report, junit_file, is_json=is_json)


def _target(
    document: Document,
    operations: tuple[str, ...],
    base_url: str | None,
    own: Mapping[str, str | None],
    *,
    vendor_allowed: bool,
) -> Target:
    names = operations or tuple(document.operations)
    products = dict.fromkeys(document.operations[name].product for name in names)
    hosts = [host_of(url) for regions in document.servers.values() for url in regions.values()]
    try:
        target = make_target(products, base_url, own, hosts, vendor_allowed=vendor_allowed)
    except TargetError as error:
        raise click.UsageError(str(error)) from None
    for host in target.distant_hosts:
        click.echo(
            f"warning: {host} is not this machine; recorded and made-up messages go there", err=True
        )
    return target


def _chosen(document: Document, operations: tuple[str, ...], target: Target | None) -> list[str]:
    chosen = [name for name in document.operations if not operations or name in operations]
    if target is None:
        return chosen
    reached = [name for name in chosen if document.operations[name].product in target.urls]
    missing = [name for name in chosen if name not in reached]
    if operations and missing:
        raise click.UsageError(f"there is no URL for {', '.join(missing)}")
    return reached


def _send(document: Document, target: Target, wishes: _Wishes, report: Report) -> None:
    key = _api_key()
    report.targets = dict(target.urls)
    report.seed = wishes.seed
    report.repeat = _command(target, wishes, report)
    keeping = Keeping(wishes.folder, key)
    rules = Rules(document)
    examples = Examples(rules, target, key, wishes.parameters, report, keeping)
    try:
        with target.reached_directly():
            examples.run()
            if examples.is_refused:
                report.note(f"the server refuses the key in {_KEY}, so that nothing else was sent")
            elif wishes.is_fuzzed:
                # A heavy import, which recorded traffic and examples do without.
                from eightbyeight.contract.suite import Suite

                Suite(
                    rules=rules,
                    target=target,
                    key=key,
                    parameters=wishes.parameters,
                    seed=wishes.seed,
                    max_examples=wishes.max_examples,
                    max_alike=wishes.max_alike,
                    known=examples.sent,
                    report=report,
                    keeping=keeping,
                    progress=_progress,
                ).run()
    except Unreachable as error:
        raise _Failure(str(error)) from None
    except Gone as error:
        report.lose(str(error))
    except OSError as error:
        raise _Failure(f"cannot keep requests in {wishes.folder}: {error.strerror}") from None
    for operation, tally in report.tallies.items():
        if tally.limited:
            report.note(
                f"{operation}: {tally.limited:,} requests were answered 429 and tested nothing; "
                "switch the rate limit off for this"
            )
        if tally.cases and not tally.accepted:
            report.note(f"{operation}: not one made-up request was accepted")


def _look_at(
    recorded: Path,
    document: Document,
    operations: tuple[str, ...],
    base_url: str | None,
    own: Mapping[str, str | None],
) -> Report:
    report = Report(_chosen(document, operations, None))
    try:
        urls = {product: checked(url) for product, url in own.items() if url}
        if base_url:
            base = checked(base_url)
            urls |= {name: f"{base}/{name}" for name in own if name not in urls}
    except TargetError as error:
        raise click.UsageError(str(error)) from None
    try:
        entries = har.read(recorded)
    except har.HarError as error:
        raise _Failure(f"{recorded}: {error}") from None
    traffic.check(entries, Rules(document), urls, report)
    return report


def _api_key() -> str:
    key = os.environ.get(_KEY, "").strip()
    if not key:
        raise click.UsageError(f"{_KEY} is not set; the key is never an argument")
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise click.UsageError(f"{_KEY} holds a character that no key has")
    return key


def _command(target: Target, wishes: _Wishes, report: Report) -> str:
    command = ["eightbyeight", "contract"]
    for product, url in target.urls.items():
        command += [f"--{product}-url", url]
    for name, option in (("subAccountId", "--subaccount"), ("surveyId", "--survey")):
        if name in wishes.parameters:
            command += [option, wishes.parameters[name]]
    for operation in report.tallies:
        command += ["--operation", operation]
    if wishes.is_fuzzed:
        command += ["--seed", str(wishes.seed), "--max-examples", str(wishes.max_examples)]
        command += ["--max-alike", str(wishes.max_alike)]
    else:
        command += ["--no-fuzz"]
    return shlex.join(command)


def _progress(doing: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{doing:<40}\r", nl=False, err=True)


def _show(report: Report, junit_file: Path | None, *, is_json: bool) -> NoReturn:
    if junit_file is not None:
        try:
            junit.write(report, junit_file)
        except OSError as error:
            raise _Failure(f"cannot write {junit_file}: {error.strerror}") from None
    shown: Any = summary.as_json(report) if is_json else summary.as_text(report)
    click.echo(json.dumps(shown, indent=2) if is_json else shown)
    sys.exit(report.exit_status)
