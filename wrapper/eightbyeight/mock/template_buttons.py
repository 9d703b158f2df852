"""The buttons of templates. Their wording is with the channel: kind and place stand for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

QUICK_REPLY = "QuickReply"

_KINDS = {
    QUICK_REPLY: "Quick reply",
    "Url": "Link",
    "CopyCode": "Copy code",
    "Flow": "Flow",
    "VoiceCall": "Call",
}


def kind_of(button: Mapping[str, Any]) -> str:
    """What sort of button it is; where a document lets that be left out, it answers."""
    return str(button.get("subType", QUICK_REPLY))


def label_of(button: Mapping[str, Any]) -> str:
    """What stands on a button, such as `Quick reply 0`."""
    kind = kind_of(button)
    return f"{_KINDS.get(kind, kind)} {button.get('index', 0)}"


def payload_of(button: Mapping[str, Any]) -> str | None:
    """What a quick reply returns when it is pressed, if the request says."""
    values = (value.get("payload") for value in button.get("parameters") or [])
    return next((value for value in values if value is not None), None)


def is_quick_reply(component: Mapping[str, Any]) -> bool:
    """Whether a component is the button that answers."""
    return component.get("type") == "button" and kind_of(component) == QUICK_REPLY


def quick_replies(template: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The buttons that answer, those on cards too."""
    for component in template.get("components") or []:
        if is_quick_reply(component):
            yield component
        for card in component.get("cards") or []:
            yield from quick_replies(card)
