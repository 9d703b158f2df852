"""No key, no text and no full phone number in any log, repr or error."""

from __future__ import annotations

import contextlib
import copy
import json
import logging
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from unit.observing.told import Told

from eightbyeight import (
    AsyncClient,
    Card,
    Carousel,
    Client,
    DirectSend,
    EightByEightError,
    Fallback,
    Header,
    LineCard,
    LinkButton,
    ListMenu,
    Parameter,
    Recipient,
    ReplyButtons,
    RichCard,
    Row,
    Section,
    SendReport,
    SendStopped,
    SmsFallback,
    Suggestion,
    SurveyRecipient,
    SurveyTemplate,
    Template,
    TemplateButton,
    TemplateCard,
    Text,
    Timeouts,
)

KEY = "k3y-NEVER-shown"
NUMBER = "+6598765432"
TEXT = "TOPSECRET one-time code"
URL = "https://x.example.com/TOPSECRET.jpg"
SECRETS = (KEY, "TOPSECRET", "6598765432", "98765432")


def assert_clean(*texts):
    for text in texts:
        for secret in SECRETS:
            assert secret not in text


PIECES = [
    Text(TEXT),
    Text(TEXT, direct_send=DirectSend(ttl=60), suggestions=[Suggestion.reply(TEXT, TEXT)]),
    ReplyButtons(TEXT, {TEXT: TEXT}, header=TEXT, footer=TEXT),
    ListMenu(TEXT, TEXT, rows=[Row(TEXT, TEXT)]),
    LinkButton(TEXT, label=TEXT, url=URL),
    RichCard(URL, title=TEXT),
    Carousel([Card(URL, title=TEXT)] * 2),
    Template(TEXT, "en", body=[TEXT], cards=[TemplateCard(body=[TEXT])]),
    Header.text(TEXT),
    Row(TEXT, TEXT),
    Section(TEXT, [Row(TEXT, TEXT)]),
    Card(URL, title=TEXT),
    Suggestion.dial(TEXT, TEXT, number=NUMBER),
    Parameter.text(TEXT),
    TemplateButton.url(TEXT),
    TemplateCard(body=[TEXT]),
    DirectSend(),
    LineCard(title=TEXT, items={TEXT: TEXT}),
    SmsFallback(TEXT),
    SurveyTemplate(f"{TEXT} {{{{url}}}}"),
    SurveyRecipient(NUMBER, variables={"name": TEXT}, body=f"{TEXT} {{{{url}}}}"),
    Recipient(NUMBER),
    Recipient("98765432", country="SG"),
    Recipient(channel_user_id="TOPSECRET"),
    Fallback.whatsapp(after=60).then_sms(text=TEXT),
]


@pytest.mark.parametrize("piece", PIECES, ids=[type(piece).__name__ for piece in PIECES])
def test_what_a_user_builds(piece):
    assert_clean(repr(piece), str(piece), f"{[piece]}", repr(copy.deepcopy(piece)))


def test_clients(api):
    for client in (api.client(api_key=KEY), api.async_client(api_key=lambda: KEY)):
        assert_clean(repr(client), str(client), repr(client._configuration))


def test_prepared_calls():
    from eightbyeight.requests.messages import send_message

    assert_clean(repr(send_message("acme_hq", NUMBER, TEXT)))


ECHO = {
    "umid": "u-1",
    "user": {"msisdn": NUMBER, "channelUserId": "TOPSECRET"},
    "destination": NUMBER,
    "status": {"state": "queued", "code": "QUEUED"},
    "data": [{"umid": "u", "step": 1, "user": {"msisdn": NUMBER}, "content": TEXT}],
    "batchId": "b-1",
    "messages": [{"umid": "u", "destination": NUMBER, "status": {"code": "QUEUED"}}],
}


def calls(client):
    return {
        "messages.send": lambda: client.messages.send(
            NUMBER, TEXT, fallback=Fallback.viber(after=60).then_sms(text=TEXT)
        ),
        "messages.get": lambda: client.messages.get("u-1"),
        "sms.send": lambda: client.sms.send(NUMBER, TEXT),
        "line.notify": lambda: client.line.notify(NUMBER, title=TEXT, sms_fallback=TEXT),
        "surveys.send_batch": lambda: client.surveys.send_batch(
            "nps", [NUMBER], template=f"{TEXT} {{{{url}}}}"
        ),
        "sms.send_many": lambda: client.sms.send_many([NUMBER], text=TEXT),
        "messages.send_many": lambda: client.messages.send_many([(NUMBER, TEXT)]),
        "request": lambda: client.request("sendSms", {"destination": NUMBER, "text": TEXT}),
    }


@pytest.mark.parametrize("name", calls(None))
def test_results(api, name):
    api.answer(ECHO)
    with api.client(api_key=KEY) as client:
        result = calls(client)[name]()

    if isinstance(result, SendReport):
        assert_clean(repr(result), str(result), *map(repr, result))
    for answer in result.batches if isinstance(result, SendReport) else [result]:
        assert_clean(repr(answer), str(answer), repr(answer.response))
        for attribute in ("user", "status", "messages", "records", "latest"):
            assert_clean(repr(getattr(answer, attribute, None)))


ANSWERS = [
    (400, {"code": 1002, "message": f"Invalid number {NUMBER}, {NUMBER[1:]} or +65 9876 5432"}),
    429,
    500,
    (502, f"<html>{TEXT} {NUMBER}</html>"),
    {"umid": "u", "status": {"state": "rejected", "errorMessage": f"No route to {NUMBER}"}},
    {"umid": "u", "status": {"code": "REJECTED", "description": f"No route to {NUMBER}"}},
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("timed out"),
]


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
@pytest.mark.parametrize("name", calls(None))
async def test_errors_and_logs(api, caplog, name, answer):
    caplog.set_level(logging.DEBUG)
    api.answer(answer)
    shown = []
    told = Told()
    with api.client(api_key=KEY, hooks=told) as client:
        errors = []
        try:
            result = calls(client)[name]()
        except EightByEightError as error:
            errors = [error]
        else:
            if isinstance(result, SendReport):
                shown += [text for outcome in result for text in (repr(outcome), outcome.reason)]
                errors = [outcome.error for outcome in result if outcome.error is not None]
        for error in errors:
            shown += [str(error), repr(error), *map(str, error.args)]
            shown += traceback.format_exception(error)
    async with api.async_client(api_key=lambda: KEY, hooks=told) as client:
        with contextlib.suppress(EightByEightError):
            await calls(client)[name]()
    assert len(told.only("call_ended")) == 2
    shown += map(repr, told.events)
    shown += [record.getMessage() for record in caplog.records]
    shown = [line for line in shown if line is not None]

    assert any("POST" in line or "GET" in line for line in shown)
    assert_clean(*(line for line in shown if not line.lstrip().startswith("File ")))


@pytest.mark.parametrize(
    "mistake",
    [
        lambda client: client.sms.send(NUMBER, TEXT, source=TEXT),
        lambda client: client.messages.send(NUMBER, ReplyButtons(TEXT, {"a": TEXT})),
        lambda client: client.messages.send(f"{NUMBER} ", TEXT),
        lambda client: client.messages.send(NUMBER, {"type": TEXT, "content": {"text": TEXT}}),
        lambda client: client.messages.send(NUMBER, TEXT, extra={"a": {TEXT}}),
        lambda client: client.messages.send(NUMBER, TEXT, extra={"a": object()}),
        lambda client: client.messages.send(NUMBER, f"{TEXT} \ud83d"),
        lambda client: client.surveys.send_batch("nps", [NUMBER, NUMBER[1:]], template=TEXT),
        lambda client: client.sms.send(NUMBER, TEXT, encoding=TEXT),
        lambda client: client.line.notify(NUMBER, title=TEXT, icon=TEXT),
        lambda client: client.messages.send(NUMBER, TEXT, fallback=TEXT),
        lambda client: client.messages.get(f"../{TEXT}" if client is None else ""),
        lambda client: client.messages.send(NUMBER, TEXT, dlr_callback_url=TEXT),
    ],
)
def test_mistakes(api, mistake):
    with api.client(api_key=KEY) as client, pytest.raises(EightByEightError) as caught:
        mistake(client)

    assert_clean(str(caught.value), repr(caught.value), *map(str, caught.value.args))
    assert api.requests == []


@pytest.mark.parametrize(
    "row",
    [
        NUMBER[1:],
        (NUMBER, ""),
        (NUMBER, TEXT, TEXT),
        {"to": NUMBER, "source": TEXT},
        {"to": NUMBER, "text": f"{TEXT} \ud83d"},
        {"to": NUMBER, TEXT.partition(" ")[2]: TEXT},
    ],
)
def test_bad_rows(api, row):
    with api.client(api_key=KEY) as client:
        (outcome,) = client.sms.send_many([row], text=TEXT)

    assert outcome.state == "invalid"
    assert_clean(repr(outcome), outcome.reason, *traceback.format_exception(outcome.error))
    assert api.requests == []


def test_runs_that_are_stopped(api):
    api.answer((401, {"code": 1200, "message": f"No key for {NUMBER}"}))
    with api.client(api_key=KEY) as client, pytest.raises(SendStopped) as caught:
        client.sms.send_many([NUMBER] * 3, text=TEXT)
    told = traceback.format_exception_only(caught.value)
    assert_clean(*told, repr(caught.value.__cause__), *map(repr, caught.value.report))

    def rows():
        yield NUMBER
        raise ValueError(f"{NUMBER} {TEXT}")

    api.answer(ECHO)
    with api.client(api_key=KEY) as client, pytest.raises(SendStopped) as caught:
        client.sms.send_many(rows(), text=TEXT)
    # What others raise is theirs to show; the words of ours do not repeat it.
    assert_clean(*traceback.format_exception_only(caught.value), repr(caught.value.report))


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body = json.dumps(ECHO).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.do_POST()

    def log_message(self, *_):
        pass


@pytest.fixture
def loopback():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Quiet)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_logs_of_the_http_library_over_a_real_connection(loopback, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "eightbyeight"):
        caplog.set_level(logging.DEBUG, logger=name)
    options = {"base_url": loopback, "timeouts": Timeouts(deadline=20)}
    with (
        httpx.Client() as theirs,
        Client(KEY, "acme_hq", **options) as client,
        Client(KEY, "acme_hq", http_client=theirs, **options) as borrowing,
    ):
        for call in [*calls(client).values(), *calls(borrowing).values()]:
            call()
    async with AsyncClient(KEY, "acme_hq", **options) as client:
        for call in calls(client).values():
            await call()
    lines = [f"{record.name} {record.getMessage()}" for record in caplog.records]

    assert {"httpx", "eightbyeight.calls"} <= {record.name for record in caplog.records}
    assert any(line.startswith("httpcore") for line in lines)
    for line in (
        "eightbyeight.calls POST sendSms, attempt 1: HTTP 200 after ",
        "eightbyeight.calls sendSms accepted: umid u-1, ",
    ):
        assert any(each.startswith(line) for each in lines)
    assert_clean(*lines)


async def test_trace_of_a_real_connection_proves_that_nothing_left(loopback):
    # The server is there, the port next to it is not: no connection, no send.
    import socket

    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with (
            Client(KEY, "acme_hq", base_url=url) as client,
            pytest.raises(EightByEightError) as caught,
        ):
            client.sms.send(NUMBER, TEXT)
    assert type(caught.value).__name__ == "ConnectionFailed"
    assert_clean(*traceback.format_exception_only(caught.value))
    assert loopback
