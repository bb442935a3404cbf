"""IRIs and the addresses that answer for them, https://www.w3.org/TR/cooluris/#r303gendocument.

An IRI of the project answers at its path, as its own host would and with the namespace's path left out. Its
descriptions stand at the same path with a suffix. Other IRIs are described at `/describe?iri=`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote, urlencode, urlsplit

from ogdkg.rdf.formats import CSV, Format, Holds
from ogdkg.rdf.terms import is_iri
from ogdkg.web.http.negotiation import TRIPLES, Choice

HTML = Format("html", "text/html", ("html",), Holds.TEXT)
DOCUMENTS = [*TRIPLES, Choice(HTML.media_type, HTML), Choice(CSV.media_type, CSV)]
# The formats of a description by suffix, each with its own media type.
BY_SUFFIX: Mapping[str, Choice] = {
    choice.format.extensions[0]: choice
    for choice in DOCUMENTS
    if choice.media_type == choice.format.media_type
}
_NAMES = {"ttl": "Turtle", "jsonld": "JSON-LD", "csv": "CSV", "nt": "N-Triples", "nq": "N-Quads",
          "trig": "TriG", "rdf": "RDF/XML"}  # fmt: skip
_BEYOND_ASCII = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
DOCUMENT = "/document"
_PATH = "/:@!$&'()*+,;=-._~%"  # what a path may hold as it is (RFC 3986, section 3.3), and what is encoded


class Addresses(NamedTuple):
    """The addresses of a server.

    Attributes:
        base: The address of the server, without a slash at the end.
        namespace: What the project's IRIs begin with; may be empty.
    """

    base: str
    namespace: str

    def iris(self, path: str) -> Iterator[str]:
        """Yield the IRIs that a path, percent-encoded, may stand for."""
        spelled = dict.fromkeys((path, _readable(path), unquote(path, errors="replace")))
        for each in spelled if self.namespace else ():
            yield self.namespace + each[1:]
            yield _origin(self.namespace) + each

    def local(self) -> Addresses:
        """The same without scheme and host, as a page has them."""
        return self._replace(base=urlsplit(self.base).path)

    def is_own(self, iri: str) -> bool:
        """Whether an IRI has a path of its own here: it is the project's, and no part of a document.

        A path that begins with two slashes would lead to another host (RFC 3986, section 4.2).
        """
        start = self.namespace
        return bool(start) and iri.startswith(start) and not iri.startswith(f"{start}/") and "#" not in iri

    def of(self, iri: str) -> str:
        """Return the address that answers for an IRI."""
        if self.is_own(iri):
            return f"{self.base}/{_path_of(iri.removeprefix(self.namespace))}"
        return f"{self.base}/describe?{_field_of(iri)}"

    def document(self, iri: str, suffix: str, page: int = 1, **more: str) -> str:
        """Return the address of a description in a format."""
        given = dict(more)
        if page > 1:
            given["page"] = str(page)
        more_fields = urlencode(given) if given else ""
        if self.is_own(iri) and iri != self.namespace:
            return f"{self.of(iri)}.{suffix}" + (f"?{more_fields}" if given else "")
        fields = f"{_field_of(iri)}&{urlencode({'format': suffix})}"
        return f"{self.base}/describe?{fields}" + (f"&{more_fields}" if given else "")

    def formats(self, iri: str, page: int = 1) -> list[tuple[str, str, str]]:
        """The other formats of a page: names, addresses and media types."""
        return [
            (name, self.document(iri, suffix, page), BY_SUFFIX[suffix].media_type)
            for suffix, name in _NAMES.items()
        ]


# The same few things stand on most pages.
@lru_cache(maxsize=8_192)
def _path_of(name: str) -> str:
    return quote(name, safe=_PATH)


@lru_cache(maxsize=8_192)
def _field_of(iri: str) -> str:
    return urlencode({"iri": iri})


def in_document(base: str, line: int, document: str = "") -> str:
    """Return the address of a line on the page of a document, which is named where there are several."""
    fields = {"of": document, "line": str(line)} if document else {"line": str(line)}
    return f"{base}{DOCUMENT}?{urlencode(fields)}#L{line}"


def without_suffix(path: str) -> tuple[str, str] | None:
    """Return a path without the suffix of a format, and the suffix; None if it has none."""
    stem, dot, suffix = path.rpartition(".")
    return (stem, suffix) if dot and suffix in BY_SUFFIX and not stem.endswith("/") else None


def encoded(iri: str) -> str:
    """An IRI as a URI (RFC 3987, section 3.1), as a header may hold it."""
    return quote(iri, safe="/:@!$&'()*+,;=-._~%?#[]")


def _origin(namespace: str) -> str:
    parts = urlsplit(namespace)
    return f"{parts.scheme}://{parts.netloc}"


def _readable(path: str) -> str:
    """A path with its letters beyond ASCII decoded, and nothing else (RFC 3987, section 3.2)."""
    return _BEYOND_ASCII.sub(lambda found: unquote(found[0], errors="replace"), path)


def is_askable(text: str) -> bool:
    """Whether a text may be asked for as an IRI."""
    return len(text) <= 8_192 and is_iri(text)
