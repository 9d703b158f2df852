"""azure-communication-sms: the endpoint and the certificate are options."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

from azure.communication.sms import SmsClient
from azure.core.credentials import AzureKeyCredential

if TYPE_CHECKING:
    from collections.abc import Callable


def sender(url: str) -> Callable[[], object]:
    """Return what sends one SMS."""
    key = AzureKeyCredential(base64.b64encode(b"key").decode())
    client = SmsClient(url, key, connection_verify=os.environ["PEERS_CA"])
    return lambda: client.send(from_="+15005550006", to="+6591234567", message="Hello")
