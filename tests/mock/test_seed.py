"""A seed makes a run repeatable to the byte."""

from __future__ import annotations

from eightbyeight.mock import create_app

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}


def run(api) -> list[tuple[int, bytes]]:
    answers = [api.post(SEND, json=TEXT), api.post(SEND, json={})]
    umid = answers[0].json()["umid"]
    answers += [api.get(f"{SEND}/{umid}"), api.get(f"{SEND}/{umid}"), api.get(f"{SEND}/other")]
    return [(answer.status_code, answer.content) for answer in answers]


def test_the_same_seed_gives_the_same_bytes(client_for):
    with client_for(create_app(seed=7)) as one, client_for(create_app(seed=7)) as two:
        assert run(one) == run(two)


def test_another_seed_gives_other_ids(client_for):
    with client_for(create_app(seed=7)) as one, client_for(create_app(seed=8)) as two:
        assert run(one) != run(two)


def test_a_reset_starts_the_run_again(client_for):
    app = create_app(seed=7)
    with client_for(app) as api:
        first = run(api)
        api.post("/__mock__/reset")
        assert run(api) == first


def test_looking_at_the_control_plane_does_not_disturb_a_run(client_for):
    with client_for(create_app(seed=7)) as one, client_for(create_app(seed=7)) as two:
        two.get("/__mock__/messages")
        two.get("/__mock__/nope")
        assert run(one) == run(two)


def test_without_a_seed_every_run_is_new(client_for):
    with client_for(create_app()) as one, client_for(create_app()) as two:
        assert run(one) != run(two)
