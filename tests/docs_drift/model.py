"""An operation as the tests see it: the committed facts, with wording of our own for each entry."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from docs_drift.baseline import Baselines
from docs_drift.facts import OAS, OPERATION

SPEC = Path(__file__).parents[2] / "spec"
BASELINES = Baselines(SPEC / "facts")
PAGES = BASELINES.pages
SIDES = ("path", "query", "header", "cookie")


@dataclass
class Field:
    """One field with those below it."""

    name: str
    entry: dict
    children: list[Field] = field(default_factory=list)

    @property
    def arrays(self):
        return self.entry.get("type", "").count("[]")

    @property
    def is_object(self):
        return "object" in self.entry.get("type", "")


def model_of(page):
    """The entries of a page's baseline, each with `about`: a sentence of ours."""
    entries = BASELINES.entries(page, OAS)
    return with_wording(entries)


def with_wording(entries):
    found = {}
    for number, (path, facts) in enumerate(entries.items()):
        entry = {name: value for name, value in copy.deepcopy(facts).items() if name != "words"}
        for name in ("example", "default"):
            if str(entry.get(name, "")).startswith("~"):
                entry[name] = f"These are some words for {name} {number}"
        if path != OPERATION and ".headers." not in path:
            entry["about"] = about(path, number)
        found[path] = entry
    for path, entry in found.items():
        if path.endswith(".*"):  # the page repeats what it says of the object
            entry["about"] = found[path[:-2]]["about"]
    return found


def about(path, number):
    status = re.fullmatch(r"responses\.(\d+)", path)
    if status is None:
        return f"Ours, {spelled(number)}: {path.rpartition('.')[2]} as we would put it."
    phrase = HTTPStatus(int(status[1])).phrase
    if status[1] == "401":
        phrase = "Not authenticated"
    return "Success response" if status[1].startswith("2") else f"{phrase} response"


def spelled(number):
    """A number in letters, so that it is no limit of anything."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def prose_lines(entry):
    """What a page says of an entry: our sentence, then the limits and values that it states."""
    lines = [entry["about"]] if entry.get("about") else []
    lines += [f"No more than {limit} of it." for limit in entry.get("limits", [])]
    listed = entry.get("listed", [])
    if all(re.fullmatch(r"[a-z][A-Za-z]*(_[A-Za-z]+)*", value) for value in listed):
        # Each list in words of its own: without field names that alone tells whose it is.
        meaning = re.sub(r"\W+", " ", entry.get("about", "").removesuffix(" Really."))
        lines += [f"• {value}: a value of {meaning}" for value in listed]
    elif listed:
        lines.append(f"Possible values are {', '.join(listed[:-1])} or {listed[-1]}.")
    return lines


def fields_of(entries, where):
    """The fields of a body, nested."""
    top = Field("", {"type": "object"})
    known = {where: top}
    for path, entry in entries.items():
        if not path.startswith((f"{where}.", f"{where}[].")) or path.count(".headers."):
            continue
        parent, _, name = path.rpartition(".")
        holder = known[parent.replace("[]", "")] if parent != where else top
        node = Field(name, entry)
        holder.children.append(node)
        known[path.replace("[]", "")] = node
    return top.children


def statuses(entries):
    return [p.split(".")[1] for p in entries if re.fullmatch(r"responses\.\w+", p)]


def body_of(entries, status):
    """Where the fields of an answer stand: the first success's have a place of their own."""
    success = next((one for one in statuses(entries) if one.startswith("2")), None)
    return "response" if status == success else f"responses.{status}"


def headers_of(entries, status):
    start = f"responses.{status}.headers."
    return {path[len(start) :]: entry for path, entry in entries.items() if path.startswith(start)}


def parameters_of(entries):
    return [
        (path.partition(".")[0], path.partition(".")[2], entry)
        for path, entry in entries.items()
        if path.partition(".")[0] in SIDES
    ]


def samples_of(entries, status):
    return [unflattened(sample) for sample in entries[f"responses.{status}"].get("examples", [])]


def unflattened(sample):
    """A sample body out of its paths and values."""
    top = {}
    for part in sample.split(" "):
        path, _, text = part.partition("=")
        value = "Some words of ours" if text == "..." else json.loads(text)
        steps = [int(s[1:-1]) if s[0] == "[" else s for s in re.findall(r"[^.\[\]]+|\[\d+\]", path)]
        node = top
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            if following is None:
                node[step] = value
                break
            if isinstance(step, int):
                while len(node) <= step:
                    node.append([] if isinstance(following, int) else {})
            else:
                node.setdefault(step, [] if isinstance(following, int) else {})
            node = node[step]
            if isinstance(following, int) and isinstance(node, list):
                while len(node) <= following:
                    node.append({})
    return top
