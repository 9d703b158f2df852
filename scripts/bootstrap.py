"""Sets up the virtual environment that the scripts of this repository run in.

A script calls `ensure("demo")`, or another of the sets below, before it imports anything from
outside the standard library. The first call makes `.venv`, installs the pinned packages of that set
and the project itself, and starts the script again inside; a later call finds a stamp and costs a
few milliseconds.

This file and the scripts that import it are read by whatever `python3` the machine has, so their
syntax, and what they run before `ensure` returns, stay within Python 3.8; the environment itself
needs 3.11.

`EIGHTBYEIGHT_VENV` names another directory for the environment; `none` means: use the running
interpreter as it is.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "scripts" / "requirements"

#: What each set of requirements covers; the last one covers all.
COVERS = {
    "demo": ("demo",),
    "dev": ("demo", "dev"),
    "docs": ("demo", "dev", "docs"),
    "release": ("demo", "dev", "docs", "release"),
}

#: The files that a set is installed from, where it is more than the one of its own name.
INSTALLED_FROM = {"docs": ("dev", "docs"), "release": ("dev", "docs", "release")}

OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 15)

_VENV_VARIABLE = "EIGHTBYEIGHT_VENV"
_STARTS_VARIABLE = "EIGHTBYEIGHT_STARTS"
_MOST_STARTS = (
    4  # an old Python, a newer one, the environment, and that again when it was just made
)
_LOCK, _LOG, _STAMP = "eightbyeight.lock", "eightbyeight.log", "eightbyeight.json"
_UNFINISHED = {"set": "unfinished"}

#: A caller's settings that would put the packages elsewhere, or refuse what has no hash.
_FOREIGN_SETTINGS = (
    "PIP_DRY_RUN",
    "PIP_PREFIX",
    "PIP_REQUIRE_HASHES",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_TARGET",
    "PIP_USER",
    "PYTHONHOME",
    "PYTHONPATH",
    "__PYVENV_LAUNCHER__",
)


class SetupError(Exception):
    """The environment cannot be made; the message tells a person what to do."""


def ensure(requirement_set: str) -> None:
    """Make sure that the running script has the packages of a requirement set.

    Returns only inside the environment. Outside of it the environment is made or repaired and
    the script is started again with the same arguments.

    Args:
        requirement_set: "demo" (the client, the mock), "dev" (all that tests, checks and
            regeneration need), "docs" (that, and what builds the documentation) or "release" (all
            of these, and what a release is checked with).
    """
    if requirement_set not in COVERS:
        raise ValueError("no such requirement set: " + requirement_set)
    try:
        _need_python()
        if os.environ.get(_VENV_VARIABLE) == "none":
            return
        venv = venv_directory()
        made = not _is_ready(venv, requirement_set)
        if made:
            _set_up(venv, requirement_set)
        if made or not _is_inside(venv):
            _start_again(_venv_python(venv))
    except SetupError as error:
        sys.exit("eightbyeight: " + str(error))
    except KeyboardInterrupt:
        sys.exit("\neightbyeight: interrupted; the next run starts the set-up anew")


def venv_directory() -> Path:
    """Return the directory of the environment, which may not exist yet."""
    named = os.environ.get(_VENV_VARIABLE)
    return Path(named).expanduser().absolute() if named else ROOT / ".venv"


# --- which Python ---------------------------------------------------------------------------------


def _need_python() -> None:
    """Go on under a Python that is new enough, or say which one is missing."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    found = _newer_python()
    if found is None:
        raise SetupError(
            f"Python {_dotted(OLDEST_PYTHON)}+ is needed; found {_dotted(sys.version_info[:3])} "
            f"at {sys.executable}, and no newer one on PATH"
        )
    _start_again(Path(found))


def _newer_python() -> str | None:
    for minor in range(NEWEST_PYTHON[1], OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        # A version manager's stub may be on PATH and not run: ask.
        if found and (_version_of(Path(found)) or (0, 0)) >= OLDEST_PYTHON:
            return found
    return None


def _version_of(python: Path, probe: str = "") -> tuple[int, ...] | None:
    """Ask an interpreter its version; None when it does not run, or when the probe fails in it."""
    code = probe + "import sys; print(sys.version_info[0], sys.version_info[1])"
    try:
        answer = subprocess.run(
            [str(python), "-I", "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        return tuple(int(part) for part in answer.stdout.split())
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def _start_again(python: Path) -> None:
    """Run the same script with the same arguments under another interpreter; does not return."""
    # The process id tells a script that was started again from one that such a script started:
    # exec keeps the id; on Windows, which has no exec, it is the parent's.
    marked, _, starts = os.environ.get(_STARTS_VARIABLE, "").partition(":")
    count = int(starts) if marked == str(os.getppid() if os.name == "nt" else os.getpid()) else 0
    if count == _MOST_STARTS:
        raise SetupError(
            f"{python} does not start in {venv_directory()}; remove that and run again"
        )
    environment = {**os.environ, _STARTS_VARIABLE: f"{os.getpid()}:{count + 1}"}
    command = [str(python), *sys.argv]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)
    os.execve(command[0], command, environment)


# --- is it there ----------------------------------------------------------------------------------


def _venv_python(venv: Path) -> Path:
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def _is_inside(venv: Path) -> bool:
    return os.path.realpath(sys.prefix) == os.path.realpath(venv)


def _read_stamp(venv: Path) -> dict[str, str]:
    try:
        stamp = json.loads((venv / _STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(venv: Path, stamp: dict[str, str]) -> None:
    partial = venv / (_STAMP + ".partial")
    partial.write_text(json.dumps(stamp), encoding="utf-8")
    partial.replace(venv / _STAMP)


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes() if path.exists() else b"")
        digest.update(b"\0")
    return digest.hexdigest()


def _requirement_files(requirement_set: str) -> list[Path]:
    names = INSTALLED_FROM.get(requirement_set, (requirement_set,))
    return [REQUIREMENTS / (name + ".txt") for name in names]


def _packages_digest(requirement_set: str) -> str:
    return _digest(*_requirement_files(requirement_set))


def _project_digest(venv: Path) -> str:
    # The places are part of it: a checkout that was moved must be installed again.
    places = f" {ROOT} {venv}"
    return (
        _digest(ROOT / "pyproject.toml", ROOT / "wrapper" / "eightbyeight" / "_version.py") + places
    )


def _is_ready(venv: Path, requirement_set: str) -> bool:
    stamp = _read_stamp(venv)
    installed = stamp.get("set", "")
    return (
        requirement_set in COVERS.get(installed, ())
        and stamp.get("packages") == _packages_digest(installed)
        and stamp.get("project") == _project_digest(venv)
        and _venv_python(venv).exists()
        # The system's Python may have moved to another version under an old environment.
        and not (_is_inside(venv) and stamp.get("python") != _dotted(sys.version_info[:2]))
    )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


# --- making it ------------------------------------------------------------------------------------


def _set_up(venv: Path, requirement_set: str) -> None:
    """Make or repair the environment, while other callers wait."""
    started = time.monotonic()
    _refuse_foreign_directory(venv)
    try:
        venv.mkdir(parents=True, exist_ok=True)
        lock = (venv / _LOCK).open("a+")
    except OSError as error:
        raise SetupError(f"cannot write the virtual environment {venv}: {error}") from error
    with lock, _locked(lock):
        if _is_ready(venv, requirement_set):  # another caller made it while this one waited
            return
        stamp = _read_stamp(venv)
        version = _version_of(_venv_python(venv), probe="import pip; ")
        if stamp == _UNFINISHED or version is None or version < OLDEST_PYTHON:
            stamp = {}
            version = _make_venv(venv, lock)
        if requirement_set in COVERS.get(stamp.get("set", ""), ()):
            requirement_set = stamp["set"]  # bring the larger set up to date rather than shrink it
        _write_stamp(venv, _UNFINISHED)
        try:
            if stamp.get("packages") != _packages_digest(requirement_set):
                _install_packages(venv, requirement_set, lock)
            _install_project(venv, lock)
        except SetupError:
            _write_stamp(
                venv, stamp
            )  # pip undoes what it could not finish: no need to start from nothing
            raise
        _write_stamp(
            venv,
            {
                "set": requirement_set,
                "packages": _packages_digest(requirement_set),
                "project": _project_digest(venv),
                "python": _dotted(version),
            },
        )
        _say(f"ready after {time.monotonic() - started:.0f} s")


def _refuse_foreign_directory(venv: Path) -> None:
    """Never touch a directory that holds something else: an unfinished environment is cleared."""
    if venv.is_dir():
        names = {path.name for path in venv.iterdir()}
        if not names or names & {"pyvenv.cfg", _LOCK}:
            return
    elif not os.path.lexists(venv):
        return
    raise SetupError(f"{venv} exists and is not a virtual environment; it stays untouched")


def _make_venv(venv: Path, lock: IO[str]) -> tuple[int, ...]:
    base = getattr(sys, "_base_executable", None) or sys.executable
    base = base if _is_inside(venv) else sys.executable
    version = _version_of(Path(base), probe="import ensurepip, venv; ")
    if version is None:
        raise SetupError(
            f"{base} cannot make virtual environments: its venv or ensurepip module is missing; "
            "install it (Debian, Ubuntu: apt install python3-venv) and run again"
        )
    _say(f"making the virtual environment {_shown(venv)} (Python {_dotted(version)})")
    for path in venv.iterdir():
        if path.name in (_LOCK, _LOG):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    _write_stamp(venv, _UNFINISHED)
    _run([base, "-m", "venv", str(venv)], venv, lock, "the virtual environment could not be made")
    return version


def _install_packages(venv: Path, requirement_set: str, lock: IO[str]) -> None:
    pins: set[str] = set()
    options = ["--require-hashes"]
    for requirements in _requirement_files(requirement_set):
        if not requirements.exists():
            raise SetupError(f"{_shown(requirements)} is missing; scripts/lock writes it")
        lines = requirements.read_text(encoding="utf-8").splitlines()
        pins.update(line.split()[0] for line in lines if "==" in line)
        options += ["--requirement", str(requirements)]
    _say(f"installing {len(pins)} pinned packages")
    _run(_pip(venv, *options), venv, lock, "the packages could not be installed")


def _install_project(venv: Path, lock: IO[str]) -> None:
    _say("installing eightbyeight from this checkout")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT)]
    _run(_pip(venv, *options), venv, lock, "the project could not be installed")


def _pip(venv: Path, *options: str) -> list[str]:
    return [
        str(_venv_python(venv)),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--no-input",
        *options,
    ]


def _run(command: list[str], venv: Path, lock: IO[str], failure: str) -> None:
    """Run an install step; its output goes to a log, and is shown only when the step fails."""
    environment = {
        name: value for name, value in os.environ.items() if name not in _FOREIGN_SETTINGS
    }
    # The child holds the lock as well: should this process be killed, nobody else starts
    # before the child has ended.
    inherited = () if os.name == "nt" else (lock.fileno(),)
    log = venv / _LOG
    with log.open("w+", encoding="utf-8", errors="replace") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=str(ROOT),
            check=False,
            pass_fds=inherited,
        )
        if done.returncode:
            output.seek(0)
            sys.stderr.writelines("  | " + line for line in output.readlines()[-40:])
            raise SetupError(f"{failure} (exit status {done.returncode}); log: {log}")


@contextlib.contextmanager
def _locked(lock: IO[str]) -> Iterator[None]:
    """Hold the lock file; the system frees it when its holder ends, so it is never stale."""
    waiting = False
    while not _try_lock(lock):
        if not waiting:
            _say("another run is setting up the environment; waiting for it")
            waiting = True
        time.sleep(0.2)
    try:
        yield
    finally:
        if os.name == "nt":
            import msvcrt

            lock.seek(0)
            msvcrt.locking(lock.fileno(), msvcrt.LK_UNLCK, 1)


def _try_lock(lock: IO[str]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            lock.seek(0)
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _shown(path: Path) -> Path:
    return path.relative_to(ROOT) if ROOT in path.parents else path


def _say(text: str) -> None:
    print("eightbyeight: " + text, file=sys.stderr, flush=True)
