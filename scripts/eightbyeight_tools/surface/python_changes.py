"""Comparing the public names of two versions.

Which changes of a signature break is griffe's judgement. It does not judge types, enum values and the fields of
attrs classes, and tells nothing of what is new: that is done here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from . import items, type_sets
from .change import ADDED, CHANGED, REMOVED, Change
from .items import Item, Surface
from .signatures import signature_changes

_NOUNS = {items.CONSTANT: "constant", items.NAME: "second place to import it from"}


def compare(
    old: Surface, new: Surface, sent: Collection[str], received: Collection[str]
) -> Iterator[Change]:
    """Tell what has changed from one version to the next.

    Args:
        old: The previous version.
        new: The present version.
        sent: The models that requests are made of: their fields are like parameters.
        received: The models that answers are made of: their fields are like results.

    Yields:
        Changes, in no particular order. What belongs to something new or gone is not told by itself, and what is
        inherited only where it belongs.
    """
    for item in _only_in(old, new):
        yield _removed(item)
    for item in _only_in(new, old):
        yield _added(item, sent)
    for before, after in ((old[name], new[name]) for name in old if name in new):
        if after.original != after.name and before.original == after.original in new:
            continue
        if before.kind == after.kind:
            yield from _changed(before, after, sent, received)
        elif items.NAME not in {
            before.kind,
            after.kind,
        }:  # it is still there, whatever it was called first
            text = f"is a {after.kind} now, was a {before.kind}"
            breaking = not _is_alike(before, after)
            yield Change(after.name, CHANGED, after.kind, text, breaking, after.place)


def _only_in(surface: Surface, other: Surface) -> Iterator[Item]:
    for name, item in surface.items():
        if name in other:
            continue
        # It goes with what it hangs on; and where that has another first name now, it is there under that.
        parent = other.get(item.parent)
        if item.parent in surface and (parent is None or parent.kind == items.NAME):
            continue
        if item.original != name and item.original in surface and item.original not in other:
            continue
        # What a dataclass holds, its constructor takes: that is told already.
        if item.kind == items.ATTRIBUTE and _takes(surface, item) and f"{item.parent}()" in other:
            continue
        yield item


def _takes(surface: Surface, attribute: Item) -> bool:
    made = surface.get(f"{attribute.parent}()")
    name = attribute.name.rpartition(".")[2]
    return made is not None and made.function is not None and name in made.function.parameters


def _removed(item: Item) -> Change:
    return Change(item.name, REMOVED, _noun(item), f"{_noun(item)} removed", True, item.place)


def _added(item: Item, sent: Collection[str]) -> Change:
    noun = _noun(item)
    if item.kind == items.FIELD:
        is_sent = item.parent.rpartition(".")[2] in sent
        noun = f"{'required' if item.required else 'optional'} field"
        breaking = item.required and is_sent
        return Change(item.name, ADDED, item.kind, f"new {noun}", breaking, item.place)
    return Change(item.name, ADDED, item.kind, f"new {noun}", False, item.place)


def _noun(item: Item) -> str:
    return _NOUNS.get(item.kind, item.kind)


def _is_alike(before: Item, after: Item) -> bool:
    """Tell whether users write the same for both: an attribute and a property, a class of either kind."""
    pairs = ({items.ATTRIBUTE, items.PROPERTY, items.FIELD}, {items.CLASS, items.MODEL})
    return any({before.kind, after.kind} <= pair for pair in pairs)


def _changed(
    before: Item, after: Item, sent: Collection[str], received: Collection[str]
) -> Iterator[Change]:
    def change(text: str, breaking: bool) -> Change:
        return Change(after.name, CHANGED, _noun(after), text, breaking, after.place)

    for gone in sorted(before.ancestors - after.ancestors):
        yield change(f"is no subclass of {gone} any more", True)
    for more in sorted(after.ancestors - before.ancestors):
        yield change(f"is a subclass of {more} as well", False)
    if after.kind == items.FIELD:
        yield from _field(before, after, sent, received)
        return
    if before.value != after.value and None not in {before.value, after.value}:
        breaking = after.kind == items.ENUM_VALUE
        yield change(f"is {after.value} now, was {before.value}", breaking)
    if after.kind not in items.CLASSES:
        how = type_sets.compare(before.types, after.types)
        verb = "returns" if after.kind in items.CALLABLE else "is"
        if how != type_sets.SAME:
            # Of an alias, those tell that use it.
            breaking = how != type_sets.NARROWER and after.kind != items.TYPE
            words = (
                f"{verb} {type_sets.shown(after.types)} now, was {type_sets.shown(before.types)}"
            )
            yield change(words, breaking)
    if before.function is not None and after.function is not None:
        is_async = "async" in after.function.labels
        if is_async is not ("async" in before.function.labels):
            yield change(f"is {'' if is_async else 'no more '}to be awaited", True)
        yield from signature_changes(before.function, after.function, after)


def _field(
    before: Item, after: Item, sent: Collection[str], received: Collection[str]
) -> Iterator[Change]:
    model = after.parent.rpartition(".")[2]
    # A model that neither requests nor answers mention may be used in any way.
    is_sent = model in sent or model not in received
    is_received = model in received
    breaks = {
        type_sets.WIDER: is_received,
        type_sets.NARROWER: is_sent,
        type_sets.OTHER: True,
    }
    if before.required is not after.required:
        words = "required now" if after.required else "optional now"
        breaking = is_sent if after.required else is_received
        yield Change(after.name, CHANGED, items.FIELD, words, breaking, after.place)
    old, new = before.types, after.types
    if before.required is not after.required:  # that is said: Unset would say it again
        old, new = old - {"Unset"}, new - {"Unset"}
    how = type_sets.compare(old, new)
    if how != type_sets.SAME:
        text = f"takes {type_sets.shown(new)} now, was {type_sets.shown(old)}"
        yield Change(after.name, CHANGED, items.FIELD, text, breaks[how], after.place)
