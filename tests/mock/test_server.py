"""The mock over ASGI, over real sockets and from the command line."""

from __future__ import annotations

import ast
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

import eightbyeight.mock
from eightbyeight.mock import create_app
from eightbyeight.mock.server import serving

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}
KEY = {"Authorization": "Bearer key"}
COMMAND = [sys.executable, "-m", "eightbyeight.cli"]


@pytest.mark.parametrize("kind", ["own transport", "asgi"])
async def test_an_async_client_reaches_it_in_process(kind):
    app = create_app()
    transport = app.transport() if kind == "own transport" else httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://mock") as api:
        sent = await api.post(SEND, json=TEXT, headers=KEY)
        found = await api.get(f"{SEND}/{sent.json()['umid']}", headers=KEY)
        bad = await api.post(SEND.replace("acme_hq", "a%2Fb"), json=TEXT, headers=KEY)

    assert (sent.status_code, found.status_code, bad.status_code) == (200, 200, 400)


async def test_a_body_in_pieces_is_put_together_and_cut_at_the_cap():
    async def pieces():
        for _ in range(100):
            yield b"x" * 1000

    app = create_app(max_body_bytes=2000)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://m") as api:
        answer = await api.post(SEND, content=pieces(), headers=KEY)

    assert answer.status_code == 413


def test_sockets_give_the_same_answers_as_the_pure_handler():
    app = create_app(seed=3, rate_limit=False)
    twin = create_app(seed=3, rate_limit=False)
    with (
        serving(app) as url,
        httpx.Client(base_url=url, headers=KEY) as real,
        httpx.Client(transport=twin.transport(), base_url=url, headers=KEY) as pure,
    ):
        for api in (real, pure):
            api.post(SEND, json=TEXT)
        answers = [
            (a.status_code, a.content)
            for api in (real, pure)
            for a in (api.post(SEND, json=TEXT), api.put(SEND), api.get("/a%20b"), api.head(SEND))
        ]

        dated = "Date" in real.get("/").headers

    assert not dated  # today's date would make each run of a seed another one
    assert answers[:3] == answers[4:7]
    assert answers[3][0] == answers[7][0] == 405


def test_it_serves_many_threads_at_once():
    app = create_app()
    with serving(app) as url, httpx.Client(base_url=url, headers=KEY) as api:
        umids = []

        def work():
            umids.extend(api.post(SEND, json=TEXT).json()["umid"] for _ in range(25))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(set(umids)) == len(app.store) == 100


@pytest.fixture
def started():
    """Starts the command on a free port and yields the process and its URL."""
    processes = []

    def start(*options):
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            [*COMMAND, "mock", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        processes.append(process)
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        text = "".join(lines)
        return process, re.search(r"EIGHTBYEIGHT_BASE_URL=(\S+)", text).group(1), text

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_and_ends_in_peace(started, number):
    process, url, text = started("--seed", "5", "--api-key", "s3cret")

    with httpx.Client(base_url=url) as api:
        sent = api.post(SEND, json=TEXT, headers={"Authorization": "Bearer s3cret"})
        refused = api.post(SEND, json=TEXT, headers=KEY)
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)

    assert (sent.status_code, refused.status_code) == (200, 401)
    assert process.returncode == 0
    assert errors == ""
    assert "mode strict | seed 5" in text
    assert "s3cret" not in text


def test_a_taken_port_is_one_clear_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, "mock", "--port", port], capture_output=True, text=True, check=False
        )

    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(rf"Error: cannot listen on 127\.0\.0\.1 port {port}: .+\n", done.stderr)


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        (["--region", "moon"], 2, "region must be null or one of"),
        (["--port", "70000"], 2, "70000"),
        (["--document", "nowhere.json"], 2, "nowhere.json"),
        (["--host", "no.such.host.invalid"], 1, "cannot listen on no.such.host.invalid"),
    ],
)
def test_bad_options_are_explained(options, status, says):
    done = subprocess.run([*COMMAND, "mock", *options], capture_output=True, text=True, check=False)

    assert done.returncode == status
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("missing", ["click", "uvicorn", "jsonschema_rs"])
def test_a_missing_extra_is_named(monkeypatch, capsys, missing):
    import eightbyeight.cli.commands

    def find_spec(name):
        return None if name == missing else object()

    monkeypatch.setattr(eightbyeight.cli, "find_spec", find_spec)
    monkeypatch.setattr(eightbyeight.cli.commands, "find_spec", find_spec)
    monkeypatch.setattr(sys, "argv", ["eightbyeight", "mock"])
    with pytest.raises(SystemExit) as exit_:
        eightbyeight.cli.main()

    assert exit_.value.code in (1, 2)
    assert "eightbyeight[mock]" in capsys.readouterr().err


def test_the_command_starts_without_what_only_webhooks_and_pages_need():
    heavy = "import sys, eightbyeight.cli.mock; print({'httpx', 'jinja2'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_the_mock_shares_no_code_with_the_client():
    folder = Path(eightbyeight.mock.__file__).parent
    imported = {
        name
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for name in (
            [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }

    ours = {name for name in imported if name.startswith(("eightbyeight", "."))}
    assert "eightbyeight.mock.app" in ours
    assert {name for name in ours if not name.startswith("eightbyeight.mock")} == set()
