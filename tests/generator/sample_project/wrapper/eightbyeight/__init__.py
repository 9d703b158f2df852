from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import AsyncClient, Client
    from .errors import NotSent, SendFailed
    from .recipients import Recipient, To
    from .results import Sent

__all__ = ["AsyncClient", "Client", "NotSent", "Recipient", "SendFailed", "Sent", "To"]
