"""A certificate for the mock that stands for all of the vendor's hosts, and the CA that vouches for it.

The CA's key is never written down: whoever trusts the CA trusts this one certificate and no other.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eightbyeight.mock.document import Document

_CA_FILE, _SERVER_FILE = "eightbyeight-mock-ca.pem", "eightbyeight-mock-server.pem"
_LOCAL = ("localhost", "127.0.0.1", "::1")


class TlsError(RuntimeError):
    """There can be no certificate: a package is missing, or files are in the way."""


class Certificate(NamedTuple):
    """Where the files are.

    Attributes:
        ca_file: What clients are to trust.
        server_file: The server's key and certificate, for nobody's eyes but the server's.
    """

    ca_file: Path
    server_file: Path


def hosts_of(document: Document) -> list[str]:
    """The names that the certificate must hold: the vendor's hosts, and this machine."""
    urls = [url for regions in document.servers.values() for url in regions.values()]
    names = [name for url in urls if (name := urlsplit(url).hostname) is not None]
    return [*dict.fromkeys(names), *_LOCAL]


def certificate_in(folder: Path, hosts: Iterable[str]) -> Certificate:
    """The certificate in a folder; made there if there is none that fits.

    Args:
        folder: Where both files are kept; it is made if it is missing.
        hosts: The names that the certificate must hold.

    Raises:
        TlsError: A package is missing, or the folder cannot be used.
    """
    try:
        import trustme
    except ImportError:
        raise TlsError('TLS needs one more package: install "eightbyeight[mock]"') from None
    wanted = list(hosts)
    made = Certificate(folder / _CA_FILE, folder / _SERVER_FILE)
    try:
        if _fits(made, wanted):
            return made
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority = trustme.CA(organization_name="eightbyeight mock")
        issued = authority.issue_cert(*wanted)
        blobs = [issued.private_key_pem, *issued.cert_chain_pems]
        _write(made.server_file, b"".join(blob.bytes() for blob in blobs), mode=0o600)
        _write(made.ca_file, authority.cert_pem.bytes(), mode=0o644)
    except OSError as error:
        raise TlsError(f"cannot keep a certificate in {folder}: {error.strerror}") from None
    return made


def _write(file: Path, content: bytes, mode: int) -> None:
    # Made anew and not opened: an old file's mode and owner may let others read it.
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)


def _fits(certificate: Certificate, hosts: list[str]) -> bool:
    """Whether the files are there, belong together, hold all names and are valid for a day more."""
    if not (certificate.ca_file.is_file() and certificate.server_file.is_file()):
        return False
    try:
        return _holds(certificate, hosts)
    except (ssl.SSLError, TypeError, ValueError):
        return False


def _holds(certificate: Certificate, hosts: list[str]) -> bool:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    # Refuses a key that is not the certificate's.
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate.server_file)
    own = x509.load_pem_x509_certificates(certificate.server_file.read_bytes())[0]
    authority = x509.load_pem_x509_certificate(certificate.ca_file.read_bytes())
    try:
        own.verify_directly_issued_by(authority)
    except InvalidSignature:
        return False
    names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    held = {str(name.value) for name in names}
    end = min(own.not_valid_after_utc, authority.not_valid_after_utc)
    return held.issuperset(hosts) and end > datetime.now(UTC) + timedelta(days=1)
