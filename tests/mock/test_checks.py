"""The checks that every request passes, and their order."""

from __future__ import annotations

import re

import pytest

from eightbyeight.mock import create_app

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
LINE = "/chatapps/api/v1/subaccounts/acme_hq/lon"
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
BATCH = "/sms/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch"

TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}


def test_an_error_has_the_shape_of_the_api(api):
    answer = api.get("/chatapps/api/v1/subaccounts/acme_hq/messages/no-such-id")

    assert answer.status_code == 404
    error = answer.json()
    assert set(error) == {"code", "message", "errorId", "timestamp"}
    assert (error["code"], error["message"]) == (1300, "Message not found.")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-e811-8150-[0-9a-f]{12}", error["errorId"])
    assert re.fullmatch(r"2026-01-01T00:00:\d\d\.\d{7}\+00:00", error["timestamp"])


@pytest.mark.parametrize(
    "path", ["/", "/nope", "/chatapps/api/v1/subaccounts", SEND + "/", "/chatapps//api/v1", "//"]
)
def test_an_unknown_path_is_404_even_without_a_key(api, path):
    answer = api.post(path, headers={"Authorization": ""})

    assert (answer.status_code, answer.json()["code"]) == (404, 1300)


@pytest.mark.parametrize(("path", "allowed"), [(SEND, "POST"), (SEND + "/some-id", "GET")])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_405_and_names_the_allowed_ones(api, path, allowed, method):
    answer = api.request(method, path)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize("value", [None, "", "key", "Bearer", "Bearer ", "Basic key", "Bearer a b"])
def test_a_request_without_a_bearer_key_is_401(api, value):
    headers = {"Content-Type": "application/json"}
    request = api.build_request("POST", SEND, json=TEXT, headers=headers)
    del request.headers["Authorization"]
    if value is not None:
        request.headers["Authorization"] = value

    answer = api.send(request)

    assert (answer.status_code, answer.json()["code"]) == (401, 1200)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_only_configured_keys_are_accepted(client_for):
    with client_for(create_app(api_keys=["first", "s\u00e9cond"])) as api:
        statuses = [
            api.post(SEND, json=TEXT, headers={"Authorization": value.encode()}).status_code
            for value in ("Bearer first", "bearer s\u00e9cond", "Bearer firs", "Bearer firstx")
        ]

    assert statuses == [200, 200, 401, 401]


def test_the_tls_floor_is_426_on_sms_only_and_comes_before_the_key(client_for):
    with client_for(create_app(require_tls13=True)) as api:
        refused = api.post(SMS, json={}, headers={"Authorization": ""})
        batch = api.post(BATCH, json={})
        chat = api.post(SEND, json=TEXT)

    assert (refused.status_code, refused.json()["code"]) == (426, 1014)
    assert refused.headers["Upgrade"] == "TLS/1.3"
    assert batch.status_code == 426
    assert chat.status_code == 200


def test_a_sub_account_outside_the_configured_ones_is_403_before_its_body_is_read(client_for):
    with client_for(create_app(subaccounts=["acme_hq"])) as api:
        own = api.post(SEND, json=TEXT)
        foreign = api.post(SEND.replace("acme_hq", "other_hq"), content=b"{")
        stranger = api.post(SEND.replace("acme_hq", "other_hq"), headers={"Authorization": ""})

    assert own.status_code == 200
    assert stranger.status_code == 401
    assert (foreign.status_code, foreign.json()["code"]) == (403, 1201)


def test_the_host_of_another_region_is_403_and_names_the_right_one(client_for):
    path = SEND.removeprefix("/chatapps")
    app = create_app(region="id")
    with client_for(app, "https://chatapps.8x8.com") as api:
        wrong = api.post(path, json=TEXT)
    with client_for(app, "https://chatapps.8x8.id") as api:
        right = api.post(path, json=TEXT)

    assert (wrong.status_code, wrong.json()["code"]) == (403, 1201)
    assert "SG" in wrong.json()["message"]
    assert "ID" in wrong.json()["message"]
    assert right.status_code == 200


def test_an_unmodified_client_is_routed_by_its_host(client_for):
    app = create_app()
    path = "/api/v1/subaccounts/acme_hq/messages"
    with client_for(app, "https://chatapps.us.8x8.com:8443") as api:
        chat = api.post(path, json=TEXT)
    with client_for(app, "https://sms.8x8.uk") as api:
        sms = api.post(path, json={"destination": "+6591234567", "text": "Hi"})
    with client_for(app, "https://example.com") as api:
        lost = api.post(path, json=TEXT)

    assert chat.json()["status"]["state"] == "queued"
    assert sms.json()["status"]["code"] == "QUEUED"
    assert lost.status_code == 404


@pytest.mark.parametrize(
    "subaccount", ["ab", "x" * 51, "a%20b%20c", "%2E%2E%2Fx", "caf%C3%A9", "%ff%ff"]
)
def test_a_bad_sub_account_is_400(api, subaccount):
    answer = api.post(SEND.replace("acme_hq", subaccount), json=TEXT)

    assert (answer.status_code, answer.json()["code"]) == (400, 1001)


def test_an_encoded_sub_account_is_decoded(api, app):
    answer = api.post(SEND.replace("acme_hq", "acme%26co"), json=TEXT)

    assert answer.status_code == 200
    assert app.store.messages()[0].subaccount == "acme&co"


@pytest.mark.parametrize("umid", ["..", "%2e%2e", "%00", "a%2Fb", "-", "x" * 3000])
def test_a_malformed_umid_is_just_unknown(app, umid):
    target = f"{SEND}/{umid}"

    response = app.handle("GET", target, [(b"Authorization", b"Bearer key")], b"")

    assert response.status == 404


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"", "application/json", 400),
        (b"", "text/plain", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
        (b"{}", "application/jsonp", 415),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"1" * 10_000, "application/json", 400),
        (b"null", "application/json", 400),
        (b'"text"', "application/json", 400),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(api, content, media, status):
    answer = api.post(SEND, content=content, headers={"Content-Type": media})

    assert answer.status_code == status
    assert answer.json()["code"] == 1000


def test_media_type_parameters_and_case_do_not_matter(api):
    import json

    answer = api.post(
        SEND,
        content=json.dumps(TEXT),
        headers={"Content-Type": "Application/JSON; charset=utf-8"},
    )

    assert answer.status_code == 200


def test_a_body_above_the_cap_is_413(client_for):
    app = create_app(max_body_bytes=1000)
    with client_for(app) as api:
        fits = api.post(SEND, json=TEXT)
        large = api.post(SEND, content=b"x" * 1001, headers={"Content-Type": "application/json"})

    assert fits.status_code == 200
    assert (large.status_code, large.json()["code"]) == (413, 7001)


def test_a_failure_of_the_mock_itself_is_500_with_the_api_s_body(api, app, monkeypatch, caplog):
    def broken(message):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(app.store, "add", broken)

    answer = api.post(SEND, json=TEXT)

    assert (answer.status_code, answer.json()["code"]) == (500, 2000)
    assert "out of memory" in caplog.text
    assert "out of memory" not in answer.text


def test_details_are_limited_to_one_a_second_for_each_sub_account(client_for):
    from datetime import UTC, datetime, timedelta

    from eightbyeight.mock import FixedClock

    clock = FixedClock(datetime(2026, 5, 1, tzinfo=UTC), step=timedelta())
    clock.announced_wait = lambda seconds: None
    with client_for(create_app(clock=clock)) as api:
        first = api.get(SEND + "/x")
        second = api.get(SEND + "/x")
        other = api.get(SEND.replace("acme_hq", "acme_uk") + "/x")
        clock.advance(0.999)
        third = api.get(SEND + "/x")
        clock.advance(0.001)
        fourth = api.get(SEND + "/x")

    assert [a.status_code for a in (first, second, other, third, fourth)] == [
        404,
        429,
        404,
        429,
        404,
    ]
    assert second.headers["Retry-After"] == "1"
    assert second.json()["code"] == 429
    assert "in 1 second(s)" in second.json()["message"]


def test_sends_are_not_limited(client_for):
    with client_for(create_app(seed=1)) as api:
        assert {api.post(SEND, json=TEXT).status_code for _ in range(20)} == {200}


def test_on_a_seeded_clock_a_client_that_obeys_retry_after_is_let_through_at_once(client_for):
    with client_for(create_app(seed=1)) as api:
        statuses = [api.get(SEND + "/x").status_code for _ in range(4)]

    assert statuses == [404, 429, 404, 429]
