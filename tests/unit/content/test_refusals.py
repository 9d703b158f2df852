"""Contents that cannot be right are refused when they are made or sent, with the place."""

from __future__ import annotations

import pytest

from eightbyeight import (
    DirectSend,
    Flow,
    Header,
    InvalidInput,
    LinkButton,
    ListMenu,
    ProductList,
    ReplyButtons,
    Row,
    Section,
    Suggestion,
    Template,
    Text,
)

PRODUCTS = {"Shoes": [f"sku-{n}" for n in range(31)]}
ROWS = [Row(str(n), f"Row {n}") for n in range(6)]


@pytest.mark.parametrize(
    ("make", "path", "message"),
    [
        (
            lambda: ReplyButtons("b", {"a": "Yes", "b": "Yes"}),
            "content.interactive.action.buttons",
            "has two buttons with the same label",
        ),
        (
            lambda: ReplyButtons("b", ["Yes", "No"]),
            "content.interactive.action.buttons",
            "must be a mapping of IDs to labels",
        ),
        (
            lambda: ListMenu("b", "Open"),
            "content.interactive.action",
            "needs exactly one of sections, rows; 0 were given",
        ),
        (
            lambda: ListMenu("b", "Open", sections=[], rows=[]),
            "content.interactive.action",
            "needs exactly one of sections, rows; 2 were given",
        ),
        (
            lambda: ListMenu("b", "Open", sections=[Section("A", ROWS), Section("B", ROWS)]),
            "content.interactive.action.sections",
            "has 12 rows in all; the limit over all sections is 10",
        ),
        (
            lambda: ListMenu(
                "b", "Open", sections=[Section("A", ROWS[:1]), Section(None, ROWS[1:2])]
            ),
            "content.interactive.action.sections[1].title",
            "is required when there are several sections",
        ),
        (
            lambda: ListMenu("b", "Open", rows="rows"),
            "content.interactive.action.sections[].rows",
            "must be a list, not str",
        ),
        (
            lambda: ListMenu("b", "Open", rows=[Row("1", "One"), 2]),
            "content.interactive.action.sections[].rows[1]",
            "must be an object of this library or a mapping, not int",
        ),
        (
            lambda: ProductList("cat", PRODUCTS, body="b"),
            "content.interactive.action.sections",
            "has 31 product_items in all; the limit over all sections is 30",
        ),
        (
            lambda: Flow("b", flow_id="1", label="Go", action="data_exchange", screen="FIRST"),
            "content.interactive.action.parameters.flowActionPayload",
            "goes with action navigate only; leave screen and data out",
        ),
        (
            Header.image,
            "content.interactive.header.image",
            "needs exactly one of link, id; 0 were given",
        ),
        (
            lambda: Header.document("https://x.example.com/1", id="2"),
            "content.interactive.header.document",
            "needs exactly one of link, id; 2 were given",
        ),
        (
            lambda: Suggestion.view_location("Where", "where"),
            "viewLocationAction",
            "needs exactly one of at, query; 0 were given",
        ),
        (
            lambda: Template("t", "en", body="Mei"),
            "content.template.components.body",
            "must be a list of values, not str",
        ),
        (
            lambda: Template("t", "en", body=["Mei", 5]),
            "content.template.components.body[1]",
            "must be an object of this library or a mapping, not int",
        ),
        (
            lambda: Template("t", "en", buttons=["stop"]),
            "content.template.components.buttons[0]",
            "must be an object of this library or a mapping, not str",
        ),
        (
            lambda: Template("t", "en", cards=["card"]),
            "content.template.components[].cards[0]",
            "must be an object of this library or a mapping, not str",
        ),
        (
            lambda: Template("t", "en", category="promo"),
            "category",
            "must be one of authentication, utility, marketing",
        ),
        (
            lambda: Text("x", suggestions=Suggestion.reply("a", "b")),
            "content.suggestions",
            "must be a list, not Suggestion",
        ),
        (
            lambda: Text("x", suggestions={"reply": {}}),
            "content.suggestions",
            "must be a list, not dict",
        ),
    ],
)
def test_refused_when_made(make, path, message):
    with pytest.raises(InvalidInput) as caught:
        make()

    assert [(problem.path, problem.message) for problem in caught.value.problems] == [
        (path, message)
    ]
    assert str(caught.value) == f"{path}: {message}"


def test_products_of_a_section_must_be_a_list():
    # A lone ID would be taken apart into its letters.
    with pytest.raises(InvalidInput, match="content.interactive.action.sections"):
        ProductList("cat", {"Shoes": "sku-1"}, body="b")


@pytest.mark.parametrize(
    "make",
    [
        lambda: ProductList("cat", ["sku-1"], body="b"),
        lambda: ListMenu("b", "Open", sections=[{"title": "A", "rows": 5}]),
        lambda: ReplyButtons("b", {"a": ["Yes"]}),
        lambda: Suggestion.view_location("Where", "where", at=(1.5,)),
    ],
    ids=["products", "rows", "label", "point"],
)
def test_wrong_types_inside_contents_are_refused_in_our_words(client, make):
    with pytest.raises(InvalidInput):
        client.messages.send("+6591234567", make())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (5, "content: must be a text, a content such as Image, or a mapping, not int"),
        (None, "content: must be a text, a content such as Image, or a mapping, not NoneType"),
        (
            {"text": "Hello"},
            "content: must hold type and content, as in {'type': 'text', 'content': {'text': ...}}",
        ),
        (
            {"type": "text", "content": "Hello"},
            "content: must hold type and content, as in {'type': 'text', 'content': {'text': ...}}",
        ),
    ],
)
def test_what_is_no_content_is_refused(api, client, content, message):
    with pytest.raises(InvalidInput) as caught:
        client.messages.send("+6591234567", content)

    assert str(caught.value) == message
    assert api.requests == []


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (
            ReplyButtons(
                "b",
                {"a": "Yes"},
                header=Header.image("https://x.example.com/1.jpg"),
                direct_send=DirectSend(),
            ),
            "content.interactive.header.type",
        ),
        (
            {
                "type": "interactive",
                "content": {
                    "whatsApp": DirectSend().to_dict(),
                    "interactive": {
                        "type": "location_request_message",
                        "body": {"text": "Where?"},
                        "action": {"name": "send_location"},
                    },
                },
            },
            "content.whatsApp.directSend",
        ),
        (Text("x", direct_send=DirectSend(ttl=29)), "content.whatsApp.directSend.ttlSeconds"),
        (Text("x", direct_send=DirectSend(ttl=43_201)), "content.whatsApp.directSend.ttlSeconds"),
        (
            Text("x", direct_send=DirectSend(category="marketing")),
            "content.whatsApp.directSend.category",
        ),
        (
            LinkButton("b", label="x" * 21, url="https://x.example.com"),
            "content.interactive.action.parameters.display_text",
        ),
    ],
)
def test_refused_when_sent(api, client, content, path):
    with pytest.raises(InvalidInput) as caught:
        client.messages.send("+6591234567", content)

    assert path in [problem.path for problem in caught.value.problems]
    assert api.requests == []


@pytest.mark.parametrize("ttl", [30, 43_200])
def test_direct_send_limits_are_inclusive(api, client, ttl):
    client.messages.send("+6591234567", Text("x", direct_send=DirectSend(ttl=ttl)))

    assert api.body["content"]["whatsApp"]["directSend"]["ttlSeconds"] == ttl


def test_half_a_surrogate_pair_is_refused(api, client):
    with pytest.raises(InvalidInput, match="half of a surrogate pair"):
        client.messages.send("+6591234567", "cut in two \ud83d")

    assert api.requests == []
