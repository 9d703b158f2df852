"""A request to the inbox page, and what it may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlencode

from eightbyeight.mock.questions import ControlError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eightbyeight.mock.app import MockApp

#: Where the page is.
HOME = "/__mock__/inbox"

_FORM = b"application/x-www-form-urlencoded"
_MOST_FIELDS = 20
_MOST = 1000
_PLACES = ("q", "id", "umid", "people", "bubbles")


class View(NamedTuple):
    """What the page shows; its address says the same.

    Attributes:
        q: What is searched for.
        id: The conversation that is open.
        umid: The message whose details are open.
        people: How many conversations are listed at most.
        bubbles: How many messages of a conversation are shown at most.
    """

    q: str = ""
    id: str = ""
    umid: str = ""
    people: int = 50
    bubbles: int = 50

    def link(self, **changes: str | int) -> str:
        """The address of this view with changes; an empty text closes what was open."""
        query = self._replace(**changes).query()  # type: ignore[arg-type]
        return f"{HOME}?{query}" if query else HOME

    def query(self) -> str:
        """This view as a query, without what is usual."""
        return urlencode(
            [(k, v) for k, v in self._asdict().items() if v != View._field_defaults[k]],
            errors="replace",
        )


class Visit(NamedTuple):
    """A request to the page.

    Attributes:
        path: What follows the page's own path.
        query: The parameters in the address.
        headers: With lower-case names.
    """

    app: MockApp
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[bytes, bytes]
    body: bytes

    def view(self) -> View:
        """What the address asks for.

        Raises:
            ControlError: A number is none.
        """
        return view_of(self.query)

    def wants_json(self) -> bool:
        """Whether the page's script asks, not a form."""
        return b"application/json" in self.headers.get(b"accept", b"")

    def host(self) -> str:
        """The host under which the page was asked for."""
        return self.headers.get(b"host", b"localhost:8808").decode("latin-1")

    def form(self, *names: str) -> dict[str, str]:
        """The fields of a form.

        Args:
            *names: Those that there may be.

        Raises:
            ControlError: It is no form, or has other fields.
        """
        kind = self.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if self.body and kind != _FORM:
            raise ControlError(415, f"the body must be a form, {_FORM.decode()}")
        try:
            found = parse_qs(
                self.body.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=_MOST_FIELDS,
            )
        except ValueError:
            raise ControlError(400, "the form cannot be read") from None
        unknown = found.keys() - set(names)
        if unknown:
            known = ", ".join(names)
            raise ControlError(422, f"no field is called {min(unknown)[:40]!r}; there are: {known}")
        # Forms end their lines in two characters.
        return {name: values[-1].replace("\r\n", "\n") for name, values in found.items()}


def view_of(query: Mapping[str, list[str]]) -> View:
    """Read a view from parameters; the last one of each counts, others do not matter.

    Raises:
        ControlError: A number is none.
    """
    given = {name: query[name][-1] for name in _PLACES if query.get(name)}
    numbers = {
        name: _number(name, given.pop(name)) for name in ("people", "bubbles") if name in given
    }
    return View(**given, **numbers)  # type: ignore[arg-type]


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST):
        raise ControlError(422, f"{name} must be a whole number from 1 to {_MOST}")
    return int(text[:9])
