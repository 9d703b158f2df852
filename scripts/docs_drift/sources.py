"""Getting pages: files, folders of them, URLs; and telling in which form each one is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from . import html_page, mdx, oas
from .errors import PageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ENDINGS = (".api.mdx", ".html", ".htm", ".txt", ".json")
_MOST_BYTES = 50_000_000
_TIMEOUT = 30.0
_SLUG = re.compile(r"https?://[^\s\"'<>]+/(?:reference|docs)/([\w.-]+)")


@dataclass(frozen=True)
class Source:
    """One page, or one file of the vendor's.

    Attributes:
        name: The file or URL, as it was given.
        text: What is in it.
        in_folder: Whether it was found in a folder, rather than asked for.
    """

    name: str
    text: str
    in_folder: bool = False

    @property
    def slug(self) -> str:
        """The page's name, from that of the file."""
        name = PurePosixPath(urlsplit(self.name).path if _is_url(self.name) else self.name).name
        for ending in (*_ENDINGS, ".mdx", ".md"):
            name = name.removesuffix(ending)
        return name or "page"

    @property
    def named_slug(self) -> str | None:
        """The page's name, from an address that the page itself mentions last."""
        found = _SLUG.findall(self.text[-20_000:])
        return found[-1] if found else None


def load(places: list[str], tell: Callable[[str], None]) -> Iterator[Source | PageError]:
    """Read the pages.

    Args:
        places: Files, folders and URLs.
        tell: Gets the progress of what is fetched.

    Yields:
        Each page, or what is wrong with it.
    """
    for place in places:
        try:
            if _is_url(place):
                yield Source(place, fetch(place, tell))
            elif "://" in place:
                raise PageError(f"{place}: only http:// and https:// addresses can be fetched")
            elif Path(place).is_dir():
                yield from _folder(Path(place))
            else:
                yield Source(place, _file(Path(place)))
        except PageError as error:
            yield error


def _is_url(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def _folder(folder: Path) -> Iterator[Source | PageError]:
    paths = [
        path
        for path in sorted(folder.rglob("*"))
        if path.name.endswith(_ENDINGS) and not _is_aside(path.relative_to(folder))
    ]
    if not paths:
        raise PageError(f"{folder}: no page in it: looked for {', '.join(_ENDINGS)}")
    for path in paths:
        try:
            yield Source(str(path), _file(path), in_folder=True)
        except PageError as error:
            yield error


def _is_aside(path: Path) -> bool:
    """Whether a path is in what a checkout has beside its pages."""
    return any(part.startswith(".") or part == "node_modules" for part in path.parts)


def _file(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise PageError(f"{path}: not readable: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise PageError(f"{path}: not UTF-8 text: {error}") from error
    if not text.strip():
        raise PageError(f"{path}: empty")
    return text


def fetch(url: str, tell: Callable[[str], None]) -> str:
    """Get a page from a server.

    Args:
        url: Its address.
        tell: Gets a line now and then.

    Raises:
        PageError: If it does not come, or is not text.
    """
    import httpx

    tell(f"{url}: connecting")
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=_TIMEOUT) as answer:
            if answer.status_code != 200:
                raise PageError(f"{url}: the server answered {answer.status_code}")
            total, text_bytes, got, told = answer.headers.get("content-length"), bytearray(), 0, 0
            for part in answer.iter_bytes():
                text_bytes += part
                got = answer.num_bytes_downloaded  # what Content-Length counts
                if len(text_bytes) > _MOST_BYTES:
                    raise PageError(f"{url}: more than {_MOST_BYTES:,} bytes; this is no page")
                if got - told >= 65_536:
                    told = got
                    tell(f"{url}: {got:,} bytes" + (f" of {int(total):,}" if total else ""))
            encoding = answer.encoding or "utf-8"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PageError(f"{url}: not fetched: {str(error) or type(error).__name__}") from error
    tell(f"{url}: {got:,} bytes, done")
    try:
        text = text_bytes.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise PageError(f"{url}: not text: {error}") from error
    if not text.strip():
        raise PageError(f"{url}: empty")
    return text


def beside(source: Source, file: str, tell: Callable[[str], None]) -> Source:
    """Read a file that another one refers to."""
    if _is_url(source.name):
        url = urljoin(source.name, file)
        return Source(url, fetch(url, tell))
    path = Path(source.name).parent / file
    return Source(str(path), _file(path))


def form_of(source: Source) -> str:
    """Tell the form of a page by what is in it: ``mdx``, ``oas``, ``html`` or ``text``."""
    start = source.text.lstrip("\ufeff \t\r\n")[:2000].lower()
    if mdx.is_mdx(source.text):
        return "mdx"
    if oas.is_openapi(source.text):
        return "oas"
    if start.startswith(("<!doctype", "<html", "<head", "<body", "<main", "<div")):
        return "html"
    return "html" if html_page.is_reference_page(source.text) else "text"
