"""azure-communication-sms: the endpoint and the certificate are options."""

from __future__ import annotations

import base64
import os

from azure.communication.sms import SmsClient
from azure.core.credentials import AzureKeyCredential


def send(url: str, timeout: float | None) -> object:
    """Send one SMS."""
    options = {} if timeout is None else {"read_timeout": timeout}
    client = SmsClient(
        url,
        AzureKeyCredential(base64.b64encode(b"key").decode()),
        connection_verify=os.environ["PEERS_CA"],
        **options,
    )
    return client.send(from_="+15005550006", to="+6591234567", message="Hello")
