"""What keeps a release from going out."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from releasing import budget, building, command, contents, pythons, sources, tag
from releasing import run as release
from releasing.building import Distributions
from releasing.contents import Wheel
from releasing.errors import ReleaseError
from releasing.report import Report

CHANGELOG = """# Changelog

## [Unreleased]

## [0.2.0] - 2026-11-21

### Added

- Much.

## [0.1.0] - 2026-10-01

- All.

## [0.0.9] - 2026-09-01
"""


@pytest.fixture
def project(tmp_path) -> Path:
    """A checkout with one commit."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "CHANGELOG.md").write_text(CHANGELOG)
    git(root, "init", "--quiet")
    commit(root)
    return root


def git(root, *arguments):
    subprocess.run(["git", *arguments], cwd=root, check=True)


def commit(root):
    git(root, "add", "--all")
    who = ("-c", "user.name=Mei", "-c", "user.email=mei@example.com", "-c", "commit.gpgsign=false")
    git(root, *who, "commit", "--quiet", "--message", "A commit", "--date", "2026-01-01")


def changed(wheel: Path, target: Path, change) -> Path:
    """Write the wheel again with other contents of its files."""
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(target / wheel.name, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target / wheel.name


def test_a_commit_is_released_under_the_tag_of_its_version(project):
    assert [] == tag.complaints(project, "v0.2.0", "0.2.0")


def test_another_tag_is_refused(project):
    (complaint,) = tag.complaints(project, "v0.3.0", "0.2.0")

    assert complaint == "the tag is v0.3.0, and the version 0.2.0: the tag must be v0.2.0"


def test_a_changed_file_is_no_release(project):
    (project / "more.txt").touch()

    (complaint,) = tag.complaints(project, "v0.2.0", "0.2.0")

    assert complaint == "not committed: more.txt"


@pytest.mark.parametrize("version", ["0.3.0", "Unreleased"])
def test_a_version_without_a_dated_heading_is_no_release(project, version):
    (complaint,) = tag.complaints(project, f"v{version}", version)

    assert f"'## [{version}] - YYYY-MM-DD'" in complaint


def test_a_version_that_nothing_is_said_about_is_no_release(project):
    assert ["CHANGELOG.md says nothing about 0.0.9"] == tag.complaints(project, "v0.0.9", "0.0.9")


def test_release_notes_are_the_part_of_the_changelog():
    assert "### Added\n\n- Much.\n" == tag.notes(CHANGELOG, "0.2.0")
    assert "- All.\n" == tag.notes(CHANGELOG, "0.1.0")


def test_sources_are_what_git_knows_or_would_add(project, tmp_path):
    (project / "removed.txt").touch()
    (project / ".gitignore").write_text("ignored.txt\n")
    commit(project)
    (project / "removed.txt").unlink()
    (project / "ignored.txt").touch()
    (project / "new.txt").touch()

    copy = sources.copy_of(project, tmp_path / "copy")

    names = {path.name for path in copy.iterdir()}
    assert {".gitignore", "CHANGELOG.md", "new.txt"} == names


def test_a_folder_without_git_is_told_so(tmp_path):
    with pytest.raises(ReleaseError, match="not a git repository"):
        sources.time_of_commit(tmp_path)


def test_other_bytes_are_noticed(distributions, tmp_path):
    other = changed(distributions.wheel, tmp_path, lambda name, content: content)

    (complaint,) = building.differences(distributions, Distributions(distributions.sdist, other))

    assert complaint.startswith(f"{other.name} came out with other bytes")


def test_a_file_that_was_tampered_with_is_noticed(wheel, tmp_path):
    other = changed(
        wheel,
        tmp_path,
        lambda name, content: b"" if name == "eightbyeight/phone.py" else content,
    )

    assert [f"{wheel.name}: RECORD has another hash: eightbyeight/phone.py"] == (
        contents.complaints_about(other)
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (b"Name: eightbyeight", b"Name: eight by eight", "is invalid for 'name'"),
        (b"Typing :: Typed", b"Typing :: Tired", "there is no classifier 'Typing :: Tired'"),
        (b"attrs>=23.2", b"attrs", "the requirement attrs has no lower bound"),
    ],
)
def test_a_description_that_an_index_would_refuse_is_noticed(wheel, tmp_path, old, new, complaint):
    other = changed(
        wheel,
        tmp_path,
        lambda name, content: (
            content.replace(old, new, 1) if name.endswith("/METADATA") else content
        ),
    )

    assert any(complaint in found for found in contents.complaints_about(other))


def test_an_extra_adds_its_requirements_and_no_others(wheel):
    found = Wheel.read(wheel)
    core = found.requirements()

    assert {"attrs", "httpx"} <= {re.split("[<>]", line)[0] for line in core}
    assert not any("extra" in line or "flask" in line for line in core)
    assert [line for line in found.requirements(["flask"]) if line not in core] == ["flask>=3.1"]


def test_too_much_on_the_disk_is_told_with_its_names():
    installed = budget.Installed(2.0, 5.1, [f"package{number}" for number in range(10)])

    size, count = installed.complaints()

    assert size == "5.1 MB are installed; at most 5 MB"
    assert count.startswith("10 distributions are installed, at most 9: package0, package1")
    assert [] == budget.Installed(2.0, 5.0, ["package"] * 9).complaints()


def test_the_wheel_alone_fits_its_budget(wheel):
    assert Wheel.read(wheel).size / 1e6 <= budget.MOST_MEGABYTES


def test_pythons_are_those_that_are_supported_and_run(tmp_path, monkeypatch):
    stub = tmp_path / "python3.13"
    stub.write_text("#!/bin/sh\nexit 127\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path))

    (found,) = pythons.found()

    assert found.version == pythons.running().version


def test_a_program_that_fails_says_what_it_was_and_what_it_printed(tmp_path):
    with pytest.raises(ReleaseError, match=r"-c (?s:.*)exit status 3\nno such thing"):
        command.run(sys.executable, "-c", "print('no such thing'); exit(3)", cwd=tmp_path)
    with pytest.raises(
        ReleaseError, match="^no-such-program is missing, needed for: no-such-program -V"
    ):
        command.run("no-such-program", "-V", cwd=tmp_path)


def test_a_failed_check_does_not_keep_the_next_from_running(capsys):
    def broken():
        raise ReleaseError("no such wheel")

    report = Report()
    report.check("first", broken)
    report.check("second", lambda: ("all of it", []))

    lines = capsys.readouterr().out.splitlines()
    assert ["first"] == report.failed
    assert lines[0].startswith("first            FAILED")
    assert lines[1] == "    no such wheel"
    assert lines[2].endswith("s  all of it")


@pytest.mark.parametrize("is_wrong", [False, True])
def test_only_what_passed_stays_and_replaces_what_was_there(
    distributions, project, tmp_path, monkeypatch, capsys, is_wrong
):
    out = tmp_path / "dist"
    out.mkdir()
    (out / "eightbyeight-0.0.1.tar.gz").touch()
    (out / "mine.txt").touch()

    def build(source, folder, moment):
        folder.mkdir()
        for path in (distributions.sdist, distributions.wheel):
            shutil.copy(path, folder)
        return Distributions.in_folder(folder)

    monkeypatch.setattr(building, "build", build)
    monkeypatch.setattr(
        release, "_check_files", lambda report, _: report.check("all", lambda: ("", wrong))
    )
    wrong = ["something"] if is_wrong else []

    status = release.check(release.Options(project, out, full=False, tag=None))

    told = capsys.readouterr().out
    names = {path.name for path in out.iterdir()}
    if is_wrong:
        assert (status, {"eightbyeight-0.0.1.tar.gz", "mine.txt"}) == (1, names)
        assert told.endswith("failed: all\n")
    else:
        assert (status, {distributions.sdist.name, distributions.wheel.name, "mine.txt"}) == (
            0,
            names,
        )
        assert "no release" not in told
