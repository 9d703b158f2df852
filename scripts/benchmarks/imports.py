"""What importing the package, making a client and the first answer cost, each time in a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from .canned_server import canned_server
from .row import Row
from .runtime_environment import runtime_python

if TYPE_CHECKING:
    from pathlib import Path

_URL = "https://sms.8x8.com/api/v1/subaccounts/acme_hq/messages"
SNIPPETS = {
    "import httpx": "import httpx",
    "import eightbyeight": "import eightbyeight",
    "from eightbyeight import Client": "from eightbyeight import Client",
    "httpx.Client, Request": (
        "import httpx; client = httpx.Client(); "
        f"client.build_request('POST', {_URL!r}, json={{'destination': '+6591234567', 'text': 'Hello'}})"
    ),
    "Client, first SMS prepared": (
        "from eightbyeight import Client; client = Client('key', 'acme_hq'); "
        "from eightbyeight.requests.sms import send_sms; "
        "send_sms(client.subaccount_id, '+6591234567', 'Hello')"
    ),
    "Client, first message prepared": (
        "from eightbyeight import Client, Text; client = Client('key', 'acme_hq'); "
        "from eightbyeight.requests.messages import send_message; "
        "send_message(client.subaccount_id, '+6591234567', Text('Hello'))"
    ),
}
_ANSWERS = {
    "httpx, first answer": (
        "import httpx; client = httpx.Client(); "
        "client.post({url!r}, json={{'destination': '+6591234567', 'text': 'Hello'}}).json()"
    ),
    "Client, first answer": (
        "from eightbyeight import Client; client = Client('key', 'acme_hq', base_url={base!r}); "
        "client.sms.send('+6591234567', 'Hello').umid"
    ),
    "Client, first answer, fast": (
        "from eightbyeight import Client; "
        "client = Client('key', 'acme_hq', base_url={base!r}, backend='fast'); "
        "client.sms.send('+6591234567', 'Hello').umid"
    ),
}
_PROGRAM = """\
import sys, time
before = len(sys.modules)
started = time.process_time()
{snippet}
spent = time.process_time() - started
print('[%r, %d]' % (spent * 1000, len(sys.modules) - before))
"""


class Cost(NamedTuple):
    """CPU time and modules."""

    milliseconds: float
    modules: int


def run(*, quick: bool) -> list[Row]:
    """Measure all snippets in turns."""
    python = runtime_python()
    best: dict[str, Cost] = {}
    with canned_server() as base:
        url = f"{base}/sms/api/v1/subaccounts/acme_hq/messages"
        answers = {name: text.format(base=base, url=url) for name, text in _ANSWERS.items()}
        snippets = {**SNIPPETS, **answers}
        turns = list(snippets)
        for _ in range(5 if quick else 25):
            turns.append(turns.pop(0))
            for name in turns:
                cost = _fresh(python, snippets[name])
                best[name] = min(cost, best.get(name, cost))
    compared = {
        "import eightbyeight": ("import httpx", 0.6),
        "from eightbyeight import Client": ("import httpx", None),
        "Client, first SMS prepared": ("httpx.Client, Request", None),
        "Client, first message prepared": ("httpx.Client, Request", None),
        "Client, first answer": ("httpx, first answer", 1.1),
        "Client, first answer, fast": ("httpx, first answer", 0.4),
    }
    rows = []
    for name, (against, target) in compared.items():
        ours, theirs = best[name], best[against]
        rows.append(Row("imports", name, ours[0], "ms", against, theirs[0], target))
        rows.append(Row("imports", f"{name}: modules", ours[1], "modules", against, theirs[1]))
    return rows


def _fresh(python: Path, snippet: str) -> Cost:
    # Isolated: no variable of the caller's adds paths or keeps bytecode from being written.
    command = [str(python), "-I", "-c", _PROGRAM.format(snippet=snippet)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    return Cost(*json.loads(done.stdout))
