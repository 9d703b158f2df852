"""The local 8x8 as tests use it."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from eightbyeight.async_client import AsyncClient
from eightbyeight.client import Client
from eightbyeight.mock.app import create_app
from eightbyeight.testing.sent import SentMessage

if TYPE_CHECKING:
    from eightbyeight.mock.chaos import Chaos
    from eightbyeight.mock.deliveries import Delivery
    from eightbyeight.mock.receivers import Application, Receiver
    from eightbyeight.mock.survey_answers import Given

KEY, SUBACCOUNT = "test-key", "acme_test"

_DAY = 86_400
_STEP = 1.0  # seconds of the mock's clock between two looks
_PAUSE = 0.01  # seconds of real time, likewise


class MockApi:
    """A local 8x8 for one test. Nothing is sent over a socket unless ``url`` is asked for.

    Its clock stands still but for a quarter of a second a request: ``advance`` makes time pass. ``app`` is the mock
    itself, for all that is not here.
    """

    def __init__(self, *, seed: int = 1, **switches: Any) -> None:
        switches.setdefault("rate_limit", False)
        self.app = create_app(seed=seed, **switches)
        self._open = ExitStack()
        self._url: str | None = None

    # --- to send with --------------------------------------------------------------------------------

    def client(self, **options: Any) -> Client:
        """Return a client that sends to this mock."""
        return Client(**self._options(options))

    def async_client(self, **options: Any) -> AsyncClient:
        """Return an asynchronous client that sends to this mock."""
        return AsyncClient(**self._options(options))

    @property
    def url(self) -> str:
        """The base URL of a real server on this machine, for other processes. It is started by the first look."""
        if self._url is None:
            from eightbyeight.mock.server import serving

            self._url = self._open.enter_context(serving(self.app))
        return self._url

    # --- what was sent -------------------------------------------------------------------------------

    @property
    def sent(self) -> list[SentMessage]:
        """All messages, in the order in which they were sent."""
        return [SentMessage(self.app, message.umid) for message in self.app.store.messages()]

    @property
    def last(self) -> SentMessage:
        """The message that was sent last. Fails the test when there is none."""
        sent = self.sent
        if not sent:
            raise AssertionError("nothing was sent")
        return sent[-1]

    def find(self, **wanted: Any) -> list[SentMessage]:
        """Return the messages whose attributes are as ``wanted``: ``find(to="+6591234567", state="read")``."""
        return [
            message
            for message in self.sent
            if all(getattr(message, name) == value for name, value in wanted.items())
        ]

    def wait_for(self, *, timeout: float = 5.0, **wanted: Any) -> SentMessage:
        """Wait until there is a message whose attributes are as ``wanted``, and return it.

        It may be sent by another thread or process meanwhile, within ``timeout`` seconds of real time. For a
        ``state`` the mock's clock is advanced, up to a day. Fails the test when none comes.
        """
        last_moment = time.monotonic() + timeout
        without_state = {name: value for name, value in wanted.items() if name != "state"}
        while not (found := self.find(**wanted)):
            if "state" in wanted and self.find(**without_state):
                return self._advance_until(wanted)
            if time.monotonic() > last_moment:
                raise AssertionError(f"no message with {wanted} in {timeout} s; sent: {self.sent}")
            time.sleep(_PAUSE)
        return found[0]

    # --- what becomes of it --------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Let time pass for the mock: messages come further, receipts go out."""
        self.app.advance(seconds)

    def deliver(self, message: SentMessage | str | None = None) -> None:
        """Let a message, the last one by default, be delivered now."""
        self.app.deliver(self._umid(message))

    def read(self, message: SentMessage | str | None = None) -> None:
        """Let a message be read now."""
        self.app.read(self._umid(message))

    def fail(self, code: int | None = None, message: SentMessage | str | None = None) -> None:
        """Let a message fail now, with a delivery error code; the next channel of its chain follows."""
        self.app.fail(self._umid(message), code)

    def reply(self, text: str, message: SentMessage | str | None = None) -> None:
        """Let the user answer a message."""
        self.app.reply(self._umid(message), text)

    def press(self, button: str, message: SentMessage | str | None = None) -> None:
        """Let the user press a button or pick a row of a message, by its id, its payload or its title."""
        self.app.reply_button(self._umid(message), button)

    def click(self, url: str | None = None, message: SentMessage | str | None = None) -> None:
        """Let the user follow a link of an SMS, by default the first one in its text."""
        self.app.click(self._umid(message), url)

    def answer_survey(self, answers: Given, message: SentMessage | str | None = None) -> None:
        """Let the user answer a survey: ``{"How was it?": "Good"}``."""
        self.app.answer_survey(self._umid(message), answers)

    # --- what goes wrong, and what comes back --------------------------------------------------------

    @property
    def chaos(self) -> Chaos:
        """Rules that make requests fail: ``chaos.add("every:2 503")``; see docs/chaos.md."""
        return self.app.chaos

    def drift(self, kind: str, path: str | None = None, *, operation: str | None = None) -> None:
        """Let answers differ from the description: ``drift("unknown-field", "status.reason")``.

        ``kind`` is unknown-field, unknown-value, wrong-type, missing-field or status, as in docs/chaos.md; without a
        ``path`` dice choose the field. It stays so for all answers, or those of one ``operation``, until
        ``chaos.clear()``.
        """
        words = [operation, ":".join(filter(None, ("drift", kind, path)))]
        self.chaos.add(" ".join(filter(None, words)))

    @property
    def receipts(self) -> list[Delivery]:
        """The webhooks so far, the oldest first."""
        return self.app.receipts

    def connect_receiver(self, receiver: Receiver | Application | None) -> None:
        """Hand webhooks to a function, or an ASGI application, of the program under test."""
        self.app.connect_receiver(receiver)

    def reset(self) -> None:
        """Forget everything that was sent."""
        self.app.reset()

    # --- the end -------------------------------------------------------------------------------------

    def close(self) -> None:
        """Stop the server if there is one."""
        self._open.close()
        self._url = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {
            "api_key": KEY,
            "subaccount_id": SUBACCOUNT,
            "transport": self.app.transport(),
            "rate_limits": False,  # nobody waits in a test
            **options,
        }

    def _umid(self, message: SentMessage | str | None) -> str:
        if message is None:
            message = self.last
        return message if isinstance(message, str) else message.umid

    def _advance_until(self, wanted: dict[str, Any]) -> SentMessage:
        step, passed = _STEP, 0.0
        while not (found := self.find(**wanted)):
            if passed >= _DAY:
                raise AssertionError(f"no message came to {wanted} in a day; sent: {self.sent}")
            self.app.advance(step)
            passed += step
            step = min(step * 1.1, 600.0)
        return found[0]
