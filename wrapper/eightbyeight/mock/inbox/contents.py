"""What a message shows on a phone, for each type of content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight.mock.inbox import suggestions
from eightbyeight.mock.inbox.attachments import medium, place
from eightbyeight.mock.inbox.blocks import (
    Block,
    Cards,
    Choice,
    Choices,
    Facts,
    Menu,
    Section,
    text_of,
)
from eightbyeight.mock.inbox.template_contents import template
from eightbyeight.mock.link_clicks import links_of
from eightbyeight.mock.sms_texts import goes_as_sms, sms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eightbyeight.mock.store import Message

_ODD = "The page has no picture of this message; the raw request has it."


def blocks_of(message: Message) -> tuple[Block, ...]:
    """What the recipient sees of a message, on the channel where it is."""
    try:
        if goes_as_sms(message):
            return (text_of(sms_of(message).text), *_links(message))
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
    if "targetUrl" in content:
        return (text_of(f"opened {content['targetUrl']}", "note"),)
    if "answers" in content:
        return (Facts(tuple((one["question"], one["answer"]) for one in content["answers"])),)
    interactive = content.get("interactive") or {}
    chosen = interactive.get(interactive.get("type")) or {}
    blocks = [text_of(chosen.get("title", ""))]
    if chosen.get("description"):
        blocks.append(text_of(chosen["description"], "footer"))
    return tuple(blocks)


def _links(message: Message) -> list[Block]:
    links = tuple(Choice("Open link", link.target, url=link.target) for link in links_of(message))
    return [Choices(links)] if links else []


def _text(_kind: str, content: Mapping[str, Any]) -> list[Block]:
    return [text_of(content["text"])]


def _media(kind: str, content: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [medium(kind, content["url"])]
    if content.get("text"):
        blocks.append(text_of(content["text"]))
    return blocks


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
    return [*blocks, _action(interactive["type"], interactive.get("action") or {})]


def _action(kind: str, action: Mapping[str, Any]) -> Block:
    make = _ACTIONS.get(kind)
    return _only(kind.replace("_", " "), "") if make is None else make(action)


def _buttons(action: Mapping[str, Any]) -> Choices:
    replies = [button["reply"] for button in action["buttons"]]
    return Choices(tuple(Choice(reply["title"], "", reply["id"]) for reply in replies))


def _list(action: Mapping[str, Any]) -> Menu:
    return Menu(action["button"], tuple(_section(part) for part in action["sections"]))


def _link(action: Mapping[str, Any]) -> Choices:
    parameters = action["parameters"]
    return _only(parameters["display_text"], f"opens {parameters['url']}")


def _flow(action: Mapping[str, Any]) -> Choices:
    parameters = action["parameters"]
    return _only(parameters["flowCta"], f"starts the flow {parameters['flowId']}")


def _call(action: Mapping[str, Any]) -> Choices:
    parameters = action.get("parameters") or {}
    return _only(parameters.get("display_text") or "Call", "calls the business")


def _product(action: Mapping[str, Any]) -> Facts:
    return _products(action, [action])


def _product_list(action: Mapping[str, Any]) -> Facts:
    return _products(
        action, [item for part in action["sections"] for item in part["product_items"]]
    )


def _only(label: str, detail: str) -> Choices:
    return Choices((Choice(label, detail),))


def _products(action: Mapping[str, Any], products: list[Mapping[str, Any]]) -> Facts:
    rows = [("Product", str(product["product_retailer_id"])) for product in products]
    return Facts((("Catalog", str(action["catalog_id"])), *rows))


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
    rows = [
        (item.get("label") or "", item.get("content") or "") for item in content.get("list") or []
    ]
    if rows:
        blocks.append(Facts(tuple(rows)))
    if content.get("explanation"):
        blocks.append(text_of(content["explanation"], "footer"))
    actions = content.get("actions") or []
    if actions:
        links = (
            Choice(a.get("title") or "Open", f"opens {a.get('url') or 'nothing'}") for a in actions
        )
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

_ACTIONS: dict[str, Callable[[Mapping[str, Any]], Block]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "flow": _flow,
    "voice_call": _call,
    "product": _product,
    "product_list": _product_list,
    "location_request_message": lambda _: _only("Send location", "asks where the user is"),
    "call_permission_request": lambda _: _only("Allow calls", "asks whether the business may call"),
    "request_contact_info": lambda _: _only("Share contact", "asks for the user's number"),
}
