"""The prefixes of a project: those of `ogdkg.toml`, those that its files declare, and the usual ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ogdkg.answer_cache.dependencies import note
from ogdkg.project.cache_files import Readings
from ogdkg.rdf.formats import FOR_RDF, JSONLD, RDFXML, TRIG, TURTLE, by_extension, is_packed
from ogdkg.rdf.terms import is_iri

BUILT_IN = ("rdf", "rdfs", "owl", "skos", "xsd", "sh", "dcterms", "schema", "foaf", "prov")
_MOST = 50  # files that are looked at: of more, some from the first to the last, whose prefixes stand for all
_HEAD = 1 << 13  # bytes of a file
_LARGEST_JSON = 1 << 17  # bytes: a document of JSON is read whole, or not at all
_DIRECTIVE = (  # one after another, from the beginning (Turtle, sections 2.4 and 6.5)
    rb"(?:\s+|#[^\n]*\n)*+(?:@?(?:prefix)\s+([^\s:<>#\"]*):\s*<([^<>\"{}|^`\\\s]*)>|@?base\s*<[^<>\s]*>)\s*+\.?"
)
_NAMESPACE = rb"""\sxmlns:([^\s="'<>]+)\s*=\s*["']([^"'<>&\s]*)["']"""


class Prefixes(Mapping[str, str]):
    """Namespaces by prefix; files are looked at once somebody asks.

    Args:
        own: Those of `ogdkg.toml`, which come first.
        files: Lists the RDF files of the project.
        root: The folder of the project.
    """

    def __init__(self, own: Mapping[str, str], files: Callable[[], Iterable[Path]], root: Path) -> None:
        self._own, self._files, self._root = own, files, root
        self._found: dict[str, str] | None = None

    @property
    def own(self) -> Mapping[str, str]:
        """Those of `ogdkg.toml` alone, for text that goes into a file, which may lack others."""
        return self._own

    @property
    def _all(self) -> dict[str, str]:
        if self._found is None:
            found = dict(self._own)
            from ogdkg.rdf.namespaces import WELL_KNOWN  # only once somebody asks

            usual = ((name, WELL_KNOWN[name]) for name in BUILT_IN)
            for name, namespace in (*_declared(self._files(), self._root), *usual):
                found.setdefault(name, namespace)
            self._found = found
        return self._found

    def __getitem__(self, name: str) -> str:
        return self._own[name] if name in self._own else self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __bool__(self) -> bool:
        return True  # the usual ones are there in any case: no file need tell

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (self._all,)  # a copy in another process


def _declared(files: Iterable[Path], root: Path) -> Iterator[tuple[str, str]]:
    """Yield what most files take a prefix for, whatever their order."""
    readings = Readings(root, "prefixes")
    found = Counter(
        (name, namespace)
        for path in _spread(list(files))
        for name, namespace in dict.fromkeys(_kept(path, readings))
        if is_iri(namespace) and (not name or name.isprintable())
    )
    readings.keep()
    yield from sorted(found, key=lambda each: (-found[each], each))


def _spread(files: Sequence[Path]) -> Sequence[Path]:
    """Return all files, or of many some that lie equally far apart, the first and the last among them."""
    if len(files) <= _MOST:
        return files
    return [files[number * (len(files) - 1) // (_MOST - 1)] for number in range(_MOST)]


def _kept(path: Path, readings: Readings) -> list[tuple[str, str]]:
    """Return what a file declares, as it was read before where it has not changed since."""
    note(path)
    try:
        found: list[tuple[str, str]] = readings.read(str(path), path.stat(), lambda: declared_in(path))
    except OSError:
        return []
    return found


def declared_in(path: Path) -> list[tuple[str, str]]:
    """Return what a file declares at its beginning; nothing where it cannot be read."""
    form = by_extension(path, FOR_RDF)
    if is_packed(path) or form not in (TURTLE, TRIG, RDFXML, JSONLD):
        return []
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_JSON + 1 if form == JSONLD else _HEAD)
    except OSError:
        return []
    if form == JSONLD:
        return _of_context(data) if len(data) <= _LARGEST_JSON else []
    found = _of_xml(data) if form == RDFXML else _of_turtle(data)
    return [
        (name.decode("utf-8", "replace"), namespace.decode("utf-8", "replace")) for name, namespace in found
    ]


def _of_turtle(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    directive = re.compile(_DIRECTIVE, re.IGNORECASE)
    while found := directive.match(data, at):
        at = found.end()
        if found[2] is not None:
            yield found[1], found[2]


def _of_xml(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    return ((found[1], found[2]) for found in re.finditer(_NAMESPACE, data))


def _of_context(data: bytes) -> list[tuple[str, str]]:
    import json  # few projects have such files

    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return []
    context = document.get("@context") if isinstance(document, dict) else None
    parts = context if isinstance(context, list) else [context]
    return [
        (name, value)
        for part in parts
        if isinstance(part, dict)
        for name, value in part.items()
        if isinstance(value, str) and value[-1:] in ("#", "/", ":") and not name.startswith("@")
    ]
