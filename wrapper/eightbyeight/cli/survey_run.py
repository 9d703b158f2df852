"""One run of a survey over the rows of a file: its progress, its end and what is left when it is cut off."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eightbyeight.cli.dry_run import Recorder
from eightbyeight.cli.exit_status import ExitStatus, status_of, together
from eightbyeight.cli.outcome_file import check_place, outcome_file, write_all
from eightbyeight.cli.output import note, print_json, print_table
from eightbyeight.cli.progress import showing
from eightbyeight.errors import SendStopped

if TYPE_CHECKING:
    from eightbyeight import Client, Journal, SendReport
    from eightbyeight.cli.connection import Connection
    from eightbyeight.cli.csv_rows import SurveyRows

_MEANINGS = {
    "accepted": "taken by the API",
    "rejected": "refused by the API",
    "not_sent": "provably not sent; they may be sent again",
    "unknown": "may have been sent; look for them among the receipts",
    "invalid": "wrong here; never sent",
}
_STATUSES = {
    "accepted": ExitStatus.DONE,
    "rejected": ExitStatus.REJECTED,
    "not_sent": ExitStatus.NOT_SENT,
    "unknown": ExitStatus.UNKNOWN,
    "invalid": ExitStatus.FAILED,
}


@dataclass(frozen=True, slots=True)
class SurveyRun:
    """What is sent to whom, and where its outcomes go."""

    survey_id: str
    rows: SurveyRows
    arguments: dict[str, Any]
    concurrency: int
    outcomes: Path | None
    is_json: bool

    def show(self, connection: Connection) -> None:
        """Show the first request, and send nothing."""
        recorder = Recorder(keep=1)
        with connection.dry_client(recorder) as client:
            client.surveys.send_batch(
                self.survey_id,
                self.rows,
                **self.arguments,
                concurrency=1,
                on_outcome=lambda _: None,
            )
        recorder.show(is_json=self.is_json)
        good = self.rows.total - len(self.rows.problems)
        note(f"{good:,} rows in {recorder.count:,} request{'s' if recorder.count != 1 else ''}")

    def send(self, connection: Connection, journal: str | None, run: str | None) -> ExitStatus:
        """Send all rows, and return the status that they have come to."""
        if self.outcomes is not None:
            # A run in a journal writes the same outcomes again, and more.
            check_place(self.outcomes, self.rows, may_exist=run is not None)
        if journal is not None and run is not None:
            return self._send_journaled(connection, journal, run)
        with ExitStack() as stack:
            client = stack.enter_context(connection.client())
            write = None
            if self.outcomes is not None:
                write = stack.enter_context(outcome_file(self.outcomes, self.rows))
            try:
                with showing(self.rows.total) as progress:
                    report = client.surveys.send_batch(
                        self.survey_id,
                        self.rows,
                        **self.arguments,
                        concurrency=self.concurrency,
                        on_outcome=write or (lambda _: None),
                        on_progress=progress,
                    )
            except SendStopped as stop:
                return self._stopped(stop, None)
            except KeyboardInterrupt:
                note("Without --journal, this run cannot go on: the same command would send again.")
                if self.outcomes is not None:
                    note(f"{self.outcomes} tells what became of the rows that were read.")
                raise
        return self._tell(report, None)

    def _send_journaled(self, connection: Connection, place: str, run: str) -> ExitStatus:
        from eightbyeight import Journal

        with Journal(place) as journal, connection.client(journal=journal) as client:
            try:
                report = self._go_on(client, journal, run)
            except SendStopped as stop:
                if stop.report is not None:
                    self._write(stop.report)
                return self._stopped(stop, run)
            except KeyboardInterrupt:
                self._tell_how_to_go_on(journal, place, run)
                raise
            self._write(report)
        return self._tell(report, run)

    def _go_on(self, client: Client, journal: Journal, run: str) -> SendReport:
        # One entry is one batch: the report of what was sent before counts its rows.
        before = _report_of(journal, run)
        settled = before.accepted + before.rejected + before.unknown
        if settled:
            note(f"going on with run {run!r}: {settled:,} rows were sent before")
        with showing(self.rows.total - len(self.rows.problems) - settled) as progress:
            return client.surveys.send_batch(
                self.survey_id,
                self.rows,
                **self.arguments,
                run=run,
                concurrency=self.concurrency,
                on_outcome=lambda _: None,
                on_progress=progress,
            )

    def _write(self, report: SendReport) -> None:
        if self.outcomes is not None:
            write_all(self.outcomes, self.rows, report)

    def _stopped(self, stop: SendStopped, run: str | None) -> ExitStatus:
        note(f"stopped: {stop.__cause__ or stop}")
        status = status_of(stop)
        if stop.report is None:
            return status
        return self._tell(stop.report, run, status)

    def _tell(
        self, report: SendReport, run: str | None, ended: ExitStatus = ExitStatus.DONE
    ) -> ExitStatus:
        """Print how many rows are in which state, and return the status; ``ended`` is that of the run itself."""
        counts = {name: getattr(report, name) for name in _MEANINGS}
        unread = self.rows.total - report.total
        if self.is_json:
            outcomes = None if self.outcomes is None else str(self.outcomes)
            head = {"survey": self.survey_id, "run": run, "outcomes": outcomes}
            ends = {"is_stopped": report.is_stopped, "unread": unread}
            print_json({**head, "rows": self.rows.total, **counts, **ends})
        else:
            lines = [
                (f"{counts[name]:,}", name, _MEANINGS[name]) for name in counts if counts[name]
            ]
            if unread:
                lines.append((f"{unread:,}", "unread", "not sent, since the run was stopped"))
            print_table(("rows", "state", "meaning"), lines)
        statuses = {status for name, status in _STATUSES.items() if counts[name]}
        if ended is not ExitStatus.DONE:
            statuses.add(ended)
        return together(statuses, may_repeat=run is not None)

    def _tell_how_to_go_on(self, journal: Journal, place: str, run: str) -> None:
        report = _report_of(journal, run)
        self._write(report)
        note(f"run {run!r} so far: {report}")
        shown = "JOURNAL" if "://" in place else place  # a URL may hold a password
        again = shlex.join(["eightbyeight", "resume", shown, "--run", run])
        if journal.unfinished_plans(run):
            note("Not all rows are in the journal yet: run the same command again to go on.")
        else:
            note(f"To go on, run the same command again, or: {again}")


def _report_of(journal: Journal, run: str) -> SendReport:
    from eightbyeight.sending.recorded import RunReport

    return RunReport.of(journal, run)
