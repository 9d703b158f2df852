"""Ids in the shape the API uses: GUIDs that database servers make, not versioned UUIDs."""

from __future__ import annotations

import random
from functools import lru_cache
from hashlib import blake2b

# The third and fourth groups that real ids carry. Version nibble "e" is no RFC 9562 version:
# a client that insists on one must fail here, as it would in production.
_MIDDLE = "e811-8150"

# What is left of a GUID's sixteen bytes.
_BYTES = 12


class Identifiers:
    """A source of ids; with a seed, the same ones in the same order."""

    def __init__(self, seed: int | None = None) -> None:
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311 - ids, not secrets

    def guid(self) -> str:
        """A new id."""
        return self.guids(1)[0]

    def guids(self, count: int) -> list[str]:
        """Many new ids at once, which is faster than one by one."""
        digits = self._random.randbytes(_BYTES * count).hex()
        return [
            f"{digits[i : i + 8]}-{digits[i + 8 : i + 12]}-{_MIDDLE}-{digits[i + 12 : i + 24]}"
            for i in range(0, len(digits), 2 * _BYTES)
        ]

    def reset(self) -> None:
        """Start again; without a seed the ids go on being new."""
        self._random = random.Random(self._seed)  # noqa: S311 - ids, not secrets


@lru_cache(maxsize=1024)
def channel_id(subaccount: str, channel: str) -> str:
    """The id of a sub-account's channel: always the same for the same pair."""
    digits = blake2b(f"{subaccount}/{channel}".encode(), digest_size=_BYTES).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-{_MIDDLE}-{digits[12:]}"
