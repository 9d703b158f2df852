"""What goes on after a request: messages come further, webhooks go out, users answer.

Time here is the mock's clock. In a mock that nobody serves only `advance` lets things happen, in order.
While it is served a thread does so as time passes, but for messages of which nobody outside is told:
they are brought up to date when somebody looks.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from eightbyeight.mock import commands, inbound, link_clicks, receivers, survey_answers
from eightbyeight.mock.agenda import Agenda
from eightbyeight.mock.changes import Changes
from eightbyeight.mock.deliveries import Attempt, Deliveries, Delivery
from eightbyeight.mock.magic import fate_of
from eightbyeight.mock.receipts import Terms, receipt
from eightbyeight.mock.settings import TIMING
from eightbyeight.mock.timeline import Event, timeline_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from eightbyeight.mock.clock import Clock
    from eightbyeight.mock.identifiers import Identifiers
    from eightbyeight.mock.lifecycle import Change
    from eightbyeight.mock.posting import Postman
    from eightbyeight.mock.settings import Settings
    from eightbyeight.mock.store import Message, Store

_log = logging.getLogger("eightbyeight.mock")

# The clock ends where the sum of all delays is still a date.
_LAST = datetime(9000, 1, 1, tzinfo=UTC)

_MANY = 100  # changes at once are one piece of news

# Before these change, all messages must be up to date.
_DECISIVE = TIMING | {"callback_url"}


class Life:
    """The part of a mock that has a clock.

    Attributes:
        clock: Its time, which can be advanced.
        deliveries: The webhooks, sent and to be sent.
        changes: The feed of what has changed.
        is_served: Whether a server runs, with a thread that makes happen what is due.
        postman: Posts webhooks over HTTP; None keeps them in this process.
    """

    def __init__(
        self, clock: Clock, settings: Settings, store: Store, identifiers: Identifiers
    ) -> None:
        self.clock = clock
        self.settings = settings
        self.store = store
        self.identifiers = identifiers
        self.deliveries = Deliveries()
        self.changes = Changes()
        self.is_served = False
        self.postman: Postman | None = None
        self._receiver: receivers.Receiver | None = None
        self._agenda = Agenda(settings, store, self._changed, self._awaits)

    @property
    def receipts(self) -> list[Delivery]:
        """The log of webhooks, the oldest first."""
        return self.deliveries.snapshot()

    def connect_receiver(self, receiver: receivers.Receiver | receivers.Application | None) -> None:
        """Hand webhooks to a receiver in this process instead of posting them.

        Args:
            receiver: A function that takes address, headers and body and returns a status, or an
                ASGI application; None disconnects it. Whatever it raises counts as no connection.
        """
        self.catch_up()
        self._receiver = None if receiver is None else receivers.receiver_of(receiver)

    def advance(self, seconds: float) -> None:
        """Let time pass: everything that is due happens, in order of time.

        Raises:
            ValueError: The number of seconds is negative or none at all, or too many.
        """
        if not 0 <= seconds <= commands.MOST_SECONDS:
            raise ValueError(f"seconds must be a number from 0 to {commands.MOST_SECONDS}")
        left = (_LAST - self.clock.now()).total_seconds()
        if seconds > left:
            raise ValueError(
                f"the clock ends in the year {_LAST.year}; reset the mock to start anew"
            )
        target = self.clock.now() + timedelta(seconds=seconds)
        # A server's own thread takes the webhooks: what they set off must not hold up a request.
        while (due := self._next_due(target, webhooks=not self.is_served)) is not None:
            self._move_clock(due)
            self._run_next(due)
        self._move_clock(target)

    def run_due(self) -> None:
        """Make everything happen that is due by now."""
        now = self.clock.now()
        while (due := self._next_due(now)) is not None:
            self._run_next(due)

    def catch_up(self) -> None:
        """While served: bring messages up to date, those too of which nobody was told."""
        if self.is_served:
            self._agenda.wake()
            self._agenda.run(self.clock.now())

    def wait_for_webhooks(self, seconds: float = 5.0) -> bool:
        """While served: wait until nothing is under way or due; False when that takes too long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._next_due(self.clock.now()) is None and not self.deliveries.trying:
                return True
            time.sleep(0.005)
        return False

    def keep(self, messages: list[Message]) -> None:
        """Take over messages that were just sent."""
        for message in messages:
            message.fate = fate_of(message.number) if message.number else None
        self.store.add(messages)
        self._agenda.add(messages)
        if len(messages) == 1:
            self.changes.add("message", messages[0].umid)
        else:
            self.changes.add("batch", messages[0].batch_id)

    def settle(self, message: Message, now: datetime) -> None:
        """Bring a message to where it is at a time."""
        self._agenda.settle(message, now)

    def message(self, umid: str) -> Message:
        """A message as it is now.

        Raises:
            NoSuchMessage: There is none of that id.
        """
        message = self.store.get(umid)
        if message is None:
            raise commands.NoSuchMessage(umid)
        self.settle(message, self.clock.now())
        return message

    def timeline(self, umid: str) -> list[Event]:
        """What has happened to a message so far, in order of time.

        Raises:
            NoSuchMessage: There is none of that id.
        """
        return timeline_of(self.message(umid))

    def dispatch(self, umid: str) -> Message:
        """Let a message be sent, now; see `deliver`."""
        return self._move(umid, commands.dispatch)

    def deliver(self, umid: str) -> Message:
        """Let a message be delivered, now, on the channel where it is.

        Raises:
            NoSuchMessage: There is none of that id.
            NotPossible: It is too late for that, or the channel reports no such thing.
        """
        return self._move(umid, commands.deliver)

    def read(self, umid: str) -> Message:
        """Let a message be read, now; see `deliver`."""
        return self._move(umid, commands.read)

    def fail(
        self,
        umid: str,
        code: int | None = None,
        message: str | None = None,
        state: str = "undelivered",
    ) -> Message:
        """Let a message fail, now, on the channel where it is; the next one of its chain follows.

        Args:
            umid: Which message.
            code: The delivery error's code; by default the subscriber is not reachable.
            message: The error in words; by default the code's own.
            state: `undelivered`, `failed` or `rejected`.

        Raises:
            NoSuchMessage: There is none of that id.
            NotPossible: It is too late for that, or there is no such state.
        """
        return self._move(umid, partial(commands.fail, code=code, words=message, state=state))

    def reply(self, umid: str, text: str, *, quote: bool = False) -> Delivery:
        """Let the user answer a message with a text.

        Args:
            umid: Which message.
            text: The answer.
            quote: Whether it quotes the message.

        Raises:
            NoSuchMessage: There is none of that id.
            NotPossible: The message has not arrived, or its channel takes no answers.
        """
        message = self.message(umid)
        commands.check_text(message, text)
        return self._answered(message, "Text", {"text": text}, quotes=quote)

    def reply_button(self, umid: str, button: str) -> Delivery:
        """Let the user press a button or pick a row of a message, by its id (or payload) or title.

        Raises:
            NoSuchMessage: There is none of that id.
            NotPossible: The message has no such button, or has not arrived.
        """
        message = self.message(umid)
        offer = commands.pressed(message, button)
        return self._answered(message, offer.type, offer.content, quotes=True)

    def click(self, umid: str, url: str | None = None) -> Delivery:
        """Let the user follow a link of an SMS.

        Args:
            umid: Which message.
            url: The link as it stands in the text, or shortened; by default the first.

        Raises:
            NoSuchMessage: There is none of that id.
            NotPossible: The message has no such link, is no SMS, or has not arrived.
        """
        message = self.message(umid)
        content = link_clicks.content_of(commands.followed(message, url))
        answer = self._answer(link_clicks.CLICK, content)
        return self._tell("click", message, answer, partial(link_clicks.webhook, message, answer))

    def answer_survey(self, umid: str, answers: survey_answers.Given) -> Delivery:
        """Let the user answer the survey to which a message invites.

        Args:
            umid: Which message.
            answers: By question; or a list of `{"question": ..., "answer": ...}`, with `questionId`
                and `answerId` if they matter.

        Raises:
            NoSuchMessage: There is none of that id.
            NotPossible: The message is no survey, has not arrived, or was sent 48 hours ago.
            ValueError: The answers cannot be read.
        """
        message = self.message(umid)
        commands.check_survey(message, self.clock.now())
        answer = self._answer(survey_answers.SURVEY, {"answers": survey_answers.read(answers)})
        make = partial(survey_answers.webhook, message, answer)
        return self._tell("survey", message, answer, make)

    def retry_delivery(self, number: int) -> Delivery:
        """Try a webhook once more, now, even if it was delivered.

        Raises:
            NoSuchMessage: The log has none of that number.
        """
        delivery = self.deliveries.get(number)
        if delivery is None:
            raise commands.NoSuchMessage(str(number))
        self.deliveries.retry(delivery, self.clock.now())
        self._go_on()
        return delivery

    def forget(self) -> None:
        """Forget what is to come and what was sent out."""
        self._agenda.clear()
        self.deliveries.clear()
        self.changes.add("reset", None)

    def change_settings(self, changes: Mapping[str, Any]) -> None:
        """Change settings, all or none; what is past stays as it was.

        Raises:
            SettingsError: A name is unknown or a value is not fit for it; nothing has changed.
        """
        now = self.clock.now()
        if not _DECISIVE.isdisjoint(changes):
            self._agenda.wake()
        self._agenda.run(now)
        self.settings.update(changes)
        if not TIMING.isdisjoint(changes):
            self._agenda.renew(now)

    def _move(self, umid: str, command: commands.Command) -> Message:
        message, now = self.message(umid), self.clock.now()
        self._agenda.move(message, lambda: command(message, now))
        self.settle(message, now)
        self._go_on()
        return message

    def _answered(
        self, message: Message, kind: str, content: Mapping[str, Any], *, quotes: bool
    ) -> Delivery:
        answer = self._answer(kind, content, quotes=quotes)
        make = partial(inbound.webhook, message, answer, Terms.of(self.settings))
        return self._tell("inbound", message, answer, make)

    def _answer(
        self, kind: str, content: Mapping[str, Any], *, quotes: bool = False
    ) -> inbound.Answer:
        return inbound.Answer(self.identifiers.guid(), self.clock.now(), kind, content, quotes)

    def _tell(
        self,
        kind: str,
        message: Message,
        answer: inbound.Answer,
        make: Callable[[], dict[str, Any]],
    ) -> Delivery:
        message.answers += (answer,)
        self.changes.add("state", message.umid)
        url = self.settings.inbound_url or self._own_url()
        delivery = self.deliveries.add(kind, message.umid, url, make, answer.at)
        self._go_on()
        return delivery

    def _go_on(self) -> None:
        """Let the webhooks of what a test has done go out at once."""
        if not self.is_served:
            self.run_due()

    def _changed(self, messages: list[Message], change: Change) -> None:
        if len(messages) > _MANY:
            self.changes.add("batch", messages[0].batch_id)
        else:
            for message in messages:
                self.changes.add("state", message.umid)
        if change.step.before is None:
            return  # the start on a channel is no news to anybody outside
        default, terms = self._usual_url(), None
        for message in messages:
            if (url := message.callback_url or default) is not None:
                terms = terms or Terms.of(self.settings)
                make = partial(receipt, message, change.step, terms)
                self.deliveries.add("receipt", message.umid, url, make, change.at)

    def _awaits(self, messages: Iterable[Message] = ()) -> bool:
        """Whether anybody outside is told when messages come further: any, or one of these."""
        # Where nothing happens by itself, `advance` makes it happen, in order.
        is_any = not self.is_served or self.changes.followers or self._usual_url() is not None
        return bool(is_any) or any(message.callback_url for message in messages)

    def _usual_url(self) -> str | None:
        return self.settings.callback_url or self._own_url()

    def _own_url(self) -> str | None:
        return None if self._receiver is None else receivers.URL

    def _next_due(self, until: datetime, *, webhooks: bool = True) -> datetime | None:
        if self._awaits():
            self._agenda.wake()
        due = self._agenda.next_due()
        if webhooks and (self.postman is None or not self.postman.is_busy):
            posted = self.deliveries.next_due()
            if posted is not None and (due is None or posted < due):
                due = posted
        return due if due is not None and due <= until else None

    def _run_next(self, due: datetime) -> None:
        if not self._agenda.run_next(due):
            delivery = self.deliveries.take(due)
            if delivery is not None:
                self._hand_over(delivery)

    def _hand_over(self, delivery: Delivery) -> None:
        if delivery.url is None or (self._receiver is None and self.postman is None):
            self.deliveries.settle(delivery, None)
            return
        headers = {"Content-Type": "application/json"}
        if self.settings.callback_authorization is not None:
            headers["Authorization"] = self.settings.callback_authorization
        note = partial(self._note, delivery)
        if self._receiver is None and self.postman is not None:
            self.postman.post(delivery.url, headers, delivery.body, note)
            return
        try:
            note(self._receiver(delivery.url, headers, delivery.body()), None)  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001 - like a connection that broke
            _log.warning("the receiver of webhooks failed", exc_info=True)
            note(None, type(error).__name__)

    def _note(self, delivery: Delivery, status: int | None, error: str | None) -> None:
        self.deliveries.settle(delivery, Attempt(self.clock.now(), status, error))
        self.changes.add("webhook", delivery.umid)

    def _move_clock(self, target: datetime) -> None:
        left = (target - self.clock.now()).total_seconds()
        if left > 0:
            self.clock.advance(left)
