from .sms_encoding import SmsEncoding
from .sms_request import SmsRequest
from .sms_response import SmsResponse

__all__ = ("SmsEncoding", "SmsRequest", "SmsResponse")
