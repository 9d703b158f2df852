"""An entry of spec/deviations.yaml accepts what it is about, and nothing else."""

from __future__ import annotations

import pytest
from docs_drift.accepted import Deviations
from docs_drift.differences import Change
from docs_drift.errors import PageError

LIST = """
- {id: one, where: ['sendSms: request.source'], facts: [maxLength], why: ours}
- {id: below, where: ['sendSms: request.user.**'], facts: [required, added], why: ours}
- {id: everywhere, where: ['*: response.umid'], facts: [type], why: ours}
- {id: state, where: ['*: response.status.**'], facts: [enum], why: ours}
- {id: prose, where: ['sendSms: request.source'], why: ours}
- {id: servers, where: ['*: servers'], facts: [hosts], why: ours}
"""


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "deviations.yaml"
    path.write_text(LIST)
    return Deviations(path)


@pytest.mark.parametrize(
    ("path", "fact", "ids"),
    [
        ("request.source", "maxLength", ["one"]),
        ("request.source", "type", []),
        ("request.source.inner", "maxLength", []),
        ("request.user", "required", ["below"]),
        ("request.user.msisdn", "required", ["below"]),
        ("request.user[].msisdn", "required", ["below"]),
        ("request.user.msisdn", "type", []),
        ("request.username", "required", []),
        ("response.umid", "type", ["everywhere"]),
        ("response.messages[].umid", "type", ["everywhere"]),
        ("responses.400.umid", "type", ["everywhere"]),
        ("request.umid", "type", []),
        ("response.umid.inner", "type", []),
        ("response.messages[].status.state", "enum", ["state"]),
        ("operation", "hosts", ["servers"]),
        ("operation", "path", []),
    ],
)
def test_an_entry_is_about_its_place_and_its_facts(listed, path, fact, ids):
    assert ids == listed.of("sendSms", Change(path, "changed", fact, 1, 2, "breaking"))


def test_a_whole_field_is_accepted_by_its_kind(listed):
    assert ["below"] == listed.of(
        "sendSms", Change("request.user.x", "added", "", None, {}, "additive")
    )
    assert [] == listed.of("sendSms", Change("request.user.x", "removed", "", {}, None, "breaking"))


def test_another_operation_is_not_accepted(listed):
    assert [] == listed.of(
        "sendMessage", Change("request.source", "changed", "maxLength", 1, 2, "")
    )


@pytest.mark.parametrize("text", ["- plain words", "- {where: []}", "- [", "7"])
def test_a_list_that_is_none_is_refused(tmp_path, text):
    path = tmp_path / "deviations.yaml"
    path.write_text(text)
    with pytest.raises(PageError, match=r"deviations\.yaml"):
        Deviations(path)
