"""JSON as it goes over the wire, through orjson where that is installed; what comes of it is the same."""

from __future__ import annotations

import functools
import json
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# orjson makes a float of an integer that does not fit into 64 bits, which takes at least so many digits.
_LONG = b"0" * 19
_BUFFER = 4096
_LARGE = 4096  # bytes


class _Small:
    """How many more small documents are read or written before orjson is imported.

    That takes as long as hundreds of them: a program that sends one message answers sooner without.
    """

    left = 20


_DIGITS = bytes(ord("0") if ord("0") <= byte <= ord("9") else 0 for byte in range(256))


def loads(data: bytes) -> Any:
    """Return what JSON in UTF-8 says. Raises ValueError when it is none."""
    orjson = _orjson(len(data))
    if orjson is None or _LONG in data.translate(_DIGITS):
        return json.loads(data)
    try:
        return orjson.loads(data)
    except ValueError:
        return json.loads(
            data
        )  # which takes halves of surrogate pairs, byte order marks and NaN, too


def dumps(value: Any) -> bytes:
    """Return compact JSON in UTF-8.

    Raises TypeError or ValueError for what JSON cannot hold, RecursionError for what is nested too deep.
    """
    encode = _orjson_dumps()
    if encode is not None:
        try:
            data = encode(value)
        except TypeError:
            pass  # of what the standard library takes, or refuses in words of its own
        else:
            if b"null" not in data:  # or else it may be what orjson makes of NaN
                # What orjson returns keeps 4 KB, however short it is.
                return bytes(memoryview(data)) if len(data) < _BUFFER else data
    return _ENCODER.encode(value).encode()


def dumps_with_plain_keys(value: Any) -> bytes | None:
    """Return what ``dumps`` does, if it is certain that no key is of a class derived from str; else None.

    That is what orjson says, where it is installed: it refuses all other keys.
    """
    encode = _orjson_dumps(_LARGE)
    if encode is None:
        return None
    try:
        data = encode(value)
    except TypeError:
        return None
    # As in dumps; from behind it is found, or not, in half the time.
    return data if data.rfind(b"null") < 0 else None


def dumps_each(values: Sequence[Any]) -> bytes:
    """Return values with commas between, each as ``dumps`` writes it alone; with the same exceptions."""
    if _orjson_dumps(_LARGE) is None:
        return _ENCODER.encode(values)[1:-1].encode()
    data = dumps_with_plain_keys(values)
    # One of them is for the standard library, which may write the numbers of the others in another way.
    return data[1:-1] if data is not None else b",".join(map(dumps, values))


def _other(value: object) -> Any:
    """Return what stands in JSON for two sorts of values that orjson knows and the standard library does not."""
    from enum import Enum
    from uuid import UUID  # whoever gives none should not pay for it

    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_other
)
# The JSON of a string, as both libraries write it; halves of surrogate pairs are left in it.
quoted: Callable[[str], str] = encode_basestring


def _orjson(size: int = 0) -> Any:
    """Return the library, where it is installed and there is enough to do for it: a document of so many bytes."""
    if _Small.left > 0:
        if size < _LARGE:
            _Small.left -= 1  # two threads may count as one
            return None
        _Small.left = 0
    return _imported()


@functools.cache
def _imported() -> Any:
    try:
        import orjson
    except ImportError:
        return None
    return orjson


def _orjson_dumps(size: int = 0) -> Callable[[Any], bytes] | None:
    orjson = _orjson(size)
    return None if orjson is None else _dumps_of(orjson)


@functools.cache
def _dumps_of(orjson: Any) -> Callable[[Any], bytes]:
    # The standard library refuses these.
    refused = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
    return functools.partial(orjson.dumps, option=refused)
