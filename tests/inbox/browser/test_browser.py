"""The page in a real browser."""

from __future__ import annotations

import pytest
import samples

LIVE = "document.querySelector('[data-live]')?.textContent === 'live' && !document.querySelector('[data-live]').hidden"
SHOWN = "[...document.querySelectorAll('.pane')].filter((one) => one.offsetParent).map((one) => one.classList[1])"


def text(selector):
    return f"document.querySelector({selector!r})?.innerText ?? ''"


def has(selector, words):
    return f"({text(selector)}).includes({words!r})"


def visit(page, address):
    page.open(address)
    page.wait(LIVE)


def test_a_message_arrives_live_and_is_announced(page, home, send):
    visit(page, home)
    assert "No messages yet" in page.run(text(".list"))

    send(samples.CHATAPPS, samples.message("text"))

    page.wait(has(".list", "Hello there"))
    assert page.run(text("[role=status]")) == "A new message"
    assert page.run(text(".now time"))


def test_states_and_answers_arrive_live_and_words_under_way_stay(page, home, app, send):
    umid = send(samples.CHATAPPS, samples.message("text"))
    app.dispatch(umid)
    visit(page, f"{home}?id=6591234567")
    page.click("#text")
    page.type("half a sent")

    app.read(umid)
    app.reply(umid, "From elsewhere")

    page.wait(has(".bubbles", "From elsewhere"))
    assert page.run("document.querySelector('#text').value") == "half a sent"
    assert page.run("document.activeElement.id") == "text"
    assert page.run(has(".bubbles", "read"))


def test_search_narrows_the_list_while_one_types(page, home, send):
    send(samples.CHATAPPS, samples.message("location"))
    send(samples.CHATAPPS, samples.message("buttons", number="+4915112345678"))
    visit(page, home)
    page.click("#q")
    page.type("marina")

    page.wait("document.querySelectorAll('.row').length === 1")
    assert page.run("location.search") == "?q=marina"
    assert page.run("document.activeElement.id") == "q"


def test_a_message_is_opened_delivered_and_answered(page, home, app, send):
    umid = send(samples.CHATAPPS, samples.message("buttons"))
    visit(page, home)

    page.click(".row")
    page.wait(has(".bubbles", "This is a button"))
    page.click(".look")
    page.wait(f"location.search.includes('{umid}')")
    page.click("#act-deliver")
    page.wait(has(".details .head", "delivered"))
    assert app.message(umid).steps[0].state == "delivered"

    page.click("button.choice[value=tea-no]")
    page.wait(has(".bubble.answer", "No"))
    page.click("#text")
    page.type("Not now, شكرا 🍵")
    page.click(".reply button")
    page.wait(has(".bubbles", "Not now"))
    page.wait(has(".details", "inbound"))

    assert [answer.content.get("text") for answer in app.message(umid).answers] == [
        None,
        "Not now, شكرا 🍵",
    ]
    assert page.run("document.querySelector('#text').value") == ""


def test_a_refusal_is_shown(page, home, app, send):
    umid = send(samples.CHATAPPS, samples.message("text"))
    visit(page, f"{home}?umid={umid}")
    page.wait("!!document.querySelector('#act-deliver')")
    page.run("document.querySelector('#act-deliver').form.umid.value = 'gone'")
    page.click("#act-deliver")

    page.wait(has(".toast.bad", "there is no 'gone'"))
    # The browser notes the refusal itself; only that may be in its log.
    assert all("404" in one for one in page.complaints())
    page.forgive()


def test_the_clock_advances(page, home, app, send):
    app.change_settings({"lifecycle": "auto"})
    send(samples.SMS, {"destination": "+6591234567", "text": "Soon"})
    visit(page, home)
    page.click("[value='60']")

    page.wait(has(".row", "delivered"))


def test_the_whole_way_by_keyboard(page, home, app, send):
    for number in (1, 2, 3):
        send(samples.SMS, {"destination": f"+659123456{number}", "text": f"Text {number}"})
    visit(page, home)
    page.wait("document.querySelectorAll('.row').length === 3")
    focused = "document.activeElement.dataset.key"

    page.press("j")
    page.press("j")
    page.press("ArrowDown")
    page.press("k")
    assert page.run(focused) == "6591234562"
    page.press("Enter")
    page.wait(has(".thread", "Text 2") + " && document.activeElement.id === 'thread'")
    page.press("j")
    page.press("Enter")
    page.wait("document.body.dataset.shown === 'details'")
    page.press("Escape")
    page.wait("document.activeElement.className === 'look'")
    page.press("Escape")
    page.wait(f"{focused} === '6591234562' && document.body.dataset.shown === 'list'")
    page.press("/")
    assert page.run("document.activeElement.id") == "q"
    page.press("Escape")
    page.press("?")
    assert page.run("document.querySelector('dialog').open")
    page.press("Escape")
    assert not page.run("document.querySelector('dialog').open")


def test_the_focus_stays_when_the_page_draws_anew(page, home, send):
    send(samples.SMS, {"destination": "+6591234561", "text": "One"})
    visit(page, home)
    page.wait("!!document.querySelector('.row')")
    page.press("j")
    send(samples.SMS, {"destination": "+6591234562", "text": "Two"})
    page.wait("document.querySelectorAll('.row').length === 2")

    assert page.run("document.activeElement.dataset.key") == "6591234561"
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.run(outline) == "solid"


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", "list"), ("?id=6591234567", "thread"), ("?umid={umid}", "details")],
)
def test_a_phone_shows_one_pane(browser, home, send, query, shown):
    for name in samples.CONTENTS:
        umid = send(samples.CHATAPPS, samples.message(name))
    with browser.page(390, 844) as page:
        visit(page, home + query.format(umid=umid))

        assert page.run(SHOWN) == [shown]
        assert page.run("document.documentElement.scrollWidth") == 390
        assert page.run(
            "[...document.querySelectorAll('.scroll')].every((one) => one.scrollWidth <= 390)"
        )
        if shown != "list":
            page.click(f".{shown} .back")
            page.wait(f"JSON.stringify({SHOWN}) !== '[\"{shown}\"]'")
        assert page.complaints() == []


def test_a_desktop_shows_three_panes_in_the_colours_one_prefers(page, home, send):
    umid = send(samples.CHATAPPS, samples.message("text"))
    ground = "getComputedStyle(document.body).backgroundColor"
    page.colours("light")
    visit(page, f"{home}?umid={umid}")
    light = page.run(ground)
    page.colours("dark")

    assert page.run(SHOWN) == ["list", "thread", "details"]
    assert (light, page.run(ground)) == ("rgb(238, 240, 245)", "rgb(14, 17, 23)")


def test_stored_text_runs_nothing_and_loads_nothing(page, home, app, send):
    evil = '<img src=x onerror="window.hit = 1"><script>window.hit = 1</script>'
    content = {"url": "https://cdn.example.com/a.jpg", "text": evil}
    umid = send(samples.CHATAPPS, {**samples.message("image"), "content": content})
    app.dispatch(umid)
    app.reply(umid, evil)
    visit(page, f"{home}?umid={umid}")
    page.run("1")

    assert page.run("window.hit ?? 0") == 0
    assert evil in page.run(text(".bubbles"))
    loaded = page.run(
        "performance.getEntriesByType('resource').map((one) => new URL(one.name).host)"
    )
    assert set(loaded) == {page.run("location.host")}


def test_without_a_stream_the_page_asks(page, home, app, send):
    visit(page, home)
    page.run("window.seen = 1")
    app.changes.close()
    send(samples.SMS, {"destination": "+6591234567", "text": "By asking"})

    page.wait(has(".list", "By asking"))
    assert page.run("window.seen") == 1


def test_it_works_without_scripts(page, home, app, send):
    umid = send(samples.CHATAPPS, samples.message("buttons"))
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.open(home)
    page.click(".row")
    page.wait("location.search === '?id=6591234567' && document.readyState === 'complete'")
    page.click(".look")
    page.wait("location.search.includes('umid') && document.readyState === 'complete'")
    page.click("#act-read")
    page.wait(has(".details .head", "read"))

    assert app.message(umid).steps[0].state == "read"


def test_ten_thousand_messages_do_not_hold_it_up(page, home, api):
    numbers = [{"destination": f"+65{90000000 + n}"} for n in range(10_000)]
    api.post(samples.SURVEY, json={**samples.BATCH, "messages": numbers})
    visit(page, home)
    page.click("#more-people")

    page.wait("document.querySelectorAll('.row').length === 100")
