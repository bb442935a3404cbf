"""Reads RDF files, folders and streams for validation, each literal as it is written."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.formats import FOR_RDF, by_extension
from ogdkg.store.codec import fault, syntax_error

STREAM = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """Something to read: a file, or bytes that came in under a name; derived triples stand in no file."""

    name: str
    format: RdfFormat
    content: bytes | None = None
    is_file: bool = True

    def size(self) -> int:
        """How many bytes there are to read."""
        return Path(self.name).stat().st_size if self.content is None else len(self.content)


def sources(names: Iterable[str]) -> list[Source]:
    """What the names stand for: a file, every RDF file under a folder, or standard input (TriG, and so
    Turtle)."""
    return [source for name in names for source in ([_stream()] if name == STREAM else _expanded(Path(name)))]


def _stream() -> Source:
    return Source("<stdin>", RdfFormat.TRIG, sys.stdin.buffer.read())


def _expanded(path: Path) -> list[Source]:
    if path.is_dir():
        inside = sorted(each for each in path.rglob("*") if each.is_file() and by_extension(each, FOR_RDF))
        if not inside:
            raise UsageError(f"There is no RDF file in the folder {path}.")
        return [Source(str(each), _known_format(each)) for each in inside]
    if not path.exists():
        raise UsageError(f"There is no file {path}.")
    return [Source(str(path), _known_format(path))]


def _format(path: Path) -> RdfFormat | None:
    return RdfFormat.from_extension(path.suffix.removeprefix(".").lower())


def _known_format(path: Path) -> RdfFormat:
    found = _format(path)
    if found is None:
        raise InputError(
            f"The name {path.name!r} does not say which RDF format the file is in.",
            place=Place(str(path)),
            hint="Use one of .ttl, .trig, .nt, .nq, .rdf, .jsonld.",
        )
    return found


def quads(source: Source) -> Iterator[Quad]:
    """What a source says, blank nodes renamed so that two sources never share one."""
    base = Path(source.name).resolve().as_uri() if source.content is None else None
    try:
        yield from parse(
            source.content,
            path=source.name if source.content is None else None,
            format=source.format,
            base_iri=base,
            rename_blank_nodes=True,
        )
    except (SyntaxError, MemoryError) as error:
        raise (fault(error, Path(source.name), base) if base else syntax_error(error, source.name)) from error
    except (OSError, ValueError) as error:
        raise InputError(f"The file cannot be read: {error}.", place=Place(source.name)) from error
