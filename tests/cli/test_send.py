"""`eightbyeight send`."""

from __future__ import annotations

import json

import pytest
from cli.conftest import OTHER, SECRET, TO


def test_sms(command, mock_8x8):
    ended = command("send", "sms", "--to", TO, "--source", "ACME", "Your parcel is here")

    assert ended.status == 0, ended.err
    assert ended.out == f"accepted  {TO}  umid {mock_8x8.last.umid}\n"
    assert (mock_8x8.last.kind, mock_8x8.last.text) == ("sms", "Your parcel is here")
    assert mock_8x8.last.payload["source"] == "ACME"


def test_several_numbers(command, mock_8x8):
    ended = command("send", "sms", "--to", TO, "--to", OTHER, "Hello", "--json")

    told = ended.json["messages"]
    assert [(m["to"], m["state"], m["umid"]) for m in told] == [
        (m.to, "accepted", m.umid) for m in mock_8x8.sent
    ]
    assert [m.to for m in mock_8x8.sent] == [TO, OTHER]
    assert len({m["client_message_id"] for m in told}) == 2


def test_nothing_is_sent_when_one_number_is_wrong(command, mock_8x8):
    ended = command("send", "sms", "--to", TO, "--to", "91234567", "Hello")
    assert (ended.status, ended.out) == (2, "")
    assert "--to 91234567: destination: has no plus sign" in ended.err

    twice = command("send", "sms", "--to", TO, "--to", TO, "Hello")
    assert (twice.status, "given twice" in twice.err) == (2, True)
    assert mock_8x8.sent == []


def test_national_numbers(command, mock_8x8):
    ended = command("send", "sms", "--to", "9123 4567", "--country", "SG", "Hello")
    assert (ended.status, mock_8x8.last.to) == (0, TO)

    wrong = command("send", "sms", "--to", "0812", "--country", "TH", "Hello")
    assert (wrong.status, "--to 0812: number: has too few digits for TH" in wrong.err) == (2, True)


def test_text_from_standard_input(command, mock_8x8):
    command("send", "sms", "--to", TO, "-", stdin="Line one\nLine two\n")
    assert mock_8x8.last.text == "Line one\nLine two"


def test_smart_replacements_on_request(command, mock_8x8):
    ended = command("send", "sms", "--to", TO, "--gsm7", "It’s here…")
    assert mock_8x8.last.text == "It's here..."
    assert "replaced 2 characters" in ended.err

    command("send", "sms", "--to", TO, "It’s here…")
    assert mock_8x8.last.text == "It’s here…"
    assert "it has U+4F60" in command("send", "sms", "--to", TO, "--gsm7", "“你").err


def test_long_texts(command, mock_8x8):
    refused = command("send", "sms", "--to", TO, "--max-parts", "1", "x" * 161)
    assert (refused.status, mock_8x8.sent) == (2, [])
    assert "takes 2 parts in GSM-7, more than --max-parts 1" in refused.err

    warned = command("send", "sms", "--to", TO, "x" * 1531)
    assert (warned.status, len(mock_8x8.sent)) == (0, 1)
    assert "cuts off the last 1 character without an error" in warned.err


def test_message_with_a_chain(command, mock_8x8):
    ended = command(
        *("send", "message", "--to", TO, "Hello", "--channel", "whatsapp:60:delivered"),
        *("--channel", "sms", "--sms-source", "ACME", "--sms-text", "Hello by SMS"),
        *("--client-message-id", "order-17", "--expiry", "2099-01-31T09:30:00+08:00"),
    )

    assert (ended.status, ended.err) == (0, "")
    payload = mock_8x8.last.payload
    assert payload["channels"] == [
        {"channel": "WhatsApp", "fallbackAfter": 60, "successStatus": "Delivered"},
        {"channel": "SMS"},
    ]
    assert payload["content"]["sms"] == {"source": "ACME"}
    assert payload["content"]["fallbackText"] == "Hello by SMS"
    assert (payload["clientMessageId"], payload["expiry"]) == (
        "order-17",
        "2099-01-31T09:30:00+08:00",
    )


def test_message_from_a_file(command, mock_8x8, tmp_path):
    content = {"type": "image", "content": {"url": "https://example.com/a.png"}}
    (tmp_path / "image.json").write_text(json.dumps(content))
    command("send", "message", "--to", TO, "--content", tmp_path / "image.json")
    assert {name: mock_8x8.last.payload[name] for name in content} == content

    command("send", "message", "--to", TO, "--content", "-", stdin=json.dumps(content))
    assert len(mock_8x8.sent) == 2


def test_line(command, mock_8x8):
    ended = command(
        *("send", "line", "--to", "+66812345678", "--title", "Parcel", "--company", "Acme"),
        *("--icon", "boxCheck", "--emphasis", "Parcel=TH-1", "--item", "Courier=Acme = fast"),
        *("--action", "Track=https://example.com/t?a=1", "--sms-text", "Parcel"),
    )

    assert (ended.status, ended.err) == (0, "")
    content = mock_8x8.last.payload["content"]
    assert content["emphasis"] == {"label": "Parcel", "content": "TH-1"}
    assert content["list"] == [{"label": "Courier", "content": "Acme = fast"}]
    assert content["actions"] == [{"title": "Track", "url": "https://example.com/t?a=1"}]
    assert mock_8x8.last.payload["smsFallback"] == {"text": "Parcel"}


def test_line_from_a_file(command, mock_8x8):
    card = {"title": "Parcel", "company": "Acme", "icon": "boxCheck", "list": []}
    card["list"] = [{"label": "Courier", "content": "Acme"}]
    card["emphasis"] = {"label": "Parcel", "content": "TH-1"}
    command("send", "line", "--to", "+66812345678", "--card", "-", stdin=json.dumps(card))
    assert mock_8x8.last.payload["content"] == card


@pytest.mark.parametrize(
    ("rule", "status", "state", "advice"),
    [
        ("100% refuse", 3, "not_sent", "may be sent again"),
        ("100% 429", 3, "not_sent", "may be sent again"),
        ("100% reset-after", 5, "unknown", "look for it among the receipts"),
        ("100% 503", 5, "unknown", "order-17"),
    ],
)
def test_what_is_known_of_a_failed_send(command, mock_8x8, no_waits, rule, status, state, advice):
    mock_8x8.chaos.add(rule)
    ended = command("send", "sms", "--to", TO, "Hi", "--client-message-id", "order-17")

    assert (ended.status, ended.out) == (status, f"{state}  {TO}\n")
    assert advice in ended.err
    told = command("send", "sms", "--to", TO, "Hi", "--client-message-id", "order-18", "--json")
    (message,) = told.json["messages"]
    assert (told.status, message["state"]) == (status, state)
    assert message["client_message_id"] == "order-18"


def test_a_refused_send(command, mock_8x8):
    mock_8x8.app.settings.api_keys = ("another",)
    ended = command("send", "sms", "--to", TO, "--to", OTHER, "Hi")

    assert (ended.status, ended.out) == (4, f"rejected  {TO}\n")
    assert "HTTP 401" in ended.err
    assert "not sent to the 1 other" in ended.err


def test_one_that_fails_keeps_no_other_from_being_sent(command, mock_8x8):
    mock_8x8.chaos.add(f"{TO} reset-after")
    ended = command("send", "sms", "--to", TO, "--to", OTHER, "Hi")

    assert ended.status == 5
    assert ended.out.splitlines()[0] == f"unknown  {TO}"
    assert ended.out.splitlines()[1].startswith(f"accepted  {OTHER}")


def test_the_status_does_not_call_it_safe_to_repeat_what_was_sent_in_part(
    command, mock_8x8, no_waits
):
    mock_8x8.chaos.add(f"{OTHER} 429")
    ended = command("send", "sms", "--to", TO, "--to", OTHER, "Hi")
    assert [line.split()[0] for line in ended.out.splitlines()] == ["accepted", "not_sent"]
    assert ended.status == 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["sms", "--to", TO], "TEXT"),
        (["sms", "Hi"], "--to"),
        (["sms", "--to", TO, "--to", OTHER, "--client-message-id", "a", "Hi"], "one message"),
        (["sms", "--to", TO, "--scheduled", "2030-01-31T09:30:00", "Hi"], "offset from UTC"),
        (["sms", "--to", TO, "--scheduled", "tomorrow", "Hi"], "such as 2030-01-31"),
        (["message", "--to", TO], "TEXT or --content"),
        (["message", "--to", TO, "--content", "missing.json"], "cannot read missing.json"),
        (["message", "--to", TO, "--channel", "pigeon", "Hi"], "must be one of SMS, WhatsApp"),
        (["message", "--to", TO, "--channel", "whatsapp:soon", "Hi"], "number of seconds"),
        (["message", "--to", TO, "--channel", "sms:60", "Hi"], "SMS is the last channel"),
        (["message", "--to", TO, "--sms-text", "x", "Hi"], "go with --channel sms"),
        (["line", "--to", TO], "the card is empty"),
        (["line", "--to", TO, "--item", "Courier"], "LABEL=VALUE"),
        (["line", "--to", TO, "--title", "x", "--sms-source", "x"], "goes with --sms-text"),
        (["sms", "--to", TO, "half \ud83d"], "surrogate"),
        (["pigeon"], "No such command"),
    ],
)
def test_wrong_input(command, mock_8x8, tmp_path, monkeypatch, arguments, why):
    monkeypatch.chdir(tmp_path)
    ended = command("send", *arguments)

    assert (ended.status, ended.out) == (2, "")
    assert why in ended.err
    assert mock_8x8.sent == []


@pytest.mark.parametrize("text", ['{"type": "text", ', '["text"]', '{"text": "Hi"}', "[" * 100_000])
def test_wrong_json(command, mock_8x8, tmp_path, text):
    (tmp_path / "content.json").write_text(text)
    ended = command("send", "message", "--to", TO, "--content", tmp_path / "content.json")

    assert (ended.status, mock_8x8.sent) == (2, [])
    assert "Error: " in ended.err


def test_dry_run(command, mock_8x8, monkeypatch):
    monkeypatch.delenv("EIGHTBYEIGHT_API_KEY")  # it needs none
    ended = command("send", "sms", "--to", TO, "--to", OTHER, "It’s here", "--dry-run")
    head, _, body = ended.out.split("POST ")[1].partition("\n\n")

    assert (ended.status, mock_8x8.sent) == (0, [])
    assert head.startswith("https://sms.8x8.com/api/v1/subaccounts/acme_test/messages\n")
    assert "Authorization: Bearer ****\n" in head
    assert json.loads(body)["text"] == "It’s here"
    assert ended.out.count("POST ") == 2
    assert "nothing was sent" in ended.err


def test_dry_run_as_json_is_what_is_sent(command, mock_8x8):
    arguments = ["send", "message", "--to", TO, "Hello", "--client-message-id", "a"]
    (shown,) = command(*arguments, "--dry-run", "--json").json["requests"]
    command(*arguments)

    assert shown["body"] == mock_8x8.last.payload
    assert shown["headers"]["Authorization"] == "Bearer ****"
    assert SECRET not in json.dumps(shown)
