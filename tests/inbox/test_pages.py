"""The page and its pieces as HTML."""

from __future__ import annotations

import copy
import json
import re
from urllib.parse import quote

import pytest
import samples
from reading import Page

HOME = "/__mock__/inbox"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
RELOADED = "\"'><svg onload=alert(3)>"


def page_of(api, path="", **query):
    answer = api.get(HOME + path, params=query)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def test_an_empty_mock_tells_how_to_send(api):
    page = page_of(api)

    assert "curl http://mock /chatapps/api/v1/subaccounts/acme_hq/messages" in page.text
    assert 'Client("any-key", "acme_hq", base_url=url)' in page.text


def test_the_page_has_landmarks_and_a_skip_link(api):
    page = page_of(api)

    assert [page.find(tag) != [] for tag in ("header", "main", "nav", "aside")] == [True] * 4
    assert page.find("a", href="#thread")
    assert page.find("section", id="thread")
    assert page.find("html", lang="en")
    assert page.find("p", role="status")


@pytest.mark.parametrize("name", samples.CONTENTS)
def test_every_kind_of_message_can_be_opened(api, app, send, name):
    umid = send(samples.CHATAPPS, samples.message(name))
    app.read(umid)

    page = page_of(api, umid=umid)

    assert page.find("body", **{"data-shown": "details"})
    assert umid in page.text
    assert "no picture" not in page.text
    named = [field for field in page.find("button") if not field.get("aria-label")]
    assert all("class" in field or "name" in field for field in named)


def test_ids_are_unique(api, app, send):
    for name in samples.CONTENTS:
        umid = send(samples.CHATAPPS, samples.message(name))
    app.change_settings({"callback_url": "https://hooks.example.com/"})
    app.read(umid)

    ids = [given["id"] for _, given in page_of(api, umid=umid).elements if "id" in given]

    assert len(ids) == len(set(ids))


def test_every_field_has_a_name(api, app, send):
    app.dispatch(umid := send(samples.CHATAPPS, samples.message("buttons")))
    page = page_of(api, umid=umid)
    labelled = {given.get("for") for given in page.find("label")}
    fields = [given for tag in ("input", "textarea") for given in page.find(tag)]

    for given in fields:
        is_free = given.get("type") in ("hidden", "checkbox")
        assert is_free or given.get("id") in labelled, given


def poisoned(value, poison):
    if isinstance(value, dict):
        return {key: poisoned(part, poison) for key, part in value.items()}
    if isinstance(value, list):
        return [poisoned(part, poison) for part in value]
    return poison if isinstance(value, str) else value


@pytest.mark.parametrize("poison", [EVIL, RELOADED, "javascript:alert(4)"])
@pytest.mark.parametrize("name", [*samples.CONTENTS, "line"])
def test_no_text_becomes_markup(api, app, send, name, poison):
    """Whatever is stored, wherever it stands, and however it came there."""
    if name == "line":
        app.deliver(umid := send(samples.LINE, samples.NOTIFICATION))
    else:
        app.read(umid := send(samples.CHATAPPS, samples.message(name)))
        app.reply(umid, poison, quote=True)
    message = app.message(umid)
    content = poisoned(message.payload["content"], poison)
    for part in ("interactive", "template"):
        if part in content:
            # What these are is no text, it decides how they look.
            content[part] = with_types(message.payload["content"][part], content[part])
    message.payload = {
        **message.payload,
        "content": content,
        "clientMessageId": poison,
        "user": {"lineUserId": poison},
    }
    message.subaccount = message.batch_id = message.client_batch_id = poison

    html = api.get(HOME, params={"umid": umid, "q": poison}).text
    page = only_ours(html)

    assert "no picture" not in page.text
    assert poison in html.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace(
        "&#39;", "'"
    )


def only_ours(html):
    """A page whose scripts, links and handlers are the page's own."""
    page = Page(html)
    assert [given.get("src") for given in page.find("script")] == [f"{HOME}/static/inbox.js"]
    assert not [
        tag for tag, _ in page.elements if tag in ("img", "iframe", "object", "embed", "b1")
    ]
    for _, given in page.elements:
        assert not [key for key in given if key.startswith("on") or key == "style"]
        for key in ("href", "action", "src"):
            assert given.get(key, "#").startswith(("/__mock__/", "#"))
    return page


@pytest.mark.parametrize("poison", [EVIL, "\"'><b1 onclick=x>", "https://a.example/\"onclick='x'"])
def test_nothing_around_a_message_becomes_markup(api, app, poison):
    """Ids, senders, links, surveys, errors, webhooks, and what came with the request."""
    quoted = quote(poison, safe="")
    odd = {"X-Odd": poison, "Host": "mock"}
    sms = {"destination": "+6591234567", "text": f"{poison} https://e.example/{poison}"}
    answer = api.post(f"{samples.SMS}?odd={quoted}", json=sms, headers=odd)
    umid = answer.json()["umid"]
    batch = copy.deepcopy(samples.BATCH)
    batch |= {"includeMessagesInResponse": True, "clientBatchId": poison[:20]}
    batch["messages"][0] |= {"templateVariables": {"name": poison}, "source": poison[:16]}
    batch["messages"][0] |= {"clientMessageId": poison}
    path = samples.SURVEY.replace("tea", quoted)
    (sent,) = api.post(path, json=batch).json()["messages"]
    failed = api.post(samples.SMS, json=sms).json()["umid"]
    for one in (umid, sent["umid"]):
        app.deliver(one)
        app.click(one)
        app.reply(one, poison)
    app.answer_survey(sent["umid"], {poison: poison})
    app.fail(failed, message=poison, state="failed")
    app.connect_receiver(lambda *_: 1 / 0)
    app.retry_delivery(1)

    for one in (umid, sent["umid"], failed):
        page = only_ours(api.get(HOME, params={"umid": one, "q": poison}).text)
        assert poison in "".join(page.words)
    only_ours(api.get(HOME, params={"id": poison, "umid": poison, "q": poison}).text)
    app.reset()
    only_ours(api.get(HOME, headers={"Host": poison.replace(" ", "")}).text)


def with_types(before, after):
    if isinstance(before, dict):
        return {
            key: before[key] if key in ("type", "subType") else with_types(before[key], after[key])
            for key in before
        }
    if isinstance(before, list):
        return [with_types(*pair) for pair in zip(before, after, strict=True)]
    return after


def test_half_a_character_is_shown_as_it_was_written(api, app):
    body = json.dumps({**samples.message("text"), "content": {"text": "cut \ud83d off"}})
    answer = api.post(samples.CHATAPPS, content=body, headers={"Content-Type": "application/json"})
    page = page_of(api, umid=answer.json()["umid"])

    assert "cut \\ud83d off" in page.text


@pytest.mark.parametrize("path", ["", "/conversations", "/static/inbox.js", "/nothing"])
def test_nothing_may_come_from_elsewhere(api, path):
    headers = api.get(HOME + path).headers
    policy = headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["inbox.css", "inbox.js", "keyboard.js", "icon.svg"])
def test_its_files_load_nothing_from_elsewhere(api, name):
    answer = api.get(f"{HOME}/static/{name}")

    assert answer.status_code == 200
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", answer.text)


def test_the_pieces_are_parts_of_the_page(api, send):
    umid = send(samples.CHATAPPS, samples.message("buttons"))
    whole = api.get(HOME, params={"id": "6591234567", "umid": umid}).text

    for pane in ("conversations", "conversation", "message"):
        part = api.get(f"{HOME}/{pane}", params={"id": "6591234567", "umid": umid}).text
        assert part.strip() in whole


def test_conversations_are_listed_by_recipient_the_latest_first(api, send):
    send(samples.CHATAPPS, samples.message("text"))
    send(samples.SMS, {"destination": "6591234567", "text": "One more"})
    send(samples.CHATAPPS, samples.message("text", number="+4915112345678"))

    page = page_of(api, "/conversations")

    rows = [
        given["data-key"] for given in page.find("a") if given.get("class", "").startswith("row")
    ]
    assert rows == ["4915112345678", "6591234567"]
    assert "2 conversations, 3 messages" in page.text
    assert "One more" in page.text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("MARINA bay", True),
        ("bayfront 659123", True),
        ("marina nowhere", False),
        ("latitude", False),
    ],
)
def test_search_looks_into_messages_and_numbers(api, send, words, found):
    send(samples.CHATAPPS, samples.message("location"))

    page = page_of(api, "/conversations", q=words)

    assert ("1 conversation" in page.text) is found
    assert ("Nothing found" in page.text) is not found


def test_search_finds_answers_and_ids(api, app, send):
    umid = send(samples.CHATAPPS, samples.message("text"))
    app.dispatch(umid)
    app.reply(umid, "Never mind")

    assert "1 conversation" in page_of(api, "/conversations", q="never").text
    assert "1 conversation" in page_of(api, "/conversations", q=umid.upper()).text


def test_details_show_the_way_the_request_and_every_attempt(api, app, send):
    app.change_settings({"callback_url": "https://hooks.example.com/"})
    app.connect_receiver(lambda *_: 503)
    body = {**samples.message("image"), "channels": [{"channel": "Viber"}, {"channel": "SMS"}]}
    body["content"] = {**body["content"], "fallbackText": "See the pot"}
    umid = send(samples.CHATAPPS, body)
    app.fail(umid, 1018)
    app.advance(1)

    text = page_of(api, "/message", umid=umid).text

    assert re.search(
        r"1\. Viber .* undelivered .* Message rejected \(1018\) .* 2\. SMS .* queued", text
    )
    assert "POST /chatapps/api/v1/subaccounts/acme_hq/messages" in text
    assert "Bearer ***" in text
    assert '"fallbackText": "See the pot"' in text
    assert "Encoding GSM7 Parts 1 Characters 11" in text
    assert re.search(r"1\. receipt .* attempt 1: 503 .* attempt 2: 503 next at", text)


def test_a_request_that_was_forgotten_leaves_the_message(api, app, send):
    umid = send(samples.CHATAPPS, samples.message("image"))
    app.requests.clear()

    text = page_of(api, "/message", umid=umid).text

    assert "forgotten" in text
    assert '"text": "The pot"' in text


def test_a_message_of_a_batch_shows_its_part(api, app):
    api.post(samples.SURVEY, json=samples.BATCH)
    (message,) = app.store.messages()

    text = page_of(api, "/message", umid=message.umid).text

    assert "This message's part" in text
    assert '"templateBody": "Dear {{name}}, how was it? {{url}}"' in text


def test_ten_thousand_messages_are_paged(api, app):
    numbers = [{"destination": f"+65{90000000 + n}"} for n in range(10_000)]
    api.post(samples.SURVEY, json={**samples.BATCH, "messages": numbers})

    answer = api.get(HOME)
    more = api.get(f"{HOME}/conversations", params={"people": 100})

    assert "10000 conversations" in answer.text
    assert answer.text.count('class="row ') == 50
    assert len(answer.content) < 100_000
    assert more.text.count('class="row ') == 100


def test_a_long_conversation_shows_its_end(api, app, send):
    for number in range(60):
        send(samples.SMS, {"destination": "+6591234567", "text": f"Text {number}."})

    page = page_of(api, "/conversation", id="6591234567")

    assert "Text 59." in page.text
    assert "Text 9." not in page.text
    assert [given["href"] for given in page.find("a", id="more-bubbles")] == [
        f"{HOME}?id=6591234567&bubbles=100"
    ]


def test_looking_does_not_disturb_a_seeded_run(api, app, send):
    umid = send(samples.CHATAPPS, samples.message("text"))
    before = app.clock.now(), app.changes.last, len(app.requests)

    page_of(api, umid=umid)

    assert (app.clock.now(), app.changes.last, len(app.requests)) == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/static/nothing", 404),
        ("/static/../pages.py", 404),
        ("?id=123", 404),
        ("?umid=nope", 404),
        ("/message?umid=nope", 404),
        ("/conversation?id=%FF", 404),
        ("?people=0", 422),
        ("?people=-1", 422),
        ("?bubbles=1e9", 422),
        ("?bubbles=99999999999999999999", 422),
        ("/actions/deliver", 405),
    ],
)
def test_bad_addresses_are_refused(api, path, status):
    answer = api.get(HOME + path)

    assert answer.status_code == status
    assert Page(answer.text)


def test_only_get_looks(api):
    answer = api.post(HOME)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


def test_pages_of_other_origins_are_kept_out(api):
    assert api.get(HOME, headers={"Origin": "https://evil.example"}).status_code == 403


def test_a_browser_at_the_root_is_sent_to_the_page(api, app):
    html = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    sent = api.get("/", headers=html)

    assert (sent.status_code, sent.headers["location"]) == (303, HOME)
    assert len(app.requests) == 0
    assert api.get("/").status_code == 404
    assert api.post("/", headers=html).status_code == 404
    assert api.get("/other", headers=html).json()["code"] == 1300


def test_without_jinja_the_page_says_what_is_missing(api, monkeypatch):
    from eightbyeight.mock.inbox import rendering

    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    rendering._environment.cache_clear()

    answer = api.get(HOME)

    assert answer.status_code == 501
    assert "eightbyeight[mock]" in answer.json()["error"]


def luminance(colour):
    colour = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_colours_have_the_contrast_that_reading_needs(api):
    light, _, dark = api.get(f"{HOME}/static/inbox.css").text.partition(
        "prefers-color-scheme: dark"
    )
    for part in (light, dark.partition("*, ::before")[0]):
        colours = dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6})", part))
        accents = re.findall(r"--a: #([0-9a-f]{6}); --s: #([0-9a-f]{6})", part)
        pairs = [
            (colours[ink], colours[ground])
            for ink in ("ink", "quiet", "brand", "bad", "good")
            for ground in ("surface", "ground", "raised")
        ]
        pairs += [
            pair
            for a, s in accents
            for pair in (
                (a, s),
                (a, colours["surface"]),
                (colours["ink"], s),
                (colours["quiet"], s),
            )
        ]
        pairs += [(colours["on-brand"], colours["brand"]), (colours["bad"], colours["bad-soft"])]

        assert len(accents) == 6
        assert [(pair, contrast(*pair)) for pair in pairs if contrast(*pair) < 4.5] == []
