"""scripts/bench measures, reports and judges."""

from __future__ import annotations

import json
import os

import pytest
from benchmarks import mock_sends, mock_start, prism
from benchmarks.load import loaded, request_bytes
from benchmarks.row import NotMeasured, Row, table

from eightbyeight.mock import create_app
from eightbyeight.mock.server import serving


@pytest.mark.parametrize("name", ["demo", "bench"])
def test_help_needs_no_environment(run, tmp_path, name):
    blocked = tmp_path / "a file where the environment would be"
    blocked.touch()
    done = run(name, "--help", EIGHTBYEIGHT_VENV=str(blocked), PYTHONPATH="")

    assert (0, "") == (done.returncode, done.stderr)
    assert f"usage: scripts/{name} " in done.stdout


def test_help_lists_the_benchmarks(run, scripts):
    listed = run("bench", "--help").stdout
    benches = [path.stem for path in (scripts / "benchmarks").glob("*.py")]

    for name in ("imports", "sends", "loopback", "concurrency", "batches", "mock", "calls"):
        assert name in benches
        assert f"\n  {name} " in listed


def test_an_unknown_benchmark_is_refused(run):
    done = run("bench", "speed")

    assert 2 == done.returncode
    assert "no such benchmark: speed" in done.stderr


def test_counts_are_the_same_in_each_run(run, tmp_path):
    file = tmp_path / "figures.json"
    first = run("bench", "calls", "--json", "-")
    second = run("bench", "calls", "--quick", "--json", str(file))

    assert (0, 0) == (first.returncode, second.returncode), first.stderr + second.stderr
    figures = json.loads(first.stdout)
    assert figures == json.loads(file.read_text(encoding="utf-8"))
    assert figures["rows"][0].keys() >= {"bench", "what", "value", "unit", "baseline", "ratio"}
    assert "messages.send(Template), Python" in second.stdout


@pytest.mark.parametrize(
    ("value", "verdict", "far_off"),
    [(125, "ok", False), (126, "MISSED", False), (150, "MISSED", True)],
)
def test_a_row_judges_its_ratio(value, verdict, far_off):
    row = Row("sends", "a send", value, "us", "httpx", 100, 1.25)

    assert (verdict, far_off) == (row.verdict, row.is_far_off)
    assert f"  {value / 100:.2f}    1.25  {verdict}" in table([row])


@pytest.mark.parametrize(
    ("value", "verdict", "far_off"),
    [(800, "ok", False), (799, "MISSED", False), (600, "MISSED", True)],
)
def test_a_yield_is_to_be_high(value, verdict, far_off):
    row = Row("mock", "a send", value, "/s", "Prism", 100, 8.0, more_is_better=True)

    assert (verdict, far_off) == (row.verdict, row.is_far_off)
    assert f"  {value / 100:.2f}  >= 8.00  {verdict}" in table([row])


def test_a_mix_holds_as_many_of_each_kind():
    fast, slow = mock_sends.Best(3000, 100, 0.5), mock_sends.Best(1000, 300, 0.2)

    # One of each takes a third of a millisecond and a whole one.
    assert mock_sends.Best.mix([fast, slow]) == (pytest.approx(1500), 200, 0.5)


def test_what_is_not_measured_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    rows = [*mock_sends.run(quick=True), *mock_start.run(quick=True)]

    assert all(isinstance(row, NotMeasured) and not row.is_far_off for row in rows)
    shown = table([Row("batches", "read", 300.0, "ms", "json", 100.0), *rows])
    assert "mock: sends a second against Prism's: not measured: node is missing" in shown
    assert "mock: start to first answer against Prism's: not measured: node is missing" in shown
    assert rows[0].to_dict()["reason"] == "node is missing"


if os.name != "nt":  # the stand-ins are shell scripts

    def test_an_npm_that_fails_is_quoted_and_leaves_nothing(monkeypatch, tmp_path):
        for name, lines in {"node": "", "npm": "echo npm error code E404 >&2; exit 1"}.items():
            program = tmp_path / name
            program.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
            program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

        with pytest.raises(prism.PrismMissingError, match="npm error code E404"):
            prism.command(tmp_path / "openapi.json", 4010)
        assert list((tmp_path / "cache").rglob("prism*")) == []


def test_a_load_counts_what_was_answered():
    app = create_app()
    body = b'{"destination":"+6591234567","text":"Hello"}'
    headers = {"Authorization": "Bearer key", "Content-Type": "application/json"}
    with serving(app) as url:
        port = int(url.rpartition(":")[2])
        address = f"{url}/sms/api/v1/subaccounts/acme_hq/messages"
        load = loaded(port, request_bytes(address, headers, body), requests=20)
        with pytest.raises(RuntimeError, match="415"):
            loaded(port, request_bytes(address, {"Authorization": "Bearer key"}, body), requests=1)

    assert load.requests == len(app.store) == 20
    assert load.rate == 20 / load.seconds


def test_without_a_target_nothing_is_judged():
    row = Row("batches", "read", 300.0, "ms", "json", 100.0)

    assert ("", False) == (row.verdict, row.is_far_off)
