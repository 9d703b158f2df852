"""The mock keeps to the composed document: schemathesis, all phases over all operations, nothing left out."""

from __future__ import annotations

import pytest
from contract import bodies
from contract.campaign import LOOKUP, OPERATIONS, PHASES, Verdict, default_checks

# At least so many of each, far below what is seen: a run that suddenly tests little must not pass.
FLOORS = {
    "getMessageDetails": {Verdict.ACCEPTED: 30, Verdict.REFUSED: 10},
    "sendLineNotification": {Verdict.ACCEPTED: 100, Verdict.REFUSED: 100},
    "sendMessage": {Verdict.ACCEPTED: 1500, Verdict.REFUSED: 5000},
    "sendSms": {Verdict.ACCEPTED: 50, Verdict.REFUSED: 50},
    "sendSurveyBatch": {Verdict.ACCEPTED: 60, Verdict.REFUSED: 80},
}


def test_the_operations_are_those_of_the_document():
    assert set(OPERATIONS) == set(bodies.OPERATIONS)


def test_no_check_fails(campaign):
    assert campaign.findings == []


def test_nothing_goes_wrong_in_the_engine(campaign):
    assert campaign.errors == []
    assert campaign.stop_reason == "completed"


def test_there_is_no_warning(campaign):
    assert campaign.warnings == {}
    assert not campaign.failed_on_warning


def test_every_phase_succeeds_and_none_is_skipped(campaign):
    assert campaign.skipped == []
    assert {phase: campaign.phases.get(phase) for phase in PHASES} == dict.fromkeys(
        PHASES, "success"
    )
    assert set(campaign.phases.values()) == {"success"}


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_phase_reaches_every_operation(campaign, phase, operation):
    reached = campaign.exercised[phase, operation]

    # No link leads from or to the SMS operations, so that a stateful scenario has no use for them.
    linked = operation in ("sendMessage", "sendLineNotification", LOOKUP)
    if phase == "stateful" and not linked:
        assert reached == 0
    else:
        assert reached > 0


def test_no_check_is_disabled(campaign):
    assert campaign.disabled == []


@pytest.mark.parametrize("check", default_checks())
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_check_looks_at_every_operation(campaign, operation, check):
    assert campaign.checks[operation, check] > 0


def test_the_checks_are_those_that_were_known():
    """A new release may bring checks: they run by themselves, but somebody should read about them."""
    assert len(default_checks()) == 14


@pytest.mark.parametrize("operation", OPERATIONS)
def test_valid_requests_are_accepted_and_invalid_ones_refused(campaign, operation):
    for verdict, floor in FLOORS[operation].items():
        assert campaign.verdicts[operation, verdict] >= floor


@pytest.mark.parametrize("operation", OPERATIONS)
def test_requests_without_a_good_key_are_refused(campaign, operation):
    assert campaign.verdicts[operation, Verdict.NO_KEY] > 0


def test_nothing_else_happens(campaign, tell):
    assert campaign.astray == []
    assert campaign.total(Verdict.OTHERWISE) == 0
    # Some lookups ask for messages that were never sent, and are told so.
    assert campaign.verdicts[LOOKUP, Verdict.UNKNOWN] > 0
    assert campaign.total(Verdict.UNKNOWN) == campaign.verdicts[LOOKUP, Verdict.UNKNOWN]
    tell(
        f"schemathesis: {campaign.total(Verdict.ACCEPTED)} positive cases accepted, "
        f"{campaign.total(Verdict.REFUSED)} negative cases refused, "
        f"{campaign.total(Verdict.UNKNOWN)} lookups of unknown messages answered 404, "
        f"{campaign.total(Verdict.NO_KEY)} requests without a good key answered 401, "
        f"{campaign.total(Verdict.OTHERWISE)} otherwise; "
        f"{sum(campaign.checks.values())} checks, {len(campaign.findings)} failed"
    )


def test_the_same_seed_sends_the_same_requests(repeated, tell):
    first, again, other = repeated["first"], repeated["again"], repeated["other"]

    assert len(first.sent) > 400
    assert first.sent == again.sent
    assert first.sent != other.sent
    for report in repeated.values():
        assert report.findings == []
        assert report.errors == []
        assert report.astray == []
    tell(f"schemathesis: {len(first.sent)} requests sent twice with the same seed, all alike")
