"""A file that collects what replies hold that the API description does not know."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationError

if TYPE_CHECKING:
    from os import PathLike

    from ..core.drift import Drift

_MOST_FINDINGS = 1000
_lock = Lock()  # one for all reports of a process: two may have the same file


def _renew_lock() -> None:
    """Nobody in a new process holds the lock, whoever held it in the old one."""
    global _lock  # noqa: PLW0603
    _lock = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


class DriftReport:
    """Writes drift into a file, in the format of ``scripts/docs-drift --json``.

    The file is written at once, so that it is known to be writable, and again with each new finding; what stands in
    it already is kept. One object may serve several clients. Processes that share a file may lose each other's
    findings: give each process a file of its own.

    Args:
        path: The file; its folder must be there.

    Raises:
        ConfigurationError: It cannot be written, or it holds something else.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path)
        self._findings: dict[str, dict[str, Any]] = {}
        try:
            with _lock:
                self._write()
        except OSError as error:
            raise ConfigurationError(
                f"the drift report {self.path} cannot be written: {error.strerror or error}"
            ) from None
        except (ValueError, LookupError, TypeError):
            raise ConfigurationError(
                f"{self.path} is there and no drift report: name another file, or remove it"
            ) from None

    def __call__(self, drift: Drift) -> None:
        """Add a finding and write the file. Raises OSError; the next finding brings this one along."""
        finding = drift.to_dict()
        key = _key(finding)
        with _lock:
            if key in self._findings or len(self._findings) >= _MOST_FINDINGS:
                return
            self._findings[key] = finding
            self._write()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as it stands in the file."""
        with _lock:
            return self._document()

    def __repr__(self) -> str:
        return f"DriftReport({str(self.path)!r}, findings={len(self._findings)})"

    def _document(self) -> dict[str, Any]:
        found = list(self._findings.values())
        counts = Counter((one["page"], one["source"]) for one in found)
        return {
            "drift": bool(found),
            "pages": [
                {"page": page, "form": "traffic", "source": source, "entries": count}
                for (page, source), count in counts.items()
            ],
            "errors": [],
            "notes": [],
            "findings": found,
            "reasons": {},
        }

    def _read(self) -> None:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        for finding in json.loads(text)["findings"]:
            if finding["form"] != "traffic":
                raise ValueError("a report of the documentation's drift")
            self._findings.setdefault(_key(finding), finding)

    def _write(self) -> None:
        """Replace the file as a whole: whoever reads it meanwhile sees the old or the new one."""
        self._read()  # another report may have written meanwhile
        text = json.dumps(self._document(), indent=2, ensure_ascii=False)
        new = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            new.write_text(f"{text}\n", encoding="utf-8")
            new.replace(self.path)
        except OSError:
            new.unlink(missing_ok=True)
            raise


def _key(finding: dict[str, Any]) -> str:
    same = ("source", "path", "kind", "fact", "new")
    return json.dumps([finding[name] for name in same])
