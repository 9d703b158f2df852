"""Which handler plays which operation."""

from __future__ import annotations

from collections.abc import Callable

from eightbyeight.mock.call import Call, Reply

Handler = Callable[[Call], Reply]

HANDLERS: dict[str, Handler] = {}


def operation(operation_id: str) -> Callable[[Handler], Handler]:
    """Register the decorated function as the handler of an operationId."""

    def register(handler: Handler) -> Handler:
        if operation_id in HANDLERS:
            raise ValueError(f"{operation_id} has a handler already")
        HANDLERS[operation_id] = handler
        return handler

    return register
