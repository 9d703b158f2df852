"""Each defect shows, and only when it was asked for."""

from __future__ import annotations

import pytest

from eightbyeight.mock import create_app
from eightbyeight.mock.defects import DEFECTS

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}
CARD = {
    "title": "Shoes",
    "media": {"height": "short", "contentInfo": {"fileUrl": "https://cdn.example.com/shoes.jpg"}},
}
CAROUSEL = {
    "user": {"msisdn": "+6591234567"},
    "type": "carousel",
    "content": {"carousel": {"cardWidth": "small", "cards": [CARD, CARD]}},
}


def umid(api):
    return api.post(SEND, json=TEXT).json()["umid"]


# What a healthy mock answers, and what the defect makes of it.
SYMPTOMS = {
    "accepts_too_long_text": (
        lambda api: api.post(SEND, json={**TEXT, "clientMessageId": "x" * 51}).status_code,
        400,
        200,
    ),
    "accepts_unknown_field": (
        lambda api: api.post(SEND, json={**TEXT, "colour": "red"}).status_code,
        400,
        200,
    ),
    "accepts_wrong_enum": (
        lambda api: api.post(SEND, json={**TEXT, "channels": [{"channel": "Fax"}]}).status_code,
        400,
        200,
    ),
    "drops_status": (lambda api: "status" in api.post(SEND, json=TEXT).json(), True, False),
    "drops_umid": (lambda api: "umid" in api.post(SEND, json=TEXT).json(), True, False),
    "error_without_code": (lambda api: "code" in api.post(SEND, json={}).json(), True, False),
    "forgets_auth": (
        lambda api: api.post(SEND, json=TEXT, headers={"Authorization": ""}).status_code,
        401,
        200,
    ),
    "forgets_sent_message": (
        lambda api: api.get(f"{SEND}/{umid(api)}").status_code,
        200,
        404,
    ),
    "ignores_pattern": (
        lambda api: api.post(SMS, json={"destination": "call me", "text": "Hi"}).status_code,
        400,
        200,
    ),
    "missing_allow_header": (lambda api: "Allow" in api.put(SEND).headers, True, False),
    "rejects_valid_carousel": (
        lambda api: api.post(SEND, json=CAROUSEL).status_code,
        200,
        400,
    ),
    "returns_html_on_error": (
        lambda api: api.post(SEND, json={}).headers["Content-Type"],
        "application/json",
        "text/html",
    ),
    "server_error_on_unicode": (
        lambda api: api.post(SEND, json={**TEXT, "content": {"text": "\u00e9"}}).status_code,
        200,
        500,
    ),
    "wrong_success_status": (lambda api: api.post(SEND, json=TEXT).status_code, 200, 201),
    "wrong_type_umid": (lambda api: type(umid(api)), str, int),
}


def test_every_defect_has_its_symptom_here():
    assert set(DEFECTS) == set(SYMPTOMS)


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_shows_only_where_it_was_asked_for(client_for, api, name):
    symptom, healthy, sick = SYMPTOMS[name]

    assert symptom(api) == healthy
    with client_for(create_app(seed=1, rate_limit=False, defects={name})) as broken:
        assert symptom(broken) == sick


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_leaves_plain_sends_alive(client_for, name):
    with client_for(create_app(seed=1, rate_limit=False, defects={name})) as broken:
        assert broken.post(SEND, json=TEXT).is_success
        assert broken.post(SMS, json={"destination": "+6591234567", "text": "Hi"}).is_success


def test_an_unknown_defect_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="unknown defects: bogus; known: accepts_too_long_text"):
        create_app(defects={"bogus"})
