"""Every kind of content that a message can have: what an editor offers after ``content.`` is all there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .asks import CallPermissionRequest, ContactInfoRequest, LocationRequest
    from .basic import Audio, File, Image, Location, Text, Video
    from .buttons import Flow, LinkButton, ReplyButtons, VoiceCallButton
    from .lists import ListMenu, Product, ProductList
    from .rcs import Carousel, RichCard
    from .template import Template

__all__ = [
    "Audio",
    "CallPermissionRequest",
    "Carousel",
    "ContactInfoRequest",
    "File",
    "Flow",
    "Image",
    "LinkButton",
    "ListMenu",
    "Location",
    "LocationRequest",
    "Product",
    "ProductList",
    "ReplyButtons",
    "RichCard",
    "Template",
    "Text",
    "Video",
    "VoiceCallButton",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import eightbyeight  # which knows where each of them lives

    return getattr(eightbyeight, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
