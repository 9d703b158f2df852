"""eightbyeight: 8x8's CPaaS messaging APIs for Python.

Everything below is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .async_client import AsyncClient
    from .client import Client
    from .content.asks import CallPermissionRequest, ContactInfoRequest, LocationRequest
    from .content.base import Content, DirectSend
    from .content.basic import Audio, File, Image, Location, Text, Video
    from .content.buttons import Flow, LinkButton, ReplyButtons, VoiceCallButton
    from .content.content_dict import ContentDict
    from .content.interactive import Header
    from .content.lists import ListMenu, Product, ProductList, Row, Section
    from .content.rcs import Card, Carousel, RichCard, Suggestion
    from .content.template import Parameter, Template, TemplateButton, TemplateCard
    from .core.drift import Drift, DriftKind
    from .core.outcome import Effect
    from .core.problems import Problem
    from .core.rate import Quota, Rate, Slot
    from .core.reply import Attempt, Reply
    from .core.retry import Timeouts
    from .core.send_state import SendState
    from .errors import (
        ApiError,
        BadRequest,
        ConfigurationError,
        ConnectionFailed,
        ConnectionLost,
        EightByEightError,
        Forbidden,
        InvalidInput,
        JournalUnavailable,
        LimiterUnavailable,
        MessageFailed,
        MessageRejected,
        NotFound,
        NotSent,
        OutcomeUnknown,
        RateLimited,
        Rejected,
        RequestRefused,
        SendFailed,
        SendStopped,
        ServerError,
        ServerErrorOnSend,
        TLSUpgradeRequired,
        TransportError,
        Unauthorized,
        UnreadableReply,
        WaitTimeout,
    )
    from .fallback import DuplicateDeliveryWarning, Fallback
    from .hooks import AttemptView, CallEnd, CallView, Hooks, WaitView
    from .io.drift_report import DriftReport
    from .io.journal import Journal
    from .io.limiter import Limiter, MemoryLimiter
    from .io.redis_limiter import RedisLimiter
    from .line_card import LineCard, SmsFallback
    from .recipients import Recipient
    from .regions import Region
    from .requests.rows import MessageRow, SmsRow
    from .results.many import Progress, RowOutcome, SendReport
    from .results.messages import (
        AcceptedMessage,
        MessageDetails,
        MessageRecord,
        MessageState,
        MessageStatus,
        MessageUser,
    )
    from .results.reconciliation import KnownSend, Reconciliation
    from .results.sms import AcceptedBatch, AcceptedSms, SmsStatus, SurveyMessageResult
    from .results.view import Result
    from .survey import SurveyRecipient, SurveyTemplate

_HOMES = {
    "async_client": ("AsyncClient",),
    "client": ("Client",),
    "content.base": ("Content", "DirectSend"),
    "content.basic": ("Audio", "File", "Image", "Location", "Text", "Video"),
    "content.asks": ("CallPermissionRequest", "ContactInfoRequest", "LocationRequest"),
    "content.content_dict": ("ContentDict",),
    "content.buttons": ("Flow", "LinkButton", "ReplyButtons", "VoiceCallButton"),
    "content.interactive": ("Header",),
    "content.lists": ("ListMenu", "Product", "ProductList", "Row", "Section"),
    "content.rcs": ("Card", "Carousel", "RichCard", "Suggestion"),
    "content.template": ("Parameter", "Template", "TemplateButton", "TemplateCard"),
    "core.drift": ("Drift", "DriftKind"),
    "core.outcome": ("Effect",),
    "core.problems": ("Problem",),
    "core.rate": ("Quota", "Rate", "Slot"),
    "core.reply": ("Attempt", "Reply"),
    "core.retry": ("Timeouts",),
    "core.send_state": ("SendState",),
    "errors": (
        "ApiError",
        "BadRequest",
        "ConfigurationError",
        "ConnectionFailed",
        "ConnectionLost",
        "EightByEightError",
        "Forbidden",
        "InvalidInput",
        "JournalUnavailable",
        "LimiterUnavailable",
        "MessageFailed",
        "MessageRejected",
        "NotFound",
        "NotSent",
        "OutcomeUnknown",
        "RateLimited",
        "Rejected",
        "RequestRefused",
        "SendFailed",
        "SendStopped",
        "ServerError",
        "ServerErrorOnSend",
        "TLSUpgradeRequired",
        "TransportError",
        "Unauthorized",
        "UnreadableReply",
        "WaitTimeout",
    ),
    "fallback": ("DuplicateDeliveryWarning", "Fallback"),
    "hooks": ("AttemptView", "CallEnd", "CallView", "Hooks", "WaitView"),
    "io.drift_report": ("DriftReport",),
    "io.journal": ("Journal",),
    "io.limiter": ("Limiter", "MemoryLimiter"),
    "io.redis_limiter": ("RedisLimiter",),
    "line_card": ("LineCard", "SmsFallback"),
    "recipients": ("Recipient",),
    "regions": ("Region",),
    "requests.rows": ("MessageRow", "SmsRow"),
    "results.many": ("Progress", "RowOutcome", "SendReport"),
    "results.messages": (
        "AcceptedMessage",
        "MessageDetails",
        "MessageRecord",
        "MessageState",
        "MessageStatus",
        "MessageUser",
    ),
    "results.reconciliation": ("KnownSend", "Reconciliation"),
    "results.sms": ("AcceptedBatch", "AcceptedSms", "SmsStatus", "SurveyMessageResult"),
    "results.view": ("Result",),
    "survey": ("SurveyRecipient", "SurveyTemplate"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AcceptedBatch",
    "AcceptedMessage",
    "AcceptedSms",
    "ApiError",
    "AsyncClient",
    "Attempt",
    "AttemptView",
    "Audio",
    "BadRequest",
    "CallEnd",
    "CallPermissionRequest",
    "CallView",
    "Card",
    "Carousel",
    "Client",
    "ConfigurationError",
    "ConnectionFailed",
    "ConnectionLost",
    "ContactInfoRequest",
    "Content",
    "ContentDict",
    "DirectSend",
    "Drift",
    "DriftKind",
    "DriftReport",
    "DuplicateDeliveryWarning",
    "Effect",
    "EightByEightError",
    "Fallback",
    "File",
    "Flow",
    "Forbidden",
    "Header",
    "Hooks",
    "Image",
    "InvalidInput",
    "Journal",
    "JournalUnavailable",
    "KnownSend",
    "Limiter",
    "LimiterUnavailable",
    "LineCard",
    "LinkButton",
    "ListMenu",
    "Location",
    "LocationRequest",
    "MemoryLimiter",
    "MessageDetails",
    "MessageFailed",
    "MessageRecord",
    "MessageRejected",
    "MessageRow",
    "MessageState",
    "MessageStatus",
    "MessageUser",
    "NotFound",
    "NotSent",
    "OutcomeUnknown",
    "Parameter",
    "Problem",
    "Product",
    "ProductList",
    "Progress",
    "Quota",
    "Rate",
    "RateLimited",
    "Recipient",
    "Reconciliation",
    "RedisLimiter",
    "Region",
    "Rejected",
    "Reply",
    "ReplyButtons",
    "RequestRefused",
    "Result",
    "RichCard",
    "Row",
    "RowOutcome",
    "Section",
    "SendFailed",
    "SendReport",
    "SendState",
    "SendStopped",
    "ServerError",
    "ServerErrorOnSend",
    "Slot",
    "SmsFallback",
    "SmsRow",
    "SmsStatus",
    "Suggestion",
    "SurveyMessageResult",
    "SurveyRecipient",
    "SurveyTemplate",
    "TLSUpgradeRequired",
    "Template",
    "TemplateButton",
    "TemplateCard",
    "Text",
    "Timeouts",
    "TransportError",
    "Unauthorized",
    "UnreadableReply",
    "Video",
    "VoiceCallButton",
    "WaitTimeout",
    "WaitView",
    "__version__",
]


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
