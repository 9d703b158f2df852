"""What is in the wheel and the source archive, and that the wheel works on its own."""

from __future__ import annotations

import email
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from releasing import building, contents, matrix


@pytest.fixture(scope="module")
def in_wheel(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def in_sdist(sdist: Path) -> list[str]:
    with tarfile.open(sdist) as archive:
        return [name.partition("/")[2] for name in archive.getnames()]


def test_wheel_holds_the_two_packages_and_nothing_else(in_wheel):
    tops = {name.partition("/")[0] for name in in_wheel}
    packages = {top for top in tops if not top.endswith(".dist-info")}

    assert {"eightbyeight", "eightbyeight_generated"} == packages
    assert 3 == len(tops)


@pytest.mark.parametrize("package", ["eightbyeight", "eightbyeight_generated"])
def test_wheel_is_typed(in_wheel, package):
    assert f"{package}/py.typed" in in_wheel


def test_wheel_holds_the_composed_document(in_wheel):
    found = [name for name in in_wheel if name.endswith("/openapi.json")]

    assert 1 == len(found)


def test_wheel_holds_no_tests_and_no_leftovers(in_wheel):
    unwanted = ("test_", "conftest", "__pycache__", ".jinja", ".pyc")

    assert [] == [name for name in in_wheel if any(part in name for part in unwanted)]


def test_wheel_carries_the_licence(in_wheel):
    assert [name for name in in_wheel if name.endswith(".dist-info/licenses/LICENSE")]


def test_wheel_describes_itself(wheel, in_wheel):
    (path,) = (name for name in in_wheel if name.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(wheel) as archive:
        metadata = email.message_from_bytes(archive.read(path))

    assert "eightbyeight" == metadata["Name"]
    assert "MIT" == metadata["License-Expression"]
    assert ">=3.11" == metadata["Requires-Python"]
    assert "mock" in (metadata.get_all("Provides-Extra") or [])
    assert metadata.get_payload().strip(), "the README is missing"


def test_somebody_else_builds_the_same_bytes(checkout, distributions, moment, tmp_path):
    again = building.build_elsewhere(checkout, tmp_path, moment)

    assert [] == building.differences(distributions, again)


def test_wheel_breaks_no_rule_of_indexes_and_installers(wheel):
    assert [] == contents.complaints_about(wheel)


def test_each_extra_is_tried_before_a_release(wheel):
    assert [] == matrix.without_smoke(wheel)


@pytest.mark.parametrize(
    "name",
    [
        *("CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml"),
        *("scripts/bootstrap.py", "scripts/test", "scripts/requirements/dev.txt"),
        *("spec/chatapps.yaml", "spec/common.yaml", "spec/sms.yaml"),
        *("tests/conftest.py", "wrapper/eightbyeight/py.typed"),
    ],
)
def test_source_archive_holds_all_that_a_packager_needs(in_sdist, name):
    assert name in in_sdist


def test_source_archive_holds_only_what_is_committed(in_sdist, checkout):
    committed = {path.relative_to(checkout).as_posix() for path in checkout.rglob("*")}

    assert {"PKG-INFO", ""} >= set(in_sdist) - committed


def test_installed_wheel_sends_through_the_mock(installed, run, tmp_path):
    smoke = matrix.SMOKES / "mock.py"

    assert "4 sends accepted, 1 looked up" in run(
        installed, "-I", "-W", "error", smoke, cwd=tmp_path
    )


def test_client_needs_no_package_of_the_mock(installed, tmp_path, run):
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['click', 'jsonschema_rs', 'uvicorn']));"
        "from eightbyeight import Client;"
        "Client(api_key='test', subaccount_id='acme_hq', region='apac')"
    )

    run(installed, "-I", "-W", "error", "-c", code, cwd=tmp_path)


def test_command_line_answers(installed, tmp_path):
    program = installed.with_name("eightbyeight.exe" if os.name == "nt" else "eightbyeight")
    done = subprocess.run(
        [program, "mock", "--help"], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )

    assert "--port" in done.stdout
