"""RCS: rich cards, carousels and suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Content, only_one, suggestions_to_wire
from .wire import WireForm, compact, list_to_wire, moment, refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from .wire import Piece, Wire


class Suggestion(WireForm):
    """A chip under an RCS message or on a card: an answer (``reply``) or one of four actions.

    ``text`` (up to 25 characters) is its label, ``postback`` (up to 2,048) comes back in the webhook when it
    is tapped. ``fallback_url`` opens on a device that cannot do the action.

    See https://developer.8x8.com/connect/reference/send-message
    """

    __slots__ = ()

    @classmethod
    def reply(cls, text: str, postback: str) -> Suggestion:
        """Answer with one tap."""
        return cls({"reply": {"text": text, "postbackData": postback}})

    @classmethod
    def dial(
        cls, text: str, postback: str, *, number: str, fallback_url: str | None = None
    ) -> Suggestion:
        """Open the phone app with ``number``, in E.164."""
        return cls._action(text, postback, fallback_url, dialAction={"phoneNumber": number})

    @classmethod
    def view_location(
        cls,
        text: str,
        postback: str,
        *,
        at: tuple[float, float] | None = None,
        label: str | None = None,
        query: str | None = None,
        fallback_url: str | None = None,
    ) -> Suggestion:
        """Open the map at a (latitude, longitude) in degrees, or search it for ``query`` (Android only)."""
        only_one("viewLocationAction", at=at, query=query)
        if at is not None and len(at) != 2:
            raise refused(
                "viewLocationAction.latLong", "type", "must be a pair of latitude and longitude"
            )
        point = {"latitude": at[0], "longitude": at[1]} if at is not None else None
        return cls._action(
            text,
            postback,
            fallback_url,
            viewLocationAction=compact(latLong=point, label=label, query=query),
        )

    @classmethod
    def calendar_event(
        cls,
        text: str,
        postback: str,
        *,
        title: str,
        start: datetime,
        end: datetime,
        description: str | None = None,
        fallback_url: str | None = None,
    ) -> Suggestion:
        """Open the calendar with a new entry; ``start`` and ``end`` need a UTC offset."""
        event = compact(
            title=title,
            description=description,
            startTime=moment(start, "createCalendarEventAction.startTime"),
            endTime=moment(end, "createCalendarEventAction.endTime"),
        )
        return cls._action(text, postback, fallback_url, createCalendarEventAction=event)

    @classmethod
    def open_url(
        cls,
        text: str,
        postback: str,
        *,
        url: str,
        application: str | None = None,
        webview_mode: str | None = None,
        description: str | None = None,
        fallback_url: str | None = None,
    ) -> Suggestion:
        """Open ``url``.

        ``application`` is ``BROWSER`` or ``WEBVIEW``, ``webview_mode`` ``FULL``, ``HALF`` or ``TALL``, and
        ``description`` is for screen readers.
        """
        action = compact(
            url=url, application=application, webviewViewMode=webview_mode, description=description
        )
        return cls._action(text, postback, fallback_url, openUrlAction=action)

    @classmethod
    def _action(
        cls, text: str, postback: str, fallback_url: str | None, **action: Wire
    ) -> Suggestion:
        return cls(
            {
                "action": compact(
                    text=text, postbackData=postback, fallbackUrl=fallback_url, **action
                )
            }
        )


def _media(url: str, height: str | None, thumbnail: str | None, force_refresh: bool | None) -> Wire:
    return compact(
        height=height,
        contentInfo=compact(fileUrl=url, thumbnailUrl=thumbnail, forceRefresh=force_refresh),
    )


class Card(WireForm):
    """One card of a Carousel: a picture or film at ``media_url``, with up to four suggestions.

    ``height`` is ``short``, ``medium`` or ``tall``; ``force_refresh`` makes RCS fetch a cached file anew.
    """

    __slots__ = ()

    def __init__(
        self,
        media_url: str,
        *,
        title: str | None = None,
        description: str | None = None,
        suggestions: Iterable[Suggestion | Piece] = (),
        height: str | None = None,
        thumbnail_url: str | None = None,
        force_refresh: bool | None = None,
    ) -> None:
        super().__init__(
            compact(
                title=title,
                description=description,
                media=_media(media_url, height, thumbnail_url, force_refresh),
                suggestions=suggestions_to_wire(suggestions),
            )
        )


class RichCard(Content):
    """One RCS card; goes over RCS only.

    ``orientation`` is ``vertical`` or ``horizontal``; ``image_side`` (``left`` or ``right``) counts on a
    horizontal card. ``card_suggestions`` (up to four) stand on the card, ``suggestions`` (up to ten) under it.

    See https://developer.8x8.com/connect/reference/send-message
    """

    __slots__ = ()
    type = "richCard"

    def __init__(
        self,
        media_url: str,
        *,
        orientation: str = "vertical",
        image_side: str | None = None,
        title: str | None = None,
        description: str | None = None,
        card_suggestions: Iterable[Suggestion | Piece] = (),
        suggestions: Iterable[Suggestion | Piece] = (),
        height: str | None = None,
        thumbnail_url: str | None = None,
        force_refresh: bool | None = None,
    ) -> None:
        card = compact(
            cardOrientation=orientation,
            thumbnailImageAlignment=image_side,
            title=title,
            description=description,
            media=_media(media_url, height, thumbnail_url, force_refresh),
            suggestions=suggestions_to_wire(card_suggestions),
        )
        super().__init__(compact(richCard=card, suggestions=suggestions_to_wire(suggestions)))


class Carousel(Content):
    """Two to ten RCS cards side by side; goes over RCS only. ``width`` is ``small`` or ``medium``."""

    __slots__ = ()
    type = "carousel"

    def __init__(
        self,
        cards: Iterable[Card | Piece],
        *,
        width: str = "medium",
        suggestions: Iterable[Suggestion | Piece] = (),
    ) -> None:
        super().__init__(
            compact(
                carousel={
                    "cardWidth": width,
                    "cards": list_to_wire(cards, "content.carousel.cards"),
                },
                suggestions=suggestions_to_wire(suggestions),
            )
        )
