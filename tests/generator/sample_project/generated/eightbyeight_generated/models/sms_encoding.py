from ..types import OpenStrEnum


class SmsEncoding(OpenStrEnum):
    AUTO = "AUTO"
    GSM7 = "GSM7"
