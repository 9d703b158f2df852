"""Fallback plans: what they refuse, what they put on the wire, and when they warn."""

from __future__ import annotations

import inspect
import pickle
import warnings
from datetime import timedelta

import pytest

from eightbyeight import (
    DirectSend,
    DuplicateDeliveryWarning,
    Fallback,
    Image,
    InvalidInput,
    Location,
    LocationRequest,
    Recipient,
    Template,
    Text,
)
from eightbyeight.fallback import LONGEST_WAIT, SHORTEST_WAIT

WHATSAPP_ONLY = [{"channel": "WhatsApp"}]


def plan_after(seconds):
    return Fallback.whatsapp(after=seconds).then_sms(text="x")


@pytest.mark.parametrize(
    ("plan", "channels"),
    [
        (Fallback.whatsapp(), WHATSAPP_ONLY),
        (Fallback.rcs(), [{"channel": "RCS"}]),
        (Fallback.viber(), [{"channel": "Viber"}]),
        (Fallback.line(), [{"channel": "Line"}]),
        (Fallback.sms(), [{"channel": "SMS"}]),
        (Fallback.channel("ZaloNotification"), [{"channel": "ZaloNotification"}]),
        (
            Fallback.whatsapp(after=60, until="delivered").then_sms(),
            [
                {"channel": "WhatsApp", "fallbackAfter": 60, "successStatus": "Delivered"},
                {"channel": "SMS"},
            ],
        ),
        (
            Fallback.rcs(after=timedelta(minutes=2), until="READ", channel_id="rcs-1")
            .then("viber", after=10, until="Sent", channel_id="v-1")
            .then_sms(after=86_400, until="accepted")
            .then("line"),
            [
                {
                    "channel": "RCS",
                    "channelId": "rcs-1",
                    "fallbackAfter": 120,
                    "successStatus": "Read",
                },
                {
                    "channel": "Viber",
                    "channelId": "v-1",
                    "fallbackAfter": 10,
                    "successStatus": "Sent",
                },
                {"channel": "SMS", "fallbackAfter": 86_400, "successStatus": "Accepted"},
                {"channel": "Line"},
            ],
        ),
        (
            Fallback.whatsapp(after=30, channel_id="a").then("WhatsApp", channel_id="b"),
            [
                {"channel": "WhatsApp", "channelId": "a", "fallbackAfter": 30},
                {"channel": "WhatsApp", "channelId": "b"},
            ],
        ),
    ],
)
def test_wire_form(plan, channels):
    assert plan.channels == channels
    assert plan.to_dict() == {"channels": channels}


def test_channel_names_in_any_letter_case(document):
    for name in document["components"]["schemas"]["Channel"]["enum"]:
        for spelling in (name, name.lower(), name.upper(), name.swapcase()):
            assert Fallback.channel(spelling).channels == [{"channel": name}]


def test_limits_and_names_are_those_of_the_document(document):
    schemas = document["components"]["schemas"]
    wait = schemas["ChannelStep"]["properties"]["fallbackAfter"]

    assert (wait["minimum"], wait["maximum"]) == (SHORTEST_WAIT, LONGEST_WAIT)
    with pytest.raises(InvalidInput) as caught:
        Fallback.channel("Telegram")
    assert (
        str(caught.value)
        == f"channels[0].channel: must be one of {', '.join(schemas['Channel']['enum'])}"
    )
    with pytest.raises(InvalidInput) as caught:
        Fallback.whatsapp(until="seen")
    assert (
        str(caught.value)
        == f"channels[0].successStatus: must be one of {', '.join(schemas['SuccessStatus']['enum'])}"
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Fallback.whatsapp(after=9),
            "channels[0].fallbackAfter: must be 10 to 86400 seconds; it is 9",
        ),
        (
            lambda: Fallback.rcs(after=60).then("Viber", after=timedelta(days=2)),
            "channels[1].fallbackAfter: must be 10 to 86400 seconds; it is 172800",
        ),
        (
            lambda: Fallback.whatsapp(after=-60),
            "channels[0].fallbackAfter: must be 10 to 86400 seconds; it is -60",
        ),
        (
            lambda: Fallback.whatsapp(after=timedelta(seconds=60.5)),
            "channels[0].fallbackAfter: must be a whole number of seconds or a timedelta",
        ),
        (
            lambda: Fallback.whatsapp(after=True),
            "channels[0].fallbackAfter: must be a whole number of seconds or a timedelta",
        ),
        (
            lambda: Fallback.whatsapp(after="60"),
            "channels[0].fallbackAfter: must be a whole number of seconds or a timedelta",
        ),
        (
            lambda: Fallback.whatsapp().then_sms(),
            "channels[0].fallbackAfter: is required: without after= the chain never leaves WhatsApp for SMS",
        ),
        (
            lambda: Fallback.whatsapp(until="read").then_sms(),
            "channels[0].fallbackAfter: is required: without after= the chain never leaves WhatsApp for SMS",
        ),
        (
            lambda: Fallback.whatsapp(after=60).then("whatsapp"),
            "channels[1].channel: WhatsApp is in the chain already",
        ),
        (
            lambda: Fallback.line(after=60, until="delivered"),
            "channels[0].successStatus: Line never reports Delivered, so the fallback would always fire; "
            "use one of Accepted, Sent",
        ),
        (
            lambda: Fallback.line(after=60, until="read"),
            "channels[0].successStatus: Line never reports Read, so the fallback would always fire; "
            "use one of Accepted, Sent",
        ),
        (
            lambda: Fallback.rcs(after=60).then_sms(after=60, until="read"),
            "channels[1].successStatus: SMS never reports Read, so the fallback would always fire; "
            "use one of Accepted, Sent, Delivered",
        ),
        (
            lambda: Fallback.channel("ZaloNotification", after=60, until="read"),
            "channels[0].successStatus: ZaloNotification never reports Read, so the fallback would always "
            "fire; use one of Accepted, Sent, Delivered",
        ),
        (
            lambda: Fallback().channels,
            "channels: the plan names no channel",
        ),
        (
            lambda: Fallback.whatsapp(after=60).channels,
            "channels[0]: waits although WhatsApp is the last channel; leave after and until out, or add a channel",
        ),
        (
            lambda: Fallback.whatsapp(after=60).then_sms(until="sent").channels,
            "channels[1]: waits although SMS is the last channel; leave after and until out, or add a channel",
        ),
    ],
)
def test_refusals(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()

    assert str(caught.value) == message


@pytest.mark.parametrize("name", [None, 5, "", "whats app"])
def test_what_is_no_channel_is_refused(name):
    with pytest.raises(InvalidInput, match=r"channels\[0\].channel: must be one of SMS, WhatsApp"):
        Fallback.channel(name)


@pytest.mark.parametrize("after", [10, 86_400, timedelta(seconds=10), timedelta(days=1)])
def test_limits_are_inclusive(after):
    assert plan_after(after).channels[0]["fallbackAfter"] in {10, 86_400}


def test_plans_never_change():
    first = Fallback.whatsapp(after=60)
    second = first.then_sms(text="x")
    third = first.then("Viber")

    assert repr(first) == "<Fallback WhatsApp>"
    assert repr(second) == "<Fallback WhatsApp > SMS>"
    assert repr(third) == "<Fallback WhatsApp > Viber>"
    assert first == Fallback.whatsapp(after=60)
    assert first != second
    with pytest.raises(AttributeError):
        first._steps = ()
    assert pickle.loads(pickle.dumps(second)) == second


def test_sms_settings_go_into_the_content(api, client):
    plan = Fallback.whatsapp(after=60, until="delivered").then_sms(
        source="ACME", text="Parcel is here", encoding="GSM7"
    )
    client.messages.send("+6591234567", "Your parcel is here", fallback=plan)

    assert api.body["content"] == {
        "text": "Your parcel is here",
        "fallbackText": "Parcel is here",
        "sms": {"source": "ACME", "encoding": "GSM7"},
    }
    assert api.body["channels"] == [
        {"channel": "WhatsApp", "fallbackAfter": 60, "successStatus": "Delivered"},
        {"channel": "SMS"},
    ]


def test_own_text_serves_the_sms(api, client):
    for content in (Text("Hello"), Image("https://x.example.com/1.jpg", "Hello")):
        client.messages.send("+6591234567", content, fallback=plan_after(60))
        client.messages.send(
            "+6591234567", content, fallback=Fallback.whatsapp(after=60).then_sms()
        )

    assert [body["content"].get("fallbackText") for body in api.bodies] == ["x", None] * 2


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (Location(1.5, 103.5), "location"),
        (Image("https://x.example.com/1.jpg"), "image"),
        (Template("t", "en"), "template"),
        (LocationRequest("Where?"), "interactive"),
        (LocationRequest("Where?").to_dict(), "interactive"),
    ],
)
def test_sms_without_a_text_is_refused(api, client, content, kind):
    with pytest.raises(InvalidInput) as caught:
        client.messages.send(
            "+6591234567", content, fallback=Fallback.whatsapp(after=60).then_sms()
        )

    assert str(caught.value) == (
        f"content.fallbackText: is required: a message of type {kind} has no text for the SMS; "
        "give then_sms(text=...)"
    )
    assert api.requests == []


def test_text_for_the_sms_may_stand_in_a_dict(api, client):
    wire = {**Location(1.5, 103.5).to_dict()}
    wire["content"]["fallbackText"] = "We are here"
    client.messages.send("+6591234567", wire, fallback=Fallback.whatsapp(after=60).then_sms())

    assert api.body["content"]["fallbackText"] == "We are here"


def test_sms_needs_a_number(api, client):
    with pytest.raises(InvalidInput, match="user.msisdn: is required: the chain falls back to SMS"):
        client.messages.send(Recipient(channel_user_id="SG.134"), "Hello", fallback=plan_after(60))
    both = Recipient("+6591234567", channel_user_id="SG.134")
    client.messages.send(both, "Hello", fallback=plan_after(60))

    assert api.body["user"] == {"msisdn": "+6591234567", "channelUserId": "SG.134"}


def test_lists_pass_through(api, client):
    channels = [{"channel": "WhatsApp", "fallbackAfter": 60}, {"channel": "SMS"}]
    client.messages.send("+6591234567", "Hello", fallback=channels)

    assert api.body["channels"] == channels
    assert api.body["content"] == {"text": "Hello"}


@pytest.mark.parametrize(
    ("fallback", "message"),
    [
        ("SMS", "channels: must be a Fallback plan or a list of channels, not str"),
        ({"channel": "SMS"}, "channels: must be a Fallback plan or a list of channels, not dict"),
        ([{"channel": "sms"}], "channels[0].channel: must be one of SMS, WhatsApp, "),
        (
            [{"channel": "SMS", "fallbackAfter": 9}],
            "channels[0].fallbackAfter: must be at least 10",
        ),
        (["SMS"], "channels[0]: must be an object, not a string"),
    ],
)
def test_bad_lists_are_refused(api, client, fallback, message):
    with pytest.raises(InvalidInput) as caught:
        client.messages.send("+6591234567", "Hello", fallback=fallback)

    assert str(caught.value).startswith(message)
    assert api.requests == []


MARKETING = Template("sale", "en", category="marketing")
HOUR = Template("otp", "en", ttl=timedelta(hours=1))


@pytest.mark.parametrize(
    ("content", "plan", "ttl"),
    [
        (HOUR, plan_after(3599), "3600"),
        (Template("otp", "en", ttl=3600), plan_after(60), "3600"),
        (Template("otp", "en", category="authentication"), plan_after(599), "600"),
        (MARKETING, plan_after(86_400), "2592000"),
        (Template("otp", "en", ttl=120, category="marketing"), plan_after(60), "120"),
        (Text("x", direct_send=DirectSend(ttl=300)), plan_after(60), "300"),
        (Text("x", direct_send=DirectSend()), plan_after(60), "2592000"),
        (
            MARKETING,
            Fallback.viber(after=60).then("WhatsApp", after=60).then_sms(text="x"),
            "2592000",
        ),
    ],
)
def test_early_fallback_warns_at_the_callers_line(client, content, plan, ttl):
    line = inspect.currentframe().f_lineno + 2
    with pytest.warns(DuplicateDeliveryWarning) as caught:
        client.messages.send("+6591234567", content, fallback=plan)

    (warning,) = caught
    assert (warning.filename, warning.lineno) == (__file__, line)
    # In plain figures: nobody reads 2.592e+06.
    assert f"for up to {ttl} s" in str(warning.message)


async def test_early_fallback_warns_at_the_callers_line_in_async_code(api):
    async with api.async_client() as client:
        line = inspect.currentframe().f_lineno + 2
        with pytest.warns(DuplicateDeliveryWarning) as caught:
            await client.messages.send("+6591234567", HOUR, fallback=plan_after(60))

    (warning,) = caught
    assert (warning.filename, warning.lineno) == (__file__, line)


@pytest.mark.parametrize(
    ("content", "plan"),
    [
        (HOUR, plan_after(3600)),
        (HOUR, plan_after(7200)),
        (HOUR, Fallback.whatsapp()),
        (HOUR, Fallback.viber(after=60).then_sms(text="x")),
        (HOUR, Fallback.viber(after=60).then("WhatsApp")),
        (Template("otp", "en", category="authentication"), plan_after(600)),
        (Template("otp", "en"), plan_after(60)),
        (Text("x"), plan_after(60)),
        (Text("x", direct_send=DirectSend(ttl=60)), plan_after(60)),
        ("x", plan_after(60)),
    ],
)
def test_no_warning_where_nothing_can_be_doubled(client, content, plan):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client.messages.send("+6591234567", content, fallback=plan)
