"""Each documented webhook, read; and anything at all, which must never fail."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webhooks import samples

from eightbyeight.webhooks import (
    AccountUpdated,
    AppMessage,
    Event,
    EventView,
    InboundMessage,
    InboundSms,
    LinkClicked,
    MessageReceipt,
    PhoneNumberQualityChanged,
    SmsReceipt,
    SurveyAnswered,
    TemplateChanged,
    UnknownEvent,
    WhatsAppUserEvent,
    parse,
)

AT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
CLASSES = {
    "sms_receipt": SmsReceipt,
    "message_receipt_v8": MessageReceipt,
    "message_receipt_v9": MessageReceipt,
    "inbound_sms": InboundSms,
    "inbound_v2": InboundMessage,
    "inbound_v3": InboundMessage,
    "inbound_location": InboundMessage,
    "line_v1": InboundMessage,
    "app_message": AppMessage,
    "link_clicked": LinkClicked,
    "survey": SurveyAnswered,
    "template_category": TemplateChanged,
    "template_status": TemplateChanged,
    "template_quality": TemplateChanged,
    "template_correct": TemplateChanged,
    "quality": PhoneNumberQualityChanged,
    "account": AccountUpdated,
    "user_id": WhatsAppUserEvent,
    "contact": WhatsAppUserEvent,
    "preference": WhatsAppUserEvent,
}


def properties(event):
    """Everything that can be read from an event."""
    names = {name for name in dir(type(event)) if isinstance(getattr(type(event), name), property)}
    return {name: getattr(event, name) for name in sorted(names)}


def read_all(event):
    """Read all properties, and those of the parts."""
    for value in properties(event).values():
        repr(value)
        for part in value if isinstance(value, tuple) else [value]:
            if hasattr(part, "unknown_fields"):
                properties(part)
                repr(part)
    return event


@pytest.mark.parametrize("name", samples.ALL)
@pytest.mark.parametrize(
    "form", [lambda value: value, json.dumps, lambda value: json.dumps(value).encode()]
)
def test_every_sample_has_its_class(name, form):
    event = parse(form(samples.ALL[name]))

    assert type(event) is CLASSES[name]
    assert event.to_dict() == samples.ALL[name]
    assert event.unknown_fields == {}
    assert event.moment.replace(microsecond=0) == AT
    assert event.identity
    read_all(event)


def test_every_class_is_met_and_has_a_kind_of_its_own():
    classes = set(get_args(Event))

    assert set(CLASSES.values()) == classes - {UnknownEvent}
    assert len({cls.kind for cls in classes}) == len(classes)


def test_sms_receipt():
    event = parse(samples.SMS_RECEIPT)

    assert (event.umid, event.client_message_id) == (samples.UMID, "order-1")
    assert (event.client_batch_id, event.subaccount_id) == ("orders", "acme_hq")
    assert event.batch_id.startswith("0d9a")
    assert (event.state, event.detail) == ("delivered", "delivered_to_recipient")
    assert (event.error_code, event.error_message) == (None, None)
    assert (event.price.total, event.price.per_sms, event.price.currency) == (0.08, 0.04, "SGD")
    assert (event.sms_count, event.channel) == (2, "sms")
    assert (event.source, event.destination) == ("ACME", samples.NUMBER)
    assert event.moment == AT.replace(microsecond=500_000)
    assert (event.namespace, event.version) == ("SMS", None)


@pytest.mark.parametrize("total", [10**400, float("inf"), float("nan"), "0.08", True, None])
def test_prices_that_are_no_number(total):
    price = parse(samples.changed(samples.SMS_RECEIPT, price={"total": total})).price

    assert (price.total, price.per_sms, price.currency) == (None, None, None)


def test_message_receipts():
    old, new = parse(samples.MESSAGE_RECEIPT_V8), parse(samples.MESSAGE_RECEIPT_V9)

    assert (old.version, new.version) == (None, 9)
    assert (old.error_code, old.error_message) == (30, "Not on WhatsApp")
    assert (new.error_code, new.error_message) == (None, None)  # 0 and "" are none
    assert old.moment == AT  # without an offset it is UTC
    assert (old.provider_error_code, new.provider_error_code) == ("131026", "7")
    assert (old.pricing_category, new.pricing_category) == ("utility", "session")
    assert (old.is_billable, new.is_billable) == (None, False)
    assert (old.user.msisdn, new.user.msisdn) == (samples.NUMBER, None)
    assert old.outbound_content is None
    assert new.outbound_content["contentType"] == "text"


def test_inbound():
    sms = parse(samples.INBOUND_SMS)
    assert (sms.source, sms.text, sms.encoding) == (samples.NUMBER, samples.TEXT, "GSM7")
    assert (sms.sms_count, sms.price.currency, sms.channel) == (1, "EUR", "sms")

    text = parse(samples.INBOUND_V2)
    assert (text.text, text.content_type, text.channel) == (samples.TEXT, "Text", "whatsapp")
    assert (text.user.name, text.user.username) == ("Ann", None)
    assert text.reply_to == "11111111-2222-4333-8444-555555555555"
    assert text.recipient.channel_id == "d1f0"

    choice = parse(samples.INBOUND_V3)
    assert (choice.user.msisdn, choice.user.username) == (None, "ann.s")
    reply = choice.content.interactive
    assert (reply.type, reply.id, reply.title) == ("list_reply", "row-1", "Noon")
    assert (reply.description, reply.flow_answers, choice.text) == ("12:00", None, None)

    place = parse(samples.INBOUND_LOCATION).content.location
    assert (place.latitude, place.longitude) == (1.3, 103.0)
    assert (place.name, place.address) == ("Park", "Road 1")

    line = parse(samples.LINE_V1)
    assert (line.channel, line.recipient.recipient_id, line.text) == ("Line", "U777", samples.TEXT)

    app = parse(samples.APP_MESSAGE)
    assert (app.channel, app.content_type) == ("whatsapp", "Image")
    assert app.content.url.startswith("https://media.example.com/1")


@pytest.mark.parametrize(
    ("interactive", "read"),
    [
        ({"type": "button_reply", "button_reply": {"id": "b", "title": "B"}}, {"id": "b"}),
        ({"type": "nfmReply", "nfmReply": {"responseJson": "{}"}}, {"flow_answers": "{}"}),
        (
            {
                "type": "callPermissionReply",
                "callPermissionReply": {
                    "response": "accept",
                    "isPermanent": False,
                    "expirationTimestamp": "2026-05-04T03:02:01Z",
                    "responseSource": "automatic",
                },
            },
            {
                "response": "accept",
                "is_permanent": False,
                "expires": AT,
                "response_source": "automatic",
            },
        ),
        ({"type": "newReply", "newReply": 3}, {"type": "newReply", "id": None}),
        ({}, {"type": None, "id": None, "is_permanent": False}),
    ],
)
def test_interactive_replies(interactive, read):
    event = parse(samples.changed(samples.INBOUND_V3, content={"interactive": interactive}))

    reply = event.content.interactive
    assert {name: getattr(reply, name) for name in read} == read


def test_click_and_survey():
    click = parse(samples.LINK_CLICKED)
    assert (click.short_url, click.target_url) == (
        "https://8x8.example/abc",
        "https://acme.example/sale",
    )
    assert (click.destination, click.event_id[:4]) == (samples.NUMBER, "e1a0")

    survey = parse(samples.SURVEY)
    assert (survey.survey_id, survey.variables) == ("nps_2026", {"shop": "Orchard"})
    assert survey.started < survey.moment
    choice, words = survey.answers
    assert (choice.question_id, choice.answer_id, choice.answer) == ("q1", "a9", "Good")
    assert (words.question_id, words.answer_id, words.question) == ("2", None, "Why?")
    assert survey.event_type is None


def test_business_events():
    category, status = parse(samples.TEMPLATE_CATEGORY), parse(samples.TEMPLATE_STATUS)
    quality, correct = parse(samples.TEMPLATE_QUALITY), parse(samples.TEMPLATE_CORRECT)
    assert (category.change, category.old, category.new) == ("category", "UTILITY", "MARKETING")
    assert (status.change, status.new, status.reason) == ("status", "PAUSED", "NONE")
    assert (status.pause, status.disabled.month) == ("FIRST_PAUSE", 6)
    assert (quality.change, quality.old, quality.new) == ("quality", "GREEN", "YELLOW")
    assert (correct.change, correct.old, correct.new) == (
        "correct_category",
        "UTILITY",
        "MARKETING",
    )
    assert (status.template_id, status.template_name) == ("7766554433", "parcel")
    assert (status.provider, status.account_id) == ("WhatsApp", "AcmeCorp")
    assert status.business_account_id == "1029384756"

    number = parse(samples.QUALITY)
    assert (number.change, number.limit, number.old_limit) == ("DOWNGRADE", "TIER_2K", None)
    assert number.phone_number == samples.NUMBER

    account = parse(samples.ACCOUNT)
    assert (account.change, account.violation) == ("ACCOUNT_RESTRICTION", "SPAM")
    assert account.restrictions == ("RESTRICTED_BIZ_INITIATED",)
    assert (account.verification_status, account.rejection_reasons) == ("rejected", ("NAME",))

    changes = [parse(s).change for s in (samples.USER_ID, samples.CONTACT, samples.PREFERENCE)]
    assert changes == ["user_id", "contact", "preference"]
    assert parse(samples.USER_ID).value == {"user_id_update": [{"old": "SG.1"}]}


def test_matching_by_class_and_fields():
    def route(event: Event) -> str:
        match event:
            case SmsReceipt(umid, "delivered"):
                return f"delivered {umid}"
            case MessageReceipt(state="undelivered", error_code=code):
                return f"failed {code}"
            case InboundMessage("Text", content):
                return content.text
            case TemplateChanged("status", name):
                return name
            case UnknownEvent(reason="json"):
                return "no json"
            case _:
                return "other"

    assert route(parse(samples.SMS_RECEIPT)) == f"delivered {samples.UMID}"
    assert route(parse(samples.MESSAGE_RECEIPT_V8)) == "failed 30"
    assert route(parse(samples.INBOUND_V2)) == samples.TEXT
    assert route(parse(samples.TEMPLATE_STATUS)) == "parcel"
    assert route(parse(b"<xml/>")) == "no json"
    assert route(parse(samples.SURVEY)) == "other"


@pytest.mark.parametrize("name", samples.ALL)
def test_events_without_their_fields(name):
    """Each field missing, null, or of another type."""
    sample = samples.ALL[name]
    part = next((k for k in ("payload", "eventDetails") if k in sample), None)
    fields = sample[part] if part else sample
    for field in [*fields, *(k for k in sample if k not in ("eventType", part))]:
        for odd in (None, 7, "x", [], {}, [[]], True, 1e400, {"state": {}, "interactive": 1}):
            twin = copy.deepcopy(sample)
            (twin[part] if part and field in fields else twin)[field] = odd
            read_all(parse(twin))
        twin = copy.deepcopy(sample)
        (twin[part] if part and field in fields else twin).pop(field)
        read_all(parse(twin))


@pytest.mark.parametrize("name", samples.ALL)
def test_new_fields_are_kept(name):
    sample = copy.deepcopy(samples.ALL[name])
    part = next((k for k in ("payload", "eventDetails") if k in sample), None)
    sample["newOutside"] = 1
    (sample[part] if part else sample)["newInside"] = {"a": None}
    event = parse(sample)

    assert type(event) is CLASSES[name]
    assert event.unknown_fields == {"newOutside": 1, "newInside": {"a": None}}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "json"),
        (b"{", "json"),
        (b"\xff\xfe\x00", "json"),
        (b"<status/>", "json"),
        ("9" * 5000, "json"),
        (b"[" * 100_000, "json"),
        (b"[1]", "object"),
        (b"null", "object"),
        (b'"text"', "object"),
        (b"{}", "type"),
        (b'{"eventType": "brand_new", "payload": {}}', "type"),
        (b'{"eventType": "outbound_message_status_changed"}', "type"),
        (b'{"eventType": "outbound_message_status_changed", "payload": []}', "type"),
        (b'{"eventType": "account_update", "payload": {}}', "type"),
        (b'{"eventType": ["account_update"], "eventDetails": {}}', "type"),
        (b'{"messageId": "1", "channel": "WhatsApp", "status": "Failed"}', "type"),
        (b" " * ((1 << 20) + 1), "size"),
    ],
)
def test_unknown_events_keep_everything(body, reason):
    event = parse(body)

    assert isinstance(event, UnknownEvent)
    assert event.reason == reason
    assert event.is_event is (reason == "type")
    assert event.raw == (body if isinstance(body, bytes) else body.encode())
    assert read_all(event).identity is None


def test_limit_of_the_size():
    body = json.dumps(samples.SMS_RECEIPT)

    assert isinstance(parse(body, max_bytes=len(body)), SmsReceipt)
    assert isinstance(parse(body, max_bytes=len(body) - 1), UnknownEvent)


def test_byte_order_marks_and_other_encodings():
    text = json.dumps(samples.SMS_RECEIPT)

    for body in (
        text.encode("utf-8-sig"),
        text.encode("utf-16"),
        "\ufeff" + text,
        bytearray(text.encode()),
    ):
        assert isinstance(parse(body), SmsReceipt)


@pytest.mark.parametrize("namespace", [None, "Sms", "CHATAPPS", "New"])
def test_namespaces_in_any_spelling(namespace):
    sms = samples.SMS_RECEIPT | {"namespace": namespace}
    chat = samples.MESSAGE_RECEIPT_V9 | {"namespace": namespace}

    if namespace != "CHATAPPS":
        assert isinstance(parse(sms), SmsReceipt)
    if namespace != "Sms":
        assert isinstance(parse(chat), MessageReceipt)


@pytest.mark.parametrize("name", samples.ALL)
def test_events_pickle_copy_and_compare(name):
    event = parse(json.dumps(samples.ALL[name]))
    twins = [pickle.loads(pickle.dumps(event, p)) for p in range(2, pickle.HIGHEST_PROTOCOL + 1)]

    for twin in [*twins, copy.copy(event), copy.deepcopy(event)]:
        assert type(twin) is type(event)
        assert twin == event
        assert repr(twin) == repr(event)
        assert properties(twin) == properties(event)
    assert event != parse(samples.ALL[name] | {"more": 1})
    assert event != "another thing"


def test_unknown_events_pickle():
    event = parse(b"not json")
    twin = pickle.loads(pickle.dumps(event))

    assert (twin, twin.raw, twin.reason) == (event, b"not json", "json")
    assert event != parse(b"not json either")


@pytest.mark.parametrize("name", samples.ALL)
def test_no_repr_tells_a_text_or_a_number(name):
    event = parse(samples.ALL[name])
    shown = [repr(event), str(event)]
    for value in properties(event).values():
        for part in value if isinstance(value, tuple) else [value]:
            if hasattr(part, "unknown_fields"):
                shown += [repr(part)]

    for text in shown:
        assert "TOPSECRET" not in text
        assert samples.NUMBER[1:] not in text
        assert "Park" not in text


def test_repr_of_unknown_events():
    event = parse({"eventType": f"call {samples.NUMBER} " + "x" * 200})

    assert samples.NUMBER not in repr(event)
    assert len(repr(event)) < 120


def test_the_same_event_is_known_again():
    one = parse(samples.SMS_RECEIPT)
    same = parse(samples.SMS_RECEIPT | {"description": "Other words"})
    later = parse(
        samples.changed(
            samples.SMS_RECEIPT, status=samples.STATUS | {"timestamp": "2026-05-04T03:02:02Z"}
        )
    )
    other_channel = [parse(samples.receipt("sent", channel)) for channel in ("viber", "sms")]

    assert one.identity == same.identity != later.identity
    assert other_channel[0].identity != other_channel[1].identity
    assert len({parse(sample).identity for sample in samples.ALL.values()}) >= 15


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_read(value):
    read_all(parse(json.dumps(value)))


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_body_is_read(body):
    read_all(parse(body))


def paths(value, before=()):
    yield before
    if isinstance(value, dict):
        for key in value:
            yield from paths(value[key], (*before, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from paths(item, (*before, index))


PATHS = [(name, path) for name, sample in samples.ALL.items() for path in paths(sample) if path]


@given(st.lists(st.sampled_from(PATHS), min_size=1, max_size=3), JSON | st.just(...))
def test_any_change_of_a_sample_is_read(places, value):
    name = places[0][0]
    sample = copy.deepcopy(samples.ALL[name])
    for other, path in places:
        if other != name:
            continue
        inner = sample
        try:
            for step in path[:-1]:
                inner = inner[step]
            if value is ...:
                inner.pop(path[-1])
            else:
                inner[path[-1]] = value
        except (TypeError, KeyError, IndexError, AttributeError):
            continue  # an earlier change has removed the place
    event = read_all(parse(json.dumps(sample)))

    assert isinstance(event, EventView)
