"""Type checkers accept the generated package as it is, and see through its lazy imports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

USE = """
from {package}.models import Accepted, Note, State
from {package}.types import UNSET

note = Note(kind="note", text="x", state=State.QUEUED)
if note.state is not UNSET:
    reveal_type(note.state)
reveal_type(Accepted.from_dict({{}}).thing)
note.nope
import {package}.models
{package}.models.Nope
"""


@pytest.fixture
def user(golden_package: Path, tmp_path: Path) -> Path:
    (tmp_path / "use.py").write_text(USE.format(package="eightbyeight_generated"))
    (tmp_path / "eightbyeight_generated").symlink_to(golden_package)
    return tmp_path


def test_mypy_strict(user: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(user / "cache"),
        "--config-file",
        "",
    ]

    package = subprocess.run(
        [*command, "-p", "eightbyeight_generated"], capture_output=True, text=True, cwd=user
    )
    assert (package.returncode, package.stdout[:7]) == (0, "Success"), package.stdout

    use = subprocess.run([*command, "use.py"], capture_output=True, text=True, cwd=user)
    assert (
        'use.py:7: note: Revealed type is "eightbyeight_generated.models.state.State"' in use.stdout
    )
    assert '"Note" has no attribute "nope"' in use.stdout
    assert 'Module has no attribute "Nope"' in use.stdout


def test_pyright(user: Path) -> None:
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]

    done = subprocess.run(
        [*command, "eightbyeight_generated", "use.py"], capture_output=True, text=True, cwd=user
    )
    found = json.loads(done.stdout)["generalDiagnostics"]
    messages = {item["message"].split("\n")[0] for item in found if item["file"].endswith("use.py")}

    assert not [item for item in found if not item["file"].endswith("use.py")]
    assert 'Type of "note.state" is "State"' in messages
    assert 'Cannot access attribute "nope" for class "Note"' in messages
    assert '"Nope" is not a known attribute of module "eightbyeight_generated.models"' in messages
