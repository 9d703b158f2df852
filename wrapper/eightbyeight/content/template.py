"""Registered templates and the values of their placeholders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from .base import DEFAULT_TTL, Content
from .wire import WireForm, compact, list_to_wire, minutes, refused, seconds, to_wire

if TYPE_CHECKING:
    from datetime import timedelta

    from .wire import Piece, Wire


class Parameter(WireForm):
    """A value for one placeholder. A plain string is a text parameter too.

    ``name`` is for channels whose templates name their placeholders (Zalo, Viber).
    """

    __slots__ = ()

    @classmethod
    def text(cls, text: str, *, name: str | None = None) -> Parameter:
        """Make a text."""
        return cls(compact(type="text", name=name, text=text))

    @classmethod
    def image(cls, url: str, *, name: str | None = None) -> Parameter:
        """Make a picture."""
        return cls(compact(type="image", name=name, url=url))

    @classmethod
    def gif(cls, url: str, *, name: str | None = None) -> Parameter:
        """Make a film that plays like a GIF; ``url`` must point to a video file."""
        return cls(compact(type="gif", name=name, url=url))

    @classmethod
    def video(cls, url: str, *, name: str | None = None) -> Parameter:
        """Make a film."""
        return cls(compact(type="video", name=name, url=url))

    @classmethod
    def document(cls, url: str, *, name: str | None = None) -> Parameter:
        """Make a document."""
        return cls(compact(type="document", name=name, url=url))

    @classmethod
    def location(
        cls,
        latitude: float,
        longitude: float,
        *,
        place: str | None = None,
        address: str | None = None,
    ) -> Parameter:
        """Make a point on the map, in degrees."""
        point = compact(latitude=latitude, longitude=longitude, name=place, address=address)
        return cls({"type": "location", "location": point})


Value: TypeAlias = "str | Parameter | Piece"


def _value(value: Value, path: str) -> Wire:
    return {"type": "text", "text": value} if isinstance(value, str) else to_wire(value, path)


def _values(values: Iterable[Value] | Mapping[str, str], path: str) -> list[Wire]:
    """Return placeholder values: in order, or by name where a mapping of texts is given."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise refused(path, "type", f"must be a list of values, not {type(values).__name__}")
    if isinstance(values, Mapping):
        return [{"type": "text", "name": name, "text": text} for name, text in values.items()]
    return [_value(value, f"{path}[{number}]") for number, value in enumerate(values)]


class TemplateButton:
    """Values for one button of a template. Its ``index`` is its place in the list unless you give one."""

    __slots__ = ("_parameters", "_sub_type", "index")

    def __init__(
        self, sub_type: str, parameters: Iterable[Parameter | Piece] = (), index: int | None = None
    ) -> None:
        self._sub_type = sub_type
        self._parameters = list_to_wire(parameters, "content.template.components[].parameters")
        self.index = index

    def at(self, place: int) -> Wire:
        """Return the wire form for a button at ``place``."""
        index = self.index if self.index is not None else place
        return compact(
            type="button", subType=self._sub_type, index=index, parameters=self._parameters or None
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form of the first button."""
        return self.at(0)

    def __repr__(self) -> str:
        return f"<TemplateButton {self._sub_type}>"

    @classmethod
    def quick_reply(cls, payload: str, *, index: int | None = None) -> TemplateButton:
        """Answer with ``payload`` in the webhook."""
        return cls("QuickReply", [{"type": "payload", "payload": payload}], index)

    @classmethod
    def url(cls, suffix: str, *, index: int | None = None) -> TemplateButton:
        """Open the template's address completed by ``suffix``."""
        return cls("Url", [{"type": "text", "text": suffix}], index)

    @classmethod
    def copy_code(cls, code: str, *, index: int | None = None) -> TemplateButton:
        """Copy a coupon code."""
        return cls("CopyCode", [{"type": "couponCode", "couponCode": code}], index)

    @classmethod
    def flow(
        cls,
        *,
        screen: str | None = None,
        data: Mapping[str, Any] | None = None,
        index: int | None = None,
    ) -> TemplateButton:
        """Open a WhatsApp Flow at ``screen`` with ``data``."""
        first = compact(screen=screen, data=dict(data) if data is not None else None)
        return cls("Flow", [compact(type="action", flowActionData=first or None)], index)

    @classmethod
    def voice_call(
        cls,
        *,
        ttl: int | timedelta | None = None,
        payload: str | None = None,
        index: int | None = None,
    ) -> TemplateButton:
        """Call you over WhatsApp; ``ttl`` is a timedelta or whole minutes (1 minute to 30 days)."""
        parameters: list[Wire] = []
        if ttl is not None:
            parameters.append({"type": "ttlMinutes", "ttlMinutes": minutes(ttl)})
        if payload is not None:
            parameters.append({"type": "payload", "payload": payload})
        return cls("VoiceCall", parameters, index)


def _buttons(buttons: Iterable[TemplateButton | Piece], path: str) -> list[Wire]:
    if isinstance(buttons, str | Mapping) or not isinstance(buttons, Iterable):
        raise refused(path, "type", f"must be a list of buttons, not {type(buttons).__name__}")
    return [
        button.at(place)
        if isinstance(button, TemplateButton)
        else to_wire(button, f"{path}[{place}]")
        for place, button in enumerate(buttons)
    ]


def _parts(
    header: Value | None,
    body: Iterable[Value] | Mapping[str, str],
    buttons: Iterable[TemplateButton | Piece],
    path: str,
) -> list[Wire]:
    parts: list[Wire] = []
    if header is not None:
        parts.append({"type": "header", "parameters": [_value(header, f"{path}.header")]})
    values = _values(body, f"{path}.body")
    if values:
        parts.append({"type": "body", "parameters": values})
    parts.extend(_buttons(buttons, f"{path}.buttons"))
    return parts


class TemplateCard:
    """Values for one card of a carousel template. Its ``index`` is its place in the list unless you give one."""

    __slots__ = ("_parts", "index")

    def __init__(
        self,
        *,
        header: Value | None = None,
        body: Iterable[Value] | Mapping[str, str] = (),
        buttons: Iterable[TemplateButton | Piece] = (),
        index: int | None = None,
    ) -> None:
        self._parts = _parts(header, body, buttons, "content.template.components[].cards[]")
        self.index = index

    def at(self, place: int) -> Wire:
        """Return the wire form for a card at ``place``."""
        return {
            "cardIndex": self.index if self.index is not None else place,
            "components": self._parts,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form of the first card."""
        return self.at(0)

    def __repr__(self) -> str:
        return "<TemplateCard>"


class Template(Content):
    """A template registered with the channel, sent by name, without the API's text matching.

    ``body`` holds the placeholder values in order (or by name, as a mapping), ``header`` the one value of the
    header. ``components`` takes further components in their wire form. ``ttl`` (seconds or a timedelta) or
    ``category`` (``authentication``, ``utility`` or ``marketing``) tell how long the template may take to be
    delivered; neither is sent, they let the client warn about a fallback that fires before that.

    See https://developer.8x8.com/connect/reference/send-message
    """

    __slots__ = ()
    type = "template"

    def __init__(
        self,
        name: str,
        language: str,
        *,
        body: Iterable[Value] | Mapping[str, str] = (),
        header: Value | None = None,
        buttons: Iterable[TemplateButton | Piece] = (),
        cards: Iterable[TemplateCard | Piece] = (),
        components: Iterable[Piece] = (),
        ttl: int | timedelta | None = None,
        category: str | None = None,
    ) -> None:
        path = "content.template.components"
        if category is not None and category not in DEFAULT_TTL:
            raise refused("category", "enum", f"must be one of {', '.join(DEFAULT_TTL)}")
        parts = _parts(header, body, buttons, path)
        wire_cards = [
            card.at(place)
            if isinstance(card, TemplateCard)
            else to_wire(card, f"{path}[].cards[{place}]")
            for place, card in enumerate(cards)
        ]
        if wire_cards:
            parts.append({"type": "carousel", "cards": wire_cards})
        parts.extend(list_to_wire(components, path))
        lifetime = seconds(ttl, "ttl")
        if lifetime is None and category is not None:
            lifetime = DEFAULT_TTL[category]
        super().__init__(
            {"template": compact(name=name, language=language, components=parts or None)},
            ttl=lifetime,
        )
