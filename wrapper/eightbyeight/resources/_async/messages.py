"""Messages over messaging apps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...requests.messages import get_message_details, send_message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ...async_client import AsyncClient
    from ...content.base import Content
    from ...content.content_dict import ContentDict
    from ...content.wire import Piece
    from ...fallback import Fallback
    from ...recipients import To
    from ...requests.rows import AsyncMessageRows
    from ...results import AcceptedMessage, MessageDetails
    from ...results.many import Progress, RowOutcome, SendReport
    from ...webhooks.known_status import Goal, KnownStatus
    from ...webhooks.status_book import StatusBook


class AsyncMessages:
    """Send over WhatsApp, RCS, Viber, LINE and others, and look up what became of it."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def send(
        self,
        to: To,
        content: str | Content | ContentDict | Piece,
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
            content: A text, one of the contents in ``eightbyeight.content`` such as Image or Template, or
                ``{"type": ..., "content": {...}}``.
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
        return await self._client.perform(
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

    async def send_many(
        self,
        rows: AsyncMessageRows,
        *,
        content: str | Content | ContentDict | Piece | None = None,
        country: str | None = None,
        fallback: Fallback | list[Mapping[str, Any]] | None = None,
        scheduled: datetime | None = None,
        expiry: datetime | None = None,
        dlr_callback_url: str | None = None,
        reply_to: str | None = None,
        extra: Mapping[str, Any] | None = None,
        run: str | None = None,
        concurrency: int = 10,
        on_outcome: Callable[[RowOutcome], object] | None = None,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> SendReport:
        """Send any number of messages, and return when it is known of each what became of it.

        One that fails does not keep the others from being sent.

        Args:
            rows: Numbers or Recipients, pairs (to, content), or mappings with the arguments of ``send``. They are
                read as they are needed, so there may be millions.
            content: For all rows without one of their own; so are the arguments that follow. In a row, None and
                empty strings count as not given (but an empty content is a mistake).
            country: See ``send``.
            fallback: See ``send``.
            scheduled: See ``send``.
            expiry: See ``send``.
            dlr_callback_url: See ``send``.
            reply_to: See ``send``.
            extra: See ``send``.
            run: Name of the run in the client's journal. Given again with the same rows, after a crash say, it goes
                on where it stopped. Without a name each call is a run of its own.
            concurrency: How many requests may be under way at once.
            on_outcome: Takes the outcome of each row, in their order; the report keeps none then, so that memory
                stays the same however many rows there are.
            on_progress: Takes the counts after each request.

        Returns:
            The counts, and the outcome of each row: sent or not, its umid, the reason. A row that breaks a rule,
            or has the ``client_message_id`` of another of the last 100,000, is not sent and told as INVALID.

        Raises:
            InvalidInput: An argument is wrong; nothing was sent.
            SendStopped: The run has ended early: the API refuses the account, 100 requests one after another did
                not get through, or the rows or a callback raised. Its ``report`` tells how far it came.

        See https://developer.8x8.com/connect/reference/send-message
        """
        from ...requests.rows import message_requests
        from ...sending.singles import Singles
        from .runs import send_all

        requests = message_requests(
            self._client.subaccount_id,
            content=content,
            country=country,
            fallback=fallback,
            scheduled=scheduled,
            expiry=expiry,
            dlr_callback_url=dlr_callback_url,
            reply_to=reply_to,
            extra=extra,
        )
        return await send_all(
            self._client,
            rows,
            lambda references: Singles(requests, references),
            run=run,
            longest_reference=50,
            concurrency=concurrency,
            on_outcome=on_outcome,
            on_progress=on_progress,
        )

    async def get(self, umid: str) -> MessageDetails:
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
        return await self._client.perform(get_message_details(self._client.subaccount_id, umid))

    async def wait(
        self,
        umid: str,
        *,
        until: Goal = "delivered",
        timeout: float = 120.0,
        receipts: StatusBook | None = None,
        channels: int = 1,
    ) -> KnownStatus:
        """Wait until a message has arrived, or has come as far as ``until``.

        It looks the message up, less and less often, at the API's pace of one lookup a second for a sub-account.
        For more than a few messages at a time give it the book that your webhook's receipts go to: it then asks
        the API for nothing.

        Args:
            umid: The message's ID, exactly as the API returned it.
            until: ``accepted``, ``sent``, ``delivered`` or ``read``. LINE messages never come further than ``sent``.
            timeout: Seconds to wait at most.
            receipts: Where the receipts of messages are kept.
            channels: How many channels the message may be tried on. It has failed when it failed on so many: say
                2 for one with a fallback, or the first failure ends the wait.

        Returns:
            What is known of the message, which has reached ``until``.

        Raises:
            InvalidInput: An argument is wrong.
            MessageFailed: It will not arrive; ``status`` tells why.
            WaitTimeout: It is not known to have come so far in time; ``status`` tells how far it came.
            NotFound: The sub-account has no such message.
            ApiError: The API refuses the lookup for another reason.

        See https://developer.8x8.com/connect/reference/get-chatapps-message-details
        """
        from .waiting import wait_for

        return await wait_for(
            self._client,
            umid,
            until=until,
            timeout=timeout,
            receipts=receipts,
            channels=channels,
        )
