"""One module a tag, one handler an operation. Importing this package registers them all."""

from eightbyeight.mock.operations import line, messages, sms, surveys
from eightbyeight.mock.operations.registry import HANDLERS, Handler

__all__ = ["HANDLERS", "Handler", "line", "messages", "sms", "surveys"]
