"""Certificates that the environment names and that are not there are told when a client is made."""

from __future__ import annotations

import httpx
import pytest

from eightbyeight import AsyncClient, Client, ConfigurationError
from eightbyeight.io.http.backend import BACKENDS


@pytest.mark.parametrize(
    ("variable", "told"), [("SSL_CERT_FILE", "a file"), ("SSL_CERT_DIR", "a folder")]
)
@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_not_there_is_told(backend, variable, told, monkeypatch, tmp_path):
    monkeypatch.setenv(variable, str(tmp_path / "missing"))
    for kind, is_served in zip((Client, AsyncClient), BACKENDS[backend], strict=True):
        if is_served:
            with pytest.raises(ConfigurationError, match=f"{variable} names {told} that is not"):
                kind("k", "acme_hq", backend=backend)


def test_a_client_of_the_callers_has_certificates_of_its_own(monkeypatch, tmp_path):
    with httpx.Client() as theirs:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing"))
        assert Client("k", "acme_hq", http_client=theirs).subaccount_id == "acme_hq"
