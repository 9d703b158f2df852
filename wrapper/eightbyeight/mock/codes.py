"""The vendor's error codes, and which field's fault has which.

See also: https://developer.8x8.com/connect/reference/api-error-codes
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from eightbyeight.mock.validation import Fault

INVALID_PARAMETER = 1000
INVALID_SUBACCOUNT = 1001
INSECURE_PROTOCOL = 1014
UNAUTHORIZED = 1200
FORBIDDEN = 1201
NOT_FOUND = 1300
QUOTA_EXCEEDED = 429
INTERNAL_ERROR = 2000
NOT_IMPLEMENTED = 2001
TOO_LARGE = 7001


class _Rule(NamedTuple):
    field: re.Pattern[str]
    keywords: frozenset[str]
    code: int


def _rule(field: str, code: int, *keywords: str) -> _Rule:
    return _Rule(re.compile(field), frozenset(keywords), code)


# The first rule that fits wins; a rule without keywords fits every fault of its fields.
# Fields are written without indexes: channels[].channel.
_MISSING = ("required", "requiredOneOf")

_CHATAPPS = (
    _rule(r"user", 3001, "required"),
    _rule(r"user", 3002, "requiredOneOf"),
    _rule(r"user\.msisdn", 3002, "required"),
    _rule(r"user\.msisdn", 3003),
    _rule(r"user\.country", 3018),
    _rule(r"user\.(channelUserId|lineUserId)", 3015),
    _rule(r"content", 3004, "required"),
    _rule(r"content\.text", 3005, "required", "minLength"),
    _rule(r"content\.text", 3006, "maxLength"),
    _rule(r"content\.url", 3007, "required"),
    _rule(r"content\.url", 3008),
    _rule(r"content\.location(\..*)?", 3021),
    _rule(r"content\.sms\.source|smsFallback\.source", 3011),
    _rule(r"content\.sms\.encoding|smsFallback\.encoding", 1003),
    _rule(r"content\.fallbackText|smsFallback\.text", 3017, "maxLength"),
    _rule(r"content\.template", 3030, *_MISSING),
    _rule(r"content\.template\.name", 3031, "maxLength", "minLength"),
    _rule(r"content\.template\.name", 3032),
    _rule(r"content\.template\.language", 3036, "required", "minLength"),
    _rule(r"content\.template\.language", 3037),
    _rule(r"content\.template\..*\.parameters", 3040, "required", "minItems"),
    _rule(r"content\.template\..*\.parameters\[\]\.type", 3042),
    _rule(r"content\.template\..*\.parameters\[\]\.text", 3043, "maxLength"),
    _rule(r"content\.template\..*\.parameters\[\]\.location(\..*)?", 3044),
    _rule(r"content\.template\..*\.parameters\[\]\.url", 3046),
    _rule(r"content\.template\..*\.parameters\[\].*", 3041),
    _rule(r"content\.template\..*\.subType", 3052),
    _rule(r"content\.template\..*\.(index|cardIndex)", 3053),
    _rule(r"content\.template\.components\[\](\.cards\[\]\.components\[\])?\.type", 3039),
    _rule(r"type", 3010),
    _rule(r"clientMessageId", 3009),
    _rule(r"clientBatchId", 3014),
    _rule(r"dlrCallbackUrl", 3020),
    _rule(r"channels\[\]\.channel", 3022),
    _rule(r"channels\[\]\.fallbackAfter", 3023),
    _rule(r"channels\[\]\.successStatus", 3024),
    _rule(r"channels\[\]\.channelId", 3051),
    _rule(r"context\.umid", 3029, "required"),
    _rule(r"messages", 3012, "required", "minItems"),
    _rule(r"messages", 3013, "maxItems"),
    _rule(r"scheduled", 1011),
    _rule(r"expiry", 1006),
)

_SMS = (
    _rule(r"destination", 1002),
    _rule(r"encoding", 1003),
    _rule(r"text", 1004),
    _rule(r"source", 1005),
    _rule(r"expiry", 1006),
    _rule(r"template|templateBody|templateVariables(\..*)?", 1007),
    _rule(r"country", 1009),
    _rule(r"scheduled", 1011),
    _rule(r"clientIp", 1012),
    _rule(r"messages", 1100, "maxItems"),
)

# Batches and their template carry the fields of single messages one level down.
_NESTING = re.compile(r"^(?:messages\[\]|template)\.")


def code_of(product: str, fault: Fault) -> int:
    """The code with which the product's API refuses such a fault."""
    field = ""
    for part in fault.path:
        field += "[]" if isinstance(part, int) else (f".{part}" if field else part)
    field = _NESTING.sub("", field)
    for rule in _CHATAPPS if product == "chatapps" else _SMS:
        if (not rule.keywords or fault.keyword in rule.keywords) and rule.field.fullmatch(field):
            return rule.code
    return INVALID_PARAMETER
