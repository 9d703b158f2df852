"""Settings: arguments before the environment, everything missing at once, no key shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eightbyeight import AsyncClient, Client, ConfigurationError, Region, Timeouts
from eightbyeight.configuration import configure
from eightbyeight_tools.yaml_source import load_document

ENV = {
    "EIGHTBYEIGHT_API_KEY": "env-key",
    "EIGHTBYEIGHT_SUBACCOUNT_ID": "env_sub",
    "EIGHTBYEIGHT_REGION": "eu",
    "EIGHTBYEIGHT_BASE_URL": "http://127.0.0.1:8808",
}
SPEC = Path(__file__).parents[2] / "spec"


def test_environment_alone():
    settings = configure(environment=ENV)

    assert settings.api_key == "env-key"
    assert settings.subaccount_id == "env_sub"
    assert settings.region is Region.EU
    assert dict(settings.hosts) == {
        "chatapps": "http://127.0.0.1:8808/chatapps",
        "sms": "http://127.0.0.1:8808/sms",
    }


def test_arguments_come_first():
    settings = configure(
        api_key="key",
        subaccount_id="sub",
        region="id",
        base_url="https://mock.example.com",
        environment=ENV,
    )

    assert (settings.api_key, settings.subaccount_id, settings.region) == ("key", "sub", Region.ID)
    assert settings.hosts["sms"] == "https://mock.example.com/sms"


@pytest.mark.parametrize("make", [Client, Client.from_env, AsyncClient, AsyncClient.from_env])
def test_clients_read_the_environment(monkeypatch, make):
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    client = make()

    assert (client.subaccount_id, client.region) == ("env_sub", "eu")


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["api_key", "subaccount_id"]),
        ({"api_key": "k"}, ["subaccount_id"]),
        ({"subaccount_id": "acme_hq"}, ["api_key"]),
    ],
)
def test_what_is_missing_is_named_all_at_once(given, missing):
    for environment in ({}, {"EIGHTBYEIGHT_API_KEY": "", "EIGHTBYEIGHT_SUBACCOUNT_ID": ""}):
        with pytest.raises(ConfigurationError) as caught:
            configure(**given, environment=environment)
        assert str(caught.value) == "missing: " + ", ".join(
            f"{name} (argument, or EIGHTBYEIGHT_{name.upper()} in the environment)"
            for name in missing
        )


def test_from_env_names_what_is_missing():
    with pytest.raises(ConfigurationError, match="missing: api_key .*, subaccount_id "):
        Client.from_env()


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("apac", Region.APAC),
        ("NA", Region.NA),
        (" eu ", Region.EU),
        ("id", Region.ID),
        ("us", Region.NA),
        ("SG", Region.APAC),
        ("uk", Region.EU),
        (Region.ID, Region.ID),
        (None, Region.APAC),
    ],
)
def test_regions(name, region):
    settings = configure(api_key="k", subaccount_id="acme_hq", region=name, environment={})

    assert settings.region is region
    assert settings.hosts["sms"] == region.host("sms")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("apca", "'apac'"), ("europ", "'europe'"), ("singapor", "'singapore'"), ("mars", None)],
)
def test_unknown_region(name, hint):
    with pytest.raises(ConfigurationError) as caught:
        Client("k", "acme_hq", name)
    message = f"region {name!r} is not known: use one of apac, na, eu, id"

    assert str(caught.value) == (f"{message}; did you mean {hint}?" if hint else message)


def test_hosts_are_those_of_the_specification():
    for product in ("chatapps", "sms"):
        document = load_document(SPEC / f"{product}.yaml")
        servers = {server["x-region"]: server["url"] for server in document["servers"]}
        assert {region.value: region.host(product) for region in Region} == servers


@pytest.mark.parametrize(
    ("base_url", "hosts"),
    [
        ("http://127.0.0.1:8808/", ("http://127.0.0.1:8808/chatapps", "http://127.0.0.1:8808/sms")),
        (
            "https://x.example.com/8x8//",
            ("https://x.example.com/8x8/chatapps", "https://x.example.com/8x8/sms"),
        ),
        ("http://[::1]:8808", ("http://[::1]:8808/chatapps", "http://[::1]:8808/sms")),
        ({"sms": "http://sms.test/"}, ("https://chatapps.8x8.com", "http://sms.test")),
        (
            {"sms": "http://sms.test", "chatapps": "http://chat.test/a"},
            ("http://chat.test/a", "http://sms.test"),
        ),
        (None, ("https://chatapps.8x8.com", "https://sms.8x8.com")),
    ],
)
def test_base_urls(base_url, hosts):
    settings = configure(api_key="k", subaccount_id="acme_hq", base_url=base_url, environment={})

    assert (settings.hosts["chatapps"], settings.hosts["sms"]) == hosts


@pytest.mark.parametrize(
    "base_url",
    [
        "127.0.0.1:8808",
        "//x.example.com",
        "ftp://x.example.com",
        "http://",
        "http://user:secret@x.example.com",
        "http://x.example.com?secret=1",
        "http://x.example.com#secret",
        "http://[::1",
        {"voice": "http://x.example.com"},
        {"sms": "secret"},
        {"sms": None},
    ],
)
def test_unusable_base_urls(base_url):
    with pytest.raises(ConfigurationError) as caught:
        Client("k", "acme_hq", base_url=base_url)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8808\n", " http://127.0.0.1:8808 "])
def test_blanks_around_a_url_from_the_environment(url):
    # As `export X=$(cat file)` and .env files leave them; or refuse it, but at once.
    environment = ENV | {"EIGHTBYEIGHT_BASE_URL": url}
    try:
        hosts = configure(environment=environment).hosts
    except ConfigurationError:
        return
    assert hosts["sms"] == "http://127.0.0.1:8808/sms"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "  ",
        "two words",
        "line\nbreak",
        "abc123\r\n",
        "schlüssel",
        "tab\t",
        "\x00",
        b"bytes-key",
        5,
    ],
)
@pytest.mark.parametrize("make", [Client, AsyncClient])
def test_unusable_keys_are_refused_without_being_shown(make, key):
    with pytest.raises(ConfigurationError) as caught:
        make(key, "acme_hq")

    assert "API key" in str(caught.value)
    if str(key).strip():
        assert str(key).strip() not in str(caught.value)


@pytest.mark.parametrize("delivery", ["twice", "", None, True])
def test_unknown_delivery(delivery):
    with pytest.raises(ConfigurationError, match="delivery must be at_most_once or at_least_once"):
        Client("k", "acme_hq", delivery=delivery)


@pytest.mark.parametrize("max_attempts", [0, -1])
def test_at_least_one_attempt(max_attempts):
    with pytest.raises(ConfigurationError, match="max_attempts must be at least 1"):
        Client("k", "acme_hq", max_attempts=max_attempts)


@pytest.mark.parametrize(
    "options",
    [{"timeouts": 5}, {"timeouts": Timeouts(read=None)}, {"timeouts": Timeouts(deadline=-1)}],
)
def test_settings_that_could_only_fail_later(options):
    with pytest.raises(ConfigurationError):
        Client("k", "acme_hq", **options)


def test_configuration_shows_no_key():
    settings = configure(api_key="s3cret-key", subaccount_id="acme_hq", environment={})

    assert "s3cret" not in repr(settings)
    assert re.search(r"subaccount_id='acme_hq'", repr(settings))
