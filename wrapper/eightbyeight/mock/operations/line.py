"""LINE notifications."""

from __future__ import annotations

from eightbyeight.mock import lifecycle
from eightbyeight.mock.call import Call, Reply
from eightbyeight.mock.operations.messages import accepted
from eightbyeight.mock.operations.registry import operation

CHANNEL = "LineNotification"


@operation("sendLineNotification")
def send_line_notification(call: Call) -> Reply:
    """Queue a notification; its details are those of any message."""
    step = lifecycle.first_step(call.subaccount, CHANNEL, call.now)
    return Reply(accepted(call, kind="lineNotification", step=step))
