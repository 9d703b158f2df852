"""Where the API key comes from, and where it never does."""

from __future__ import annotations

import os
import sys

import keyring
import keyring.backend
import keyring.errors
import pytest
from cli.conftest import TO

KEY = "another-key-Qp72"


@pytest.fixture
def told(mock_8x8):
    """The keys that the mock has been shown."""
    mock_8x8.app.settings.api_keys = (KEY,)
    return mock_8x8


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    path.chmod(0o600)
    return path


class Ring(keyring.backend.KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        if username == "locked":
            raise keyring.errors.KeyringLocked(KEY)
        return KEY if (service, username) == ("eightbyeight", "acme_test") else None

    def set_password(self, service, username, password):
        raise NotImplementedError


@pytest.fixture
def ring():
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    yield
    keyring.set_keyring(before)


def test_from_the_environment(command, told, monkeypatch):
    assert command("send", "sms", "--to", TO, "Hi").status == 4
    monkeypatch.setenv("EIGHTBYEIGHT_API_KEY", KEY)
    assert command("send", "sms", "--to", TO, "Hi").status == 0


def test_from_a_file(command, told, key_file):
    ended = command("send", "sms", "--to", TO, "Hi", "--api-key-file", key_file)
    assert (ended.status, len(told.sent)) == (0, 1)
    assert KEY not in ended.out + ended.err


def test_from_the_keyring(command, told, ring):
    ended = command("send", "sms", "--to", TO, "Hi", "--api-key-keyring")
    assert (ended.status, len(told.sent)) == (0, 1)


@pytest.mark.parametrize(
    ("subaccount", "why"),
    [("other", "keyring set eightbyeight other"), ("locked", "cannot be used (KeyringLocked)")],
)
def test_a_keyring_without_the_key(command, told, ring, subaccount, why):
    arguments = ["--api-key-keyring", "--subaccount", subaccount]
    ended = command("send", "sms", "--to", TO, "Hi", *arguments)
    assert (ended.status, told.sent) == (2, [])
    assert why in ended.err
    assert KEY not in ended.err


def test_without_the_package_of_the_keyring(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    ended = command("send", "sms", "--to", TO, "Hi", "--api-key-keyring")
    assert (ended.status, 'install "eightbyeight[keyring]"' in ended.err) == (2, True)


if os.name == "posix":

    @pytest.mark.parametrize("mode", [0o644, 0o602])
    def test_a_file_that_others_may_read_or_write_is_refused(command, told, key_file, mode):
        key_file.chmod(mode)
        ended = command("send", "sms", "--to", TO, "Hi", "--api-key-file", key_file)
        assert (ended.status, told.sent) == (2, [])
        assert f"chmod 600 {key_file}" in ended.err


@pytest.mark.parametrize("content", [b"", b"\n", b"caf\xc3\xa9", b"two words"])
def test_a_file_without_a_key(command, told, key_file, content):
    key_file.write_bytes(content)
    ended = command("send", "sms", "--to", TO, "Hi", "--api-key-file", key_file)
    assert (ended.status, told.sent) == (2, [])
    assert "two words" not in ended.err


def test_a_file_that_is_not_there_and_two_sources(command, tmp_path):
    missing = ["--api-key-file", tmp_path / "no"]
    assert "cannot read the API key" in command("send", "sms", "--to", TO, "Hi", *missing).err
    both = command("send", "sms", "--to", TO, "Hi", *missing, "--api-key-keyring")
    assert (both.status, "not both" in both.err) == (2, True)


def test_no_key_and_no_subaccount(command, monkeypatch):
    monkeypatch.delenv("EIGHTBYEIGHT_API_KEY")
    ended = command("send", "sms", "--to", TO, "Hi")
    assert (ended.status, "missing: api_key (EIGHTBYEIGHT_API_KEY" in ended.err) == (2, True)
    monkeypatch.delenv("EIGHTBYEIGHT_SUBACCOUNT_ID")
    ended = command("send", "sms", "--to", TO, "Hi")
    assert (ended.status, "--subaccount NAME" in ended.err) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--api-key", KEY, "send", "sms", "--to", TO, "Hi"],
        ["send", "--api-key", KEY, "sms", "--to", TO, "Hi"],
        ["send", "sms", "--to", TO, "Hi", "--api-key", KEY],
        ["send", "sms", "--to", TO, "Hi", f"--api-key={KEY}"],
        ["survey", "send", "x.csv", "--api-key", KEY],
        ["status", "umid", "--api-key", KEY],
        ["doctor", "--api-key", KEY],
    ],
)
def test_a_key_on_the_command_line_is_refused_with_the_reason(command, told, arguments):
    ended = command(*arguments)
    assert (ended.status, told.sent) == (2, [])
    assert "stays in the shell's history" in ended.err
    assert KEY not in ended.err + ended.out


@pytest.mark.parametrize("arguments", [["send", "sms", "--help"], ["send", "--help"], ["--help"]])
def test_help_offers_no_such_option(command, arguments):
    assert "--api-key " not in command(*arguments).out
