"""Interactive WhatsApp messages that ask the recipient for something."""

from __future__ import annotations

from .interactive import Interactive, interactive_body


class CallPermissionRequest(Interactive):
    """Asks the recipient for permission to call over WhatsApp."""

    __slots__ = ()

    def __init__(self, body: str | None = None, *, footer: str | None = None) -> None:
        super().__init__(interactive_body("call_permission_request", body=body, footer=footer))


class ContactInfoRequest(Interactive):
    """Asks the recipient to share contact details."""

    __slots__ = ()

    def __init__(self, body: str | None = None, *, footer: str | None = None) -> None:
        super().__init__(interactive_body("request_contact_info", body=body, footer=footer))


class LocationRequest(Interactive):
    """Asks the recipient for a location."""

    __slots__ = ()

    def __init__(self, body: str) -> None:
        super().__init__(
            interactive_body(
                "location_request_message", body=body, action={"name": "send_location"}
            )
        )
