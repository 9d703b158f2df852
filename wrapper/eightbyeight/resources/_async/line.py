"""LINE Official Notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...requests.line import send_line_notification

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...async_client import AsyncClient
    from ...content.wire import Piece
    from ...line_card import LineCard, Lines, SmsFallback
    from ...recipients import To
    from ...results import AcceptedMessage


class AsyncLine:
    """Send LINE Official Notifications, from a sub-account that is set up for them."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def notify(
        self,
        to: To,
        card: LineCard | Piece | None = None,
        *,
        title: str | None = None,
        company: str | None = None,
        icon: str | None = None,
        emphasis: tuple[str, str] | Piece | None = None,
        items: Lines = (),
        greeting: str | None = None,
        explanation: str | None = None,
        actions: Lines = (),
        country: str | None = None,
        sms_fallback: str | SmsFallback | Piece | None = None,
        client_message_id: str | None = None,
        dlr_callback_url: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> AcceptedMessage:
        """Send one notification to one phone number.

        Args:
            to: A number in E.164, a Recipient with a number, or the wire form of ``user``.
            card: A LineCard or its wire form, instead of the parts that follow.
            title: Headline.
            company: Name of the sender.
            icon: Name of a picture, such as ``calendarCheck``.
            emphasis: The line that stands out, as (label, value).
            items: Lines, as ``{label: value}``.
            greeting: A friendly line.
            explanation: Why the recipient gets this.
            actions: Buttons, as ``{label: url}``.
            country: Two letters, when ``to`` is a number in national format.
            sms_fallback: The SMS that goes out when LINE cannot take it: a text or an SmsFallback.
            client_message_id: Your reference, up to 50 characters; made up when left out.
            dlr_callback_url: Where receipts go, instead of the account's URL.
            extra: Fields that are merged into the body unchecked.

        Raises:
            InvalidInput: A rule is broken; nothing was sent.
            NotSent: It was provably not executed.
            Rejected: The API refused it.
            OutcomeUnknown: It may have been executed.

        See https://developer.8x8.com/connect/reference/send-lon-message
        """
        return await self._client.perform(
            send_line_notification(
                self._client.subaccount_id,
                to,
                card,
                title=title,
                company=company,
                icon=icon,
                emphasis=emphasis,
                items=items,
                greeting=greeting,
                explanation=explanation,
                actions=actions,
                country=country,
                sms_fallback=sms_fallback,
                client_message_id=client_message_id,
                dlr_callback_url=dlr_callback_url,
                extra=extra,
            )
        )
