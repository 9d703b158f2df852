"""Changes to what you have at WhatsApp. 8x8 sends these only on request.

See https://developer.8x8.com/connect/docs/whatsapp-template-change-webhook
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ..results.view import objects_in
from .event import EventView
from .fields import id_in, moment_of, text_in

if TYPE_CHECKING:
    from datetime import datetime


class BusinessView(EventView):
    """What all of these tell."""

    __slots__ = ()
    envelope_fields = frozenset(
        {
            "eventId",
            "timestamp",
            "provider",
            "businessAccountId",
            "accountId",
            "eventType",
            "eventDetails",
        }
    )

    @property
    def event_id(self) -> str | None:
        """ID of the event itself."""
        return id_in(self._envelope, "eventId")

    @property
    def moment(self) -> datetime | None:
        """When it happened, with an offset; None where it cannot be read."""
        return moment_of(self._envelope.get("timestamp"))

    @property
    def provider(self) -> str | None:
        """``WhatsApp``."""
        return text_in(self._envelope, "provider")

    @property
    def business_account_id(self) -> str | None:
        """ID of the account at WhatsApp."""
        return id_in(self._envelope, "businessAccountId")

    @property
    def account_id(self) -> str | None:
        """Your account at 8x8."""
        return id_in(self._envelope, "accountId")

    @property
    def identity(self) -> str | None:
        """The same for each delivery of the same event."""
        return self._identified(self.event_id)

    def _object(self, name: str) -> dict[str, Any]:
        value = self._data.get(name)
        return value if isinstance(value, dict) else {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}(event_type={(self.event_type or '')[:60]!r})"


class TemplateChanged(BusinessView):
    """A template was reviewed, paused, moved to another category or rated; ``change`` says which.

    See https://developer.8x8.com/connect/docs/whatsapp-template-change-webhook
    """

    __slots__ = ()
    __match_args__ = (
        "change",
        "template_name",
        "template_language",
    )
    kind: ClassVar[Literal["template_changed"]] = "template_changed"
    known_fields = frozenset({"templateId", "templateName", "templateLanguage", "meta"})

    @property
    def change(self) -> str:
        """``category``, ``status``, ``quality`` or ``correct_category``."""
        name = (self.event_type or "").casefold().removeprefix("template_")
        return name.removesuffix("_detection").removesuffix("_update")

    @property
    def template_id(self) -> str | None:
        """ID of the template, as a string."""
        return id_in(self._data, "templateId")

    @property
    def template_name(self) -> str | None:
        """Name of the template."""
        return self.text_or_none("templateName")

    @property
    def template_language(self) -> str | None:
        """Language of the template."""
        return self.text_or_none("templateLanguage")

    @property
    def meta(self) -> dict[str, Any]:
        """What has changed, as it came."""
        return self._object("meta")

    def _first(self, *names: str) -> str | None:
        return next((text for name in names if (text := text_in(self.meta, name))), None)

    @property
    def old(self) -> str | None:
        """The category or quality score before."""
        return self._first("previousCategory", "previousQualityScore", "category")

    @property
    def new(self) -> str | None:
        """The category, quality score or status now; or the category that it ought to have."""
        return self._first("newCategory", "newQualityScore", "status", "correctCategory")

    @property
    def reason(self) -> str | None:
        """Why WhatsApp changed the status, such as ``INVALID_FORMAT``."""
        return text_in(self.meta, "reason")

    @property
    def disabled(self) -> datetime | None:
        """When the template is or was disabled."""
        info = self.meta.get("disableInfo")
        return moment_of(info.get("disableDate")) if isinstance(info, dict) else None

    @property
    def pause(self) -> str | None:
        """Which pause it is, such as ``FIRST_PAUSE``."""
        info = self.meta.get("otherInfo")
        return text_in(info, "title") if isinstance(info, dict) else None


class PhoneNumberQualityChanged(BusinessView):
    """WhatsApp lets a number of yours send more or less.

    See https://developer.8x8.com/connect/reference/whatsapp-phone-number-quality-change-webhook
    """

    __slots__ = ()
    __match_args__ = ("change", "limit")
    kind: ClassVar[Literal["phone_number_quality_changed"]] = "phone_number_quality_changed"
    known_fields = frozenset({"displayPhoneNumber", "meta"})

    @property
    def phone_number(self) -> str | None:
        """The number, as WhatsApp shows it."""
        return self.text_or_none("displayPhoneNumber")

    @property
    def change(self) -> str | None:
        """What happened, such as ``DOWNGRADE``."""
        return text_in(self._object("meta"), "event")

    @property
    def limit(self) -> str | None:
        """How many people a day the number may write to, such as ``TIER_2K``."""
        meta = self._object("meta")
        return text_in(meta, "maxDailyConversationsPerBusiness") or text_in(meta, "currentLimit")

    @property
    def old_limit(self) -> str | None:
        """The limit before, in older events."""
        return text_in(self._object("meta"), "oldLimit")


class AccountUpdated(BusinessView):
    """WhatsApp verified, warned or restricted your account."""

    __slots__ = ()
    __match_args__ = ("change",)
    kind: ClassVar[Literal["account_updated"]] = "account_updated"
    known_fields = frozenset(
        {"event", "phoneNumber", "businessVerificationInfo", "violationInfo", "restrictionInfo"}
    )

    @property
    def change(self) -> str | None:
        """What happened, such as ``ACCOUNT_RESTRICTION``."""
        return self.text_or_none("event")

    @property
    def phone_number(self) -> str | None:
        """The number that it is about, if it is about one."""
        return self.text_or_none("phoneNumber")

    @property
    def verification_status(self) -> str | None:
        """How the verification of the business stands."""
        return text_in(self._object("businessVerificationInfo"), "verificationStatus")

    @property
    def rejection_reasons(self) -> tuple[str, ...]:
        """Why the business was not verified."""
        reasons = self._object("businessVerificationInfo").get("rejectionReasons")
        return tuple(r for r in reasons if isinstance(r, str)) if isinstance(reasons, list) else ()

    @property
    def violation(self) -> str | None:
        """The rule that was broken."""
        return text_in(self._object("violationInfo"), "violationType")

    @property
    def restrictions(self) -> tuple[str, ...]:
        """What the account may not do for now; ``to_dict()`` tells until when."""
        found = objects_in(self._data.get("restrictionInfo"))
        return tuple(kind for item in found if (kind := text_in(item, "restrictionType")))


_ABOUT_USERS = {
    "whatsapp_user_id_update": "user_id",
    "user_id_update": "user_id",
    "whatsapp_contact": "contact",
    "contacts": "contact",
    "whatsapp_preference": "preference",
    "user_preferences": "preference",
}


class WhatsAppUserEvent(BusinessView):
    """A user of WhatsApp has another ID, shared a contact or changed preferences; ``change`` says which.

    8x8 passes on what WhatsApp said, in ``raw_event``.
    """

    __slots__ = ()
    __match_args__ = ("change",)
    kind: ClassVar[Literal["whatsapp_user_event"]] = "whatsapp_user_event"
    known_fields = frozenset({"rawEvent"})
    event_types: ClassVar[frozenset[str]] = frozenset(_ABOUT_USERS)

    @property
    def change(self) -> str:
        """``user_id``, ``contact`` or ``preference``."""
        return _ABOUT_USERS.get((self.event_type or "").casefold(), "")

    @property
    def raw_event(self) -> dict[str, Any]:
        """WhatsApp's own object, as it came."""
        return self._object("rawEvent")

    @property
    def value(self) -> dict[str, Any]:
        """The part of WhatsApp's object that tells what has changed."""
        value = self.raw_event.get("value")
        return value if isinstance(value, dict) else {}
