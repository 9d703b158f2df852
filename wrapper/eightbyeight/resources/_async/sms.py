"""Single text messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...requests.sms import send_sms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ...client import AsyncClient
    from ...results import AcceptedSms


class AsyncSms:
    """Send SMS."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def send(
        self,
        to: str,
        text: str,
        *,
        country: str | None = None,
        source: str | None = None,
        encoding: str | None = None,
        client_message_id: str | None = None,
        scheduled: datetime | None = None,
        expiry: datetime | None = None,
        dlr_callback_url: str | None = None,
        client_ip: str | None = None,
        track: bool | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> AcceptedSms:
        """Send one SMS.

        Args:
            to: A number in E.164, or national together with ``country``.
            text: The text. The API cuts off what goes beyond ten parts (1,530 GSM7 or 670 UCS2 characters).
            country: Two letters, when ``to`` is in national format.
            source: Sender ID, up to 16 characters.
            encoding: ``AUTO``, ``GSM7`` or ``UCS2``; the API takes AUTO when left out.
            client_message_id: Your reference, up to 350 characters; made up when left out.
            scheduled: When to send, with a UTC offset; at most seven days ahead.
            expiry: When to give up, with a UTC offset.
            dlr_callback_url: Where receipts go, instead of the account's URL.
            client_ip: Address of the end user, for 8x8's optional limit per client IP.
            track: Measure the conversion rate of this message, or expressly do not.
            extra: Fields that are merged into the body unchecked.

        Returns:
            The accepted SMS with its ``umid``.

        Raises:
            InvalidInput: A rule is broken; nothing was sent.
            NotSent: It was provably not executed.
            Rejected: The API refused it, with an error or with REJECTED in a successful answer.
            OutcomeUnknown: It may have been executed.

        See https://developer.8x8.com/connect/reference/send-sms-single
        """
        return await self._client.perform(
            send_sms(
                self._client.subaccount_id,
                to,
                text,
                country=country,
                source=source,
                encoding=encoding,
                client_message_id=client_message_id,
                scheduled=scheduled,
                expiry=expiry,
                dlr_callback_url=dlr_callback_url,
                client_ip=client_ip,
                track=track,
                extra=extra,
            )
        )
