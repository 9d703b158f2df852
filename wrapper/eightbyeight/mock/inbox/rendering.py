"""Fills in the templates, and sends what comes out with headers that let no text become a script."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eightbyeight.mock.questions import ControlError
from eightbyeight.mock.response import Response

if TYPE_CHECKING:
    from datetime import datetime

    import jinja2

FOLDER = Path(__file__).parent

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    # A form without any referrer would have no origin either, and be taken for a stranger's.
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]
_STATIC = {
    "inbox.css": b"text/css; charset=utf-8",
    "inbox.js": b"text/javascript; charset=utf-8",
    "keyboard.js": b"text/javascript; charset=utf-8",
    "icon.svg": b"image/svg+xml",
}


def html(status: int, template: str, /, **values: Any) -> Response:
    """A page or a piece of one.

    Raises:
        ControlError: Jinja is not installed.
    """
    text = _environment().get_template(template).render(**values)
    # JSON can bring half a character, which no encoding has: it is shown as it was written.
    return response(status, b"text/html; charset=utf-8", text.encode("utf-8", "backslashreplace"))


def static(name: str) -> Response:
    """A file of the page.

    Raises:
        ControlError: There is none of that name.
    """
    kind = _STATIC.get(name)
    if kind is None:
        raise ControlError(404, "there is no such file")
    return response(200, kind, (FOLDER / "static" / name).read_bytes())


def response(status: int, kind: bytes, body: bytes) -> Response:
    """An answer that a browser takes for nothing but what it is."""
    length = (b"content-length", str(len(body)).encode())
    return Response(status, [(b"content-type", kind), length, *_HEADERS], body)


def redirect(location: str) -> Response:
    """Send a browser on, by GET."""
    headers = [(b"location", location.encode("ascii")), (b"content-length", b"0"), *_HEADERS]
    return Response(303, headers, b"")


@cache
def _environment() -> jinja2.Environment:
    try:
        import jinja2
    except ImportError:
        text = "the inbox page needs Jinja: pip install 'eightbyeight[mock]'"
        raise ControlError(501, text) from None
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(clock=_clock, machine=_machine)
    return environment


def _clock(at: datetime, now: datetime) -> str:
    """The time, with the day unless that is today."""
    return f"{at:%H:%M:%S}" if at.date() == now.date() else f"{at:%d %b %Y, %H:%M:%S}"


def _machine(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
