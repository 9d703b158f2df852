"""What the interactive WhatsApp messages have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Content, only_one
from .wire import WireForm, compact, to_wire

if TYPE_CHECKING:
    from .base import DirectSend
    from .wire import Piece, Wire


class Header(WireForm):
    """What stands above the text. A plain string is a text header too.

    Media come from a public ``link`` or by the ``id`` of an upload.
    """

    __slots__ = ()

    @classmethod
    def text(cls, text: str) -> Header:
        """Make a headline of up to 60 characters."""
        return cls({"type": "text", "text": text})

    @classmethod
    def image(
        cls, link: str | None = None, *, id: str | None = None, caption: str | None = None
    ) -> Header:
        """Make a picture header."""
        return cls._medium("image", link, id, caption=caption)

    @classmethod
    def video(
        cls, link: str | None = None, *, id: str | None = None, caption: str | None = None
    ) -> Header:
        """Make a film header."""
        return cls._medium("video", link, id, caption=caption)

    @classmethod
    def document(
        cls,
        link: str | None = None,
        *,
        id: str | None = None,
        caption: str | None = None,
        filename: str | None = None,
    ) -> Header:
        """Make a document header; the ending of ``filename`` decides how it opens."""
        return cls._medium("document", link, id, caption=caption, filename=filename)

    @classmethod
    def _medium(cls, kind: str, link: str | None, id: str | None, **more: str | None) -> Header:
        only_one(f"content.interactive.header.{kind}", link=link, id=id)
        return cls({"type": kind, kind: compact(link=link, id=id, **more)})


def interactive_body(
    kind: str,
    *,
    body: str | None,
    action: Wire | None = None,
    header: str | Header | Piece | None = None,
    footer: str | None = None,
    direct_send: DirectSend | None = None,
) -> Wire:
    """Put together the wire form of an interactive content."""
    if isinstance(header, str):
        header = Header.text(header)
    return compact(
        interactive=compact(
            type=kind,
            header=to_wire(header, "content.interactive.header") if header is not None else None,
            body={"text": body} if body is not None else None,
            footer={"text": footer} if footer is not None else None,
            action=action,
        ),
        whatsApp=direct_send.to_dict() if direct_send else None,
    )


class Interactive(Content):
    """Base of the interactive kinds."""

    __slots__ = ()
    type = "interactive"

    @property
    def own_text(self) -> str | None:
        """None: the API takes no text for an SMS fallback from an interactive message."""
        return None
