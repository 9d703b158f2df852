"""What passed between a client and the mock, on the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .evidence import expect_stored, expect_whole, latest
from .pretty import pretty
from .surprise import expect
from .terminal import WIDTH, Terminal

if TYPE_CHECKING:
    from eightbyeight.mock import MockApp
    from eightbyeight.mock.store import LoggedRequest

    from .scene import Scene


class Show(Terminal):
    """Prints what happened, and checks it against what the mock has seen.

    Attributes:
        app: The mock.
    """

    def __init__(self, app: MockApp, *, color: bool, verbose: bool) -> None:
        super().__init__(color=color)
        self.app = app
        self._verbose = verbose
        self._number = 0

    def scene(self, scene: Scene | None) -> None:
        """Announce a send, or the lookup when there is none."""
        self._number += 1
        title, operation = (
            (scene.title, scene.operation)
            if scene
            else ("What became of the first one", "getMessageDetails")
        )
        self.say()
        self.say(f"{self._number}. {title}".ljust(WIDTH - len(operation)) + operation, "bold")
        if self._verbose and scene:
            for line in scene.code:
                self.say(f"   {line}".rstrip(), "cyan")

    def sent(self, scene: Scene, result: Any, *, brief: bool = False) -> None:
        """Show the request that has just been sent and what was answered."""
        entry = latest(self.app, scene.operation)
        is_batch = scene.operation == "sendSurveyBatch"
        if not brief:
            self._show_request(entry, result.batches[0] if is_batch else result)
        if is_batch:
            expect_whole(result)
            (batch,) = result.batches
            umid = batch.batch_id
            state = f"{batch.accepted_count} accepted, {batch.rejected_count} rejected"
        else:
            umid = result.umid
            state = result.status.code if scene.operation == "sendSms" else result.status.state
            expect(state in ("queued", "QUEUED"), f"{scene.operation}: state {state}")
            expect(result.client_message_id, f"{scene.operation}: the reference did not come back")
            expect_stored(self.app, umid, json.loads(entry.body))
        head = f"{scene.operation:<21}" if brief else "   "
        self.say(f"{head}-> {entry.status}  {umid}  {state}", "green")
        if is_batch and not brief:
            for outcome in result:
                expect_stored(self.app, outcome.umid)
                self.say(f"           {outcome.umid}  {outcome.client_message_id}  {outcome.state}")

    def looked_up(self, details: Any, umid: str, *, brief: bool = False) -> None:
        """Show the records of a message."""
        entry = latest(self.app, "getMessageDetails")
        if not brief:
            self._show_request(entry, details)
        records = list(details)
        expect([record.umid for record in records] == [umid], f"{umid} has records {records}")
        for record in records:
            expect(record.channel == "WhatsApp", f"{umid} went over {record.channel}")
            head = f"{entry.operation_id:<21}" if brief else "   "
            self.say(
                f"{head}-> {entry.status}  step {record.step}  {record.channel}  "
                f"{record.status.state}  {record.user.msisdn}  {record.created_at}",
                "green",
            )

    def _show_request(self, entry: LoggedRequest, result: Any) -> None:
        self.say(f"   {entry.method} {entry.target}", "bold")
        if self._verbose:
            for name, value in entry.headers:
                shown = b"Bearer ***" if name.lower() == b"authorization" else value
                if name.lower() != b"host":  # a free port: another one in each run
                    self.say(f"   {name.decode()}: {shown.decode()}", "dim")
        if entry.body:
            self.say(pretty(json.loads(entry.body), 3), "dim")
        if self._verbose:
            self.say(f"   {pretty(result.response.json(), 3).lstrip()}", "yellow")
