"""SMS segments: the limits of parts, what makes a text UCS-2, and what stands in for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eightbyeight.mock import encoding as witness_of_encodings
from eightbyeight.mock.segments import segments as witness_of_parts
from eightbyeight.segments import MOST_PARTS, segment, to_gsm7

GRIN = "\U0001f600"

# Texts on both sides of the line between the alphabets, long enough for several parts.
ODD = "aZ 9@\n\r\f^{}\\[~]|€éÉÇçΩα`’“—…\u00a0\u200d\u0301\t中" + GRIN
texts = st.lists(st.tuples(st.sampled_from(ODD), st.integers(1, 200)), max_size=12).map(
    lambda runs: "".join(character * count for character, count in runs)
)


@pytest.mark.parametrize(
    ("text", "encoding", "sizes", "left"),
    [
        ("", "GSM7", [0], 160),
        ("a" * 160, "GSM7", [160], 0),
        ("a" * 161, "GSM7", [153, 8], 145),
        ("a" * 306, "GSM7", [153, 153], 0),
        ("a" * 307, "GSM7", [153, 153, 1], 152),
        ("€" * 80, "GSM7", [80], 0),
        ("€" * 81, "GSM7", [76, 5], 143),
        ("a" * 152 + "€" + "a" * 8, "GSM7", [152, 9], 143),
        ("中" * 70, "UCS2", [70], 0),
        ("中" * 71, "UCS2", [67, 4], 63),
        (GRIN * 35, "UCS2", [35], 0),
        (GRIN * 36, "UCS2", [33, 3], 61),
        ("中" * 66 + GRIN + "中" * 5, "UCS2", [66, 6], 60),
        ("\ud800", "UCS2", [1], 69),
    ],
)
def test_parts(text, encoding, sizes, left):
    found = segment(text)

    assert (encoding, sizes, left) == (found.encoding, list(map(len, found.parts)), found.left)
    assert len(sizes) == found.count
    assert text == "".join(found.parts)


def test_encoding_that_is_asked_for():
    assert segment("Hello", "UCS2").left == 65
    assert segment("Hello", "AUTO").encoding == "GSM7"
    forced = segment("中" * 160, "GSM7")
    assert ("GSM7", "GSM-7", 1) == (forced.encoding, forced.encoding_name, forced.count)
    assert len(forced.culprits) == 160
    with pytest.raises(ValueError, match="AUTO, GSM7, UCS2"):
        segment("Hello", "gsm")


@pytest.mark.parametrize(("character", "most"), [("a", 1530), ("中", 670), (GRIN, 330), ("€", 760)])
def test_what_the_api_cuts_off(character, most):
    whole, longer = segment(character * most), segment(character * (most + 2))

    assert (MOST_PARTS, False, None) == (whole.count, whole.is_truncated, whole.warning)
    assert longer.is_truncated
    assert longer.sent == character * most
    assert "takes 11 parts" in longer.warning
    assert "cuts off the last 2 characters" in longer.warning


@given(text=texts, asked=st.sampled_from([None, "AUTO", "GSM7", "UCS2"]))
def test_the_mock_counts_alike(text, asked):
    found = segment(text, asked)
    theirs = witness_of_parts(text, witness_of_encodings.encoding_of(asked, text))

    assert theirs.encoding == found.encoding
    assert theirs.parts == min(found.count, MOST_PARTS)
    assert theirs.truncated == found.is_truncated
    assert text == "".join(found.parts)
    assert witness_of_encodings.fits_gsm7(text) is not bool(found.culprits)


@given(character=st.characters())
def test_the_mock_has_the_same_alphabet(character):
    assert witness_of_encodings.fits_gsm7(character) is not bool(segment(character).culprits)


def test_every_character_of_the_first_plane_is_judged_alike():
    for code in range(0x3000):
        character = chr(code)
        assert witness_of_encodings.fits_gsm7(character) is not bool(segment(character).culprits)


def test_culprits_are_named_with_their_place():
    text = "It’s 5 °C\u200b, e\u0301te\u0301 \x1b\ud83d"
    found = {
        culprit.index: (culprit.name, culprit.replacement) for culprit in segment(text).culprits
    }

    assert found == {
        2: ("U+2019 RIGHT SINGLE QUOTATION MARK", "'"),
        7: ("U+00B0 DEGREE SIGN", None),
        9: ("U+200B ZERO WIDTH SPACE", ""),
        13: ("U+0301 COMBINING ACUTE ACCENT", ""),
        16: ("U+0301 COMBINING ACUTE ACCENT", ""),
        18: ("U+001B control character", None),
        19: ("U+D83D half of a surrogate pair", None),
    }
    assert all(text[culprit.index] == culprit.character for culprit in segment(text).culprits)


def test_typography_becomes_plain():
    text = "“Don’t” – wait…\u00a0e\u0301te\u0301\u200b • 2×3"
    plain = to_gsm7(text)

    assert plain.text == '"Don\'t" - wait... été * 2x3'
    assert plain.is_gsm7
    assert (segment(text).encoding, segment(plain.text).encoding) == ("UCS2", "GSM7")
    assert [(r.index, r.characters, r.by) for r in plain.replacements][:3] == [
        (0, "“", '"'),
        (4, "’", "'"),
        (6, "”", '"'),
    ]
    accent = next(r for r in plain.replacements if r.by == "é")
    assert accent.name == "U+0065 LATIN SMALL LETTER E + U+0301 COMBINING ACUTE ACCENT"


@pytest.mark.parametrize("text", ["It’s a family: 👨\u200d👩\u200d👧", "“你好”", "français ‘oui’"])
def test_a_text_that_cannot_be_plain_stays_as_it_is(text):
    plain = to_gsm7(text)

    assert (text, ()) == (plain.text, plain.replacements)
    assert not plain.is_gsm7
    assert {culprit.character for culprit in plain.remaining} <= set("👨👩👧你好ç")


@given(text=texts)
def test_plain_texts_are_plain_and_can_be_traced(text):
    plain = to_gsm7(text)
    if not plain.is_gsm7:
        assert plain.text == text
        return
    assert witness_of_encodings.fits_gsm7(plain.text)
    assert to_gsm7(plain.text).replacements == ()
    rebuilt, at = [], 0
    for change in plain.replacements:
        rebuilt += [text[at : change.index], change.by]
        assert text.startswith(change.characters, change.index)
        at = change.index + len(change.characters)
    assert plain.text == "".join(rebuilt) + text[at:]


def test_no_text_shows():
    text = "secret code “1234”"
    assert "secret" not in repr(segment(text)) + repr(to_gsm7(text))
