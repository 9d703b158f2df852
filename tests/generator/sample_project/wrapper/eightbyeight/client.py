from __future__ import annotations

from .resources._async.sms import AsyncSms
from .resources._sync.sms import Sms


class Client:
    def __init__(self, api_key: str, region: str | None = None, *, max_attempts: int = 3) -> None:
        self._settings = (api_key, region, max_attempts)

    @property
    def sms(self) -> Sms:
        return Sms()


class AsyncClient:
    def __init__(self, api_key: str, region: str | None = None, *, max_attempts: int = 3) -> None:
        self._settings = (api_key, region, max_attempts)

    @property
    def sms(self) -> AsyncSms:
        return AsyncSms()
