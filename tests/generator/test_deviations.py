"""The list of deviations names what is there."""

from pathlib import Path

from docs_drift.spec_facts import COMPARED
from ruamel.yaml import YAML

SPEC = Path(__file__).parents[2] / "spec"


def load(name):
    return YAML(typ="safe").load((SPEC / name).read_text("utf-8"))


DEVIATIONS = load("deviations.yaml")


def test_every_entry_is_complete():
    fields = {"id", "where", "vendor", "ours", "why", "source"}

    assert [] == [entry.get("id") for entry in DEVIATIONS if set(entry) - {"facts"} != fields]
    assert [] == [entry["id"] for entry in DEVIATIONS if not all(entry.values())]


def test_ids_are_unique():
    ids = [entry["id"] for entry in DEVIATIONS]

    assert sorted(set(ids)) == sorted(ids)


def test_facts_are_those_that_the_description_is_compared_in():
    known = {*COMPARED, "added", "removed"} - {"format"}  # a type is told with its format

    assert [] == [
        entry["id"] for entry in DEVIATIONS if not set(entry.get("facts", known)) <= known
    ]


def test_every_place_names_a_known_operation_and_side():
    operations = {
        operation["operationId"]
        for name in ("chatapps.yaml", "sms.yaml")
        for item in load(name)["paths"].values()
        for operation in item.values()
    }
    sides = ("request", "response", "responses", "path", "header", "servers", "operationId")
    places = [place for entry in DEVIATIONS for place in entry["where"]]

    assert places
    for place in places:
        operation, _, field = place.partition(": ")
        assert operation in {"*", *operations}, place
        assert field.split(".")[0] in sides, place
