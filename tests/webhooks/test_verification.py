from __future__ import annotations

import hmac
import pickle

import pytest

from eightbyeight import ConfigurationError
from eightbyeight.webhooks import (
    IncomingRequest,
    Refusal,
    SourceAddresses,
    StaticAuthorization,
    all_of,
)

SECRET = "Bearer s3cret-value"


def asking(peer=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return IncomingRequest("POST", headers, b"{}", peer)


@pytest.mark.parametrize(
    ("given", "passes"),
    [
        (SECRET, True),
        ("Basic old", True),
        (SECRET.lower(), False),
        (f"{SECRET} ", False),
        (f"{SECRET}, {SECRET}", False),
        ("", False),
        ("Bearer s3cret-välue", False),
        ("\udc80", False),
    ],
)
def test_static_authorization(given, passes):
    check = StaticAuthorization(SECRET, "Basic old")

    assert check(asking(authorization=given)) == (None if passes else Refusal.UNAUTHORIZED)


def test_no_header_at_all():
    assert StaticAuthorization("x")(asking()) is Refusal.UNAUTHORIZED


def test_all_values_are_compared_in_constant_time(monkeypatch):
    compared = []

    def note(given, value):
        compared.append(value)
        return given == value

    monkeypatch.setattr(hmac, "compare_digest", note)
    check = StaticAuthorization("one", "two", "three")

    assert check(asking(authorization="one")) is None
    assert compared == [b"one", b"two", b"three"]


@pytest.mark.parametrize("values", [(), ("",), (" ",), ("a\nb",), ("ä",), (None,), ("x ", "y")])
def test_values_that_cannot_be(values):
    with pytest.raises(ConfigurationError) as caught:
        StaticAuthorization(*values)
    assert "ä" not in str(caught.value)


def test_the_values_do_not_show():
    assert SECRET not in repr(StaticAuthorization(SECRET))


@pytest.mark.parametrize(
    ("peer", "passes"),
    [
        ("52.220.117.120", True),  # Asia Pacific
        ("34.101.109.67", True),  # Indonesia
        ("34.39.114.155", True),  # Europe
        ("52.10.10.63", True),  # North America
        ("::ffff:52.10.10.63", True),
        ("52.10.10.64", False),
        ("127.0.0.1", False),
        ("2001:db8::1", False),
        ("unix:", False),
        ("", False),
        (None, False),
    ],
)
def test_source_addresses(peer, passes):
    assert SourceAddresses()(asking(peer)) == (None if passes else Refusal.FORBIDDEN)


def test_regions_and_networks():
    assert SourceAddresses(["apac"])(asking("52.220.109.9")) is None
    assert SourceAddresses(["apac"])(asking("52.10.10.63")) is Refusal.FORBIDDEN
    own = SourceAddresses(networks=["192.0.2.0/24", "2001:db8::/32"])
    assert own(asking("192.0.2.7")) is None
    assert own(asking("2001:db8::1")) is None
    assert own(asking("52.10.10.63")) is Refusal.FORBIDDEN


def test_forwarded_for_is_not_believed():
    request = asking("203.0.113.9", x_forwarded_for="52.10.10.63")

    assert SourceAddresses()(request) is Refusal.FORBIDDEN


@pytest.mark.parametrize(
    ("proxies", "header", "passes"),
    [
        (1, "52.10.10.63", True),
        (1, "52.10.10.63, 203.0.113.9", False),  # the first may be made up
        (1, "203.0.113.9, 52.10.10.63", True),
        (2, "52.10.10.63, 10.0.0.1", True),
        (2, "203.0.113.9,52.10.10.63,10.0.0.1", True),
        (2, "52.10.10.63", False),
        (1, "52.10.10.63:44321", True),
        (1, "[::ffff:52.10.10.63]:44321", True),
        (1, "", False),
        (1, "unknown", False),
    ],
)
def test_behind_proxies(proxies, header, passes):
    request = asking("10.0.0.1", x_forwarded_for=header)

    assert SourceAddresses(proxies=proxies)(request) == (None if passes else Refusal.FORBIDDEN)


@pytest.mark.parametrize(
    "options",
    [
        {"networks": []},
        {"networks": ["nonsense"]},
        {"networks": ["192.0.2.1/24"]},
        {"networks": "192.0.2.1"},
        {"regions": "apac"},
        {"regions": ["atlantis"]},
        {"regions": ["apac"], "networks": ["192.0.2.1"]},
        {"proxies": -1},
        {"proxies": True},
    ],
)
def test_addresses_that_cannot_be(options):
    with pytest.raises(ConfigurationError):
        SourceAddresses(**options)


def test_all_of():
    check = all_of(SourceAddresses(), StaticAuthorization(SECRET))

    assert check(asking("52.10.10.63", authorization=SECRET)) is None
    assert check(asking("52.10.10.63")) is Refusal.UNAUTHORIZED
    assert check(asking("127.0.0.1", authorization=SECRET)) is Refusal.FORBIDDEN
    with pytest.raises(ConfigurationError):
        all_of()


def test_requests_show_nothing():
    request = IncomingRequest("POST", {"authorization": SECRET}, b"TOPSECRET", "52.10.10.63")

    assert SECRET not in repr(request)
    assert "TOPSECRET" not in repr(request)
    assert pickle.loads(pickle.dumps(request)) == request
