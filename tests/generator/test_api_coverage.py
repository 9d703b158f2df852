"""The table of covered operations tells what there is, and notices when that changes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from eightbyeight import Client
from eightbyeight.mock.operations import HANDLERS
from eightbyeight.requests.any_operation import OPERATIONS
from eightbyeight_tools.api_coverage import run as coverage_run
from eightbyeight_tools.api_coverage.looking import (
    look,
    methods_by_operation_id,
    operations_of_mock,
    operations_of_request,
)
from eightbyeight_tools.api_coverage.vendor import read_vendor_operations
from eightbyeight_tools.errors import ToolError

ROOT = Path(__file__).parents[2]
HANDLER = "wrapper/eightbyeight/mock/operations/line.py"
DOCUMENT = "generated/eightbyeight_generated/openapi.json"


@pytest.fixture(scope="module")
def coverage():
    return {one.vendor.name: one for one in look(ROOT)}


@pytest.fixture
def copy(tmp_path):
    """All that is looked into, besides the tests; of those, one."""
    for folder in ("wrapper/eightbyeight", "generated/eightbyeight_generated"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    for folder in ("spec", "docs", "tests/unit"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / "spec/vendor-operations.yaml", tmp_path / "spec")
    (tmp_path / "tests/unit/test_one.py").write_text('def test(api):\n    api.line.notify("+65")\n')
    return tmp_path


def change(root, file, old, new):
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), "utf-8")


def test_what_is_read_is_what_runs():
    assert set(HANDLERS) == operations_of_mock(ROOT)
    assert set(OPERATIONS) == operations_of_request(ROOT) == set(methods_by_operation_id(ROOT))


def test_methods_link_the_page_of_the_operation_that_they_send(coverage):
    client = Client("key", "acme_hq")
    found = {}
    for resource in ("messages", "line", "sms", "surveys"):
        holder = type(getattr(client, resource))
        for name in vars(holder):
            pages = re.findall(r"See (\S+/reference/\S+)", getattr(holder, name).__doc__ or "")
            # Waiting for a message is looking it up, again and again.
            if pages and (resource, name) != ("messages", "wait"):
                found[f"{resource}.{name}"] = pages[0]

    assert found
    assert found == {method: one.vendor.page for one in coverage.values() for method in one.methods}


def test_all_documented_operations_are_listed(coverage):
    products = [one.vendor.product for one in coverage.values()]

    assert (31, 17) == (products.count("chatapps"), products.count("sms"))
    assert {one.operation_id for one in coverage.values()} - {""} == set(OPERATIONS)
    assert "unit" in coverage["Send-Message"].tests
    assert [] == coverage["Upload-File"].tests


def test_what_is_gone_is_noticed(copy, coverage):
    change(copy, HANDLER, '@operation("sendLineNotification")\n', "")
    found = {one.vendor.name: one for one in look(copy)}

    assert coverage["send-lon-message"].mock
    assert not found["send-lon-message"].mock
    assert ["unit"] == found["send-lon-message"].tests
    assert [] == found["Send-Sms-Single"].tests
    assert found["send-lon-message"].methods == ["line.notify"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"Send-Sms-Single"', '"Send-Sms-Twice"', "lacks Send-Sms-Twice, which the description"),
        ("/lon", "/line", "sendLineNotification is POST /chatapps/.*/line in the description"),
    ],
)
def test_a_description_beside_the_list_is_refused(copy, old, new, words):
    change(copy, DOCUMENT, old, new)

    with pytest.raises(ToolError, match=words):
        look(copy)


def test_an_incomplete_entry_is_refused(copy):
    change(copy, "spec/vendor-operations.yaml", "    page: send-message\n", "")

    with pytest.raises(ToolError, match="Send-Message: needs method, name, page, path, what"):
        read_vendor_operations(copy)


def test_the_page_is_written_and_checked(copy, capsys, monkeypatch):
    found = look(copy)
    monkeypatch.setattr(coverage_run, "look", lambda root: found)

    assert 1 == coverage_run.run(copy, "check")
    assert "docs/coverage.md is stale: run scripts/api-coverage --write" in capsys.readouterr().out
    assert 0 == coverage_run.run(copy, "write")
    assert 0 == coverage_run.run(copy, "check")
    text = (copy / "docs/coverage.md").read_text("utf-8")
    assert "Of 48 documented operations: description 5, client 5, mock 5, tests 1." in text
    assert (
        "`POST /api/v1/subaccounts/{subAccountId}/lon` | `sendLineNotification` | `line.notify` | yes | yes |"
        in text
    )
    capsys.readouterr()
    assert 0 == coverage_run.run(copy, "json")
    assert 48 == len(json.loads(capsys.readouterr().out))
