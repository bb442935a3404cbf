"""Reads RDF files, folders and streams for validation, each literal as it is written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pyoxigraph import BlankNode, Quad, RdfFormat, Triple, parse

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.files.packed import unpacked
from ogdkg.rdf.bounds.door import BOM, check_file, checked
from ogdkg.rdf.formats import FOR_RDF, PACKED, by_extension, plain_name
from ogdkg.store.codec import fault, ox_format, syntax_error

STREAM, STDIN = "-", "<stdin>"
MAX_CACHED_QUADS = 100_000  # quads, of which each takes half a kilobyte


@dataclass(frozen=True, slots=True)
class Source:
    """Something to read: a file, or bytes that came in under a name; derived triples stand in no file."""

    name: str
    format: RdfFormat
    content: bytes | None = None
    is_file: bool = True

    @property
    def base(self) -> str | None:
        """What relative IRIs are relative to: the file's own IRI."""
        is_named = self.is_file and self.name != STDIN
        if not is_named:
            return None
        folder, name = os.path.split(os.path.abspath(self.name))  # noqa: PTH100  # many times as fast
        return _folder(folder) + quote(os.fsencode(name))


@cache
def _folder(name: str) -> str:
    """The IRI of a folder, in which there may be many files."""
    return Path(name).resolve().as_uri().rstrip("/") + "/"


def sources(names: Iterable[str], default_format: RdfFormat | None = None) -> list[Source]:
    """The sources that names stand for: a file, every RDF file in a folder, or `-` for standard input.

    Args:
        names: Names of files and folders, or `-`.
        default_format: The format of a file whose name does not tell it, and of standard input (else TriG,
            which includes Turtle).

    Raises:
        UsageError: A file does not exist, or a folder has no RDF file.
        InputError: The format of a file is unknown.
    """
    found: list[Source] = []
    for name in names:
        if name == STREAM:
            form = default_format or RdfFormat.TRIG
            found.append(Source(STDIN, form, checked(sys.stdin.buffer.read(), form.media_type, STDIN)))
        else:
            found += _in_folder(Path(name), default_format)
    return found


def _in_folder(path: Path, default_format: RdfFormat | None) -> list[Source]:
    if path.is_dir():
        inside = sorted(
            each for each in path.rglob("*") if each.is_file() and by_extension(plain_name(each), FOR_RDF)
        )
        if not inside:
            raise UsageError(f"There is no RDF file in the folder {path}.")
        return [_source(each, None) for each in inside]
    if not path.exists():
        raise UsageError(f"There is no file {path}.")
    return [_source(path, default_format)]


def _source(path: Path, default_format: RdfFormat | None) -> Source:
    form = _format_of(path) or default_format
    if form is None:
        raise InputError(
            f"The name {path.name!r} does not tell the RDF format of the file.",
            place=Place(str(path)),
            hint="Use one of .ttl, .trig, .nt, .nq, .rdf, .jsonld, or name the format with --from.",
        )
    return Source(str(path), form, _content(path, form))


def _content(path: Path, form: RdfFormat) -> bytes | None:
    """What a file holds that an engine cannot read by itself, or not twice; LimitError as of the door."""
    if path.suffix == PACKED or not path.is_file() or _has_mark(path):
        return checked(unpacked(path), form.media_type, str(path))
    check_file(path, form.media_type)
    return None


def _has_mark(path: Path) -> bool:
    """Whether a file begins with a byte order mark, which engines refuse."""
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(BOM)) == BOM
    return False


def _format_of(path: Path) -> RdfFormat | None:
    """The format that a file's name tells; pyoxigraph knows some more names, such as `.n3`."""
    plain = plain_name(path)
    form = by_extension(plain, FOR_RDF)
    return ox_format(form) if form else RdfFormat.from_extension(plain.suffix.removeprefix(".").lower())


class QuadCache:
    """The quads of sources; a limited number is cached, since a validation reads them several times.

    A blank node has the same label each time.

    Args:
        scope: What the labels begin with that sources too large to cache get: no two caches share them.
    """

    def __init__(self, scope: str = "data") -> None:
        self._scope = scope
        self._cached: dict[Source, list[Quad]] = {}
        self._capacity = MAX_CACHED_QUADS
        self._scopes: dict[Source, str] = {}  # of the labels in sources too large to cache

    def quads(self, source: Source, prefixes: dict[str, str] | None = None) -> Iterator[Quad]:
        """Like `quads`; a cached source has reported its prefixes already."""
        if source in self._cached:
            return iter(self._cached[source])
        return self._read(source, prefixes)

    def _read(self, source: Source, prefixes: dict[str, str] | None) -> Iterator[Quad]:
        is_known_large = source in self._scopes
        read = quads(source, prefixes)
        found = [] if is_known_large else list(islice(read, self._capacity))
        if len(found) < self._capacity and not is_known_large:
            self._capacity -= len(found)
            self._cached[source] = found
            return iter(found)
        scope = self._scopes.setdefault(source, f"{self._scope}{len(self._scopes)}n")
        return relabelled(chain(found, read), scope)


def quads(source: Source, prefixes: dict[str, str] | None = None) -> Iterator[Quad]:
    """Parse a source, with blank nodes renamed so that two sources never share one.

    Adds the prefixes of the source to `prefixes`, unless they are defined there.
    """
    with translating_errors(source):
        parser = parse(**parser_arguments(source), rename_blank_nodes=True)
        yield from parser
        if prefixes is not None:
            prefixes.update({**parser.prefixes, **prefixes})


def parser_arguments(source: Source) -> dict[str, Any]:
    """The arguments of `pyoxigraph.parse` and `Store.load` for a source."""
    path = source.name if source.content is None else None
    return {"input": source.content, "path": path, "format": source.format, "base_iri": source.base}


@contextmanager
def translating_errors(source: Source) -> Iterator[None]:
    """Turn errors of the parser into errors of ogdkg with their places."""
    base = source.base
    try:
        yield
    except (SyntaxError, MemoryError) as error:
        raise (fault(error, Path(source.name), base) if base else syntax_error(error, source.name)) from error
    except (OSError, ValueError) as error:
        raise InputError(f"The file cannot be read: {error}.", place=Place(source.name)) from error


def relabelled(quads: Iterable[Quad], scope: str) -> Iterator[Quad]:
    """The quads with labels of blank nodes that a second reading gives again."""
    known: dict[str, BlankNode] = {}

    def renamed(term: Any) -> Any:
        if type(term) is BlankNode:
            if term.value not in known:
                known[term.value] = BlankNode(f"{scope}{len(known)}")
            return known[term.value]
        return Triple(*map(renamed, term)) if type(term) is Triple else term

    for quad in quads:
        if type(quad.subject) is BlankNode or type(quad.object) in (BlankNode, Triple):
            yield Quad(*map(renamed, quad))
        else:
            yield quad
