"""Clients that are not to be changed: the vendor's host names, with and without TLS."""

from __future__ import annotations

import http.client
import json
import logging
import os
import re
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys
import urllib.request
from contextlib import ExitStack

import httpx
import pytest

from eightbyeight.mock import create_app, server
from eightbyeight.mock.document import load
from eightbyeight.mock.server import serving
from eightbyeight.mock.tls import TlsError, certificate_in, hosts_of

PATH = "/api/v1/subaccounts/acme_hq/messages"
TEXT = {"user": {"msisdn": "+6591234567"}, "type": "text", "content": {"text": "Hello"}}
ONE_SMS = {"destination": "+6591234567", "text": "Hello"}
HEADERS = {"Authorization": "Bearer key", "Content-Type": "application/json"}

HERE = ["localhost", "127.0.0.1"]

SENDS = pytest.mark.parametrize(
    ("host", "body", "product"),
    [
        ("chatapps.8x8.com", TEXT, "chatapps"),
        ("chatapps.us.8x8.com", TEXT, "chatapps"),
        ("sms.8x8.id", ONE_SMS, "sms"),
        ("sms.8x8.uk", ONE_SMS, "sms"),
    ],
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certificate_in(tmp_path_factory.mktemp("tls"), hosts_of(load()))


@pytest.fixture(scope="module")
def plain():
    app = create_app()
    with serving(app) as url:
        yield app, int(url.rpartition(":")[2])


@pytest.fixture(scope="module")
def secure(certificate):
    app = create_app()
    with serving(app, certificate=certificate) as url:
        yield app, int(url.rpartition(":")[2])


@pytest.fixture
def all_hosts_here(monkeypatch):
    """Every name leads to this machine, as with an entry in /etc/hosts."""
    find = socket.getaddrinfo

    def found(host, *arguments, **options):
        return find("127.0.0.1", *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", found)


def last(app):
    return app.store.messages()[-1]


@SENDS
def test_the_host_header_says_which_product(plain, host, body, product):
    app, port = plain
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", PATH, json.dumps(body), {**HEADERS, "Host": host})
    answer = connection.getresponse()

    assert answer.status == 200
    assert last(app).umid == json.load(answer)["umid"]
    assert last(app).product == product
    connection.close()


@SENDS
def test_httpx_trusts_the_ca_for_the_vendors_hosts(
    secure, certificate, all_hosts_here, host, body, product
):
    app, port = secure
    trusting = ssl.create_default_context(cafile=certificate.ca_file)
    answer = httpx.post(f"https://{host}:{port}{PATH}", json=body, headers=HEADERS, verify=trusting)

    assert answer.status_code == 200
    assert (last(app).product, app.requests[-1].tls) == (product, "TLSv1.3")


@SENDS
def test_urllib_does_too(secure, certificate, all_hosts_here, host, body, product):
    app, port = secure
    request = urllib.request.Request(
        f"https://{host}:{port}{PATH}", json.dumps(body).encode(), HEADERS
    )
    trusting = ssl.create_default_context(cafile=certificate.ca_file)
    with urllib.request.urlopen(request, context=trusting) as answer:
        assert answer.status == 200
    assert last(app).product == product


if shutil.which("curl"):

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_curl_with_another_place_to_connect_to(plain, secure, certificate, scheme):
        app, port = plain if scheme == "http" else secure
        headers = [part for name in HEADERS for part in ("-H", f"{name}: {HEADERS[name]}")]
        done = subprocess.run(
            ["curl", "-sS", "--cacert", certificate.ca_file, "--connect-to", f"::127.0.0.1:{port}"]
            + [*headers, "-d", json.dumps(ONE_SMS), f"{scheme}://sms.8x8.com{PATH}"],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"]},
        )

        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["umid"] == last(app).umid


def test_who_does_not_trust_the_ca_gets_nowhere(secure, all_hosts_here):
    _, port = secure
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"https://sms.8x8.com:{port}/x")


def test_a_host_that_is_not_the_vendors_is_not_vouched_for(secure, certificate, all_hosts_here):
    _, port = secure
    trusting = ssl.create_default_context(cafile=certificate.ca_file)
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"https://www.8x8.com:{port}/x", verify=trusting)


@pytest.mark.parametrize(
    ("version", "status"), [(ssl.TLSVersion.TLSv1_2, 426), (ssl.TLSVersion.TLSv1_3, 200)]
)
def test_the_demand_for_tls13_looks_at_the_version(secure, certificate, version, status):
    app, port = secure
    app.change_settings({"require_tls13": True})
    trusting = ssl.create_default_context(cafile=certificate.ca_file)
    trusting.maximum_version = version
    with httpx.Client(verify=trusting, base_url=f"https://localhost:{port}") as api:
        answer = api.post(f"/sms{PATH}", json=ONE_SMS, headers=HEADERS)
        other = api.post(f"/chatapps{PATH}", json=TEXT, headers=HEADERS)
    app.change_settings({"require_tls13": False})

    assert (answer.status_code, other.status_code) == (status, 200)
    if status == 426:
        assert answer.headers["Upgrade"] == "TLS/1.3"
        assert "Detected TLSv1.2" in answer.json()["message"]


@pytest.mark.parametrize(
    ("rule", "error", "sent"),
    [
        # A reset it is, but OpenSSL may tell its client of an end.
        ("reset-after", (httpx.ReadError, httpx.RemoteProtocolError), 1),
        ("reset", (httpx.ReadError, httpx.RemoteProtocolError), 0),
        ("cut", httpx.RemoteProtocolError, 1),
        ("silent:0.05", httpx.RemoteProtocolError, 0),
        ("silent:9", httpx.ReadTimeout, 0),
    ],
)
def test_connections_break_under_tls_too(secure, certificate, rule, error, sent):
    app, port = secure
    trusting = ssl.create_default_context(cafile=certificate.ca_file)
    timeout = httpx.Timeout(5, read=0.5)
    app.reset()
    app.chaos.add(rule)
    with httpx.Client(verify=trusting, timeout=timeout) as api, pytest.raises(error):
        api.post(f"https://127.0.0.1:{port}/sms{PATH}", json=ONE_SMS, headers=HEADERS)
    app.chaos.clear()

    assert len(app.store) == sent


@pytest.mark.parametrize("has_httptools", [True, False])
def test_a_client_that_keeps_its_connection_does_not_hold_up_the_end(
    certificate, caplog, monkeypatch, has_httptools
):
    monkeypatch.setattr(server, "find_spec", lambda name: has_httptools or None)
    trusting = ssl.create_default_context(cafile=certificate.ca_file)
    with ExitStack() as stack, serving(create_app(), certificate=certificate) as url:
        place = ("127.0.0.1", int(url.rpartition(":")[2]))
        connection = stack.enter_context(socket.create_connection(place, timeout=10))
        secured = stack.enter_context(trusting.wrap_socket(connection, server_hostname="localhost"))
        secured.sendall(b"GET /__mock__/health HTTP/1.1\r\nHost: mock\r\n\r\n")
        assert secured.recv(65_536).startswith(b"HTTP/1.1 200 ")
        logging.getLogger("uvicorn.error").addHandler(caplog.handler)

    # A server that waits for the other side's word gives up in the end, and says so.
    assert caplog.messages == []


# --- the files ------------------------------------------------------------------------------------


def test_the_certificate_holds_all_hosts_of_the_document():
    assert {"chatapps.8x8.com", "sms.us.8x8.com", "localhost", "127.0.0.1"} <= {*hosts_of(load())}
    assert len(hosts_of(load())) == 11


def test_a_certificate_is_kept_while_it_fits(tmp_path):
    folder = tmp_path / "new" / "tls"
    first = certificate_in(folder, ["localhost", "sms.8x8.com"])
    content = first.server_file.read_bytes()

    assert certificate_in(folder, ["localhost"]).server_file.read_bytes() == content
    certificate_in(folder, ["localhost", "sms.8x8.id"])
    assert first.server_file.read_bytes() != content


@pytest.mark.parametrize("name", ["ca_file", "server_file"])
@pytest.mark.parametrize("content", [b"", b"no certificate", "of another"])
def test_damaged_files_are_made_anew(tmp_path, name, content):
    made = certificate_in(tmp_path / "own", HERE)
    if content == "of another":
        content = getattr(certificate_in(tmp_path / "other", HERE), name).read_bytes()
    getattr(made, name).write_bytes(content)

    again = certificate_in(tmp_path / "own", HERE)

    assert getattr(again, name).read_bytes() != content
    with serving(create_app(), certificate=again) as url:
        trusting = ssl.create_default_context(cafile=again.ca_file)
        assert httpx.get(f"{url}/__mock__/health", verify=trusting).status_code == 200


def test_the_key_is_for_its_owner_only_and_the_cas_key_is_nowhere(tmp_path):
    folder = tmp_path / "tls"
    made = certificate_in(folder, ["localhost"])

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(made.server_file.stat().st_mode) == 0o600
    assert b"PRIVATE" not in made.ca_file.read_bytes()
    assert len(list(folder.iterdir())) == 2


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(TlsError, match=r"install \"eightbyeight\[mock\]\""):
        certificate_in(tmp_path, ["localhost"])


def test_a_folder_that_cannot_be_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TlsError, match="cannot keep a certificate in"):
        certificate_in(tmp_path / "file" / "tls", ["localhost"])


@pytest.mark.parametrize("kept", [False, True])
def test_the_command_says_what_to_trust(tmp_path, kept):
    options = ["--tls", *(["--tls-dir", str(tmp_path / "kept")] if kept else [])]
    process = subprocess.Popen(
        [sys.executable, "-m", "eightbyeight.cli", "mock", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    text = ""
    for line in process.stdout:
        text += line
        if "Ctrl-C" in line:
            break
    url = re.search(r"EIGHTBYEIGHT_BASE_URL=(\S+)", text).group(1)
    ca_file = re.search(r"export SSL_CERT_FILE=(\S+)", text).group(1)
    asked = [sys.executable, "-c", _ASK, f"{url}/__mock__/health"]
    answer = subprocess.run(
        asked, env={**os.environ, "SSL_CERT_FILE": ca_file}, capture_output=True, check=False
    )
    process.send_signal(signal.SIGTERM)
    _, complaints = process.communicate(timeout=10)

    assert answer.stdout.strip() == b"200", answer.stderr
    assert complaints == ""
    assert process.returncode == 0
    assert url.startswith("https://")
    assert "--connect-to ::127.0.0.1" in text
    assert os.path.exists(ca_file) == kept  # noqa: PTH110 - a bare string


_ASK = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).status)"
