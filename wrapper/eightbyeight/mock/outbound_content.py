"""What was sent, as WhatsApp receipts of version 9 repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eightbyeight.mock.template_buttons import kind_of, label_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEDIA = {"image": "image", "video": "video", "audio": "audio", "file": "document"}
_BUTTON_TYPES = {
    "QuickReply": "quick_reply",
    "Url": "url",
    "CopyCode": "copy_code",
    "Flow": "flow",
}


def outbound_content(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a message of the messaging apps."""
    kind, content = payload["type"], payload["content"]
    if kind in _MEDIA:
        shown = {"contentType": "media", "header": _medium(_MEDIA[kind], content["url"])}
        if content.get("text"):
            shown["body"] = {"text": content["text"]}
    elif kind == "location":
        header = {"type": "location", "location": content["location"]}
        shown = {"contentType": "location", "header": header}
    elif kind == "template":
        shown = {"contentType": "template", **_template(content["template"])}
    elif kind == "interactive":
        shown = {"contentType": "interactive", **_interactive(content["interactive"])}
    elif kind == "text":
        shown = {"contentType": "text", "body": {"text": content["text"]}}
    else:
        shown = {"contentType": "carousel"}
    return {"channel": "whatsapp", **shown}


def _medium(kind: str, url: str, filename: str | None = None) -> dict[str, Any]:
    media = {"url": url} if filename is None else {"url": url, "filename": filename}
    return {"type": kind, "media": media}


def _template(template: Mapping[str, Any]) -> dict[str, Any]:
    # The mock knows no approved wording, so the values stand for it.
    shown: dict[str, Any] = {
        "template": {
            "name": template["name"],
            "language": template["language"],
            "category": "UTILITY",
        }
    }
    buttons = []
    for part in template.get("components") or []:
        values = part.get("parameters") or []
        if part["type"] == "button":
            buttons.append(_template_button(part, values))
        elif part["type"] in ("body", "footer") and values:
            texts = [value["text"] for value in values if value.get("text")]
            shown[part["type"]] = {"text": " ".join(texts)}
        elif part["type"] == "header" and values:
            shown["header"] = _template_header(values[0])
    if buttons:
        shown["actions"] = {"buttons": buttons}
    return shown


def _template_header(value: Mapping[str, Any]) -> dict[str, Any]:
    if value["type"] == "location":
        return {"type": "location", "location": value["location"]}
    if value.get("url"):
        kind = "video" if value["type"] == "gif" else value["type"]
        return _medium(kind, value["url"])
    return {"type": "text", "text": value.get("text", "")}


def _template_button(part: Mapping[str, Any], values: list[Mapping[str, Any]]) -> dict[str, Any]:
    kind = kind_of(part)
    given = values[0] if values else {}
    value = given.get("text") or given.get("payload") or given.get("couponCode")
    return {"type": _BUTTON_TYPES.get(kind, kind.lower()), "label": label_of(part), "value": value}


def _interactive(interactive: Mapping[str, Any]) -> dict[str, Any]:
    kind = interactive["type"]
    shown: dict[str, Any] = {}
    header = interactive.get("header")
    if header is not None:
        shown["header"] = _interactive_header(header)
    for part in ("body", "footer"):
        if interactive.get(part):
            shown[part] = {"text": interactive[part]["text"]}
    actions = _actions(kind, interactive.get("action") or {})
    if actions:
        shown["actions"] = actions
    return {**shown, "meta": {"redacted": False, "interactiveType": kind}}


def _interactive_header(header: Mapping[str, Any]) -> dict[str, Any]:
    kind = header["type"]
    if kind == "text":
        return {"type": "text", "text": header["text"]}
    medium = header[kind]
    # An uploaded medium has an id instead of an address.
    return _medium(kind, medium.get("link") or medium.get("id", ""), medium.get("filename"))


def _actions(kind: str, action: Mapping[str, Any]) -> dict[str, Any]:
    parameters = action.get("parameters") or {}
    if kind == "button":
        return {
            "buttons": [
                {"type": "quick_reply", "label": reply["title"], "value": reply["id"]}
                for reply in (button["reply"] for button in action["buttons"])
            ]
        }
    if kind == "list":
        return {"list": {"buttonLabel": action["button"], "sections": action["sections"]}}
    if kind == "cta_url":
        return {
            "cta": {"displayText": parameters.get("display_text"), "url": parameters.get("url")}
        }
    if kind == "flow":
        screen = (parameters.get("flowActionPayload") or {}).get("screen")
        flow = {
            "flowId": parameters.get("flowId"),
            "cta": parameters.get("flowCta"),
            "action": parameters.get("flowAction"),
            "screen": screen,
        }
        return {"flow": {name: value for name, value in flow.items() if value is not None}}
    return {}
