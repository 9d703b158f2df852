"""Every limit is checked before anything is sent; the errors tell lengths, never texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eightbyeight import (
    Card,
    Carousel,
    Fallback,
    Flow,
    Header,
    InvalidInput,
    LineCard,
    LinkButton,
    ListMenu,
    ReplyButtons,
    RichCard,
    Row,
    Section,
    SmsFallback,
    Suggestion,
    SurveyRecipient,
    SurveyTemplate,
    Text,
    VoiceCallButton,
)

TO = "+6591234567"
URL = "https://x.example.com/1.jpg"
AWARE = datetime(2026, 12, 24, 9, tzinfo=UTC)
NAIVE = datetime(2026, 12, 24, 9)
MARK = "Q"  # in no message of ours

ACTION = "content.interactive.action"

LENGTHS = [
    ("content.text", 35_000, lambda c, s: c.messages.send(TO, s)),
    ("clientMessageId", 50, lambda c, s: c.messages.send(TO, "x", client_message_id=s)),
    (
        "content.sms.source",
        16,
        lambda c, s: c.messages.send(TO, "x", fallback=Fallback.sms(source=s)),
    ),
    (
        "content.fallbackText",
        35_000,
        lambda c, s: c.messages.send(TO, "x", fallback=Fallback.sms(text=s)),
    ),
    (
        "content.interactive.body.text",
        1024,
        lambda c, s: c.messages.send(TO, ReplyButtons(s, {"y": "Yes"})),
    ),
    (
        "content.interactive.header.text",
        60,
        lambda c, s: c.messages.send(TO, ReplyButtons("b", {"y": "Yes"}, header=s)),
    ),
    (
        "content.interactive.header.text",
        60,
        lambda c, s: c.messages.send(TO, ReplyButtons("b", {"y": "Yes"}, header=Header.text(s))),
    ),
    (
        "content.interactive.footer.text",
        60,
        lambda c, s: c.messages.send(TO, ReplyButtons("b", {"y": "Yes"}, footer=s)),
    ),
    (
        f"{ACTION}.buttons[0].reply.title",
        20,
        lambda c, s: c.messages.send(TO, ReplyButtons("b", {"y": s})),
    ),
    (
        f"{ACTION}.buttons[0].reply.id",
        256,
        lambda c, s: c.messages.send(TO, ReplyButtons("b", {s: "Yes"})),
    ),
    (
        f"{ACTION}.button",
        20,
        lambda c, s: c.messages.send(TO, ListMenu("b", s, rows=[Row("1", "One")])),
    ),
    (
        f"{ACTION}.sections[0].title",
        24,
        lambda c, s: c.messages.send(
            TO, ListMenu("b", "o", sections=[Section(s, [Row("1", "One")])])
        ),
    ),
    (
        f"{ACTION}.sections[0].rows[0].id",
        200,
        lambda c, s: c.messages.send(TO, ListMenu("b", "o", rows=[Row(s, "One")])),
    ),
    (
        f"{ACTION}.sections[0].rows[0].title",
        24,
        lambda c, s: c.messages.send(TO, ListMenu("b", "o", rows=[Row("1", s)])),
    ),
    (
        f"{ACTION}.sections[0].rows[0].description",
        72,
        lambda c, s: c.messages.send(TO, ListMenu("b", "o", rows=[Row("1", "One", s)])),
    ),
    (
        f"{ACTION}.parameters.display_text",
        20,
        lambda c, s: c.messages.send(TO, LinkButton("b", label=s, url=URL)),
    ),
    (
        f"{ACTION}.parameters.flowCta",
        30,
        lambda c, s: c.messages.send(TO, Flow("b", flow_id="1", label=s)),
    ),
    (
        f"{ACTION}.parameters.payload",
        512,
        lambda c, s: c.messages.send(TO, VoiceCallButton("b", payload=s)),
    ),
    (
        "content.suggestions[0].reply.text",
        25,
        lambda c, s: c.messages.send(TO, Text("x", suggestions=[Suggestion.reply(s, "p")])),
    ),
    (
        "content.suggestions[0].reply.postbackData",
        2048,
        lambda c, s: c.messages.send(TO, Text("x", suggestions=[Suggestion.reply("t", s)])),
    ),
    (
        "content.suggestions[0].action.viewLocationAction.query",
        200,
        lambda c, s: c.messages.send(
            TO, Text("x", suggestions=[Suggestion.view_location("t", "p", query=s)])
        ),
    ),
    (
        "content.suggestions[0].action.openUrlAction.url",
        2048,
        lambda c, s: c.messages.send(
            TO, Text("x", suggestions=[Suggestion.open_url("t", "p", url=s)])
        ),
    ),
    (
        "content.suggestions[0].action.createCalendarEventAction.title",
        100,
        lambda c, s: c.messages.send(
            TO,
            Text(
                "x",
                suggestions=[Suggestion.calendar_event("t", "p", title=s, start=AWARE, end=AWARE)],
            ),
        ),
    ),
    ("content.richCard.title", 200, lambda c, s: c.messages.send(TO, RichCard(URL, title=s))),
    (
        "content.richCard.description",
        2000,
        lambda c, s: c.messages.send(TO, RichCard(URL, description=s)),
    ),
    (
        "content.carousel.cards[1].title",
        200,
        lambda c, s: c.messages.send(TO, Carousel([Card(URL), Card(URL, title=s)])),
    ),
    ("clientMessageId", 350, lambda c, s: c.sms.send(TO, "x", client_message_id=s)),
    ("source", 16, lambda c, s: c.sms.send(TO, "x", source=s)),
    ("clientMessageId", 50, lambda c, s: c.line.notify(TO, title="x", client_message_id=s)),
    (
        "smsFallback.source",
        16,
        lambda c, s: c.line.notify(TO, title="x", sms_fallback=SmsFallback("x", source=s)),
    ),
    (
        "clientBatchId",
        20,
        lambda c, s: c.surveys.send_batch("nps", [TO], template="{{url}}", client_batch_id=s),
    ),
    (
        "template.source",
        16,
        lambda c, s: c.surveys.send_batch(
            "nps", [TO], template=SurveyTemplate("{{url}}", source=s)
        ),
    ),
    (
        "source",
        16,
        lambda c, s: only_row_of(
            c.surveys.send_batch("nps", [SurveyRecipient(TO, source=s)], template="{{url}}")
        ),
    ),
    (
        "clientMessageId",
        350,
        lambda c, s: only_row_of(
            c.surveys.send_batch(
                "nps", [SurveyRecipient(TO, client_message_id=s)], template="{{url}}"
            )
        ),
    ),
    (
        "messages[1].source",
        16,
        lambda c, s: c.request(
            "sendSurveyBatch",
            {"messages": [{"destination": TO}, {"destination": TO, "source": s}]},
            surveyId="nps",
        ),
    ),
]


def only_row_of(report):
    """Raise what is wrong with the only row of a run."""
    (outcome,) = report
    if outcome.error is not None:
        raise outcome.error


@pytest.mark.parametrize(
    ("path", "limit", "send"), LENGTHS, ids=[f"{path} {limit}" for path, limit, _ in LENGTHS]
)
def test_longest_strings(api, client, path, limit, send):
    send(client, MARK * limit)
    assert MARK * limit in api.requests[0].content.decode()

    with pytest.raises(InvalidInput) as caught:
        send(client, MARK * (limit + 1))
    (problem,) = caught.value.problems
    assert (problem.path, problem.rule) == (path, "maxLength")
    assert problem.message == f"is {limit + 1} characters long; the limit is {limit}"
    assert MARK not in str(caught.value)
    assert MARK not in repr(caught.value)
    assert len(api.requests) == 1


COUNTS = [
    (
        "content.suggestions",
        10,
        lambda n: Text("x", suggestions=[Suggestion.reply(f"{i}", "p") for i in range(n)]),
    ),
    (
        "content.richCard.suggestions",
        4,
        lambda n: RichCard(URL, card_suggestions=[Suggestion.reply(f"{i}", "p") for i in range(n)]),
    ),
    (
        "content.carousel.cards[0].suggestions",
        4,
        lambda n: Carousel(
            [Card(URL, suggestions=[Suggestion.reply(f"{i}", "p") for i in range(n)]), Card(URL)]
        ),
    ),
    ("content.carousel.cards", 10, lambda n: Carousel([Card(URL)] * n)),
    (f"{ACTION}.buttons", 3, lambda n: ReplyButtons("b", {f"{i}": f"{i}" for i in range(n)})),
]


@pytest.mark.parametrize(("path", "limit", "make"), COUNTS, ids=[path for path, _, _ in COUNTS])
def test_longest_lists(api, client, path, limit, make):
    client.messages.send(TO, make(limit))

    with pytest.raises(InvalidInput) as caught:
        client.messages.send(TO, make(limit + 1))
    (problem,) = caught.value.problems
    assert (problem.path, problem.rule) == (path, "maxItems")
    assert str(limit + 1) in problem.message
    assert f"the limit is {limit}" in problem.message
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("send", "path"),
    [
        (lambda c: c.messages.send(TO, ""), "content.text"),
        (lambda c: c.messages.send(TO, Carousel([Card(URL)])), "content.carousel.cards"),
        (lambda c: c.messages.send(TO, ReplyButtons("b", {})), f"{ACTION}.buttons"),
        (lambda c: c.messages.send(TO, ListMenu("b", "o", rows=[])), f"{ACTION}.sections[0].rows"),
        (
            lambda c: c.messages.send(TO, VoiceCallButton("b", ttl=0)),
            f"{ACTION}.parameters.ttlMinutes",
        ),
        (
            lambda c: c.messages.send(TO, VoiceCallButton("b", ttl=timedelta(days=31))),
            f"{ACTION}.parameters.ttlMinutes",
        ),
        (
            lambda c: c.messages.send(TO, VoiceCallButton("b", ttl=timedelta(seconds=90))),
            f"{ACTION}.parameters.ttlMinutes",
        ),
        (lambda c: c.messages.send(TO, Text(5)), "content.text"),
        (
            lambda c: c.messages.send(TO, RichCard("cdn/1.jpg")),
            "content.richCard.media.contentInfo.fileUrl",
        ),
        (lambda c: c.messages.send(TO, "x", dlr_callback_url="hooks"), "dlrCallbackUrl"),
        (lambda c: c.messages.send(TO, "x", client_message_id=5), "clientMessageId"),
        (lambda c: c.messages.send(TO, "x", reply_to=""), "context.umid"),
        (lambda c: c.sms.send(TO, ""), "text"),
        (lambda c: c.sms.send(TO, None), "text"),
        (lambda c: c.sms.send(TO, "x", encoding="gsm7"), "encoding"),
        (lambda c: c.line.notify(TO, title="x", icon="rocket"), "content.icon"),
        (lambda c: c.line.notify(TO, title=5), "content.title"),
        (lambda c: c.surveys.send_batch("", [TO], template="{{url}}"), "surveyId"),
        (lambda c: c.surveys.send_batch("..", [TO], template="{{url}}"), "surveyId"),
        (
            lambda c: c.request("sendSurveyBatch", {"messages": []}, surveyId="nps"),
            "messages",
        ),
        (lambda c: c.messages.get(""), "umid"),
        (lambda c: c.messages.get("."), "umid"),
        (lambda c: c.messages.get(".."), "umid"),
        (lambda c: c.messages.get(None), "umid"),
        (lambda c: c.with_options(subaccount_id="x").sms.send(TO, "x"), "subAccountId"),
        (lambda c: c.with_options(subaccount_id="a/b/c").sms.send(TO, "x"), "subAccountId"),
        (lambda c: c.with_options(subaccount_id="a" * 51).sms.send(TO, "x"), "subAccountId"),
    ],
)
def test_other_limits(api, client, send, path):
    with pytest.raises(InvalidInput) as caught:
        send(client)

    assert path in {problem.path for problem in caught.value.problems}
    assert api.requests == []


def test_several_problems_are_told_at_once(api, client):
    with pytest.raises(InvalidInput) as caught:
        client.sms.send(TO, "x" * 5, source="s" * 17, encoding="latin", client_message_id="c" * 351)

    assert {problem.path for problem in caught.value.problems} == {
        "source",
        "encoding",
        "clientMessageId",
    }
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]


MOMENTS = [
    ("scheduled", lambda c, t: c.messages.send(TO, "x", scheduled=t)),
    ("expiry", lambda c, t: c.messages.send(TO, "x", expiry=t)),
    ("scheduled", lambda c, t: c.sms.send(TO, "x", scheduled=t)),
    ("expiry", lambda c, t: c.sms.send(TO, "x", expiry=t)),
    ("template.scheduled", lambda _, t: SurveyTemplate("{{url}}", scheduled=t)),
    ("template.expiry", lambda _, t: SurveyTemplate("{{url}}", expiry=t)),
    ("scheduled", lambda _, t: SurveyRecipient(TO, scheduled=t)),
    ("expiry", lambda _, t: SurveyRecipient(TO, expiry=t)),
    (
        "createCalendarEventAction.startTime",
        lambda _, t: Suggestion.calendar_event("t", "p", title="x", start=t, end=AWARE),
    ),
    (
        "createCalendarEventAction.endTime",
        lambda _, t: Suggestion.calendar_event("t", "p", title="x", start=AWARE, end=t),
    ),
]


@pytest.mark.parametrize(("path", "use"), MOMENTS)
def test_moments_need_an_offset(api, client, path, use):
    use(client, AWARE)
    sent = len(api.requests)

    for moment, words in (
        (NAIVE, "has no UTC offset"),
        ("2026-12-24T09:00:00Z", "must be a datetime with a UTC offset, not str"),
        (NAIVE.date(), "must be a datetime with a UTC offset, not date"),
        (1_766_563_200, "must be a datetime with a UTC offset, not int"),
    ):
        with pytest.raises(InvalidInput) as caught:
            use(client, moment)
        (problem,) = caught.value.problems
        assert problem.path == path
        assert words in problem.message
    assert len(api.requests) == sent


WINDOWS = [
    ("message", lambda c, **when: c.messages.send(TO, "x", **when)),
    ("sms", lambda c, **when: c.sms.send(TO, "x", **when)),
    ("survey template", lambda _, **when: SurveyTemplate("{{url}}", **when)),
    ("survey recipient", lambda _, **when: SurveyRecipient(TO, **when)),
]


@pytest.mark.parametrize("use", [use for _, use in WINDOWS], ids=[name for name, _ in WINDOWS])
def test_message_must_not_expire_before_it_is_sent(api, client, use):
    use(client, scheduled=AWARE, expiry=AWARE + timedelta(seconds=1))
    sent = len(api.requests)

    for expiry in (AWARE, AWARE - timedelta(days=1)):
        with pytest.raises(InvalidInput, match="expiry: is not after scheduled"):
            use(client, scheduled=AWARE, expiry=expiry)
    assert len(api.requests) == sent


@pytest.mark.parametrize("use", [use for _, use in WINDOWS], ids=[name for name, _ in WINDOWS])
@pytest.mark.parametrize("odd", [NAIVE, "2026-12-24"])
def test_one_bad_moment_beside_a_good_one(client, use, odd):
    with pytest.raises(InvalidInput, match="UTC offset"):
        use(client, scheduled=AWARE, expiry=odd)


def test_empty_line_card_is_refused(client):
    with pytest.raises(InvalidInput, match="content: the card is empty"):
        LineCard()
    with pytest.raises(InvalidInput, match="content: the card is empty"):
        client.line.notify(TO)
