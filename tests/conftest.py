"""For every test: the same inputs in each run, and no session that passes by not running tests."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from services import programs

DEEP = bool(os.environ.get("EIGHTBYEIGHT_DEEP"))
SKIPS_ALLOWED = bool(os.environ.get("EIGHTBYEIGHT_ALLOW_SKIPS"))

_SEED = 88
_TOLD = "told"  # the name of a property of a test: a line to show at the end
#: Tests that share what is dear to make: they run in one process. Others do so with those of their file.
_TOGETHER = ("contract", "generator", "packaging", "services", "stateful")
_not_run: list[str] = []
_told: dict[str, list[str]] = {}

hypothesis.settings.register_profile(
    "repeatable",
    derandomize=True,  # the same examples in each run; --deep draws more of them
    max_examples=2_000 if DEEP else 100,
    stateful_step_count=200 if DEEP else 50,
    deadline=None,  # a busy machine is no defect
    suppress_health_check=[hypothesis.HealthCheck.too_slow],  # likewise
)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _seeded_random() -> None:
    random.seed(_SEED)


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Adds a line to what is told at the end of the session, whichever process the test runs in."""
    return lambda line: request.node.user_properties.append((_TOLD, line))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Say which tests belong together when several processes share the work."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):  # type: ignore[misc]  # a base without types
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            folder = path.split("/")[1]
            return folder if folder in _TOGETHER else path

    return Together(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a run that must not leave out the tests with real programs, and would."""
    for place in set(_left_out(config)).intersection(programs.REQUIRED):
        raise pytest.UsageError(
            f"EIGHTBYEIGHT_SERVICES is set, but this machine lacks what {_name(place)} runs against: "
            + _how_to_install(place)
        )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the tests with real programs on a machine that has none."""
    above = (collection_path, *collection_path.parents)
    is_left_out = any(place in above and programs.missing(place) for place in programs.PLACES)
    return True if is_left_out else None


def _left_out(config: pytest.Config) -> list[Path]:
    """The tests with real programs that this run asks for and cannot have."""
    asked = [Path(argument.partition("::")[0]).absolute() for argument in config.args]
    return [
        place
        for place in programs.PLACES
        if programs.missing(place)
        and any(path in (place, *place.parents) or place in path.parents for path in asked)
    ]


def _name(place: Path) -> str:
    return str(place.relative_to(Path(__file__).parent.parent))


def _how_to_install(place: Path) -> str:
    return f"apt-get install {' '.join(programs.missing(place))}"


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note the files that were skipped as a whole."""
    _note_skip(report)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note what a test tells, and the tests that were skipped, or are expected to fail and did."""
    _note_skip(report)
    if report.when == "teardown":
        folder = Path(report.nodeid.partition("::")[0]).parts[1]
        lines = [line for name, line in report.user_properties if name == _TOLD]
        if lines:
            _told.setdefault(folder, []).extend(map(str, lines))


def _note_skip(report: pytest.CollectReport | pytest.TestReport) -> None:
    if report.skipped:
        _not_run.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a session that would otherwise pass with tests that proved nothing."""
    is_worker = hasattr(session.config, "workerinput")
    if _not_run and exitstatus == pytest.ExitCode.OK and not SKIPS_ALLOWED and not is_worker:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Tell what tests tell, what was left out, and why a session without a failed test has failed."""
    for folder, lines in sorted(_told.items()):
        terminalreporter.section(folder)
        for line in lines:
            terminalreporter.line(line)
    for place in _left_out(config):
        how = _how_to_install(place)
        terminalreporter.line(f"{_name(place)} did not run; to have it run: {how}")
    if not _not_run or SKIPS_ALLOWED:
        return
    terminalreporter.section("tests that did not run", red=True)
    for nodeid in _not_run:
        terminalreporter.line(nodeid)
    terminalreporter.line(
        f"{len(_not_run)} skipped or expected to fail: this counts as a failure, because a test "
        "that does not run proves nothing. Set EIGHTBYEIGHT_ALLOW_SKIPS=1 to let it pass."
    )
