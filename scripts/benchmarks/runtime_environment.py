"""A virtual environment with what the client and its extra [fast] need at run time, and nothing else.

Other packages change what an import costs: httpx, for one, imports its command line where click and
rich are installed. So import times are taken in `.venv-bench`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from bootstrap import REQUIREMENTS, ROOT

DIRECTORY = ROOT / ".venv-bench"
NEEDED = ("attrs", "certifi", "httptools", "httpx", "orjson")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_STAMP = "requirements.sha256"


def runtime_python() -> Path:
    """Return the environment's interpreter; make the environment first when needed."""
    requirements = _runtime_requirements()
    places = "".join(f"{ROOT / name}\n" for name in ("wrapper", "generated"))
    digest = hashlib.sha256(f"{sys.version}\n{places}\n{requirements}".encode()).hexdigest()
    python = DIRECTORY / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = DIRECTORY / _STAMP
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return python
    print("bench: making .venv-bench, which has the runtime dependencies only", file=sys.stderr)
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    venv.create(DIRECTORY, symlinks=os.name != "nt")
    listed = DIRECTORY / "requirements.txt"
    listed.write_text(requirements, encoding="utf-8")
    options = ["-qq", "--no-input", "--no-deps", "--require-hashes", "--requirement", listed]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    subprocess.run([*map(str, [*pip, "install", *options])], check=True, stdout=sys.stderr)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.run(
        [str(python), "-I", "-c", ask], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout.strip()
    (Path(packages) / "checkout.pth").write_text(places, encoding="utf-8")
    stamp.write_text(digest, encoding="utf-8")
    return python


def _runtime_requirements() -> str:
    """Return the pins of the runtime dependencies and of what these need, with their hashes."""
    pins: dict[str, str] = {}
    for block in re.split(r"\n(?=\S)", (REQUIREMENTS / "dev.txt").read_text(encoding="utf-8")):
        if (pinned := _NAME.match(block)) is not None:
            pins[_normal(pinned[0])] = block
    wanted, found = list(NEEDED), set[str]()
    while wanted:
        name = _normal(wanted.pop())
        # A pin that is missing is that of a package which this Python does not need.
        if name in pins and name not in found:
            found.add(name)
            wanted += [
                match[0]
                for line in _requires(name)
                if "extra ==" not in line and (match := _NAME.match(line)) is not None
            ]
    return "\n".join(pins[name].rstrip() for name in sorted(found)) + "\n"


def _requires(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:  # its pin has a marker that leaves it out here
        return []


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
