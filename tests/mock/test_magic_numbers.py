"""Every magic number: what the client gets, and whether the message was sent."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from eightbyeight.mock import create_app
from eightbyeight.mock.error_codes import API_ERRORS, DELIVERY_ERRORS
from eightbyeight.mock.magic import Fate, fate_of, magic_of, magic_of_lookup, recipients

PAGE = Path(__file__).parents[2] / "docs/magic-numbers.md"

SEND = "/chatapps/api/v1/subaccounts/acme_hq/messages"
NOTICE = SEND.replace("messages", "lon")
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
SURVEY = "/sms/api/v1/subaccounts/acme_hq/surveys/nps/messages/batch"


def send(number):
    return SEND, {"user": {"msisdn": number}, "type": "text", "content": {"text": "Hello"}}


def notice(number):
    return NOTICE, {"user": {"msisdn": number}, "content": {"title": "Visit"}}


def sms(number):
    return SMS, {"destination": number, "text": "Hello"}


def survey(*numbers):
    return SURVEY, {
        "messages": [{"destination": number} for number in numbers],
        "template": {"templateBody": "{{url}}"},
        "includeMessagesInResponse": True,
    }


SENDS = pytest.mark.parametrize("operation", [send, notice, sms, survey])


def post(api, request):
    url, body = request
    return api.post(url, json=body)


@pytest.mark.parametrize("operation", [send, notice, sms])
@pytest.mark.parametrize(("code", "error"), API_ERRORS.items())
def test_every_error_of_the_api(api, app, operation, code, error):
    answer = post(api, operation(f"+999400{code:04}"))

    assert answer.status_code == error.status
    assert answer.json()["code"] == code
    assert answer.json()["message"]
    assert len(app.store) == 0
    assert app.requests[0].effects[0].name in (f"error {code}", "401")


def test_the_codes_have_the_statuses_that_are_documented():
    others = {code: error.status for code, error in API_ERRORS.items() if error.status != 400}

    assert others == {
        429: 429,
        1014: 426,
        1200: 401,
        1201: 403,
        1300: 404,
        2000: 500,
        3060: 409,
        4018: 404,
        7001: 413,
    }


@SENDS
@pytest.mark.parametrize(
    ("number", "status", "code", "header"),
    [
        ("+9994010000", 401, 1200, ("WWW-Authenticate", "Bearer")),
        ("+9994030000", 403, 1201, None),
        ("+9994040000", 404, 1300, None),
        ("+9994260000", 426, 1014, ("Upgrade", "TLS/1.3")),
        ("+9994290000", 429, 429, ("Retry-After", "0")),
        ("+9994290005", 429, 429, ("Retry-After", "5")),
        ("+9995000000", 500, 2000, None),
        ("+9995030000", 503, 2000, None),
        ("+9995020000", 502, None, ("Content-Type", "text/html")),
    ],
)
def test_a_refusal_sends_nothing(api, app, operation, number, status, code, header):
    answer = post(api, operation(number))

    assert answer.status_code == status
    if code is not None:
        assert answer.json()["code"] == code
    if header is not None:
        assert answer.headers[header[0]] == header[1]
    assert len(app.store) == 0


@SENDS
@pytest.mark.parametrize(
    ("number", "status"), [("+9995000001", 500), ("+9995020001", 502), ("+9995030001", 503)]
)
def test_a_failure_after_the_work_was_done(api, app, operation, number, status):
    assert post(api, operation(number)).status_code == status
    assert len(app.store) == 1


@SENDS
@pytest.mark.parametrize(
    ("number", "error", "sent"),
    [
        ("+9996000030", httpx.ReadTimeout, False),
        ("+9996010030", httpx.ReadTimeout, True),
        ("+9996000000", httpx.RemoteProtocolError, False),
        ("+9997000000", httpx.ReadError, False),
        ("+9997010000", httpx.ReadError, True),
        ("+9997020000", httpx.RemoteProtocolError, True),
    ],
)
def test_no_answer(api, app, operation, number, error, sent):
    with pytest.raises(error):
        post(api, operation(number))

    assert len(app.store) == sent
    assert app.requests[0].effects != []


@pytest.mark.parametrize(
    ("number", "reason"), [("+9992010000", "Rejected"), ("+9992011002", "Invalid MSISDN")]
)
def test_rejected_in_a_200(api, number, reason):
    for operation in (send, notice):
        answer = post(api, operation(number))
        assert answer.status_code == 200
        assert answer.json()["status"]["state"] == "rejected"
        assert answer.json()["status"]["errorMessage"] == reason
    answer = post(api, sms(number))
    assert answer.status_code == 200
    assert answer.json()["status"] == {"code": "REJECTED", "description": reason}


def test_a_batch_rejects_what_a_single_send_refuses_with_400(api, app):
    answer = post(api, survey("+6591234567", "+9994001002", "+9992010000", "+6591234568"))

    assert answer.status_code == 200
    assert (answer.json()["acceptedCount"], answer.json()["rejectedCount"]) == (2, 2)
    assert [
        (row["status"]["code"], row["status"]["description"]) for row in answer.json()["messages"]
    ][1:3] == [("REJECTED", "Invalid MSISDN"), ("REJECTED", "Rejected")]
    assert len(app.store) == 4


@pytest.mark.parametrize(
    ("number", "status", "stored"), [("+9995030000", 503, 0), ("+9995030001", 503, 3)]
)
def test_a_batch_fails_whole_by_the_first_number_that_says_so(api, app, number, status, stored):
    answer = post(api, survey("+9994001002", number, "+9994010000"))

    assert answer.status_code == status
    assert len(app.store) == stored


@pytest.mark.parametrize(
    ("kind", "met"),
    [
        (401, 401),
        (403, 403),
        (404, 404),
        (426, 426),
        (429, 429),
        (500, 500),
        (502, 502),
        (503, 503),
        (600, httpx.ReadTimeout),
        (601, httpx.ReadTimeout),
        (700, httpx.ReadError),
        (701, httpx.ReadError),
        (702, httpx.RemoteProtocolError),
    ],
)
def test_a_lookup_that_fails_after_a_send_that_went_well(api, kind, met):
    sent = post(api, send(f"+9999000{kind}"))
    url = f"{SEND}/{sent.json()['umid']}"

    assert sent.status_code == 200
    if isinstance(met, int):
        assert api.get(url).status_code == met
    else:
        with pytest.raises(met):
            api.get(url)


@pytest.mark.parametrize(
    ("number", "fate"),
    [
        ("+9992000000", Fate("queued")),
        ("+9992000001", Fate("sent")),
        ("+9992000002", Fate("delivered")),
        ("+9992000003", Fate("read")),
        (
            "+9993000046",
            Fate("undelivered", 46, "Subscriber not reachable", "undelivered_to_recipient"),
        ),
        (
            "+9993001022",
            Fate("undelivered", 1022, "Message window expired", "undelivered_to_recipient"),
        ),
        ("+9993010043", Fate("undelivered", 43, "Spam filter", "rejected_by_operator")),
        ("+9992010000", Fate("rejected", None, "Rejected")),
    ],
)
def test_a_fate(api, number, fate):
    assert fate_of(number) == fate
    assert post(api, sms(number)).status_code == 200


@pytest.mark.parametrize("code", DELIVERY_ERRORS)
def test_every_delivery_error(code):
    for kind in (300, 301):
        fate = fate_of(f"+999{kind}{code:04}")
        assert fate is not None
        assert (fate.final_state, fate.error_code) == ("undelivered", code)
        assert magic_of(f"+999{kind}{code:04}") is None


@pytest.mark.parametrize(
    "number",
    [
        "+6591234567",
        "9994001002",  # a national number can look like this
        "+99940010020",
        "+999400100",
        "+9994009999",
        "+9992000004",
        "+9993000006",
        "+9993002000",  # Viber's word for success
        "+9994010001",
        "+9997030000",
        "+999400\u0661002",
        "",
    ],
)
def test_other_numbers_are_ordinary(number):
    assert fate_of(number) is magic_of(number) is magic_of_lookup(number) is None


@pytest.mark.parametrize(
    "body", [None, 5, "x", [], {"user": 5}, {"messages": 5}, {"messages": [5]}]
)
def test_odd_bodies_name_nobody(body):
    assert list(recipients(body)) == []


def test_a_bad_request_to_a_magic_number_is_refused_for_what_is_wrong_with_it(api):
    url, body = send("+9995030000")

    assert api.post(url, json={**body, "colour": "red"}).status_code == 400


def test_chaos_and_magic_together_stay_truthful(api, app):
    app.chaos.add("reset-after")
    with pytest.raises(httpx.ReadError):
        post(api, sms("+9994001002"))

    assert len(app.store) == 0
    assert [effect.name for effect in app.requests[0].effects] == ["error 1002", "reset-after"]


# --- the page -------------------------------------------------------------------------------------

ROWS = re.findall(
    r"^\| `(\+999\w{7})` \|.*\| (?:`([^`]+)`|by KKK) \|$", PAGE.read_text(), re.MULTILINE
)


def test_the_page_tells_what_the_code_does():
    assert len(ROWS) == 26
    for number, told in ROWS:
        sample = number.replace("CCCC", "1014").replace("SSSS", "0007").replace("KKK", "404")
        effect, fate = magic_of(sample), fate_of(sample)
        if told == "":
            assert magic_of_lookup(sample).name == "404"
        elif effect is not None:
            assert effect.name == told.replace("CCCC", "1014").replace("SSSS", "7"), number
            assert ("is sent" in told_about(number)) == effect.executes, number
        else:
            assert fate.final_state == told, number


def told_about(number):
    row = next(line for line in PAGE.read_text().splitlines() if f"`{number}`" in line)
    return row.replace("the same, but", "")


def test_the_page_leaves_out_no_kind():
    told = {number[4:7] for number, _ in ROWS}
    known = {
        f"{kind:03}"
        for kind in range(1000)
        for code in (0, 1, 46, 404, 1002)
        if any(look(f"+999{kind:03}{code:04}") for look in (magic_of, fate_of))
        or (kind == 900 and magic_of_lookup(f"+999900{code:04}"))
    }

    assert told == known


@pytest.mark.parametrize(("heading", "codes"), [("delivery", DELIVERY_ERRORS), ("API", API_ERRORS)])
def test_the_page_lists_all_codes(heading, codes):
    listed = re.search(rf"<!-- {heading} errors -->\nCCCC is one of ([\d, -]+)\.", PAGE.read_text())
    ranges = [part.split("-") for part in listed.group(1).split(", ")]

    assert {
        n for first, *last in ranges for n in range(int(first), int((last or [first])[0]) + 1)
    } == set(codes)


def test_the_page_lists_the_statuses_of_lookups():
    listed = re.search(r"KKK is one of ([\d, ]+);", PAGE.read_text()).group(1).split(", ")

    assert listed == [f"{k}" for k in range(1000) if magic_of_lookup(f"+9999000{k:03}")]


def test_an_escaped_plus_works_too():
    app = create_app(seed=1)
    body = rb'{"destination": "\u002B9994030000", "text": "Hi"}'
    headers = [(b"authorization", b"Bearer key"), (b"content-type", b"application/json")]

    assert app.handle("POST", SMS, headers, body).status == 403
