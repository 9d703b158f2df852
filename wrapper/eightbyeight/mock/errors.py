"""Refusals: each is raised as a `Refusal` and leaves as the API's error body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eightbyeight.mock import codes
from eightbyeight.mock.wording import describe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eightbyeight.mock.validation import Fault

Headers = tuple[tuple[bytes, bytes], ...]

# How the API's own messages call its regions; the others go by their names.
_REGION_NAMES = {"apac": "SG", "na": "US"}


class Refusal(Exception):
    """An answer other than success.

    Args:
        status: HTTP status.
        code: The vendor's code.
        message: What is wrong, for people.
        headers: Headers that belong to such an answer.
    """

    def __init__(self, status: int, code: int, message: str, headers: Headers = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers


def unknown_path() -> Refusal:
    """No operation has this path."""
    return Refusal(404, codes.NOT_FOUND, "There is nothing at this path.")


def unknown_message() -> Refusal:
    """The sub-account has no such message."""
    return Refusal(404, codes.NOT_FOUND, "Message not found.")


def method_not_allowed(allowed: Iterable[str]) -> Refusal:
    """The path exists, but not with this method."""
    names = ", ".join(sorted(allowed))
    return Refusal(
        405,
        codes.INVALID_PARAMETER,
        f"This path allows {names} only.",
        ((b"allow", names.encode()),),
    )


def insecure_protocol(detected: str = "TLSv1.2") -> Refusal:
    """The client's TLS is too old."""
    return Refusal(
        426,
        codes.INSECURE_PROTOCOL,
        f"TLS 1.3 or newer is required. Detected {detected}",
        ((b"upgrade", b"TLS/1.3"),),
    )


def unauthorized() -> Refusal:
    """There is no key, or not a good one."""
    return Refusal(
        401,
        codes.UNAUTHORIZED,
        "Request was not authenticated properly",
        ((b"www-authenticate", b"Bearer"),),
    )


def forbidden() -> Refusal:
    """The key may not use the sub-account."""
    return Refusal(403, codes.FORBIDDEN, "Access to this sub-account is forbidden.")


def wrong_region(asked: str, home: str) -> Refusal:
    """The account lives in another region than the host's."""
    here, there = (_REGION_NAMES.get(name, name.upper()) for name in (asked, home))
    return Refusal(
        403,
        codes.FORBIDDEN,
        f"Account was not found in {here}. Please use the {there} endpoint!",
    )


def quota_exceeded(seconds: int) -> Refusal:
    """Too many requests."""
    return Refusal(
        429,
        codes.QUOTA_EXCEEDED,
        f"Quota exceeded. Please try again in {seconds} second(s).",
        ((b"retry-after", str(seconds).encode()),),
    )


def bad_request(message: str, code: int = codes.INVALID_PARAMETER) -> Refusal:
    """The request breaks a rule that no schema holds."""
    return Refusal(400, code, message)


def faulty_body(product: str, fault: Fault) -> Refusal:
    """The body breaks a rule of its schema."""
    return Refusal(400, codes.code_of(product, fault), describe(fault))


def faulty_parameter(fault: Fault) -> Refusal:
    """A path, query or header parameter breaks a rule of its schema."""
    subaccount = fault.path[:1] == ("subAccountId",)
    code = codes.INVALID_SUBACCOUNT if subaccount else codes.INVALID_PARAMETER
    return Refusal(400, code, describe(fault))


def unsupported_media_type(expected: Iterable[str]) -> Refusal:
    """The body is declared as something else than the operation takes."""
    return Refusal(
        415, codes.INVALID_PARAMETER, f"The body must be sent as {' or '.join(expected)}."
    )


def too_large(most: int) -> Refusal:
    """The body is longer than the mock takes."""
    return Refusal(413, codes.TOO_LARGE, f"Request size must not exceed {most} bytes.")


def not_implemented(operation_id: str) -> Refusal:
    """The document has the operation, the mock does not yet."""
    return Refusal(501, codes.NOT_IMPLEMENTED, f"The mock does not play {operation_id} yet.")


def internal() -> Refusal:
    """The mock itself failed."""
    return Refusal(500, codes.INTERNAL_ERROR, "Internal error")
