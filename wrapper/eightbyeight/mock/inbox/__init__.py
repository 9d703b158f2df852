"""The inbox: a page that shows the mock's messages as a phone would, under `/__mock__/inbox`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eightbyeight.mock.app import MockApp
    from eightbyeight.mock.response import Response

#: Below the control plane's own path.
PATH = "/inbox"


def owns(path: str) -> bool:
    """Whether a path, from the control plane's on, belongs to the page."""
    return path == PATH or path.startswith(f"{PATH}/")


def answer(
    app: MockApp,
    method: str,
    path: str,
    query: str,
    headers: Mapping[bytes, bytes],
    body: bytes,
) -> Response:
    """Answer a request to the page.

    Args:
        app: The mock.
        method: The HTTP method.
        path: The path, from the control plane's on.
        query: The query as sent.
        headers: With lower-case names.
        body: The whole body.
    """
    # Most mocks never show a page.
    from eightbyeight.mock.inbox.pages import answer as answer_visit
    from eightbyeight.mock.inbox.visits import Visit

    given = parse_qs(query, keep_blank_values=True)
    return answer_visit(Visit(app, method, path.removeprefix(PATH), given, headers, body))


def is_sought(method: str, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a person with a browser looks at the root, where the API has nothing."""
    return method == "GET" and any(
        name.lower() == b"accept" and b"text/html" in value for name, value in headers
    )


def redirect() -> Response:
    """Send a browser to the page."""
    from eightbyeight.mock.inbox import rendering, visits

    return rendering.redirect(visits.HOME)
