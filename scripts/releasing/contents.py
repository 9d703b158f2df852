"""What is written about a wheel in the wheel itself."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from trove_classifiers import classifiers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True)
class Wheel:
    """A wheel's own description, and its files."""

    metadata: Metadata
    files: dict[str, bytes]

    @classmethod
    def read(cls, path: Path) -> Wheel:
        """Read a wheel. Raises a group of InvalidMetadata when its description breaks a rule."""
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        (name,) = (name for name in files if name.endswith(".dist-info/METADATA"))
        return cls(Metadata.from_email(files[name], validate=True), files)

    @property
    def version(self) -> str:
        """Its version."""
        return str(self.metadata.version)

    @property
    def extras(self) -> list[str]:
        """The names of the extras."""
        return [str(extra) for extra in self.metadata.provides_extra or ()]

    @property
    def size(self) -> int:
        """How many bytes the files take when they are installed, before Python compiles them."""
        return sum(len(content) for content in self.files.values())

    def requirements(self, extras: Iterable[str] = ()) -> list[str]:
        """What must be installed beside the wheel, with the given extras, as lines for an installer."""
        wanted = ["", *extras]
        lines = []
        for requirement in self.metadata.requires_dist or ():
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in wanted):
                plain = Requirement(str(requirement))
                plain.marker = None
                lines.append(str(plain))
        return lines


def complaints_about(path: Path) -> list[str]:
    """Say what of a wheel's description an index or an installer would refuse."""
    try:
        wheel = Wheel.read(path)
    except ExceptionGroup as group:
        return [f"{path.name}: {error}" for error in group.exceptions]
    return [
        f"{path.name}: {fault}"
        for fault in (*_unknown_classifiers(wheel), *_record(wheel), *_unbounded(wheel))
    ]


def _unknown_classifiers(wheel: Wheel) -> list[str]:
    given = wheel.metadata.classifiers or []
    return [f"there is no classifier {name!r}" for name in given if name not in classifiers]


def _unbounded(wheel: Wheel) -> list[str]:
    """Without a lower bound, an old environment keeps a version that nobody ever tried."""
    return [
        f"the requirement {requirement.name} has no lower bound"
        for requirement in wheel.metadata.requires_dist or ()
        if not any(bound.operator in (">=", "~=", "==", ">") for bound in requirement.specifier)
    ]


def _record(wheel: Wheel) -> list[str]:
    """Hold the files against the list of hashes that installers verify."""
    (record,) = (name for name in wheel.files if name.endswith(".dist-info/RECORD"))
    rows = csv.reader(io.StringIO(wheel.files[record].decode()))
    listed = {name: digest for name, digest, _ in rows if name != record}
    faults = [
        f"RECORD and the files disagree: {name}"
        for name in listed.keys() ^ (wheel.files.keys() - {record})
    ]
    for name in listed.keys() & wheel.files.keys():
        digest = base64.urlsafe_b64encode(hashlib.sha256(wheel.files[name]).digest())
        if listed[name] != f"sha256={digest.decode().rstrip('=')}":
            faults.append(f"RECORD has another hash: {name}")
    return sorted(faults)
