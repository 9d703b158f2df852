from .core.notes import Noted


class SendFailed(Noted, Exception):
    def where(self) -> str:
        return "here"


class NotSent(SendFailed):
    pass
