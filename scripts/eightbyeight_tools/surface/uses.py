"""The programs of the previous version that use its public interface: tests, snippets of the docs, examples."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .reading import GENERATED, WRAPPER

# What a page's snippets take as given; in one line, so that all others keep their numbers.
_PREAMBLE = 'from eightbyeight import Client; client = Client("any", "acme_hq")'
_SNIPPET = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Those are there to be wrong, and this is another project, which tests work on.
_MISUSES, _SAMPLE = "misuses.py", "sample_project"


@dataclass(frozen=True)
class Use:
    """A program.

    Attributes:
        source: The file that it stands in, relative to the project. Line numbers are the same in both.
        file: The file that is checked, relative to the folder of all uses.
    """

    source: str
    file: str


def collect(previous: Path, public: set[str], folder: Path) -> list[Use]:
    """Copy the uses of a version into a folder.

    A test counts when it imports public names only: the others use what nobody was promised.

    Args:
        previous: The version's files.
        public: Its public modules, and their public names: ``eightbyeight``, ``eightbyeight.Client`` ...
        folder: Where to; it is emptied first.

    Returns:
        The uses.
    """
    shutil.rmtree(folder, ignore_errors=True)
    uses = []
    for page in _pages(previous):
        source = page.relative_to(previous).as_posix()
        for number, program in enumerate(_snippets(page), 1):
            file = f"{_identifier(source)}_{number}.py"
            uses.append(_write(folder, source, f"snippets/{file}", program))
    for path in sorted([*previous.glob("docs/**/*.py"), *previous.glob("tests/**/*.py")]):
        source = path.relative_to(previous).as_posix()
        program = path.read_text(encoding="utf-8")
        if path.name == _MISUSES or _SAMPLE in path.relative_to(previous).parts:
            continue
        if _uses_the_public(program, public):
            uses.append(_write(folder, source, source, program))
    return uses


def _pages(previous: Path) -> Iterator[Path]:
    yield from (path for path in sorted(previous.glob("*.md")))
    yield from sorted(previous.glob("docs/**/*.md"))


def _snippets(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    for found in _SNIPPET.finditer(text):
        before = text.count("\n", 0, found.start(1))
        yield _PREAMBLE + "\n" * before + found[1]


def _identifier(source: str) -> str:
    return re.sub(r"\W", "_", source)


def _write(folder: Path, source: str, file: str, program: str) -> Use:
    target = folder / file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(program, encoding="utf-8")
    return Use(source, file)


def _uses_the_public(program: str, public: set[str]) -> bool:
    """Tell whether a program imports something of ours, and touches nothing but what is public."""
    names: list[str] = []
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Attribute) and re.match(r"_(?!_)", node.attr):
            return False
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    ours = [name for name in names if name.split(".")[0] in {WRAPPER, GENERATED}]
    return bool(ours) and all(name in public for name in ours)
