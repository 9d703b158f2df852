"""Where to go from here, and the sum of it all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..surprise import expect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..show import Show

_OPERATIONS = {
    "sendMessage",
    "getMessageDetails",
    "sendLineNotification",
    "sendSms",
    "sendSurveyBatch",
}

SNIPPET = """\
from eightbyeight import Client

client = Client(api_key="any", subaccount_id="acme_sms", base_url="http://127.0.0.1:8808")
sms = client.sms.send("+6591234567", "Your code is 123456", source="ACME")
print(sms.umid, sms.status.code)
"""


def finish(show: Show, modes: Sequence[str]) -> None:
    """Say where to go from here, and sum up; modes are the clients that sent, sync or async."""
    show.act("Your turn")
    show.say("In one shell: eightbyeight mock    (here: .venv/bin/eightbyeight mock). In another:")
    show.say()
    for line in SNIPPET.splitlines():
        show.say(f"  {line}".rstrip(), "dim")
    show.say()
    show.say("More: README.md. All tests: scripts/test. With the code of each send: --verbose.")
    requests = show.app.requests.snapshot()
    done = {entry.operation_id for entry in requests if entry.status == 200}
    expect(done == _OPERATIONS, f"operations that worked: {sorted(map(str, done))}")
    statuses = [entry.status for entry in requests if entry.status != 200]
    expect(statuses == [429, 401], f"answers besides 200: {statuses}")
    counted = f"{len(done)} operations, {' and '.join(modes)}, {len(requests)} requests"
    show.say()
    show.say(f"{counted}, 0 surprises", "bold", "green")
