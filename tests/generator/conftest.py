"""One generation from the golden specification, shared by all tests of this folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SCRIPTS = PROJECT / "scripts"
GOLDEN_SPEC = Path(__file__).parent / "golden_spec"

# Another project, with tests of its own: what those of the report on the interface work on.
collect_ignore = ["sample_project"]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def run_regenerate() -> Run:
    """Runs scripts/regenerate in a process of its own, in this interpreter's environment."""

    def run(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(SCRIPTS / "regenerate"), "--root", str(root), *arguments]
        env = {
            **os.environ,
            "EIGHTBYEIGHT_VENV": "none",
            "PYTHONDONTWRITEBYTECODE": "1",
            **environment,
        }
        return subprocess.run(command, capture_output=True, text=True, check=False, env=env)

    return run


@pytest.fixture(scope="session")
def golden_root(tmp_path_factory: pytest.TempPathFactory, run_regenerate: Run) -> Path:
    """A project folder with the golden specification and what was generated from it. Not to be changed."""
    root = tmp_path_factory.mktemp("golden")
    shutil.copytree(GOLDEN_SPEC, root / "spec")
    resources = root / "wrapper" / "eightbyeight" / "resources" / "_async"
    resources.mkdir(parents=True)
    (resources / "messages.py").write_text(
        "class AsyncMessages:\n    async def get(self) -> None:\n        pass\n"
    )
    done = run_regenerate(root, PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
    return root


@pytest.fixture(scope="session")
def golden_package(golden_root: Path) -> Path:
    """The folder of the generated package."""
    return golden_root / "generated" / "eightbyeight_generated"


@pytest.fixture(scope="session")
def golden(golden_package: Path, tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The generated package, imported under a name of its own so that it does not hide the real one."""
    parent = tmp_path_factory.mktemp("importable")
    shutil.copytree(golden_package, parent / "golden_generated")
    sys.path.insert(0, str(parent))
    import golden_generated

    return golden_generated
