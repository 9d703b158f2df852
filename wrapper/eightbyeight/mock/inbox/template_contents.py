"""Templates: their wording is with the channel, so the values stand for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight.mock.inbox.attachments import medium, place
from eightbyeight.mock.inbox.blocks import Block, Cards, Choice, Choices, text_of
from eightbyeight.mock.template_buttons import is_quick_reply, label_of, payload_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FILES = frozenset({"image", "gif", "video", "document"})
_ROLES = {"header": "title", "footer": "footer"}
_ASKS = {"call_permission_request": "Allow calls", "request_contact_info": "Share contact"}


def template(given: Mapping[str, Any]) -> list[Block]:
    """A template with its values."""
    name = text_of(f"Template {given['name']} ({given['language']})", "note")
    return [name, *_parts(given.get("components") or [])]


def _parts(components: Iterable[Mapping[str, Any]]) -> list[Block]:
    blocks: list[Block] = []
    buttons: list[Choice] = []
    for part in components:
        kind = part["type"]
        if kind == "button":
            buttons.append(_button(part))
        elif kind == "carousel":
            cards = (tuple(_parts(card.get("components") or [])) for card in part["cards"])
            blocks.append(Cards(tuple(cards)))
        elif kind in _ASKS:
            buttons.append(Choice(_ASKS[kind]))
        else:
            blocks += _values(part.get("parameters") or [], _ROLES.get(kind, "body"))
    if buttons:
        blocks.append(Choices(tuple(buttons)))
    return blocks


def _values(parameters: Iterable[Mapping[str, Any]], role: str) -> list[Block]:
    blocks: list[Block] = []
    texts = []
    for value in parameters:
        kind = value["type"]
        if kind in _FILES:
            blocks.append(medium(kind, value["url"]))
        elif kind == "location":
            blocks.append(place(value["location"]))
        else:
            texts.append(_named(value))
    if texts:
        blocks.append(text_of("\n".join(texts), role))
    return blocks


def _named(value: Mapping[str, Any]) -> str:
    text = _plain(value)
    return f"{value['name']}: {text}" if value.get("name") else text


def _plain(value: Mapping[str, Any]) -> str:
    for field in ("text", "payload", "couponCode", "ttlMinutes"):
        if field in value:
            return str(value[field])
    return str(value["type"])


def _button(part: Mapping[str, Any]) -> Choice:
    values = [_plain(value) for value in part.get("parameters") or []]
    label, press = label_of(part), None
    if is_quick_reply(part):
        payload = payload_of(part)
        press = label if payload is None else payload
    return Choice(label, ", ".join(values), press)
