"""`eightbyeight segments`."""

from __future__ import annotations

import pytest


def test_a_plain_text(command):
    ended = command("segments", "Your parcel is here {1}")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == "1 part in GSM-7: 25 septets, room for 135 more\n"


def test_what_makes_it_ucs2(command):
    ended = command("segments", "It’s a ‘gift’ 你")
    lines = ended.out.splitlines()

    assert lines[0] == "1 part in UCS-2: 15 units, room for 55 more"
    assert lines[3:6] == [
        'U+2019 RIGHT SINGLE QUOTATION MARK\t3, 13\t"\'"',
        'U+2018 LEFT SINGLE QUOTATION MARK\t8\t"\'"',
        "U+4F60 CJK UNIFIED IDEOGRAPH-4F60\t15\tnone",
    ]
    assert "the text stays as it is" in lines[6]
    assert "--gsm7 shows how" in command("segments", "It’s").out


def test_replacements_on_request(command):
    ended = command("segments", "--gsm7", "It’s here…")
    assert '3\tU+2019 RIGHT SINGLE QUOTATION MARK\t"\'"' in ended.out
    assert ended.out.endswith("\nIt's here...\n")

    told = command("segments", "--gsm7", "--json", "It’s here…").json
    assert (told["text"], told["encoding"]) == ("It's here...", "GSM7")
    assert [change["index"] for change in told["replacements"]] == [2, 9]


def test_json(command):
    told = command("segments", "--json", "中" * 71).json
    assert (told["encoding"], told["count"], told["units"], told["left"]) == ("UCS2", 2, 71, 63)
    assert list(map(len, told["parts"])) == [67, 4]
    assert told["culprits"][70]["index"] == 70
    assert (told["text"], told["warning"]) == (None, None)


def test_a_long_text(command):
    ended = command("segments", "-", stdin="x" * 1540 + "\n")
    assert ended.status == 0
    assert "11 parts in GSM-7" in ended.out
    assert "warning: the text takes 11 parts" in ended.err

    refused = command("segments", "x" * 161, "--max-parts", "1")
    assert (refused.status, "more than --max-parts 1" in refused.err) == (1, True)


def test_a_text_of_many_odd_characters_is_told_in_short(command):
    ended = command("segments", "中" * 30 + "".join(map(chr, range(0x4E10, 0x4E20))))
    assert "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 20 more" in ended.out
    assert "and 7 others" in ended.out


@pytest.mark.parametrize("text", ["a\x1b[31mred", "a\u202eb", "a\rb\f"])
def test_a_text_does_nothing_to_the_terminal(command, text):
    ended = command("segments", "--gsm7", text)
    assert not set("\x1b\u202e\r\f") & set(ended.out)
