"""What the API answered, read tolerantly.

A result is a view on the JSON that arrived. Reading never fails: fields of another type or missing ones are
None, unknown fields and values are kept, and the reply as it came is ``response``. Only the few fields
without which a result is useless (``umid`` above all) raise UnreadableReply, when they are asked for.
"""

from .messages import (
    AcceptedMessage,
    MessageDetails,
    MessageRecord,
    MessageState,
    MessageStatus,
    MessageUser,
)
from .sms import AcceptedBatch, AcceptedSms, SmsStatus, SurveyMessageResult
from .view import Result, View

__all__ = [
    "AcceptedBatch",
    "AcceptedMessage",
    "AcceptedSms",
    "MessageDetails",
    "MessageRecord",
    "MessageState",
    "MessageStatus",
    "MessageUser",
    "Result",
    "SmsStatus",
    "SurveyMessageResult",
    "View",
]
