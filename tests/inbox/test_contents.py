"""What each kind of message shows, as plain data."""

from __future__ import annotations

import pytest
import samples

from eightbyeight.mock.inbox.blocks import Cards, Choices, Facts, Media, Menu, Place, Text
from eightbyeight.mock.inbox.bubbles import bubbles_of, preview_of
from eightbyeight.mock.inbox.contents import blocks_of

SEEN = {
    "text": "Hello there",
    "image": "The pot",
    "video": "Video: clip.mp4",
    "audio": "Audio: song.mp3",
    "file": "Document: menu.pdf",
    "location": "Location: Marina Bay",
    "template": "who: Ann order 42",
    "buttons": "Tea time",
    "list": "This is a list",
    "link": "This is a cta_url",
    "flow": "This is a flow",
    "voice call": "This is a voice_call",
    "ask for a location": "This is a location_request_message",
    "products": "This is a product_list",
    "product": "This is a product",
    "rich card": "Oolong",
    "carousel": "Sencha",
}


@pytest.mark.parametrize("name", samples.CONTENTS)
def test_every_kind_has_a_preview(app, send, name):
    umid = send(samples.CHATAPPS, samples.message(name))

    assert preview_of(app.message(umid)) == SEEN[name]


@pytest.fixture
def blocks(app, send):
    """The blocks of a sample, by their class."""

    def blocks(name, kind):
        umid = send(samples.CHATAPPS, samples.message(name))
        return [one for one in blocks_of(app.message(umid)) if isinstance(one, kind)]

    return blocks


def test_media_show_kind_name_and_address(blocks):
    assert blocks("image", Media) == [
        Media("image", "tea pot.jpg", "https://cdn.example.com/a/tea%20pot.jpg")
    ]
    assert blocks("link", Media) == [Media("document", "bill.pdf", "uploaded, id up-77")]


def test_a_location_shows_its_place(blocks):
    assert blocks("location", Place) == [Place(1.2834, 103.8607, "Marina Bay", "10 Bayfront Ave")]


def test_buttons_can_be_pressed_and_links_cannot(blocks):
    (buttons,) = blocks("buttons", Choices)
    (chips,) = blocks("text", Choices)

    assert [(one.label, one.press) for one in buttons.choices] == [
        ("Yes", "tea-yes"),
        ("No", "tea-no"),
    ]
    assert chips.look == "chips"
    assert [(one.label, one.detail, one.press) for one in chips.choices] == [
        ("Yes, please", "", "yes"),
        ("Call us", "calls +6561234567", None),
        ("Shop", "opens https://shop.example.com/", None),
        ("Where", "shows 1.5, 103.5 on a map", None),
        ("Save the date", "saves the event Tea, 2026-01-02T09:00:00Z", None),
    ]


def test_a_list_has_its_sections(blocks):
    (menu,) = blocks("list", Menu)

    assert (menu.label, menu.sections[0].title) == ("Our teas", "Teas")
    assert [row.press for row in menu.sections[0].rows] == ["green", "black"]


def test_a_carousel_has_its_cards(blocks):
    (carousel,) = blocks("carousel", Cards)

    assert [type(one) for one in carousel.cards[0]] == [Media, Text, Text, Choices]
    assert [card[1].text for card in carousel.cards] == ["Sencha", "Assam"]


def test_products_are_listed(blocks):
    (facts,) = blocks("products", Facts)

    assert facts.rows == (("Catalog", "cat-1"), ("Product", "p-2"))


def test_a_line_notification_is_a_card(app, send):
    shown = blocks_of(app.message(send(samples.LINE, samples.NOTIFICATION)))

    assert [(one.text, one.role) for one in shown if isinstance(one, Text)] == [
        ("Acme Bank · bell", "note"),
        ("Payment received", "title"),
        ("Dear customer", "body"),
        ("Amount", "note"),
        ("1,250 THB", "strong"),
        ("Thank you for banking with us", "footer"),
    ]
    assert [one.rows for one in shown if isinstance(one, Facts)] == [
        (("From", "Ann"), ("Date", "1 Jan"))
    ]


def test_a_fallback_shows_what_arrives_as_an_sms_and_what_was_tried(app, send):
    umid = send(samples.LINE, samples.NOTIFICATION)
    app.fail(umid)

    (bubble,) = bubbles_of([app.message(umid)])

    assert [one.text for one in bubble.blocks] == ["Acme Bank: 1,250 THB received"]
    assert (bubble.channel, bubble.accent) == ("SMS", "sms")
    assert bubble.trail == ("LINE notification undelivered",)
    assert (bubble.segments.encoding, bubble.segments.parts) == ("GSM7", 1)


def test_a_survey_shows_the_invitation(app, api):
    api.post(samples.SURVEY, json=samples.BATCH)
    (message,) = app.store.messages()

    assert blocks_of(message)[0].text.startswith("Dear Ann, how was it? https://mock.8x8/")


def test_answers_stand_after_their_message_and_quote_it(app, send):
    umid = send(samples.CHATAPPS, samples.message("list"))
    app.deliver(umid)
    app.advance(1)
    app.reply_button(umid, "green")
    send(samples.CHATAPPS, samples.message("image"))

    bubbles = bubbles_of(app.store.messages())

    assert [bubble.is_answer for bubble in bubbles] == [False, True, False]
    assert [one.text for one in bubbles[1].blocks] == ["Green tea", "From Uji"]
    assert bubbles[1].quoted == "This is a list"


def test_a_long_text_is_cut(app, send):
    body = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "é" * 35_000}}
    (text,) = blocks_of(app.message(send(samples.CHATAPPS, body)))

    assert (len(text.text), text.hidden) == (2000, 33_000)


def test_an_unknown_shape_is_no_fault(app, send):
    message = app.message(send(samples.CHATAPPS, samples.message("buttons")))
    message.payload = {**message.payload, "type": "hologram"}

    assert [one.role for one in blocks_of(message)] == ["note"]
