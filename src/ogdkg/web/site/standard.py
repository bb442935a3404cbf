"""What hosts and search engines look for on a site: robots.txt and sitemap.xml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape

_MOST = 50_000  # addresses of a sitemap, https://www.sitemaps.org/protocol.html
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<{} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
_UNLISTED = ("404.html", "search.html", "styleguide.html")


def robots(base: str) -> bytes:
    """Return what robots may read (RFC 9309): all."""
    text = "User-agent: *\nDisallow:\n"
    return (text + (f"\nSitemap: {base}/sitemap.xml\n" if base else "")).encode()


def sitemaps(base: str, pages: Sequence[str], most: int = _MOST) -> Iterator[tuple[str, bytes]]:
    """Yield the files with the addresses of pages: one, or several and one that lists them.

    Args:
        base: The address of the site.
        pages: The pages.
        most: How many a file may list.
    """
    listed = [_address(base, page) for page in pages if page not in _UNLISTED]
    if len(listed) <= most:
        yield "sitemap.xml", _listing("urlset", "url", listed)
        return
    parts = [listed[start : start + most] for start in range(0, len(listed), most)]
    for number, part in enumerate(parts, 1):
        yield f"sitemap-{number}.xml", _listing("urlset", "url", part)
    files = [_address(base, f"sitemap-{number}.xml") for number in range(1, len(parts) + 1)]
    yield "sitemap.xml", _listing("sitemapindex", "sitemap", files)


def _listing(name: str, entry: str, addresses: Iterable[str]) -> bytes:
    lines = "".join(f"<{entry}><loc>{escape(each)}</loc></{entry}>\n" for each in addresses)
    return f"{_HEAD.format(name)}{lines}</{name}>\n".encode()


def _address(base: str, page: str) -> str:
    return f"{base}/{'' if page == 'index.html' else quote(page)}"
