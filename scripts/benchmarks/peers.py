"""What one send costs with the SDKs of other vendors, over TLS, beside httpx and this library on the same machine.

Each SDK lives in an environment of its own below `.venv-peers`, made when it is first needed, with its newest release.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import httpx

from bootstrap import ROOT
from eightbyeight import Client
from eightbyeight.io.http.trust import shared_ssl_context

from .backends import post_json
from .canned_server import Certificate, canned_server, certificate
from .measure import cheapest
from .row import NotMeasured, Row
from .workload import KEY, SUBACCOUNT, raw_request, send_sms

CACHE = ROOT / ".venv-peers"
_SENDERS = Path(__file__).parent / "peer_senders"
_AGAINST = "httpx.Client.post(json=), TLS"


class Peer(NamedTuple):
    """An SDK: its package, and what a good answer of its API looks like."""

    package: str
    answer: dict[str, object]
    status: int = 200


_VONAGE = {
    "to": "6591234567",
    "message-id": "1",
    "status": "0",
    "remaining-balance": "1",
    "message-price": "1",
    "network": "1",
}
_AZURE = {
    "to": "+6591234567",
    "messageId": "1",
    "httpStatusCode": 202,
    "successful": True,
    "repeatabilityResult": "accepted",
}
PEERS = {
    "twilio": Peer("twilio", {"sid": "SM1", "status": "queued"}),
    "vonage": Peer("vonage", {"message-count": "1", "messages": [_VONAGE]}),
    "telnyx": Peer("telnyx", {"data": {"id": "1", "record_type": "message"}}),
    "plivo": Peer("plivo", {"api_id": "1", "message": "queued", "message_uuid": ["1"]}),
    "slack_sdk": Peer("slack_sdk", {"ok": True, "ts": "1", "channel": "C1"}),
    "azure": Peer("azure-communication-sms", {"value": [_AZURE]}, 202),
}


def run(*, quick: bool) -> list[Row | NotMeasured]:
    """Measure all of them, one after another, and httpx and this library in the same run."""
    with ThreadPoolExecutor(2) as pool:
        pythons = dict(zip(PEERS, pool.map(_install, PEERS), strict=True))
    rounds = 10 if quick else 40
    with certificate() as made:
        plain, ours = _ours(made, rounds)
        rows: list[Row | NotMeasured] = [
            Row("peers", f"eightbyeight, {backend}", cost, "us", _AGAINST, plain)
            for backend, cost in ours.items()
        ]
        for name, peer in PEERS.items():
            python = pythons[name]
            if isinstance(python, str):
                rows.append(NotMeasured("peers", name, python))
                continue
            seen = _drive(name, peer, python, made, rounds)
            if isinstance(seen, str):
                rows.append(NotMeasured("peers", name, seen))
            else:
                what = f"{peer.package} {seen['version']}"
                rows.append(Row("peers", what, seen["us"], "us", _AGAINST, plain))
    return rows


def _ours(made: Certificate, rounds: int) -> tuple[float, dict[str, float]]:
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, SSL_CERT_FILE=made.authority))
        shared_ssl_context.cache_clear()
        stack.callback(shared_ssl_context.cache_clear)
        url = stack.enter_context(canned_server(made))
        clients = {
            backend: stack.enter_context(
                Client(KEY, SUBACCOUNT, base_url=url, backend=backend, rate_limits=False)
            )
            for backend in ("httpx", "fast")
        }
        plain = stack.enter_context(httpx.Client(trust_env=False, verify=shared_ssl_context()))
        cost = cheapest(
            {
                "plain": post_json(plain.post, raw_request(send_sms, url)),
                **{
                    name: lambda client=client: send_sms(client) for name, client in clients.items()
                },  # type: ignore[misc]
            },
            rounds=rounds,
            calls=20,
        )
    return cost.pop("plain"), cost


def _install(name: str) -> Path | str:
    """Return the interpreter of an SDK's environment, or why there is none."""
    home = CACHE / f"bench-{name}"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = home / "made"
    if stamp.exists():
        return python
    print(f"bench: making {home.relative_to(ROOT)}", file=sys.stderr)
    venv.create(home, with_pip=True, clear=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    done = subprocess.run(
        [*pip, PEERS[name].package], capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        return f"pip could not install it: {done.stderr.strip()[-200:]}"
    stamp.touch()
    return python


def _drive(
    name: str, peer: Peer, python: Path, made: Certificate, rounds: int
) -> dict[str, float] | str:
    """Run the sender of an SDK, and return what it has measured, or why it has not."""
    foreign = ("PYTHON", "EIGHTBYEIGHT_")
    environment = {
        variable: value
        for variable, value in os.environ.items()
        if not variable.startswith(foreign) and not variable.lower().endswith("_proxy")
    }
    for variable in ("PEERS_CA", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        environment[variable] = made.authority
    with canned_server(made, json.dumps(peer.answer).encode(), peer.status) as url:
        command = [
            str(python),
            "-I",
            str(_SENDERS / "drive.py"),
            name,
            peer.package,
            url,
            str(rounds),
        ]
        done = subprocess.run(
            command, env=environment, capture_output=True, encoding="utf-8", check=False
        )
    if done.returncode:
        return done.stderr.strip()[-300:]
    seen: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return seen
