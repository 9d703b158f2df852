"""Reads recorded traffic: HAR 1.2, as browsers, proxies and test tools write it."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_T = TypeVar("_T")
_KINDS = {dict: "an object", list: "an array", str: "a string", int: "a whole number"}


class HarError(ValueError):
    """A file that is no HAR; the message names the place and never quotes the content."""


@dataclass(frozen=True)
class Entry:
    """One recorded request with its answer.

    Attributes:
        number: Its index among the entries.
        method: The HTTP method.
        url: Where it was sent.
        request_headers: Values by lower-case name.
        request_body: The body; None when there was one that was not recorded.
        status: The answer's status; 0 when there was no answer.
        response_headers: Values by lower-case name.
        response_body: The body; None when it was not recorded.
    """

    number: int
    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes | None
    status: int
    response_headers: Mapping[str, str]
    response_body: bytes | None


def read(file: Path) -> list[Entry]:
    """Read all entries.

    Raises:
        HarError: The file cannot be read or is broken.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise HarError(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise HarError(f"byte {error.start}: is not UTF-8") from None
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise HarError(f"line {error.lineno}, column {error.colno}: is not JSON") from None
    except (ValueError, RecursionError):
        raise HarError("is not JSON that can be read") from None
    if not isinstance(whole, dict):
        raise HarError("the top is not an object")
    entries = _at(_at(whole, "log", dict, ""), "entries", list, "log")
    return [_entry(number, entry) for number, entry in enumerate(entries)]


def _entry(number: int, entry: Any) -> Entry:
    place = f"log.entries[{number}]"
    if not isinstance(entry, dict):
        raise HarError(f"{place}: is not an object")
    request = _at(entry, "request", dict, place)
    response = _at(entry, "response", dict, place)
    url = _at(request, "url", str, f"{place}.request")
    try:
        urlsplit(url)
    except ValueError:
        raise HarError(f"{place}.request.url: is not a URL") from None
    return Entry(
        number,
        _at(request, "method", str, f"{place}.request").upper(),
        url,
        _headers(request, f"{place}.request"),
        _sent(request, f"{place}.request"),
        _at(response, "status", int, f"{place}.response"),
        _headers(response, f"{place}.response"),
        _answered(response, f"{place}.response"),
    )


def _headers(message: Mapping[str, Any], place: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for index, header in enumerate(_at(message, "headers", list, place)):
        at = f"{place}.headers[{index}]"
        if not isinstance(header, dict):
            raise HarError(f"{at}: is not an object")
        found[_at(header, "name", str, at).lower()] = _at(header, "value", str, at)
    return found


def _sent(request: Mapping[str, Any], place: str) -> bytes | None:
    if request.get("postData") is None:
        # A size of -1 means that it is not known.
        size = request.get("bodySize")
        return None if isinstance(size, int) and size > 0 else b""
    text = _at(request, "postData", dict, place).get("text")
    if text is None:
        return None
    if not isinstance(text, str):
        raise HarError(f"{place}.postData.text: is not a string")
    return text.encode("utf-8", "surrogatepass")


def _answered(response: Mapping[str, Any], place: str) -> bytes | None:
    if response.get("content") is None:
        return None
    content = _at(response, "content", dict, place)
    text = content.get("text")
    if text is None:
        return b"" if content.get("size") == 0 else None
    if not isinstance(text, str):
        raise HarError(f"{place}.content.text: is not a string")
    if content.get("encoding") == "base64":
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise HarError(f"{place}.content.text: is not base64") from None
    return text.encode("utf-8", "surrogatepass")


def _at(parent: Mapping[str, Any], name: str, kind: type[_T], place: str) -> _T:
    where = f"{place}.{name}" if place else name
    if name not in parent:
        raise HarError(f"{where}: is missing")
    value = parent[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise HarError(f"{where}: is not {_KINDS[kind]}")
    return value
