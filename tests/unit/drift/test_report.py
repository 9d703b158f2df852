"""The file of ``on_drift="drift.json"``: the form of ``scripts/docs-drift --json``."""

from __future__ import annotations

import json
import os
import threading

import pytest
from docs_drift.differences import Change
from docs_drift.findings import Finding
from docs_drift.reading import Reading
from docs_drift.report import Report

from eightbyeight import ConfigurationError, Drift, DriftKind, DriftReport

SMS = {
    "umid": "1",
    "destination": "6591234567",
    "status": {"code": "PAUSED", "description": "Wait"},
    "encoding": "GSM7",
}


def drift(path="response.new", kind=DriftKind.UNKNOWN_FIELD, described="", seen="string"):
    return Drift("sendSms", kind, path, described, seen, "sms", "send-sms-single")


EVERY_KIND = [
    drift(),
    drift("response.status.code", DriftKind.UNKNOWN_VALUE, ("QUEUED", "REJECTED"), "PAUSED"),
    drift("response.status.code", DriftKind.UNKNOWN_VALUE, ("QUEUED", "REJECTED"), ""),
    drift("response.umid", DriftKind.WRONG_TYPE, "string", "integer"),
    drift("response.umid", DriftKind.MISSING_FIELD, "required", ""),
    drift("responses.418", DriftKind.UNDOCUMENTED_STATUS, "", "application/json"),
    drift("responses.5XX", DriftKind.NOT_JSON, "application/json", "text/html"),
]


@pytest.mark.parametrize("one", EVERY_KIND, ids=lambda one: one.kind.value)
def test_a_finding_has_the_form_of_those_about_pages(one):
    finding = one.to_dict()
    change = Change(
        finding["path"],
        finding["kind"],
        finding["fact"],
        finding["old"],
        finding["new"],
        finding["class"],
    )
    theirs = Finding("send-sms-single", "traffic", "sendSms", "spec", change, "spec/sms.yaml")

    assert theirs.to_dict() == finding


def test_a_report_has_the_form_of_those_about_pages(tmp_path):
    report = DriftReport(tmp_path / "drift.json")
    theirs = json.loads(Report([], Reading(None, None), {}).as_json())

    empty = json.loads((tmp_path / "drift.json").read_text("utf-8"))
    assert theirs == empty == report.to_dict()


def test_a_client_writes_it(api, tmp_path):
    file = tmp_path / "drift.json"
    api.answer(SMS)
    with api.client(on_drift=str(file)) as client:
        client.sms.send("+6591234567", "Hello")

    report = json.loads(file.read_text("utf-8"))
    assert report["drift"] is True
    assert report["pages"] == [
        {"page": "send-sms-single", "form": "traffic", "source": "sendSms", "entries": 1}
    ]
    assert report["findings"] == [
        {
            "page": "send-sms-single",
            "form": "traffic",
            "source": "sendSms",
            "against": "spec",
            "class": "additive",
            "kind": "changed",
            "path": "response.status.code",
            "fact": "enum",
            "old": ["QUEUED", "REJECTED"],
            "new": ["QUEUED", "REJECTED", "PAUSED"],
            "edit": "spec/sms.yaml",
        }
    ]
    assert [file] == list(tmp_path.iterdir())


def test_findings_are_kept_over_restarts_and_told_once(tmp_path):
    file = tmp_path / "drift.json"
    for one in (*EVERY_KIND, *EVERY_KIND):
        DriftReport(file)(one)

    found = json.loads(file.read_text("utf-8"))["findings"]
    assert [one.to_dict() for one in EVERY_KIND] == found


def test_clients_with_the_same_file_lose_nothing(tmp_path):
    file = tmp_path / "drift.json"
    reports = [DriftReport(file) for _ in range(4)]
    threads = [
        threading.Thread(target=lambda report, name: report(drift(name)), args=(report, f"{name}"))
        for name, report in zip("abcd", reports, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = json.loads(file.read_text("utf-8"))["findings"]
    assert sorted(one["path"] for one in found) == ["a", "b", "c", "d"]


def test_its_size_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("eightbyeight.io.drift_report._MOST_FINDINGS", 2)
    report = DriftReport(tmp_path / "drift.json")
    for name in "abc":
        report(drift(name))

    assert ["a", "b"] == [one["path"] for one in report.to_dict()["findings"]]
    assert "findings=2" in repr(report)


def test_who_may_read_it_is_for_the_umask(tmp_path):
    old = os.umask(0o022)
    try:
        DriftReport(tmp_path / "drift.json")
    finally:
        os.umask(old)

    assert (tmp_path / "drift.json").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("content", ["", "[]", "Dear diary", '{"findings": [{"form": "oas"}]}'])
def test_another_file_is_not_overwritten(tmp_path, content):
    file = tmp_path / "drift.json"
    file.write_text(content, "utf-8")

    with pytest.raises(ConfigurationError, match="is there and no drift report"):
        DriftReport(file)
    assert content == file.read_text("utf-8")


@pytest.mark.parametrize("make", ["client", "async_client"])
def test_a_place_that_cannot_be_written_is_refused(api, make, tmp_path):
    for place in (tmp_path / "missing" / "drift.json", tmp_path):
        with pytest.raises(ConfigurationError, match=r"cannot be written: \w"):
            getattr(api, make)(on_drift=place)


def test_a_full_disk_fails_no_call(api, tmp_path, caplog):
    folder = tmp_path / "gone"
    folder.mkdir()
    api.answer(SMS)
    with api.client(on_drift=folder / "drift.json") as client:
        (folder / "drift.json").unlink()
        folder.rmdir()
        assert client.sms.send("+6591234567", "Hello").umid == "1"

    assert "on_drift failed after a call of sendSms: FileNotFoundError" in caplog.text
