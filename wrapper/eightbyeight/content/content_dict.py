"""A content as a plain dict, in the API's own spelling, typed so that editors can complete it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, TypedDict

ContentType: TypeAlias = Literal[
    "text",
    "image",
    "audio",
    "video",
    "file",
    "location",
    "interactive",
    "template",
    "carousel",
    "richCard",
]


class ContentDict(TypedDict):
    """The wire form of a content.

    Any other mapping is taken, too, for kinds that this library has no name for yet.

    See https://developer.8x8.com/connect/reference/send-message
    """

    type: ContentType
    content: Mapping[str, Any]
