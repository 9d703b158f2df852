"""scripts/bench measures, reports and judges."""

from __future__ import annotations

import json

import pytest
from benchmarks.row import Row, table


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


def test_without_a_target_nothing_is_judged():
    row = Row("batches", "read", 300.0, "ms", "json", 100.0)

    assert ("", False) == (row.verdict, row.is_far_off)
