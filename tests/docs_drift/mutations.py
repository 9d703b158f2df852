"""Every change that a vendor might make to one fact, and what the tool has to say about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docs_drift.facts import OPERATION
from model import SIDES, statuses

BOUNDS = (
    "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "minItems", "maxItems",
)  # fmt: skip
OTHER_TYPES = {
    "string": "integer",
    "integer": "string",
    "number": "string",
    "boolean": "string",
    "any": "string",
}


@dataclass
class Mutation:
    """One change.

    Attributes:
        name: What is done, for the counts.
        entries: The page after it.
        path: The entry that the tool has to name.
        kind: What it has to say of it.
        fact: The fact that it has to name.
        new: The new value or path; None where that does not matter.
    """

    name: str
    entries: dict
    path: str
    kind: str
    fact: str = ""
    new: object = field(default=None)


def mutations(entries):
    """All of them, for one operation."""
    yield from of_operation(entries)
    for path, entry in entries.items():
        if path == OPERATION:
            continue
        is_status = re.fullmatch(r"responses\.\w+", path)
        yield from of_facts(entries, path, entry)
        if is_status:
            continue
        if path != "request" and not path.endswith(".*"):
            yield from of_place(entries, path)
    yield from of_statuses(entries)
    yield from of_additions(entries)


def changed(entries, path, /, **facts):
    found = {**entries, path: dict(entries[path])}
    for name, value in facts.items():
        if value is None:
            found[path].pop(name, None)
        else:
            found[path][name] = value
    return found


def of_operation(entries):
    about = entries[OPERATION]

    def one(name, value):
        return Mutation(
            f"operation's {name}",
            changed(entries, OPERATION, **{name: value}),
            OPERATION,
            "changed",
            name,
            value,
        )

    yield one("method", "PUT")
    yield one("path", about["path"].replace("/v1/", "/v2/"))
    yield one("id", f"{about['id']}-2")
    yield one("hosts", [*about["hosts"], "https://new.example.com"])
    host = "https://new.example.com"
    new = [host, *about["hosts"][1:]]
    facts = {"host": host, "hosts": new}
    yield Mutation(
        "operation's host", changed(entries, OPERATION, **facts), OPERATION, "changed", "host", None
    )
    for limit in about.get("limits", []):
        number, _, unit = limit.partition(" ")
        yield one("limits", [f"{int(number) + 1} {unit}"])
    yield one("limits", sorted([*about.get("limits", []), "7 request/minute"]))


def of_facts(entries, path, entry):
    def one(name, fact, **facts):
        new = facts.get(fact)
        return Mutation(name, changed(entries, path, **facts), path, "changed", fact, new)

    kind = entry.get("type", "")
    for name in BOUNDS:
        if name not in entry:
            continue
        for step in (1, -1):
            if entry[name] + step > 0 or not name.endswith(("Length", "Items")):
                yield one("limit", name, **{name: entry[name] + step})
        yield one("limit dropped", name, **{name: None})
    if "maxLength" not in entry and kind == "string":
        yield one("limit added", "maxLength", maxLength=77)
    if "pattern" in entry:
        yield one("pattern", "pattern", pattern=entry["pattern"].replace("$", "?$"))
        yield one("pattern dropped", "pattern", pattern=None)
    if values := entry.get("enum"):
        yield one("enum value added", "enum", enum=[*values, "NewValue"])
        if len(values) > 1:
            yield one("enum value dropped", "enum", enum=values[1:])
            yield one("enum reordered", "enum", enum=values[::-1])
        yield one("enum value re-cased", "enum", enum=[values[0].swapcase(), *values[1:]])
    for name in ("default", "example"):
        if name in entry and "object" not in kind:
            new = {"integer": "99", "number": "99.5", "boolean": "true"}.get(kind, "other")
            new = "false" if new == entry[name] == "true" else new
            yield one(name, name, **{name: new})
            yield one(f"{name} dropped", name, **{name: None})
    if "required" in entry and ".headers." not in path and not path.endswith(".*"):
        yield one("required", "required", required=not entry["required"])
    if "format" in entry:
        yield one("format", "type", format="hostname")
    if kind in OTHER_TYPES and "format" not in entry and not path.endswith(".*"):
        yield one("type", "type", type=OTHER_TYPES[kind])
    if (
        kind
        and path.partition(".")[0] not in SIDES
        and not path.endswith(".*")
        and ".headers." not in path
    ):
        yield one("deprecated", "deprecated", deprecated=None if entry.get("deprecated") else True)
    for limit in entry.get("limits", []):
        number, _, unit = limit.partition(" ")
        new = sorted(
            [one for one in entry["limits"] if one != limit] + [f"{float(number) + 1:g} {unit}"]
        )
        yield one("limit in the prose", "limits", limits=new)
    if listed := entry.get("listed"):
        yield one("listed value added", "listed", listed=[*listed, "newvalue"])
        yield one("listed value dropped", "listed", listed=listed[1:] if len(listed) > 2 else None)
    if (
        entry.get("about")
        and not re.fullmatch(r"responses\.\w+", path)
        and not repeated(entries, path)
    ):
        yield one("wording", "words", about=f"{entry['about']} Really.")
    if samples := entry.get("examples"):
        other = re.sub(r'="(\w)', r'="x\1', samples[0], count=1)
        other = other if other != samples[0] else re.sub(r"=(\d)", r"=9\1", samples[0], count=1)
        yield one("sample body", "examples", examples=[other, *samples[1:]])
    if "content" in entry:
        yield one("media type", "content", content=["application/xml"])


def repeated(entries, path):
    """Whether the page says of an object's further properties what it says of the object."""
    return path.endswith(".*") or f"{path}.*" in entries


def renamed(entries, old, new):
    found = {}
    for path, entry in entries.items():
        if path == old or path.startswith((f"{old}.", f"{old}[]")):
            path = new + path[len(old) :]  # noqa: PLW2901
        found[path] = entry
    return found


def without(entries, gone):
    inside = (f"{gone}.", f"{gone}[]")
    return {p: e for p, e in entries.items() if p != gone and not p.startswith(inside)}


def of_place(entries, path):
    parent, _, name = path.rpartition(".")
    new = f"{parent}.{name}New"
    yield Mutation("renamed", renamed(entries, path, new), path, "renamed", new=new)
    yield Mutation("field dropped", without(entries, path), path, "removed")
    if ".headers." in path:
        return
    if path.partition(".")[0] in SIDES:
        side, other = path.partition(".")[0], ("query" if path.startswith("path") else "path")
        new = f"{other}.{name}"
        if new not in entries:
            moved = {new if p == path else p: e for p, e in entries.items()}
            yield Mutation(f"moved from {side}", moved, path, "moved", new=new)
        return
    for target in targets(entries, path):
        yield Mutation(
            "moved", moved_into(entries, path, target), path, "moved", new=f"{target}.{name}"
        )


def targets(entries, path):
    """Two other objects that a field could move to: one beside it or above, one elsewhere."""
    parent, _, name = path.rpartition(".")
    side = re.match(r"request|response\b|responses\.\w+", path)[0]
    found = []
    for other, entry in entries.items():
        kind = entry.get("type", "")
        if not other.startswith(f"{side}.") or "object" not in kind or f"{other}.*" in entries:
            continue
        target = other + "[]" * kind.count("[]")
        taken = f"{target}.{name}" in entries or target == parent
        inside = target == path or target.startswith((f"{path}.", f"{path}[]"))
        has_fields = any(one.startswith(f"{target}.") for one in entries)
        if not taken and not inside and has_fields:
            found.append(target)
    return found[:: max(1, len(found) - 1)][:2]


def moved_into(entries, path, target):
    """Move a field to the beginning of another object, where text shows it to be inside."""
    name = path.rpartition(".")[2]
    rest = without(entries, path)
    group = {p: e for p, e in entries.items() if p not in rest}
    found = {}
    for other, entry in rest.items():
        found[other] = entry
        if other == target.removesuffix("[]"):
            found |= {f"{target}.{name}" + p[len(path) :]: e for p, e in group.items()}
    return found


def of_statuses(entries):
    found = statuses(entries)
    for status in found:
        new = next(str(n) for n in range(int(status) + 1, 600) if str(n) not in found)
        old = f"responses.{status}"
        yield Mutation(
            "status",
            renamed(entries, old, f"responses.{new}"),
            old,
            "renamed",
            new=f"responses.{new}",
        )
        if not status.startswith("2"):
            yield Mutation("status dropped", without(entries, old), old, "removed")
    last = f"responses.{found[-1]}"
    added = renamed(
        {p: e for p, e in entries.items() if p not in without(entries, last)}, last, "responses.409"
    )
    added["responses.409"] = {**added["responses.409"], "about": "Conflict response"}
    yield Mutation("status added", {**entries, **added}, "responses.409", "added")


def of_additions(entries):
    containers = ["request"] if "request" in entries else []
    containers += [
        "response",
        *(f"responses.{one}" for one in statuses(entries) if not one.startswith("2")),
    ]
    containers += [
        p + "[]" * e.get("type", "").count("[]")
        for p, e in entries.items()
        if "object" in e.get("type", "")
    ]
    for where in containers:
        below = [p for p in entries if p.startswith(f"{where}.") and ".headers." not in p]
        if not below and where in {"request", "response"}:
            continue
        for required in (False, True):
            entry = {
                "type": "string",
                "required": required,
                "maxLength": 7,
                "about": "Ours, and brand new.",
            }
            path = f"{where}.brandNew"
            added, after = {}, (below or [where])[-1]
            for other, known in entries.items():
                added[other] = known
                if other == after or (not below and other == where.removesuffix("[]")):
                    added[path] = dict(entry)
            if path in added:
                yield Mutation("field added", added, path, "added")
    for where in ("query", "header"):
        entry = {"type": "string", "required": where == "query", "about": "Ours, and brand new."}
        added = {}
        for other, known in entries.items():
            if other == "request" or (
                other.startswith("responses.") and f"{where}.brandNew" not in added
            ):
                added.setdefault(f"{where}.brandNew", dict(entry))
            added[other] = known
        yield Mutation("parameter added", added, f"{where}.brandNew", "added")
    first = f"responses.{statuses(entries)[0]}"
    added = {}
    for other, known in entries.items():
        added[other] = known
        if other == first:
            added[f"{first}.headers.X-New"] = {"type": "string", "required": False, "example": "9"}
    yield Mutation("response header added", added, f"{first}.headers.X-New", "added")
