"""Callbacks that nobody would await must be plain functions."""

from __future__ import annotations

from inspect import iscoroutinefunction


def is_async(function: object) -> bool:
    """Tell whether calling ``function`` only makes a coroutine."""
    return iscoroutinefunction(function) or iscoroutinefunction(type(function).__call__)
