"""Rules of chaos: their words, what they count, their dice, and who may write them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from eightbyeight.mock import create_app
from eightbyeight.mock.chaos import ChaosError
from eightbyeight.mock.effects import KINDS

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
OTHER = SEND.replace("acme_hq", "acme_uk")
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
SURVEY = "/sms/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch"
TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}
ONE_SMS = {"destination": "6591234568", "text": "Hello"}
RULES = "/__mock__/chaos"


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        ("500", "500"),
        ("503-after", "503-after"),
        (" 5%   reset-after ", "5% reset-after"),
        ("reset-after 5%", "5% reset-after"),
        ("0.25% refuse", "0.25% refuse"),
        ("100% cut", "100% cut"),
        ("+6591234567 429:2", "+6591234567 429:2"),
        ("429", "429"),
        ("sendSms 426 times:1", "sendSms 426 times:1"),
        ("subaccount:acme_hq silent:30", "subaccount:acme_hq silent:30"),
        ("silent-after:0.5", "silent-after:0.5"),
        ("nth:3 html:502", "nth:3 html:502"),
        ("every:4 html-after:504", "every:4 html-after:504"),
        ("latency:1.5", "latency:1.5"),
        ("latency:0.1-2 bad-gzip", "latency:0.1-2 bad-gzip"),
        ("drip:3 sendMessage", "sendMessage drip:3"),
        ("empty", "empty"),
        ("reset", "reset"),
    ],
)
def test_a_rule_is_read_and_written_in_one_order(app, rule, written):
    assert app.chaos.add(rule).text == written


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("", "a rule must be text"),
        (None, "a rule must be text"),
        (5, "a rule must be text"),
        ("5%", "does not say what happens"),
        ("sendSms nth:1 times:3", "does not say what happens"),
        ("explode", "'explode' is no effect; there are: latency:SECONDS, 429"),
        ("sendFax 500", "no operation is called 'sendFax'; there are: getMessageDetails"),
        ("0% 500", "above 0%"),
        ("101% 500", "at most 100%"),
        ("-5% 500", "at most 100%"),
        ("five% 500", "at most 100%"),
        ("500 502", "another word of this kind"),
        ("5% 6% 500", "another word of this kind"),
        ("nth:0 500", "whole number above 0"),
        ("every:x 500", "whole number above 0"),
        ("times:1.5 500", "whole number above 0"),
        ("subaccount:a/b 500", "names no sub-account"),
        ("latency:2-1", "the shorter time first"),
        ("latency:soon", "needs seconds"),
        ("latency:3601", "needs seconds"),
        ("silent", "needs seconds"),
        ("drip:-1", "needs seconds"),
        ("429:soon", "needs a whole number"),
        ("html", "needs a whole number"),
        ("html:200", "status from 400 to 599"),
        ("reset:1", "takes nothing after the colon"),
        ("500:1", "takes nothing after the colon"),
        ("cut-after", "cannot be written with -after"),
        ("429-after:2", "cannot be written with -after"),
        ("600", "is no effect"),
        ("+12 500", "is no effect"),
        ("500 " * 200, "too long"),
    ],
)
def test_a_bad_rule_is_explained(app, rule, says):
    with pytest.raises(ChaosError, match="(?s)" + says.replace("+", r"\+")):
        app.chaos.add(rule)
    assert len(app.chaos) == 0


def statuses(api, count, url=SEND, body=TEXT):
    return [api.post(url, json=body).status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("rule", "seen"),
    [
        ("503", [503, 503, 503, 503, 503, 503]),
        ("nth:2 503", [200, 503, 200, 200, 200, 200]),
        ("every:2 503", [200, 503, 200, 503, 200, 503]),
        ("times:2 503", [503, 503, 200, 200, 200, 200]),
        ("every:2 times:2 503", [200, 503, 200, 503, 200, 200]),
    ],
)
def test_a_rule_counts(api, app, rule, seen):
    app.chaos.add(rule)

    assert statuses(api, 6) == seen


@pytest.mark.parametrize(
    ("rule", "struck"),
    [
        ("sendSms 503", {"sms"}),
        ("sendMessage 503", {"message", "other"}),
        ("sendSurveyBatch 503", {"survey"}),
        ("getMessageDetails 503", {"details"}),
        ("subaccount:acme_uk 503", {"other"}),
        ("+6591234567 503", {"message", "other", "details"}),
        ("+6591234568 503", {"sms"}),  # written without the plus in the request
        ("+6591234569 503", {"survey"}),
        ("sendSms +6591234567 503", set()),
    ],
)
def test_a_rule_strikes_only_what_it_names(api, app, rule, struck):
    umid = api.post(SEND, json=TEXT).json()["umid"]
    app.chaos.add(rule)
    survey = {
        "messages": [{"destination": "+6591234560"}, {"destination": "+6591234569"}],
        "template": {"templateBody": "{{url}}"},
    }

    answers = {
        "message": api.post(SEND, json=TEXT),
        "other": api.post(OTHER, json=TEXT),
        "sms": api.post(SMS, json=ONE_SMS),
        "survey": api.post(SURVEY, json=survey),
        "details": api.get(f"{SEND}/{umid}"),
    }

    assert {name for name, answer in answers.items() if answer.status_code == 503} == struck
    assert {answer.status_code for answer in answers.values()} <= {200, 503}


def test_a_rule_without_names_strikes_unknown_paths_and_bad_bodies_too(api, app):
    app.chaos.add("503")
    app.chaos.add("+6591234567 500")

    assert api.get("/nowhere").status_code == 503
    assert api.post(SEND, content=b"\xff").status_code == 503
    assert api.post(SEND, json=[1]).status_code == 503


def test_the_control_plane_is_safe_from_chaos(api, app):
    app.chaos.add("reset")

    assert api.get("/__mock__/health").status_code == 200


def test_of_several_rules_the_oldest_is_played_and_all_count(api, app):
    first, second = app.chaos.extend(["nth:2 502", "every:2 503"])

    assert statuses(api, 4) == [200, 502, 200, 503]
    assert [(rule.seen, rule.played) for rule in (first, second)] == [(4, 1), (4, 1)]


def test_the_dice_fall_the_same_for_the_same_seed():
    def run(seed, rules=("30% 503",)):
        app = create_app(seed=seed, rate_limit=False, chaos=rules)
        headers = [(b"authorization", b"Bearer key")]
        return [app.handle("GET", "/x", headers, b"").status for _ in range(200)]

    assert run(1) == run(1)
    assert run(1) != run(2)
    assert 30 <= run(1).count(503) <= 90
    # Another rule leaves the dice of this one alone.
    with_another = run(1, ("30% 503", "nth:1 500"))
    assert with_another[1:] == run(1)[1:]


def test_a_reset_starts_counters_and_dice_again(api, app):
    app.chaos.add("40% times:5 503")
    first = statuses(api, 30)
    app.reset()

    assert statuses(api, 30) == first
    assert first.count(503) == 5


def test_the_answer_and_the_log_name_the_rule(api, app):
    app.chaos.add("nth:1 429:2")

    struck, spared = api.post(SEND, json=TEXT), api.post(SEND, json=TEXT)
    logged = api.get("/__mock__/requests").json()["requests"]

    assert struck.headers["X-Mock-Chaos"] == "1 nth:1 429:2"
    assert struck.headers["Retry-After"] == "2"
    assert "X-Mock-Chaos" not in spared.headers
    assert [(entry["chaos"], entry["effects"], entry["status"]) for entry in logged] == [
        ("1 nth:1 429:2", ["429:2"], 429),
        (None, [], 200),
    ]
    assert logged[0]["operationId"] == "sendMessage"


def test_random_latency_stays_in_its_range(api, app):
    app.chaos.add("latency:1-3")
    before = app.clock.now()
    statuses(api, 20)

    # The fixed clock is moved instead of waiting.
    assert 20 <= (app.clock.now() - before).total_seconds() - 20 * 0.25 <= 60


# --- from outside ---------------------------------------------------------------------------------


def test_rules_come_and_go_over_the_control_plane(api):
    added = api.post(RULES, json={"rule": "times:3 503"})
    more = api.post(RULES, json={"rules": ["sendSms 500", "latency:1"]})
    statuses(api, 1)
    listed = api.get(RULES)
    removed = api.delete(RULES, params={"id": 1})
    cleared = api.delete(RULES)

    first = {"id": 1, "rule": "503 times:3", "seen": 0, "played": 0, "left": 3}
    assert added.json() == {"rules": [first]}
    assert [rule["id"] for rule in more.json()["rules"]] == [2, 3]
    assert listed.json()["rules"][0] == {**first, "seen": 1, "played": 1, "left": 2}
    assert [rule["id"] for rule in removed.json()["rules"]] == [2, 3]
    assert cleared.json() == {"rules": []}
    assert statuses(api, 1) == [200]


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"{", 400, "JSON"),
        (b"[]", 422, "the body must be"),
        (b"{}", 422, "a rule must be text"),
        (b'{"rule": 5}', 422, "a rule must be text"),
        (b'{"rules": "500"}', 422, "the body must be"),
        (b'{"rules": ["500", "explode"]}', 422, "'explode' is no effect"),
    ],
)
def test_bad_rules_are_refused_over_the_control_plane_and_none_is_added(
    api, app, content, status, says
):
    answer = api.post(RULES, content=content)

    assert answer.status_code == status
    assert says in answer.json()["error"]
    assert len(app.chaos) == 0


@pytest.mark.parametrize("number", ["7", "x", "", "-1", "\u0663"])
def test_an_unknown_rule_cannot_be_removed(api, number):
    assert api.delete(RULES, params={"id": number}).status_code == 404


def test_a_page_of_another_origin_cannot_write_rules(api, app):
    answer = api.post(RULES, json={"rule": "500"}, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert len(app.chaos) == 0


def test_the_command_line_explains_a_bad_rule():
    command = [sys.executable, "-m", "eightbyeight.cli", "mock", "--port", "0"]
    done = subprocess.run(
        [*command, "--chaos", "5% reset-after", "--chaos", "explode"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "'explode' is no effect" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_page_names_every_effect():
    page = (Path(__file__).parents[2] / "docs/chaos.md").read_text()
    table = page[page.index("## What happens") : page.index("*Carried out*")]
    words = re.findall(r"`([a-z0-9:.-]+)`", "".join(re.findall(r"^\|(.*?)\|", table, re.MULTILINE)))
    app = create_app()

    assert {app.chaos.add(word).text for word in words} == set(words)
    kinds = {word.partition(":")[0].replace("503", "5xx") for word in words}
    assert kinds == {"latency"} | {re.sub(r"[:\[].*", "", kind) for kind in KINDS}


def test_the_examples_on_the_page_work():
    page = (Path(__file__).parents[2] / "docs/chaos.md").read_text()
    rules = re.findall(r'(?:--chaos |"rule": |chaos=\[|add\()"([^".]+)"', page)
    assert len(rules) == 5
    create_app(chaos=rules)
