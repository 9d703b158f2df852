"""mypy, pyright and pyrefly agree with the promises of the public interface, and find misuses of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TOOLS = Path(sys.executable).parent
PATHS = [ROOT / "wrapper", ROOT / "generated"]
CHECKERS = ["mypy", "pyright", "pyrefly"]
MISUSES = {
    number
    for number, line in enumerate((HERE / "misuses.py").read_text("utf-8").splitlines(), 1)
    if line.endswith("# wrong")
}


@pytest.fixture(scope="module")
def mypy(tmp_path_factory):
    """Lines with errors, by file name, as mypy --strict sees them."""
    settings = tmp_path_factory.mktemp("mypy") / "mypy.ini"
    settings.write_text(
        "[mypy]\nstrict = true\npython_version = 3.11\nexplicit_package_bases = true\n"
        "enable_error_code = ignore-without-code\n"
        f"mypy_path = {':'.join(map(str, PATHS))}\n"
        # Their own bodies are checked by scripts/check.
        "[mypy-eightbyeight.*,eightbyeight_generated.*]\nignore_errors = true\n"
    )
    done = subprocess.run(
        [
            TOOLS / "mypy",
            "--config-file",
            settings,
            "--cache-dir",
            ROOT / ".mypy_cache/typing_tests",
            "--no-error-summary",
            "--hide-error-context",
            HERE / "uses.py",
            HERE / "misuses.py",
        ],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=ROOT,
    )
    assert done.stderr == ""
    found = {}
    for line in done.stdout.splitlines():
        match = re.fullmatch(r".*?(\w+\.py):(\d+):(?:\d+:)? error: (.*)", line)
        if match:
            found.setdefault(match[1], {})[int(match[2])] = match[3]
    return found


@pytest.fixture(scope="module")
def pyright():
    """Lines with errors, by file name, as pyright sees them with the settings of pyproject.toml."""
    files = [HERE / "uses.py", HERE / "misuses.py"]
    done = subprocess.run(
        [TOOLS / "pyright", "--outputjson", "--pythonpath", sys.executable, *files],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=ROOT,
    )
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == len(files), done.stdout
    found = {}
    for item in report["generalDiagnostics"]:
        if item["severity"] == "error":
            line = item["range"]["start"]["line"] + 1
            found.setdefault(Path(item["file"]).name, {})[line] = item["message"]
    return found


@pytest.fixture(scope="module")
def pyrefly(tmp_path_factory):
    """Lines with errors, by file name, as pyrefly sees them with its own settings."""
    settings = tmp_path_factory.mktemp("pyrefly") / "pyrefly.toml"
    settings.write_text('python-version = "3.11"\n')
    done = subprocess.run(
        [
            TOOLS / "pyrefly",
            "check",
            f"--config={settings}",
            f"--python-interpreter-path={sys.executable}",
            *(f"--search-path={path}" for path in PATHS),
            "--output-format=json",
            HERE / "uses.py",
            HERE / "misuses.py",
        ],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=ROOT,
    )
    found = {}
    for item in json.loads(done.stdout)["errors"]:
        found.setdefault(Path(item["path"]).name, {})[item["line"]] = item["description"]
    return found


@pytest.mark.parametrize("checker", CHECKERS)
def test_right_uses_have_no_errors(request, checker):
    assert request.getfixturevalue(checker).get("uses.py", {}) == {}


@pytest.mark.parametrize("checker", CHECKERS)
def test_every_misuse_is_found_and_nothing_else(request, checker):
    found = request.getfixturevalue(checker)["misuses.py"]

    assert MISUSES
    assert set(found) == MISUSES, {
        "not found": sorted(MISUSES - set(found)),
        "too many": {line: found[line] for line in sorted(set(found) - MISUSES)},
    }
