"""slack_sdk: the URL and the TLS settings are options."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

from slack_sdk import WebClient

if TYPE_CHECKING:
    from collections.abc import Callable


def sender(url: str) -> Callable[[], object]:
    """Return what sends one message."""
    context = ssl.create_default_context(cafile=os.environ["PEERS_CA"])
    client = WebClient(token="token", base_url=f"{url}/api/", ssl=context)  # noqa: S106 - it opens nothing
    return lambda: client.chat_postMessage(channel="C1", text="Hello")
