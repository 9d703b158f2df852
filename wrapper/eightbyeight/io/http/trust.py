"""Which certificates are trusted: the same for every backend."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import ssl


class TrustStore(NamedTuple):
    """Where the certificates of the authorities are: a file, or a folder."""

    file: str | None
    folder: str | None


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
