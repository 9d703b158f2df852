"""The synchronous resources, derived from the asynchronous ones.

Only ``_async`` is written by hand. Each name that starts with ``Async`` loses that prefix, ``async`` and ``await`` go,
and what has another name in the synchronous world is listed in ``NAMES``.
"""

from __future__ import annotations

import re
import shutil
import tokenize
from pathlib import Path

import tokenize_rt
import unasync

from .errors import ToolError
from .generate import format_python

HEADER = "# Derived by scripts/regenerate from ../_async/{name}. Do not edit: change that file instead.\n"

# Names whose synchronous form is not simply the name without "Async". unasync itself knows the protocol methods
# (__aenter__ and the like), AsyncIterator, AsyncIterable, AsyncGenerator and asynccontextmanager.
NAMES = {
    "_async": "_sync",
    "async_client": "client",
    "async_written": "written",
    "async_each": "each",
    "async_pause": "pause",
    "async_told": "told",
    "aiter": "iter",
    "anext": "next",
    "aclose": "close",
    "AsyncExitStack": "ExitStack",
    "AsyncContextManager": "ContextManager",
    "AbstractAsyncContextManager": "AbstractContextManager",
    "tasks": "threads",
    "run_tasks": "run_threads",
    "Awaitable": "",  # an annotation Awaitable[X] cannot be derived; refused below
}

_ASYNC_NAME = re.compile(r"\bAsync([A-Z]\w*)")
_ASYNC_WORD = re.compile(r"\b(?:async|await) +")


def derive_sync(async_dir: Path, sync_dir: Path) -> list[Path]:
    """Write the synchronous twin of a folder.

    Args:
        async_dir: A folder called ``_async`` with the hand-written files.
        sync_dir: The folder to write; what stood there is replaced.

    Returns:
        The files written, sorted.

    Raises:
        ToolError: If a file cannot be read as Python or uses what has no synchronous form.
    """
    if sync_dir.exists():
        shutil.rmtree(sync_dir)
    sync_dir.mkdir(parents=True)
    written = []
    for source in sorted(async_dir.rglob("*.py")):
        target = sync_dir / source.relative_to(async_dir)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        rule = unasync.Rule(
            str(sync_dir), str(sync_dir), additional_replacements=_replacements(source)
        )
        try:
            unasync.unasync_files([str(target)], [rule])
        except (tokenize.TokenError, SyntaxError) as error:
            raise ToolError(f"{source}: not readable as Python: {error}") from None
        target.write_text(
            HEADER.format(name=source.relative_to(async_dir).as_posix())
            + _with_plain_prose(target.read_text(encoding="utf-8")),
            encoding="utf-8",
        )
        written.append(target)
    format_python(sync_dir)
    return written


def _replacements(source: Path) -> dict[str, str]:
    """What to tell unasync, which would turn AsyncX into SyncX; this project's public classes are X."""
    names = {
        token.src
        for token in tokenize_rt.src_to_tokens(source.read_text(encoding="utf-8"))
        if token.name in ("NAME", "STRING")
        for token in [token._replace(src=token.src.strip("\"'"))]
    }
    if "Awaitable" in names:
        raise ToolError(
            f"{source}: Awaitable has no synchronous form; write the callable as an async Protocol"
        )
    known = {name: plain for name, plain in NAMES.items() if plain}
    # "AsyncIterator" and its like stay with unasync, which knows their synchronous names.
    foreign = {"AsyncIterable", "AsyncIterator", "AsyncGenerator"}
    derived = {name: name.removeprefix("Async") for name in names if _ASYNC_NAME.fullmatch(name)}
    return {**{name: plain for name, plain in derived.items() if name not in foreign}, **known}


def _with_plain_prose(text: str) -> str:
    """Docstrings and comments speak of the synchronous classes, too."""
    tokens = [
        token._replace(src=_ASYNC_WORD.sub("", _ASYNC_NAME.sub(r"\1", token.src)))
        if token.name in ("STRING", "COMMENT")
        else token
        for token in tokenize_rt.src_to_tokens(text)
    ]
    return str(tokenize_rt.tokens_to_src(tokens))
