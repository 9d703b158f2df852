"""Putting a flat sequence of fields back into its objects, along what the baseline has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .alignment import NEVER, aligned

if TYPE_CHECKING:
    from .facts import Entry
    from .text_lines import Node


@dataclass(frozen=True)
class _Known:
    """A field of the baseline, in the same list as the page's."""

    path: str
    name: str
    entry: Entry


class Placing:
    """Places the fields of a page.

    Args:
        guide: The baseline's entries.
        entries: Where the placed fields go.

    Attributes:
        unsure: Path -> the other places that the text allows for that field.
    """

    def __init__(self, guide: dict[str, Entry], entries: dict[str, Entry]) -> None:
        self._guide = guide
        self._entries = entries
        self.unsure: dict[str, list[str]] = {}

    def place(self, nodes: list[Node], where: str, known_as: str | None = None) -> None:
        """Place a list of fields, and those in their lists.

        Args:
            nodes: What stands between two brackets, in the page's order.
            where: The path of what holds them.
            known_as: The path that the baseline has for it, if another.
        """
        known = self._known(where if known_as is None else known_as)
        pairs = aligned(nodes, known, _cost)
        blocks = _moved_block(nodes, known, pairs)
        around = {} if blocks else _brought_forward(nodes, known, pairs)
        targets = {known[there].path: here for here, there in enumerate(pairs) if there is not None}
        for here, (_, path) in blocks.items():
            targets[path] = here
        placed: dict[int, str] = {}
        settled: dict[int, str] = {}
        chain = [where]  # the objects that may still go on, the innermost last
        for here, (node, there) in enumerate(zip(nodes, pairs, strict=True)):
            if there is not None:
                parent = self._parent(known[there].path, where, targets, placed, known_as)
                others: list[str] = []
            else:
                after = blocks[here][0] if here in blocks else here + 1
                following = next((one for one in pairs[after:] if one is not None), None)
                floor = where
                if following is not None:
                    floor = self._parent(known[following].path, where, targets, placed, known_as)
                parent, others = self._open(nodes, here, pairs, placed, chain, floor)
            for start, end in around.items():
                if start < here <= end and placed[start].rpartition(".")[0] == parent:
                    parent, others = placed[start], []
            path = f"{parent}.{node.name}"
            if here in settled:
                path, others = settled[here], []
                parent = path.rpartition(".")[0]
            elif there is None and here not in blocks and node.is_object:
                settled |= self._arrived(nodes, here, path)
            placed[here] = path
            self._entries[path] = node.entry
            if others:
                self.unsure[path] = [f"{other}.{node.name}" for other in others]
            while chain and chain[-1] != parent:
                chain.pop()
            chain = chain or [where]
            if node.is_object:
                chain.append(path)
            self._in_list(node, path, None if there is None else known[there].path)

    def _in_list(self, node: Node, path: str, known_as: str | None) -> None:
        """Place what stands between a field's brackets, if there are any."""
        if node.children is None:
            return
        suffix = "[]" * node.entry["type"].count("[]")
        old = known_as or self._namesake(node)
        self.place(node.children, path + suffix, old + suffix if old else None)

    def _known(self, where: str) -> list[_Known]:
        found = []
        for path, entry in self._guide.items():
            rest = path[len(where) + 1 :]
            if path.startswith(f"{where}.") and "[]" not in rest and ".headers." not in path:
                found.append(_Known(path, path.rpartition(".")[2], entry))
        return found

    def _arrived(self, nodes: list[Node], here: int, path: str) -> dict[int, str]:
        """Recognise an object that has come from another list, and say where its fields go."""
        origin = self._namesake(nodes[here])
        below = self._known(origin) if origin else []
        after = nodes[here + 1 : here + 1 + len(below)]
        if len(after) < len(below) or not all(map(_same, after, below)):
            return {}
        return {here + 1 + at: path + one.path[len(origin or "") :] for at, one in enumerate(below)}

    def _namesake(self, node: Node) -> str | None:
        """Find a list that may have moved here from elsewhere, for the nesting inside it."""
        for path, entry in self._guide.items():
            same = all(entry.get(name) == node.entry.get(name) for name in ("type", "words"))
            if same and path.rpartition(".")[2] == node.name:
                return path
        return None

    @staticmethod
    def _parent(
        path: str,
        where: str,
        targets: dict[str, int],
        placed: dict[int, str],
        known_as: str | None,
    ) -> str:
        """Find the place of a known field's object on this page."""
        top = where if known_as is None else known_as
        parent = path.rpartition(".")[0]
        while len(parent) > len(top):
            here = targets.get(parent)
            if here is not None and here in placed:
                return placed[here]
            parent = parent.rpartition(".")[0]
        return where

    @staticmethod
    def _open(
        nodes: list[Node],
        here: int,
        pairs: list[int | None],
        placed: dict[int, str],
        chain: list[str],
        floor: str,
    ) -> tuple[str, list[str]]:
        """Choose an object for a new field among those that the text leaves open."""
        start = chain.index(floor) if floor in chain else 0
        candidates = list(reversed(chain[start:]))  # the innermost first
        before = placed.get(here - 1)
        if candidates[0] == before and len(candidates) > 1:
            is_new = pairs[here - 1] is None
            if not is_new and nodes[here].name != "*":
                candidates = [*candidates[1:], candidates[0]]
        return candidates[0], candidates[1:]


def _moved_block(
    nodes: list[Node], known: list[_Known], pairs: list[int | None]
) -> dict[int, tuple[int, str]]:
    """Find one object that has moved with all its fields, where that explains everything.

    Args:
        nodes: The page's fields.
        known: The baseline's.
        pairs: How they were paired; changed if an object is found.

    Returns:
        Where the object stands now, where its fields end, and its path in the baseline.
    """
    used = {there for there in pairs if there is not None}
    if len(used) == len(pairs) or len(used) == len(known):
        return {}
    for first, one in enumerate(known):
        if one.entry.get("type") != "object":
            continue
        last = first + 1
        while last < len(known) and known[last].path.startswith(f"{one.path}."):
            last += 1
        size = last - first
        for here in range(len(nodes) - size + 1) if size > 1 else ():
            if not all(_same(nodes[here + at], known[first + at]) for at in range(size)):
                continue
            left = [*range(here), *range(here + size, len(nodes))]
            stays = [*range(first), *range(last, len(known))]
            others = aligned([nodes[at] for at in left], [known[at] for at in stays], _cost)
            if None in others or len(others) != len(stays) or others == list(range(first)):
                continue
            for at, there in zip(left, others, strict=True):
                pairs[at] = stays[there] if there is not None else None
            pairs[here] = None
            pairs[here + 1 : here + size] = range(first + 1, last)
            return {here: (here + size, one.path)}
    return {}


def _brought_forward(
    nodes: list[Node], known: list[_Known], pairs: list[int | None]
) -> dict[int, int]:
    """Find objects whose name now stands before other fields than theirs, which are inside them then.

    Returns:
        Where such an object stands, and where its last field does.
    """
    found = {}
    used = set(pairs)
    for here, node in enumerate(nodes):
        if pairs[here] is not None or not node.is_object:
            continue
        for there, one in enumerate(known):
            if there in used or one.name != node.name or one.entry.get("type") != "object":
                continue
            below = [
                at
                for at, pair in enumerate(pairs)
                if pair is not None and known[pair].path.startswith(f"{one.path}.")
            ]
            if below and below[-1] > here:
                pairs[here] = there
                found[here] = below[-1]
                used.add(there)
                break
    return found


def _same(node: Node, known: _Known) -> bool:
    return node.name == known.name and _cost(node, known) == 0


def _cost(node: Node, known: _Known) -> float:
    """Say how unlike a field of the page is to one of the baseline: 0 for the same one."""
    same_words = node.entry.get("words") == known.entry.get("words")
    same_type = node.entry.get("type") == known.entry.get("type")
    if node.name == known.name:
        differing: int = sum(
            node.entry.get(name) != known.entry.get(name)
            for name in ("required", "enum", "pattern", "maxLength", "format", "example")
        )
        return 0.4 * (not same_words) + 0.3 * (not same_type) + 0.02 * differing
    if same_type and same_words and node.entry.get("words"):
        return 1.2
    # A field of which nothing is said can have been renamed too, if nothing else about it changed.
    return 1.4 if node.entry == known.entry else NEVER
