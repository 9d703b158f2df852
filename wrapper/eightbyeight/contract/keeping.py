"""Requests that broke a rule, kept as files that send them again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# curl makes these itself, and a request is the same without them.
_LEFT_OUT = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "user-agent",
        "x-schemathesis-testcaseid",
    }
)


class Keeping:
    """Writes one script for curl a breach, with its body beside it. The key is in none of them.

    Args:
        folder: Where to; None keeps nothing.
        key: The API key, which the scripts take from the environment.
    """

    def __init__(self, folder: Path | None, key: str) -> None:
        self._folder = folder
        self._key = key
        self._kept = 0

    def keep(
        self,
        method: str,
        url: str,
        headers: Iterable[tuple[str, str]],
        body: bytes | None,
    ) -> str | None:
        """Keep a request.

        Returns:
            The command that sends it again, or None when nothing is kept.

        Raises:
            OSError: The files cannot be written.
        """
        if self._folder is None:
            return None
        self._folder.mkdir(parents=True, exist_ok=True)
        self._kept += 1
        script = self._folder / f"{self._kept}.sh"
        command = [
            "curl",
            "--silent",
            "--show-error",
            "--include",
            "--path-as-is",
            "--request",
            method,
        ]
        line = shlex.join(command)
        for name, value in headers:
            if name.lower() in _LEFT_OUT:
                continue
            header = shlex.quote(f"{name}: {value}")
            if self._key in value:
                header = f'{shlex.quote(f"{name}: Bearer ")}"$EIGHTBYEIGHT_API_KEY"'
            line += f" \\\n  --header {header}"
        if body:
            content = self._folder / f"{self._kept}.body"
            self._write(content, body.replace(self._key.encode(), b"***"))
            line += f' \\\n  --data-binary @"$(dirname "$0")/{content.name}"'
        line += f" \\\n  --url {shlex.quote(url)}\n"
        self._write(script, f"#!/bin/sh\n{line}".encode())
        return f"sh {shlex.quote(str(script))}"

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        # They hold the texts and numbers of the requests: nobody else's business.
        path.touch(mode=0o600)
        path.write_bytes(content)
