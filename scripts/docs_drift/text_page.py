"""Facts out of a page that was saved as text with its field names: a sequence, without nesting."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from . import prose
from .completeness import demand_end_of_text
from .errors import NoOperation, PageError
from .facts import OPERATION, REQUEST, RESPONSE, RESPONSES, TEXT, Entry, Facts, ordered
from .placing import Placing
from .rendered import json_blocks, possible_values, sample_of
from .text_lines import BODY, ENDPOINT, PARAMETERS, Node, heading, unbulleted

if TYPE_CHECKING:
    from collections.abc import Iterable

_CUT = "\x00"
_HEADER = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_FOOTER = re.compile(r"^Source: https?://.*\Z", re.MULTILINE | re.DOTALL)
_SAID = (
    (r"\bbad request\b", "400"), (r"not authenticated|unauthori[sz]ed", "401"),
    (r"doesn.t exist|not found", "404"), (r"rate limit|too many|quota", "429"),
    (r"upgrade required", "426"), (r"internal server error", "500"),
)  # fmt: skip


@dataclass
class Answer:
    """One of the answers that a text page shows, under a sentence instead of a status."""

    said: list[str] = field(default_factory=list)
    headers: list[Node] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)


def split(source: str, text: str) -> tuple[Entry, str]:
    """Cut a page into what it says of the operation and the rest, without what surrounds it.

    Raises:
        PageError: If it names no method and path, or is cut off.
    """
    text = _FOOTER.sub("", text.replace("\r\n", "\n").replace("\u00a0", " ").replace(_CUT, ""))
    match = ENDPOINT.search(text)
    if match is None:
        raise NoOperation(f"{source}: shows no operation: no line such as `POST https://...` in it")
    rest = text[match.end() :]
    request = re.search(r"^Request\s*$", rest, re.MULTILINE)
    if request is None:
        raise PageError(f"{source}: there is no `Request` below the method and path")
    limits = prose.facts_of(prose.tidy(rest[: request.start()].splitlines())).get("limits")
    path = re.sub(r":(\w+)", r"{\1}", match["path"])
    entry = {"method": match["method"], "host": match["host"], "path": path, "limits": limits}
    rest = rest[request.end() :]
    demand_end_of_text(source, rest)
    return entry, rest


def has_names(text: str) -> bool:
    """Whether a text page shows the names of its scalar fields."""
    in_parameters = False
    for line in text.splitlines():
        bare, _ = unbulleted(line)
        if PARAMETERS.fullmatch(bare):
            in_parameters = True
        elif BODY.fullmatch(bare) or bare == "Schema":
            in_parameters = False
        elif (node := heading(bare, parameter=in_parameters)) and "object" not in node.entry[
            "type"
        ]:
            return True
    return False


def read(page: str, source: str, text: str, guide: dict[str, Entry]) -> Facts:
    """Extract the facts.

    Args:
        page: The page's name.
        source: Where it comes from, for messages.
        text: The page.
        guide: The entries that the baseline has, for the nesting.

    Returns:
        The facts; places that the text leaves open are among ``unsure``.

    Raises:
        PageError: If it is no such page.
    """
    operation, rest = split(source, text)
    reader = _Lines()
    reader.read(rest)
    entries: dict[str, Entry] = {OPERATION: operation}
    for where, node in reader.parameters:
        entries[f"{where}.{node.name}"] = node.entry
    placing = Placing(guide, entries)
    if reader.body is not None:
        entries[REQUEST] = {"required": reader.body_required, "words": reader.body_words}
        placing.place(reader.body, REQUEST)
    success = False
    for status, answer in zip(statuses(reader.answers, guide), reader.answers, strict=True):
        where = f"{RESPONSES}.{status}"
        words = [prose.fingerprint(line) for line in prose.tidy(answer.said)]
        entries[where] = {"examples": answer.samples, "words": words}
        for node in answer.headers:
            node.entry.pop("type", None)
            node.entry.pop("required", None)
            entries[f"{where}.headers.{node.name}"] = node.entry
        if status.startswith("2") and not success:
            success, where = True, RESPONSE
        placing.place(answer.nodes, where)
    if len(entries) == 1:
        raise PageError(f"{source}: reads as empty: no parameter, field or answer was found in it")
    entries = {path: ordered(entry) for path, entry in entries.items()}
    notes = [] if guide else ["no baseline: text shows no nesting, so that of objects is a guess"]
    return Facts(page, TEXT, source, entries, placing.unsure, notes)


class _Lines:
    """Reads a page line by line."""

    def __init__(self) -> None:
        self.parameters: list[tuple[str, Node]] = []
        self.body: list[Node] | None = None
        self.body_required = False
        self.body_words: list[str] = []
        self.answers: list[Answer] = []
        self._section = ""
        self._said: list[str] = []  # what may turn out to introduce an answer
        self._announced: list[str] = []  # likewise, before the headers of that answer
        self._lists: list[list[Node]] = []
        self._node: Node | None = None
        self._headers: list[Node] = []

    def read(self, text: str) -> None:
        samples, rest = json_blocks(text)
        waiting = iter(samples)
        for line in rest.splitlines():
            if line == _CUT:
                self._sample(next(waiting))
            elif line.strip():
                self._line(line)
        self._finish()
        for answer in self.answers:
            answer.samples = answer.samples[1:]  # the first one is made up from the schema

    def _sample(self, value: object) -> None:
        self._finish()
        self._section = ""
        if self.answers and not self._said:
            self.answers[-1].samples.append(sample_of(value))

    def _line(self, line: str) -> None:
        bare, inside = unbulleted(line)
        if match := PARAMETERS.fullmatch(bare):
            self._begin(match[1].lower(), [])
        elif (match := BODY.fullmatch(bare)) and self.body is None and not self.answers:
            self.body, self.body_required = [], bool(match[1])
            self._begin(REQUEST, self.body)
        elif bare == "Response Headers" and not inside:
            self._headers, said = [], self._said
            self._begin("headers", self._headers)
            self._announced = said
        elif bare == "Schema" and not inside:
            said = self._said or self._announced or self._last_line()
            self._announced = []
            self.answers.append(Answer(said, self._headers))
            self._headers = []
            self._begin(RESPONSES, self.answers[-1].nodes)
        elif bare == "Array [" and self._node is not None:
            children: list[Node] = []
            node = self._finish()
            if node is not None and node.children is None and "[]" in node.entry.get("type", ""):
                node.children = children
            self._lists.append(children)
        elif bare == "]" and len(self._lists) > 1:
            self._finish()
            self._lists.pop()
        else:
            self._content(bare, inside=inside)

    def _begin(self, section: str, nodes: list[Node]) -> None:
        self._finish()
        self._section, self._lists, self._said = section, [nodes], []

    def _content(self, bare: str, *, inside: bool) -> None:
        is_parameter = self._section in {"path", "query", "header", "cookie"}
        node = heading(bare, parameter=is_parameter) if self._section else None
        if self._section == "headers" and inside and _HEADER.fullmatch(bare):
            node = Node(bare, {})
        if node is not None and (inside or not self._said):
            self._finish()
            if self._section == REQUEST and not self.body:
                self.body_words = [prose.fingerprint(line) for line in prose.tidy(self._said)]
            self._said = []
            self._node = node
            if is_parameter:
                self.parameters.append((self._section, node))
            else:
                self._lists[-1].append(node)
        elif not inside or self._node is None:
            self._said.append(bare)
        elif bare not in {"object", "string"}:
            self._node.lines.append(bare)

    def _last_line(self) -> list[str]:
        """Take an answer's sentence back from the field before it, on a page without indentation."""
        lines = self._node.lines if self._node is not None else []
        return [lines.pop()] if lines and status_said(lines[-1:]) else []

    def _finish(self) -> Node | None:
        node, self._node = self._node, None
        if node is not None:
            finish(node)
        return node


def finish(node: Node) -> None:
    """Turn a field's lines into facts."""
    lines, kind = [], node.entry.get("type", "")
    for line in node.lines:
        label, _, value = line.partition(":")
        if label == "Possible values" and (found := possible_values(value, kind)):
            node.entry.update(found)
        elif label == "Default value":
            node.entry["default"] = prose.value_of(value.strip())
        elif label == "Example":
            node.entry["example"] = prose.value_of(value.strip())
        else:
            lines.append(line)
    node.entry.update(prose.facts_of(prose.tidy(lines)))
    node.lines = []


def statuses(answers: list[Answer], guide: Iterable[str]) -> list[str]:
    """Tell the statuses of the answers: by what is said of them, else by the baseline's order.

    Args:
        answers: The answers, in the page's order.
        guide: The paths of the baseline.

    Returns:
        One for each answer; ``?1`` and so on where nothing tells.
    """
    known = [
        path.split(".")[1]
        for path in guide
        if path.count(".") == 1 and path.startswith("responses.")
    ]
    found = [status_said(answer.said) for answer in answers]
    left = [status for status in known if status not in found]
    unknown = found.count("")
    if unknown and found[0] == "":
        # The first answer is the success; pages say the least of it.
        success = next((status for status in left if status.startswith("2")), "200")
        found[0], left = success, [status for status in left if status != success]
        unknown -= 1
    for at, status in enumerate(found):
        if status == "":
            found[at] = left.pop(0) if len(left) >= unknown else f"?{at + 1}"
            unknown -= 1
    seen: set[str] = set()
    for at, status in enumerate(found):
        found[at] = f"?{at + 1}" if status in seen else status
        seen.add(status)
    return found


def status_said(lines: list[str]) -> str:
    """Recognise a status by its usual words; empty if they are not there."""
    text = " ".join(lines).lower()
    for pattern, status in _SAID:
        if re.search(pattern, text):
            return status
    for known in HTTPStatus:
        if known >= 400 and known.phrase.lower() in text:
            return str(known.value)
    return ""
