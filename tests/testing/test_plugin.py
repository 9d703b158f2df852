"""The pytest plugin, as the tests of a program see it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from eightbyeight import AsyncClient, Client, OutcomeUnknown, ReplyButtons
from eightbyeight.webhooks import parse

ROOT = Path(__file__).parents[2]
TO = "+6591234567"


def run_pytest(folder, *arguments):
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(p for p in sys.path if p)}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_sample_program_and_its_tests(tmp_path):
    folder = shutil.copytree(ROOT / "docs/examples/parcels", tmp_path / "parcels")
    done = run_pytest(folder)
    assert "5 passed" in done.stdout, done.stdout


def test_each_worker_and_each_test_has_its_own(tmp_path):
    (tmp_path / "test_many.py").write_text(
        "import pytest\n"
        "from eightbyeight import Client\n"
        "@pytest.mark.parametrize('n', range(6))\n"
        "def test_one(mock_8x8, n):\n"
        "    Client.from_env().sms.send('+6591234567', f'text {n}')\n"
        "    assert [message.text for message in mock_8x8.sent] == [f'text {n}']\n"
        "    assert mock_8x8.url.startswith('http://127.0.0.1:')\n"
    )
    done = run_pytest(tmp_path, "-n", "2")
    assert "6 passed" in done.stdout, done.stdout


def test_the_real_hosts_are_refused_and_others_are_not(tmp_path):
    (tmp_path / "test_real.py").write_text(
        "import asyncio, socket, urllib.request\n"
        "import pytest\n"
        "from eightbyeight import AsyncClient, Client\n"
        "def test_lookup():\n"
        "    socket.getaddrinfo('sms.8x8.com', 443)\n"
        "def test_client():\n"
        "    Client('k', 'acme').sms.send('+6591234567', 'x')\n"
        "def test_async_client():\n"
        "    asyncio.run(AsyncClient('k', 'acme').sms.send('+6591234567', 'x'))\n"
        "def test_urllib():\n"
        "    urllib.request.urlopen('https://chatapps.8x8.id/')\n"
        "def test_other_host():\n"
        "    socket.getaddrinfo('127.0.0.1', 80)\n"
        "@pytest.mark.eightbyeight_real_hosts\n"
        "def test_allowed():\n"
        "    assert socket.getaddrinfo.__name__ == 'getaddrinfo'\n"
    )
    done = run_pytest(tmp_path)
    assert "4 failed, 2 passed" in done.stdout
    assert done.stdout.count("the real 8x8, which would send messages") >= 4


def test_a_program_without_mock_costs_nothing(tmp_path):
    (tmp_path / "test_none.py").write_text(
        "import sys\n"
        "def test_it():\n"
        "    assert not [name for name in sys.modules if name.startswith('eightbyeight.mock')]\n"
        "    assert 'httpx' not in sys.modules\n"
    )
    done = run_pytest(tmp_path, "-p", "no:anyio", "-p", "no:schemathesis")
    assert "1 passed" in done.stdout, done.stdout


def test_clients_of_all_kinds_arrive(mock_8x8):
    Client.from_env().sms.send(TO, "one")
    mock_8x8.client().messages.send(TO, "two")
    Client("any", "acme_sms", base_url=mock_8x8.url).sms.send(TO, "three")
    httpx.post(
        "https://sms.8x8.com/api/v1/subaccounts/acme/messages",
        json={"destination": TO, "text": "four"},
        headers={"Authorization": "Bearer any"},
    ).raise_for_status()

    assert [message.text for message in mock_8x8.sent] == ["one", "two", "three", "four"]
    assert [message.kind for message in mock_8x8.sent] == ["sms", "message", "sms", "sms"]


async def test_asynchronous_clients_arrive(mock_8x8):
    async with AsyncClient.from_env() as client:
        await client.sms.send(TO, "one")
    async with mock_8x8.async_client() as client:
        await client.sms.send(TO, "two")
    assert [message.text for message in mock_8x8.find(to=TO)] == ["one", "two"]


# As in a program that makes its clients when it is imported.
EARLY = {name: Client("any", "acme_hq", backend=name) for name in ("httpx", "httpx2", "fast")}
EARLY_ASYNC = {
    name: AsyncClient("any", "acme_hq", backend=name) for name in ("httpx", "aiohttp", "fast")
}


@pytest.mark.parametrize("backend", EARLY)
def test_clients_made_before_arrive(mock_8x8, backend):
    EARLY[backend].sms.send(TO, "early")
    assert [message.text for message in mock_8x8.sent] == ["early"]


@pytest.mark.parametrize("backend", EARLY_ASYNC)
async def test_asynchronous_clients_made_before_arrive(mock_8x8, backend):
    await EARLY_ASYNC[backend].sms.send(TO, "early")
    assert [message.text for message in mock_8x8.sent] == ["early"]


def test_other_hosts_are_not_taken(mock_8x8):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"http://127.0.0.1:{port}/", timeout=0.1)


def test_time_travel_and_failures(mock_8x8):
    client = mock_8x8.client()
    client.messages.send(TO, "Hi", fallback=[{"channel": "WhatsApp"}])
    assert mock_8x8.last.state == "queued"
    mock_8x8.advance(3600)
    assert mock_8x8.last.state in ("delivered", "read")
    assert [event.state for event in mock_8x8.last.timeline][:2] == ["queued", "sent"]

    client.sms.send(TO, "Hi")
    mock_8x8.fail(1)
    assert mock_8x8.last.state == "undelivered"
    with pytest.raises(AssertionError, match="no message came to"):
        mock_8x8.wait_for(kind="sms", state="delivered")


def test_the_user_presses_follows_and_answers(mock_8x8):
    client, told = mock_8x8.client(), []

    def receiver(_url, _headers, body):
        told.append(parse(body))
        return 200

    mock_8x8.connect_receiver(receiver)
    client.messages.send(TO, ReplyButtons("Well?", {"yes": "Yes", "no": "No"}))
    mock_8x8.deliver()
    mock_8x8.press("no")
    sms = client.sms.send(TO, "Sale: https://acme.example/sale")
    mock_8x8.deliver()
    mock_8x8.click()
    client.surveys.send_batch("tea", [TO], template="How was it? {{url}}")
    mock_8x8.deliver()
    mock_8x8.answer_survey({"How was it?": "Good"})
    mock_8x8.click(message=sms.umid)

    pressed, clicked, answered, again = (
        event for event in told if "Receipt" not in type(event).__name__
    )
    assert pressed.content.interactive.id == "no"
    assert (clicked.umid, clicked.target_url) == (sms.umid, "https://acme.example/sale")
    assert (answered.survey_id, answered.answers[0].answer) == ("tea", "Good")
    assert again.umid == sms.umid


def test_wait_for_a_message_of_another_thread(mock_8x8):
    client = mock_8x8.client()
    threading.Timer(0.1, lambda: client.sms.send(TO, "late")).start()
    assert mock_8x8.wait_for(text="late", state="delivered").to == TO
    with pytest.raises(AssertionError, match="no message with"):
        mock_8x8.wait_for(text="never", timeout=0.05)


def test_a_lost_answer_is_unknown_and_executed(mock_8x8):
    mock_8x8.chaos.add("100% reset-after")
    with pytest.raises(OutcomeUnknown):
        Client.from_env().sms.send(TO, "once")
    assert len(mock_8x8.sent) == 1
