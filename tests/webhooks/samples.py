"""One webhook of each kind and version, as the vendor's tables describe them."""

from __future__ import annotations

import copy

UMID = "5b7a1f0e-93cd-4a0d-8a52-6c1e2d3f4a5b"
NUMBER = "+6591230099"
TEXT = "TOPSECRET words"

STATUS = {
    "state": "delivered",
    "detail": "delivered_to_recipient",
    "timestamp": "2026-05-04T03:02:01.50Z",
}

SMS_RECEIPT = {
    "namespace": "SMS",
    "eventType": "outbound_message_status_changed",
    "description": "State of an SMS",
    "payload": {
        "umid": UMID,
        "batchId": "0d9a4c4e-0000-4b3b-9f4e-2f6d5a1c7e8d",
        "clientMessageId": "order-1",
        "clientBatchId": "orders",
        "subAccountId": "acme_hq",
        "source": "ACME",
        "destination": NUMBER,
        "status": STATUS,
        "price": {"total": 0.08, "perSms": 0.04, "currency": "SGD"},
        "smsCount": 2,
    },
}
MESSAGE_RECEIPT_V8 = {
    "namespace": "ChatApps",
    "eventType": "outbound_message_status_changed",
    "description": "State of a message",
    "payload": {
        "umid": UMID,
        "subAccountId": "acme_hq",
        "channel": "WhatsApp",
        "user": {"msisdn": NUMBER, "channelUserId": NUMBER[1:]},
        "status": {
            "state": "undelivered",
            "detail": "undelivered_to_recipient",
            "timestamp": "2026-05-04T03:02:01",
            "errorCode": 30,
            "errorMessage": "Not on WhatsApp",
        },
        "whatsapp": {"providerErrorCode": "131026", "pricingCategory": "utility"},
    },
}
MESSAGE_RECEIPT_V9 = {
    "version": 9,
    "namespace": "ChatApps",
    "eventType": "outbound_message_status_changed",
    "payload": {
        "umid": UMID,
        "subAccountId": "acme_hq",
        "channel": "viber",
        "clientMessageId": "order-2",
        "user": {"channelUserId": "SG.1234567890abcdef"},
        "status": {**STATUS, "errorCode": 0, "errorMessage": ""},
        "viber": {"pricingCategory": "session", "billable": False, "providerErrorCode": 7},
        "outboundContent": {"channel": "whatsapp", "contentType": "text", "body": {"text": TEXT}},
    },
}
INBOUND_SMS = {
    "namespace": "SMS",
    "eventType": "inbound_message_received",
    "description": "Inbound SMS",
    "payload": {
        "umid": UMID,
        "subAccountId": "acme_hq",
        "timestamp": "2026-05-04T03:02:01.123Z",
        "source": NUMBER,
        "destination": "+6580001111",
        "body": TEXT,
        "encoding": "GSM7",
        "smsCount": 1,
        "price": {"total": 0.01, "perSms": 0.01, "currency": "EUR"},
    },
}
INBOUND_V2 = {
    "namespace": "ChatApps",
    "eventType": "inbound_message_received",
    "description": "Inbound message",
    "payload": {
        "umid": UMID,
        "subAccountId": "acme_hq",
        "timestamp": "2026-05-04T03:02:01.00Z",
        "user": {"msisdn": NUMBER, "channelUserId": NUMBER[1:], "name": "Ann"},
        "recipient": {"channel": "whatsapp", "channelId": "d1f0"},
        "type": "Text",
        "content": {"text": TEXT},
        "replyToUmid": "11111111-2222-4333-8444-555555555555",
    },
}
INBOUND_V3 = {
    "version": 3,
    "namespace": "ChatApps",
    "eventType": "inbound_message_received",
    "payload": {
        "umid": UMID,
        "subAccountId": "acme_hq",
        "timestamp": "2026-05-04T03:02:01Z",
        "user": {"channelUserId": "SG.987", "name": "Ann", "username": "ann.s"},
        "recipient": {"channel": "whatsapp", "channelId": "d1f0"},
        "type": "Interactive",
        "content": {
            "interactive": {
                "type": "list_reply",
                "list_reply": {"id": "row-1", "title": "Noon", "description": "12:00"},
            }
        },
    },
}
INBOUND_LOCATION = {
    "version": 3,
    "namespace": "ChatApps",
    "eventType": "inbound_message_received",
    "payload": {
        "umid": UMID,
        "timestamp": "2026-05-04T03:02:01Z",
        "user": {"channelUserId": "U4af"},
        "recipient": {"channel": "line", "channelId": "c"},
        "type": "Location",
        "content": {
            "location": {"latitude": 1.3, "longitude": 103, "name": "Park", "address": "Road 1"}
        },
    },
}
LINE_V1 = {
    "version": 1,
    "eventType": "inboundMessage",
    "channel": "Line",
    "umid": UMID,
    "subAccountId": "acme_line",
    "timestamp": "2026-05-04T03:02:01Z",
    "type": "Text",
    "content": {"text": TEXT},
    "recipient": {"recipientId": "U777"},
}
APP_MESSAGE = {
    "version": 9,
    "namespace": "ChatApps",
    "eventType": "external_app_message",
    "description": "Sent from the app",
    "payload": {
        "umid": UMID,
        "subAccountId": "acme_hq",
        "timestamp": "2026-05-04T03:02:01Z",
        "channel": "whatsapp",
        "user": {"msisdn": NUMBER},
        "type": "Image",
        "content": {"url": "https://media.example.com/1?token=TOPSECRET", "text": TEXT},
    },
}
LINK_CLICKED = {
    "namespace": "SMS",
    "eventType": "short_url_clicked",
    "description": "Click",
    "payload": {
        "eventId": "e1a0c0de-0000-4000-8000-000000000001",
        "occurredAt": "2026-05-04T03:02:01Z",
        "umid": UMID,
        "destination": NUMBER,
        "shortUrl": "https://8x8.example/abc",
        "targetUrl": "https://acme.example/sale",
    },
}
SURVEY = {
    "umid": UMID,
    "surveyId": "nps_2026",
    "surveyStartedAt": "2026-05-04T03:00:01Z",
    "surveySubmittedAt": "2026-05-04T03:02:01Z",
    "templateVariables": [{"name": "shop", "value": "Orchard"}],
    "answers": [
        {"questionId": "q1", "answerId": "a9", "question": "<p>How was it?</p>", "answer": "Good"},
        {"questionId": 2, "answerId": None, "question": "Why?", "answer": TEXT},
    ],
}


def business(event_type, details, **more):
    return {
        "eventId": f"id of {event_type}",
        "timestamp": "2026-05-04T03:02:01Z",
        "provider": "WhatsApp",
        "businessAccountId": "1029384756",
        "accountId": "AcmeCorp",
        "eventType": event_type,
        "eventDetails": details,
        **more,
    }


def template(event_type, **meta):
    return business(
        event_type,
        {
            "templateId": 7766554433,
            "templateName": "parcel",
            "templateLanguage": "en",
            "meta": meta,
        },
    )


TEMPLATE_CATEGORY = template(
    "template_category_update", previousCategory="UTILITY", newCategory="MARKETING"
)
TEMPLATE_STATUS = template(
    "template_status_update",
    status="PAUSED",
    reason="NONE",
    disableInfo={"disableDate": "2026-06-01T00:00:00Z"},
    otherInfo={"title": "FIRST_PAUSE", "description": "Three hours"},
)
TEMPLATE_QUALITY = template(
    "template_quality_update", previousQualityScore="GREEN", newQualityScore="YELLOW"
)
TEMPLATE_CORRECT = template(
    "template_correct_category_detection", category="UTILITY", correctCategory="MARKETING"
)
QUALITY = business(
    "phone_number_quality_update",
    {
        "displayPhoneNumber": NUMBER,
        "meta": {"event": "DOWNGRADE", "maxDailyConversationsPerBusiness": "TIER_2K"},
    },
)
ACCOUNT = business(
    "account_update",
    {
        "event": "ACCOUNT_RESTRICTION",
        "phoneNumber": NUMBER,
        "businessVerificationInfo": {
            "businessId": "1",
            "verificationStatus": "rejected",
            "rejectionReasons": ["NAME", 3],
        },
        "violationInfo": {"violationType": "SPAM"},
        "restrictionInfo": [
            {"restrictionType": "RESTRICTED_BIZ_INITIATED", "expiration": "2026-06-01"},
            "odd",
        ],
    },
)
USER_ID = business(
    "whatsapp_user_id_update",
    {"rawEvent": {"field": "user_id_update", "value": {"user_id_update": [{"old": "SG.1"}]}}},
)
CONTACT = business("contacts", {"rawEvent": {"field": "messages", "value": {"messages": []}}})
PREFERENCE = business("whatsapp_preference", {"rawEvent": {"value": {"user_preferences": []}}})

ALL = {
    name.lower(): value
    for name, value in list(globals().items())
    if name.isupper() and isinstance(value, dict) and name != "STATUS"
}


def changed(sample, **payload):
    """Return a copy of a sample with other fields in its payload."""
    twin = copy.deepcopy(sample)
    twin["payload"].update(payload)
    return twin


def receipt(state, channel="whatsapp", moment="2026-05-04T03:02:01Z", umid=UMID, **status):
    """Return a receipt over a messaging app."""
    return changed(
        MESSAGE_RECEIPT_V9,
        umid=umid,
        channel=channel,
        status={"state": state, "timestamp": moment, **status},
    )
