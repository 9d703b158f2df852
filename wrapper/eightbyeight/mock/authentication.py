"""Bearer keys."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


def admits(authorization: bytes | None, keys: Collection[str]) -> bool:
    """Whether an Authorization header carries an accepted key.

    Args:
        authorization: The header's value.
        keys: The accepted keys; none means that any non-empty key will do.
    """
    if authorization is None:
        return False
    scheme, _, credentials = authorization.strip().partition(b" ")
    token = credentials.strip()
    if scheme.lower() != b"bearer" or not token or b" " in token:
        return False
    if not keys:
        return True
    # Every key is compared, each in constant time: timing tells nothing about any of them.
    matches = [hmac.compare_digest(token, key.encode()) for key in keys]
    return any(matches)
