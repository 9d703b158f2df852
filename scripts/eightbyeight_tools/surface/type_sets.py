"""Annotations as sets of alternatives, so that a wider type can be told from a narrower one."""

from __future__ import annotations

from collections.abc import Iterator

import griffe

Types = frozenset[str]

SAME, WIDER, NARROWER, OTHER = "same", "wider", "narrower", "other"

_ANYTHING = {"Any", "object"}
# What a checker takes in place of the other.
_PROMOTED = {"int": {"float", "complex"}, "float": {"complex"}, "bool": {"int", "float"}}


def alternatives(annotation: griffe.Expr | str | None) -> Types:
    """Split an annotation into the types that it allows.

    Unions are taken apart, and so are the project's own aliases of unions, wherever they stand.

    Args:
        annotation: The annotation, None if there is none.

    Returns:
        The alternatives in source form; empty if nothing is annotated.
    """
    return frozenset() if annotation is None else frozenset(_split(annotation, frozenset()))


def compare(old: Types, new: Types) -> str:
    """Tell how a type has changed: ``same``, ``wider``, ``narrower`` or ``other``."""
    gained = any(not _covers(old, one) for one in new)
    lost = any(not _covers(new, one) for one in old)
    if gained and lost:
        return OTHER
    if gained:
        return WIDER
    return NARROWER if lost else SAME


def shown(types: Types) -> str:
    """Write the alternatives in a fixed order, None and Unset at the end."""
    if not types:
        return "no type"
    return " | ".join(sorted(types, key=lambda one: (one in {"None", "Unset"}, one)))


def _covers(types: Types, one: str) -> bool:
    return not types or bool(types & ({one} | _ANYTHING | _PROMOTED.get(one, set())))


def _split(annotation: griffe.Expr | str, seen: frozenset[str]) -> Iterator[str]:
    if isinstance(annotation, griffe.ExprBinOp) and annotation.operator == "|":
        yield from _split(annotation.left, seen)
        yield from _split(annotation.right, seen)
        return
    if isinstance(annotation, griffe.ExprSubscript):
        name = _path(annotation.left)
        inner = annotation.slice
        if name == "typing.Optional":
            yield from _split(inner, seen)
            yield "None"
            return
        if name in {"typing.Union", "typing.Literal"} and isinstance(inner, griffe.ExprTuple):
            for element in inner.elements:
                if name == "typing.Union":
                    yield from _split(element, seen)
                else:
                    yield f"Literal[{element}]"
            return
    alias = _alias(annotation)
    if alias is not None and alias.path not in seen and alias.value is not None:
        yield from _split(alias.value, seen | {alias.path})
        return
    yield str(annotation)


def _path(expression: griffe.Expr | str) -> str:
    return expression if isinstance(expression, str) else expression.canonical_path


def _alias(annotation: griffe.Expr | str) -> griffe.Attribute | griffe.TypeAlias | None:
    """Find the module's variable that a name stands for, if it is one of the project's."""
    if not isinstance(annotation, griffe.ExprName) or not isinstance(
        annotation.parent, griffe.Object
    ):
        return None
    try:
        target = annotation.parent.modules_collection[annotation.canonical_path]
        target = target.final_target if target.is_alias else target
    except (KeyError, griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None
    if isinstance(target, griffe.TypeAlias):
        return target
    return target if isinstance(target, griffe.Attribute) and is_alias(target) else None


def is_alias(target: griffe.Attribute) -> bool:
    """Tell whether a variable of a module stands for a type."""
    return (
        target.parent is not None
        and target.parent.is_module
        and isinstance(target.value, griffe.ExprBinOp | griffe.ExprSubscript | griffe.ExprName)
        and (target.annotation is None or str(target.annotation).endswith("TypeAlias"))
    )
