"""What a message shows on a phone, for each type of content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from eightbyeight.mock.inbox import suggestions
from eightbyeight.mock.inbox.blocks import (
    Block,
    Cards,
    Choice,
    Choices,
    Facts,
    Media,
    Menu,
    Place,
    Section,
    text_of,
)
from eightbyeight.mock.inbox.template_contents import template
from eightbyeight.mock.sms_texts import goes_as_sms, sms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eightbyeight.mock.store import Message

_ODD = "The page has no picture of this message; the raw request has it."


def blocks_of(message: Message) -> tuple[Block, ...]:
    """What the recipient sees of a message, on the channel where it is."""
    try:
        if goes_as_sms(message):
            return (text_of(sms_of(message).text),)
        content = message.payload.get("content") or {}
        if message.kind == "lineNotification":
            return tuple(_notification(content))
        kind = str(message.payload.get("type"))
        return (*_OF[kind](kind, content), *suggestions.chips(content))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        # Another document than the shipped one may allow other shapes.
        return (text_of(_ODD, "note"),)


def answer_blocks(content: Mapping[str, Any]) -> tuple[Block, ...]:
    """What a user has answered."""
    if "text" in content:
        return (text_of(content["text"]),)
    interactive = content.get("interactive") or {}
    chosen = interactive.get(interactive.get("type")) or {}
    blocks = [text_of(chosen.get("title", ""))]
    if chosen.get("description"):
        blocks.append(text_of(chosen["description"], "footer"))
    return tuple(blocks)


def _text(_kind: str, content: Mapping[str, Any]) -> list[Block]:
    return [text_of(content["text"])]


def _media(kind: str, content: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [medium(kind, content["url"])]
    if content.get("text"):
        blocks.append(text_of(content["text"]))
    return blocks


def medium(kind: str, address: str, name: str | None = None) -> Media:
    """A file; its name is the end of its address, if it has no other."""
    return Media("document" if kind == "file" else kind, name or _file_name(address), address)


def _file_name(address: str) -> str:
    try:
        path = urlsplit(address).path
    except ValueError:
        path = address
    return unquote(path.rstrip("/").rpartition("/")[2]) or address


def place(location: Mapping[str, Any]) -> Place:
    """A location."""
    return Place(
        location["latitude"],
        location["longitude"],
        location.get("name") or "",
        location.get("address") or "",
    )


def _location(_kind: str, content: Mapping[str, Any]) -> list[Block]:
    return [place(content["location"])]


def _template(_kind: str, content: Mapping[str, Any]) -> list[Block]:
    return template(content["template"])


def _interactive(_kind: str, content: Mapping[str, Any]) -> list[Block]:
    interactive = content["interactive"]
    blocks: list[Block] = []
    header = interactive.get("header")
    if header and header["type"] == "text":
        blocks.append(text_of(header["text"], "title"))
    elif header:
        file = header[header["type"]]
        address = file.get("link") or f"uploaded, id {file.get('id')}"
        blocks.append(medium(header["type"], address, file.get("filename")))
    blocks += [
        text_of(interactive[part]["text"], part)
        for part in ("body", "footer")
        if interactive.get(part)
    ]
    return [*blocks, *_action(interactive["type"], interactive.get("action") or {})]


def _action(kind: str, action: Mapping[str, Any]) -> list[Block]:
    parameters = action.get("parameters") or {}
    if kind == "button":
        replies = [button["reply"] for button in action["buttons"]]
        return [Choices(tuple(Choice(reply["title"], "", reply["id"]) for reply in replies))]
    if kind == "list":
        return [Menu(action["button"], tuple(_section(part) for part in action["sections"]))]
    if kind == "cta_url":
        return [_only(parameters["display_text"], f"opens {parameters['url']}")]
    if kind == "flow":
        return [_only(parameters["flowCta"], f"starts the flow {parameters['flowId']}")]
    if kind == "voice_call":
        return [_only(parameters.get("display_text") or "Call", "calls the business")]
    if kind == "product":
        return [_products(action, [action["product_retailer_id"]])]
    if kind == "product_list":
        items = [item for part in action["sections"] for item in part["product_items"]]
        return [_products(action, [item["product_retailer_id"] for item in items])]
    label, detail = _ASKS.get(kind, (kind.replace("_", " "), ""))
    return [_only(label, detail)]


_ASKS = {
    "location_request_message": ("Send location", "asks for the user's location"),
    "call_permission_request": ("Allow calls", "asks whether the business may call"),
    "request_contact_info": ("Share contact", "asks for the user's number"),
}


def _only(label: str, detail: str) -> Choices:
    return Choices((Choice(label, detail),))


def _products(action: Mapping[str, Any], products: list[str]) -> Facts:
    rows = [("Catalog", str(action["catalog_id"]))]
    return Facts((*rows, *(("Product", str(product)) for product in products)))


def _section(part: Mapping[str, Any]) -> Section:
    rows = (Choice(row["title"], row.get("description") or "", row["id"]) for row in part["rows"])
    return Section(part.get("title") or "", tuple(rows))


def _rich_card(_kind: str, content: Mapping[str, Any]) -> list[Block]:
    return [Cards((_card(content["richCard"]),))]


def _carousel(_kind: str, content: Mapping[str, Any]) -> list[Block]:
    return [Cards(tuple(_card(card) for card in content["carousel"]["cards"]))]


def _card(card: Mapping[str, Any]) -> tuple[Block, ...]:
    blocks: list[Block] = [medium("media", card["media"]["contentInfo"]["fileUrl"])]
    if card.get("title"):
        blocks.append(text_of(card["title"], "title"))
    if card.get("description"):
        blocks.append(text_of(card["description"]))
    return (*blocks, *suggestions.buttons(card))


def _notification(content: Mapping[str, Any]) -> list[Block]:
    """A LINE notification, in the order of LINE's own layout."""
    blocks: list[Block] = []
    if content.get("icon") or content.get("company"):
        parts = (content.get("company"), content.get("icon"))
        blocks.append(text_of(" · ".join(str(part) for part in parts if part), "note"))
    if content.get("title"):
        blocks.append(text_of(content["title"], "title"))
    if content.get("greeting"):
        blocks.append(text_of(content["greeting"]))
    emphasis = content.get("emphasis") or {}
    if emphasis:
        blocks.append(text_of(emphasis.get("label") or "", "note"))
        blocks.append(text_of(emphasis.get("content") or "", "strong"))
    rows = [(item.get("label") or "", item.get("content") or "") for item in content.get("list") or []]
    if rows:
        blocks.append(Facts(tuple(rows)))
    if content.get("explanation"):
        blocks.append(text_of(content["explanation"], "footer"))
    actions = content.get("actions") or []
    if actions:
        links = (Choice(a.get("title") or "Open", f"opens {a.get('url') or 'nothing'}") for a in actions)
        blocks.append(Choices(tuple(links)))
    return blocks


_OF: dict[str, Callable[[str, Mapping[str, Any]], list[Block]]] = {
    "text": _text,
    "image": _media,
    "audio": _media,
    "video": _media,
    "file": _media,
    "location": _location,
    "template": _template,
    "interactive": _interactive,
    "richCard": _rich_card,
    "carousel": _carousel,
}
