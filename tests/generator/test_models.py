"""What the template overrides change about models."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from types import ModuleType
from typing import Any

import pytest

ACCEPTED_OPTIONALS = [
    ("text", "text"),
    ("count", "count"),
    ("flag", "flag"),
    ("state", "state"),
    ("at", "at"),
    ("uid", "uid"),
    ("tags", "tags"),
    ("states", "states"),
    ("note", "note"),
    ("thing", "thing"),
]


@pytest.fixture
def models(golden: ModuleType) -> Any:
    import golden_generated.models

    return golden_generated.models


@pytest.fixture
def types(golden: ModuleType) -> Any:
    import golden_generated.types

    return golden_generated.types


class TestOpenEnums:
    def test_known_value_is_the_member(self, models: Any) -> None:
        assert models.State("queued") is models.State.QUEUED
        assert models.State.QUEUED.is_known

    @pytest.mark.parametrize("raw", ["brand_new", "DELIVERED", ""])
    def test_unknown_value_is_kept(self, models: Any, raw: str) -> None:
        accepted = models.Accepted.from_dict({"id": "1", "state": raw})

        assert accepted.state == raw
        assert str(accepted.state) == raw
        assert isinstance(accepted.state, models.State)
        assert not accepted.state.is_known
        assert accepted.to_dict() == {"id": "1", "state": raw}

    def test_unknown_value_works_as_a_key(self, models: Any) -> None:
        assert {models.State("brand_new"): 1}["brand_new"] == 1
        assert models.State("brand_new") == models.State("brand_new")

    def test_other_letter_case_leads_to_the_member(self, models: Any) -> None:
        assert models.State("DELIVERED").canonical is models.State.DELIVERED
        assert models.State("brand_new").canonical == "brand_new"

    def test_unknown_value_does_not_become_a_member(self, models: Any) -> None:
        models.State("brand_new")

        assert [state.value for state in models.State] == ["Delivered", "queued"]

    def test_what_is_no_string_is_refused(self, models: Any) -> None:
        with pytest.raises(ValueError, match="5 is not a valid State"):
            models.State(5)

    @pytest.mark.parametrize("raw", ["queued", "brand_new"])
    def test_pickle_and_copy(self, models: Any, raw: str) -> None:
        state = models.State(raw)

        for again in (pickle.loads(pickle.dumps(state)), copy.copy(state), copy.deepcopy(state)):
            assert (again, again.is_known, type(again)) == (state, state.is_known, models.State)

    def test_plain_strings_are_sent_as_they_are(self, models: Any) -> None:
        note = models.Note(
            kind="note", text="x", state="queued", states=["brand_new", models.State.DELIVERED]
        )

        assert note.to_dict() == {
            "kind": "note",
            "text": "x",
            "state": "queued",
            "states": ["brand_new", "Delivered"],
        }


class TestNull:
    @pytest.mark.parametrize(("name", "attribute"), ACCEPTED_OPTIONALS)
    def test_null_in_an_optional_field_reads_as_absent(
        self, models: Any, types: Any, name: str, attribute: str
    ) -> None:
        accepted = models.Accepted.from_dict({"id": "1", name: None})

        assert getattr(accepted, attribute) is types.UNSET
        assert accepted.to_dict() == {"id": "1"}

    @pytest.mark.parametrize("name", ["nullableState", "nullableText", "anything"])
    def test_null_in_a_nullable_field_stays_null(self, models: Any, name: str) -> None:
        assert models.Accepted.from_dict({"id": "1", name: None}).to_dict() == {
            "id": "1",
            name: None,
        }


class TestUnset:
    def test_there_is_only_one(self, types: Any) -> None:
        unset = types.UNSET

        assert pickle.loads(pickle.dumps(unset)) is unset
        assert copy.copy(unset) is unset
        assert copy.deepcopy(unset) is unset
        assert not unset
        assert repr(unset) == "UNSET"

    def test_pickled_model_sends_the_same(self, models: Any) -> None:
        note = models.Note(kind="note", text="x")

        assert (
            pickle.loads(pickle.dumps(note)).to_dict()
            == note.to_dict()
            == {"kind": "note", "text": "x"}
        )


class TestDateTimes:
    def test_naive_is_refused_by_name(self, models: Any) -> None:
        note = models.Note(kind="note", text="x", at=dt.datetime(2026, 1, 2, 3))

        with pytest.raises(ValueError, match="^at: 2026-01-02T03:00:00 has no time zone"):
            note.to_dict()

    def test_naive_in_a_list_is_refused(self, models: Any) -> None:
        with pytest.raises(ValueError, match="has no time zone"):
            models.Note(kind="note", text="x", days=[dt.datetime(2026, 1, 2)]).to_dict()

    def test_offset_is_sent(self, models: Any) -> None:
        at = dt.datetime(2026, 1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=8)))

        assert (
            models.Note(kind="note", text="x", at=at).to_dict()["at"] == "2026-01-02T03:00:00+08:00"
        )


class TestDiscriminator:
    @pytest.mark.parametrize(
        ("body", "variant"),
        [
            ({"kind": "note", "text": "x"}, "Note"),
            ({"kind": "picture", "url": "u"}, "Picture"),
            ({"kind": "button", "action": "link", "url": "u"}, "LinkButton"),
            ({"kind": "button", "action": "call", "number": "1"}, "CallButton"),
        ],
    )
    def test_variant_is_chosen(self, models: Any, body: dict[str, str], variant: str) -> None:
        accepted = models.Accepted.from_dict({"id": "1", "thing": body})

        assert type(accepted.thing).__name__ == variant
        assert accepted.to_dict() == {"id": "1", "thing": body}

    def test_error_is_that_of_the_chosen_variant(self, models: Any) -> None:
        with pytest.raises(KeyError, match="text"):
            models.Accepted.from_dict({"id": "1", "thing": {"kind": "note"}})

    def test_unknown_variant_is_named(self, models: Any) -> None:
        with pytest.raises(ValueError, match="thing: there is no variant with .*'kind': 'song'"):
            models.Accepted.from_dict({"id": "1", "thing": {"kind": "song"}})
