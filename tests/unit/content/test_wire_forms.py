"""Every content over the wire: what a user writes, and the exact JSON that leaves.

All of it goes through ``client.messages.send``, so each of these bodies also passes the checks.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from eightbyeight import (
    Audio,
    CallPermissionRequest,
    Card,
    Carousel,
    ContactInfoRequest,
    DirectSend,
    File,
    Flow,
    Header,
    Image,
    LinkButton,
    ListMenu,
    Location,
    LocationRequest,
    Parameter,
    Product,
    ProductList,
    ReplyButtons,
    RichCard,
    Row,
    Section,
    Suggestion,
    Template,
    TemplateButton,
    TemplateCard,
    Text,
    Video,
    VoiceCallButton,
)
from eightbyeight.core.checking import check_body

SINGAPORE = timezone(timedelta(hours=8))
TEXT_PARAMETER = {"type": "text", "text": "Mei"}

MEDIA = {
    "text": (
        Text("Your parcel is at the locker"),
        "text",
        {"text": "Your parcel is at the locker"},
    ),
    "text with suggestions": (
        Text("Lunch?", suggestions=[Suggestion.reply("Yes", "yes"), Suggestion.reply("No", "no")]),
        "text",
        {
            "text": "Lunch?",
            "suggestions": [
                {"reply": {"text": "Yes", "postbackData": "yes"}},
                {"reply": {"text": "No", "postbackData": "no"}},
            ],
        },
    ),
    "text as direct send": (
        Text("Order 10017 has left", direct_send=DirectSend()),
        "text",
        {
            "text": "Order 10017 has left",
            "whatsApp": {"directSend": {"category": "utility"}},
        },
    ),
    "text as direct send with a time to live": (
        Text("Order 10017 has left", direct_send=DirectSend(ttl=timedelta(minutes=10))),
        "text",
        {
            "text": "Order 10017 has left",
            "whatsApp": {"directSend": {"category": "utility", "ttlSeconds": 600}},
        },
    ),
    "text beyond ASCII": (Text("สวัสดี 👋 “hi”\n"), "text", {"text": "สวัสดี 👋 “hi”\n"}),
    "image": (
        Image("https://cdn.example.com/menu.jpg"),
        "image",
        {"url": "https://cdn.example.com/menu.jpg"},
    ),
    "image with all": (
        Image(
            "https://cdn.example.com/menu.jpg",
            "This week's menu",
            thumbnail="https://cdn.example.com/small.jpg",
            suggestions=[Suggestion.reply("Book", "book")],
        ),
        "image",
        {
            "url": "https://cdn.example.com/menu.jpg",
            "text": "This week's menu",
            "image": {"thumbnail": "https://cdn.example.com/small.jpg"},
            "suggestions": [{"reply": {"text": "Book", "postbackData": "book"}}],
        },
    ),
    "audio": (
        Audio("https://cdn.example.com/note.m4a", "Listen", duration=12),
        "audio",
        {
            "url": "https://cdn.example.com/note.m4a",
            "text": "Listen",
            "audio": {"duration": 12},
        },
    ),
    "video": (
        Video(
            "https://cdn.example.com/tour.mp4",
            "The tour",
            thumbnail="https://cdn.example.com/tour.jpg",
            filesize=734_003,
            duration=14.5,
        ),
        "video",
        {
            "url": "https://cdn.example.com/tour.mp4",
            "text": "The tour",
            "video": {
                "thumbnail": "https://cdn.example.com/tour.jpg",
                "filesize": 734_003,
                "duration": 14.5,
            },
        },
    ),
    "video alone": (
        Video("https://cdn.example.com/tour.mp4"),
        "video",
        {"url": "https://cdn.example.com/tour.mp4"},
    ),
    "file": (
        File("https://cdn.example.com/invoice.pdf", "Your invoice"),
        "file",
        {"url": "https://cdn.example.com/invoice.pdf", "text": "Your invoice"},
    ),
    "location": (
        Location(1.2834, 103.8607, name="ACME", address="10 Bayfront Avenue"),
        "location",
        {
            "location": {
                "latitude": 1.2834,
                "longitude": 103.8607,
                "name": "ACME",
                "address": "10 Bayfront Avenue",
            }
        },
    ),
    "location at zero": (
        Location(0, 0),
        "location",
        {"location": {"latitude": 0, "longitude": 0}},
    ),
}

INTERACTIVE = {
    "button": (
        ReplyButtons(
            "Is 19:30 still fine?",
            {"yes": "I will be there", "no": "Please cancel"},
            header="Table for two",
            footer="Bistro Marina",
        ),
        {
            "type": "button",
            "header": {"type": "text", "text": "Table for two"},
            "body": {"text": "Is 19:30 still fine?"},
            "footer": {"text": "Bistro Marina"},
            "action": {
                "buttons": [
                    {"type": "reply", "reply": {"id": "yes", "title": "I will be there"}},
                    {"type": "reply", "reply": {"id": "no", "title": "Please cancel"}},
                ]
            },
        },
    ),
    "list": (
        ListMenu(
            "When shall the technician come?",
            "Pick a time",
            sections=[
                Section(
                    "Monday", [Row("mon-9", "09:00", "Between 9 and 11"), Row("mon-14", "14:00")]
                ),
                Section("Tuesday", [{"id": "tue-9", "title": "09:00"}]),
            ],
        ),
        {
            "type": "list",
            "body": {"text": "When shall the technician come?"},
            "action": {
                "button": "Pick a time",
                "sections": [
                    {
                        "title": "Monday",
                        "rows": [
                            {"id": "mon-9", "title": "09:00", "description": "Between 9 and 11"},
                            {"id": "mon-14", "title": "14:00"},
                        ],
                    },
                    {"title": "Tuesday", "rows": [{"id": "tue-9", "title": "09:00"}]},
                ],
            },
        },
    ),
    "list of rows without sections": (
        ListMenu("Size?", "Choose", rows=[Row("s", "Small"), Row("l", "Large")]),
        {
            "type": "list",
            "body": {"text": "Size?"},
            "action": {
                "button": "Choose",
                "sections": [
                    {"rows": [{"id": "s", "title": "Small"}, {"id": "l", "title": "Large"}]}
                ],
            },
        },
    ),
    "product": (
        Product("cat-1", "sku-7", body="Back in stock", footer="ACME"),
        {
            "type": "product",
            "body": {"text": "Back in stock"},
            "footer": {"text": "ACME"},
            "action": {"catalog_id": "cat-1", "product_retailer_id": "sku-7"},
        },
    ),
    "product without a text": (
        Product("cat-1", "sku-7"),
        {
            "type": "product",
            "action": {"catalog_id": "cat-1", "product_retailer_id": "sku-7"},
        },
    ),
    "product_list": (
        ProductList(
            "cat-1",
            {"Shoes": ["sku-1", "sku-2"], "Bags": ["sku-3"]},
            body="Our picks",
            header="Sale",
        ),
        {
            "type": "product_list",
            "header": {"type": "text", "text": "Sale"},
            "body": {"text": "Our picks"},
            "action": {
                "catalog_id": "cat-1",
                "product_retailer_id": "sku-1",
                "sections": [
                    {
                        "title": "Shoes",
                        "product_items": [
                            {"product_retailer_id": "sku-1"},
                            {"product_retailer_id": "sku-2"},
                        ],
                    },
                    {"title": "Bags", "product_items": [{"product_retailer_id": "sku-3"}]},
                ],
            },
        },
    ),
    "product_list with a featured product": (
        ProductList("cat-1", {"Shoes": ["sku-1", "sku-2"]}, body="Our picks", featured="sku-2"),
        {
            "type": "product_list",
            "body": {"text": "Our picks"},
            "action": {
                "catalog_id": "cat-1",
                "product_retailer_id": "sku-2",
                "sections": [
                    {
                        "title": "Shoes",
                        "product_items": [
                            {"product_retailer_id": "sku-1"},
                            {"product_retailer_id": "sku-2"},
                        ],
                    }
                ],
            },
        },
    ),
    "cta_url": (
        LinkButton(
            "Order 10017 is on its way.",
            label="Track it",
            url="https://shop.example.com/t/10017",
            header=Header.image("https://cdn.example.com/van.jpg"),
        ),
        {
            "type": "cta_url",
            "header": {"type": "image", "image": {"link": "https://cdn.example.com/van.jpg"}},
            "body": {"text": "Order 10017 is on its way."},
            "action": {
                "parameters": {
                    "display_text": "Track it",
                    "url": "https://shop.example.com/t/10017",
                }
            },
        },
    ),
    "flow": (
        Flow(
            "Tell us how it went.",
            flow_id="859504979861628",
            label="Rate the visit",
            action="navigate",
            screen="RATING",
            data={"visit": "5512"},
            token="t-1",
            mode="published",
            message_version="3",
        ),
        {
            "type": "flow",
            "body": {"text": "Tell us how it went."},
            "action": {
                "parameters": {
                    "flowId": "859504979861628",
                    "flowCta": "Rate the visit",
                    "flowAction": "navigate",
                    "flowActionPayload": {"screen": "RATING", "data": {"visit": "5512"}},
                    "flowToken": "t-1",
                    "mode": "published",
                    "flowMessageVersion": "3",
                }
            },
        },
    ),
    "flow with an endpoint": (
        Flow("Book", flow_id="1", label="Book", action="data_exchange"),
        {
            "type": "flow",
            "body": {"text": "Book"},
            "action": {
                "parameters": {"flowId": "1", "flowCta": "Book", "flowAction": "data_exchange"}
            },
        },
    ),
    "voice_call": (
        VoiceCallButton(
            "Questions?", label="Call us", ttl=timedelta(days=2), payload="ticket-5512"
        ),
        {
            "type": "voice_call",
            "body": {"text": "Questions?"},
            "action": {
                "name": "voice_call",
                "parameters": {
                    "display_text": "Call us",
                    "ttlMinutes": 2880,
                    "payload": "ticket-5512",
                },
            },
        },
    ),
    "voice_call with minutes": (
        VoiceCallButton("Questions?", ttl=90),
        {
            "type": "voice_call",
            "body": {"text": "Questions?"},
            "action": {"name": "voice_call", "parameters": {"ttlMinutes": 90}},
        },
    ),
    "call_permission_request": (
        CallPermissionRequest("May we call you?", footer="ACME"),
        {
            "type": "call_permission_request",
            "body": {"text": "May we call you?"},
            "footer": {"text": "ACME"},
        },
    ),
    "request_contact_info": (
        ContactInfoRequest("Who shall get the parcel?"),
        {"type": "request_contact_info", "body": {"text": "Who shall get the parcel?"}},
    ),
    "location_request_message": (
        LocationRequest("Where shall we pick you up?"),
        {
            "type": "location_request_message",
            "body": {"text": "Where shall we pick you up?"},
            "action": {"name": "send_location"},
        },
    ),
}

TEMPLATES = {
    "name only": (Template("hello", "en"), {"name": "hello", "language": "en"}),
    "header, body in order and buttons": (
        Template(
            "order_shipped",
            "en_US",
            header=Parameter.image("https://cdn.example.com/parcel.jpg"),
            body=["Mei", Parameter.text("10017")],
            buttons=[TemplateButton.url("10017"), TemplateButton.quick_reply("stop")],
        ),
        {
            "name": "order_shipped",
            "language": "en_US",
            "components": [
                {
                    "type": "header",
                    "parameters": [{"type": "image", "url": "https://cdn.example.com/parcel.jpg"}],
                },
                {
                    "type": "body",
                    "parameters": [TEXT_PARAMETER, {"type": "text", "text": "10017"}],
                },
                {
                    "type": "button",
                    "subType": "Url",
                    "index": 0,
                    "parameters": [{"type": "text", "text": "10017"}],
                },
                {
                    "type": "button",
                    "subType": "QuickReply",
                    "index": 1,
                    "parameters": [{"type": "payload", "payload": "stop"}],
                },
            ],
        },
    ),
    "body by name": (
        Template("viber_order", "en", header="Hi", body={"first": "Mei", "order": "10017"}),
        {
            "name": "viber_order",
            "language": "en",
            "components": [
                {"type": "header", "parameters": [{"type": "text", "text": "Hi"}]},
                {
                    "type": "body",
                    "parameters": [
                        {"type": "text", "name": "first", "text": "Mei"},
                        {"type": "text", "name": "order", "text": "10017"},
                    ],
                },
            ],
        },
    ),
    "time to live and category are not sent": (
        Template("otp", "en", body=["482913"], ttl=timedelta(minutes=5), category="authentication"),
        {
            "name": "otp",
            "language": "en",
            "components": [
                {"type": "body", "parameters": [{"type": "text", "text": "482913"}]},
            ],
        },
    ),
    "every kind of parameter": (
        Template(
            "all",
            "en",
            body=[
                Parameter.text("Mei", name="who"),
                Parameter.image("https://cdn.example.com/1.jpg", name="pic"),
                Parameter.gif("https://cdn.example.com/1.mp4"),
                Parameter.video("https://cdn.example.com/2.mp4"),
                Parameter.document("https://cdn.example.com/1.pdf"),
                Parameter.location(1.5, 103.5, place="ACME", address="10 Bayfront"),
            ],
        ),
        {
            "name": "all",
            "language": "en",
            "components": [
                {
                    "type": "body",
                    "parameters": [
                        {"type": "text", "name": "who", "text": "Mei"},
                        {"type": "image", "name": "pic", "url": "https://cdn.example.com/1.jpg"},
                        {"type": "gif", "url": "https://cdn.example.com/1.mp4"},
                        {"type": "video", "url": "https://cdn.example.com/2.mp4"},
                        {"type": "document", "url": "https://cdn.example.com/1.pdf"},
                        {
                            "type": "location",
                            "location": {
                                "latitude": 1.5,
                                "longitude": 103.5,
                                "name": "ACME",
                                "address": "10 Bayfront",
                            },
                        },
                    ],
                }
            ],
        },
    ),
    "every kind of button, the first place given": (
        Template(
            "buttons",
            "en",
            buttons=[
                TemplateButton.copy_code("SAVE10", index=5),
                TemplateButton.flow(screen="FIRST", data={"a": 1}),
                TemplateButton.flow(),
                TemplateButton.voice_call(ttl=timedelta(days=2), payload="ticket-5512"),
                TemplateButton.voice_call(),
            ],
        ),
        {
            "name": "buttons",
            "language": "en",
            "components": [
                {
                    "type": "button",
                    "subType": "CopyCode",
                    "index": 5,
                    "parameters": [{"type": "couponCode", "couponCode": "SAVE10"}],
                },
                {
                    "type": "button",
                    "subType": "Flow",
                    "index": 1,
                    "parameters": [
                        {
                            "type": "action",
                            "flowActionData": {"screen": "FIRST", "data": {"a": 1}},
                        }
                    ],
                },
                {
                    "type": "button",
                    "subType": "Flow",
                    "index": 2,
                    "parameters": [{"type": "action"}],
                },
                {
                    "type": "button",
                    "subType": "VoiceCall",
                    "index": 3,
                    "parameters": [
                        {"type": "ttlMinutes", "ttlMinutes": 2880},
                        {"type": "payload", "payload": "ticket-5512"},
                    ],
                },
                {"type": "button", "subType": "VoiceCall", "index": 4},
            ],
        },
    ),
    "cards": (
        Template(
            "weekend_offers",
            "en",
            body=["Mei"],
            cards=[
                TemplateCard(
                    header=Parameter.image("https://cdn.example.com/shoes.jpg"),
                    body=["20 %"],
                    buttons=[TemplateButton.url("shoes"), TemplateButton.quick_reply("later")],
                ),
                TemplateCard(header=Parameter.video("https://cdn.example.com/bags.mp4"), index=3),
            ],
        ),
        {
            "name": "weekend_offers",
            "language": "en",
            "components": [
                {"type": "body", "parameters": [TEXT_PARAMETER]},
                {
                    "type": "carousel",
                    "cards": [
                        {
                            "cardIndex": 0,
                            "components": [
                                {
                                    "type": "header",
                                    "parameters": [
                                        {
                                            "type": "image",
                                            "url": "https://cdn.example.com/shoes.jpg",
                                        }
                                    ],
                                },
                                {"type": "body", "parameters": [{"type": "text", "text": "20 %"}]},
                                {
                                    "type": "button",
                                    "subType": "Url",
                                    "index": 0,
                                    "parameters": [{"type": "text", "text": "shoes"}],
                                },
                                {
                                    "type": "button",
                                    "subType": "QuickReply",
                                    "index": 1,
                                    "parameters": [{"type": "payload", "payload": "later"}],
                                },
                            ],
                        },
                        {
                            "cardIndex": 3,
                            "components": [
                                {
                                    "type": "header",
                                    "parameters": [
                                        {"type": "video", "url": "https://cdn.example.com/bags.mp4"}
                                    ],
                                }
                            ],
                        },
                    ],
                },
            ],
        },
    ),
    "further components": (
        Template("call_me", "en", components=[{"type": "call_permission_request"}]),
        {
            "name": "call_me",
            "language": "en",
            "components": [{"type": "call_permission_request"}],
        },
    ),
}

RCS = {
    "rich card": (
        RichCard(
            "https://cdn.example.com/ebi.jpg",
            orientation="horizontal",
            image_side="right",
            title="Table at Ebi, 17:00",
            description="We look forward to seeing you.",
            card_suggestions=[
                Suggestion.reply("Change time", "change"),
                Suggestion.dial("Call us", "call", number="+84987654321"),
            ],
            suggestions=[
                Suggestion.calendar_event(
                    "Add to calendar",
                    "calendar",
                    title="Dinner at Ebi",
                    start=datetime(2026, 12, 24, 17, tzinfo=SINGAPORE),
                    end=datetime(2026, 12, 24, 19, tzinfo=UTC),
                    description="Two seats",
                )
            ],
            height="short",
            thumbnail_url="https://cdn.example.com/ebi-small.jpg",
            force_refresh=True,
        ),
        "richCard",
        {
            "richCard": {
                "cardOrientation": "horizontal",
                "thumbnailImageAlignment": "right",
                "title": "Table at Ebi, 17:00",
                "description": "We look forward to seeing you.",
                "media": {
                    "height": "short",
                    "contentInfo": {
                        "fileUrl": "https://cdn.example.com/ebi.jpg",
                        "thumbnailUrl": "https://cdn.example.com/ebi-small.jpg",
                        "forceRefresh": True,
                    },
                },
                "suggestions": [
                    {"reply": {"text": "Change time", "postbackData": "change"}},
                    {
                        "action": {
                            "text": "Call us",
                            "postbackData": "call",
                            "dialAction": {"phoneNumber": "+84987654321"},
                        }
                    },
                ],
            },
            "suggestions": [
                {
                    "action": {
                        "text": "Add to calendar",
                        "postbackData": "calendar",
                        "createCalendarEventAction": {
                            "title": "Dinner at Ebi",
                            "description": "Two seats",
                            "startTime": "2026-12-24T17:00:00+08:00",
                            "endTime": "2026-12-24T19:00:00+00:00",
                        },
                    }
                }
            ],
        },
    ),
    "plain rich card": (
        RichCard("https://cdn.example.com/ebi.jpg"),
        "richCard",
        {
            "richCard": {
                "cardOrientation": "vertical",
                "media": {"contentInfo": {"fileUrl": "https://cdn.example.com/ebi.jpg"}},
            }
        },
    ),
    "carousel": (
        Carousel(
            [
                Card(
                    "https://cdn.example.com/catamaran.jpg",
                    title="Catamaran trip",
                    description="Snorkelling",
                    suggestions=[
                        Suggestion.open_url(
                            "Book",
                            "book",
                            url="https://tours.example.com/1",
                            application="WEBVIEW",
                            webview_mode="TALL",
                            description="Booking form",
                            fallback_url="https://tours.example.com/m/1",
                        )
                    ],
                    force_refresh=False,
                ),
                Card(
                    "https://cdn.example.com/jungle.jpg",
                    height="tall",
                    suggestions=[
                        Suggestion.view_location(
                            "Where", "where", at=(10.77, 106.69), label="Jungle camp"
                        ),
                        Suggestion.view_location("Cafes", "cafes", query="cafe"),
                    ],
                ),
            ],
            width="small",
            suggestions=[Suggestion.reply("More", "more")],
        ),
        "carousel",
        {
            "carousel": {
                "cardWidth": "small",
                "cards": [
                    {
                        "title": "Catamaran trip",
                        "description": "Snorkelling",
                        "media": {
                            "contentInfo": {
                                "fileUrl": "https://cdn.example.com/catamaran.jpg",
                                "forceRefresh": False,
                            }
                        },
                        "suggestions": [
                            {
                                "action": {
                                    "text": "Book",
                                    "postbackData": "book",
                                    "fallbackUrl": "https://tours.example.com/m/1",
                                    "openUrlAction": {
                                        "url": "https://tours.example.com/1",
                                        "application": "WEBVIEW",
                                        "webviewViewMode": "TALL",
                                        "description": "Booking form",
                                    },
                                }
                            }
                        ],
                    },
                    {
                        "media": {
                            "height": "tall",
                            "contentInfo": {"fileUrl": "https://cdn.example.com/jungle.jpg"},
                        },
                        "suggestions": [
                            {
                                "action": {
                                    "text": "Where",
                                    "postbackData": "where",
                                    "viewLocationAction": {
                                        "latLong": {"latitude": 10.77, "longitude": 106.69},
                                        "label": "Jungle camp",
                                    },
                                }
                            },
                            {
                                "action": {
                                    "text": "Cafes",
                                    "postbackData": "cafes",
                                    "viewLocationAction": {"query": "cafe"},
                                }
                            },
                        ],
                    },
                ],
            },
            "suggestions": [{"reply": {"text": "More", "postbackData": "more"}}],
        },
    ),
}

CASES = [
    *((name, content, kind, body) for name, (content, kind, body) in (MEDIA | RCS).items()),
    *(
        (name, content, "interactive", {"interactive": body})
        for name, (content, body) in INTERACTIVE.items()
    ),
    *(
        (f"template: {name}", content, "template", {"template": body})
        for name, (content, body) in TEMPLATES.items()
    ),
]


@pytest.mark.parametrize(
    ("content", "kind", "body"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_exact_body(api, client, content, kind, body):
    client.messages.send("+6591234567", content, client_message_id="ref-1")

    assert api.body == {
        "user": {"msisdn": "+6591234567"},
        "type": kind,
        "content": body,
        "clientMessageId": "ref-1",
    }
    assert check_body("sendMessage", api.body) == ()
    assert content.to_dict() == {"type": kind, "content": body}


def test_every_type_and_interactive_kind_of_the_document_is_covered(document):
    schemas = document["components"]["schemas"]

    assert {kind for _, _, kind, _ in CASES} == set(schemas["Message"]["discriminator"]["mapping"])
    assert {content.body["interactive"]["type"] for content, _ in INTERACTIVE.values()} == set(
        schemas["Interactive"]["discriminator"]["mapping"]
    )


def test_every_kind_of_template_parameter_and_button_is_covered(document):
    schemas = document["components"]["schemas"]
    parts = [part for _, body in TEMPLATES.values() for part in body.get("components", ())]
    parameters = {value["type"] for part in parts for value in part.get("parameters", ())}

    assert parameters == set(schemas["TemplateParameter"]["discriminator"]["mapping"])
    assert {part["subType"] for part in parts if part["type"] == "button"} == set(
        schemas["ButtonComponent"]["discriminator"]["mapping"]
    )


@pytest.mark.parametrize(
    ("header", "wire"),
    [
        ("Hello", {"type": "text", "text": "Hello"}),
        (Header.text("Hello"), {"type": "text", "text": "Hello"}),
        (
            Header.image(id="media-1", caption="Front"),
            {"type": "image", "image": {"id": "media-1", "caption": "Front"}},
        ),
        (
            Header.video("https://cdn.example.com/1.mp4"),
            {"type": "video", "video": {"link": "https://cdn.example.com/1.mp4"}},
        ),
        (
            Header.document("https://cdn.example.com/1", filename="bill.pdf", caption="Bill"),
            {
                "type": "document",
                "document": {
                    "link": "https://cdn.example.com/1",
                    "caption": "Bill",
                    "filename": "bill.pdf",
                },
            },
        ),
        ({"type": "text", "text": "As a dict"}, {"type": "text", "text": "As a dict"}),
    ],
)
def test_headers(api, client, header, wire):
    client.messages.send("+6591234567", ReplyButtons("Fine?", {"y": "Yes"}, header=header))

    assert api.body["content"]["interactive"]["header"] == wire


@pytest.mark.parametrize(
    "content",
    [
        ReplyButtons("Fine?", {"y": "Yes"}, header="Hi", direct_send=DirectSend(ttl=60)),
        LinkButton(
            "Look", label="Open", url="https://x.example.com", direct_send=DirectSend(ttl=60)
        ),
    ],
)
def test_direct_send_with_buttons(api, client, content):
    client.messages.send("+6591234567", content)

    assert api.body["content"]["whatsApp"] == {
        "directSend": {"category": "utility", "ttlSeconds": 60}
    }


def test_plain_string_is_a_text(api, client):
    client.messages.send("+6591234567", "Hello")

    assert (api.body["type"], api.body["content"]) == ("text", {"text": "Hello"})


def test_dict_and_generated_model_are_taken_as_contents(api, client):
    from eightbyeight_generated.models import LocationMessage

    wire = {"type": "location", "content": {"location": {"latitude": 1.5, "longitude": 103.5}}}
    model = LocationMessage.from_dict({"user": {"msisdn": "+6500000000"}, **wire})

    client.messages.send("+6591234567", wire, client_message_id="ref-1")
    client.messages.send("+6591234567", model, client_message_id="ref-1")

    expected = {"user": {"msisdn": "+6591234567"}, **wire, "clientMessageId": "ref-1"}
    assert api.bodies == [expected, expected]


def test_envelope_around_the_content(api, client):
    client.messages.send(
        "091234567",
        "Hello",
        country="TH",
        client_message_id="ref-1",
        scheduled=datetime(2026, 12, 24, 9, tzinfo=SINGAPORE),
        expiry=datetime(2026, 12, 24, 1, 30, 0, 250_000, tzinfo=UTC),
        dlr_callback_url="https://hooks.example.com/8x8",
        reply_to="aa7c29ad-4433-2211-9c8b-00004e2b9ecc",
        extra={"newField": {"a": 1}},
    )

    assert api.body == {
        "user": {"msisdn": "091234567", "country": "TH"},
        "type": "text",
        "content": {"text": "Hello"},
        "clientMessageId": "ref-1",
        "scheduled": "2026-12-24T09:00:00+08:00",
        "expiry": "2026-12-24T01:30:00.250000+00:00",
        "dlrCallbackUrl": "https://hooks.example.com/8x8",
        "context": {"umid": "aa7c29ad-4433-2211-9c8b-00004e2b9ecc"},
        "newField": {"a": 1},
    }


def test_sending_does_not_change_the_content(api, client):
    from eightbyeight import Fallback

    content = Image("https://cdn.example.com/menu.jpg")
    before = content.to_dict()
    plan = Fallback.viber(after=60).then_sms(text="The menu is out", source="ACME")
    client.messages.send("+6591234567", content, fallback=plan)

    assert content.to_dict() == before
    assert content == Image("https://cdn.example.com/menu.jpg")
    assert content != Image("https://cdn.example.com/other.jpg")


def test_bytes_on_the_wire_are_utf8_json_with_a_length(api, client):
    client.messages.send("+6591234567", "สวัสดี", client_message_id="ref-1")

    (request,) = api.requests
    assert (
        request.content
        == (
            '{"user":{"msisdn":"+6591234567"},"type":"text","content":{"text":"สวัสดี"},'
            '"clientMessageId":"ref-1"}'
        ).encode()
    )
    assert request.headers["content-type"] == "application/json"
    assert request.headers["content-length"] == str(len(request.content))
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"].startswith("eightbyeight/")
