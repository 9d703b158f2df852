"""Answers are read tolerantly: nothing that arrives with a 2xx can raise, and nothing gets lost."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eightbyeight import MessageState, UnreadableReply, results
from eightbyeight.core.reply import Reply

UMID = "82188ee0-109f-e811-8150-020897df5459"
ODD = [None, 5, 2.5, True, "", "text", [], {}, [{}], {"a": 1}, "2026-13-99", "9" * 500]


def reply(value):
    return Reply(200, {}, json.dumps(value).encode())


def read(cls, value):
    return cls(reply(value)) if issubclass(cls, results.Result) else cls(value)


# result class -> schema of the document
SCHEMAS = {
    results.AcceptedMessage: "MessageAccepted",
    results.MessageStatus: "MessageStatus",
    results.MessageUser: "MessageUser",
    results.AcceptedSms: "SmsResponse",
    results.SurveyMessageResult: "SmsResponse",
    results.SmsStatus: "SmsStatus",
    results.AcceptedBatch: "SurveyBatchResponse",
    results.MessageDetails: "MessageDetails",
    results.MessageRecord: "MessageRecord",
}


@pytest.mark.parametrize(("cls", "schema"), SCHEMAS.items(), ids=SCHEMAS.values())
def test_known_fields_are_those_of_the_document(document, cls, schema):
    assert cls.known_fields == set(document["components"]["schemas"][schema]["properties"])


def test_every_result_class_is_compared():
    classes = {getattr(results, name) for name in results.__all__}

    assert set(SCHEMAS) == classes - {results.View, results.Result, MessageState}


def test_states_are_those_of_the_document(document):
    state = document["components"]["schemas"]["MessageStatus"]["properties"]["state"]

    assert [str(state) for state in MessageState] == state["x-extensible-enum"]


def test_examples_of_the_document_are_read_without_rest(document):
    """Every field of every 200 example shows up: nothing is unknown, nothing is None for no reason."""
    readers = {cls: schema for cls, schema in SCHEMAS.items() if issubclass(cls, results.Result)}
    seen = 0
    for item in document["paths"].values():
        for operation in item.values():
            media = operation["responses"]["200"]["content"]["application/json"]
            name = media["schema"]["$ref"].rpartition("/")[2]
            (cls,) = (cls for cls, schema in readers.items() if schema == name)
            for example in media["examples"].values():
                result = read(cls, example["value"])
                assert result.is_readable
                assert result.unknown_fields == {}
                assert result.to_dict() == example["value"]
                seen += 1
    assert seen >= 10


def test_accepted_message():
    message = read(
        results.AcceptedMessage,
        {
            "umid": UMID,
            "clientMessageId": "ref-1",
            "user": {"msisdn": "+659123xxxx", "country": "SG", "channelUserId": "SG.1"},
            "status": {
                "state": "queued",
                "detail": "delivered_to_operator",
                "errorCode": 7,
                "errorMessage": "no",
                "timestamp": "2026-06-17T04:17:21.0612345Z",
            },
            "news": [1],
        },
    )

    assert (message.umid, message.client_message_id) == (UMID, "ref-1")
    assert (message.user.msisdn, message.user.country) == ("+659123xxxx", "SG")
    assert message.user.channel_user_id == "SG.1"
    assert message.status.state == MessageState.QUEUED
    assert message.status.detail == "delivered_to_operator"
    assert (message.status.error_code, message.status.error_message) == (7, "no")
    assert message.status.timestamp == datetime(2026, 6, 17, 4, 17, 21, 61234, tzinfo=UTC)
    assert message.unknown_fields == {"news": [1]}
    assert repr(message) == f"AcceptedMessage(umid='{UMID}', state='queued')"


def test_accepted_sms():
    sms = read(
        results.AcceptedSms,
        {
            "umid": UMID,
            "destination": "6591234567",
            "encoding": "GSM7",
            "clientMessageId": None,
            "status": {"code": "QUEUED", "description": "ok"},
        },
    )

    assert (sms.umid, sms.destination, sms.encoding) == (UMID, "6591234567", "GSM7")
    assert (sms.status.code, sms.status.description) == ("QUEUED", "ok")
    assert (sms.client_message_id, sms.is_rejected) == (None, False)
    assert repr(sms) == f"AcceptedSms(umid='{UMID}', code='QUEUED', encoding='GSM7')"


def test_batch():
    batch = read(
        results.AcceptedBatch,
        {
            "batchId": "b-1",
            "clientBatchId": "nps",
            "acceptedCount": 1,
            "rejectedCount": 1,
            "messages": [
                {"umid": "1", "status": {"code": "QUEUED"}, "clientMessageId": "nps-0"},
                {"umid": "1", "status": {"code": "rejected"}, "clientMessageId": "nps-1"},
                None,
                "odd",
            ],
        },
    )

    assert (batch.batch_id, batch.client_batch_id) == ("b-1", "nps")
    assert (batch.accepted_count, batch.rejected_count) == (1, 1)
    assert [message.client_message_id for message in batch.messages] == ["nps-0", "nps-1"]
    assert [message.client_message_id for message in batch.rejected] == ["nps-1"]
    assert repr(batch) == "AcceptedBatch(batch_id='b-1', accepted_count=1, rejected_count=1)"
    assert repr(batch.messages[0]) == "SurveyMessageResult(umid='1', code='QUEUED')"


def test_details():
    details = read(
        results.MessageDetails,
        {
            "data": [
                {
                    "umid": "u",
                    "step": 2,
                    "channel": "SMS",
                    "direction": "Outbound",
                    "status": {"state": "sent"},
                    "user": None,
                },
                None,
                {
                    "umid": "u",
                    "subAccountId": "acme_hq",
                    "step": 1,
                    "channel": "WhatsApp",
                    "channelId": "c",
                    "direction": "outbound",
                    "country": "SG",
                    "contentType": "Text",
                    "content": "**MASKED**",
                    "createdAt": "2026-06-17T04:17:19.4Z",
                    "clientMessageId": "ref",
                    "clientBatchId": "batch",
                    "batchId": "b",
                    "status": {"state": "undelivered"},
                },
            ]
        },
    )
    first, second = details

    assert details.records == (first, second)
    assert details.latest == second
    assert (first.step, first.channel, first.channel_id) == (1, "WhatsApp", "c")
    assert (first.umid, first.subaccount_id, first.country) == ("u", "acme_hq", "SG")
    assert (first.content_type, first.content) == ("Text", "**MASKED**")
    assert first.created_at == datetime(2026, 6, 17, 4, 17, 19, 400_000, tzinfo=UTC)
    assert (first.client_message_id, first.client_batch_id, first.batch_id) == ("ref", "batch", "b")
    assert first.direction == second.direction == "outbound"
    assert second.user.msisdn is None
    assert repr(details) == (
        "MessageDetails([MessageRecord(step=1, channel='WhatsApp', state='undelivered'), "
        "MessageRecord(step=2, channel='SMS', state='sent')])"
    )


@pytest.mark.parametrize("value", [{}, {"data": None}, {"data": {}}, {"data": []}, []])
def test_details_without_records(value):
    details = read(results.MessageDetails, value)

    assert (details.records, details.latest) == ((), None)
    assert details.is_readable is (value == {"data": []})


def properties_of(cls):
    return [
        name
        for base in cls.__mro__
        for name, value in vars(base).items()
        if isinstance(value, property)
    ]


def touch(result):
    """Use everything that a result offers."""
    for name in properties_of(type(result)):
        try:
            value = getattr(result, name)
        except UnreadableReply:  # `umid` and `batch_id` of an answer that holds none
            continue
        else:
            if hasattr(value, "unknown_fields"):
                touch(value)
            elif isinstance(value, tuple):
                for item in value:
                    touch(item)
    assert repr(result)
    assert json.dumps(result.to_dict()) is not None


@pytest.mark.parametrize("cls", SCHEMAS, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_values_and_bodies_never_raise(cls, odd):
    touch(read(cls, odd))
    touch(read(cls, {}))
    for inner in (odd, dict.fromkeys(cls.known_fields, odd)):
        touch(read(cls, dict.fromkeys(cls.known_fields, inner)))
        touch(read(cls, {name: [inner, inner] for name in sorted(cls.known_fields)}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                sorted({name for cls in SCHEMAS for name in cls.known_fields} | {"unknown"})
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(list(SCHEMAS)), JSON)
def test_any_json_is_read(cls, value):
    touch(read(cls, value))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-06-17T04:17:21.06Z", datetime(2026, 6, 17, 4, 17, 21, 60_000, tzinfo=UTC)),
        ("2026-06-17T04:17:21Z", datetime(2026, 6, 17, 4, 17, 21, tzinfo=UTC)),
        ("2026-06-17T12:17:21+08:00", datetime(2026, 6, 17, 4, 17, 21, tzinfo=UTC)),
        (
            "2026-06-17T04:17:21.1234567+00:00",
            datetime(2026, 6, 17, 4, 17, 21, 123_456, tzinfo=UTC),
        ),
        ("2026-06-17T04:17:21", datetime(2026, 6, 17, 4, 17, 21)),
        ("yesterday", None),
        ("", None),
        (None, None),
        (1_781_669_841, None),
        ({}, None),
    ],
)
def test_moments(written, expected):
    assert results.MessageStatus({"timestamp": written}).timestamp == expected


UNREADABLE = {
    "empty": httpx.Response(200),
    "no content": httpx.Response(204),
    "HTML": httpx.Response(200, html="<html>OK</html>"),
    "cut off": httpx.Response(202, content=b'{"umid": "8218'),
    "JSON array": httpx.Response(200, json=[1]),
    "JSON null": httpx.Response(200, json=None),
    "invalid UTF-8": httpx.Response(200, content=b'{"umid": "\xff"}'),
    "deeply nested": httpx.Response(200, content=b"[" * 100_000),
    "number of 5000 digits": httpx.Response(200, content=b'{"umid": ' + b"1" * 5000 + b"}"),
}


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_answer_to_a_send_is_accepted_all_the_same(api, client, answer):
    api.answer(answer)
    to = "+6591234567"
    for result, needed in (
        (client.messages.send(to, "Hi"), "umid"),
        (client.sms.send(to, "Hi"), "umid"),
        (client.line.notify(to, title="Hi"), "umid"),
        (client.surveys.send_batch("nps", [to], template="{{url}}").batches[0], "batch_id"),
    ):
        assert not result.is_readable
        assert result.response.content == answer.content
        assert result.response.status == answer.status_code
        touch(result)
        with pytest.raises(UnreadableReply) as caught:
            getattr(result, needed)
        assert caught.value.response is result.response
        assert "do not send again" in str(caught.value)
    details = client.messages.get("u")
    assert (details.is_readable, details.records) == (False, ())
    assert len(api.requests) == 5


def test_unknown_values_are_kept(api, client):
    api.answer({"umid": "u", "status": {"state": "teleported", "detail": "new", "x": 1}, "y": 2})
    message = client.messages.send("+6591234567", "Hi")

    assert (message.status.state, message.status.detail) == ("teleported", "new")
    assert message.status.unknown_fields == {"x": 1}
    assert message.unknown_fields == {"y": 2}
    assert message.is_readable


@pytest.mark.parametrize("cls", SCHEMAS, ids=lambda cls: cls.__name__)
def test_results_are_values_that_pickle(cls):
    value = dict.fromkeys(sorted(cls.known_fields), "x")
    result = read(cls, value)
    twins = [copy.copy(result), copy.deepcopy(result)]
    twins += [
        pickle.loads(pickle.dumps(result, protocol))
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)
    ]

    for twin in twins:
        assert type(twin) is cls
        assert twin == result
        assert repr(twin) == repr(result)
        if isinstance(result, results.Result):
            assert twin.response == result.response
    assert result != read(cls, value | {"umid": "y", "state": "y"})
    assert result != value
    with pytest.raises(TypeError):
        hash(result)


@pytest.mark.parametrize("cls", SCHEMAS, ids=lambda cls: cls.__name__)
def test_reprs_show_no_number_and_no_text(cls):
    inner = {"msisdn": "+6591234567", "state": "queued", "code": "QUEUED"}
    value = dict.fromkeys(
        cls.known_fields - {"umid", "batchId", "channel", "state", "detail", "code"}, "SECRET"
    )
    value |= {"user": inner, "destination": "6591234567", "msisdn": "+6591234567"}
    value["status"] = inner
    value["data"] = value["messages"] = [value.copy()]
    value["encoding"] = "GSM7"

    assert "6591234567" not in repr(read(cls, value))
    assert "SECRET" not in repr(read(cls, value))


def test_reply():
    answer = Reply(200, {"a": "b"}, b'{"a": "\xc3\xa4"} \xff')

    assert answer.text == '{"a": "ä"} \N{REPLACEMENT CHARACTER}'
    assert repr(answer) == "Reply(status=200)"
    with pytest.raises(ValueError, match="."):
        answer.json()
