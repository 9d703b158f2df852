"""Short stories that end well, unless the journal is given a defect: then the model must find it."""

from __future__ import annotations

import pytest
from stateful.defects import DEFECTS
from stateful.scenarios import SCENARIOS
from stateful.world import Violation

# In which story each defect must show, and as what.
SPOILS = {
    "begin_writes_nothing": (
        "all_goes_well",
        "'order-1' was at the server, and the journal does not have it",
    ),
    "begin_is_not_waited_for": (
        "killed_after_a_message_was_accepted",
        "was at the server, and the journal has it as planned",
    ),
    "leases_are_ignored": ("one_stands_still_while_another_works", "was resumed twice"),
    "the_abandoned_are_called_not_sent": (
        "killed_before_an_answer_is_written",
        "has accepted the message 'sms order-1' 2 times",
    ),
    "the_unknown_are_called_accepted": ("requests_are_lost", "the server has never accepted it"),
    "the_unknown_are_called_not_sent": (
        "answers_are_lost",
        "is not_sent in the journal; the server has accepted it",
    ),
    "the_refused_are_called_accepted": (
        "messages_are_refused",
        "was told as accepted; the server has never accepted it",
    ),
    "ends_are_not_written": ("all_goes_well", "is in_flight, but nobody was killed"),
    "a_late_failure_undoes_an_acceptance": (
        "a_receipt_comes_before_the_answer",
        "'order-1' was accepted, and is unknown",
    ),
    "resume_repeats_the_unknown": (
        "answers_are_lost",
        r"has accepted the message 'sms 1' \d times",
    ),
    "resume_claims_the_unknown": ("answers_are_lost", "was resumed twice"),
    "a_run_started_again_is_a_new_run": ("all_goes_well", "has accepted the message 'one' 2 times"),
    "plan_ignores_what_is_there": ("all_goes_well", "has accepted the message 'one' 2 times"),
    "a_run_counts_as_planned_too_early": (
        "killed_while_rows_are_planned",
        "was planned, but its row 5 is nowhere",
    ),
    "bad_rows_are_not_written": (
        "killed_after_a_message_was_accepted",
        "was planned, but its row 3 is nowhere",
    ),
    "what_has_no_receipt_counts_as_not_sent": (
        "answers_are_lost",
        "is not_sent in the journal; the server has accepted it",
    ),
    "any_receipt_is_proof": ("requests_are_lost", "the server has never accepted it"),
    "a_receipt_proves_what_has_its_reference": (
        "a_receipt_of_another_message_has_the_reference",
        "the server has never accepted it",
    ),
    "doubt_is_forgotten": (
        "what_was_lost_is_refused_when_it_is_repeated",
        "is rejected in the journal; the server has accepted it",
    ),
    "a_run_repeats_the_refused": (
        "one_awakes_after_another_was_refused",
        "was rejected, which a run leaves alone",
    ),
    "receipts_are_lost": ("answers_are_lost", "told so by receipts, but is unknown"),
}
# They do harm only where sends are repeated.
OF_REPEATING = {"doubt_is_forgotten"}


@pytest.mark.parametrize("delivery", ["at_most_once", "at_least_once"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_it_ends_well(new_world, scenario, delivery):
    with new_world(delivery=delivery) as world:
        SCENARIOS[scenario](world)


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_found(new_world, defect):
    scenario, what = SPOILS[defect]
    delivery = "at_least_once" if defect in OF_REPEATING else "at_most_once"
    with (
        new_world(delivery=delivery, defect=defect) as world,
        pytest.raises(Violation, match=f"(?s){what}.*after these steps:\n  1. "),
    ):
        SCENARIOS[scenario](world)
