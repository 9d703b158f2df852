"""`eightbyeight doctor`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cli.conftest import run_program

from eightbyeight.cli import checks
from eightbyeight.mock import create_app
from eightbyeight.mock.server import serving
from eightbyeight.mock.tls import certificate_in, hosts_of


def verdicts(ended):
    return {check["name"]: check["verdict"] for check in ended.json["checks"]}


def found(ended, name):
    (check,) = (check for check in ended.json["checks"] if check["name"] == name)
    return f"{check['found']} {check['advice']}"


def test_all_is_well_and_nothing_is_sent(command, mock_8x8):
    ended = command("doctor")
    lines = ended.out.splitlines()

    assert (ended.status, mock_8x8.sent) == (0, [])
    assert lines[0] == "ok           API key              from EIGHTBYEIGHT_API_KEY"
    assert lines[-1].split() == [
        "ok",
        "key",
        "and",
        "region",
        "the",
        "key",
        "is",
        "good",
        "for",
        "acme_test",
    ]
    assert sum("connection" in line for line in lines) == 2


def test_a_server_of_its_own(command, mock_8x8):
    with serving(create_app()) as url:
        ended = command("doctor", "--base-url", url, "--json")
    assert ended.status == 0
    told = verdicts(ended)
    assert (told["sms connection"], told["sms clock"]) == ("ok", "ok")
    assert (told["sms TLS"], "plain http" in found(ended, "sms TLS")) == ("not checked", True)


def test_wrong_key(command, mock_8x8):
    mock_8x8.app.settings.api_keys = ("another",)
    ended = command("doctor", "--json")
    assert (ended.status, verdicts(ended)["key and region"]) == (1, "failed")
    assert "HTTP 401" in found(ended, "key and region")


def test_wrong_region(command, mock_8x8):
    mock_8x8.app.settings.region = "id"
    assert "apac, na, eu, id" in found(command("doctor", "--json"), "key and region")
    assert command("doctor", "--region", "id").status == 0
    assert "region 'mars' is not known" in command("doctor", "--region", "mars").out


def test_missing_settings(command, monkeypatch):
    monkeypatch.delenv("EIGHTBYEIGHT_API_KEY")
    ended = command("doctor", "--json")
    assert (ended.status, verdicts(ended)["API key"]) == (1, "failed")
    assert verdicts(ended)["sms connection"] == "ok"
    assert "key and region" not in verdicts(ended)

    monkeypatch.delenv("EIGHTBYEIGHT_SUBACCOUNT_ID")
    assert verdicts(command("doctor", "--json"))["settings"] == "failed"


def test_out_of_reach(command):
    ended = command("doctor", "--base-url", "http://127.0.0.1:9", "--json")
    assert ended.status == 1
    assert verdicts(ended)["chatapps connection"] == "failed"
    assert "Is the server running" in found(ended, "chatapps connection")
    assert verdicts(ended)["key and region"] == "not checked"


@pytest.mark.parametrize(
    ("skew", "verdict", "words"),
    [
        (0, "ok", "within 30 seconds"),
        (3600, "failed", "3,600 seconds ahead of"),
        (-90, "failed", "90 seconds behind"),
    ],
)
def test_clock(monkeypatch, skew, verdict, words):
    moment = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
    monkeypatch.setattr(checks, "now", lambda: moment + timedelta(seconds=skew))
    check = checks._clock("clock", "Sat, 31 Jan 2026 09:30:00 GMT")
    assert check.verdict == verdict
    assert words in check.found


def test_times_that_tell_nothing():
    assert checks._clock("clock", None).verdict == "not checked"
    assert checks._clock("clock", "soon").verdict == "not checked"


def test_tls(tmp_path):
    app = create_app()
    certificate = certificate_in(tmp_path, hosts_of(app.document))
    with serving(app, certificate=certificate) as url:
        distrusted = run_program("doctor", "--json", url=url)
        trusted = run_program("doctor", "--json", url=url, SSL_CERT_FILE=certificate.ca_file)

    assert (distrusted.status, verdicts(distrusted)["sms TLS"]) == (1, "failed")
    assert "SSL_CERT_FILE" in found(distrusted, "sms TLS")
    assert (trusted.status, found(trusted, "sms TLS")) == (0, "TLSv1.3 None"), trusted.err


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectTimeout("late"), "does not answer in time"),
        (OSError("odd"), "no connection to sms.example.com (OSError)"),
    ],
)
def test_failures_in_words(error, words):
    check = checks._unreachable("connection", "TLS", "sms.example.com", error)
    assert (check.verdict, words in check.found) == ("failed", True)
