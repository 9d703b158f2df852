from __future__ import annotations

from attrs import define as _attrs_define

from ..models.sms_encoding import SmsEncoding
from ..types import UNSET, Unset


@_attrs_define
class SmsRequest:
    destination: str
    source: str | Unset = UNSET
    encoding: SmsEncoding | Unset = UNSET
