"""Recipients and templates of an SMS Engage survey."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .content.wire import WireForm, compact, window
from .core.phone import check_number
from .core.problems import Problem
from .errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")


class SurveyTemplate(WireForm):
    """The text that all messages of a batch share unless they bring their own.

    ``body`` must contain the survey's link as ``{{url}}``, ``{{url:}}`` or ``{{url:name1:name2}}`` and may
    contain ``{{name}}`` placeholders for the recipients' variables. ``scheduled`` and ``expiry`` need a UTC
    offset; ``encoding`` is ``AUTO``, ``GSM7`` or ``UCS2``.

    See https://developer.8x8.com/connect/reference/survey-send-many
    """

    __slots__ = ()

    def __init__(
        self,
        body: str,
        *,
        source: str | None = None,
        encoding: str | None = None,
        scheduled: datetime | None = None,
        expiry: datetime | None = None,
        dlr_callback_url: str | None = None,
    ) -> None:
        check_link(body, "template.templateBody")
        super().__init__(
            compact(
                templateBody=body,
                source=source,
                encoding=encoding,
                **window(scheduled, expiry, "template."),
                dlrCallbackUrl=dlr_callback_url,
            )
        )


class SurveyRecipient(WireForm):
    """One person of a survey batch.

    ``to`` is a number in E.164, or national together with ``country``. ``variables`` fill the placeholders of
    the text; ``body`` replaces the batch's template for this person.

    See https://developer.8x8.com/connect/reference/survey-send-many
    """

    __slots__ = ()

    def __init__(
        self,
        to: str,
        *,
        variables: Mapping[str, Any] | None = None,
        body: str | None = None,
        country: str | None = None,
        source: str | None = None,
        client_message_id: str | None = None,
        encoding: str | None = None,
        scheduled: datetime | None = None,
        expiry: datetime | None = None,
        dlr_callback_url: str | None = None,
    ) -> None:
        problems = check_number(to, country, "destination")
        if problems:
            raise InvalidInput.because(problems)
        if body is not None:
            check_link(body, "templateBody")
        super().__init__(
            compact(
                destination=to,
                country=country,
                templateBody=body,
                templateVariables=dict(variables) if variables is not None else None,
                source=source,
                clientMessageId=client_message_id,
                encoding=encoding,
                **window(scheduled, expiry),
                dlrCallbackUrl=dlr_callback_url,
            )
        )


def check_link(body: object, path: str) -> None:
    """Raise InvalidInput when a survey's text lacks the link to the survey."""
    if isinstance(body, str) and not any(is_link(name) for name in placeholders_in(body)):
        raise InvalidInput.because(
            [
                Problem(
                    path,
                    "link",
                    "lacks the survey's link: put {{url}} or {{url:}} where it shall stand",
                )
            ]
        )


def placeholders_in(body: str) -> list[str]:
    """Return what stands between double braces."""
    return [placeholder.strip() for placeholder in _PLACEHOLDER.findall(body)]


def is_link(placeholder: str) -> bool:
    """Tell whether a placeholder is the survey's link."""
    return placeholder == "url" or placeholder.startswith("url:")


def names_in(body: str) -> frozenset[str]:
    """Return the variables that a survey's text needs, those that its link passes on included."""
    names: set[str] = set()
    for placeholder in placeholders_in(body):
        if is_link(placeholder):
            names.update(name for name in placeholder.split(":")[1:] if name)
        elif placeholder:
            names.add(placeholder)
    return frozenset(names)
