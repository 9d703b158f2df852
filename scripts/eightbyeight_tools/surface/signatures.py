"""What has changed in the signatures of functions, methods and constructors."""

from __future__ import annotations

from collections.abc import Iterator

import griffe

from . import type_sets
from .change import ADDED, CHANGED, REMOVED, Change
from .items import Item

Kind = griffe.BreakageKind

# How griffe's breakages of parameters are told; the rest is not about parameters.
_WORDS = {
    Kind.PARAMETER_MOVED: "at another position",
    Kind.PARAMETER_REMOVED: "parameter removed",
    Kind.PARAMETER_CHANGED_KIND: "{new.kind.value} now, was {old.kind.value}",
    Kind.PARAMETER_CHANGED_DEFAULT: "{new.default} when left out now, was {old.default}",
    Kind.PARAMETER_CHANGED_REQUIRED: "required now",
    Kind.PARAMETER_ADDED_REQUIRED: "new required parameter",
}
_ACTIONS = {Kind.PARAMETER_REMOVED: REMOVED, Kind.PARAMETER_ADDED_REQUIRED: ADDED}
_STARS = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}


def signature_changes(
    before: griffe.Function, after: griffe.Function, item: Item
) -> Iterator[Change]:
    """Compare two signatures.

    Args:
        before: The previous one.
        after: The present one.
        item: The present callable.

    Yields:
        One change for each parameter that is new, gone or different.
    """
    for breakage in griffe.find_breaking_changes(_alone(before), _alone(after)):
        words = _WORDS.get(breakage.kind)
        if words is not None:
            text = words.format(old=breakage.old_value, new=breakage.new_value)
            action = _ACTIONS.get(breakage.kind, CHANGED)
            parameter = breakage.new_value or breakage.old_value
            yield _change(item, parameter, action, text, breaking=True)
    old = {parameter.name: parameter for parameter in before.parameters}
    for parameter in after.parameters:
        if parameter.name in old:
            yield from _compared(item, old[parameter.name], parameter)
        elif not parameter.required:
            yield _change(item, parameter, ADDED, "new optional parameter", breaking=False)


def _alone(function: griffe.Function) -> griffe.Module:
    """Put a function into a module of its own: griffe would go by the names of the modules, we go by public ones."""
    module = griffe.Module("interface")
    function.public = True
    module.members["function"] = function
    return module


def _compared(item: Item, before: griffe.Parameter, after: griffe.Parameter) -> Iterator[Change]:
    """Tell what griffe leaves out of a parameter that both have."""
    if before.required and not after.required:
        yield _change(item, after, CHANGED, "optional now", breaking=False)
    old = type_sets.alternatives(before.annotation)
    new = type_sets.alternatives(after.annotation)
    how = type_sets.compare(old, new)
    if how != type_sets.SAME:
        text = f"takes {type_sets.shown(new)} now, was {type_sets.shown(old)}"
        yield _change(item, after, CHANGED, text, breaking=how != type_sets.WIDER)


def _change(
    item: Item, parameter: griffe.Parameter, action: str, text: str, *, breaking: bool
) -> Change:
    name = parameter.name.lstrip("*")
    stars = "" if parameter.kind is None else _STARS.get(parameter.kind, "")
    return Change(
        f"{item.name.removesuffix('()')}({stars}{name})",
        action,
        "parameter",
        text,
        breaking,
        item.place,
    )
