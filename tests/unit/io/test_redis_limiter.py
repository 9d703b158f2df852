"""The limiter in Redis, as far as no Redis is needed: settings, and what comes when there is none."""

from __future__ import annotations

import socket
import subprocess
import sys
import traceback

import httpx
import pytest

from eightbyeight import (
    Client,
    ConfigurationError,
    EightByEightError,
    LimiterUnavailable,
    NotSent,
    RedisLimiter,
)
from eightbyeight.core.rate import Quota, Rate

PASSWORD = "pa55word-NEVER-shown"
QUOTAS = (Quota("a", Rate(1)),)


@pytest.fixture
def nobody():
    """An address at which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{unused.getsockname()[1]}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        None,
        7,
        f"http://:{PASSWORD}@127.0.0.1",
        f"127.0.0.1/{PASSWORD}",
        f"redis://:{PASSWORD}/1@127.0.0.1",  # an unquoted slash ends the host, and the port is no number
        f"redis://user:{PASSWORD}@127.0.0.1:99999",
        f"redis://127.0.0.1?{PASSWORD}=1",
        f"redis://127.0.0.1?socket_timeout={PASSWORD}",
        f"redis://[{PASSWORD}",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_and_not_shown(url):
    with pytest.raises(ConfigurationError, match="redis://user:password@host:6379/0") as caught:
        RedisLimiter(url)

    assert not any(
        PASSWORD in line
        for line in traceback.format_exception(caught.value)
        if not line.lstrip().startswith("File ")
    )


@pytest.mark.parametrize("module", ["limits", "redis"])
def test_without_the_extra(monkeypatch, module):
    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(ConfigurationError, match=r"eightbyeight\[redis\]"):
        RedisLimiter("redis://localhost/0")


def test_the_packages_of_the_extra_load_only_when_it_is_used():
    program = (
        "import sys\n"
        "from eightbyeight import Client, RedisLimiter\n"
        "Client('k', 'acme_hq')\n"
        "assert not {'redis', 'limits'} & set(sys.modules)\n"
        "Client('k', 'acme_hq', rate_limits=RedisLimiter('redis://localhost/0'))\n"
        "assert {'redis', 'limits'} <= set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)


def test_repr_shows_the_prefix_only():
    limiter = RedisLimiter(f"redis://user:{PASSWORD}@127.0.0.1", prefix="acme")

    assert repr(limiter) == "RedisLimiter(prefix='acme')"
    assert PASSWORD not in str(Client("k", "acme_hq", rate_limits=limiter)._configuration)


def test_without_redis_nothing_is_sent(nobody):
    requests = []
    transport = httpx.MockTransport(requests.append)
    limiter = RedisLimiter(f"redis://:{PASSWORD}@{nobody}")
    with (
        Client("k", "acme_hq", transport=transport, rate_limits=limiter) as client,
        pytest.raises(LimiterUnavailable, match="nothing was sent") as caught,
    ):
        client.messages.send("+6591234567", "Hi", client_message_id="ref-1")

    assert isinstance(caught.value, NotSent)
    assert isinstance(caught.value, EightByEightError)
    assert caught.value.client_message_id == "ref-1"
    assert caught.value.__cause__ is not None
    assert not any(PASSWORD in line for line in traceback.format_exception(caught.value))
    assert requests == []


def test_a_host_that_does_not_exist(monkeypatch):
    def getaddrinfo(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    limiter = RedisLimiter("redis://redis.example.com/0")

    for ask in (lambda: limiter.reserve(QUOTAS, 1), lambda: limiter.freeze(QUOTAS, 1)):
        with pytest.raises(LimiterUnavailable, match="ConnectionError"):
            ask()
