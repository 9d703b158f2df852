from __future__ import annotations

from ...models.sms_request import SmsRequest
from ...models.sms_response import SmsResponse

PRODUCT = "sms"
METHOD = "POST"
OPERATION_ID = "sendSms"


def sync(sub_account_id: str, *, body: SmsRequest) -> SmsResponse | None:
    return None


async def asyncio(sub_account_id: str, *, body: SmsRequest) -> SmsResponse | None:
    return None
