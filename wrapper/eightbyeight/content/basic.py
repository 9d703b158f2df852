"""Texts, media and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Content, direct_send_ttl, suggestions_to_wire
from .wire import compact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .base import DirectSend
    from .rcs import Suggestion
    from .wire import Piece


class Text(Content):
    """A plain text.

    On WhatsApp the API first looks for one of your registered templates that matches the text and sends that;
    use Template to name one, or ``direct_send`` to go without. ``suggestions`` show on RCS only.
    The API takes up to 35,000 characters, the channels less (WhatsApp 4,096, RCS 3,072, Viber 1,000).

    See https://developer.8x8.com/connect/reference/send-message
    """

    __slots__ = ()
    type = "text"

    def __init__(
        self,
        text: str,
        *,
        suggestions: Iterable[Suggestion | Piece] = (),
        direct_send: DirectSend | None = None,
    ) -> None:
        super().__init__(
            compact(
                text=text,
                suggestions=suggestions_to_wire(suggestions),
                whatsApp=direct_send.to_dict() if direct_send else None,
            ),
            ttl=direct_send_ttl(direct_send),
        )


class Image(Content):
    """A picture at a public ``url`` with an optional ``caption``; ``thumbnail`` is a preview for LINE."""

    __slots__ = ()
    type = "image"

    def __init__(
        self,
        url: str,
        caption: str | None = None,
        *,
        thumbnail: str | None = None,
        suggestions: Iterable[Suggestion | Piece] = (),
    ) -> None:
        super().__init__(
            compact(
                url=url,
                text=caption,
                image={"thumbnail": thumbnail} if thumbnail is not None else None,
                suggestions=suggestions_to_wire(suggestions),
            )
        )


class Audio(Content):
    """A sound file at a public ``url``; ``duration`` in seconds is needed on LINE."""

    __slots__ = ()
    type = "audio"

    def __init__(
        self,
        url: str,
        caption: str | None = None,
        *,
        duration: float | None = None,
        suggestions: Iterable[Suggestion | Piece] = (),
    ) -> None:
        super().__init__(
            compact(
                url=url,
                text=caption,
                audio={"duration": duration} if duration is not None else None,
                suggestions=suggestions_to_wire(suggestions),
            )
        )


class Video(Content):
    """A film at a public ``url``; Viber wants ``thumbnail``, ``filesize`` in bytes and ``duration`` in seconds."""

    __slots__ = ()
    type = "video"

    def __init__(
        self,
        url: str,
        caption: str | None = None,
        *,
        thumbnail: str | None = None,
        filesize: int | None = None,
        duration: float | None = None,
        suggestions: Iterable[Suggestion | Piece] = (),
    ) -> None:
        super().__init__(
            compact(
                url=url,
                text=caption,
                video=compact(thumbnail=thumbnail, filesize=filesize, duration=duration) or None,
                suggestions=suggestions_to_wire(suggestions),
            )
        )


class File(Content):
    """Any other file at a public ``url``."""

    __slots__ = ()
    type = "file"

    def __init__(
        self,
        url: str,
        caption: str | None = None,
        *,
        suggestions: Iterable[Suggestion | Piece] = (),
    ) -> None:
        super().__init__(
            compact(url=url, text=caption, suggestions=suggestions_to_wire(suggestions))
        )


class Location(Content):
    """A point on the map, in degrees, with an optional ``name`` and ``address`` shown below it."""

    __slots__ = ()
    type = "location"

    def __init__(
        self,
        latitude: float,
        longitude: float,
        *,
        name: str | None = None,
        address: str | None = None,
        suggestions: Iterable[Suggestion | Piece] = (),
    ) -> None:
        super().__init__(
            compact(
                location=compact(
                    latitude=latitude, longitude=longitude, name=name, address=address
                ),
                suggestions=suggestions_to_wire(suggestions),
            )
        )
