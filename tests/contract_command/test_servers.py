"""Mocks over a socket: the healthy one keeps the contract, broken ones do not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from eightbyeight.mock.defects import DEFECTS

QUICK = ("--seed", "7", "--max-examples", "3", "--max-alike", "2", "--json")

# What the recorded examples alone show, and where.
BY_EXAMPLES = {
    "drops_status": ("sendSms", "response_schema_conformance"),
    "drops_umid": ("sendSms", "response_schema_conformance"),
    "forgets_sent_message": ("getMessageDetails", "example_accepted"),
    "rejects_valid_carousel": ("sendMessage", "example_accepted"),
    "wrong_success_status": ("sendSms", "status_code_conformance"),
    "wrong_type_umid": ("sendMessage", "response_schema_conformance"),
}
# What made-up requests show. Those together do not hide one another.
BY_SUITE = [
    {
        "accepts_too_long_text": "negative_data_rejection",
        "forgets_auth": "ignored_auth",
        "missing_allow_header": "unsupported_method",
    },
    {"accepts_unknown_field": "negative_data_rejection"},
    {"accepts_wrong_enum": "negative_data_rejection"},
    {"error_without_code": "response_schema_conformance"},
    {
        "ignores_pattern": "negative_data_rejection",
        "returns_html_on_error": "content_type_conformance",
        "server_error_on_unicode": "not_a_server_error",
    },
]


def test_every_defect_is_tried():
    tried = [*BY_EXAMPLES, *(defect for defects in BY_SUITE for defect in defects)]
    assert sorted(tried) == list(DEFECTS)


def test_the_healthy_mock_keeps_the_contract(contract, serve, tmp_path):
    _, url = serve()
    report = tmp_path / "reports" / "junit.xml"
    arguments = ["--base-url", url, "--operation", "sendSms", "--operation", "getMessageDetails"]
    done = contract(*arguments, "--junit", report, *QUICK)

    assert (done.status, done.err) == (0, "")
    operations = done.report["operations"]
    assert list(operations) == ["getMessageDetails", "sendSms"]
    assert operations["sendSms"]["examples"] == 3
    assert operations["getMessageDetails"]["examples"] == 2
    for tally in operations.values():
        assert (tally["examples_failed"], tally["breaches"], tally["limited"]) == (0, 0, 0)
        assert tally["accepted"] > 5
        assert tally["refused"] > 5
        assert tally["tests"]["ignored_auth"] > 0
        assert tally["tests"]["negative_data_rejection"] > 0
    assert done.report["notes"] == done.report["problems"] == []

    suites = ET.parse(report).getroot()
    assert suites.get("failures") == suites.get("errors") == "0"
    assert [suite.get("name") for suite in suites] == ["getMessageDetails", "sendSms"]
    names = {case.get("name") for case in suites.iter("testcase")}
    assert {"example oneTimePassword", "positive_data_acceptance"} <= names
    assert not list(tmp_path.glob(".*"))  # schemathesis and hypothesis leave nothing behind


def test_the_same_seed_sends_the_same_requests(contract, serve):
    def sent(seed):
        app, url = serve()
        arguments = ["--base-url", url, "--operation", "sendSms", "--max-examples", 3]
        arguments += ["--max-alike", 1]
        assert contract(*arguments, "--seed", seed).status == 0
        return [(r.method, r.target, r.body) for r in app.requests]

    first = sent(7)
    assert len(first) > 50
    assert sent(7) == first
    assert sent(8) != first


def test_only_the_examples_of_all_operations(contract, serve):
    app, url = serve(subaccounts=["my_sub"])
    done = contract("--base-url", url, "--no-fuzz", "--subaccount", "my_sub")

    assert (done.status, done.err) == (0, "")
    assert re.search(r"^sendMessage +16/16 +0$", done.out, re.MULTILINE)
    assert "the contract is kept" in done.out
    assert {message.subaccount for message in app.store.messages()} == {"my_sub"}


@pytest.mark.parametrize("defect", BY_EXAMPLES)
def test_the_examples_find(contract, serve, defect):
    _, url = serve(defect)
    done = contract("--base-url", url, "--examples-only", "--json")

    assert done.status == 1
    assert BY_EXAMPLES[defect] in done.found


@pytest.mark.parametrize("defects", BY_SUITE, ids="+".join)
def test_the_suite_finds(contract, serve, tmp_path, defects):
    _, url = serve(*defects)
    report = tmp_path / "junit.xml"
    done = contract(
        *("--base-url", url, "--operation", "sendSms", "--junit", report, "--save", "kept"), *QUICK
    )

    assert done.status == 1
    assert {("sendSms", check) for check in defects.values()} <= done.found
    for case in ET.parse(report).getroot().iter("testcase"):
        if case.get("name") in defects.values():
            assert case.find("failure").get("type") == case.get("name")
            assert case.find("failure").get("message").startswith("expected ")
    for breach in done.report["breaches"]:
        assert re.match(r"[A-Z]+ /sms/api/v1/subaccounts/", breach["sent"])
        assert breach["expected"]
        assert breach["came"].startswith("HTTP ") or " HTTP " in breach["came"]


def test_a_breach_can_be_repeated_with_curl(contract, serve, tmp_path):
    app, url = serve("drops_umid")
    done = contract("--base-url", url, "--operation", "sendSms", "--no-fuzz", "--save", "kept")
    assert done.status == 1
    kept = sorted((tmp_path / "kept").iterdir())
    assert all("contract-key" not in file.read_text("utf-8") for file in kept)
    assert [file.stat().st_mode & 0o077 for file in kept] == [0] * len(kept)
    (first, *_) = [
        line.split(" ", 4)[-1].strip() for line in done.out.splitlines() if " sh " in line
    ]

    sent = [(r.method, r.target, r.body) for r in app.requests]
    program = first.removeprefix("repeat").strip()
    repeated = subprocess.run(program, shell=True, capture_output=True, text=True, timeout=30)
    assert repeated.returncode == 0, repeated.stderr
    assert "HTTP/1.1 200" in repeated.stdout
    assert [(r.method, r.target, r.body) for r in app.requests][-1] == sent[0]


def test_no_text_and_no_number_is_shown(contract, serve, tmp_path):
    _, url = serve("wrong_type_umid")
    report = tmp_path / "junit.xml"
    done = contract("--base-url", url, "--no-fuzz", "--junit", report)

    assert done.status == 1
    for text in (done.out, report.read_text("utf-8")):
        assert "ACME" not in text
        assert re.search(r"\d{7,}", text.replace(url, "")) is None
        assert "/umid is number, not string" in text


def test_products_have_urls_of_their_own(contract, serve):
    _, url = serve()
    done = contract("--sms-url", f"{url}/sms", "--no-fuzz", "--json")
    assert done.status == 0
    assert set(done.report["operations"]) == {"sendSms", "sendSurveyBatch"}


def test_a_refused_key_ends_the_run(contract, serve, monkeypatch):
    monkeypatch.setenv("EIGHTBYEIGHT_API_KEY", "another-key")
    app, url = serve()
    done = contract("--base-url", url, "--operation", "sendSms", "--json")

    assert done.status == 1
    assert done.found == {("sendSms", "example_accepted")}
    assert len(list(app.requests)) == 3
    assert "refuses the key" in done.report["notes"][0]


def test_a_rate_limit_is_waited_for(contract, serve):
    _, url = serve(rate_limit=True)
    done = contract("--base-url", url, "--operation", "getMessageDetails", "--no-fuzz", "--json")
    assert (done.status, done.report["notes"]) == (0, [])


def test_the_command_of_a_shell(serve):
    _, url = serve()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "eightbyeight.cli", "contract", "--no-fuzz"]
        + ["--base-url", url, "--operation", "sendSms"],
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "sendSms         3/3         0" in done.stdout


@pytest.mark.parametrize("after", [2, 40], ids=["among the examples", "among made-up requests"])
def test_a_server_that_dies_ends_the_run(contract, serve, monkeypatch, after):
    app, url = serve()
    handle = app.handle

    def dying(*arguments, **options):
        if len(app.requests) == after:
            app.chaos.add("100% reset")
        return handle(*arguments, **options)

    monkeypatch.setattr(app, "handle", dying)
    arguments = ["--base-url", url, "--operation", "sendSms", "--operation", "sendSurveyBatch"]
    done = contract(*arguments, *QUICK)

    assert done.status == 1
    assert {check for _, check in done.found} == {"answers"}
    assert done.report["problems"] == [
        f"{url}/sms has stopped answering; nothing was tested after that"
    ]
    assert after + 3 <= len(app.requests) < after + 12


def test_requests_that_try_the_same_can_be_limited(contract, serve):
    def sent(*arguments):
        app, url = serve()
        done = contract("--base-url", url, "--operation", "sendSms", *QUICK, *arguments)
        assert done.status == 0
        assert f"--max-alike {arguments[-1]}" in done.report["repeat"]
        return len(app.requests)

    few, many = sent("--max-alike", "1"), sent("--max-alike", "0")
    assert 60 < few < many - 10
