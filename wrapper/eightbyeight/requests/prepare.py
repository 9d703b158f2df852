"""The last step before a request exists: checks and encoding, the same for every operation."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..core.call import Call
from ..core.checking import check_body, check_parameter
from ..core.json_text import dumps
from ..core.problems import Problem
from ..errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..core.reply import Reply

R = TypeVar("R")


class Endpoint(Protocol):
    """What the generated module of an operation offers. ``url`` takes the path parameters in snake case."""

    @property
    def PRODUCT(self) -> str:  # noqa: N802  # a module's constant
        """The product whose host serves it."""
        ...

    @property
    def METHOD(self) -> str:  # noqa: N802
        """The HTTP method."""
        ...

    @property
    def OPERATION_ID(self) -> str:  # noqa: N802
        """Its name in the specification."""
        ...

    @property
    def url(self) -> Callable[..., str]:
        """What gives its path."""
        ...


def prepare(
    endpoint: Endpoint,
    path: Mapping[str, str],
    read: Callable[[Reply], R],
    *,
    body: dict[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
    reference: str | None = None,
) -> Call[R]:
    """Check a request against the specification and encode it.

    ``path`` holds the path parameters by their names in the specification. ``extra`` is merged into the body
    unchecked, for fields that the specification does not know yet. ``reference`` is the client message (or
    batch) ID in the body. Raises InvalidInput with every breach; nothing was sent then.
    """
    operation = endpoint.OPERATION_ID
    problems: list[Problem] = []
    for name, value in path.items():
        problems += check_parameter(operation, name, value)
        if value in (".", ".."):
            problems.append(
                Problem(
                    name, "path", "must not be a dot segment: it would address another resource"
                )
            )
    if body is not None:
        problems += check_body(operation, body)
    for name in ("clientMessageId", "clientBatchId"):
        if extra is not None and body is not None and name in extra:
            problems.append(
                Problem(name, "extra", "cannot be set through extra; give it as an argument")
            )
    if problems:
        raise InvalidInput.because(problems)
    return Call(
        operation=operation,
        product=endpoint.PRODUCT,
        method=endpoint.METHOD,
        path=endpoint.url(**{_snake(name): value for name, value in path.items()}),
        read=read,
        content=None if body is None else encode({**body, **extra} if extra else body),
        client_message_id=reference,
    )


def encode(body: Mapping[str, Any]) -> bytes:
    """Return ``body`` as compact JSON in UTF-8. Raises InvalidInput for what JSON cannot hold."""
    try:
        return dumps(body)
    except UnicodeEncodeError:
        why = "holds half of a surrogate pair, which is not a character; the text was probably cut in two"
    except (TypeError, ValueError, RecursionError) as error:
        # TypeError names the class of the value, ValueError says which kind of number
        why = f"cannot be written as JSON: {error}"
    raise InvalidInput.because([Problem("", "JSON", why)])


def new_reference() -> str:
    """Return a fresh client message ID."""
    return f"x8-{os.urandom(16).hex()}"


@functools.cache
def _snake(name: str) -> str:
    """Return a path parameter's name as the generated code spells it."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
