"""Draws the tree of exceptions from the classes themselves."""

from __future__ import annotations

from eightbyeight import errors


def draw() -> str:
    """Return the drawing: one line a class, with what else it is in brackets."""
    return "\n".join(_lines(errors.EightByEightError, "", "", ""))


def _lines(kind: type[Exception], before: str, branch: str, below: str) -> list[str]:
    also = [base.__name__ for base in kind.__bases__[1:]]
    lines = [f"{before}{branch}{kind.__name__}" + (f" (also {', '.join(also)})" if also else "")]
    children = [child for child in _all() if child.__bases__[0] is kind]
    for child in children:
        is_last = child is children[-1]
        lines += _lines(
            child,
            before + below,
            "└── " if is_last else "├── ",
            "    " if is_last else "│   ",
        )
    return lines


def _all() -> list[type[Exception]]:
    """All classes of the module in the order in which they are defined."""
    named = set(errors.__all__)
    return [value for name, value in vars(errors).items() if name in named]
