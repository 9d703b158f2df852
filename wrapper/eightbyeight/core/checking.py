"""Check a request body against the API description before anything is sent.

A bad body is refused here, with every problem at once and in words that name the field, instead of
by the API one at a time. The rules come from `eightbyeight_generated.constraints`; they are loaded
at the first check, and each operation's are compiled when it is first used.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .problems import Problem

if TYPE_CHECKING:
    from .schema_checks import Check
    from .schema_compiler import Compiler

__all__ = ["Problem", "check_body", "check_parameter"]

_bodies: dict[str, Check] = {}
_parameters: dict[tuple[str, str], Check] = {}
# Held while the compiler is made; finished checks are read without it.
_lock = threading.Lock()
_shared: Compiler | None = None


def check_body(
    operation_id: str, body: Mapping[str, Any], *, limit: int = 20
) -> tuple[Problem, ...]:
    """Say what is wrong with the body of a request.

    Args:
        operation_id: The operation's name in the API description.
        body: The body as it would be encoded to JSON; it is not changed.
        limit: How many problems to report at most.

    Returns:
        The problems, or an empty tuple when the body may be sent.

    Raises:
        LookupError: There is no such operation, or it has no body.
        ValueError: `limit` is less than 1.
    """
    if limit < 1:
        # No room for a problem would read as no problem.
        raise ValueError("limit must be at least 1")
    check = _bodies.get(operation_id) or _compile_body(operation_id)
    value = body if isinstance(body, dict) else _as_json(body)
    return () if check.is_valid(value) else tuple(check.problems(value, limit))


def check_parameter(operation_id: str, name: str, value: Any) -> tuple[Problem, ...]:
    """Say what is wrong with a path, query or header parameter.

    Args:
        operation_id: The operation's name in the API description.
        name: The parameter's name there.
        value: The value, before it is encoded.

    Returns:
        The problems, each at the parameter's name, or an empty tuple when the value may be sent.

    Raises:
        LookupError: There is no such operation or parameter.
    """
    check = _parameters.get((operation_id, name)) or _compile_parameter(operation_id, name)
    return () if check.is_valid(value) else tuple(check.problems(value, path=name))


def _as_json(body: object) -> object:
    """A mapping of another type as a dict; anything else as it is, to be refused with its type."""
    return dict(body) if isinstance(body, Mapping) else body


def _compile_body(operation_id: str) -> Check:
    from eightbyeight_generated.constraints import REQUEST_BODIES

    if operation_id not in REQUEST_BODIES:
        raise LookupError(f"no operation {operation_id} with a request body")
    check = _bodies[operation_id] = _compile(REQUEST_BODIES[operation_id])
    return check


def _compile_parameter(operation_id: str, name: str) -> Check:
    from eightbyeight_generated.constraints import PARAMETERS

    if name not in PARAMETERS.get(operation_id, {}):
        raise LookupError(f"no operation {operation_id} with a parameter {name}")
    check = _parameters[operation_id, name] = _compile(PARAMETERS[operation_id][name])
    return check


def _compile(schema: Any) -> Check:
    global _shared  # noqa: PLW0603 - one compiler for the process, so that components are shared
    from eightbyeight_generated.constraints import SCHEMAS

    from .schema_compiler import Compiler

    with _lock:
        if _shared is None:
            _shared = Compiler(SCHEMAS)
    return _shared.compile(schema)
