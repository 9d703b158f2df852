"""From channel to channel."""

from __future__ import annotations

import pytest

from eightbyeight.mock import create_app

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
LINE = "/chatapps/api/v1/subaccounts/acme_hq/lon"
TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}


def sent(api, chain=(), content=None, **more):
    body = {**TEXT, **more}
    if chain:
        body["channels"] = list(chain)
    if content:
        body["content"] = {**TEXT["content"], **content}
    return api.post(SEND, json=body).json()["umid"]


def step(channel, after=None, success=None):
    given = {"channel": channel, "fallbackAfter": after, "successStatus": success}
    return {name: value for name, value in given.items() if value is not None}


def records(api, umid):
    data = api.get(f"{SEND}/{umid}").json()["data"]
    return [(record["step"], record["channel"], record["status"]["state"]) for record in data]


def story(app, umid):
    events = app.timeline(umid)
    return [((e.at - events[0].at).total_seconds(), e.step, e.state) for e in events]


def test_success_in_time_ends_the_chain(api, app):
    umid = sent(api, [step("WhatsApp", 10, "Delivered"), step("SMS")])
    app.advance(3600)

    assert records(api, umid) == [(1, "WhatsApp", "read")]


@pytest.mark.parametrize(
    ("channel", "success"), [("WhatsApp", "Read"), ("Line", "Delivered"), ("SMS", "Read")]
)
def test_without_the_wanted_status_the_next_channel_follows(client_for, channel, success):
    app = create_app(seed=1, auto_read=False, rate_limit=False)
    with client_for(app) as api:
        umid = sent(api, [step(channel, 10, success), step("Viber")])
        app.advance(9.5)
        assert [number for number, _, _ in records(api, umid)] == [1]
        app.advance(60)
        assert records(api, umid)[1] == (2, "Viber", "delivered")

    assert [event for event in story(app, umid) if event[1] == 2] == [
        (10, 2, "queued"),
        (11, 2, "sent"),
        (12, 2, "delivered"),
    ]


@pytest.mark.parametrize("success", ["Accepted", "Sent", "Delivered", "Read"])
def test_each_success_status_can_be_reached(api, app, success):
    umid = sent(api, [step("WhatsApp", 10, success), step("SMS")])
    app.advance(3600)

    assert len(app.message(umid).steps) == 1


def test_a_failure_starts_the_next_channel_at_once(api, app):
    umid = sent(api, [step("WhatsApp", 3600), step("SMS")])
    app.advance(1.5)
    app.fail(umid)
    app.advance(60)

    assert records(api, umid) == [(1, "WhatsApp", "undelivered"), (2, "SMS", "delivered")]
    assert story(app, umid)[2:5] == [(1.5, 1, "undelivered"), (1.5, 2, "queued"), (2.5, 2, "sent")]


def test_a_chain_of_three_is_walked_to_its_end(api, app):
    umid = sent(api, [step("Viber", 20), step("WhatsApp", 30), step("SMS")])
    app.fail(umid, 2007)
    app.advance(0.5)
    app.fail(umid, 1018)
    app.fail(umid, 46)

    assert records(api, umid) == [
        (1, "Viber", "undelivered"),
        (2, "WhatsApp", "undelivered"),
        (3, "SMS", "undelivered"),
    ]
    app.advance(3600)
    assert len(app.message(umid).steps) == 3


def test_a_step_that_was_given_up_may_still_arrive(client_for):
    app = create_app(seed=1, delivered_after=30, rate_limit=False)
    with client_for(app) as api:
        umid = sent(api, [step("WhatsApp", 10), step("SMS", 10), step("Viber")])
    app.advance(3600)

    # Late success on the first channel does not take back the second, but ends the chain.
    assert [event for event in story(app, umid) if event[2] in ("queued", "delivered")] == [
        (0, 1, "queued"),
        (10, 2, "queued"),
        (20, 3, "queued"),
        (30, 1, "delivered"),
        (40, 2, "delivered"),
        (50, 3, "delivered"),
    ]


def test_late_success_ends_the_chain(client_for):
    app = create_app(seed=1, delivered_after=15, rate_limit=False)
    with client_for(app) as api:
        umid = sent(api, [step("WhatsApp", 10), step("SMS", 10, "Read"), step("Viber")])
    app.advance(3600)

    assert [number for _, number, state in story(app, umid) if state == "queued"] == [1, 2]


def test_fallback_runs_in_manual_mode_too(client_for):
    app = create_app(seed=1, lifecycle="manual", rate_limit=False)
    with client_for(app) as api:
        umid = sent(api, [step("WhatsApp", 10), step("SMS")])
        app.advance(10)
        app.deliver(umid)
        assert records(api, umid) == [(1, "WhatsApp", "queued"), (2, "SMS", "delivered")]


def test_the_sms_has_its_own_text_and_sender(api, app):
    content = {"fallbackText": "Bye \u20ac", "sms": {"source": "ACME", "encoding": "UCS2"}}
    umid = sent(api, [step("WhatsApp", 10), step("SMS")], content)
    before = api.get(f"/__mock__/messages/{umid}").json()["sms"]
    app.fail(umid)

    assert before is None
    assert api.get(f"/__mock__/messages/{umid}").json()["sms"] == {
        "text": "Bye \u20ac",
        "source": "ACME",
        "encoding": "UCS2",
        "smsCount": 1,
        "truncated": False,
    }


def test_the_sms_has_the_message_s_text_without_one_of_its_own(api, app):
    umid = sent(api, [step("SMS")])

    assert api.get(f"/__mock__/messages/{umid}").json()["sms"]["text"] == "Hello"


def test_a_fallback_text_without_channels_means_the_default_channel_and_sms(client_for):
    app = create_app(seed=1, default_channel="Viber", rate_limit=False)
    with client_for(app) as api:
        umid = sent(api, content={"fallbackText": "Bye", "sms": {"source": "ACME"}})
        app.fail(umid)
        app.advance(5)
        assert records(api, umid) == [(1, "Viber", "undelivered"), (2, "SMS", "delivered")]


def test_without_a_number_or_a_text_there_is_no_sms(api, app):
    chain = [step("WhatsApp", 10), step("SMS")]
    nowhere = sent(api, chain, user={"channelUserId": "SG.13491208655302741918"})
    image = {"url": "https://cdn.example.com/shoes.jpg"}
    nothing = api.post(
        SEND, json={**TEXT, "type": "image", "content": image, "channels": chain}
    ).json()["umid"]
    for umid in (nowhere, nothing):
        app.fail(umid)
        app.advance(1)

        last = app.message(umid).steps[1]
        assert (last.channel, last.state, last.error_code) == ("SMS", "undelivered", 3)


def test_a_line_notification_falls_back_to_its_sms(api, app):
    notice = {
        "user": {"msisdn": "+66812345678"},
        "content": {"title": "Visit", "company": "ACME", "icon": "bell"},
        "smsFallback": {"text": "Your visit", "source": "ACME"},
    }
    umid = api.post(LINE, json=notice).json()["umid"]
    app.fail(umid)
    app.advance(5)

    assert records(api, umid) == [(1, "LineNotification", "undelivered"), (2, "SMS", "delivered")]
    sms = api.get(f"/__mock__/messages/{umid}").json()["sms"]
    assert (sms["text"], sms["source"]) == ("Your visit", "ACME")


def test_nothing_starts_after_the_expiry(api, app):
    umid = sent(
        api,
        [step("WhatsApp", 60, "Read"), step("SMS")],
        expiry="2026-01-01T00:00:30Z",
    )
    app.change_settings({"auto_read": False})
    app.advance(3600)

    assert records(api, umid) == [(1, "WhatsApp", "delivered")]


def test_the_wait_counts_from_the_schedule(api, app):
    umid = sent(
        api, [step("Line", 10, "Delivered"), step("SMS")], scheduled="2026-01-01T00:10:00.25Z"
    )
    app.advance(3600)

    assert (610, 2, "queued") in story(app, umid)


def test_an_error_of_one_provider_leaves_the_next_channel_alone(api, app):
    chain = [step("WhatsApp", 10), step("SMS")]
    rescued = sent(api, chain, user={"msisdn": "+9993001018"})
    lost = sent(api, chain, user={"msisdn": "+9993000046"})
    app.advance(60)

    assert [s.state for s in app.message(rescued).steps] == ["undelivered", "delivered"]
    assert [s.state for s in app.message(lost).steps] == ["undelivered", "undelivered"]


def test_what_was_rejected_in_the_answer_falls_back_nowhere(api, app):
    umid = sent(api, [step("WhatsApp", 10), step("SMS")], user={"msisdn": "+9992010000"})
    app.advance(60)

    assert records(api, umid) == [(1, "WhatsApp", "rejected")]
