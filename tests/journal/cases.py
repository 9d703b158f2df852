"""What a journal promises, whatever its database. Each file of tests brings the fixture ``place``."""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest

from eightbyeight import (
    AsyncClient,
    Client,
    ConfigurationError,
    InvalidInput,
    Journal,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Rejected,
)
from eightbyeight.core.history import History
from eightbyeight.core.send_state import SendState
from eightbyeight.io.journal import Claim, InvalidRow
from eightbyeight.io.journal.planning import Planned
from eightbyeight.requests.sms import send_sms

TO, TEXT = "+6591234567", "Your parcel is here"
HOST = "https://sms.8x8.com"
ACCEPTED, UNKNOWN, NOT_SENT = SendState.ACCEPTED, SendState.UNKNOWN, SendState.NOT_SENT


class Api:
    """Accepts every message, unless ``fault`` is set to a status or an exception."""

    def __init__(self):
        self.fault = None
        self.accepted = []
        self.requests = []
        self.details = {}
        self.look = lambda: None  # called while a request is at the API
        self._lock = threading.Lock()

    def __call__(self, request):
        self.look()
        with self._lock:
            self.requests.append(request)
        if isinstance(self.fault, Exception):
            raise self.fault
        if isinstance(self.fault, int):
            return httpx.Response(self.fault, json={"code": 1, "message": "no"})
        if request.method == "GET":
            umid = request.url.path.rpartition("/")[2]
            found = self.details.get(umid)
            return httpx.Response(200 if found else 404, json={"data": found})
        reference = json.loads(request.content)["clientMessageId"]
        with self._lock:
            self.accepted.append(reference)
        body = {
            "umid": f"umid-{reference}",
            "status": {"code": "QUEUED", "state": "queued"},
            "clientMessageId": reference,
        }
        return httpx.Response(200, json=body)

    def client(self, journal, **options):
        return Client(
            "key", "acme", transport=httpx.MockTransport(self), journal=journal, **options
        )

    def async_client(self, journal, **options):
        transport = httpx.MockTransport(self)
        return AsyncClient("key", "acme", transport=transport, journal=journal, **options)


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def api():
    return Api()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def journal(place, clock):
    with Journal(place, clock=clock) as journal:
        yield journal


@pytest.fixture
def other(place, clock):
    """The journal, as another worker has opened it."""
    with Journal(place, clock=clock) as journal:
        yield journal


def states(journal):
    return {entry.reference: entry.state for entry in journal.entries()}


def planned(number, reference, text=TEXT):
    call = send_sms("acme", TO, text, client_message_id=reference)
    return Planned(number, ((number, number),), call, HOST)


def receipt(reference, umid="umid-1", state="delivered", namespace="SMS"):
    return {
        "namespace": namespace,
        "eventType": "outbound_message_status_changed",
        "payload": {
            "umid": umid,
            **({"clientMessageId": reference} if reference else {}),
            "status": {"state": state, "timestamp": "2026-01-04T08:19:45.99Z"},
        },
    }


# --- one send -----------------------------------------------------------------------------------------


def test_a_send_is_in_flight_before_it_leaves_and_accepted_after(api, journal, other):
    seen = []
    api.look = lambda: seen.append(states(other))

    sent = api.client(journal).sms.send(TO, TEXT, client_message_id="order-1")

    assert seen == [{"order-1": SendState.IN_FLIGHT}]
    assert states(other) == {"order-1": ACCEPTED}
    assert next(other.entries()).umid == sent.umid == "umid-order-1"


def test_an_async_send_is_in_flight_before_it_leaves_and_accepted_after(api, journal, other):
    seen = []
    api.look = lambda: seen.append(states(other))

    async def main():
        async with api.async_client(journal) as client:
            await asyncio.gather(*(client.sms.send(TO, TEXT) for _ in range(20)))

    asyncio.run(main())
    assert len(seen) == 20
    assert set(states(other).values()) == {ACCEPTED}


@pytest.mark.parametrize(
    ("fault", "error", "state"),
    [
        (httpx.ConnectError("no"), NotSent, NOT_SENT),
        (httpx.ReadTimeout("no"), OutcomeUnknown, UNKNOWN),
        (500, OutcomeUnknown, UNKNOWN),
        (400, Rejected, SendState.REJECTED),
    ],
)
def test_how_a_failed_send_is_recorded(api, journal, fault, error, state):
    api.fault = fault
    with pytest.raises(error):
        api.client(journal, max_attempts=1).sms.send(TO, TEXT, client_message_id="order-1")

    (entry,) = journal.entries()
    assert entry.state is state
    assert TEXT not in (entry.reason or "")
    assert TO not in (entry.reason or "")


def test_the_same_reference_is_accepted_once_and_answered_from_the_journal(api, journal):
    client = api.client(journal)
    first = client.sms.send(TO, TEXT, client_message_id="order-1")
    again = client.sms.send(TO, TEXT, client_message_id="order-1")

    assert again == first
    assert api.accepted == ["order-1"]


def test_what_may_have_been_sent_is_not_sent_again(api, journal):
    client = api.client(journal, max_attempts=1)
    api.fault = httpx.ReadTimeout("no")
    with pytest.raises(OutcomeUnknown):
        client.sms.send(TO, TEXT, client_message_id="order-1")
    api.fault = None

    with pytest.raises(OutcomeUnknown, match="by the journal.*not sent again.*order-1"):
        client.sms.send(TO, TEXT, client_message_id="order-1")
    assert api.accepted == []


def test_at_least_once_repeats_what_may_have_been_sent(api, journal):
    api.fault = httpx.ReadTimeout("no")
    with pytest.raises(OutcomeUnknown):
        api.client(journal).sms.send(TO, TEXT, client_message_id="order-1")
    api.fault = None

    careless = api.client(journal).with_options(delivery="at_least_once")
    assert careless.sms.send(TO, TEXT, client_message_id="order-1").umid
    assert states(journal) == {"order-1": ACCEPTED}


@pytest.mark.parametrize("fault", [httpx.ConnectError("no"), 400])
def test_what_was_not_executed_may_be_sent_again(api, journal, fault):
    client = api.client(journal, max_attempts=1)
    api.fault = fault
    with pytest.raises((NotSent, Rejected)):
        client.sms.send(TO, TEXT, client_message_id="order-1")
    api.fault = None

    assert client.sms.send(TO, TEXT, client_message_id="order-1").umid == "umid-order-1"
    assert api.accepted == ["order-1"]


def test_a_reference_stands_for_one_message(api, journal):
    client = api.client(journal)
    client.sms.send(TO, TEXT, client_message_id="order-1")
    with pytest.raises(InvalidInput, match="clientMessageId: belongs to another message"):
        client.sms.send(TO, "Another text", client_message_id="order-1")
    assert api.accepted == ["order-1"]


def test_workers_that_send_the_same_at_once_send_it_once(api, place, journal, other):
    def send(own):
        try:
            return api.client(own).sms.send(TO, TEXT, client_message_id="order-1").umid
        except OutcomeUnknown as error:
            return str(error)

    with ThreadPoolExecutor(8) as pool:
        ended = list(pool.map(send, [journal, other] * 4))

    assert api.accepted == ["order-1"]
    assert "umid-order-1" in ended
    assert all(end == "umid-order-1" or "another worker" in end for end in ended)


def test_lookups_are_not_recorded(api, journal):
    with pytest.raises(NotFound):
        api.client(journal).messages.get("umid-1")
    assert list(journal.entries()) == []


def test_a_send_whose_worker_died_is_unknown_when_its_time_is_over(api, journal, other, clock):
    call = send_sms("acme", TO, TEXT, client_message_id="order-1")
    journal.begin(call, host=HOST, lease=90).result()  # ... and the worker is gone

    with pytest.raises(OutcomeUnknown, match="being sent by another worker"):
        api.client(other).sms.send(TO, TEXT, client_message_id="order-1")
    clock.now += 91
    with pytest.raises(OutcomeUnknown, match="may have been executed"):
        api.client(other).sms.send(TO, TEXT, client_message_id="order-1")

    assert states(other) == {"order-1": UNKNOWN}
    assert api.accepted == []


def test_a_late_answer_still_counts(journal, other, clock):
    call = send_sms("acme", TO, TEXT, client_message_id="order-1")
    ticket = journal.begin(call, host=HOST, lease=90).result()
    clock.now += 91
    other.settle_by_proof().result()
    assert states(other) == {"order-1": UNKNOWN}

    journal.settle(ticket, History().state(None), None, None).result()
    assert states(other) == {"order-1": ACCEPTED}


def test_a_late_failure_does_not_touch_a_later_attempt(journal, other, clock):
    call = send_sms("acme", TO, TEXT, client_message_id="order-1")
    first = journal.begin(call, host=HOST, lease=90).result()
    clock.now += 91
    other.settle_by_proof().result()
    second = other.begin(call, host=HOST, lease=90, again=True).result()
    assert second.attempt == first.attempt + 1

    journal.settle(first, NOT_SENT, None, None).result()
    assert states(other) == {"order-1": SendState.IN_FLIGHT}


def test_the_body_is_erased_once_it_is_accepted(api, journal):
    api.client(journal).sms.send(TO, TEXT)
    (entry,) = journal.entries()
    assert entry.content is None


# --- runs ---------------------------------------------------------------------------------------------


def test_planning_again_changes_nothing(journal):
    units = [planned(number, f"order-{number}") for number in range(1, 4)]
    journal.plan("promo", units).result()
    journal.plan("promo", units).result()

    assert [entry.number for entry in journal.entries("promo")] == [1, 2, 3]
    assert journal.unfinished_plans() == ["promo"]
    journal.finish_planning("promo").result()
    assert journal.unfinished_plans() == []


def test_a_run_that_brings_other_rows_is_refused(journal):
    journal.plan("promo", [planned(1, "order-1")]).result()
    with pytest.raises(InvalidInput, match="row 1: was planned with other content in run 'promo'"):
        journal.plan("promo", [planned(1, "order-1", "Another text")]).result()


def test_a_bad_row_may_be_mended_and_a_good_one_may_not_turn_bad(journal):
    bad = Planned(0, (), None, "", (InvalidRow(2, "destination: is too short"),))
    journal.plan("promo", [planned(1, "order-1"), bad]).result()
    assert [row.row for row in journal.invalid_rows("promo")] == [2]

    journal.plan("promo", [planned(1, "order-1"), planned(2, "order-2")]).result()
    assert list(journal.invalid_rows("promo")) == []
    assert len(list(journal.entries("promo"))) == 2
    with pytest.raises(InvalidInput, match="row 2: was planned with other content"):
        journal.plan("promo", [bad]).result()


def test_a_reference_that_is_taken_makes_its_row_invalid(journal):
    journal.plan("promo", [planned(1, "order-1"), planned(2, "order-1")]).result()
    journal.plan("other", [planned(1, "order-1")]).result()

    assert [bad.row for bad in journal.invalid_rows("promo")] == [2]
    assert "row 1" in next(journal.invalid_rows("promo")).reason
    assert "run 'promo'" in next(journal.invalid_rows("other")).reason
    assert journal.counts("promo") == {SendState.PLANNED: 1, SendState.INVALID: 1}


def test_two_workers_never_get_the_same_entry(journal, other, clock):
    journal.plan("promo", [planned(n, f"order-{n}") for n in range(1, 11)]).result()

    def claim(own, most):
        wanted = Claim("promo", (SendState.PLANNED,), 0, most)
        return [entry.number for entry in own.claim(wanted, lease=60).result()]

    assert claim(journal, 4) == [1, 2, 3, 4]
    assert claim(other, 4) == [5, 6, 7, 8]
    assert claim(journal, 10) == [1, 2, 3, 4, 9, 10]  # its own stay its own
    assert claim(other, 10) == [5, 6, 7, 8]
    clock.now += 61
    assert claim(other, 10) == list(range(1, 11))


def test_what_was_claimed_by_another_is_not_begun(journal, other, clock):
    journal.plan("promo", [planned(1, "order-1")]).result()
    wanted = Claim("promo", (SendState.PLANNED,), 0, 10)
    (entry,) = journal.claim(wanted, lease=60).result()
    clock.now += 61
    other.claim(wanted, lease=60).result()

    call = send_sms("acme", TO, TEXT, client_message_id="order-1")
    begun = journal.begin(call, host=HOST, lease=60).result()
    assert begun.state is SendState.IN_FLIGHT
    assert other.begin(call, host=HOST, lease=60).result().entry == entry.id


def test_references_are_the_same_in_each_start_and_differ_between_runs(journal, other):
    assert journal.reference("promo", 7, 50) == other.reference("promo", 7, 50)
    assert journal.reference("promo", 7, 50) != journal.reference("other", 7, 50)
    assert len(journal.reference("promo", 123_456, 20)) <= 20


# --- proof --------------------------------------------------------------------------------------------


@pytest.fixture
def unknown(api, journal):
    """A client with one SMS and one chat message whose outcome is unknown."""
    client = api.client(journal, max_attempts=1)
    api.fault = httpx.ReadTimeout("no")
    for send, reference in ((client.sms.send, "sms-1"), (client.messages.send, "chat-1")):
        with pytest.raises(OutcomeUnknown):
            send(TO, TEXT, client_message_id=reference)
    api.fault = None
    api.requests.clear()
    return client


def test_a_receipt_settles_an_unknown_send(journal, unknown):
    assert journal.add_receipt(receipt("sms-1", "umid-77", "sent"))
    assert journal.add_receipt(receipt("sms-1", "umid-77", "delivered"))
    assert journal.add_receipt(receipt("sms-1", "umid-77", "delivered"))  # once more

    found = unknown.reconcile()
    assert [(send.client_message_id, send.umid) for send in found.accepted] == [
        ("sms-1", "umid-77")
    ]
    assert [send.client_message_id for send in found.unknown] == ["chat-1"]
    assert states(journal) == {"sms-1": ACCEPTED, "chat-1": UNKNOWN}
    # The answer that never came is made of what the receipt proves.
    assert unknown.sms.send(TO, TEXT, client_message_id="sms-1").umid == "umid-77"


def test_receipts_that_come_before_the_outcome_is_known_count(api, journal, clock):
    call = send_sms("acme", TO, TEXT, client_message_id="sms-1")
    journal.begin(call, host=HOST, lease=90).result()
    journal.add_receipt(receipt("sms-1"))
    client = api.client(journal)

    assert client.reconcile().accepted == ()  # it is in flight: its worker will know
    clock.now += 91
    assert [send.client_message_id for send in client.reconcile().accepted] == ["sms-1"]


def test_a_receipt_of_another_message_proves_nothing(journal, unknown):
    journal.add_receipt(receipt("sms-2"))
    assert unknown.reconcile().accepted == ()
    assert states(journal) == {"sms-1": UNKNOWN, "chat-1": UNKNOWN}


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        {},
        {"eventType": "inbound_message_received", "payload": {"umid": "u"}},
        {"eventType": "outbound_message_status_changed"},
        {"eventType": "outbound_message_status_changed", "payload": {"umid": 7}},
    ],
)
def test_other_events_are_left_alone(journal, event):
    assert journal.add_receipt(event) is False


def test_a_receipt_without_a_reference_is_looked_up(api, journal, unknown):
    journal.add_receipt(receipt(None, "umid-5", namespace="ChatApps"))
    api.details["umid-5"] = [{"umid": "umid-5", "clientMessageId": "chat-1", "step": 1}]

    found = unknown.reconcile()
    assert [(send.client_message_id, send.umid) for send in found.accepted] == [
        ("chat-1", "umid-5")
    ]
    # What has been answered is not asked again.
    unknown.reconcile()
    assert len(api.requests) == 1


def test_a_lookup_that_finds_nothing_settles_nothing(api, journal, unknown):
    journal.add_receipt(receipt(None, "umid-5", namespace="ChatApps"))
    assert unknown.reconcile().accepted == ()
    assert states(journal)["chat-1"] is UNKNOWN


def test_reconcile_on_an_async_client(api, journal, unknown):
    journal.add_receipt(receipt("chat-1", "umid-9"))

    async def main():
        async with api.async_client(journal) as client:
            return await client.reconcile()

    (settled,) = asyncio.run(main()).accepted
    assert settled.client_message_id == "chat-1"


# --- housekeeping -------------------------------------------------------------------------------------


def test_purge_deletes_only_what_has_ended_for_certain(api, journal, clock, unknown):
    api.client(journal).sms.send(TO, TEXT, client_message_id="old")
    clock.now += 1000
    api.client(journal).sms.send(TO, TEXT, client_message_id="new")

    assert journal.purge(datetime.fromtimestamp(clock.now - 500, UTC)) == 1
    assert set(states(journal)) == {"sms-1", "chat-1", "new"}


def test_a_closed_journal_sends_nothing(api, place):
    journal = Journal(place)
    client = api.client(journal)
    journal.close()
    with pytest.raises(NotSent, match="the journal is closed"):
        client.sms.send(TO, TEXT)
    assert api.requests == []


def test_an_answer_counts_even_if_it_cannot_be_written(api, journal, caplog):
    api.look = journal.close  # before the end of the send can be written
    assert api.client(journal).sms.send(TO, TEXT, client_message_id="order-1").umid
    assert "ended as accepted, but the journal could not be written" in caplog.text


def test_debug_logs_show_no_text_no_number_and_no_key(api, journal, caplog):
    caplog.set_level("DEBUG")
    for name in ("sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool", "sqlalchemy.orm"):
        caplog.set_level("DEBUG", logger=name)
    client = api.client(journal, max_attempts=1)
    client.sms.send(TO, TEXT)
    for api.fault in (500, 400, httpx.ReadTimeout("no")):
        with pytest.raises((OutcomeUnknown, Rejected)):
            client.sms.send(TO, TEXT)
    journal.plan("promo", [planned(1, "order-1")]).result()
    list(journal.entries())

    assert "eightbyeight" in caplog.text
    for secret in (TO.removeprefix("+"), TEXT, "Bearer key"):
        assert secret not in caplog.text


# --- whole runs ---------------------------------------------------------------------------------------

ROWS = [
    (TO, "one"),
    ("12", "a bad number"),
    {"to": TO, "text": "three", "client_message_id": "own-3"},
    {"to": TO, "text": "four", "client_message_id": "own-3"},
    (TO, "five"),
]


def test_a_run_is_planned_then_sent_and_told_row_by_row(api, journal):
    seen = []
    api.look = lambda: seen.append(sum(journal.counts("promo").values()))
    report = api.client(journal).sms.send_many(ROWS, run="promo", concurrency=1)

    assert seen == [5, 5, 5]  # all rows are written down before the first is sent
    assert [(outcome.row, str(outcome.state)) for outcome in report] == [
        (1, "accepted"),
        (2, "invalid"),
        (3, "accepted"),
        (4, "invalid"),
        (5, "accepted"),
    ]
    assert report.accepted == 3
    assert next(iter(report)).umid


def test_a_run_that_is_started_again_sends_nothing_twice(api, journal, other):
    first = api.client(journal).sms.send_many(ROWS, run="promo")
    again = api.client(other).sms.send_many(ROWS, run="promo")

    assert len(api.accepted) == 3
    assert list(again) == list(first)


def test_another_run_is_sent_although_it_says_the_same(api, journal):
    client = api.client(journal)
    client.sms.send_many(ROWS[:1], run="week 1")
    client.sms.send_many(ROWS[:1], run="week 2")
    client.sms.send_many(ROWS[:1])
    client.sms.send_many(ROWS[:1])
    assert len(set(api.accepted)) == len(api.accepted) == 4


def test_resume_sends_what_was_not_sent_and_leaves_the_unknown(api, journal):
    client = api.client(journal, max_attempts=1)
    faults = [httpx.ConnectError("no"), httpx.ReadTimeout("no"), 400, None]
    api.look = lambda: setattr(api, "fault", faults.pop(0) if faults else None)
    client.sms.send_many([(TO, str(n)) for n in range(4)], run="promo", concurrency=1)
    assert [str(entry.state) for entry in journal.entries("promo")] == [
        "not_sent",
        "unknown",
        "rejected",
        "accepted",
    ]

    report = client.resume()
    assert (report.accepted, report.total) == (1, 1)
    assert [outcome.row for outcome in report] == [1]
    assert client.resume().total == 0
    assert journal.counts("promo") == {
        SendState.ACCEPTED: 2,
        SendState.UNKNOWN: 1,
        SendState.REJECTED: 1,
    }
    again = client.with_options(delivery="at_least_once").resume("promo")
    assert [outcome.row for outcome in again] == [2]


def test_rows_that_end_while_they_are_planned_are_sent_when_the_run_is_started_again(api, journal):
    def broken():
        yield from ROWS[:1]
        raise OSError("the disk is gone")

    client = api.client(journal)
    with pytest.raises(OSError, match="the disk is gone"):
        client.sms.send_many(broken(), run="promo")
    assert api.accepted == []

    assert client.sms.send_many(ROWS, run="promo").accepted == 3
    assert len(api.accepted) == 3


def test_workers_share_a_run(api, journal, other):
    units = [planned(number, f"order-{number}") for number in range(1, 61)]
    journal.plan("promo", units).result()
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda own: api.client(own).resume(), [journal, other]))

    assert sum(report.accepted for report in reports) == 60
    assert sorted(api.accepted) == sorted(f"order-{n}" for n in range(1, 61))


def test_sends_for_another_server_are_not_resumed(api, journal):
    journal.plan("promo", [planned(1, "order-1")]).result()
    client = api.client(journal, base_url="http://127.0.0.1:8808")
    with pytest.raises(ConfigurationError, match=r"holds sends for https://sms\.8x8\.com"):
        client.resume()
    assert api.requests == []


def test_a_survey_in_a_journal(api, journal, other):
    people = ["+6591234567", "oops", "+6591234568"]

    def answer(request):
        body = json.loads(request.content)
        api.accepted.append(body["clientBatchId"])
        entries = [
            {
                "umid": f"u-{message['clientMessageId']}",
                "clientMessageId": message["clientMessageId"],
                "destination": message["destination"],
                "status": {"code": "QUEUED" if number else "REJECTED", "description": "-"},
            }
            for number, message in enumerate(body["messages"])
        ]
        counts = {"acceptedCount": len(entries) - 1, "rejectedCount": 1}
        return httpx.Response(200, json={"batchId": "b-1", **counts, "messages": entries})

    for own in (journal, other):
        client = Client("key", "acme", transport=httpx.MockTransport(answer), journal=own)
        report = client.surveys.send_batch("nps", people, template="Rate us {{url}}", run="nps-3")
        states = [(outcome.row, str(outcome.state)) for outcome in report]
        assert states == [(1, "rejected"), (2, "invalid"), (3, "accepted")]
        assert [batch.batch_id for batch in report.batches] == ["b-1"]
    assert len(api.accepted) == 1


def test_an_async_run(api, journal):
    async def rows():
        for row in ROWS:
            yield row

    async def main():
        async with api.async_client(journal) as client:
            report = await client.sms.send_many(rows(), run="promo")
            assert (await client.resume()).total == 0
            return report

    assert asyncio.run(main()).accepted == 3
    assert len(api.accepted) == 3


def test_a_run_needs_a_journal(api):
    with pytest.raises(InvalidInput, match="run: is a name in a journal"):
        api.client(None).sms.send_many(ROWS, run="promo")
    with pytest.raises(ConfigurationError, match="needs a journal"):
        api.client(None).resume()
    with pytest.raises(ConfigurationError, match="needs a journal"):
        api.client(None).reconcile()
