"""`eightbyeight status` and `eightbyeight watch`."""

from __future__ import annotations

import json

import pytest
from cli.conftest import TO

import eightbyeight.cli.watch as watching


@pytest.fixture
def sent(mock_8x8):
    """The umid of a message that was just sent, with a fallback to SMS."""
    plan = [
        {"channel": "WhatsApp", "fallbackAfter": 60, "successStatus": "Delivered"},
        {"channel": "SMS"},
    ]
    return mock_8x8.client().messages.send(TO, "secret text", fallback=plan).umid


@pytest.fixture
def clock(mock_8x8, monkeypatch):
    """Time passes for the watcher and the mock only while the watcher waits. The waits are collected."""
    waits = []

    def pause(seconds):
        waits.append(seconds)
        mock_8x8.advance(seconds)

    monkeypatch.setattr(watching, "pause", pause)
    monkeypatch.setattr(watching, "now", lambda: sum(waits))
    return waits


def test_status(command, mock_8x8, sent):
    mock_8x8.deliver()
    ended = command("status", sent)

    (row,) = ended.rows
    assert (ended.status, row[:5]) == (
        0,
        ["1", "WhatsApp", "delivered", "delivered_to_recipient", ""],
    )
    assert "secret text" not in ended.out
    assert TO not in ended.out


def test_status_of_each_channel(command, mock_8x8, sent):
    mock_8x8.fail(1000)
    mock_8x8.deliver()
    first, second = command("status", sent).rows
    assert first[:3] == ["1", "WhatsApp", "undelivered"]
    assert first[4].startswith("1000 ")
    assert second[:3] == ["2", "SMS", "delivered"]


def test_status_as_json_is_the_answer(command, mock_8x8, sent):
    assert command("status", sent, "--json").json["data"][0]["umid"] == sent


def test_status_of_a_message_that_nobody_knows(command):
    ended = command("status", "00000000-0000-0000-0000-000000000000")
    assert (ended.status, ended.out) == (4, "")
    assert "Message not found" in ended.err


def test_watch_shows_each_change_once_until_the_end(command, sent, clock):
    ended = command("watch", sent, "--until", "read")

    assert ended.status == 0
    lines = [line.split("  ")[1:3] for line in ended.out.splitlines()]
    assert [state for _, state in lines] == ["queued", "sent", "delivered", "read"]
    assert {channel for channel, _ in lines} == {"1. WhatsApp"}
    assert set(clock) == {1.0}  # the API's limit


def test_watch_as_lines_of_json(command, sent, clock):
    ended = command("watch", sent, "--json")
    told = [json.loads(line) for line in ended.out.splitlines()]
    assert [change["state"] for change in told] == ["queued", "sent", "delivered"]
    assert told[-1]["detail"] == "delivered_to_recipient"


def test_watch_a_message_that_fails(command, mock_8x8, sent, clock):
    alone = mock_8x8.client().messages.send(TO, "Hi").umid
    mock_8x8.fail(1000)
    ended = command("watch", alone)
    assert (ended.status, "it has failed" in ended.err, sum(clock)) == (1, True, 0)

    ended = command("watch", alone, "--channels", "2", "--timeout", "3")
    assert (ended.status, "not delivered within 3 seconds" in ended.err) == (1, True)


def test_watch_goes_on_with_the_next_channel(command, mock_8x8, sent, clock):
    mock_8x8.fail(1000)
    ended = command("watch", sent, "--channels", "2")
    told = [line.split("  ")[1:3] for line in ended.out.splitlines()]
    assert told[0] == ["1. WhatsApp", "undelivered"]
    assert (ended.status, told[-1]) == (0, ["2. SMS", "delivered"])


def test_watch_gives_up(command, mock_8x8, sent, clock):
    mock_8x8.app.settings.lifecycle = "manual"
    ended = command("watch", sent, "--timeout", "5")
    assert (ended.status, sum(clock)) == (1, 5)
    assert "not delivered within 5 seconds" in ended.err


def test_watch_outlives_trouble(command, mock_8x8, sent, clock, no_waits):
    mock_8x8.chaos.add("getMessageDetails times:8 503")
    ended = command("watch", sent)
    assert ended.status == 0
    assert ended.err.count("asking again: ") == 1


def test_watch_a_message_that_nobody_knows(command, clock):
    ended = command("watch", "00000000-0000-0000-0000-000000000000")
    assert (ended.status, sum(clock)) == (4, 10)


def test_ctrl_c_ends_a_watch(command, mock_8x8, sent, monkeypatch):
    def press(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(watching, "pause", press)
    ended = command("watch", sent)
    assert (ended.status, ended.err) == (130, "interrupted\n")
