"""The control plane."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from eightbyeight.mock import Settings, SettingsError, create_app
from eightbyeight.mock.store import LoggedRequest, RequestLog

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}


def test_health_tells_what_runs(api):
    health = api.get("/__mock__/health").json()

    assert (health["status"], health["mode"], health["seed"]) == ("ok", "strict", 1)
    assert "sendMessage" in health["operations"]


def test_messages_are_shown_unmasked_for_the_tester(api):
    umid = api.post(SEND, json=TEXT).json()["umid"]
    api.post(SEND.replace("acme_hq", "acme_uk"), json=TEXT)

    shown = api.get("/__mock__/messages?subaccount=acme_hq").json()

    assert shown["total"] == 1
    assert shown["messages"][0]["umid"] == umid
    assert shown["messages"][0]["payload"] == TEXT
    assert shown["messages"][0]["steps"][0]["state"] == "queued"


def test_a_limit_shows_the_latest(api):
    umids = [api.post(SEND, json=TEXT).json()["umid"] for _ in range(3)]

    shown = api.get("/__mock__/messages?limit=2").json()

    assert shown["total"] == 3
    assert [message["umid"] for message in shown["messages"]] == umids[1:]


def test_requests_are_shown_without_the_key(api):
    api.post(SEND, json=TEXT, headers={"Authorization": "Bearer s3cret-key"})
    api.get("/nope", headers={"Authorization": "s3cret-key"})

    answer = api.get("/__mock__/requests")

    assert [(r["method"], r["operationId"], r["status"]) for r in answer.json()["requests"]] == [
        ("POST", "sendMessage", 200),
        ("GET", None, 404),
    ]
    assert "Hello" in answer.json()["requests"][0]["body"]
    assert "s3cret-key" not in answer.text


def test_the_request_log_is_bounded_by_the_bytes_of_its_bodies():
    log, body, now = RequestLog(), bytes(9_000_000), datetime(2026, 1, 1, tzinfo=UTC)

    for number in range(20):
        log.append(LoggedRequest("POST", f"/{number}", [], body, now))

    assert sum(len(entry.body) for entry in log.snapshot()) <= 64 * 1024 * 1024
    assert [entry.target for entry in log.snapshot()] == [f"/{n}" for n in range(13, 20)]


def test_a_reset_forgets_messages_and_requests_and_keeps_settings(api, app):
    app.change_settings({"mode": "lenient"})
    api.post(SEND, json=TEXT)

    assert api.post("/__mock__/reset").status_code == 200
    assert (len(app.store), len(app.requests)) == (0, 0)
    assert app.settings.mode == "lenient"


def test_settings_change_the_running_mock(api):
    before = api.post("/sms/api/v1/subaccounts/acme_hq/messages", json={})
    changed = api.patch("/__mock__/settings", json={"require_tls13": True, "api_keys": ["s3cret"]})
    after = api.post("/sms/api/v1/subaccounts/acme_hq/messages", json={})

    assert (before.status_code, after.status_code) == (400, 426)
    assert changed.json()["require_tls13"] is True
    assert "s3cret" not in api.get("/__mock__/settings").text
    assert api.post(SEND, json=TEXT).status_code == 401


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"{", 400, "JSON"),
        (b"\xff", 400, "JSON"),
        (b"", 400, "JSON"),
        (b"[]", 422, "object"),
        (b'{"mood": "good"}', 422, "no setting is called 'mood'"),
        (b'{"mode": "relaxed"}', 422, "mode must be one of: strict, lenient"),
        (b'{"mode": []}', 422, "mode must be"),
        (b'{"rate_limit": "off"}', 422, "rate_limit must be true or false"),
        (b'{"max_messages": 0}', 422, "max_messages must be a whole number"),
        (b'{"max_body_bytes": 999}', 422, "whole number from 1000"),
        (b'{"max_body_bytes": true}', 422, "whole number from 1000"),
        (b'{"max_messages": true}', 422, "max_messages must be a whole number"),
        (b'{"api_keys": "key"}', 422, "api_keys must be a list"),
        (b'{"api_keys": [""]}', 422, "api_keys must hold"),
        (b'{"subaccounts": 5}', 422, "subaccounts must be a list"),
        (b'{"region": "moon"}', 422, "apac, eu, id, na"),
        (b'{"region": 5}', 422, "region must be"),
        (b'{"default_channel": ""}', 422, "default_channel must be"),
        (b'{"default_channel": "Pigeon"}', 422, "SMS, Viber, WeChat, WhatsApp"),
        (b'{"default_channel": []}', 422, "default_channel must be"),
        (b'{"api_keys": ["\\ud800"]}', 422, "api_keys must hold"),
        (b'{"default_source": "\\ud800"}', 422, "default_source must be"),
        (b'{"callback_url": "javascript:alert(1)"}', 422, "such as http://localhost"),
        (b'{"callback_url": "http://"}', 422, "such as http://localhost"),
        (b'{"callback_url": "http://a b/"}', 422, "such as http://localhost"),
        (b'{"inbound_url": "http://[::1"}', 422, "such as http://localhost"),
        (b'{"inbound_url": "http://localhost:99999/"}', 422, "such as http://localhost"),
        (b'{"inbound_url": "http://a/\\r\\nX: y"}', 422, "such as http://localhost"),
    ],
)
def test_bad_settings_are_refused_with_the_reason(api, content, status, says):
    answer = api.patch("/__mock__/settings", content=content)

    assert answer.status_code == status
    assert says in answer.json()["error"]


def test_settings_change_all_or_none(api, app):
    answer = api.patch("/__mock__/settings", json={"rate_limit": True, "mode": "relaxed"})

    assert answer.status_code == 422
    assert app.settings.rate_limit is False


def test_a_reset_takes_no_body(api, app):
    api.post(SEND, json=TEXT)

    assert api.post("/__mock__/reset", content=b"x").status_code == 400
    assert api.post("/__mock__/reset", json={"all": True}).status_code == 422
    assert len(app.store) == 1


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "ten", "", "1e3", "\u0663"])
def test_a_bad_limit_is_refused(api, limit):
    answer = api.get("/__mock__/messages", params={"limit": limit})

    assert answer.status_code == 422
    assert "limit" in answer.json()["error"]


def test_an_unknown_place_and_a_wrong_method_are_refused(api):
    missing = api.get("/__mock__/nothing")
    wrong = api.get("/__mock__/reset")

    assert (missing.status_code, wrong.status_code) == (404, 405)
    assert wrong.headers["Allow"] == "POST"
    assert "/__mock__/health" in missing.json()["error"]


def test_a_page_of_another_origin_is_kept_out(api, app):
    api.post(SEND, json=TEXT)

    foreign = api.post("/__mock__/reset", headers={"Origin": "https://evil.example"})
    own = api.get("/__mock__/messages", headers={"Origin": "http://mock"})

    assert (foreign.status_code, own.status_code) == (403, 200)
    assert len(app.store) == 1


def test_a_path_that_only_looks_like_the_control_plane_is_none(api):
    assert api.get("/__mock__x").json()["code"] == 1300


def test_settings_are_checked_wherever_they_are_set():
    settings = Settings()
    with pytest.raises(SettingsError, match="mode must be"):
        settings.mode = "relaxed"
    with pytest.raises(SettingsError, match="no setting"):
        create_app(mood="good")
    with pytest.raises(SettingsError, match="region must be"):
        create_app(region="moon")
    assert settings.mode == "strict"
    assert "key" not in repr(Settings(api_keys=["s3cret"]))
