"""scripts/demo tells the truth, the same in each run."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import re

import pytest
from demonstration import story
from demonstration.acts.your_turn import SNIPPET
from demonstration.pretty import pretty
from demonstration.surprise import expect
from demonstration.terminal import WIDTH

from eightbyeight import mock
from eightbyeight.mock.server import serving

OPERATIONS = {"sendMessage", "getMessageDetails", "sendLineNotification", "sendSms"}
OPERATIONS |= {"sendSurveyBatch"}


@pytest.fixture(scope="module")
def output(run):
    done = run("demo")

    assert (0, "") == (done.returncode, done.stderr), done.stdout + done.stderr

    return done.stdout


@pytest.fixture(scope="module")
def demo(scripts):
    """The script as a module."""
    loader = importlib.machinery.SourceFileLoader("demo_script", str(scripts / "demo"))
    spec = importlib.util.spec_from_loader("demo_script", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_shows_all_five_operations_and_sums_up(output):
    shown = {name for name in OPERATIONS if re.search(rf"^\d\. .* {name}$", output, re.MULTILINE)}

    assert OPERATIONS == shown
    assert re.fullmatch(
        r"5 operations, sync and async, \d+ requests, 0 surprises", output.splitlines()[-1]
    )


@pytest.mark.parametrize(
    "shown",
    [
        "POST /chatapps/api/v1/subaccounts/acme_hq/messages",
        "GET /chatapps/api/v1/subaccounts/acme_hq/messages/",
        '"fallbackAfter": 900',
        "of its effect is known: Rejected",
        "source: is 18 characters long; the limit is 16",
        "DuplicateDeliveryWarning: the fallback fires after 60 s",
        "twice in a row: 200, 429, 200",
        "eightbyeight mock",
    ],
)
def test_shows(output, shown):
    assert shown in output


def test_nothing_left_for_refused_input(output):
    before, after = re.search(r"has seen: (\d+) before, (\d+) after", output).groups()

    assert before == after


def test_fits_a_terminal_and_has_no_colors_without_one(output):
    assert [] == [line for line in output.splitlines() if len(line) > 100]
    assert "\033" not in output
    assert [] == [line for line in output.splitlines() if line != line.rstrip()]


def test_a_seed_decides_everything_that_is_shown(run, output):
    # Nor do a proxy or settings in the shell change anything.
    nowhere = "http://127.0.0.1:1"
    settings = {"EIGHTBYEIGHT_BASE_URL": nowhere, "EIGHTBYEIGHT_REGION": "moon"}
    again = run("demo", "--seed", "8", HTTP_PROXY=nowhere, ALL_PROXY=nowhere, **settings)

    assert (0, output) == (again.returncode, again.stdout), again.stderr


def test_another_seed_shows_other_ids(run, output):
    other = run("demo", "--seed", "9")
    umids = re.compile(r"-> 200  ([0-9a-f-]{36})")

    assert 0 == other.returncode, other.stderr
    assert not set(umids.findall(output)) & set(umids.findall(other.stdout))


@pytest.mark.parametrize(("option", "modes"), [("--sync-only", "sync"), ("--async-only", "async")])
def test_half_of_it(run, option, modes):
    done = run("demo", option, "--verbose")

    assert 0 == done.returncode, done.stderr
    assert f"5 operations, {modes}, " in done.stdout
    assert "Bearer ***" in done.stdout
    assert "client.messages.send(" in done.stdout
    assert "demo-key" not in done.stdout
    assert [] == [line for line in done.stdout.splitlines() if len(line) > 100]


def test_says_what_was_not_as_expected(demo, monkeypatch, capsys):
    for name, value in {"EIGHTBYEIGHT_VENV": "none", "NO_PROXY": "", "no_proxy": ""}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["demo"])
    monkeypatch.setattr(story, "tell", lambda settings: expect(False, "2 umids are 1"))

    assert 1 == demo.main()
    assert "demo: not as expected: 2 umids are 1\n" == capsys.readouterr().err


def test_the_snippet_works(capsys):
    with serving(mock.create_app(seed=1)) as url:
        code = SNIPPET.replace("http://127.0.0.1:8808", url)
        assert code != SNIPPET
        names = {}
        exec(code, names)
        names["client"].close()

    assert re.fullmatch(r"[0-9a-f-]{36} QUEUED\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"a": {"b": [1, 2.5, None, True, "é"]}},
        {"name": ["x" * 30] * 9, "other": [{"k": "v" * 60}, {"k": "v" * 60}], "empty": {}},
    ],
)
def test_pretty_json_is_the_same_json(value):
    text = pretty(value, 3)

    assert value == json.loads(text)
    assert all(len(line) <= WIDTH for line in text.splitlines())
