"""What `eightbyeight doctor` looks at. No check sends a message."""

from __future__ import annotations

import socket
import ssl
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

import httpx

from eightbyeight import Timeouts
from eightbyeight.errors import (
    EightByEightError,
    Forbidden,
    NotFound,
    RateLimited,
    TransportError,
    Unauthorized,
)
from eightbyeight.regions import Region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eightbyeight import Client

Verdict: TypeAlias = Literal["ok", "failed", "not checked"]

#: Seconds for a connection and for an answer. Somebody is waiting.
TIMEOUTS = Timeouts(connect=5, read=10, write=5, pool=5, deadline=12)
_LARGEST_SKEW = 30.0
# SMS answers 426 below it in some regions.
_WANTED_TLS = "TLSv1.3"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at and found. ``advice`` says what to do about a failure."""

    name: str
    verdict: Verdict
    found: str
    advice: str | None = None


def check_server(product: str, url: str) -> Iterator[Check]:
    """Check connection, TLS and clock with one request that needs no key."""
    reach, tls, clock = f"{product} connection", f"{product} TLS", f"{product} clock"
    host = urlsplit(url).netloc
    try:
        with httpx.Client(timeout=10.0) as client, client.stream("GET", url) as response:
            yield Check(reach, "ok", f"{host} answers")
            yield _tls(tls, response)
            yield _clock(clock, response.headers.get("date"))
    except (httpx.HTTPError, OSError, ValueError) as error:
        yield _unreachable(reach, tls, host, error)


def check_key(client: Client) -> Check:
    """Look up a message that does not exist: only a key that is good for the sub-account learns that."""
    name = "key and region"
    try:
        client.messages.get(str(uuid.uuid4()))
    except (NotFound, RateLimited):
        pass
    except Unauthorized as error:
        return Check(
            name,
            "failed",
            f"HTTP {error.status}: the key is not known in region {client.region}",
            "Compare the key with the one in 8x8 Connect, and the region with the one of the account.",
        )
    except Forbidden as error:
        return Check(
            name,
            "failed",
            f"HTTP {error.status}: the key may not use {client.subaccount_id} in region {client.region}"
            f" ({error.message or 'no reason is given'})",
            f"Check the sub-account's name; accounts live in one region of {', '.join(Region)}.",
        )
    except TransportError:
        return Check(name, "not checked", "no answer")
    except EightByEightError as error:
        return Check(name, "failed", str(error), "Try again; if it stays so, ask 8x8's support.")
    return Check(name, "ok", f"the key is good for {client.subaccount_id}")


def _tls(name: str, response: httpx.Response) -> Check:
    stream = response.extensions.get("network_stream")
    connection = stream.get_extra_info("ssl_object") if stream is not None else None
    if connection is None:
        plain = response.url.scheme == "http"
        return Check(name, "not checked", "plain http" if plain else "nothing is known of it")
    version = connection.version()
    if version == _WANTED_TLS:
        return Check(name, "ok", version)
    return Check(
        name,
        "failed",
        f"{version}; some of the API's hosts answer HTTP 426 to anything below {_WANTED_TLS}",
        f"This Python has {ssl.OPENSSL_VERSION}; a proxy between here and there may be older.",
    )


def _clock(name: str, date: str | None) -> Check:
    if date is None:
        return Check(name, "not checked", "the server does not tell the time")
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return Check(name, "not checked", "the server tells the time in an odd way")
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    skew = (now() - theirs).total_seconds()
    if abs(skew) <= _LARGEST_SKEW:
        return Check(name, "ok", f"within {_LARGEST_SKEW:.0f} seconds of the server's")
    return Check(
        name,
        "failed",
        f"this machine is {abs(skew):,.0f} seconds {'ahead of' if skew > 0 else 'behind'} the server",
        "Set the clock (NTP): scheduled messages would leave at the wrong time.",
    )


def _unreachable(reach: str, tls: str, host: str, error: Exception) -> Check:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        advice = "If a proxy stands between, SSL_CERT_FILE must name the file with its CA."
        return Check(tls, "failed", f"the certificate of {host} is not trusted", advice)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        advice = "Does the server speak https on this port?"
        return Check(tls, "failed", f"no agreement with {host} on TLS", advice)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        advice = "Check the network, the name, and HTTPS_PROXY if there is a proxy."
        return Check(reach, "failed", f"the name {host} is not found", advice)
    if any(isinstance(cause, httpx.TimeoutException) for cause in causes):
        advice = "A firewall may drop the packets; the port must be open to the outside."
        return Check(reach, "failed", f"{host} does not answer in time", advice)
    advice = "Is the server running, and does a firewall or a proxy stand between?"
    return Check(reach, "failed", f"no connection to {host} ({type(error).__name__})", advice)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)
