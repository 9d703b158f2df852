"""How messages come further, on the mock's clock."""

from __future__ import annotations

import jsonschema_rs
import pytest

from eightbyeight.mock import SettingsError, create_app
from eightbyeight.mock.commands import NoSuchMessage, NotPossible

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
LINE = "/chatapps/api/v1/subaccounts/acme_hq/lon"
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
BATCH = "/sms/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch"

TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}
NOTICE = {
    "user": {"msisdn": "+66812345678"},
    "content": {"title": "Visit", "company": "ACME", "icon": "bell"},
}
PLAIN = {"destination": "+6591234567", "text": "Hello"}


def sent(api, **more):
    return api.post(SEND, json={**TEXT, **more}).json()["umid"]


def on(api, channel):
    return sent(api, channels=[{"channel": channel}])


def states(app, umid):
    return [event.state for event in app.timeline(umid)]


def seconds(app, umid):
    events = app.timeline(umid)
    return [((event.at - events[0].at).total_seconds(), event.state) for event in events]


@pytest.mark.parametrize(
    ("channel", "timeline"),
    [
        ("WhatsApp", [(0, "queued"), (1, "sent"), (2, "delivered"), (5, "read")]),
        ("Viber", [(0, "queued"), (1, "sent"), (2, "delivered"), (5, "read")]),
        ("RCS", [(0, "queued"), (1, "sent"), (2, "delivered"), (5, "read")]),
        ("Line", [(0, "queued"), (0.5, "accepted"), (1, "sent")]),
        ("SMS", [(0, "queued"), (1, "sent"), (2, "delivered")]),
        ("ZaloNotification", [(0, "queued"), (1, "sent"), (2, "delivered")]),
        ("Zalo", [(0, "queued"), (1, "sent"), (2, "delivered")]),
    ],
)
def test_a_message_passes_what_its_channel_reports(api, app, channel, timeline):
    umid = on(api, channel)

    app.advance(3600)

    assert seconds(app, umid) == timeline
    assert {event.channel for event in app.timeline(umid)} == {channel}


def test_a_line_notification_and_an_sms_are_delivered_and_never_read(api, app):
    umids = [api.post(LINE, json=NOTICE).json()["umid"], api.post(SMS, json=PLAIN).json()["umid"]]

    app.advance(3600)

    assert [states(app, umid) for umid in umids] == [["queued", "sent", "delivered"]] * 2


def test_the_details_show_the_state_of_the_moment(api, app):
    umid = sent(api)
    seen = []
    for wait in (0, 1, 1, 3):
        app.advance(wait)
        (record,) = api.get(f"{SEND}/{umid}").json()["data"]
        seen.append(record["status"])

    assert [status["state"] for status in seen] == ["queued", "sent", "delivered", "read"]
    assert seen[2] == {
        "state": "delivered",
        "detail": "delivered_to_recipient",
        "timestamp": "2026-01-01T00:00:02.25Z",
    }


def test_looking_is_enough_without_advancing(api, app):
    umid = sent(api)
    for _ in range(9):
        api.get("/nowhere")  # each request moves a seeded clock by a quarter of a second

    assert app.message(umid).steps[0].state == "delivered"


def test_the_times_are_settings(client_for):
    app = create_app(seed=1, sent_after=10, delivered_after=10, read_after=4, auto_read=True)
    with client_for(app) as api:
        umid = sent(api)
    app.advance(60)

    assert seconds(app, umid) == [(0, "queued"), (10, "sent"), (10, "delivered"), (10, "read")]


def test_nobody_reads_when_nobody_is_to(api, app):
    app.change_settings({"auto_read": False})
    umid = sent(api)
    app.advance(3600)

    assert states(app, umid) == ["queued", "sent", "delivered"]


def test_manual_messages_wait_to_be_told(client_for):
    app = create_app(seed=1, lifecycle="manual")
    with client_for(app) as api:
        umid = sent(api)
        app.advance(86_400)
        assert states(app, umid) == ["queued"]
        app.dispatch(umid)
        app.deliver(umid)
        app.read(umid)

    assert states(app, umid) == ["queued", "sent", "delivered", "read"]


def test_what_is_told_takes_in_what_comes_before(api, app):
    one, two = sent(api), sent(api)
    app.deliver(one)
    app.read(two)

    assert states(app, one) == ["queued", "sent", "delivered"]
    assert states(app, two) == ["queued", "sent", "delivered", "read"]
    app.advance(60)
    assert states(app, one) == ["queued", "sent", "delivered", "read"]


def test_going_over_to_automatic_changes_nothing_in_the_past(client_for):
    app = create_app(seed=1, lifecycle="manual", rate_limit=False)
    with client_for(app) as api:
        umid = sent(api)
    app.advance(100)
    app.change_settings({"lifecycle": "auto"})
    app.advance(10)

    assert seconds(app, umid) == [(0, "queued"), (100, "sent"), (100, "delivered"), (100, "read")]


def test_going_over_to_manual_keeps_what_has_happened(api, app):
    umid = sent(api)
    app.advance(1.5)
    app.change_settings({"lifecycle": "manual"})
    app.advance(100)

    assert states(app, umid) == ["queued", "sent"]


@pytest.mark.parametrize(
    ("already", "detail"),
    [(None, "rejected_by_operator"), ("dispatch", "undelivered_to_recipient")],
)
def test_a_message_fails_with_detail_and_code(api, app, already, detail):
    umid = sent(api)
    if already:
        getattr(app, already)(umid)

    app.fail(umid, code=1018)
    app.advance(60)

    (record,) = api.get(f"{SEND}/{umid}").json()["data"]
    assert record["status"] == {
        "state": "undelivered",
        "detail": detail,
        "timestamp": "2026-01-01T00:00:00.25Z",
        "errorCode": 1018,
        "errorMessage": "Message rejected",
    }


def test_a_failure_can_have_other_words_and_another_state(api, app):
    umid = sent(api)

    app.fail(umid, 7, "The mast fell over", state="failed")

    step = app.message(umid).steps[0]
    assert (step.state, step.detail, step.error_code) == ("failed", None, 7)
    assert step.error_message == "The mast fell over"


def test_what_is_not_possible_is_refused_and_changes_nothing(api, app):
    umid, line = sent(api), on(api, "Line")
    app.read(umid)
    before = app.timeline(umid)

    for act in (app.read, app.deliver, app.dispatch, app.fail):
        with pytest.raises(NotPossible, match="is read already"):
            act(umid)
    with pytest.raises(NotPossible, match="Line does not report that a message is delivered"):
        app.deliver(line)
    with pytest.raises(NotPossible, match="state must be one of: undelivered, failed, rejected"):
        app.fail(line, state="lost")
    with pytest.raises(NoSuchMessage):
        app.deliver("nobody")
    assert app.timeline(umid) == before


@pytest.mark.parametrize("wait", [-1, float("nan"), float("inf"), 1e12])
def test_time_only_passes_forward_and_within_reason(app, wait):
    with pytest.raises(ValueError, match="seconds must be"):
        app.advance(wait)


def test_nothing_happens_before_the_schedule(api, app):
    umid = sent(api, scheduled="2026-01-01T08:05:00+08:00")

    app.advance(299)
    assert states(app, umid) == ["queued"]
    app.advance(60)
    assert [event.at.isoformat() for event in app.timeline(umid)][1:] == [
        "2026-01-01T00:05:01+00:00",
        "2026-01-01T00:05:02+00:00",
        "2026-01-01T00:05:05+00:00",
    ]


@pytest.mark.parametrize(
    "scheduled", ["2025-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "2016-12-31t23:59:60z"]
)
def test_a_schedule_in_the_past_is_now(api, app, scheduled):
    umid = sent(api, scheduled=scheduled)
    app.advance(10)

    assert states(app, umid)[-1] == "read"


def test_a_schedule_beyond_all_measure_is_just_never(api, app):
    umid = sent(api, scheduled="9999-12-31T23:59:59-23:59")
    app.advance(315_360_000)

    assert states(app, umid) == ["queued"]


def test_what_is_not_sent_in_time_expires(api, app):
    umid = sent(api, scheduled="2026-01-01T01:00:00Z", expiry="2026-01-01T00:30:00Z")

    app.advance(7200)

    last = app.timeline(umid)[-1]
    assert last.at.isoformat() == "2026-01-01T00:30:00+00:00"
    assert (last.state, last.detail) == ("undelivered", "rejected_by_operator")
    assert (last.error_code, last.error_message) == (36, "SMS expired")


def test_what_is_sent_in_time_does_not_expire(api, app):
    umid = sent(api, expiry="2026-01-01T00:00:01.25Z")
    app.advance(60)

    assert states(app, umid)[-1] == "read"


@pytest.mark.parametrize("lifecycle", ["auto", "manual"])
def test_an_expiry_in_the_past_is_noticed_when_it_is_to_be_sent(api, app, lifecycle):
    app.change_settings({"lifecycle": lifecycle})
    umid = sent(api, expiry="2020-01-01T00:00:00Z")
    app.advance(60)

    assert seconds(app, umid) == [(0, "queued"), (1, "undelivered")]


def test_the_messages_of_a_batch_live_too(api, app):
    body = {
        "template": {"templateBody": "{{url}}", "scheduled": "2026-01-01T00:01:00Z"},
        "messages": [
            {"destination": "+6591234567"},
            {"destination": "+6591234568", "scheduled": "2026-01-01T00:02:00Z"},
            {"destination": "+6591234569", "expiry": "2026-01-01T00:00:30Z"},
        ],
    }
    api.post(BATCH, json=body)

    app.advance(90)

    assert [message.steps[0].state for message in app.store.messages()] == [
        "delivered",
        "queued",
        "undelivered",
    ]


def test_a_rejected_survey_stays_rejected(api, app):
    api.post(BATCH, json={"messages": [{"destination": "+6591234567"}]})
    (message,) = app.store.messages()
    app.advance(60)

    assert states(app, message.umid) == ["rejected"]
    with pytest.raises(NotPossible):
        app.deliver(message.umid)


def test_magic_numbers_decide_how_a_message_ends(api, app):
    ends = {}
    for number in ("+9992000000", "+9992000001", "+9992000002", "+9993000046", "+9993010041"):
        ends[number] = sent(api, user={"msisdn": number})
    app.advance(3600)

    assert {number: states(app, umid)[1:] for number, umid in ends.items()} == {
        "+9992000000": [],
        "+9992000001": ["sent"],
        "+9992000002": ["sent", "delivered"],
        "+9993000046": ["sent", "undelivered"],
        "+9993010041": ["undelivered"],
    }


def test_all_states_answer_the_documented_schema(api, app):
    umids = [on(api, "WhatsApp"), on(api, "Line"), on(api, "SMS"), on(api, "WhatsApp")]
    app.fail(umids[3])
    components = app.document.raw["components"]
    schema = {"$ref": "#/components/schemas/MessageDetails", "components": components}
    known = components["schemas"]["MessageStatus"]["properties"]
    for _ in range(6):
        app.advance(1)
        for umid in umids:
            found = api.get(f"{SEND}/{umid}").json()
            jsonschema_rs.validate(schema, found)
            status = found["data"][0]["status"]
            assert status["state"] in known["state"]["x-extensible-enum"]
            assert status.get("detail") in [None, *known["detail"]["x-extensible-enum"]]


def test_the_same_seed_gives_the_same_lives(client_for):
    def life():
        app = create_app(seed=4, rate_limit=False)
        posted = []
        app.connect_receiver(
            lambda *parts: posted.append(parts) or (500 if len(posted) % 3 else 200)
        )
        chain = [{"channel": "WhatsApp", "fallbackAfter": 10, "successStatus": "Read"}]
        with client_for(app) as api:
            for number in range(5):
                umid = sent(api, channels=[*chain, {"channel": "SMS"}])
                app.advance(number)
            app.reply(umid, "Thanks")
            app.advance(300)
            shown = api.get("/__mock__/messages").content
        return posted, shown

    assert life() == life()


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"lifecycle": "slow"}, "lifecycle must be one of: auto, manual"),
        ({"sent_after": -1}, "sent_after must be a number from 0"),
        ({"sent_after": "1"}, "sent_after must be a number"),
        ({"read_after": float("nan")}, "read_after must be a number"),
        ({"delivered_after": True}, "delivered_after must be a number"),
        ({"callback_url": "ftp://x"}, "callback_url must be an http or https address"),
        ({"callback_authorization": "a\r\nb: c"}, "callback_authorization must be a header's"),
        ({"receipt_version": 10}, "receipt_version must be one of: 9, 8"),
        ({"receipt_version": True}, "receipt_version must be"),
    ],
)
def test_bad_settings_are_refused(setting, says):
    with pytest.raises(SettingsError, match=says):
        create_app(**setting)
