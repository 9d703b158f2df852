"""LINE notifications."""

from __future__ import annotations

from eightbyeight.mock.call import Call, Reply
from eightbyeight.mock.operations.messages import accepted
from eightbyeight.mock.operations.registry import operation
from eightbyeight.mock.routes import notification_route


@operation("sendLineNotification")
def send_line_notification(call: Call) -> Reply:
    """Queue a notification; its details are those of any message."""
    route = notification_route(call.subaccount, call.settings, call.body)
    return Reply(accepted(call, kind="lineNotification", route=route))
