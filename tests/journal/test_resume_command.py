"""`eightbyeight resume`, as it is typed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from journal.cases import HOST, planned

from eightbyeight import Journal
from eightbyeight.io.journal.planning import Planned
from eightbyeight.mock import create_app
from eightbyeight.mock.server import serving
from eightbyeight.requests.sms import send_sms


@pytest.fixture(scope="module")
def url():
    with serving(create_app(seed=1, rate_limit=False)) as url:
        yield url


def resume(*arguments, url=None, **settings):
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": ":".join(sys.path),
        "EIGHTBYEIGHT_API_KEY": "any",
        "EIGHTBYEIGHT_SUBACCOUNT_ID": "acme_sms",
        **({"EIGHTBYEIGHT_BASE_URL": url} if url else {}),
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "eightbyeight.cli", "resume", *map(str, arguments)],
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=60,
    )


def plan(place, url, count=5):
    with Journal(place) as journal:
        units = [planned(number, f"order-{number}") for number in range(1, count + 1)]
        units = [Planned(u.number, u.rows, u.call, f"{url}/sms") for u in units]
        journal.plan("promo", units).result()
        journal.finish_planning("promo").result()


def test_it_sends_what_is_planned_and_says_so(place, url):
    plan(place, url)
    first = resume(place, url=url)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.split() == ["5", "accepted", "taken", "by", "the", "API"]

    assert resume(place, url=url).stdout == first.stdout


def test_status_only_looks(place, url):
    plan(place, url)
    shown = resume(place, "--status", EIGHTBYEIGHT_API_KEY=None)
    assert shown.returncode == 0
    assert shown.stdout.split()[:2] == ["5", "planned"]


def test_what_stays_unknown_is_told_by_the_exit_status(place, url):
    with Journal(place) as journal:
        call = send_sms("acme_sms", "+6591234567", "Hi", client_message_id="order-1")
        journal.begin(call, host=HOST, lease=-1).result()  # its worker is long gone
    ended = resume(place, url=url)

    assert ended.returncode == 1
    assert ended.stdout.split()[:2] == ["1", "unknown"]


def test_one_run_only(place, url):
    plan(place, url)
    assert "the journal has no run 'other'" in resume(place, "--run", "other", url=url).stdout
    assert resume(place, "--status").stdout.split()[:2] == ["5", "planned"]


def test_planning_that_was_cut_off_is_told(place):
    with Journal(place) as journal:
        journal.plan("promo", [planned(1, "order-1")]).result()
    assert "planning run 'promo' was cut off" in resume(place, "--status").stdout


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"EIGHTBYEIGHT_API_KEY": None}, "api_key"),
        ({"EIGHTBYEIGHT_BASE_URL": "http://127.0.0.1:9"}, "this client talks to"),
        ({"EIGHTBYEIGHT_REGION": "mars", "EIGHTBYEIGHT_BASE_URL": None}, "mars"),
    ],
)
def test_wrong_settings_are_told_in_a_line(place, url, settings, why):
    plan(place, url)
    ended = resume(place, url=url, **settings)
    assert ended.returncode == 2
    assert why in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_journal_that_is_not_there_is_not_made(tmp_path):
    ended = resume(tmp_path / "typo.db")
    assert ended.returncode == 1
    assert "there is no journal at" in ended.stderr
    assert not (tmp_path / "typo.db").exists()


def test_an_api_out_of_reach_stops_it(place):
    nowhere = "http://127.0.0.1:9"
    plan(place, nowhere, count=1)
    ended = resume(place, url=nowhere)
    assert ended.returncode == 1
    assert ended.stdout.split()[:3] == ["1", "not_sent", "not"]
