"""Keeps tests from reaching the real 8x8."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from eightbyeight.contract.target import is_vendor

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def real_hosts_refused() -> Iterator[None]:
    """Fail every test in this process that looks up a host of 8x8's, with whatever library."""
    look_up = socket.getaddrinfo

    def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(name, str) and is_vendor(name):
            pytest.fail(
                f"a test tried to reach {name}, the real 8x8, which would send messages. Use the fixture "
                "mock_8x8, or allow it with the marker eightbyeight_real_hosts",
                pytrace=False,
            )
        return look_up(host, *arguments, **options)

    socket.getaddrinfo = guarded
    try:
        yield
    finally:
        socket.getaddrinfo = look_up
