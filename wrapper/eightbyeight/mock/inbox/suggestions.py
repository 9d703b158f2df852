"""Suggested replies and actions, as chips below a message or as buttons of a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight.mock.inbox.blocks import Choice, Choices

if TYPE_CHECKING:
    from collections.abc import Mapping


def chips(content: Mapping[str, Any]) -> list[Choices]:
    """What is suggested below a message."""
    return _choices(content, "chips")


def buttons(card: Mapping[str, Any]) -> list[Choices]:
    """What is suggested on a card."""
    return _choices(card, "buttons")


def _choices(holder: Mapping[str, Any], look: str) -> list[Choices]:
    given = holder.get("suggestions") or []
    return [Choices(tuple(map(_choice, given)), look)] if given else []


def _choice(suggestion: Mapping[str, Any]) -> Choice:
    reply = suggestion.get("reply")
    if reply is not None:
        return Choice(reply["text"], "", reply["postbackData"])
    action = suggestion["action"]
    return Choice(action["text"], _effect(action))


def _effect(action: Mapping[str, Any]) -> str:
    if "dialAction" in action:
        return f"calls {action['dialAction']['phoneNumber']}"
    if "openUrlAction" in action:
        return f"opens {action['openUrlAction']['url']}"
    if "createCalendarEventAction" in action:
        event = action["createCalendarEventAction"]
        return f"saves the event {event['title']}, {event['startTime']}"
    shown = action["viewLocationAction"]
    spot = shown.get("latLong") or {}
    words = shown.get("label") or shown.get("query")
    return f"shows {words or '{latitude}, {longitude}'.format_map(spot)} on a map"
