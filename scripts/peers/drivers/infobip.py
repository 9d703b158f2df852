"""infobip: the host and the certificate are options."""

from __future__ import annotations

import os

import infobip_api_client as infobip
from infobip_api_client import models
from infobip_api_client.api.sms_api import SmsApi


def send(url: str, timeout: float | None) -> object:
    """Send one SMS."""
    configuration = infobip.Configuration(
        host=url,
        api_key={"APIKeyHeader": "key"},
        api_key_prefix={"APIKeyHeader": "App"},
        ssl_ca_cert=os.environ["PEERS_CA"],
    )
    content = models.SmsMessageContent(models.SmsTextContent(text="Hello"))
    message = models.SmsMessage(
        sender="ACME", destinations=[models.SmsDestination(to="6591234567")], content=content
    )
    options = {} if timeout is None else {"_request_timeout": timeout}
    with infobip.ApiClient(configuration) as client:
        return SmsApi(client).send_sms_messages(models.SmsRequest(messages=[message]), **options)
