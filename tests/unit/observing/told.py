"""Hooks that keep what they are told, and what the API answers to their calls."""

from __future__ import annotations

import httpx

from eightbyeight import Hooks
from eightbyeight.core.rate import Slot

NUMBER, TEXT = "+6598765432", "TOPSECRET one-time code"
SMS = {"umid": "u-1", "status": {"code": "QUEUED"}, "destination": NUMBER}
ERROR = {"code": 1002, "message": f"Bad {NUMBER}", "errorId": "db9dced4", "timestamp": None}
BUSY = httpx.Response(429, headers={"Retry-After": "2"})


class Told(Hooks):
    """Keeps the name of each method that is called, and with what."""

    def __init__(self, name="", into=None):
        self.name = name
        self.events = [] if into is None else into

    def _keep(self, what, *told):
        self.events.append((self.name + what, *told))

    def call_started(self, call):
        self._keep("call_started", call)

    def attempt_started(self, call, number):
        self._keep("attempt_started", call, number)

    def attempt_ended(self, call, attempt):
        self._keep("attempt_ended", call, attempt)

    def waiting(self, call, wait):
        self._keep("waiting", call, wait)

    def call_ended(self, call, end):
        self._keep("call_ended", call, end)

    @property
    def names(self):
        return [event[0] for event in self.events]

    def only(self, name):
        """What was told with one method, in order."""
        return [event[-1] for event in self.events if event[0] == name]

    @property
    def end(self):
        (end,) = self.only("call_ended")
        return end

    @property
    def call(self):
        (call,) = self.only("call_started")
        return call


async def send(api, way, **options):
    """Send an SMS synchronously or asynchronously."""
    if way == "sync":
        with api.client(**options) as client:
            return client.sms.send(NUMBER, TEXT, client_message_id="order-17")
    async with api.async_client(**options) as client:
        return await client.sms.send(NUMBER, TEXT, client_message_id="order-17")


class Slow:
    """A limiter that lets each request wait."""

    def __init__(self, seconds):
        self.seconds = seconds

    def reserve(self, _quotas, _at_most):
        return Slot(self.seconds, is_taken=True)

    def freeze(self, _quotas, _seconds):
        pass
