"""The contract tests notice a mock that is broken: each seeded defect is found, and for its own reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from contract.campaign import SMALL, new_mock, run

from eightbyeight.mock.defects import DEFECTS

# The checks that may find each defect.
CAUGHT_BY = {
    "accepts_too_long_text": {"negative_data_rejection"},
    "accepts_unknown_field": {"negative_data_rejection"},
    "accepts_wrong_enum": {"negative_data_rejection"},
    "drops_status": {"response_schema_conformance"},
    "drops_umid": {"response_schema_conformance"},
    "error_without_code": {"response_schema_conformance"},
    "forgets_auth": {"ignored_auth"},
    "forgets_sent_message": {"ensure_resource_availability"},
    "ignores_pattern": {"negative_data_rejection"},
    "missing_allow_header": {"unsupported_method"},
    "rejects_valid_carousel": {"positive_data_acceptance"},
    "returns_html_on_error": {"content_type_conformance"},
    "server_error_on_unicode": {"not_a_server_error"},
    "wrong_success_status": {"status_code_conformance"},
    "wrong_type_umid": {"response_schema_conformance"},
}


def test_every_defect_is_in_the_table():
    assert set(CAUGHT_BY) == set(DEFECTS)
    assert len(DEFECTS) >= 10


def test_the_undamaged_mock_passes_the_same_run(repeated, tell):
    report = repeated["first"]

    assert report.findings == []
    assert report.errors == []
    assert report.astray == []
    assert report.stop_reason == "completed"
    tell(f"no defect: {len(report.sent)} requests, no finding")


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_found(defect, tell):
    report = run(new_mock({defect}), replace(SMALL, stop=True))

    assert report.findings
    assert report.errors == []
    found = {finding.check for finding in report.findings}
    assert found & CAUGHT_BY[defect]
    finding = next(f for f in report.findings if f.check in CAUGHT_BY[defect])
    tell(f"defect {defect:24} -> {finding.check:28} {finding.operation}")
