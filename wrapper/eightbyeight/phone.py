"""Phone numbers as people write them, to the form that the API takes. Needs the extra ``phonenumbers``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .content.wire import refused
from .errors import ConfigurationError

if TYPE_CHECKING:
    import phonenumbers

__all__ = ["to_e164"]

_PATH = "number"


def to_e164(number: str, country: str | None = None, *, strict: bool = True) -> str:
    """Return a phone number in E.164: ``to_e164("0812 345 678", country="TH")`` gives ``+66812345678``.

    Args:
        number: As people write it, with blanks, brackets, dashes, in national or international format.
        country: Two letters; whose national format is meant when ``number`` has no country code. A number with a plus
            sign is read for itself.
        strict: Also refuse numbers that have a possible length, but lie in no range that is known to be in use.
            False is for ranges that are newer than the installed ``phonenumbers``.

    Raises:
        InvalidInput: It is no number, or there could be several; the error does not show it.
        ConfigurationError: The extra ``phonenumbers`` is not installed.
    """
    try:
        import phonenumbers
    except ImportError as error:
        raise ConfigurationError(
            'to_e164 needs an extra: pip install "eightbyeight[phonenumbers]"'
        ) from error
    _check_arguments(number, country)
    region = country.upper() if country is not None else None
    if region is not None and region not in phonenumbers.SUPPORTED_REGIONS:
        raise refused("country", "enum", f"{region} is no country with phone numbers")
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException as error:
        raise refused(_PATH, "phone number", _unreadable(error, number)) from None
    _check_possible(parsed, strict=strict)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _check_arguments(number: object, country: object) -> None:
    """Refuse what the library would read in a way that nobody meant."""
    if not isinstance(number, str):
        raise refused(_PATH, "type", f"must be a string, not {type(number).__name__}")
    if country is not None and not (
        isinstance(country, str) and len(country) == 2 and country.isascii() and country.isalpha()
    ):
        raise refused("country", "pattern", "must be a two-letter country such as SG")
    if any(character.isalpha() for character in number):
        raise refused(_PATH, "phone number", "holds letters; write it with digits only")


def _unreadable(error: phonenumbers.NumberParseException, number: str) -> str:
    """Say in words why a number cannot be read."""
    if error.error_type == error.INVALID_COUNTRY_CODE:
        if "+" in number:
            return "begins with a country code that does not exist"
        return "has no country code: write +<country code><number>, or give the country"
    if error.error_type == error.TOO_LONG:
        return "has too many digits for a phone number"
    if error.error_type in (error.TOO_SHORT_AFTER_IDD, error.TOO_SHORT_NSN):
        return "has too few digits for a phone number"
    return "is no phone number"


def _check_possible(parsed: phonenumbers.PhoneNumber, *, strict: bool) -> None:
    """Refuse a number that nobody can have."""
    import phonenumbers

    code = parsed.country_code or 0
    where = phonenumbers.region_code_for_country_code(code)
    place = f"+{code}" if where in (None, "001", "ZZ") else where  # satellites, say
    if parsed.extension:
        raise refused(_PATH, "phone number", "has an extension, which no message can be sent to")
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    too_short = (
        phonenumbers.ValidationResult.TOO_SHORT,
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    )
    if reason in too_short:
        raise refused(_PATH, "phone number", f"has too few digits for {place}")
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise refused(_PATH, "phone number", f"has a number of digits that none has in {place}")
    if strict and not phonenumbers.is_valid_number(parsed):
        raise refused(
            _PATH,
            "phone number",
            f"lies in no range of numbers that is known to be in use in {place}",
        )
