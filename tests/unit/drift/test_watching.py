"""What ``on_drift`` is told of replies, and that calls end as they would without it."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading

import httpx
import pytest

from eightbyeight import (
    BadRequest,
    ConfigurationError,
    Drift,
    DriftKind,
    Journal,
    MessageRejected,
    SendState,
    ServerErrorOnSend,
)

SMS = {
    "umid": "82188ee0-109f-e811-8150-020897df5459",
    "destination": "6591234567",
    "status": {"code": "QUEUED", "description": "SMS is accepted and queued for processing"},
    "encoding": "GSM7",
    "clientMessageId": "order-17",
}
ERROR = {"code": 1002, "message": "Bad", "errorId": "db9dced4", "timestamp": "2026-01-04T08:19:45Z"}
NUMBER, TEXT = "+6591234567", "Your code is 493021"


def told_of(drift):
    return drift.kind, drift.path, drift.described, drift.seen


def with_status(**changes):
    return SMS | {"status": SMS["status"] | changes}


def without(name):
    return {key: value for key, value in SMS.items() if key != name}


async def send(api, way, **options):
    """Send an SMS synchronously or asynchronously."""
    if way == "sync":
        with api.client(**options) as client:
            return client.sms.send(NUMBER, TEXT)
    async with api.async_client(**options) as client:
        return await client.sms.send(NUMBER, TEXT)


both = pytest.mark.parametrize("way", ["sync", "async"])


@both
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            SMS | {"segments": 2},
            (DriftKind.UNKNOWN_FIELD, "response.segments", "", "integer"),
        ),
        (
            with_status(reasons=[{"code": 1}]),
            (DriftKind.UNKNOWN_FIELD, "response.status.reasons", "", "object[]"),
        ),
        (
            with_status(code="PAUSED"),
            (DriftKind.UNKNOWN_VALUE, "response.status.code", ("QUEUED", "REJECTED"), "PAUSED"),
        ),
        (
            SMS | {"encoding": "GSM-7 with 160 characters"},
            (DriftKind.UNKNOWN_VALUE, "response.encoding", ("AUTO", "GSM7", "UCS2"), ""),
        ),
        (
            SMS | {"destination": 6591234567},
            (DriftKind.WRONG_TYPE, "response.destination", "string", "integer"),
        ),
        (
            SMS | {"encoding": None},
            (DriftKind.WRONG_TYPE, "response.encoding", "string", "null"),
        ),
        (
            SMS | {"status": ["QUEUED"]},
            (DriftKind.WRONG_TYPE, "response.status", "object", "string[]"),
        ),
        (without("umid"), (DriftKind.MISSING_FIELD, "response.umid", "required", "")),
        (
            httpx.Response(202, json=SMS),
            (DriftKind.UNDOCUMENTED_STATUS, "responses.202", "", "application/json"),
        ),
        (
            httpx.Response(200, html="<p>Welcome</p>"),
            (DriftKind.NOT_JSON, "response", "application/json", "text/html"),
        ),
        (httpx.Response(200), (DriftKind.NOT_JSON, "response", "application/json", "")),
        ([SMS], (DriftKind.WRONG_TYPE, "response", "object", "object[]")),
    ],
)
async def test_each_kind_is_told(api, way, answer, expected):
    api.answer(answer)
    drifts = []

    result = await send(api, way, on_drift=drifts.append)

    assert [told_of(drift) for drift in drifts] == [expected]
    (drift,) = drifts
    assert (drift.operation, drift.product, drift.page) == ("sendSms", "sms", "send-sms-single")
    assert result.response.status in (200, 202)


@both
async def test_what_the_description_knows_is_not_told(api, way):
    # Letter case varies in the vendor's own examples, and optional fields may be null or absent.
    api.answer(with_status(code="Queued") | {"clientMessageId": None})
    drifts = []

    await send(api, way, on_drift=drifts.append)

    assert drifts == []


@both
async def test_replies_of_failed_attempts_count(api, way):
    busy = httpx.Response(429, json=ERROR | {"retryIn": 1}, headers={"Retry-After": "0"})
    api.answer(busy, (400, ERROR | {"code": "1002"}))
    drifts = []

    with pytest.raises(BadRequest):
        await send(api, way, on_drift=drifts.append)

    assert [told_of(drift) for drift in drifts] == [
        (DriftKind.UNKNOWN_FIELD, "responses.429.retryIn", "", "integer"),
        (DriftKind.WRONG_TYPE, "responses.400.code", "integer", "string"),
    ]


@both
@pytest.mark.parametrize(
    ("answer", "error", "expected"),
    [
        (with_status(code="REJECTED", why="x"), MessageRejected, "response.status.why"),
        (httpx.Response(502, html="<p>Bad gateway</p>"), ServerErrorOnSend, "responses.5XX"),
        ((418, ERROR), Exception, "responses.418"),
    ],
)
async def test_refusals_count(api, way, answer, error, expected):
    api.answer(answer)
    drifts = []

    with pytest.raises(error):
        await send(api, way, on_drift=drifts.append)

    assert [drift.path for drift in drifts] == [expected]


@both
async def test_a_failed_connection_brings_nothing(api, way):
    api.answer(httpx.ReadError("reset"))
    drifts = []

    with pytest.raises(Exception, match="may have been executed"):
        await send(api, way, on_drift=drifts.append)

    assert drifts == []


def test_every_operation_is_watched(api):
    drifts = []
    accepted = {"umid": "1", "status": {"state": "queued"}, "user": {"msisdn": "+65"}, "new": 1}
    record = {"umid": "1", "status": {"state": "paused"}}
    rows = {"batchId": "b", "acceptedCount": 1, "rejectedCount": 0, "messages": [SMS | {"new": 1}]}
    api.answer(accepted, accepted, {"data": [record]}, rows)
    with api.client(on_drift=drifts.append) as client:
        client.messages.send(NUMBER, TEXT)
        client.line.notify(NUMBER, title="Parcel", items={"Date": "today"})
        client.messages.get("1")
        client.surveys.send_batch("nps", [NUMBER], template="Rate us: {{url}}")

    seen = {(drift.operation, drift.path) for drift in drifts}
    assert seen >= {
        ("sendMessage", "response.new"),
        ("sendLineNotification", "response.new"),
        ("getMessageDetails", "response.data[].status.state"),
        ("getMessageDetails", "response.data[].channel"),
        ("sendSurveyBatch", "response.messages[].new"),
    }


def test_each_difference_is_told_once_by_a_client_and_its_copies(api):
    api.answer(*[SMS | {"segments": 2}] * 3, SMS | {"price": 2})
    drifts = []
    with api.client(on_drift=drifts.append) as client:
        copy = client.with_options(subaccount_id="acme_uk")
        for one in (client, client, copy):
            one.sms.send(NUMBER, TEXT)
        assert [drift.path for drift in drifts] == ["response.segments"]
        copy.sms.send(NUMBER, TEXT)
        assert [drift.path for drift in drifts[1:]] == ["response.price"]
        client.sms.send(NUMBER, TEXT)
        assert len(drifts) == 2

    with api.client(on_drift=drifts.append) as other:
        other.sms.send(NUMBER, TEXT)
    assert [drift.path for drift in drifts[2:]] == ["response.price"]


def test_threads_that_see_the_same_tell_it_once(api):
    drifts, together = [], threading.Barrier(8)
    api.answer(SMS | {"segments": 2})

    def work(client):
        together.wait()
        client.sms.send(NUMBER, TEXT)

    with api.client(on_drift=drifts.append) as client:
        threads = [threading.Thread(target=work, args=(client,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(drifts) == 1


def test_memory_is_bounded(api, monkeypatch, caplog):
    monkeypatch.setattr("eightbyeight.drift._MOST_TOLD", 3)
    names = "abcdefgh"
    api.answer(*(SMS | {name: 1} for name in names))
    drifts = []
    with api.client(on_drift=drifts.append) as client:
        for _ in names:
            client.sms.send(NUMBER, TEXT)

    assert [drift.path for drift in drifts] == ["response.a", "response.b", "response.c"]
    (record,) = caplog.records
    assert record.getMessage() == "on_drift was told 3 differences; of others it is not told"


@both
async def test_a_failing_callback_fails_no_call_and_is_logged_once(api, way, caplog):
    api.answer(SMS | {"one": 1, "two": 2})
    calls = []

    def fail(drift):
        calls.append(drift.path)
        raise RuntimeError("TOPSECRET")

    with caplog.at_level(logging.ERROR, "eightbyeight"):
        result = await send(api, way, on_drift=fail)

    assert result.status.code == "QUEUED"
    assert calls == ["response.one", "response.two"]
    (record,) = caplog.records
    assert "on_drift failed after a call of sendSms: RuntimeError in fail, " in record.getMessage()
    assert "TOPSECRET" not in caplog.text


@both
async def test_a_failing_callback_leaves_an_error_as_it_was(api, way):
    api.answer((400, ERROR | {"new": 1}))

    def fail(_drift):
        raise StopIteration

    with pytest.raises(BadRequest, match="1002") as caught:
        await send(api, way, on_drift=fail)

    assert caught.value.__context__ is None


@both
async def test_a_defect_of_the_watch_fails_no_call(api, way, monkeypatch, caplog):
    def fail(*_):
        raise KeyError("493021")

    monkeypatch.setattr("eightbyeight.drift.drifts_of", fail)

    result = await send(api, way, on_drift=print)

    assert result.umid == SMS["umid"]
    assert "looking at a reply of sendSms for drift failed: KeyError" in caplog.text
    assert "493021" not in caplog.text


@both
async def test_ctrl_c_in_a_callback_tells_that_the_message_was_sent(api, way):
    api.answer(SMS | {"new": 1})

    def interrupted(_drift):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        await send(api, way, on_drift=interrupted)

    assert "sendSms: the API has accepted the request" in caught.value.__notes__[0]


def test_the_journal_knows_the_end_before_the_callback(api, tmp_path):
    api.answer(SMS | {"new": 1})
    states = []
    with Journal(tmp_path / "sends.db") as journal:

        def look(_drift):
            states.extend(entry.state for entry in journal.entries())

        with api.client(journal=journal, on_drift=look) as client:
            client.sms.send(NUMBER, TEXT)

    assert states == [SendState.ACCEPTED]


def test_a_callback_may_send_itself(api):
    api.answer(SMS | {"new": 1})
    drifts = []

    def alert(drift):
        drifts.append(drift)
        client.sms.send(NUMBER, "Look at this")

    with api.client(on_drift=alert) as client:
        client.sms.send(NUMBER, TEXT)

    assert len(drifts) == 1
    assert len(api.requests) == 2


async def _later(_drift): ...


class _Later:
    async def __call__(self, _drift): ...


@pytest.mark.parametrize("wrong", [_later, _Later(), 5, b"drift.json", True])
@pytest.mark.parametrize("make", ["client", "async_client"])
def test_what_cannot_be_told_anything_is_refused(api, make, wrong):
    with pytest.raises(ConfigurationError, match="on_drift must be a plain function"):
        getattr(api, make)(on_drift=wrong)


def test_without_it_nothing_is_loaded():
    code = (
        "import sys, httpx\nfrom eightbyeight import Client\n"
        f"answer = httpx.MockTransport(lambda _: httpx.Response(200, json={SMS!r}))\n"
        "Client('key', 'acme_hq', transport=answer).sms.send('+6591234567', 'Hi')\n"
        "print([name for name in sys.modules if 'drift' in name or 'description' in name])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout == "[]\n"


def test_a_drift_is_a_value():
    one, same = (
        Drift(
            "sendSms", DriftKind.UNKNOWN_VALUE, "response.encoding", ("GSM7",), "UTF8", "sms", "p"
        )
        for _ in range(2)
    )

    assert len({one, same}) == 1
    assert str(one) == "sendSms: response.encoding: unknown value 'UTF8'; known are GSM7"
