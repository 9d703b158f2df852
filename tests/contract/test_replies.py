"""Whatever a server puts into a successful reply, the wrapper gives it to its caller and does not raise.

The exceptions are few and documented: MessageRejected when the body says that the message was refused, and
UnreadableReply from `umid` and `batch_id` when the body has none.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator

import httpx
import pytest
from contract import bodies
from contract.sizes import cases
from hypothesis import given
from hypothesis import strategies as st

from eightbyeight import Client, MessageRejected, UnreadableReply
from eightbyeight.results import Result, View

NEEDED = {"umid", "batch_id"}
EVERY = pytest.mark.parametrize("operation", bodies.OPERATIONS)


class Canned(httpx.BaseTransport):
    """Answers every request with one reply."""

    def __init__(self) -> None:
        self.status = 200
        self.content = b""
        self.headers = {"Content-Type": "application/json"}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Give the reply."""
        return httpx.Response(self.status, headers=self.headers, content=self.content)


@pytest.fixture(scope="module")
def canned():
    return Canned()


@pytest.fixture(scope="module")
def client(canned):
    with Client("key", "acme_hq", transport=canned, rate_limits=False, max_attempts=1) as client:
        yield client


def ask(client, operation):
    examples = bodies.OPERATIONS[operation].examples
    body = examples[0] if examples else None
    return client.request(operation, body, **bodies.PATHS.get(operation, {}))


def look_at_everything(result: View) -> Iterator[tuple[str, object]]:
    """Use every property of a result and of the views in it; give those that say they are missing."""
    assert isinstance(repr(result), str)
    assert isinstance(result.to_dict(), dict)
    for name, _ in inspect.getmembers(type(result), lambda member: isinstance(member, property)):
        try:
            value = getattr(result, name)
        except UnreadableReply as error:
            yield name, error
            continue
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, View) and inner is not result:
                yield from look_at_everything(inner)


def check(client, canned, operation, body):
    """Ask, and look at all that the reply can be asked for."""
    canned.content = json.dumps(body).encode()
    if is_refusal(operation, body):
        with pytest.raises(MessageRejected) as caught:
            ask(client, operation)
        assert caught.value.response.json() == body
        assert str(caught.value)
        return None
    result = ask(client, operation)
    assert isinstance(result, Result)
    assert result.response.content == canned.content
    missing = dict(look_at_everything(result))
    assert missing.keys() <= NEEDED
    for error in missing.values():
        assert error.response.content == canned.content
    return result


def is_refusal(operation, body):
    """Whether a body says, in the words of the document, that the message will not be sent."""
    status = body.get("status") if isinstance(body, dict) else None
    if not isinstance(status, dict):
        return False
    if operation in ("sendMessage", "sendLineNotification"):
        word, refusals = status.get("state"), ("rejected", "failed")
    elif operation == "sendSms":
        word, refusals = status.get("code"), ("rejected",)
    else:
        return False
    return isinstance(word, str) and word.casefold() in refusals


@EVERY
@cases(30)
@given(data=st.data())
def test_every_valid_answer_is_read(client, canned, operation, data):
    body = data.draw(bodies.valid(bodies.OPERATIONS[operation].response))

    result = check(client, canned, operation, body)

    if result is not None:
        assert result.is_readable
        assert result.to_dict() == body
        assert NEEDED.isdisjoint(dict(look_at_everything(result)))


@EVERY
@cases(150)
@given(data=st.data())
def test_no_damage_to_a_successful_answer_makes_the_call_fail(client, canned, operation, data):
    _, _, response, _, answers = bodies.OPERATIONS[operation]
    whole = bodies.valid(response) | st.sampled_from(answers)

    check(client, canned, operation, data.draw(bodies.damaged(whole)))


@EVERY
def test_neither_does_any_single_damage_to_an_example(client, canned, operation):
    damaged = [
        body
        for answer in bodies.OPERATIONS[operation].answers
        for body in bodies.damaged_once(answer)
    ]

    assert len(damaged) > 100
    for body in damaged:
        check(client, canned, operation, body)


@EVERY
@cases(30)
@given(data=st.data())
def test_neither_does_any_other_json(client, canned, operation, data):
    check(client, canned, operation, data.draw(bodies.values))


@EVERY
@pytest.mark.parametrize(
    ("content", "media"),
    [
        pytest.param(b"", "application/json", id="empty"),
        pytest.param(b"", "", id="empty without a type"),
        pytest.param(b"<html><body>Welcome</body></html>", "text/html", id="html"),
        pytest.param(b"<html>", "application/json", id="html called json"),
        pytest.param(b'{"umid": "82188ee0-109f', "application/json", id="cut"),
        pytest.param(b'\xef\xbb\xbf{"umid": "1"}', "application/json", id="byte order mark"),
        pytest.param(b'{"umid": "\xff"}', "application/json", id="not utf-8"),
        pytest.param(b"[" * 100_000, "application/json", id="deep"),
        pytest.param(b'{"umid": NaN}', "application/json", id="nan"),
        pytest.param(b"9" * 5_000, "application/json", id="huge number"),
        pytest.param(b"\x00" * 100, "application/octet-stream", id="binary"),
        pytest.param(b'{"umid": "1", "umid": 2}', "application/json", id="twice the same name"),
    ],
)
@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_what_is_no_json_object_is_accepted_but_unreadable(operation, content, media, status):
    canned = Canned()
    canned.status, canned.content, canned.headers = status, content, {"Content-Type": media}
    with Client("key", "acme_hq", transport=canned, rate_limits=False) as client:
        result = ask(client, operation)

    assert result.response.status == status
    assert result.response.content == content
    assert result.response.text is not None
    missing = dict(look_at_everything(result))
    assert missing.keys() <= NEEDED
    for error in missing.values():
        assert f"HTTP {status}" in str(error)
        assert "do not send again" in str(error)


@EVERY
def test_every_property_of_a_full_answer_is_looked_at(client, canned, operation):
    """The tests above must not pass by looking at nothing: a fault in any property shows."""
    canned.content = json.dumps(bodies.OPERATIONS[operation].answers[0]).encode()
    result = ask(client, operation)
    properties = {
        name
        for name, _ in inspect.getmembers(type(result), lambda member: isinstance(member, property))
    }
    for name in properties - NEEDED:
        broken = type("Broken", (type(result),), {name: property(lambda _: 1 / 0), "__slots__": ()})
        with pytest.raises(ZeroDivisionError):
            dict(look_at_everything(broken(result.response)))
