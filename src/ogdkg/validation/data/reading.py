"""Reads RDF files, folders and streams for validation, each literal as it is written."""

from __future__ import annotations

import mmap
import os
import stat
import sys
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from pyoxigraph import Quad, QuadParser, RdfFormat, parse

from ogdkg.errors import InputError, LimitError, Place, UsageError, all_of
from ogdkg.files.names import printable
from ogdkg.files.packed import unpacked
from ogdkg.project.overrides import Overrides
from ogdkg.project.rdf_files import rdf_files_in
from ogdkg.rdf.bounds.door import HEAD, check_file, checked, unmarked, unreadable
from ogdkg.rdf.formats import (
    FOR_RDF,
    JSONLD,
    LOSSLESS,
    Format,
    by_extension,
    by_name,
    is_packed,
    unknown_format,
)
from ogdkg.store.codec import has_blanks, ox_format, read_file
from ogdkg.store.rdf12 import only_older, refuse_newer

if TYPE_CHECKING:
    from ogdkg.syntax.rdfxml import RdfXmlReader

STREAM, STDIN = "-", "<stdin>"
MAX_CACHED_QUADS = 100_000  # quads, of which each takes half a kilobyte
LARGE_BYTES = 40 * MAX_CACHED_QUADS  # bytes: the quads of less are kept, as they are wanted again


@dataclass(frozen=True, slots=True)
class Original:
    """A document of JSON-LD as it is written, and the files of its contexts."""

    content: bytes | None
    contexts: Mapping[str, Path] | None


@dataclass(frozen=True, slots=True)
class Source:
    """Something to read: a file, or bytes that came in under a name; derived triples stand in no file.

    What has an `original` has content in another format than its file, with other lines and labels. What
    `is_ground` surely has no blank node.
    """

    name: str
    format: RdfFormat
    content: bytes | None = None
    is_file: bool = True
    original: Original | None = field(default=None, compare=False)
    is_ground: bool = field(default=False, compare=False)

    @property
    def is_converted(self) -> bool:
        """Whether the content has lines and labels that its file has not."""
        return self.original is not None

    @property
    def written(self) -> bytes | None:
        """What its file holds, as `content` is None if that can be read there."""
        return self.original.content if self.original else self.content

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


def sources(
    names: Iterable[str],
    default_format: RdfFormat | None = None,
    contexts: Mapping[str, Path] | None = None,
) -> list[Source]:
    """The sources that names stand for: a file, every RDF file in a folder, or `-` for standard input.

    Args:
        names: Names of files and folders, or `-`.
        default_format: The format of a file whose name does not tell it, and of standard input (else TriG,
            which includes Turtle).
        contexts: The files that hold the contexts of JSON-LD at other addresses.

    Raises:
        UsageError: A file does not exist, or a folder has no RDF file.
        InputError: The format of a file is unknown, or it cannot be read; the error has all such files.
    """
    found: list[Source] = []
    faults: list[InputError] = []
    for name in names:
        if name == STREAM:
            found.append(_stream(sys.stdin.buffer.read(), default_format or RdfFormat.TRIG))
            continue
        for path, form_of_others in _paths(Path(name), default_format):
            try:
                found.append(_source(path, form_of_others))
            except LimitError:
                raise
            except InputError as error:
                faults.append(error)
    for index, each in enumerate(found):
        if each.format == RdfFormat.JSON_LD:
            try:
                found[index] = _as_quads(each, contexts)
            except LimitError:
                raise
            except InputError as error:
                faults.append(error)
    if faults:
        raise all_of([*faults, *faults_in(found, {error.place.file for error in faults if error.place})])
    return found


def _stream(data: bytes, form: RdfFormat) -> Source:
    """What came in without a name, as a source; JSON-LD is still to be made quads of."""
    source = Source(STDIN, form, checked(data, form.media_type, STDIN))
    _refuse_newer(source)
    return source


def sent(data: bytes, form: Format, contexts: Mapping[str, Path] | None = None) -> Source:
    """The source for a text that is in no file; it is called `STDIN` and has no base.

    Args:
        data: The text.
        form: Its format.
        contexts: The files that hold the contexts of JSON-LD at other addresses.

    Raises:
        InputError: It cannot be read; what an engine refuses is told when its quads are.
    """
    source = _stream(data, ox_format(form))
    return _as_quads(source, contexts) if form == JSONLD else source


def faults_in(read: Iterable[Source], known: Container[str] = ()) -> list[InputError]:
    """What is wrong with each file that does not parse, but for those whose names are known."""
    faults = []
    for source in read:
        if source.is_file and printable(source.name) not in known and source.format != RdfFormat.JSON_LD:
            try:
                for _ in quads(source):
                    pass
            except InputError as error:
                faults.append(error)
    return faults


def _as_quads(source: Source, contexts: Mapping[str, Path] | None) -> Source:
    """A document of JSON-LD, with what it states as its content, in N-Quads, as its own reader tells it."""
    from ogdkg.store.jsonld import JsonLdQuads  # few validations have such files

    data = read_file(Path(source.name)) if source.content is None else source.content
    lines = "".join(JsonLdQuads(data, source.name, source.base, contexts=contexts).lines())
    for _ in only_older(parse(lines, RdfFormat.N_QUADS) if "--" in lines else (), source.name):
        pass
    original = Original(source.content, contexts)
    return replace(source, format=RdfFormat.N_QUADS, content=lines.encode(), original=original)


def _paths(path: Path, default_format: RdfFormat | None) -> list[tuple[Path, RdfFormat | None]]:
    """The file, or every RDF file in the folder, with the format of one whose name tells none."""
    if path.is_file():
        return [(path, default_format)]
    if path.is_dir():
        inside = rdf_files_in(path)
        if not inside:
            raise UsageError(f"There is no RDF file in the folder {path}.")
        return [(each, None) for each in inside]
    if not path.exists():
        raise UsageError(f"There is no file {path}.")
    return [(path, default_format)]


def _source(path: Path, default_format: RdfFormat | None) -> Source:
    form = _format_of(path) or default_format
    if form is None:
        message, hint = unknown_format(path, "Name the format with --from.")
        raise InputError(message, place=Place(str(path)), hint=hint)
    if _may_be_read_at_once(path):
        return _read_at_once(path, form)
    source = Source(str(path), form, _content(path, form))
    _refuse_newer(source)
    return source


def _may_be_read_at_once(path: Path) -> bool:
    """Whether a path is that of a plain file, so small that it may be in memory while it is looked over."""
    try:
        status = path.stat()
    except OSError:  # as of a loop of links, which reading tells
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size < LARGE_BYTES and not is_packed(path)


def _read_at_once(path: Path, form: RdfFormat) -> Source:
    """The source of a file that is opened once; an engine reads it again, unless it has a byte order mark."""
    ours, name = _named(form), str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(name, error) from error
    content = checked(data, ours.media_type, name)
    is_ground = ours in LOSSLESS and not has_blanks(content)
    source = Source(name, form, None if content is data else content, is_ground=is_ground)
    with translating_errors(source):
        refuse_newer(content, ours, name, source.base)
    return source


def _refuse_newer(source: Source) -> None:
    """Refuse RDF 1.2, of which SHACL knows nothing."""
    form = _named(source.format)
    if source.content is not None:
        return refuse_newer(source.content, form, source.name, source.base)
    with translating_errors(source), Path(source.name).open("rb") as file:
        if os.fstat(file.fileno()).st_size:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                refuse_newer(data, form, source.name, source.base)
    return None


def _named(form: RdfFormat) -> Format:
    """The format as ours."""
    return by_name(form.name.replace("-", "").replace("/", ""), FOR_RDF)


def _content(path: Path, form: RdfFormat) -> bytes | None:
    """What a file holds that an engine cannot read by itself, or not twice; LimitError as of the door."""
    if is_packed(path) or not path.is_file() or _is_marked(path, form):
        return checked(unpacked(path), form.media_type, str(path))
    check_file(path, form.media_type)
    return None


def _is_marked(path: Path, form: RdfFormat) -> bool:
    """Whether a file begins with what engines refuse."""
    with suppress(OSError), path.open("rb") as file:
        return unmarked(head := file.read(HEAD), form.media_type) != head
    return False


def _format_of(path: Path) -> RdfFormat | None:
    """The format that a file's name tells."""
    form = by_extension(path, FOR_RDF)
    return ox_format(form) if form else None


def is_large(source: Source) -> bool:
    """Whether a source has more triples than are kept, in a format that states nothing of graphs."""
    return source.format in (RdfFormat.TURTLE, RdfFormat.N_TRIPLES) and _size(source) >= LARGE_BYTES


def are_large(these: Iterable[Source]) -> bool:
    """Whether sources together have more triples than are kept."""
    return sum(map(_size, these)) >= LARGE_BYTES


def _size(source: Source) -> int:
    if source.content is not None:
        return len(source.content)
    try:
        return os.stat(source.name).st_size  # noqa: PTH116  # many times as fast
    except OSError:
        return 0  # which reading it tells best


def quads(source: Source, prefixes: dict[str, str] | None = None, *, fresh: bool = True) -> Iterator[Quad]:
    """Parse a source, with blank nodes renamed so that two sources never share one, unless not `fresh`.

    Adds the prefixes of the source to `prefixes`, unless they are defined there.
    """
    with translating_errors(source):
        with parsed(source, fresh=fresh) as parser:
            yield from parser if source.format != RdfFormat.RDF_XML else only_older(parser, source.name)
        if prefixes is not None:
            prefixes.update({**parser.prefixes, **prefixes})


def quads_with_places(source: Source) -> Iterator[tuple[Quad, Place]]:
    """Parse RDF/XML: each quad with the place of the element that states it."""
    with translating_errors(source), parsed(source, fresh=True) as reader:
        yield from cast("RdfXmlReader", reader).with_places()


@contextmanager
def parsed(source: Source, *, fresh: bool) -> Iterator[QuadParser | RdfXmlReader]:
    """The parser of a source; `fresh` gives blank nodes labels that no other source has."""
    if source.format != RdfFormat.RDF_XML:
        yield parse(**parser_arguments(source), rename_blank_nodes=fresh)
        return
    from ogdkg.syntax.rdfxml import RdfXmlReader  # few validations have such files

    if source.content is not None:
        yield RdfXmlReader(source.content, source.name, source.base, fresh=fresh)
    else:
        with Path(source.name).open("rb") as file:
            yield RdfXmlReader(file, source.name, source.base, fresh=fresh)


def parser_arguments(source: Source) -> dict[str, Any]:
    """The arguments of `pyoxigraph.parse` and `Store.load` for a source."""
    path = source.name if source.content is None else None
    form = RdfFormat.N_QUADS if source.format == RdfFormat.JSON_LD else source.format  # see `_as_quads`
    return {"input": source.content, "path": path, "format": form, "base_iri": source.base}


@contextmanager
def translating_errors(source: Source) -> Iterator[None]:
    """Turn errors of the parser into errors of ogdkg with their places.

    Raises:
        InputError: The file does not parse, or cannot be read.
    """
    try:
        yield
    except (SyntaxError, MemoryError) as error:
        overrides = Overrides(_named(source.format), source.base, source.content)
        from ogdkg.store.document_errors import fault  # only for a broken file

        raise fault(error, Path(source.name), overrides=overrides) from error
    except (OSError, ValueError) as error:
        raise InputError(f"The file cannot be read: {error}.", place=Place(source.name)) from error
