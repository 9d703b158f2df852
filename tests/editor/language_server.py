"""Asks a language server what an editor would."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from typing import Any, Self

CURSOR = "<cursor>"
_PATIENCE = 120  # seconds until a server that does not answer is ended


class LanguageServer:
    """A server that speaks the Language Server Protocol over its standard streams."""

    def __init__(self, command: list[str | Path], root: Path) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._end = threading.Timer(_PATIENCE, self._process.kill)
        self._end.start()
        self._count = 0
        self._root = root
        folder = {"uri": root.as_uri(), "name": root.name}
        self._ask(
            "initialize",
            {
                "processId": None,
                "rootUri": root.as_uri(),
                "workspaceFolders": [folder],
                "capabilities": {},
            },
        )
        self._tell("initialized", {})

    def completions(self, text: str) -> set[str]:
        """Return what is offered at the cursor in a file with this text, without quotes."""
        before, cursor, after = text.partition(CURSOR)
        assert cursor, "no cursor"
        self._count += 1
        uri = (self._root / f"asked_{self._count}.py").as_uri()  # it is on no disk
        document = {"uri": uri, "languageId": "python", "version": 1, "text": before + after}
        self._tell("textDocument/didOpen", {"textDocument": document})
        place = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        found = self._ask(
            "textDocument/completion", {"textDocument": {"uri": uri}, "position": place}
        )
        items = found["items"] if isinstance(found, dict) else found or []
        return {item["label"].strip("'\"") for item in items}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._end.cancel()

    def _ask(self, method: str, parameters: dict[str, Any]) -> Any:
        self._count += 1
        self._write({"id": self._count, "method": method, "params": parameters})
        while True:
            message = self._read()
            if "method" in message and "id" in message:  # the server asks for its settings, say
                items = (message.get("params") or {}).get("items")
                answer = None if items is None else [{} for _ in items]
                self._write({"id": message["id"], "result": answer})
            elif message.get("id") == self._count:
                return message["result"]

    def _tell(self, method: str, parameters: dict[str, Any]) -> None:
        self._write({"method": method, "params": parameters})

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the language server has ended"
        return json.loads(self._process.stdout.read(length))
