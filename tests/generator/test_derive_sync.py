"""Deriving synchronous code from asynchronous code."""

from __future__ import annotations

from pathlib import Path

import pytest

from eightbyeight_tools.derive_sync import derive_sync
from eightbyeight_tools.errors import ToolError

SOURCE = '''\
"""Messages: `await AsyncClient().messages.get(umid)`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from ..._async.core import AsyncCore
from ._shared import pause


class AsyncMessages:
    """Use it as `async with AsyncClient() as client`; AsyncCore sends."""

    def __init__(self, core: "AsyncCore") -> None:
        self._core = core

    async def __aenter__(self) -> AsyncMessages:
        return self

    async def pages(self) -> AsyncIterator[str]:
        async with AsyncExitStack() as stack:
            async for page in aiter(self._core):
                yield await pause(page)  # await each AsyncMessages call
        await stack.aclose()
        raise StopAsyncIteration
'''

EXPECTED = '''\
# Derived by scripts/regenerate from ../_async/messages.py. Do not edit: change that file instead.
"""Messages: `Client().messages.get(umid)`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from ..._sync.core import Core
from ._shared import pause


class Messages:
    """Use it as `with Client() as client`; Core sends."""

    def __init__(self, core: "Core") -> None:
        self._core = core

    def __enter__(self) -> Messages:
        return self

    def pages(self) -> Iterator[str]:
        with ExitStack() as stack:
            for page in iter(self._core):
                yield pause(page)  # each Messages call
        stack.close()
        raise StopIteration
'''


def test_whole_file(tmp_path: Path) -> None:
    (tmp_path / "_async").mkdir()
    (tmp_path / "_async" / "messages.py").write_text(SOURCE)

    written = derive_sync(tmp_path / "_async", tmp_path / "_sync")

    assert written == [tmp_path / "_sync" / "messages.py"]
    assert written[0].read_text() == EXPECTED


def test_names_that_differ(tmp_path: Path) -> None:
    (tmp_path / "_async").mkdir()
    (tmp_path / "_async" / "a.py").write_text(
        "from ...sending.tasks import run_tasks\n\n\nasync def f():\n    return await run_tasks()\n"
    )

    derive_sync(tmp_path / "_async", tmp_path / "_sync")

    assert (tmp_path / "_sync" / "a.py").read_text().partition("\n")[2] == (
        "from ...sending.threads import run_threads\n\n\ndef f():\n    return run_threads()\n"
    )


def test_what_was_there_goes(tmp_path: Path) -> None:
    for folder in ("_async", "_sync"):
        (tmp_path / folder).mkdir()
    (tmp_path / "_sync" / "old.py").write_text("")

    derive_sync(tmp_path / "_async", tmp_path / "_sync")

    assert list((tmp_path / "_sync").iterdir()) == []


def test_what_has_no_synchronous_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "_async").mkdir()
    (tmp_path / "_async" / "a.py").write_text("from typing import Awaitable\n")

    with pytest.raises(ToolError, match=r"a\.py: Awaitable has no synchronous form"):
        derive_sync(tmp_path / "_async", tmp_path / "_sync")
