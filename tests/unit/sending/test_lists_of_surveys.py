"""Rows of a list are checked and written many at once; what comes of it is the same as one at a time."""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
from copy import deepcopy
from dataclasses import replace
from enum import Enum, StrEnum
from unittest.mock import patch
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eightbyeight import AcceptedBatch, InvalidInput, Reply, SendState, SendStopped, SurveyRecipient
from eightbyeight.core import json_text
from eightbyeight.requests import joined_objects
from eightbyeight.requests.surveys import SurveyBatches
from eightbyeight.sending import chunks, seen
from eightbyeight.sending.chunks import Chunks
from eightbyeight.sending.seen import Seen
from eightbyeight.sending.tasks import run_tasks
from eightbyeight.sending.threads import run_threads

TO = "+6591234567"
TEXT = "Hi {{name}} {{url:order}}"


class Sly(str):
    """A string that may say anything of itself."""

    __slots__ = ()


class Lazy(dict):
    """A dict that says other things of itself than it holds."""

    def items(self):
        return [*super().items(), ("more", 1)]


class Double(Enum):
    """Equals a good value, and is written like it, but is none."""

    AUTO = "AUTO"

    def __eq__(self, other):
        return self.value == other

    def __hash__(self):
        return hash(self.value)


class Name(StrEnum):
    """The name of a variable."""

    ORDER = "order"


# The values of a field: good ones, those just within a limit and just beyond it, and others that are no good.
FIELDS = {
    "destination": (
        *(TO, "+6591234568", "+1234567", "+123456789012345", Sly(TO)),
        *("+123456", "+1234567890123456", "+0234567", "6591234567", "91234567", "12345", ""),
        *(f"{TO}\n", f"{TO}\n{TO}", f"\n{TO}", "+6591234５67", " +6591234567", None, 6591234567),
    ),
    "clientMessageId": (
        *"abcdefgh",
        "",
        None,
        'é"\\\n',
        "x" * 350,
        "x" * 351,
        "\ud83d",
        7,
        Sly("a"),
    ),
    "templateVariables": (
        {"name": "Ann", "order": 1},
        {"order": 1.5, "name": None, "more": [1, {"a": "é"}]},
        {"name": 1e16, "order": 2**70},
        {"name": Sly("Ann"), "order": True},
        {Sly("name"): "Ann", Name.ORDER: 1},
        {"order": 1, "name": "Ann"},
        {"name\norder": "Ann"},
        *({"name": "Ann"}, {}, {"name": "", "order": float("nan")}, {"name": "\ud83d", "order": 1}),
        *({"name": object(), "order": 1}, {"name": {1: 2}, "order": True}, [], "name", None),
    ),
    "templateBody": (
        *(TEXT, "{{url}}", "{{url}} {{other}}", "{{url}} {{name}}", "no link", "", None, 5),
    ),
    "country": ("SG", "sg", "SGP", "", None, 65),
    "source": ("ACME", "x" * 16, "x" * 17, "", None, 1),
    "encoding": ("AUTO", "UCS2", "auto", None, Sly("AUTO"), Double.AUTO),
    "scheduled": ("2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "tomorrow", None),
    "expiry": ("2025-01-01T00:00:00+01:00", "2026-01-01T00:00:00", None),
    "dlrCallbackUrl": ("https://example.com/a", "example.com", None),
    "unknown": ("x",),
    1: ("x",),
}
GOOD = {name: values[0] for name, values in FIELDS.items() if name not in ("unknown", 1)}
USUAL = ("destination", "templateVariables", "clientMessageId")
SHAPES = [USUAL[:2], USUAL, ("destination",), tuple(GOOD), USUAL[::-1]]


def good_messages(names, count):
    """Messages with these fields, each with a reference of its own if it has one."""
    own = [{"clientMessageId": f"r{n}"} if "clientMessageId" in names else {} for n in range(count)]
    return [{name: GOOD[name] for name in names} | reference for reference in own]


@st.composite
def messages(draw):
    """Up to a dozen messages, most of them alike and good; some of them broken at some places."""
    rows = good_messages(draw(st.sampled_from(SHAPES)), draw(st.integers(1, 12)))
    for _ in range(draw(st.integers(0, 3))):
        row = draw(st.sampled_from(rows))
        name = draw(st.sampled_from([*FIELDS]))
        if draw(st.booleans()) and name in row:
            del row[name]
        else:
            row[name] = draw(st.sampled_from(FIELDS[name]))
    if draw(st.booleans()):  # another order of the same fields
        rows[0] = dict(reversed(rows[0].items()))
    return rows


ROWS = st.one_of(
    messages(),
    st.lists(st.sampled_from([TO, TO, TO, "+123456", f"{TO}\n{TO}", Sly(TO), ""]), max_size=9),
    st.lists(
        st.builds(
            SurveyRecipient,
            st.just(TO),
            variables=st.sampled_from([None, GOOD["templateVariables"], {"name": "Ann"}]),
            client_message_id=st.sampled_from([None, *"abcdef", "", "x" * 351]),
        ),
        max_size=9,
    ),
    st.lists(st.sampled_from([TO, {"destination": TO}, SurveyRecipient(TO), None, 5]), max_size=9),
)


def one_at_a_time(plan, rows):
    return [plan.add(row) for row in rows]


def as_a_list(plan, rows):
    units = []
    while plan.taken < len(rows):
        units.append(plan.add_some(rows))
    return units


def through(library):
    """Write JSON with one of the two libraries."""
    imported = json_text._imported if library == "orjson" else lambda: None
    json_text._Small.left = 0  # it would soon be so anyway
    return patch.object(json_text, "_imported", imported)


def told(way, rows, template):
    """What is known of a run's units."""
    plan = Chunks(SurveyBatches("acme_hq", "nps", template=template), lambda number: f"b{number}")
    units = [unit for unit in [*way(plan, rows), plan.rest()] if unit is not None]
    return [
        (
            unit.rows,
            unit.references,
            unit.invalid,
            unit.call
            and (
                unit.call.content,
                unit.call.client_message_id,
                unit.call.messages,
            ),
        )
        for unit in units
    ]


@pytest.mark.parametrize("library", ["json", "orjson"])
@given(
    rows=ROWS,
    template=st.sampled_from(["{{url}}", TEXT, None]),
    limits=st.sampled_from(
        [(5, 3, 2, 7, 20_000_000), (7, 5, 3, 10, 300), (2_000, 250, 500, 10_000, 20_000_000)]
    ),
)
def test_the_same_units(library, rows, template, limits):
    many, few, joined, most, size = limits
    with (
        patch.object(chunks, "_MANY", many),
        patch.object(chunks, "_FEW", few),
        patch.object(joined_objects, "_AT_ONCE", joined),
        patch.object(chunks, "MOST_MESSAGES", most),
        patch.object(chunks, "MOST_BYTES", size),
        through(library),
    ):
        expected = told(one_at_a_time, rows, template)
        assert told(as_a_list, rows, template) == expected
        assert told(as_a_list, tuple(rows), template) == expected


@pytest.mark.parametrize("library", ["json", "orjson"])
@pytest.mark.parametrize(
    "variables",
    [
        lambda row: {"name": f"Ann {row}", "order": row},
        lambda row: {"name": f'"{row}é" \\ \x00\x7f\u2028\n😀', "order": -(2**70) + row},
        lambda row: {"name": "Ann", "order": {"of": {"items": row}, "by": f"{row}"}},
        lambda row: {"name": "Ann", "order": [row, "a"]},
        lambda row: {"name": "Ann", "order": row % 3 == 0 or row},
        lambda row: {"name": None, "order": row / 3},
        lambda row: {"name": [None, 1e16, 2**70][row % 3], "order": 1e16},
        lambda row: {'"na\\me"': "", "": f'"{row}', "name": "Ann", "order": row},
        lambda row: (
            {"name": "A", "order": f"{row}"} if row % 2 else {"order": f"{row}", "name": "A"}
        ),
        lambda row: {"name": row, "order": 1} if row % 2 else {"name\norder": 1, "order": 1},
        lambda row: {"name": Sly(f"Ann {row}"), Sly("order"): row},
        lambda row: Lazy(name="Ann", order=row),
        lambda row: {"name": "\ud83d" if row == 5 else "Ann", "order": row},
    ],
)
@pytest.mark.parametrize("names", [USUAL, USUAL[:2]])
def test_what_differs_from_row_to_row(library, variables, names):
    rows = [
        message | {"templateVariables": variables(row), "source": f"ACME {row % 2}"}
        for row, message in enumerate(good_messages(names, 9))
    ]
    with through(library), patch.object(joined_objects, "_AT_ONCE", 4):
        expected = told(one_at_a_time, rows, TEXT)
        assert told(as_a_list, rows, TEXT) == expected
        # The order of their fields, too.
        rows[4] = dict(reversed(rows[4].items()))
        assert told(as_a_list, rows, TEXT) == told(one_at_a_time, rows, TEXT)


@pytest.mark.parametrize("name", FIELDS)
def test_one_odd_value_among_good_ones(name):
    for names in SHAPES:
        # Where the others have the field, and where they do not.
        for fields in dict.fromkeys([names, (*names, name) if name in GOOD else names]):
            for value in FIELDS[name]:
                rows = good_messages(dict.fromkeys(fields), 5)
                rows[3][name] = value
                expected = told(one_at_a_time, rows, TEXT)
                assert told(as_a_list, rows, TEXT) == expected, (fields, value)


@pytest.mark.parametrize("library", ["json", "orjson"])
@pytest.mark.parametrize(
    "row",
    [
        lambda row: TO,
        lambda row: SurveyRecipient(TO, variables={"name": f"Ann {row}"}),
        lambda row: {"destination": f"+65{90_000_000 + row}", "clientMessageId": f"r{row}"},
        lambda row: {"destination": TO, "templateVariables": {"name": f'"{row}"', "order": row}},
        lambda row: {"destination": TO, "templateVariables": {"name": None, "price": row / 3}},
        lambda row: {"destination": TO} | ({"source": "ACME"} if row % 3 else {}),
        lambda row: {
            "destination": TO,
            "encoding": "UCS2",
            "templateBody": f"{{{{url}}}} {row % 5}",
        },
    ],
    ids=[
        "numbers",
        "recipients",
        "dicts",
        "variables",
        "others",
        "some have a field more",
        "a few texts",
    ],
)
def test_few_of_many_good_rows_are_looked_at_alone(library, row):
    batches = SurveyBatches("acme_hq", "nps", template="{{url}}")
    rows = [row(number) for number in range(2_000)]
    with through(library), patch.object(batches, "message", wraps=batches.message) as look:
        plan = Chunks(batches)
        as_a_list(plan, rows)

    assert look.call_count < 100
    assert plan.rest().call.content.count(b'"destination":"+65') == 2_000


def test_the_rows_around_a_bad_one_are_looked_at_together():
    batches = SurveyBatches("acme_hq", "nps", template="{{url}}")
    rows = [{"destination": TO, "clientMessageId": f"r{row}"} for row in range(5_000)]
    rows[3_100]["destination"] = "+65"
    with (
        patch.object(batches, "message", wraps=batches.message) as look,
        patch.object(chunks, "written", wraps=chunks.written) as look_together,
    ):
        plan = Chunks(batches)
        as_a_list(plan, rows)

    assert look.call_count < 300
    assert look_together.call_count < 15
    unit = plan.rest()
    assert unit.rows == ((1, 3_100), (3_102, 5_000))
    assert [outcome.row for outcome in unit.invalid] == [3_101]


@pytest.mark.parametrize("library", ["json", "orjson"])
def test_no_method_of_a_key_is_called(library):
    class Key(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other):
            raise AssertionError

    rows = [
        {
            "destination": TO,
            Key("source"): "ACME",
            "templateVariables": {Key("name"): "Ann"},
            Key("clientMessageId"): f"b-{row}",
        }
        for row in (1, 2, 3)
    ]
    with through(library):
        plan = Chunks(SurveyBatches("acme_hq", "nps", template="{{url}}"), lambda number: "b")
        as_a_list(plan, rows)
        content = plan.rest().call.content

    assert json.loads(content)["messages"] == [
        {
            "destination": TO,
            "source": "ACME",
            "templateVariables": {"name": "Ann"},
            "clientMessageId": f"b-{row}",
        }
        for row in (1, 2, 3)
    ]


def test_a_value_that_raises_is_told_with_its_row():
    class Odd(UUID):
        def __str__(self):
            raise KeyError("oops")

    rows = good_messages(USUAL, 3)
    rows[1]["templateVariables"] = {"name": Odd(int=1), "order": 1}
    plan = Chunks(SurveyBatches("acme_hq", "nps", template=TEXT), lambda number: f"b{number}")
    with pytest.raises(KeyError):
        as_a_list(plan, rows)
    unit = plan.rest()

    assert unit.rows == ((1, 1),)
    assert [(outcome.row, outcome.state) for outcome in unit.invalid] == [(2, SendState.NOT_SENT)]


def first_uses(seen, names):
    """What is said of further rows with these references."""
    said = []
    for name in names:
        # Of a copy: a reference that is not in use is, once it was asked for.
        try:
            deepcopy(seen).claim(name, 1_000)
        except InvalidInput as error:
            said.append(str(error))
        else:
            said.append(None)
    return said


@given(st.lists(st.lists(st.integers(0, 9).map(str), min_size=1, max_size=3), max_size=8))
def test_claims_of_many_are_those_of_each(claims):
    with patch.object(seen, "MOST_REMEMBERED", 5):
        many, each = Seen(), Seen()
        row = 1
        for references in claims:
            if many.claim_all(references, row):
                for number, reference in enumerate(references, row):
                    each.claim(reference, number)
            else:
                assert len({*references}) < len(references) or any(first_uses(each, references))
            # Also where nothing was noted.
            names = [str(name) for name in range(10)]
            assert first_uses(many, names) == first_uses(each, names)
            row += len(references)


def test_accepted_rows_take_next_to_no_space():
    rows = [{"destination": TO, "clientMessageId": f"r{row}"} for row in range(20_000)]

    def perform(call):
        counts = {"acceptedCount": call.messages, "rejectedCount": 0}
        return AcceptedBatch(Reply(200, {}, json.dumps(counts).encode()))

    plan = Chunks(SurveyBatches("acme_hq", "nps", template="{{url}}"))
    before = sys.getallocatedblocks()
    report = run_threads(perform, rows, plan, concurrency=1)

    assert sys.getallocatedblocks() - before - len(plan._seen._rows) < len(rows) / 10
    assert report.accepted == len(rows)
    assert [(outcome.row, outcome.client_message_id) for outcome in report] == [
        (row + 1, f"r{row}") for row in range(len(rows))
    ]


def answer_with_entries(call):
    """What the API says of a batch that it takes, one entry a message, in another order."""
    references = [message["clientMessageId"] for message in json.loads(call.content)["messages"]]
    entries = [
        {"umid": f"u-{name}", "clientMessageId": name, "status": {"code": "QUEUED"}}
        for name in reversed(references)
    ]
    counts = {"batchId": "x", "acceptedCount": len(references), "rejectedCount": 0}
    return AcceptedBatch(Reply(200, {}, json.dumps(counts | {"messages": entries}).encode()))


def test_each_row_has_its_own_umid_also_when_the_report_was_stored():
    rows = good_messages(("destination", "clientMessageId"), 7)
    plan = Chunks(SurveyBatches("acme_hq", "nps", template="{{url}}"))
    report = run_threads(answer_with_entries, rows, plan, concurrency=1)
    stored = pickle.loads(pickle.dumps(report))

    for told_of in (report, stored):
        assert [(outcome.row, outcome.umid, outcome.batch_id) for outcome in told_of] == [
            (row + 1, f"u-r{row}", "x") for row in range(7)
        ]
    assert (stored, hash(stored._outcomes)) == (report, hash(report._outcomes))
    assert stored != replace(report, _outcomes=())


def test_what_a_failing_callback_did_not_take_is_kept():
    taken = []

    def take(outcome):
        if outcome.row == 4:
            raise KeyError("full")
        taken.append(outcome)

    rows = good_messages(("destination", "clientMessageId"), 7)
    plan = Chunks(SurveyBatches("acme_hq", "nps", template="{{url}}"))
    with pytest.raises(SendStopped) as caught:
        run_threads(answer_with_entries, rows, plan, concurrency=1, on_outcome=take)

    assert [outcome.umid for outcome in taken] == ["u-r0", "u-r1", "u-r2"]
    assert [(outcome.row, outcome.umid) for outcome in caught.value.report] == [
        (row + 1, f"u-r{row}") for row in range(3, 7)
    ]


@pytest.mark.parametrize("kind", [list, tuple, iter])
def test_tasks_send_the_same(kind):
    rows = good_messages(("destination", "clientMessageId"), 1_200)
    rows[700]["destination"] = "+65"

    async def perform(call):
        return answer_with_entries(call)

    plan = Chunks(SurveyBatches("acme_hq", "nps", template="{{url}}"))
    report = asyncio.run(run_tasks(perform, kind(rows), plan, concurrency=2))

    assert (report.accepted, report.invalid) == (1_199, 1)
    assert [outcome.row for outcome in report] == list(range(1, 1_201))
    assert [outcome.row for outcome in report.failed] == [701]
