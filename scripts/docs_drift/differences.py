"""What differs between two lists of entries, one finding for one change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .facts import RESPONSE, RESPONSES, Entry, parent_of
from .severity import severity

ADDED, REMOVED, RENAMED, MOVED, CHANGED = "added", "removed", "renamed", "moved", "changed"


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        path: The entry, by its old path where it has one.
        kind: What became of it: one of the words above.
        fact: Which fact changed; empty when the entry as a whole did.
        old: The value, or the path, before.
        new: The value, or the path, after.
        severity: ``breaking``, ``additive`` or ``editorial``, for whoever calls the API.
        below: How many entries below went the same way.
        or_at: Other paths that the page allows for the new entry.
    """

    path: str
    kind: str
    fact: str
    old: Any
    new: Any
    severity: str
    below: int = 0
    or_at: tuple[str, ...] = field(default=())


def changes(
    old: dict[str, Entry],
    new: dict[str, Entry],
    unsure: dict[str, list[str]] | None = None,
) -> list[Change]:
    """Compare.

    Args:
        old: The entries before.
        new: The entries after; those with a name that begins with ``?`` have one that is not known.
        unsure: Other places at which an entry of ``new`` may stand.

    Returns:
        The differences, in the order of the entries.
    """
    removed = _roots([path for path in old if path not in new], old)
    added = _roots([path for path in new if path not in old], new)
    found: list[tuple[str, Change]] = []
    for before in removed:
        after = _same_elsewhere(before, list(removed.values()), added, old, new)
        if after is None:
            below = len(removed[before]) - 1
            found.append((before, _whole(before, REMOVED, old[before], None, below)))
            continue
        kind = RENAMED if _parent(before) == _parent(after) else MOVED
        below = len(added.pop(after)) - 1
        found.append(
            (before, _whole(before, kind, before, after, below, (unsure or {}).get(after)))
        )
    for after, group in added.items():
        others = (unsure or {}).get(after)
        found.append((after, _whole(after, ADDED, None, new[after], len(group) - 1, others)))
    for path in old.keys() & new.keys():
        found += [(path, change) for change in _facts(path, old[path], new[path])]
    order = {path: at for at, path in enumerate([*new, *old])}
    return [change for _, change in sorted(found, key=lambda pair: (order[pair[0]], pair[1].fact))]


def _whole(
    path: str, kind: str, old: Any, new: Any, below: int, others: list[str] | None = None
) -> Change:
    """Describe an entry that came, went or moved."""
    return Change(
        path, kind, "", old, new, severity(path, kind, "", old, new), below, tuple(others or ())
    )


def _roots(paths: list[str], entries: dict[str, Entry]) -> dict[str, list[str]]:
    """Group entries under the outermost of them."""
    groups: dict[str, list[str]] = {}
    chosen = set(paths)
    success = next((path for path in entries if path.startswith(f"{RESPONSES}.2")), None)
    for path in paths:
        root, above = path, path
        while above := _above(above, success):
            if above in chosen:
                root = above
        groups.setdefault(root, []).append(path)
    return groups


def _above(path: str, success: str | None) -> str:
    """Find the entry over another; the body of the success stands below its status."""
    above = parent_of(path)
    if above.endswith(".headers"):
        return above.removesuffix(".headers")
    if above in {RESPONSE, ""} and path.startswith((f"{RESPONSE}.", f"{RESPONSE}[]")):
        return success or ""
    return "" if above == RESPONSES else above


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def _same_elsewhere(
    before: str,
    groups: list[list[str]],
    added: dict[str, list[str]],
    old: dict[str, Entry],
    new: dict[str, Entry],
) -> str | None:
    """Find an entry that came with exactly what another took away, beside it or under its name."""
    group = next(group for group in groups if before in group)
    name, shape = before.rpartition(".")[2], _shape(before, group, old)
    for want_parent in (True, False):
        for after, others in added.items():
            other = after.rpartition(".")[2]
            unnamed = other.startswith("?")
            fits = _parent(after) == _parent(before) if want_parent else other == name or unnamed
            if fits and _shape(after, others, new) == shape:
                return after
    return None


def _shape(root: str, group: list[str], entries: dict[str, Entry]) -> dict[str, Entry]:
    shape = {}
    for path in group:
        entry = entries[path]
        shape[path.removeprefix(root)] = entry
    return shape


def _facts(path: str, old: Entry, new: Entry) -> list[Change]:
    found = []
    old, new = _labelled(old), _labelled(new)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if any(name in names for name in ("limits", "listed")):
        # The wording that states them has changed with them.
        names = [name for name in names if name != "words"]
    if old.get("listed") == old.get("enum") and "enum" in names and "listed" in names:
        names.remove("listed")
    if "hosts" in names and "host" in names:
        names.remove("host")
    for name in names:
        before, after = old.get(name), new.get(name)
        grade = severity(path, CHANGED, name, before, after)
        found.append(Change(path, CHANGED, name, before, after, grade))
    return found


def _labelled(entry: Entry) -> Entry:
    """Write type and format as one, as the pages do."""
    found = {name: value for name, value in entry.items() if name != "format"}
    if "format" in entry:
        found["type"] = f"{entry.get('type', '')}<{entry['format']}>"
    return found
