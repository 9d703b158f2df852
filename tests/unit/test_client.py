"""The clients themselves: keys, copies, connections, and what they put on the wire."""

from __future__ import annotations

import inspect
import threading
from types import MappingProxyType

import httpx
import pytest

import eightbyeight
from eightbyeight import (
    AsyncClient,
    Client,
    ConfigurationError,
    ConnectionFailed,
    NotSent,
    RateLimited,
    Timeouts,
)

TO = "+6591234567"
UMID = "82188ee0-109f-e811-8150-020897df5459"
KEY = "key-Zx81-never-to-be-shown"


def keys_of(api):
    return [request.headers["authorization"] for request in api.requests]


@pytest.mark.parametrize(
    ("region", "chatapps", "sms"),
    [
        ("apac", "chatapps.8x8.com", "sms.8x8.com"),
        ("na", "chatapps.us.8x8.com", "sms.us.8x8.com"),
        ("eu", "chatapps.8x8.uk", "sms.8x8.uk"),
        ("id", "chatapps.8x8.id", "sms.8x8.id"),
    ],
)
def test_hosts_and_paths(api, region, chatapps, sms):
    with api.client(region=region) as client:
        client.messages.send(TO, "Hi")
        client.messages.get("a/b c")
        client.sms.send(TO, "Hi")

    assert [(request.method, str(request.url)) for request in api.requests] == [
        ("POST", f"https://{chatapps}/api/v1/subaccounts/acme_hq/messages"),
        ("GET", f"https://{chatapps}/api/v1/subaccounts/acme_hq/messages/a%2Fb%20c"),
        ("POST", f"https://{sms}/api/v1/subaccounts/acme_hq/messages"),
    ]


def test_key_and_timeouts_travel_with_every_request(api):
    timeouts = Timeouts(connect=1, write=2, read=3, pool=4)
    with api.client(timeouts=timeouts) as client:
        client.sms.send(TO, "Hi")
    (request,) = api.requests

    assert keys_of(api) == [f"Bearer {KEY}"]
    assert request.extensions["timeout"] == {"connect": 1, "write": 2, "read": 3, "pool": 4}


def test_callable_key_is_asked_for_each_attempt(api):
    keys = iter(["first", "second", "third"])
    api.answer(429, 429, 200)
    with api.client(api_key=lambda: next(keys)) as client:
        client.sms.send(TO, "Hi")

    assert keys_of(api) == ["Bearer first", "Bearer second", "Bearer third"]


async def test_callable_keys_of_the_async_client(api):
    async def fetch():
        return "fetched"

    api.answer(429, 200)
    for key in (lambda: "plain", fetch):
        async with api.async_client(api_key=key) as client:
            await client.sms.send(TO, "Hi")

    assert keys_of(api) == ["Bearer plain", "Bearer plain", "Bearer fetched"]


@pytest.mark.parametrize("key", [None, "", "two words", "s3cret\n", b"s3cret", 5])
async def test_bad_key_of_a_callable_is_refused_without_being_shown(api, key):
    with api.client(api_key=lambda: key) as client, pytest.raises(ConfigurationError) as caught:
        client.sms.send(TO, "Hi")
    async with api.async_client(api_key=lambda: key) as twin:
        with pytest.raises(ConfigurationError, match="API key"):
            await twin.sms.send(TO, "Hi")

    assert "API key" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "two words" not in str(caught.value)
    assert api.requests == []


async def test_what_a_key_callable_raises_comes_through(api):
    def broken():
        raise LookupError("vault")

    with api.client(api_key=broken) as client, pytest.raises(LookupError, match="vault"):
        client.sms.send(TO, "Hi")
    async with api.async_client(api_key=broken) as twin:
        with pytest.raises(LookupError, match="vault"):
            await twin.sms.send(TO, "Hi")


async def test_exhausted_key_iterator_is_no_success(api):
    # StopIteration must not be taken for the end of the call, with None for a result.
    with api.client(api_key=iter(()).__next__) as client, pytest.raises(Exception):  # noqa: B017, PT011
        client.sms.send(TO, "Hi")
    async with api.async_client(api_key=iter(()).__next__) as twin:
        with pytest.raises(Exception):  # noqa: B017, PT011
            await twin.sms.send(TO, "Hi")


async def test_attempts_and_pauses(api, pauses):
    api.answer(429)
    with api.client(max_attempts=4, rate_limits=False) as client, pytest.raises(RateLimited):
        client.sms.send(TO, "Hi")
    assert (len(api.requests), len(pauses)) == (4, 3)

    async with api.async_client(max_attempts=2) as twin:
        with pytest.raises(RateLimited):
            await twin.sms.send(TO, "Hi")
    assert (len(api.requests), len(pauses)) == (6, 4)


def test_every_attempt_carries_the_same_bytes(api, client):
    api.answer(429, httpx.ConnectError("x"), 200)
    client.sms.send(TO, "Hi")

    assert len({request.content for request in api.requests}) == 1
    assert len(api.requests) == 3


def test_options_make_a_copy_that_shares_the_connections(api):
    with api.client(region="eu", max_attempts=2) as client:
        copy = client.with_options(
            api_key="other", subaccount_id="acme_line", timeouts=Timeouts(read=9), max_attempts=1
        )
        assert (type(copy), copy.subaccount_id, copy.region) == (Client, "acme_line", "eu")
        assert copy._transport is client._transport
        copy.sms.send(TO, "Hi")
        client.sms.send(TO, "Hi")
        copy.with_options(api_key=lambda: "third").sms.send(TO, "Hi")

    assert keys_of(api) == ["Bearer other", f"Bearer {KEY}", "Bearer third"]
    assert [request.url.path.split("/")[4] for request in api.requests] == [
        "acme_line",
        "acme_hq",
        "acme_line",
    ]
    assert {request.url.host for request in api.requests} == {"sms.8x8.uk"}
    assert [request.extensions["timeout"]["read"] for request in api.requests] == [9, 30, 9]


def test_options_do_not_read_the_environment(monkeypatch, api):
    client = api.client()
    for name in ("API_KEY", "SUBACCOUNT_ID", "REGION", "BASE_URL"):
        monkeypatch.setenv(f"EIGHTBYEIGHT_{name}", "http://other")
    copy = client.with_options(max_attempts=1)

    assert (copy.subaccount_id, copy.region) == ("acme_hq", "apac")
    assert copy._configuration.hosts == client._configuration.hosts
    assert copy._configuration.api_key == KEY


async def test_delivery_is_chosen_for_a_copy(api):
    api.answer(500, 200)
    with api.client() as client:
        copy = client.with_options(delivery="at_least_once")
        assert copy.sms.send(TO, "Hi").response.status == 200
    assert len(api.requests) == 2
    assert api.requests[0].content == api.requests[1].content

    api.requests.clear()
    with api.client() as client, pytest.raises(eightbyeight.ServerErrorOnSend):
        client.with_options(max_attempts=5).sms.send(TO, "Hi")
    assert len(api.requests) == 1

    api.requests.clear()
    async with api.async_client(delivery="at_least_once") as twin:
        await twin.sms.send(TO, "Hi")
    assert len(api.requests) == 2


@pytest.mark.parametrize(
    "options", [{"api_key": ""}, {"api_key": "a b"}, {"max_attempts": 0}, {"api_key": 5}]
)
def test_bad_options_are_refused(client, options):
    with pytest.raises(ConfigurationError):
        client.with_options(**options)


@pytest.mark.parametrize("name", ["region", "subaccount_id", "_configuration", "anything"])
def test_clients_never_change(client, name):
    with pytest.raises(AttributeError, match="clients never change; use with_options()"):
        setattr(client, name, "x")


def test_settings_never_change(client):
    assert isinstance(client._configuration.hosts, MappingProxyType)
    with pytest.raises(AttributeError):
        client._configuration.api_key = "x"


def test_repr(client, api):
    assert repr(client) == "Client(subaccount_id='acme_hq', region='apac')"
    assert repr(api.async_client()) == "AsyncClient(subaccount_id='acme_hq', region='apac')"


async def test_own_connections_are_closed(api):
    with api.client() as client:
        client.sms.send(TO, "Hi")
    with pytest.raises(ConnectionFailed) as caught:
        client.sms.send(TO, "Hi")
    assert isinstance(caught.value, NotSent)
    assert "RuntimeError" in str(caught.value)
    client.close()

    async with api.async_client() as twin:
        await twin.sms.send(TO, "Hi")
    with pytest.raises(ConnectionFailed):
        await twin.sms.send(TO, "Hi")
    with pytest.raises(ConnectionFailed):
        await twin.messages.get(UMID)
    await twin.aclose()
    assert len(api.requests) == 2


async def test_borrowed_connections_stay_open(api):
    with httpx.Client(transport=api.transport) as borrowed:
        with api.client(http_client=borrowed, transport=None) as client:
            client.sms.send(TO, "Hi")
        assert not borrowed.is_closed
        client.sms.send(TO, "Hi")
    async with httpx.AsyncClient(transport=api.transport) as borrowed:
        async with api.async_client(http_client=borrowed, transport=None) as twin:
            await twin.sms.send(TO, "Hi")
        assert not borrowed.is_closed

    assert len(api.requests) == 3


async def test_settings_of_a_borrowed_client_do_not_leak_into_requests(api):
    settings = {
        "auth": ("user", "password"),
        "headers": {"X-Other": "1", "Authorization": "Basic abc"},
        "cookies": {"a": "b"},
        "params": {"q": "1"},
        "base_url": "https://other.example.com",
        "follow_redirects": True,
    }
    api.answer(httpx.Response(302, headers={"Location": "https://other.example.com"}))
    with (
        httpx.Client(transport=api.transport, **settings) as borrowed,
        pytest.raises(eightbyeight.ServerErrorOnSend),
    ):
        api.client(http_client=borrowed, transport=None).sms.send(TO, "Hi")
    async with httpx.AsyncClient(transport=api.transport, **settings) as borrowed:
        with pytest.raises(eightbyeight.ServerErrorOnSend):
            await api.async_client(http_client=borrowed, transport=None).sms.send(TO, "Hi")

    assert keys_of(api) == [f"Bearer {KEY}"] * 2
    for request in api.requests:
        assert str(request.url) == "https://sms.8x8.com/api/v1/subaccounts/acme_hq/messages"
        assert "x-other" not in request.headers


def test_either_an_http_client_or_a_transport(api):
    # One of them would be ignored without a word.
    with (
        httpx.Client(transport=api.transport) as borrowed,
        pytest.raises(ConfigurationError, match="transport"),
    ):
        api.client(http_client=borrowed)


def test_threads_share_a_client(api, client):
    def work(number):
        client.with_options(subaccount_id=f"acme_{number}").sms.send(TO, f"{number}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {
        (request.url.path.split("/")[4], body["text"])
        for request, body in zip(api.requests, api.bodies, strict=True)
    } == {(f"acme_{number}", f"{number}") for number in range(20)}


# --- the async twin ---------------------------------------------------------------------------------------


def public_members(cls):
    return {name: value for name, value in inspect.getmembers(cls) if not name.startswith("_")}


def signature(function):
    text = str(inspect.signature(function))
    return text.replace("Async", "")


PAIRS = [
    (Client, AsyncClient),
    *(
        (
            type(getattr(Client("k", "acme_hq"), name)),
            type(getattr(AsyncClient("k", "acme_hq"), name)),
        )
        for name in ("messages", "line", "sms", "surveys")
    ),
]


@pytest.mark.parametrize(("sync", "twin"), PAIRS, ids=[sync.__name__ for sync, _ in PAIRS])
def test_twins_are_alike(sync, twin):
    assert twin.__name__ == f"Async{sync.__name__}"
    ours, theirs = public_members(sync), public_members(twin)
    ours["aclose"] = ours.pop("close", None)
    theirs.setdefault("aclose", None)

    assert set(ours) == set(theirs)
    for name, member in ours.items():
        other = theirs[name]
        assert inspect.getdoc(member) == inspect.getdoc(other)
        assert inspect.getdoc(member) is not None or member is None
        if inspect.isfunction(member):
            assert signature(member) == signature(other)
            if name != "with_options":
                assert inspect.iscoroutinefunction(other)
                assert not inspect.iscoroutinefunction(member)
    if sync is not Client:
        assert sync.__doc__ == twin.__doc__


def test_constructors_are_alike():
    ours, theirs = (inspect.signature(cls).parameters for cls in (Client, AsyncClient))

    assert [(p.name, p.kind, p.default) for p in ours.values()] == [
        (p.name, p.kind, p.default) for p in theirs.values()
    ]
