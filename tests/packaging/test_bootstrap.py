"""The set-up of the environment: what it says when it cannot go on, and what it never does."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap

SCRIPTS = Path(bootstrap.__file__).parent
run_step, version_of = bootstrap._run, bootstrap._version_of  # the real ones
PROGRAMS = sorted(
    path for path in SCRIPTS.iterdir() if path.is_file() and path.read_bytes().startswith(b"#!")
)


@pytest.fixture
def venv(tmp_path, monkeypatch) -> Path:
    """Name an environment that does not exist yet."""
    directory = tmp_path / "venv"
    monkeypatch.setenv("EIGHTBYEIGHT_VENV", str(directory))
    return directory


@pytest.fixture
def commands(monkeypatch, venv) -> list[list[str]]:
    """Record the install steps instead of running them; the environment is made for real."""
    recorded = []

    def run(command, *rest):
        recorded.append(command)
        if command[1:3] == ["-m", "venv"]:
            run_step([*command, "--without-pip"], *rest)

    monkeypatch.setattr(bootstrap, "_run", run)
    monkeypatch.setattr(bootstrap, "_start_again", lambda python: None)
    monkeypatch.setattr(bootstrap, "_version_of", lambda python, probe="": version_of(python))
    return recorded


@pytest.mark.parametrize("path", [SCRIPTS / "bootstrap.py", *PROGRAMS], ids=lambda path: path.name)
def test_an_old_python_can_read_it(path):
    source = path.read_text(encoding="utf-8")
    if source.startswith("#!/usr/bin/env python3") or path.suffix == ".py":
        ast.parse(source, feature_version=(3, 8))


def test_an_old_python_is_told_what_is_needed(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 8, 18, "final", 0))
    monkeypatch.setenv("PATH", "")

    with pytest.raises(SystemExit, match=r"Python 3\.11\+ is needed; found 3\.8\.18"):
        bootstrap.ensure("demo")


def test_unknown_set_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="no such requirement set: prod"):
        bootstrap.ensure("prod")


def test_none_means_the_running_interpreter(monkeypatch):
    monkeypatch.setenv("EIGHTBYEIGHT_VENV", "none")

    assert bootstrap.ensure("dev") is None


def test_a_directory_with_something_else_in_it_stays_untouched(venv):
    venv.mkdir()
    (venv / "thesis.txt").write_text("all of it")

    with pytest.raises(SystemExit, match="is not a virtual environment"):
        bootstrap.ensure("demo")

    assert ["thesis.txt"] == [path.name for path in venv.iterdir()]


def test_a_python_without_venv_is_told_what_to_install(venv, monkeypatch):
    monkeypatch.setattr(bootstrap, "_version_of", lambda python, probe="": None)

    with pytest.raises(SystemExit, match="apt install python3-venv") as raised:
        bootstrap.ensure("demo")

    assert "\n" not in str(raised.value)


def test_first_call_installs_and_second_does_nothing(commands):
    bootstrap.ensure("demo")
    steps = len(commands)
    bootstrap.ensure("demo")

    assert 3 == steps == len(commands)
    assert "--require-hashes" in commands[1]
    assert {"--no-deps", "--no-build-isolation", "--editable"} <= set(commands[2])


def test_dev_has_all_that_the_demo_needs(commands):
    bootstrap.ensure("dev")
    steps = len(commands)
    bootstrap.ensure("demo")

    assert steps == len(commands)


def test_dev_is_added_to_an_environment_of_the_demo(commands, venv):
    bootstrap.ensure("demo")
    bootstrap.ensure("dev")

    assert 5 == len(commands), "no second environment"
    assert "dev" == json.loads((venv / bootstrap._STAMP).read_text())["set"]


def test_changed_project_is_installed_again_without_its_packages(commands, monkeypatch):
    bootstrap.ensure("dev")
    del commands[:]
    monkeypatch.setattr(bootstrap, "_project_digest", lambda venv: "another")
    bootstrap.ensure("demo")

    assert 1 == len(commands)
    assert "--editable" in commands[0]


def test_an_interrupted_install_starts_from_nothing(commands, venv, monkeypatch):
    recording = bootstrap._run

    def interrupted(command, *rest):
        if "--require-hashes" in command:
            (venv / "half-installed").touch()
            raise KeyboardInterrupt
        recording(command, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "_run", interrupted)
        with pytest.raises(SystemExit, match="interrupted"):
            bootstrap.ensure("demo")
    assert (venv / "half-installed").exists()
    bootstrap.ensure("demo")

    assert not (venv / "half-installed").exists()
    assert "demo" == json.loads((venv / bootstrap._STAMP).read_text())["set"]


def test_failed_step_shows_its_output_and_the_next_call_tries_again(
    commands, venv, monkeypatch, capfd
):
    recording = bootstrap._run
    failing = [sys.executable, "-c", "print('no such package'); raise SystemExit(3)"]

    def fails(command, *rest):
        if "--require-hashes" in command:
            run_step(failing, *rest)
        recording(command, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "_run", fails)
        with pytest.raises(SystemExit, match=r"could not be installed \(exit status 3\); log: "):
            bootstrap.ensure("demo")
    shown = capfd.readouterr().err
    bootstrap.ensure("demo")

    assert "  | no such package\n" in shown
    assert 3 == len(commands), "the environment itself was made once"


def test_second_caller_waits_for_the_first(commands, venv, capfd):
    venv.mkdir()
    holder_code = (
        "import sys, bootstrap\n"
        "with open(sys.argv[1], 'a+') as lock, bootstrap._locked(lock):\n"
        "    print('locked', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", holder_code, str(venv / bootstrap._LOCK)],
        cwd=SCRIPTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert b"locked" in holder.stdout.readline()
        with (venv / bootstrap._LOCK).open("a+") as lock:
            assert not bootstrap._try_lock(lock)
        holder.kill()  # a holder that dies leaves nothing behind
    bootstrap.ensure("demo")

    assert 3 == len(commands)


def test_lock_files_name_packages_versions_and_hashes_only():
    line = re.compile(r"[a-z0-9-]+==\S+( ; [^;]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    for name in bootstrap.COVERS:
        text = (bootstrap.REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")

        assert [] == [found for found in text.splitlines() if not line.fullmatch(found)]


def test_lock_files_agree():
    def pins(name: str) -> dict[str, str]:
        text = (bootstrap.REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))

    assert pins("demo").items() <= pins("dev").items()
    together = {}
    for name in bootstrap.COVERS:
        for package, version in pins(name).items():
            assert version == together.setdefault(package, version), f"{package} in {name}.txt"
    assert "niquests" not in together
