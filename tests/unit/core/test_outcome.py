"""What a failed attempt proves, and how long the API asks to wait."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eightbyeight.core.outcome import (
    Effect,
    effect_of_failure,
    effect_of_status,
    error_for_status,
    retry_after,
)
from eightbyeight.core.reply import Reply, TransportFailure

NOW = datetime(2026, 12, 24, 9, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["connect", "pool", "local"])
@pytest.mark.parametrize("body_sent", [None, False, True])
def test_failures_before_the_request(kind, body_sent):
    assert effect_of_failure(TransportFailure(kind, body_sent, OSError())) is Effect.NOT_SENT


@pytest.mark.parametrize("kind", ["write", "read", "timeout", "protocol", "something new"])
@pytest.mark.parametrize(
    ("body_sent", "effect"),
    [(False, Effect.NOT_SENT), (True, Effect.UNKNOWN), (None, Effect.UNKNOWN)],
)
def test_later_failures_need_the_trace_as_proof(kind, body_sent, effect):
    assert effect_of_failure(TransportFailure(kind, body_sent, OSError())) is effect


def test_every_status():
    rejected = set(range(400, 500)) - {408, 429, 499}
    for status in range(100, 1000):
        expected = (
            Effect.DONE
            if 200 <= status < 300
            else Effect.NOT_SENT
            if status == 429
            else Effect.REJECTED
            if status in rejected
            else Effect.UNKNOWN
        )
        assert effect_of_status(status) is expected, status


def reply(header=None, message=None, body=None, status=429):
    headers = {} if header is None else {"retry-after": header}
    content = body if body is not None else json.dumps({"message": message}).encode()
    return Reply(status, headers, content)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("1", 1),
        (" 5 ", 5),
        ("0", 0),
        ("2.5", 2.5),
        ("1e35", None),
        ("1_0", None),
        ("9" * 400, 1e9),
        ("Thu, 24 Dec 2026 09:00:30 GMT", 30),
        ("Thu, 24 Dec 2026 17:00:30 +0800", 30),
        ("Thu, 24 Dec 2026 09:00:30", 30),
        ("Thu, 24 Dec 2026 08:00:00 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Xyz, 24 Dec 2026 09:00:30 GMT", 30),
        ("-5", None),
        ("-0.1", None),
        ("nan", None),
        ("inf", None),
        ("-inf", None),
        ("1e999", None),
        ("soon", None),
        ("", None),
        ("   ", None),
        ("1,2", None),
        ("Thu, 99 Dec 2026 09:00:30 GMT", None),
        ("Thu, 24 Dec 99999999999999 09:00:30 GMT", None),
        (None, None),
    ],
)
def test_retry_after_header(header, expected):
    assert retry_after(reply(header), NOW) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Quota exceeded. Please try again in 1 second(s).", 1),
        ("retry in 2 seconds", 2),
        ("Retry IN 3 Sec", 3),
        ("retry in 4s", 4),
        ("retry in 0.5 s.", 0.5),
        ("in 10 secs, please", 10),
        ("1 request per second", None),
        ("retry in a second", None),
        ("retry in -1 seconds", None),
        ("retry in 5 minutes", None),
        ("only allowed in 5 sub-accounts", None),
        ("used in 3 surveys", None),
        ("within 7 seconds", None),
        (None, None),
        (5, None),
        (["in 1 second"], None),
    ],
)
def test_hint_in_the_text(message, expected):
    assert retry_after(reply(message=message), NOW) == expected


def test_header_wins_over_the_text_unless_it_is_nonsense():
    assert retry_after(reply("7", "try again in 1 second(s)"), NOW) == 7
    assert retry_after(reply("nan", "try again in 1 second(s)"), NOW) == 1


def test_hint_beyond_all_numbers_is_no_waiting_time():
    asked = retry_after(reply(message=f"try again in {'9' * 400} seconds"), NOW)

    assert asked is None or asked < float("inf")


@given(header=st.text(max_size=40), message=st.text(max_size=60) | st.none())
def test_any_header_gives_a_waiting_time_or_none(header, message):
    asked = retry_after(reply(header, message), NOW)

    assert asked is None or 0 <= asked < float("inf")


@given(
    day=st.integers(-1, 40),
    year=st.integers(-10, 100_000),
    zone=st.from_regex(r"[+-][0-9]{1,6}|GMT|EST|-0000", fullmatch=True),
)
def test_any_date_gives_a_waiting_time_or_none(day, year, zone):
    asked = retry_after(reply(f"Thu, {day} Dec {year} 09:00:30 {zone}"), NOW)

    assert asked is None or 0 <= asked < float("inf")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (1002, 1002),
        ("1002", 1002),
        (0, 0),
        (-1, -1),
        ("-1", -1),
        (None, None),
        (True, None),
        (1002.5, None),
        ("", None),
        ("-", None),
        ("--5", None),
        ("-5-", None),
        ("10 02", None),
        ("abc", None),
        (10**30, None),
        ("9" * 5000, None),
        ([1002], None),
        ({"a": 1}, None),
    ],
)
@pytest.mark.parametrize("status", [400, 429, 500])
def test_codes(code, expected, status):
    error = error_for_status(
        "sendSms", reply(body=json.dumps({"code": code}).encode(), status=status), is_send=True
    )

    assert error.code == expected


BODIES = {
    "HTML": b"<html><h1>502 Bad Gateway</h1></html>",
    "empty": b"",
    "JSON array": b'[{"code": 1002}]',
    "JSON string": b'"no"',
    "JSON null": b"null",
    "invalid UTF-8": b'{"message": "\xff\xfe"}',
    "cut off": b'{"code": 1002, "mess',
    "deeply nested": b"[" * 100_000,
    "deeply nested object": b'{"a":' * 100_000,
    "number of 5000 digits": b'{"code": ' + b"9" * 5000 + b"}",
    "UTF-16": '{"code": "x"}'.encode("utf-16"),
    "wrong types": b'{"code": [], "message": 5, "errorId": {}, "timestamp": false}',
    "not-a-number": b'{"code": NaN, "message": null}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("status", [400, 404, 429, 500, 520])
@pytest.mark.parametrize("is_send", [True, False])
def test_error_bodies_that_are_none(body, status, is_send):
    answer = reply(body=body, status=status)
    error = error_for_status("sendSms", answer, is_send=is_send)

    assert (error.status, error.code, error.message) == (status, None, None)
    assert (error.error_id, error.timestamp) == (None, None)
    assert error.response is answer
    assert str(error).startswith(f"sendSms: HTTP {status}")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["code", "message", "errorId", "timestamp"]), inner, max_size=4
            )
        ),
    ),
    st.sampled_from([301, 400, 401, 403, 404, 408, 418, 426, 429, 500, 599]),
)
def test_any_json_makes_an_error_that_can_be_shown(body, status):
    error = error_for_status(
        "sendSms", reply(body=json.dumps(body).encode(), status=status), is_send=True
    )

    assert f"HTTP {status}" in str(error)
    assert error.code is None or isinstance(error.code, int)
    for value in (error.message, error.error_id, error.timestamp):
        assert value is None or isinstance(value, str)


def test_a_date_counts_from_the_replys_own_clock():
    headers = {
        "retry-after": "Thu, 24 Dec 2026 09:00:30 GMT",
        "date": "Thu, 24 Dec 2026 09:00:10 GMT",
    }

    assert retry_after(Reply(429, headers, b"")) == 20
