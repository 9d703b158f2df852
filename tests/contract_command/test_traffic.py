"""Recorded traffic: good, bad and broken HAR files."""

from __future__ import annotations

import base64
import copy
import json
from xml.etree import ElementTree as ET

import pytest

SECRET = "very-secret-key"
PATH = "/api/v1/subaccounts/acme_hq/messages"
UMID = "82188ee0-109f-e811-8150-020897df5459"


def entry(url, status=200, *, method="POST", sent=None, answer=None, headers=None):
    request = {
        "method": method,
        "url": url,
        "headers": [{"name": "Authorization", "value": f"Bearer {SECRET}"}],
        "bodySize": 0,
    }
    if sent is not None:
        request["headers"].append({"name": "content-type", "value": "application/json"})
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    content = {"size": 0, "mimeType": "application/json"}
    if answer is not None:
        content = {"size": 1, "mimeType": "application/json", "text": json.dumps(answer)}
    named = headers or {"Content-Type": "application/json; charset=utf-8"}
    return {
        "request": request,
        "response": {
            "status": status,
            "headers": [{"name": name, "value": value} for name, value in named.items()],
            "content": content,
        },
    }


SMS = {"destination": "+6591234567", "text": "Your code is 482913"}
ACCEPTED = {
    "umid": UMID,
    "destination": "6591234567",
    "status": {"code": "QUEUED", "description": "SMS is accepted and queued"},
    "encoding": "GSM7",
}
GOOD = entry(f"https://sms.8x8.com{PATH}", sent=SMS, answer=ACCEPTED)
REFUSED = entry(
    f"http://localhost:8808/sms{PATH}",
    401,
    sent=SMS,
    answer={"code": 1200, "message": "no", "errorId": UMID, "timestamp": "2026-08-02T09:42:38Z"},
)
LOOKUP = entry(f"http://127.0.0.1:8808/chatapps{PATH}/{UMID}", method="GET", answer={"data": []})
FOREIGN = entry(f"https://hooks.example.org/in/{SECRET}1234?token={SECRET}", method="GET")


@pytest.fixture
def check(contract, tmp_path):
    """Check entries, or a whole file."""

    def run(*entries, text=None, arguments=()):
        file = tmp_path / "recorded.har"
        if text is None:
            text = json.dumps({"log": {"version": "1.2", "entries": entries}})
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        done = contract("--har", file, *arguments)
        for shown in (done.out, done.err):
            assert SECRET not in shown
            assert "482913" not in shown
            assert "6591234567" not in shown
        return done

    return run


def changed(given, **changes):
    twin = copy.deepcopy(given)
    for place, value in changes.items():
        node = twin
        *parents, last = place.split("__")
        for name in parents:
            node = node[name]
        if value is None:
            del node[last]
        else:
            node[last] = value
    return twin


def test_good_traffic(check, tmp_path, monkeypatch):
    monkeypatch.delenv("EIGHTBYEIGHT_API_KEY")
    report = tmp_path / "junit.xml"
    done = check(GOOD, REFUSED, LOOKUP, FOREIGN, arguments=["--junit", report])

    assert (done.status, done.err) == (0, "")
    assert "the contract is kept" in done.out
    assert "1 recorded requests to no operation" in done.out
    assert "GET hooks.example.org/in/..." in done.out
    cases = {(c.get("classname"), c.get("name")) for c in ET.parse(report).iter("testcase")}
    assert cases == {
        ("contract.sendSms", "entry 0"),
        ("contract.sendSms", "entry 1"),
        ("contract.getMessageDetails", "entry 2"),
    }


@pytest.mark.parametrize(
    ("bad", "checks"),
    [
        (
            entry(f"https://sms.8x8.com{PATH}", sent={**SMS, "source": "x" * 99}, answer=ACCEPTED),
            {"request_schema", "negative_data_rejection"},
        ),
        (
            entry(f"https://sms.8x8.com{PATH}", sent=SMS, answer={**ACCEPTED, "umid": 6591234567}),
            {"response_schema_conformance"},
        ),
        (changed(GOOD, response__status=202), {"status_code_conformance"}),
        (
            entry(
                f"https://sms.8x8.com{PATH}", 400, sent=SMS, headers={"Content-Type": "text/html"}
            ),
            {"content_type_conformance"},
        ),
        (changed(GOOD, request__headers=[]), {"request_authorization", "request_content_type"}),
        (changed(GOOD, request__postData=None), {"request_body"}),
        (
            changed(
                GOOD, request__url="https://sms.8x8.com" + PATH.replace("acme_hq", "a%20b%2Fc")
            ),
            {"request_path"},
        ),
    ],
)
def test_bad_traffic(check, tmp_path, bad, checks):
    report = tmp_path / "junit.xml"
    done = check(GOOD, bad, arguments=["--json", "--junit", report])

    assert done.status == 1
    assert done.found == {("sendSms", name) for name in checks}
    assert {breach["test"] for breach in done.report["breaches"]} == {"entry 1"}
    (failed,) = [c for c in ET.parse(report).iter("testcase") if c.find("failure") is not None]
    assert failed.get("name") == "entry 1"
    assert SECRET not in report.read_text("utf-8")


def test_what_was_not_recorded_is_not_held_against_anybody(check):
    without_key = changed(GOOD, request__headers=GOOD["request"]["headers"][1:])
    done = check(
        changed(without_key, response__content={"size": 300}),
        changed(without_key, request__bodySize=60, request__postData=None, response__status=0),
        arguments=["--json"],
    )
    assert done.status == 0
    assert len(done.report["notes"]) == 3


def test_a_base_url_says_what_is_under_test(check):
    url = f"https://staging.example.org/v2/texts{PATH}"
    other = entry(url, sent=SMS, answer=ACCEPTED)
    done = check(other, arguments=["--sms-url", "https://staging.example.org/v2/texts", "--json"])
    assert (done.status, done.report["unknown"]) == (0, {})
    assert done.report["operations"]["sendSms"]["entries"] == 1

    unknown = check(other, arguments=["--json"])
    assert unknown.status == 2
    assert unknown.report["problems"]


def test_bodies_in_base64(check):
    body = base64.b64encode(json.dumps(ACCEPTED).encode()).decode()
    encoded = changed(GOOD, response__content={"size": 9, "text": body, "encoding": "base64"})
    assert check(encoded).status == 0
    assert (
        check(text=b"\xef\xbb\xbf" + json.dumps({"log": {"entries": [encoded]}}).encode()).status
        == 0
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "line 1, column 1: is not JSON"),
        ('{"log": {\n  "entries": [,]}}', "line 2, column 15: is not JSON"),
        (b"\xff\xfe", "byte 0: is not UTF-8"),
        ("[" * 100_000, "is not JSON that can be read"),
        ("[]", "the top is not an object"),
        ("{}", "log: is missing"),
        ('{"log": []}', "log: is not an object"),
        ('{"log": {"entries": {}}}', "log.entries: is not an array"),
        ('{"log": {"entries": [7]}}', "log.entries[0]: is not an object"),
        *(
            (json.dumps({"log": {"entries": [GOOD, changed(GOOD, **{name: value})]}}), complaint)
            for name, value, complaint in [
                ("response", None, "log.entries[1].response: is missing"),
                ("request__url", None, "log.entries[1].request.url: is missing"),
                ("request__url", "http://[", "log.entries[1].request.url: is not a URL"),
                ("request__method", 5, "log.entries[1].request.method: is not a string"),
                ("request__headers", ["x"], "log.entries[1].request.headers[0]: is not an object"),
                (
                    "request__postData__text",
                    5,
                    "log.entries[1].request.postData.text: is not a string",
                ),
                (
                    "response__status",
                    "200",
                    "log.entries[1].response.status: is not a whole number",
                ),
                (
                    "response__content",
                    {"text": "***", "encoding": "base64"},
                    "log.entries[1].response.content.text: is not base64",
                ),
            ]
        ),
    ],
)
def test_broken_files(check, text, place):
    done = check(text=text)
    assert done.status == 2
    assert done.err.endswith(f"recorded.har: {place}\n")
