"""Changing pages that were saved as text: line by line."""

from __future__ import annotations

import re

from docs_drift import nameless, text_page
from docs_drift.facts import NAMELESS, OPERATION, TEXT
from docs_drift.text_lines import PARAMETERS, heading, unbulleted
from edit import OTHER_TYPES, Edit, Page, facts_to_change, move_targets


class TextPage(Page):
    form = TEXT

    def read(self, text):
        return text_page.read(self.page, self.page, text, self.guide())

    def blocks(self):
        """The lines of each field: heading to the next one."""
        lines, found, in_parameters = self.text.split("\n"), [], False
        for at, line in enumerate(lines):
            bare, _ = unbulleted(line)
            if match := PARAMETERS.fullmatch(bare):
                in_parameters = True
                side = match[1].lower()
            elif bare in {"Body", "Schema"}:
                in_parameters = False
            if line[:1] == " " and (node := heading(bare, parameter=in_parameters)):
                found.append([at, at + 1, node, in_parameters and side])
            elif (
                found
                and (not line.strip() or line[:1] == " ")
                and bare not in {"Array [", "]"}
                and found[-1][1] == at
            ):
                found[-1][1] = at + 1
        return lines, found

    def edits(self):
        lines, blocks = self.blocks()
        paths = [
            p
            for p in self.facts.entries
            if p not in {OPERATION, "request"} and not re.fullmatch(r"responses\.\w+", p)
        ]
        assert len(paths) == len(blocks), (len(paths), len(blocks))
        for path, (start, end, node, is_parameter) in zip(paths, blocks, strict=True):
            assert path.rpartition(".")[2] == node.name
            if node.name == "*":
                continue
            entry = self.facts.entries[path]
            for name, fact, _ in facts_to_change(entry):
                new = text_fact(lines[start:end], fact, entry)
                if new:
                    yield self.edit(
                        name, [*lines[:start], *new, *lines[end:]], path, "changed", fact
                    )
            if is_parameter:
                continue
            head = lines[start]
            flipped = (
                head.removesuffix("required")
                if entry["required"]
                else re.sub(r"(deprecated)?$", r"required\1", head, count=1)
            )
            yield self.edit(
                "required",
                [*lines[:start], flipped, *lines[start + 1 :]],
                path,
                "changed",
                "required",
            )
            renamed = head.replace(node.name, f"{node.name}New", 1)
            yield self.edit(
                "renamed",
                [*lines[:start], renamed, *lines[start + 1 :]],
                path,
                "renamed",
                new=f"{path}New",
            )
            if "object" not in entry["type"]:
                yield self.edit("field dropped", [*lines[:start], *lines[end:]], path, "removed")
                parent = path.rpartition(".")[0]
                new = ["    brandNewstring", "", "    Ours.", ""]
                yield self.edit(
                    "field added", [*lines[:end], *new, *lines[end:]], f"{parent}.brandNew", "added"
                )
                for target in move_targets(self.facts.entries, path):
                    there = next(
                        b
                        for p, b in zip(paths, blocks, strict=True)
                        if p == target.removesuffix("[]")
                    )
                    at = there[1]
                    while target.endswith("[]") and "Array [" not in lines[at - 1]:
                        at += 1
                    moved = lines[start:end]
                    if at > start:
                        changed = [*lines[:start], *lines[end:at], *moved, *lines[at:]]
                    else:
                        changed = [*lines[:at], *moved, *lines[at:start], *lines[end:]]
                    yield self.edit("moved", changed, path, "moved", new=f"{target}.{node.name}")

    def edit(self, name, lines, path, kind, fact="", new=None):
        return Edit(name, "\n".join(lines), (path,), kind, fact, new)


def text_fact(lines, fact, entry):
    found = list(lines)
    if fact == "type":
        kind = entry["type"]
        found[0] = re.sub(
            rf"{kind}(<[^>]*>)?(\)?)((required)?(deprecated)?)$",
            rf"{OTHER_TYPES[kind]}\2\3",
            found[0],
        )
        return found
    for at, line in enumerate(lines):
        bare = line.strip()
        if fact in {"default", "example"} and bare.startswith(
            "Default value:" if fact == "default" else "Example:"
        ):
            found[at] = line.partition(":")[0] + ": other"
            return found
        if bare.startswith("Possible values:") and fact not in {"default", "example"}:
            found[at] = bounds_line(line, fact, entry)
            return found
    return None


def bounds_line(line, fact, entry):
    if fact == "pattern":
        return line.replace(entry["pattern"], f"{entry['pattern']}x")
    if fact == "enum":
        return line.replace(entry["enum"][0], entry["enum"][0].swapcase(), 1)
    sign = ">=" if fact.startswith("min") else "<="
    return line.replace(f"{sign} {entry[fact]}", f"{sign} {entry[fact] + 1}", 1)


class NamelessPage(Page):
    form = NAMELESS

    def read(self, text):
        return nameless.read(self.page, self.page, text, self.guide())

    def edits(self):
        """Change each line that shows a fact: bounds, and the names and flags of objects."""
        lines = self.text.split("\n")
        for at, line in enumerate(lines):

            def edit(name, new, kind="changed", fact="", at=at):
                return Edit(
                    name, "\n".join([*lines[:at], *new, *lines[at + 1 :]]), ("?",), kind, fact
                )

            if line.startswith("Possible values: "):
                for match in re.finditer(r"(?<=[<>]= )-?\d+", line):
                    new = f"{line[: match.start()]}{int(match[0]) + 1}{line[match.end() :]}"
                    yield edit("limit", [new])
                if "[" in line and "regular" not in line:
                    yield edit(
                        "enum value re-cased",
                        [re.sub(r"\[(\w+)", lambda m: f"[{m[1].swapcase()}", line, count=1)],
                        fact="enum",
                    )
                    yield edit("enum value added", [line.replace("]", ", New]")], fact="enum")
                if "regular" in line:
                    yield edit("pattern", [f"{line}x"], fact="pattern")
                if " and " not in line:
                    yield edit("bounds dropped", [])
            elif (node := heading(line, parameter=False)) and node.is_object:
                yield edit(
                    "renamed object", [line.replace(node.name, f"{node.name}New", 1)], "renamed"
                )
                flip = (
                    line.removesuffix("required")
                    if line.endswith("required")
                    else f"{line}required"
                )
                yield edit("required object", [flip], fact="required")
