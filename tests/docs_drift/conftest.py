"""Makes the page writers importable, runs the script, and prints the counts of the proof."""

from __future__ import annotations

import copy
import functools
import importlib.machinery
import importlib.util
import shutil
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

sys.path.insert(0, str(Path(__file__).parent))

import forms
from docs_drift.accepted import Deviations
from docs_drift.baseline import Baselines
from docs_drift.facts import MDX
from docs_drift.spec_facts import Description
from model import PAGES, SPEC, model_of

ROOT = Path(__file__).parents[2]
COLUMNS = ("tried", "found", "otherwise", "missed", "false", "not shown")


def pytest_terminal_summary(terminalreporter):
    """Print what became of the changes in each form, whether the tests passed or not."""
    counts = {
        name: value
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in getattr(report, "user_properties", [])
        if name.startswith("docs-drift ")
    }
    if not counts:
        return
    terminalreporter.section("docs-drift: changes of the vendor's pages")
    terminalreporter.line(f"{'form':<16}" + "".join(f"{name:>11}" for name in COLUMNS))
    for name, row in counts.items():
        form = name.removeprefix("docs-drift ")
        terminalreporter.line(f"{form:<16}" + "".join(f"{row[key]:>11,}" for key in COLUMNS))
    how = {row["how"] for row in counts.values()}
    terminalreporter.line(f"{', '.join(sorted(how))}; otherwise: noticed, and described otherwise")


@pytest.fixture(scope="session")
def script():
    loader = importlib.machinery.SourceFileLoader(
        "docs_drift_script", str(ROOT / "scripts" / "docs-drift")
    )
    spec = importlib.util.spec_from_loader("docs_drift_script", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def spec(tmp_path):
    """A copy of spec/ whose baselines are of our own wording."""
    folder = tmp_path / "spec"
    shutil.copytree(SPEC, folder)
    for path in (folder / "facts").glob("*.text.yaml"):
        path.unlink()
    return folder


@pytest.fixture(scope="session")
def description():
    return Description(SPEC)


@pytest.fixture(scope="session")
def deviations():
    return Deviations(SPEC / "deviations.yaml")


@functools.cache
def facts_in(text):
    return YAML(typ="safe", pure=True).load(text)


@pytest.fixture
def drift(script, spec, description, deviations, monkeypatch, capsys):
    """Run the script in this process; returns its exit status and what it printed."""
    # The copy says the same, and reading YAML takes most of a run.
    monkeypatch.setattr("docs_drift.run.Description", lambda folder: description)
    monkeypatch.setattr("docs_drift.run.Deviations", lambda path: deviations)
    monkeypatch.setattr(
        "docs_drift.baseline._load", lambda path: copy.deepcopy(facts_in(path.read_text("utf-8")))
    )
    monkeypatch.setenv("EIGHTBYEIGHT_VENV", "none")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["docs-drift", "--spec", str(spec), *map(str, arguments)])
        status = script.main()
        return status, *capsys.readouterr()

    return run


@pytest.fixture(scope="session")
def first_facts(tmp_path_factory):
    """Baselines that were written from our pages."""
    folder = tmp_path_factory.mktemp("facts")
    baselines = Baselines(folder)
    for page in PAGES:
        baselines.accept(forms.read(MDX, page, forms.WRITE[MDX](model_of(page))))
    return folder


@pytest.fixture
def accepted(spec, first_facts):
    """Those in place of the vendor's."""
    shutil.rmtree(spec / "facts")
    shutil.copytree(first_facts, spec / "facts")
