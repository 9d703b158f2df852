"""Interactive WhatsApp messages with a menu, and products of a catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from .base import only_one
from .interactive import Interactive, interactive_body
from .wire import WireForm, compact, list_to_wire, refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .interactive import Header
    from .wire import Piece, Wire


class Row(WireForm):
    """One choice of a ListMenu. ``id`` (up to 200 characters) comes back in the webhook."""

    __slots__ = ()

    def __init__(self, id: str, title: str, description: str | None = None) -> None:
        super().__init__(compact(id=id, title=title, description=description))


class Section(WireForm):
    """Rows of a ListMenu under one heading (up to 24 characters)."""

    __slots__ = ()

    def __init__(self, title: str | None, rows: Iterable[Row | Piece]) -> None:
        super().__init__(
            compact(
                title=title, rows=list_to_wire(rows, "content.interactive.action.sections[].rows")
            )
        )


def _sections(sections: list[Wire], items: str, limit: int) -> list[Wire]:
    """Check what holds across the sections of a menu or a product list."""
    path = "content.interactive.action.sections"
    for number, section in enumerate(sections):
        if not isinstance(section.get(items, []), list):
            raise refused(f"{path}[{number}].{items}", "type", "must be a list")
    count = sum(len(section.get(items, ())) for section in sections)
    if count > limit:
        raise refused(
            path, "maxItems", f"has {count} {items} in all; the limit over all sections is {limit}"
        )
    if len(sections) > 1:
        for number, section in enumerate(sections):
            if not section.get("title"):
                raise refused(
                    f"{path}[{number}].title",
                    "required",
                    "is required when there are several sections",
                )
    return sections


class ListMenu(Interactive):
    """A text with a button that opens a menu of up to ten rows, in sections or not.

    See https://developer.8x8.com/connect/reference/send-message
    """

    __slots__ = ()

    def __init__(
        self,
        body: str,
        button: str,
        *,
        sections: Iterable[Section | Piece] | None = None,
        rows: Iterable[Row | Piece] | None = None,
        header: str | Header | Piece | None = None,
        footer: str | None = None,
    ) -> None:
        path = "content.interactive.action"
        only_one(path, sections=sections, rows=rows)
        if sections is None:
            sections = [Section(None, rows or ())]
        wire = _sections(list_to_wire(sections, f"{path}.sections"), "rows", 10)
        super().__init__(
            interactive_body(
                "list",
                body=body,
                action={"button": button, "sections": wire},
                header=header,
                footer=footer,
            )
        )


class Product(Interactive):
    """One product of the catalogue that is linked to the WhatsApp Business account."""

    __slots__ = ()

    def __init__(
        self,
        catalog_id: str,
        product_id: str,
        *,
        body: str | None = None,
        footer: str | None = None,
    ) -> None:
        action = {"catalog_id": catalog_id, "product_retailer_id": product_id}
        super().__init__(interactive_body("product", body=body, action=action, footer=footer))


class ProductList(Interactive):
    """Up to 30 products of a catalogue, given as ``{section title: [product IDs]}``.

    ``featured`` is the product that the API asks for next to the list; the first one when left out.
    """

    __slots__ = ()

    def __init__(
        self,
        catalog_id: str,
        products: Mapping[str, Sequence[str]],
        *,
        body: str,
        featured: str | None = None,
        header: str | Header | Piece | None = None,
        footer: str | None = None,
    ) -> None:
        path = "content.interactive.action.sections"
        if not isinstance(products, Mapping):
            raise refused(
                path, "type", "must be a mapping of section titles to lists of product IDs"
            )
        if any(isinstance(ids, str) or not isinstance(ids, Iterable) for ids in products.values()):
            raise refused(path, "type", "must hold a list of product IDs for each title")
        sections = _sections(
            [
                {
                    "title": title,
                    "product_items": [{"product_retailer_id": product} for product in ids],
                }
                for title, ids in products.items()
            ],
            "product_items",
            30,
        )
        if featured is None:
            featured = next((product for ids in products.values() for product in ids), None)
        action = compact(catalog_id=catalog_id, product_retailer_id=featured, sections=sections)
        super().__init__(
            interactive_body("product_list", body=body, action=action, header=header, footer=footer)
        )
