# Derived by scripts/regenerate from ../_async/messages.py. Do not edit: change that file instead.
"""Messages over messaging apps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...requests.messages import get_message_details, send_message

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ...client import Client
    from ...content.base import Content
    from ...content.wire import Piece
    from ...fallback import Fallback
    from ...recipients import To
    from ...results import AcceptedMessage, MessageDetails


class Messages:
    """Send over WhatsApp, RCS, Viber, LINE and others, and look up what became of it."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def send(
        self,
        to: To,
        content: str | Content | Piece,
        *,
        country: str | None = None,
        fallback: Fallback | list[Mapping[str, Any]] | None = None,
        client_message_id: str | None = None,
        scheduled: datetime | None = None,
        expiry: datetime | None = None,
        dlr_callback_url: str | None = None,
        reply_to: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> AcceptedMessage:
        """Send one message to one recipient.

        Args:
            to: A number in E.164, a Recipient, or the wire form of ``user``.
            content: A text, a content such as Image or Template, or ``{"type": ..., "content": {...}}``.
            country: Two letters, when ``to`` is a number in national format.
            fallback: The channels to try, instead of the sub-account's own chain.
            client_message_id: Your reference, up to 50 characters; made up when left out.
            scheduled: When to send, with a UTC offset; at most seven days ahead.
            expiry: When to give up, with a UTC offset.
            dlr_callback_url: Where receipts go, instead of the account's URL.
            reply_to: umid of the message that this one answers (WhatsApp, up to seven days back).
            extra: Fields that are merged into the body unchecked.

        Returns:
            The accepted message with its ``umid``.

        Raises:
            InvalidInput: A rule is broken; nothing was sent.
            NotSent: It was provably not executed (no connection, or the rate limit).
            Rejected: The API refused it.
            OutcomeUnknown: It may have been executed.

        See https://developer.8x8.com/connect/reference/send-message
        """
        return self._client.perform(
            send_message(
                self._client.subaccount_id,
                to,
                content,
                country=country,
                fallback=fallback,
                client_message_id=client_message_id,
                scheduled=scheduled,
                expiry=expiry,
                dlr_callback_url=dlr_callback_url,
                reply_to=reply_to,
                extra=extra,
            )
        )

    def get(self, umid: str) -> MessageDetails:
        """Look up a message, one record for each channel that was tried.

        The API allows one lookup a second for a sub-account; when it refuses one for that reason, the client
        waits as long as it is told and asks again, within the call's deadline.

        Args:
            umid: The message's ID, exactly as the API returned it.

        Raises:
            InvalidInput: ``umid`` cannot be one.
            NotFound: The sub-account has no such message.
            RateLimited: The quota is used up beyond the deadline.
            TransportError, ServerError: No usable answer arrived, after all attempts.

        See https://developer.8x8.com/connect/reference/get-chatapps-message-details
        """
        return self._client.perform(get_message_details(self._client.subaccount_id, umid))
