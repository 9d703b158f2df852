"""JSON with and without orjson: what comes of it is the same."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import math
import subprocess
import sys
import tracemalloc
import uuid
from collections import OrderedDict
from decimal import Decimal
from typing import NamedTuple

import hypothesis.strategies as st
import pytest
from hypothesis import given

from eightbyeight.core import json_text
from eightbyeight.core.json_text import dumps, loads


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 2


class Text(str):
    __slots__ = ()


@dataclasses.dataclass
class Point:
    x: int


class Pair(NamedTuple):
    a: int
    b: list[int]


def both(call):
    """Call it with and without orjson."""
    found = []
    for is_there in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(json_text._Small, "left", 0)
            if not is_there:
                patch.setattr(json_text, "_imported", lambda: None)
            try:
                found.append(("returned", call()))
            except (TypeError, ValueError, RecursionError) as error:
                found.append((type(error), str(error)))
    return found


def test_orjson_is_there():
    assert json_text._imported() is not None


def test_orjson_is_imported_when_there_is_enough_to_do():
    program = (
        "import sys\n"
        "from eightbyeight.core import json_text\n"
        "assert json_text.loads(json_text.dumps([1])) == [1] and 'orjson' not in sys.modules\n"
        "for _ in range(20):\n"
        "    json_text.dumps([1])\n"
        "assert 'orjson' in sys.modules\n"
    )
    at_once = (
        "import sys\n"
        "from eightbyeight.core import json_text\n"
        "json_text.loads(b'[' + b' ' * 5000 + b']')\n"
        "assert 'orjson' in sys.modules\n"
    )
    for text in (program, at_once):
        done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


NESTED: list[object] = []
for _ in range(sys.getrecursionlimit() + 100):
    NESTED = [NESTED]

VALUES = [
    None,
    {"a": None},
    True,
    0,
    -0.0,
    1.5,
    1e300,
    1e-7,
    math.nan,
    [math.inf],
    {"a": -math.inf, "b": None},
    2**63,
    2**64,
    -(2**63) - 1,
    10**40,
    "é€😀",
    "null",
    "\x00\x1f\u2028",
    "half \ud83d",
    {"half \ud83d": 1},
    b"bytes",
    {1: 2},
    {None: 1},
    {(1, 2): 3},
    (1, [2]),
    Pair(1, [2]),
    {1, 2},
    OrderedDict(b=1, a=2),
    Colour.RED,
    Level.HIGH,
    Text("own"),
    uuid.UUID(int=5),
    dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
    dt.date(2026, 1, 2),
    Decimal("1.5"),
    Point(1),
    object(),
    NESTED,
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_what_can_be_written_and_what_is_refused(value):
    (with_it, as_told), (without, as_known) = both(lambda: dumps({"field": value}))

    assert with_it == without
    if with_it == "returned":
        assert json.loads(as_told) == json.loads(as_known)
    elif type(value).__name__ != "object":
        assert as_told == as_known


TEXTS = [
    b"{}",
    b"",
    b" [1, 2.5, -3e2, 1E400, -0] ",
    b"18446744073709551615",
    b"18446744073709551616",
    b"-9223372036854775809",
    b'{"umid": "00000000-0000-0000-0000-0000000000001234567890123456789"}',
    b"[1234567890123456789012345678901234567890]",
    b"NaN",
    b"[Infinity]",
    b'"\\ud83d"',
    b'"\\ud83d\\ude00"',
    b"\xef\xbb\xbf{}",
    b'"\xff"',
    '"é"'.encode("utf-16"),
    b'{"a": 1, "a": 2}',
    b'{"a": 1',
    b"<html>",
    b"[" * 100_000,
    b'"tab\tinside"',
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:24]))
def test_what_can_be_read_and_what_is_refused(text):
    with_it, without = both(lambda: loads(text))

    assert repr(with_it) == repr(without)


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(_values)
def test_any_value_survives(value):
    (_, with_it), (_, without) = both(lambda: dumps(value))
    if isinstance(with_it, bytes):
        assert loads(with_it) == json.loads(without) == json.loads(with_it)


def test_short_texts_keep_no_more_memory_than_they_need():
    assert sys.getsizeof(dumps({"a": "b"})) < 100
    tracemalloc.start()
    try:
        kept = [dumps({"destination": "+6591234567"}) for _ in range(1_000)]
        assert tracemalloc.get_traced_memory()[0] < 200 * len(kept)
    finally:
        tracemalloc.stop()
