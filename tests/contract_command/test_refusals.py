"""What is refused before anything is sent: the vendor's hosts, wrong usage, servers that are not there."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eightbyeight.contract.target import is_loopback, is_vendor
from eightbyeight_generated.servers import SERVERS

HOSTS = [url for regions in SERVERS.values() for url in regions.values()]


@pytest.mark.parametrize(
    "url",
    [
        *HOSTS,
        "https://SMS.8x8.COM",
        "https://sms.8x8.com./",
        "http://sms.8x8.com:8080/proxy",
        "https://new.region.8x8.id",
        "https://8x8.uk",
        "https://sms.8x8.us",
    ],
)
@pytest.mark.parametrize("option", ["--base-url", "--sms-url"])
def test_hosts_of_the_vendor_are_refused(contract, asked, url, option):
    done = contract(option, url, "--no-fuzz")

    assert done.status == 2
    assert "is a host of the vendor" in done.err
    assert "--i-know-this-sends-messages" in done.err
    assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1@sms.8x8.com",
        "http://user:secret@127.0.0.1",
        "http://127.0.0.1\\@sms.8x8.com",
        "http://sms%2E8x8.com",
        "http://sms\uff0e8x8.com",
        "http://sms.8x8.com#@127.0.0.1",
        "http://127.0.0.1?@sms.8x8.com",
        "http://127.0.0.1:0",
        "http://127.0.0.1:99999",
        "http://127.0.0.1/a b",
        "ftp://127.0.0.1",
        "127.0.0.1:8808",
    ],
)
def test_odd_urls_are_refused(contract, asked, url):
    done = contract("--base-url", url, "--no-fuzz")

    assert done.status == 2
    assert "base URL" in done.err
    assert "secret" not in done.err
    assert asked == []


def test_the_flag_lets_the_vendor_pass(contract, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "no such name here")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    done = contract(
        "--base-url", "https://sms.8x8.com", "--i-know-this-sends-messages", "--no-fuzz"
    )
    assert done.status == 2
    assert "warning: sms.8x8.com is not this machine" in done.err
    assert "no answer from https://sms.8x8.com/chatapps" in done.err


def test_other_hosts():
    assert not any(map(is_vendor, ["not8x8.com", "8x8.com.example.org", "8x8.community"]))
    assert all(map(is_loopback, ["localhost", "api.localhost", "127.0.0.9", "::1"]))
    assert not any(map(is_loopback, ["10.0.0.1", "staging.example.org", "127.example.org"]))


class _Redirects(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(307)
        self.send_header("Location", f"https://sms.8x8.com{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


for method in ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"):
    setattr(_Redirects, f"do_{method}", _Redirects.answer)


def test_redirects_are_not_followed(contract, asked):
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Redirects)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        done = contract(
            *("--base-url", url, "--operation", "sendSms", "--json"),
            *("--seed", 1, "--max-examples", 1, "--max-alike", 1),
        )
    finally:
        server.shutdown()
        server.server_close()

    assert done.status == 1
    assert ("sendSms", "status_code_conformance") in done.found
    redirected = [b for b in done.report["breaches"] if "307" in b["came"]]
    assert all("a redirect to a host of the vendor, not followed" in b["came"] for b in redirected)
    assert done.report["operations"]["sendSms"]["cases"] > 20
    assert set(asked) == {"127.0.0.1"}


def test_a_server_that_is_not_there(contract):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # it does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        done = contract("--base-url", url)

    assert done.status == 2
    assert f"no answer from {url}/chatapps: " in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "there is no server to test"),
        (["--base-url", "http://127.0.0.1", "--operation", "sendFax"], "there is no operation"),
        (["--sms-url", "http://127.0.0.1", "--operation", "sendMessage"], "no server to test"),
        (
            [
                "--sms-url",
                "http://127.0.0.1",
                "--operation",
                "sendMessage",
                "--operation",
                "sendSms",
            ],
            "there is no URL for sendMessage",
        ),
        (["--har", "missing.har"], "does not exist"),
        (["--api-key", "x"], "No such option"),
    ],
)
def test_wrong_usage(contract, arguments, complaint):
    done = contract(*arguments)
    assert done.status == 2
    assert complaint in done.err


@pytest.mark.parametrize("key", ["", "   ", "two words", "schl\u00fcssel"])
def test_a_key_that_cannot_be_one(contract, monkeypatch, key):
    monkeypatch.setenv("EIGHTBYEIGHT_API_KEY", key)
    done = contract("--base-url", "http://127.0.0.1:9")
    assert done.status == 2
    assert "EIGHTBYEIGHT_API_KEY" in done.err
    assert not key.strip() or key not in done.err
