"""Interactive WhatsApp messages with buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .base import direct_send_ttl
from .interactive import Interactive, interactive_body
from .wire import compact, minutes, refused

if TYPE_CHECKING:
    from datetime import timedelta

    from .base import DirectSend
    from .interactive import Header
    from .wire import Piece


class ReplyButtons(Interactive):
    """A text with one to three buttons, given as ``{id: label}``; labels are unique, up to 20 characters.

    The ID comes back in the webhook when its button is tapped.

    See https://developer.8x8.com/connect/reference/send-message
    """

    __slots__ = ()

    def __init__(
        self,
        body: str,
        buttons: Mapping[str, str],
        *,
        header: str | Header | Piece | None = None,
        footer: str | None = None,
        direct_send: DirectSend | None = None,
    ) -> None:
        if not isinstance(buttons, Mapping):
            raise refused(
                "content.interactive.action.buttons", "type", "must be a mapping of IDs to labels"
            )
        labels = list(buttons.values())
        if any(label in labels[:place] for place, label in enumerate(labels)):
            raise refused(
                "content.interactive.action.buttons",
                "uniqueItems",
                "has two buttons with the same label",
            )
        wire = [
            {"type": "reply", "reply": {"id": key, "title": label}}
            for key, label in buttons.items()
        ]
        super().__init__(
            interactive_body(
                "button",
                body=body,
                action={"buttons": wire},
                header=header,
                footer=footer,
                direct_send=direct_send,
            ),
            ttl=direct_send_ttl(direct_send),
        )


class LinkButton(Interactive):
    """A text with one button that opens ``url``; its ``label`` has up to 20 characters."""

    __slots__ = ()

    def __init__(
        self,
        body: str,
        *,
        label: str,
        url: str,
        header: str | Header | Piece | None = None,
        footer: str | None = None,
        direct_send: DirectSend | None = None,
    ) -> None:
        action = {"parameters": {"display_text": label, "url": url}}
        super().__init__(
            interactive_body(
                "cta_url",
                body=body,
                action=action,
                header=header,
                footer=footer,
                direct_send=direct_send,
            ),
            ttl=direct_send_ttl(direct_send),
        )


class Flow(Interactive):
    """A text with a button that opens a WhatsApp Flow, a form inside the app.

    ``action`` is ``navigate`` (also when left out) or ``data_exchange``; ``screen`` and its ``data`` go with
    ``navigate`` only. ``token``, ``mode`` and ``message_version`` are passed on as WhatsApp knows them.
    """

    __slots__ = ()

    def __init__(
        self,
        body: str,
        *,
        flow_id: str,
        label: str,
        action: str | None = None,
        screen: str | None = None,
        data: Mapping[str, Any] | None = None,
        token: str | None = None,
        mode: str | None = None,
        message_version: str | None = None,
        header: str | Header | Piece | None = None,
        footer: str | None = None,
    ) -> None:
        first = compact(screen=screen, data=dict(data) if data is not None else None)
        if first and action == "data_exchange":
            raise refused(
                "content.interactive.action.parameters.flowActionPayload",
                "dependency",
                "goes with action navigate only; leave screen and data out",
            )
        parameters = compact(
            flowId=flow_id,
            flowCta=label,
            flowAction=action,
            flowActionPayload=first or None,
            flowToken=token,
            mode=mode,
            flowMessageVersion=message_version,
        )
        super().__init__(
            interactive_body(
                "flow", body=body, action={"parameters": parameters}, header=header, footer=footer
            )
        )


class VoiceCallButton(Interactive):
    """A text with a button that calls you over WhatsApp.

    ``ttl`` (1 minute to 30 days; a timedelta, or whole minutes) is how long the button works; seven days when
    left out. ``payload`` (up to 512 characters) comes back with the call.
    """

    __slots__ = ()

    def __init__(
        self,
        body: str,
        *,
        label: str | None = None,
        ttl: int | timedelta | None = None,
        payload: str | None = None,
        header: str | Header | Piece | None = None,
        footer: str | None = None,
    ) -> None:
        parameters = compact(display_text=label, ttlMinutes=minutes(ttl), payload=payload)
        action = {"name": "voice_call", "parameters": parameters}
        super().__init__(
            interactive_body("voice_call", body=body, action=action, header=header, footer=footer)
        )
