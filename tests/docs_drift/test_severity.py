"""What a difference means for whoever calls the API."""

from __future__ import annotations

import pytest
from docs_drift import prose
from docs_drift.severity import severity

SENT, READ = "request.source", "response.umid"


@pytest.mark.parametrize(
    ("path", "kind", "fact", "old", "new", "grade"),
    [
        (SENT, "removed", "", {}, None, "breaking"),
        (SENT, "renamed", "", SENT, "request.from", "breaking"),
        (SENT, "added", "", None, {"required": True}, "breaking"),
        (SENT, "added", "", None, {"required": False}, "additive"),
        (READ, "added", "", None, {"required": True}, "additive"),
        (READ, "removed", "", {}, None, "breaking"),
        ("responses.409", "added", "", None, {}, "additive"),
        (SENT, "changed", "required", False, True, "breaking"),
        (SENT, "changed", "required", True, False, "additive"),
        (READ, "changed", "required", True, False, "breaking"),
        (READ, "changed", "required", False, True, "additive"),
        (SENT, "changed", "type", "string", "integer", "breaking"),
        (SENT, "changed", "maxLength", 16, 15, "breaking"),
        (SENT, "changed", "maxLength", 16, 17, "additive"),
        (SENT, "changed", "maxLength", None, 17, "breaking"),
        (SENT, "changed", "maxLength", 17, None, "additive"),
        (SENT, "changed", "minimum", 1, 2, "breaking"),
        (SENT, "changed", "minimum", 2, 1, "additive"),
        (READ, "changed", "maxLength", 16, 15, "additive"),
        (SENT, "changed", "enum", ["a", "b"], ["a", "b", "c"], "additive"),
        (SENT, "changed", "enum", ["a", "b"], ["a"], "breaking"),
        (SENT, "changed", "enum", ["a", "b"], ["A", "b"], "breaking"),
        (SENT, "changed", "enum", ["a", "b"], ["b", "a"], "editorial"),
        (SENT, "changed", "default", "a", "b", "breaking"),
        (SENT, "changed", "example", "a", "b", "editorial"),
        (SENT, "changed", "words", ["1"], ["2"], "editorial"),
        ("operation", "changed", "limits", ["2 request/second"], ["1 request/second"], "breaking"),
        ("operation", "changed", "limits", ["1 request/second"], ["2 request/second"], "additive"),
        ("operation", "changed", "hosts", ["a"], ["a", "b"], "additive"),
        ("operation", "changed", "path", "/a", "/b", "breaking"),
    ],
)
def test_severity(path, kind, fact, old, new, grade):
    assert grade == severity(path, kind, fact, old, new)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("No more than 1 request/second per subaccount.", ["1 request/second"]),
        ("1,800 requests per second", ["1800 request/second"]),
        ("one call with 1 request per SMS", []),
        ("at most 16 chars, kept for 7 days", ["16 character", "7 day"]),
        ("between 1 min and 43200 mins", ["1 minute", "43200 minute"]),
        ("code 1002, RFC 3339, 2020-06-17", []),
    ],
)
def test_limits_in_the_prose(text, limits):
    assert limits == prose.limits_of(text)


def test_markdown_and_what_is_rendered_from_it_have_the_same_fingerprints():
    markdown = "A *short* [link](/x) with `code_it`.\\\nNext line.\n\n- **one_thing:** first\n- **other**: second"
    rendered = ["A short link with code_it.", "Next line.", "one_thing: first", "other: second"]

    assert prose.facts_of(prose.from_markdown(markdown)) == prose.facts_of(rendered)
    assert prose.facts_of(rendered)["listed"] == ["one_thing", "other"]
