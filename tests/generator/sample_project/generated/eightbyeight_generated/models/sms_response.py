from __future__ import annotations

from attrs import define as _attrs_define

from ..types import UNSET, Unset


@_attrs_define
class SmsResponse:
    umid: str
    status: str | Unset = UNSET
