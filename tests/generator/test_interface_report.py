"""The report on the public interface: what it compares with, and what it makes of the previous version's programs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from eightbyeight_tools.surface.change import ADDED, CHANGED, Change
from eightbyeight_tools.surface.previous import NoPreviousVersion, Previous, find_previous
from eightbyeight_tools.surface.reading import read_interface
from eightbyeight_tools.surface.run import make_report
from eightbyeight_tools.surface.uses import collect
from eightbyeight_tools.surface.versions import next_version

HERE = Path(__file__).parent
SAMPLE = HERE / "sample_project"
SMS = "wrapper/eightbyeight/resources/_sync/sms.py"

NEW = Change("Client.track", ADDED, "method", "new method", breaking=False)
GONE = Change("Client.track", CHANGED, "method", "is a property now", breaking=True)


def git(folder: Path, *arguments: str) -> str:
    settings = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    command = ["git", "-C", str(folder), *settings, *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The sample project with a history of two commits, and a file that is not committed."""
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "checkout"))
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=One")
    replace(folder / SMS, "source:", "sender:")
    git(folder, "commit", "--quiet", "--all", "--message=Two")
    replace(folder / SMS, "sender:", "origin:")
    return folder


def told_of(root: Path, since: str | None = None) -> list[str]:
    return [change.name for change in make_report(root, since, check_types=False).changes]


def test_without_a_release_the_last_commit_is_compared_with(checkout, tmp_path):
    previous = find_previous(checkout, None, tmp_path / "work")

    assert ("HEAD", "0.3.1", False) == (previous.label, previous.version, previous.released)
    assert "nothing is released yet" in previous.note
    assert ["Client.sms.send(sender)", "Client.sms.send(origin)"] == told_of(checkout)
    # What is not released may change as it likes.
    assert "0.3.1" == make_report(checkout, check_types=False).proposal.version


def test_the_last_release_is_compared_with(checkout):
    git(checkout, "tag", "not-a-release")
    git(checkout, "tag", "v0.3.2", "HEAD~1")
    report = make_report(checkout, check_types=False)

    previous = report.previous
    # The tag is right, even when the file was forgotten.
    assert ("v0.3.2", "0.3.2", True) == (previous.label, previous.version, previous.released)
    assert ["Client.sms.send(source)", "Client.sms.send(origin)"] == told_of(checkout)
    assert "0.4.0" == report.proposal.version


@pytest.mark.parametrize("since", ["main", "HEAD", "not-a-release"])
def test_any_commit_can_be_named(checkout, since):
    git(checkout, "tag", "v0.3.1", "HEAD~1")
    git(checkout, "tag", "not-a-release")

    assert ["Client.sms.send(sender)", "Client.sms.send(origin)"] == told_of(checkout, since)


def test_a_shallow_clone_says_what_it_lacks(checkout, tmp_path):
    git(checkout, "tag", "v0.3.1", "HEAD~1")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-tags", checkout.as_uri(), str(clone))

    assert "shallow clone" in find_previous(clone, None, tmp_path / "work").note
    with pytest.raises(NoPreviousVersion, match="git fetch --depth 1 origin tag v0.3.1"):
        find_previous(clone, "v0.3.1", tmp_path / "work")


def test_without_a_history_a_folder_can_be_named(checkout, tmp_path):
    shutil.rmtree(checkout / ".git")
    with pytest.raises(NoPreviousVersion, match="give --since a folder"):
        find_previous(checkout, None, tmp_path / "work")

    assert ["Client.sms.send(source)", "Client.sms.send(origin)"] == told_of(checkout, str(SAMPLE))
    with pytest.raises(NoPreviousVersion, match="not a version of this project"):
        find_previous(checkout, str(tmp_path), tmp_path / "work")


def test_the_history_of_a_folder_around_it_is_not_its_own(checkout, tmp_path):
    inner = Path(shutil.copytree(SAMPLE, checkout / "vendored"))

    with pytest.raises(NoPreviousVersion, match="no git history here"):
        find_previous(inner, None, tmp_path / "work")


@pytest.mark.parametrize(
    ("version", "changes", "is_broken", "proposed"),
    [
        ("0.3.1", [], False, "0.3.2"),
        ("0.3.1", [NEW], False, "0.3.2"),
        ("0.3.1", [NEW, GONE], False, "0.4.0"),
        ("0.3.1", [NEW], True, "0.4.0"),
        ("1.2.3", [], False, "1.2.4"),
        ("1.2.3", [NEW], False, "1.3.0"),
        ("1.2.3", [GONE], False, "2.0.0"),
        ("1.2.3", [], True, "2.0.0"),
        ("2.0.0rc1", [NEW], False, "2.1.0"),
    ],
)
def test_the_next_version(version, changes, is_broken, proposed):
    previous = Previous(f"v{version}", SAMPLE, version, released=True)

    assert proposed == next_version(previous, changes, is_broken=is_broken).version


def test_programs_that_use_inner_parts_do_not_count(tmp_path):
    uses = collect(SAMPLE, read_interface(SAMPLE).imports, tmp_path)

    assert ["README.md", "tests/typing/uses.py"] == [use.source for use in uses]
    lines = (tmp_path / uses[0].file).read_text("utf-8").splitlines()
    page = (SAMPLE / "README.md").read_text("utf-8").splitlines()
    assert page[3] == lines[3] == 'sent = client.sms.send("+6591234567", "Hi", source="ACME")'


def test_programs_of_the_previous_version_that_are_wrong_now(tmp_path):
    project = Path(shutil.copytree(SAMPLE, tmp_path / "project"))
    # Nothing that the comparison of names takes for a break.
    replace(project / SMS, ", *, source: str | None = None", ", **more: int")
    report = make_report(project, str(SAMPLE))

    assert 2 == report.uses
    assert [
        ("README.md:4", True),
        ("tests/typing/uses.py:6", True),
    ] == sorted((one.place, one.breaking) for one in report.broken)
    assert 'expected "int"' in report.broken[0].text
    assert "new errors: 2\n  README.md:4: " in str(report)
    assert "0.4.0" == report.proposal.version


def test_the_script_reports_alone_or_after_a_change(golden_root, tmp_path, run_regenerate):
    root = Path(shutil.copytree(golden_root, tmp_path / "project"))
    (root / "wrapper/eightbyeight/_version.py").write_text('__version__ = "0.3.1"\n')
    before = shutil.copytree(root, tmp_path / "before")
    spec = root / "spec" / "sms.yaml"
    replace(spec, "text: {type: string}", "text: {type: string, maxLength: 20}")
    without = run_regenerate(root)
    report = run_regenerate(root, "--json", "--since", str(before))

    assert 0 == without.returncode
    assert "no report on the public interface: no git history here" in without.stderr
    assert (0, "") == (report.returncode, report.stderr)
    (change,) = json.loads(report.stdout)["changes"]
    assert "at most 20 characters now, had no such limit" == change["text"]
    refused = run_regenerate(root, "--report")
    assert (1, "") == (refused.returncode, refused.stdout)
    assert "scripts/regenerate: no git history here" in refused.stderr


def test_the_interface_of_this_project_is_read():
    interface = read_interface(HERE.parents[1])
    names = {
        "Client()": "constructor",
        "Client.sms.send": "method",
        "AsyncClient.messages.send_many": "method",
        "NotSent": "exception",
        "Region.EU": "enum value",
        "webhooks.parse": "function",
        "integrations.fastapi.webhook_router": "function",
        "mock.create_app": "function",
        "testing.MockApi.advance": "method",
        "models.SmsRequest.text": "field",
        "models.SmsEncoding.GSM7": "enum value",
        "api.sms.send_sms": "operation",
    }

    assert names == {name: interface.surface[name].kind for name in names}
    assert not [
        name for name in interface.surface if name.startswith(("core.", "io.", "requests."))
    ]
    assert {"eightbyeight.Client", "eightbyeight_generated.models.SmsRequest"} <= interface.imports
    assert "eightbyeight.core" not in interface.imports
