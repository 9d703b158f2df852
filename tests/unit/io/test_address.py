"""What a connection is made to, and the first lines of a request, compared with what httpx writes."""

from __future__ import annotations

import httpx
import pytest

from eightbyeight.io.http.address import address_of
from eightbyeight.io.http.request_head import head_of


@pytest.mark.parametrize(
    "url",
    [
        "http://host",
        "https://host/",
        "http://host:80/a",
        "https://host:443/a",
        "http://host:443/a",
        "https://host:8443/a?b=c",
        "http://127.0.0.1:8808/sms/api",
        "http://[::1]:8000/a",
        "https://[2001:db8::1]/a",
        "http://Host.Example/Path",
        "https://bücher.example/a",
        "https://straße.example:444/a",
        "http://日本語.example/",
        "http://user:secret@host/a",
        "http://host/a b/ü/日本?q=ä b&c=%20%zz",
        "http://host/%7Ea/a%2Fb/a;b=c,d:e@f/~_-./!$&'()*+",
        "http://host/a//b?c?d=[e]#fragment",
        'http://host/"<>`{}?"<>',
    ],
)
def test_requests_go_where_those_of_httpx_would(url):
    expected = httpx.URL(url)

    address = address_of(url)

    assert expected.scheme == address.origin.scheme
    assert expected.raw_host == address.origin.host.encode()
    assert (expected.port or {"http": 80, "https": 443}[expected.scheme]) == address.origin.port
    assert expected.netloc == address.host
    assert expected.raw_path == address.target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/a",
        "host/a",
        "ftp://host/",
        "http://",
        "http:///a",
        "http://host:99999/",
        "http://host:port/",
        "http://[::1/",
        f"http://{'ü' * 80}.example/",
    ],
)
def test_what_nothing_can_be_sent_to_is_refused(url):
    with pytest.raises(ValueError):  # noqa: PT011  # whoever looks it up says it
        address_of(url)


def test_a_url_cannot_end_a_line():
    head = head_of("GET", address_of("http://host/a\r\nX: y\n?b\rc d"), [], None)

    assert head == b"GET /aX:%20y?bc%20d HTTP/1.1\r\nHost: host\r\n\r\n"


def test_a_head_with_a_body_says_how_long_it_is():
    headers = [(b"Authorization", b"Bearer k"), (b"Accept", b"application/json")]
    address = address_of("https://host:444/a?b=c")

    assert head_of("POST", address, headers, b"12345") == (
        b"POST /a?b=c HTTP/1.1\r\nHost: host:444\r\nAuthorization: Bearer k\r\n"
        b"Accept: application/json\r\nContent-Length: 5\r\n\r\n"
    )
    assert head_of("POST", address, [], b"").endswith(b"\r\nContent-Length: 0\r\n\r\n")
