"""One message of each kind that the page can show."""

from __future__ import annotations

from typing import Any

CHATAPPS = "/chatapps/api/v1/subaccounts/acme_hq/messages"
SMS = "/sms/api/v1/subaccounts/acme_hq/messages"
LINE = "/chatapps/api/v1/subaccounts/acme_hq/lon"
SURVEY = "/sms/api/v1/subaccounts/acme_hq/surveys/tea/messages/batch"

PLACE = {
    "latitude": 1.2834,
    "longitude": 103.8607,
    "name": "Marina Bay",
    "address": "10 Bayfront Ave",
}


def suggestions() -> list[dict[str, Any]]:
    """A reply, and one action of each kind."""

    def action(text: str, **given: Any) -> dict[str, Any]:
        return {"action": {"text": text, "postbackData": text.lower(), **given}}

    event = {"title": "Tea", "startTime": "2026-01-02T09:00:00Z", "endTime": "2026-01-02T10:00:00Z"}
    return [
        {"reply": {"text": "Yes, please", "postbackData": "yes"}},
        action("Call us", dialAction={"phoneNumber": "+6561234567"}),
        action("Shop", openUrlAction={"url": "https://shop.example.com/"}),
        action("Where", viewLocationAction={"latLong": {"latitude": 1.5, "longitude": 103.5}}),
        action("Save the date", createCalendarEventAction=event),
    ]


def card(title: str, reply: str) -> dict[str, Any]:
    """A card with a picture and a reply."""
    return {
        "title": title,
        "description": f"{title}, fresh from the pot",
        "media": {"contentInfo": {"fileUrl": f"https://cdn.example.com/{title.lower()}.jpg"}},
        "suggestions": [{"reply": {"text": f"Take {title}", "postbackData": reply}}],
    }


def interactive(kind: str, action: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A WhatsApp message with things to press."""
    body = {"type": kind, "body": {"text": f"This is a {kind}"}, "action": action, **parts}
    return {"interactive": body}


ROWS = [
    {"id": "green", "title": "Green tea", "description": "From Uji"},
    {"id": "black", "title": "Black tea"},
]

CONTENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("text", {"text": "Hello there", "suggestions": suggestions()}),
    "image": ("image", {"url": "https://cdn.example.com/a/tea%20pot.jpg", "text": "The pot"}),
    "video": ("video", {"url": "https://cdn.example.com/clip.mp4"}),
    "audio": ("audio", {"url": "https://cdn.example.com/song.mp3"}),
    "file": ("file", {"url": "https://cdn.example.com/menu.pdf"}),
    "location": ("location", {"location": PLACE}),
    "template": (
        "template",
        {
            "template": {
                "name": "order_update",
                "language": "en",
                "components": [
                    {
                        "type": "header",
                        "parameters": [{"type": "image", "url": "https://cdn.example.com/h.png"}],
                    },
                    {
                        "type": "body",
                        "parameters": [
                            {"type": "text", "name": "who", "text": "Ann"},
                            {"type": "text", "text": "order 42"},
                        ],
                    },
                    {
                        "type": "button",
                        "subType": "Url",
                        "index": 0,
                        "parameters": [{"type": "text", "text": "track/42"}],
                    },
                    {
                        "type": "button",
                        "subType": "QuickReply",
                        "index": 1,
                        "parameters": [{"type": "payload", "payload": "stop-updates"}],
                    },
                ],
            }
        },
    ),
    "buttons": (
        "interactive",
        interactive(
            "button",
            {
                "buttons": [
                    {"type": "reply", "reply": {"id": "tea-yes", "title": "Yes"}},
                    {"type": "reply", "reply": {"id": "tea-no", "title": "No"}},
                ]
            },
            header={"type": "text", "text": "Tea time"},
            footer={"text": "Answer until four"},
        ),
    ),
    "list": (
        "interactive",
        interactive("list", {"button": "Our teas", "sections": [{"title": "Teas", "rows": ROWS}]}),
    ),
    "link": (
        "interactive",
        interactive(
            "cta_url",
            {"parameters": {"display_text": "Track it", "url": "https://t.example.com/42"}},
            header={"type": "document", "document": {"id": "up-77", "filename": "bill.pdf"}},
        ),
    ),
    "flow": (
        "interactive",
        interactive("flow", {"parameters": {"flowId": "f-9", "flowCta": "Book a table"}}),
    ),
    "voice call": (
        "interactive",
        interactive("voice_call", {"parameters": {"display_text": "Ring"}}),
    ),
    "ask for a location": (
        "interactive",
        interactive("location_request_message", {"name": "send_location"}),
    ),
    "products": (
        "interactive",
        interactive(
            "product_list",
            {
                "catalog_id": "cat-1",
                "product_retailer_id": "p-1",
                "sections": [{"product_items": [{"product_retailer_id": "p-2"}]}],
            },
        ),
    ),
    "product": (
        "interactive",
        interactive("product", {"catalog_id": "cat-1", "product_retailer_id": "p-1"}),
    ),
    "rich card": (
        "richCard",
        {"richCard": {"cardOrientation": "vertical", **card("Oolong", "oo")}},
    ),
    "carousel": (
        "carousel",
        {"carousel": {"cardWidth": "small", "cards": [card("Sencha", "se"), card("Assam", "as")]}},
    ),
}

NOTIFICATION = {
    "user": {"msisdn": "+66812345678"},
    "content": {
        "company": "Acme Bank",
        "icon": "bell",
        "title": "Payment received",
        "greeting": "Dear customer",
        "emphasis": {"label": "Amount", "content": "1,250 THB"},
        "list": [{"label": "From", "content": "Ann"}, {"label": "Date", "content": "1 Jan"}],
        "explanation": "Thank you for banking with us",
        "actions": [{"title": "View statement", "url": "https://bank.example.com/s"}],
    },
    "smsFallback": {"text": "Acme Bank: 1,250 THB received"},
}

BATCH = {
    "messages": [{"destination": "+6598765432", "templateVariables": {"name": "Ann"}}],
    "template": {"templateBody": "Dear {{name}}, how was it? {{url}}"},
}


def message(name: str, number: str = "+6591234567", channel: str | None = None) -> dict[str, Any]:
    """A message of the messaging apps, by the name of its content."""
    kind, content = CONTENTS[name]
    body: dict[str, Any] = {"user": {"msisdn": number}, "type": kind, "content": content}
    if channel is not None:
        body["channels"] = [{"channel": channel}]
    return body
