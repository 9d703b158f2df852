"""Drives the life of a call by hand: no server, no clock."""

from __future__ import annotations

import httpx

from eightbyeight import errors
from eightbyeight.core.call import Call
from eightbyeight.core.exchange import Admit, Begin, Pause, Rules, Transmit, exchange
from eightbyeight.core.rate import Slot
from eightbyeight.core.reply import Reply, TransportFailure
from eightbyeight.core.retry import Timeouts

KINDS = ["connect", "pool", "local", "write", "read", "timeout", "protocol"]
DONE = Reply(200, {}, b"{}")
FREE = Slot(0.0, is_taken=True)
TICKET = object()


def a_call(method, read=lambda reply: reply):
    return Call("op", "sms", method, "/x", read=read, client_message_id="ref-1")


def failure(kind, body_sent=None, cause=None):
    return TransportFailure(kind, body_sent, cause or httpx.ReadError("broken"))


def rules(**options):
    return Rules(**{"timeouts": Timeouts(), "max_attempts": 3, "random": lambda: 0.5} | options)


def drive(
    method,
    happenings,
    *,
    takes=0.0,
    slots=(FREE,),
    known=TICKET,
    cut=None,
    read=lambda reply: reply,
    **options,
):
    """Play ``happenings``, each of which takes so many seconds; the last of them, and of ``slots``, is repeated.

    ``cut`` is the kind of a step, which of them, and the exception that is thrown in there. Returns the steps,
    and the result or the exception.
    """
    now = 1000.0
    steps = []
    happenings, slots = list(happenings), list(slots)
    kind, number, error = cut or (None, 0, None)
    life = exchange(a_call(method, read), rules(**options), now)
    try:
        step = next(life)
        while True:
            steps.append(step)
            happened = None
            if isinstance(step, Pause):
                now += step.seconds
            elif isinstance(step, Transmit):
                happened = happenings.pop(0) if len(happenings) > 1 else happenings[0]
                now += takes
            elif isinstance(step, Admit):
                happened = slots.pop(0) if len(slots) > 1 else slots[0]
            elif isinstance(step, Begin):
                happened = known
            if type(step) is kind and number == sum(type(one) is kind for one in steps):
                step = life.throw(error)
            else:
                step = life.send((happened, now))
    except StopIteration as finished:
        return steps, finished.value
    except errors.EightByEightError as raised:
        return steps, raised
    except BaseException as raised:
        if raised is error or any(raised is getattr(one, "cause", None) for one in happenings):
            return steps, raised
        raise


def kinds(steps):
    return [type(step) for step in steps]


def transmissions(steps):
    return kinds(steps).count(Transmit)


def pauses(steps):
    return [step.seconds for step in steps if isinstance(step, Pause)]
