"""Single text messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...requests.sms import send_sms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ...async_client import AsyncClient
    from ...requests.rows import AsyncSmsRows
    from ...results import AcceptedSms
    from ...results.many import Progress, RowOutcome, SendReport


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

    async def send_many(
        self,
        rows: AsyncSmsRows,
        *,
        text: str | None = None,
        country: str | None = None,
        source: str | None = None,
        encoding: str | None = None,
        scheduled: datetime | None = None,
        expiry: datetime | None = None,
        dlr_callback_url: str | None = None,
        client_ip: str | None = None,
        track: bool | None = None,
        extra: Mapping[str, Any] | None = None,
        run: str | None = None,
        concurrency: int = 10,
        on_outcome: Callable[[RowOutcome], object] | None = None,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> SendReport:
        """Send any number of SMS, and return when it is known of each what became of it.

        One that fails does not keep the others from being sent.

        Args:
            rows: Numbers, pairs (to, text), or mappings with the arguments of ``send``, such as those of
                csv.DictReader. They are read as they are needed, so there may be millions.
            text: For all rows without a text of their own; so are the arguments that follow. In a row, None and
                empty strings count as not given (but an empty text is a mistake).
            country: See ``send``.
            source: See ``send``.
            encoding: See ``send``.
            scheduled: See ``send``.
            expiry: See ``send``.
            dlr_callback_url: See ``send``.
            client_ip: See ``send``.
            track: See ``send``.
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

        See https://developer.8x8.com/connect/reference/send-sms-single
        """
        from ...requests.rows import sms_requests
        from ...sending.singles import Singles
        from .runs import send_all

        requests = sms_requests(
            self._client.subaccount_id,
            text=text,
            country=country,
            source=source,
            encoding=encoding,
            scheduled=scheduled,
            expiry=expiry,
            dlr_callback_url=dlr_callback_url,
            client_ip=client_ip,
            track=track,
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
