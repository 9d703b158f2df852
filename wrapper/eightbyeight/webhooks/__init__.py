"""The receiving side: what 8x8 sends to your server, read tolerantly, verified and handled once.

``parse`` turns the body of any webhook into an event. ``AsgiWebhookApp`` and ``WsgiWebhookApp`` serve them, and
``eightbyeight.integrations`` puts them into FastAPI, Flask and Django. ``StatusBook`` keeps what became of messages.
"""

from .asgi import AsgiWebhookApp
from .business import (
    AccountUpdated,
    PhoneNumberQualityChanged,
    TemplateChanged,
    WhatsAppUserEvent,
)
from .event import EventView
from .fields import Addressee, InteractiveReply, MessageContent, Place, Price, Sender
from .inbound import AppMessage, InboundMessage, InboundSms
from .known_status import ChannelStatus, KnownStatus, merge, status_of
from .parsing import Event, parse
from .receipts import MessageReceipt, SmsReceipt
from .reception import Reception
from .request import Answer, IncomingRequest
from .responses import LinkClicked, SurveyAnswer, SurveyAnswered
from .status_book import StatusBook
from .unknown import UnknownEvent
from .verification import Refusal, SourceAddresses, StaticAuthorization, Verify, all_of
from .wsgi import WsgiWebhookApp

__all__ = [
    "AccountUpdated",
    "Addressee",
    "Answer",
    "AppMessage",
    "AsgiWebhookApp",
    "ChannelStatus",
    "Event",
    "EventView",
    "InboundMessage",
    "InboundSms",
    "IncomingRequest",
    "InteractiveReply",
    "KnownStatus",
    "LinkClicked",
    "MessageContent",
    "MessageReceipt",
    "PhoneNumberQualityChanged",
    "Place",
    "Price",
    "Reception",
    "Refusal",
    "Sender",
    "SmsReceipt",
    "SourceAddresses",
    "StaticAuthorization",
    "StatusBook",
    "SurveyAnswer",
    "SurveyAnswered",
    "TemplateChanged",
    "UnknownEvent",
    "Verify",
    "WhatsAppUserEvent",
    "WsgiWebhookApp",
    "all_of",
    "merge",
    "parse",
    "status_of",
]
