"""Which file of a site holds what a server answers at an address.

An address is a path from `/`, with its fields, as pages link to it. A file has a name that every file system
and every host takes: where that of a thing does not do, a digest of its IRI tells it from others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape, unescape
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from ogdkg.files.generated_names import file_names
from ogdkg.files.names import folded
from ogdkg.rdf.terms import local_name
from ogdkg.web.editor.editor import TERMS
from ogdkg.web.http.assets import FOLDER as ASSETS
from ogdkg.web.pages.addresses import DOCUMENT, Addresses, without_suffix
from ogdkg.web.questions.asked import PATH as ASK

OURS = "_ogdkg"  # the folder of what pages load
DOCS = "docs"
SUFFIXES = ("ttl", "jsonld", "html")  # of the descriptions that a site holds
FILES = ("csv", "json", "ttl", "jsonld")  # in which a site holds the answers to questions
FEEDS = {"/changes.atom": "changes.atom", "/changes.json": "changes.json"}
_PAGES = {
    "/": "index",
    "/things": "things",
    ASK: "ask",
    "/map": "map",
    "/picture": "picture",
    DOCUMENT: "document",
    "/quality": "quality",
    "/ontology": "ontology",
    "/ontology/rules": "ontology/rules",
    "/contribute": "contribute",
    "/styleguide": "styleguide",
    "/search": "search",
}
_OTHERS = ("404.html", "query.html", "robots.txt", "sitemap.xml", *FEEDS.values())  # files at the root
_FOLDERS = (
    "ask",
    "assets",
    "describe",
    "document",
    "map",
    "ontology",
    "picture",
    "things",
    "w3id",
    DOCS,
    OURS,
)
MOST_PAGES = 50  # of an answer, or of the description of a thing
_PLAIN = re.compile(r"(?![._])[\w.~!$&'(),;=@+-]+(?<!\.)")
_UNSAFE = re.compile(r"[^\w.~-]+")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)  # what Windows reserves
_LONGEST = 60  # letters of what makes a name readable
_IN_LINK = "/~!$&'(),;=@-._"  # what is not encoded in the path of a file; S3 reads a plus as a space


class Ready(NamedTuple):
    """What is written besides the pages that have no choice.

    Attributes:
        questions: The fields with which each stored query is answered beforehand, besides none.
        facets: The names of the fields that narrow the list of all things.
        lines: The lines with a page of their own, by the document that is named in the address.
        anchors: Where other lines stand, by document.
        has_feeds: Whether the feeds of changes are written.
        has_editor: Whether there is a page for queries of one's own.
    """

    questions: Mapping[str, frozenset[tuple[tuple[str, str], ...]]]
    facets: frozenset[str] = frozenset()
    lines: Mapping[str, frozenset[int]] = {}
    anchors: Mapping[tuple[str, int], str] = {}
    has_feeds: bool = False
    has_editor: bool = False


class Layout:
    """The files of a site.

    Args:
        namespace: What the project's IRIs begin with; may be empty.
        own: The IRIs of the project that have a page.
        ready: What else is written.
    """

    def __init__(self, namespace: str, own: Iterable[str], ready: Ready) -> None:
        self._at = Addresses("", namespace)
        self._ready = ready
        self._missing: set[str] = set()
        self.stems = self._named(own)
        self._by_path = {self._at.of(iri)[1:]: iri for iri in self.stems}
        names = {name: _readable(name) for name in ready.questions}
        self._questions = {name: file[:-5] for name, file in file_names(names, "html").items()}

    def _named(self, own: Iterable[str]) -> dict[str, str]:
        """The file of each IRI, without a suffix."""
        wanted = {iri: self._wanted(iri) for iri in own if self._at.is_own(iri)}
        files = file_names({iri: name for iri, name in wanted.items() if name}, "html")
        taken = {folded(f"{name}.html") for name in _PAGES.values()} | {folded(each) for each in _OTHERS}
        return {
            iri: _marked(file[:-5], iri) if folded(file) in taken or _is_ours(file) else file[:-5]
            for iri, file in files.items()
        }

    def _wanted(self, iri: str) -> str:
        """The path of an IRI as a name; nothing for the namespace itself, whose page is the first one."""
        path = self._at.of(iri)[1:]
        parts = [unquote(part, errors="replace") for part in path.split("/")]
        if parts[-1] == "":
            parts[-1] = "index"
        if path == "":
            return ""
        if all(_PLAIN.fullmatch(part) and not _DEVICES.fullmatch(part) for part in parts):
            return "/".join(parts)
        return _marked("/".join(_readable(part) for part in parts), iri)

    @lru_cache(maxsize=100_000)  # noqa: B019  # one layout for a build
    def file(self, address: str) -> str | None:
        """Return the file that holds what is at an address, or None where a site has none."""
        parts = urlsplit(address)
        given = tuple(parse_qsl(parts.query, keep_blank_values=True))
        path = parts.path
        if path.startswith((ASSETS, f"/{DOCS}/")):
            return f"{path[1:]}index.html" if path.endswith("/") else path[1:]
        if path[1:] in self._by_path:
            return self._own(path, dict(given))
        if path in FEEDS and not given:
            return FEEDS[path] if self._ready.has_feeds and path not in self._missing else None
        if path in ("/describe", "/"):
            return self._described(path, dict(given))
        if path.startswith(f"{ASK}/"):
            return self._question(path.removeprefix(f"{ASK}/"), given)
        return self._page(path, dict(given)) or self._own(path, dict(given))

    def leave_out(self, address: str) -> None:
        """Note that there is nothing at an address after all, before anything leads there."""
        self._missing.add(address)
        self.file.cache_clear()
        self.linked.cache_clear()

    @lru_cache(maxsize=100_000)  # noqa: B019  # as above
    def thing(self, address: str) -> str | None:
        """Return the address that describes what an address names, in any format; None for other pages."""
        parts = urlsplit(address)
        given = dict(parse_qsl(parts.query, keep_blank_values=True))
        iri = given.get("iri") or given.get("resource") if parts.path in ("/describe", "/") else None
        bare, _ = without_suffix(parts.path) or ("", "")
        iri = iri or self._by_path.get(parts.path[1:]) or self._by_path.get(bare[1:])
        if iri is None or (
            parts.path in _PAGES and parts.path[1:] not in self._by_path and parts.path != "/"
        ):
            return None
        return described(iri, int(given.get("page", "1")))

    @lru_cache(maxsize=100_000)  # noqa: B019  # as above
    def linked(self, written: str, start: str) -> tuple[str | None, str]:
        """Return the link to an address, both as HTML has them, and the address without its fragment."""
        address = unescape(written)
        target = self.link(address, start)
        return None if target is None else escape(target), address.partition("#")[0]

    def link(self, address: str, start: str) -> str | None:
        """Return what a file's link to an address is, or None where it leads to nothing.

        Args:
            address: The address, with its fragment.
            start: The way from the file to the root of the site, such as `../`.
        """
        bare, _, fragment = address.partition("#")
        file = self.file(bare)
        if file is None:
            return None
        return f"{start}{quote(file, safe=_IN_LINK)}" + (f"#{fragment}" if fragment else "")

    def data(self, iri: str) -> str:
        """Return the file of a resource, without a suffix."""
        return self.stems.get(iri) or f"describe/{_slug(local_name(iri), iri)}"

    def _described(self, path: str, given: dict[str, str]) -> str | None:
        iri = given.pop("iri", None) or given.pop("resource", None)
        if iri is None:
            return "index.html" if path == "/" and not given else None
        suffix = given.pop("format", "html")
        return self._numbered(self.data(iri), suffix, given)

    def _own(self, path: str, given: dict[str, str]) -> str | None:
        if iri := self._by_path.get(path[1:]):
            return self._numbered(self.stems[iri], "html", given)
        bare, suffix = without_suffix(path) or ("", "")
        iri = self._by_path.get(bare[1:])
        return self._numbered(self.stems[iri], suffix, given) if iri else None

    @staticmethod
    def _numbered(stem: str, suffix: str, given: dict[str, str]) -> str | None:
        page = given.pop("page", "1")
        if given or suffix not in SUFFIXES or not _is_number(page) or (page != "1" and suffix != "html"):
            return None
        return f"{stem}.{suffix}" if page == "1" else f"{stem}+page-{page}.html"

    def _page(self, path: str, given: dict[str, str]) -> str | None:
        stem = _PAGES.get(path)
        if path == "/contribute":
            given = {}  # how to correct one thing is how to correct any
        if stem and not given:
            return f"{stem}.html"
        if path == "/query":
            return "query.html" if self._ready.has_editor else None
        if path == TERMS:
            return f"{OURS}/terms.json" if self._ready.has_editor else None
        if path == "/things" and set(given) <= {*self._ready.facets, "letter", "page"}:
            return self._list(given)
        if path == DOCUMENT:
            return self._of_document(given)
        if (path == ASK and set(given) == {"topic"}) or (path == "/map" and set(given) == {"region"}):
            return f"{stem}/{_slug('-'.join(given.values()), repr(given))}.html"
        if path == "/ontology/in-full" and "of" in given and set(given) <= {"of", "page"}:
            return f"ontology/{_slug(local_name(given['of']), repr(sorted(given.items())))}.html"
        if path == "/ontology/rules" and set(given) == {"page"} and _is_number(given["page"]):
            return f"{stem}+page-{given['page']}.html"
        return None

    @staticmethod
    def _list(given: dict[str, str]) -> str | None:
        """A page of the list of all things, narrowed by one choice at most."""
        page = given.get("page", "1")
        choices = sorted((name, text) for name, text in given.items() if name != "page")
        if len(choices) > 1 or not _is_number(page):
            return None
        more = "" if page == "1" else f"+page-{page}"
        if not choices:
            return f"things{more}.html"
        return f"things/{_slug('-'.join(choices[0]), repr(choices))}{more}.html"

    def _of_document(self, given: dict[str, str]) -> str | None:
        of, line, page = given.pop("of", ""), given.pop("line", ""), given.pop("page", "1")
        if given or not _is_number(page) or (line and not line.isdigit()):
            return None
        if line and int(line) not in self._ready.lines.get(of, ()):
            return self._ready.anchors.get((of, int(line)))
        stem = f"document/{_slug(of, of)}" if of else "document"
        if line:
            return f"document/line-{line}.html" if not of else f"{stem}+line-{line}.html"
        return f"{stem}.html" if page == "1" else f"{stem}+page-{page}.html"

    def _question(self, name: str, given: tuple[tuple[str, str], ...]) -> str | None:
        name = unquote(name, errors="replace")
        suffix = "html"
        if name not in self._questions:
            name, _, suffix = name.rpartition(".")
            if suffix not in FILES:
                return None
        stem = self._questions.get(name)
        page = dict(given).get("page", "1")
        values = tuple(sorted(pair for pair in given if pair[0] != "page"))
        if stem is None or not _is_number(page) or (values and values not in self._ready.questions[name]):
            return None
        more = "/" + _slug("-".join(text for _, text in values), repr(values)) if values else ""
        return f"ask/{stem}{more}" + ("" if page == "1" else f"+page-{page}") + f".{suffix}"


def described(iri: str, page: int = 1) -> str:
    """Return the address that describes a resource: the same for those of the project and others."""
    return f"/describe?{urlencode({'iri': iri, **({'page': str(page)} if page > 1 else {})})}"


def start_of(file: str) -> str:
    """Return the way from a file to the root of its site: `../` for each folder."""
    return "../" * file.count("/")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST_PAGES


def _is_ours(file: str) -> bool:
    return folded(file.partition("/")[0]) in _FOLDERS and "/" in file


def _readable(text: str) -> str:
    return _UNSAFE.sub("-", text).strip("-._")[:_LONGEST] or "x"


def _slug(text: str, key: str) -> str:
    """A name for a key that begins with a readable text."""
    return _marked(_readable(text).lower(), key)


def _marked(name: str, key: str) -> str:
    digest = hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=6).hexdigest()
    return f"{name}+{digest}"
