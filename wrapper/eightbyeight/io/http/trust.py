"""Which certificates are trusted: the same for every backend."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, NamedTuple

from ...errors import ConfigurationError

if TYPE_CHECKING:
    import ssl


class TrustStore(NamedTuple):
    """Where the certificates of the authorities are: a file, or a folder."""

    file: str | None
    folder: str | None


def check_trust_store() -> None:
    """Raise ConfigurationError when SSL_CERT_FILE or SSL_CERT_DIR names what is not there."""
    for variable, is_there in (("SSL_CERT_FILE", os.path.isfile), ("SSL_CERT_DIR", os.path.isdir)):
        place = os.environ.get(variable)
        if place and not is_there(place):
            what = "file" if variable.endswith("FILE") else "folder"
            raise ConfigurationError(f"{variable} names a {what} that is not there: {place}")


def trust_store() -> TrustStore:
    """Return what SSL_CERT_FILE or SSL_CERT_DIR names, or else Mozilla's list, as httpx does."""
    if file := os.environ.get("SSL_CERT_FILE"):
        return TrustStore(file, None)
    if folder := os.environ.get("SSL_CERT_DIR"):
        return TrustStore(None, folder)
    import certifi

    return TrustStore(certifi.where(), None)


@functools.cache
def shared_ssl_context() -> ssl.SSLContext:
    """The TLS settings of all clients that bring none: loading the trust store once saves most of a client's cost."""
    import ssl  # a program that talks to a mock needs none

    store = trust_store()
    return ssl.create_default_context(cafile=store.file, capath=store.folder)
