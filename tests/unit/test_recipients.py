"""Whom a message goes to, and which numbers can be sent to without guessing."""

from __future__ import annotations

import pytest

from eightbyeight import InvalidInput, Recipient, SurveyRecipient

E164 = ["+6591234567", "+12025550123", "+4930901820", "+1234567", "+123456789012345"]
REFUSED = [
    ("91234567", "has no plus sign"),
    ("6591234567", "has no plus sign"),
    ("+65 9123 4567", "holds more than digits"),
    ("+65-91234567", "holds more than digits"),
    ("(65)91234567", "holds more than digits"),
    ("tel:+6591234567", "holds more than digits"),
    ("+6591234567\n", "holds more than digits"),
    ("+٦٥٩١٢٣٤٥٦٧", "holds more than digits"),
    ("++6591234567", "holds more than digits"),
    ("+06591234567", "a country code that starts with 0"),
    ("+123456", "has 6 digits after the plus sign"),
    ("+1234567890123456", "has 16 digits after the plus sign"),
]


@pytest.mark.parametrize("number", E164)
def test_e164_is_kept_as_it_is(api, client, number):
    client.messages.send(number, "Hello")
    client.messages.send(Recipient(number), "Hello")
    client.sms.send(number, "Hello")
    client.surveys.send_batch("nps", [number], template="{{url}}")
    client.line.notify(number, title="Hello")

    assert [
        body.get("destination")
        or body.get("user", {}).get("msisdn")
        or body["messages"][0]["destination"]
        for body in api.bodies
    ] == [number] * 5


@pytest.mark.parametrize(("number", "why"), REFUSED)
def test_refused_numbers(api, client, number, why):
    calls = {
        "user.msisdn": [
            lambda: client.messages.send(number, "Hello"),
            lambda: client.line.notify(number, title="Hello"),
            lambda: Recipient(number),
        ],
        "destination": [
            lambda: client.sms.send(number, "Hello"),
            lambda: SurveyRecipient(number),
        ],
    }
    for path, attempts in calls.items():
        for attempt in attempts:
            with pytest.raises(InvalidInput) as caught:
                attempt()
            (problem,) = caught.value.problems
            assert (problem.path, problem.rule) == (path, "phone number")
            assert why in problem.message
            assert number not in str(caught.value)
            assert number not in repr(caught.value)
    for report in (
        client.surveys.send_batch("nps", [number], template="{{url}}"),
        client.sms.send_many([number], text="Hello"),
        client.messages.send_many([number], content="Hello"),
    ):
        (outcome,) = report
        assert (outcome.row, outcome.state) == (1, "invalid")
        assert why in outcome.reason
        assert number not in repr(outcome)
    assert api.requests == []


@pytest.mark.parametrize(
    ("number", "country"), [("91234567", "SG"), ("091234567", "th"), ("+6591234567", "SG")]
)
def test_national_numbers_with_their_country(api, client, number, country):
    client.messages.send(number, "Hello", country=country)
    client.sms.send(number, "Hello", country=country)
    client.surveys.send_batch("nps", [SurveyRecipient(number, country=country)], template="{{url}}")
    message, sms, survey = api.bodies

    assert message["user"] == {"msisdn": number, "country": country}
    assert (sms["destination"], sms["country"]) == (number, country)
    assert survey["messages"][0]["destination"] == number
    assert survey["messages"][0]["country"] == country


@pytest.mark.parametrize(("number", "why"), [("12345", "5 digits"), ("1" * 16, "16 digits")])
def test_national_numbers_of_odd_lengths_are_refused(number, why):
    with pytest.raises(InvalidInput, match=f"has {why}; a national number has 6 to 15"):
        Recipient(number, country="SG")


@pytest.mark.parametrize("country", ["", "S", "SGP", "S1", "65", 65, "\uff33\uff27"])
def test_country_must_be_two_letters(client, country):
    with pytest.raises(InvalidInput, match="user.country: must be a two-letter country such as SG"):
        Recipient("91234567", country=country)
    with pytest.raises(InvalidInput, match="^country: must be a two-letter country such as SG"):
        client.sms.send("91234567", "Hello", country=country)


@pytest.mark.parametrize("number", [6591234567, 65.0, b"+6591234567", True])
def test_number_must_be_a_string(client, number):
    kind = type(number).__name__
    with pytest.raises(InvalidInput, match=f"must be a string such as '.6591234567', not {kind}"):
        client.sms.send(number, "Hello")
    with pytest.raises(InvalidInput, match=f"must be a string such as '.6591234567', not {kind}"):
        Recipient(number)


@pytest.mark.parametrize(
    ("recipient", "wire"),
    [
        (
            Recipient("+6591234567", channel_user_id="SG.134"),
            {"msisdn": "+6591234567", "channelUserId": "SG.134"},
        ),
        (Recipient(channel_user_id="SG.134"), {"channelUserId": "SG.134"}),
        (Recipient(line_user_id="U4af"), {"lineUserId": "U4af"}),
        (
            Recipient("91234567", country="SG", channel_user_id="a", line_user_id="b"),
            {"msisdn": "91234567", "country": "SG", "channelUserId": "a", "lineUserId": "b"},
        ),
    ],
)
def test_addresses_and_their_combinations(api, client, recipient, wire):
    client.messages.send(recipient, "Hello")

    assert api.body["user"] == wire
    assert recipient.to_dict() == wire
    assert recipient.has_number is ("msisdn" in wire)


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("", "user: needs one of msisdn, channel_user_id, line_user_id"),
        ({}, "user: needs one of msisdn, channelUserId, lineUserId"),
        ({"country": "SG"}, "user: needs one of msisdn, channelUserId, lineUserId"),
        ({"msisdn": None}, "user: needs one of msisdn, channelUserId, lineUserId"),
        ({"msisdn": ""}, "user: needs one of msisdn, channelUserId, lineUserId"),
        (None, "user: must be an object of this library or a mapping, not NoneType"),
        (6591234567, "user: must be an object of this library or a mapping, not int"),
    ],
)
def test_nobody_addressed(api, client, to, message):
    with pytest.raises(InvalidInput) as caught:
        client.messages.send(to, "Hello")

    assert str(caught.value) == message
    assert api.requests == []


def test_recipient_without_an_address():
    with pytest.raises(InvalidInput, match="user: needs one of"):
        Recipient(country="SG")


def test_dicts_and_generated_models(api, client):
    from eightbyeight_generated.models import PhoneRecipient

    client.messages.send({"msisdn": "6591234567"}, "Hello")
    client.messages.send(PhoneRecipient(msisdn="+6591234567"), "Hello")

    assert [body["user"] for body in api.bodies] == [
        {"msisdn": "6591234567"},
        {"msisdn": "+6591234567"},
    ]


def test_country_goes_with_a_plain_number_only(client):
    with pytest.raises(InvalidInput, match="country: goes with a plain number only"):
        client.messages.send(Recipient("+6591234567"), "Hello", country="SG")


@pytest.mark.parametrize(
    ("recipient", "shown"),
    [
        (Recipient("+6591234567"), "Recipient('+******4567')"),
        (Recipient("123456", country="SG"), "Recipient('******')"),
        (Recipient(channel_user_id="SG.13491208655302741918"), "Recipient(<channel user>)"),
        (Recipient(line_user_id="U4af4980629"), "Recipient(<channel user>)"),
    ],
)
def test_repr_is_masked(recipient, shown):
    assert repr(recipient) == shown


def test_recipients_are_values():
    assert Recipient("+6591234567") == Recipient("+6591234567")
    assert Recipient("+6591234567") != Recipient("+6591234568")
    assert len({Recipient("+6591234567"), Recipient("+6591234567")}) == 1
    assert Recipient("+6591234567") != "+6591234567"
