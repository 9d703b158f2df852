"""What receipts say together, in any order, and the book that keeps it."""

from __future__ import annotations

import copy
import itertools
import pickle
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from webhooks import samples

from eightbyeight import Journal
from eightbyeight.io.journal.tables import receipts as table
from eightbyeight.results import MessageRecord
from eightbyeight.webhooks import ChannelStatus, KnownStatus, StatusBook, merge, parse, status_of
from eightbyeight.webhooks.known_status import status_in


def known(*receipts):
    """What receipts say, taken in the order given."""
    statuses = [status_of(parse(receipt)) for receipt in receipts]
    whole = statuses[0]
    for status in statuses[1:]:
        whole = merge(whole, status)
    return whole


def at(second):
    return f"2026-05-04T03:02:{second:02}Z"


FAILURES = ("rejected", "failed", "undelivered", "error")


@pytest.mark.parametrize(
    ("states", "result"),
    [
        (("queued", "accepted", "sent", "delivered", "read"), "read"),
        (("sent", "delivered"), "delivered"),
        (("sent", "undelivered"), "undelivered"),
        (("rejected", "queued"), "rejected"),
        (("undelivered", "delivered"), "delivered"),  # it was seen on the phone
        (("delivered", "failed"), "delivered"),
        (("Sent", "DELIVERED"), "DELIVERED"),
        (("unknown", "queued"), "queued"),
        (("queued", "brand_new"), "brand_new"),
        (("brand_new", "delivered"), "delivered"),
        (("brand_new", "failed"), "failed"),
    ],
)
def test_one_channel(states, result):
    """In any order, and whatever the timestamps say."""
    for order in itertools.permutations(states):
        for times in (range(len(order)), range(len(order), 0, -1)):
            receipts = [samples.receipt(s, moment=at(t)) for s, t in zip(order, times, strict=True)]
            assert known(*receipts, receipts[0]).state == result


def test_the_later_of_two_that_are_equally_far():
    one = samples.receipt("failed", moment=at(1), errorCode=1)
    two = samples.receipt("undelivered", moment=at(2), errorCode=2)

    assert known(one, two) == known(two, one)
    assert known(one, two).error_code == 2
    # An unknown state counts as sent.
    assert (
        known(samples.receipt("sent", moment=at(1)), samples.receipt("new", moment=at(2))).state
        == "new"
    )
    assert (
        known(samples.receipt("sent", moment=at(3)), samples.receipt("new", moment=at(2))).state
        == "sent"
    )


def test_fallback_over_channels():
    app = samples.receipt("undelivered", "WhatsApp", at(1), errorCode=30)
    assert known(app).is_failed

    sms = samples.receipt("queued", "SMS", at(2))
    assert (known(app, sms).state, known(app, sms).channel) == ("queued", "sms")
    assert not known(app, sms).is_failed

    failed = samples.receipt("failed", "sms", at(3))
    assert known(app, sms, failed).is_failed

    arrived = samples.receipt("delivered", "sms", at(3))
    assert known(app, sms, arrived).is_delivered
    assert [s.channel for s in known(app, arrived).channels] == ["sms", "whatsapp"]


def test_goals():
    sent = known(samples.receipt("sent"))
    assert [sent.has_reached(s) for s in ("accepted", "sent", "delivered", "read")] == [
        True,
        True,
        False,
        False,
    ]
    assert not known(samples.receipt("failed")).has_reached("accepted")
    assert not KnownStatus("u").has_reached("accepted")
    assert not KnownStatus("u").is_failed
    assert (KnownStatus("u").state, KnownStatus("u").moment) == (None, None)


def test_two_messages_are_not_merged():
    with pytest.raises(ValueError, match="two messages"):
        merge(KnownStatus("a"), KnownStatus("b"))


def test_receipts_that_say_nothing():
    assert status_of(parse(samples.changed(samples.MESSAGE_RECEIPT_V9, status=None))) is None
    assert status_of(parse(samples.changed(samples.MESSAGE_RECEIPT_V9, umid=None))) is None


def test_what_a_lookup_says():
    records = [
        MessageRecord(
            {"step": 1, "channel": "WhatsApp", "status": {"state": "failed", "errorCode": 30}}
        ),
        MessageRecord(
            {
                "step": 2,
                "channel": "SMS",
                "status": {"state": "sent", "timestamp": "2026-05-04T03:02:01"},
            }
        ),
    ]
    status = status_in("u", records)

    assert (status.state, status.channel) == ("sent", "sms")
    assert status.moment.tzinfo is not None
    assert status_in("u", []) == KnownStatus("u")


moments = st.none() | st.datetimes().map(lambda moment: moment.isoformat()) | st.text(max_size=3)
states = st.sampled_from(
    ["queued", "accepted", "sent", "delivered", "read", *FAILURES, "unknown", "new", "", "READ"]
) | st.text(max_size=3)
receipts = st.builds(
    lambda state, channel, moment, code, reference: samples.changed(
        samples.receipt(state, channel, moment, errorCode=code), clientMessageId=reference
    ),
    states,
    st.sampled_from(["whatsapp", "WhatsApp", "sms", "", None]),
    moments,
    st.none() | st.integers(0, 3),
    st.sampled_from([None, "a", "b", ""]),
).map(lambda receipt: status_of(parse(receipt)))


@given(receipts, receipts, receipts)
def test_merging_is_a_lattice(a, b, c):
    assert merge(a, a) == a
    assert merge(a, b) == merge(b, a)
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
    assert merge(merge(a, b), a) == merge(a, b)


@given(st.lists(receipts, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_order_and_duplicates_do_not_matter(statuses, random):
    others = statuses + random.sample(statuses, len(statuses) // 2)
    random.shuffle(others)

    def folded(values):
        whole = values[0]
        for value in values[1:]:
            whole = merge(whole, value)
        return whole

    assert folded(statuses) == folded(others)
    assert folded(statuses).best == folded(others).best


# --- the book --------------------------------------------------------------------------------------


def test_book_keeps_the_latest_status():
    changes = []
    book = StatusBook(on_change=lambda status: changes.append(status.state))

    assert book.add(samples.receipt("delivered", moment=at(3)))
    assert not book.add(samples.receipt("sent", moment=at(1)))
    assert not book.add(parse(samples.receipt("delivered", moment=at(3))))
    assert book.add(samples.receipt("read", moment=at(4)))
    assert book.get(samples.UMID).state == "read"
    assert book.get("another") is None
    assert changes == ["delivered", "read"]
    assert (len(book), repr(book)) == (1, "StatusBook(1 messages)")


def test_book_takes_only_receipts():
    book = StatusBook()

    for name, sample in samples.ALL.items():
        assert book.add(sample) is ("receipt" in name), name
    assert not book.add(samples.changed(samples.SMS_RECEIPT, status={}))
    assert not book.add({"a": 1})


def test_book_forgets_those_that_were_silent_for_longest():
    book = StatusBook(capacity=2)
    for umid in ("a", "b", "a", "c"):
        book.add(samples.receipt("sent", umid=umid))

    assert [book.get(umid) is not None for umid in "abc"] == [True, False, True]
    with pytest.raises(ValueError, match="capacity"):
        StatusBook(capacity=0)


def test_a_change_whose_callback_failed_is_a_change_again():
    failures = [RuntimeError, RuntimeError]

    def on_change(status):
        if failures:
            raise failures.pop()

    book = StatusBook(on_change=on_change)
    with pytest.raises(RuntimeError):
        book.add(samples.receipt("sent"))
    assert book.get(samples.UMID) is None
    with pytest.raises(RuntimeError):
        book.add(samples.receipt("sent"))
    assert book.add(samples.receipt("sent"))
    failures.append(RuntimeError)
    with pytest.raises(RuntimeError):
        book.add(samples.receipt("read"))
    assert book.get(samples.UMID).state == "sent"
    assert book.add(samples.receipt("read"))


def test_book_feeds_a_journal(tmp_path):
    with Journal(tmp_path / "sends.db") as journal:
        book = StatusBook(journal=journal)
        assert book.add(samples.SMS_RECEIPT)
        assert not book.add(samples.INBOUND_SMS)
        with journal._reading() as connection:
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 1


def test_a_journal_that_fails_keeps_the_receipt_out():
    class Broken:
        def add_receipt(self, payload):
            raise OSError("disk")

    book = StatusBook(journal=Broken())
    with pytest.raises(OSError, match="disk"):
        book.add(samples.SMS_RECEIPT)
    assert len(book) == 0


def test_waiting_for_a_status():
    book = StatusBook()
    future = book.when(samples.UMID, lambda status: status.is_delivered)
    given_up = book.when(samples.UMID, lambda status: status.is_delivered)
    given_up.cancel()

    book.add(samples.receipt("sent"))
    assert not future.done()
    book.add(samples.receipt("delivered"))
    assert future.result(0).state == "delivered"
    assert book._waiting == {}
    assert book.when(samples.UMID, lambda _: True).result(0).is_delivered


def test_many_threads_lose_nothing():
    book = StatusBook()
    umids = [f"message {number}" for number in range(50)]
    states = ["queued", "sent", "delivered", "read"]
    told = [samples.receipt(s, umid=u) for u in umids for s in states]
    futures = [book.when(umid, lambda status: status.has_reached("read")) for umid in umids]
    threads = [
        threading.Thread(
            target=lambda part=told[start::7]: [book.add(copy.deepcopy(r)) for r in part]
        )
        for start in range(7)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {book.get(umid).state for umid in umids} == {"read"}
    assert all(future.result(0).state == "read" for future in futures)


def test_statuses_pickle_and_show_no_words():
    status = known(samples.receipt("failed", errorMessage=f"{samples.NUMBER} {samples.TEXT}"))
    twin = pickle.loads(pickle.dumps(status))

    assert twin == status
    assert "TOPSECRET" not in repr(twin)
    assert samples.NUMBER not in repr(twin)
    assert repr(ChannelStatus("sms", "sent")).startswith("ChannelStatus(")
