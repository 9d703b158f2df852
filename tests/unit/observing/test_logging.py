"""What is logged of calls, at which level and by which logger."""

from __future__ import annotations

import logging
import re
import subprocess
import sys

import httpx
import pytest
from unit.observing.told import BUSY, ERROR, NUMBER, SMS, Slow, send

from eightbyeight import BadRequest, ConnectionLost, OutcomeUnknown, ServerError

both = pytest.mark.parametrize("way", ["sync", "async"])


@pytest.fixture
def lines(caplog):
    """Return (level, line) of what the logger of calls has written, with N for all seconds."""
    caplog.set_level(logging.DEBUG, "eightbyeight")

    def read():
        return [
            (record.levelname, re.sub(r"\d+\.\d{3} s", "N s", record.getMessage()))
            for record in caplog.records
            if record.name == "eightbyeight.calls"
        ]

    return read


@both
async def test_a_success_is_logged_at_debug(api, way, lines):
    api.answer(SMS)
    await send(api, way)

    assert lines() == [
        ("DEBUG", "POST sendSms, attempt 1: HTTP 200 after N s"),
        ("DEBUG", "sendSms accepted: umid u-1, client_message_id order-17, attempts 1, N s"),
    ]


@both
async def test_another_try_is_logged_at_info(api, way, lines):
    api.answer(BUSY, SMS)
    await send(api, way)

    assert lines()[:3] == [
        ("DEBUG", "POST sendSms, attempt 1: HTTP 429 after N s"),
        ("INFO", "sendSms: HTTP 429, trying again in N s"),
        ("DEBUG", "POST sendSms, attempt 2: HTTP 200 after N s"),
    ]


@pytest.mark.parametrize(("seconds", "level"), [(0.25, "DEBUG"), (1.5, "INFO")])
def test_only_a_long_wait_for_the_rate_limit_is_worth_a_line(api, lines, seconds, level):
    api.answer(SMS)
    with api.client(rate_limits=Slow(seconds)) as client:
        client.sms.send(NUMBER, "Hi")

    assert lines()[0] == (level, "sendSms: waiting N s to keep the rate limit")


@both
async def test_a_failure_is_logged_at_info(api, way, lines):
    api.answer((400, ERROR))
    with pytest.raises(BadRequest):
        await send(api, way)

    assert lines()[-1] == (
        "INFO",
        "sendSms rejected: BadRequest, HTTP 400, code 1002, error_id db9dced4, "
        "client_message_id order-17, attempts 1, N s",
    )


def test_a_lookup_that_fails_is_logged_at_info(api, lines):
    api.answer(500)
    with api.client(max_attempts=1) as client, pytest.raises(ServerError):
        client.messages.get("82188ee0")

    assert lines()[-1] == (
        "INFO",
        "getMessageDetails failed: ServerError, HTTP 500, attempts 1, N s",
    )


@both
@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING"])
async def test_an_unknown_outcome_is_a_warning_once(api, way, caplog, level):
    caplog.set_level(level, "eightbyeight")
    api.answer(httpx.ReadTimeout("no"))
    with pytest.raises(ConnectionLost):
        await send(api, way)

    (record,) = (record for record in caplog.records if record.levelno >= logging.WARNING)
    assert (record.name, record.getMessage()) == (
        "eightbyeight.calls",
        "sendSms: the request may have been executed; look for client_message_id order-17",
    )


@both
async def test_a_send_that_is_cut_off_is_a_warning(api, way, caplog):
    def interrupted(_request):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await send(api, way, transport=httpx.MockTransport(interrupted))

    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "look for client_message_id order-17" in caplog.text


def test_nothing_is_logged_when_logging_is_off(api, caplog):
    caplog.set_level(logging.CRITICAL, "eightbyeight")
    api.answer(500)
    with api.client() as client, pytest.raises(OutcomeUnknown):
        client.sms.send(NUMBER, "Hi")

    assert caplog.records == []


@pytest.mark.parametrize("level", ["DEBUG", "WARNING"])
def test_a_filter_that_fails_hides_no_failure(api, level):
    def fail(_record):
        raise LookupError

    logger = logging.getLogger("eightbyeight.calls")
    logger.setLevel(level)
    logger.addFilter(fail)
    try:
        api.answer(500)
        with api.client() as client, pytest.raises(OutcomeUnknown):
            client.sms.send(NUMBER, "Hi")
        api.answer(SMS)
        with api.client() as client:
            assert client.sms.send(NUMBER, "Hi").umid == "u-1"
    finally:
        logger.removeFilter(fail)
        logger.setLevel(logging.NOTSET)


def test_a_program_without_logging_finds_the_exception_on_stderr_and_nothing_else():
    code = (
        "import httpx\n"
        "from eightbyeight import Client, OutcomeUnknown\n"
        "transport = httpx.MockTransport(lambda _: httpx.Response(500))\n"
        "with Client('k', 'acme_hq', transport=transport) as client:\n"
        "    try:\n"
        "        client.sms.send('+6598765432', 'Hi')\n"
        "    except OutcomeUnknown:\n"
        "        print('unknown')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert (done.stdout, done.stderr) == ("unknown\n", "")
