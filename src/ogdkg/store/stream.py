"""Reads and writes documents of any RDF format as streams, with pyoxigraph's parser and serializer.

`codec` reads the files of a project and converts terms.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from ogdkg.errors import InputError, Place
from ogdkg.files.text import reading
from ogdkg.rdf.bounds.door import bounded
from ogdkg.rdf.formats import JSONLD, LOSSLESS, RDFXML, TRIG, TURTLE, Format
from ogdkg.store.codec import numbered, ox_format
from ogdkg.store.rdf12 import is_newer
from ogdkg.syntax.source import Source, from_file

if TYPE_CHECKING:
    from ogdkg.store.jsonld import ContextFiles, JsonLdQuads
    from ogdkg.syntax.rdfxml import RdfXmlReader

_CANONICAL = {"sha256": "RDFC_1_0", "sha384": "RDFC_1_0_SHA_384"}
_NESTED_MOST = 500_000  # quads
_BATCH = 20_000  # quads that are held at once

Nested = Callable[[list[str], Format, Mapping[str, str]], Iterable[str | bytes]]


class Document:
    """The quads of a document, parsed while they are iterated, and its prefixes; errors carry its name."""

    def __init__(
        self,
        data: bytes | IO[bytes],
        form: Format,
        name: str,
        base: str | None = None,
        *,
        fresh: bool = False,
        contexts: ContextFiles | None = None,
    ) -> None:
        """Open a document.

        Args:
            data: The document.
            form: Its format.
            name: Its name in messages.
            base: Its base IRI.
            fresh: Whether its blank nodes get labels that no other document has.
            contexts: The files that hold the contexts of JSON-LD at other addresses.

        Raises:
            InputError: The base is no IRI.
        """
        self._name, self._form, self._base, self._data = name, form, base, data
        self._parser: ox.QuadParser | JsonLdQuads | RdfXmlReader
        try:
            if form == RDFXML:
                from ogdkg.syntax.rdfxml import RdfXmlReader  # few documents are in it

                self._parser = RdfXmlReader(data, name, base, fresh=fresh)
                return
            if form == JSONLD:
                from ogdkg.store.jsonld import JsonLdQuads

                if base is not None:
                    ox.NamedNode(base)  # ValueError as from a parser
                self._parser = JsonLdQuads(data, name, base, contexts=contexts, fresh=fresh)
                return
            self._parser = ox.parse(
                bounded(data, form.media_type, name),
                ox_format(form),
                base_iri=base,
                rename_blank_nodes=fresh,
            )
        except ValueError as error:
            raise InputError(f"{base!r} is not a base IRI: {error}.", hint="Give an absolute IRI.") from error

    @property
    def name(self) -> str:
        """Its name in messages."""
        return self._name

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes declared so far."""
        return dict(self._parser.prefixes)

    def __iter__(self) -> Iterator[ox.Quad]:
        try:
            with reading(self._name):
                yield from self._parser
        except (SyntaxError, MemoryError) as error:
            raise self._fault(error) from error

    def as_nquads(self) -> Iterator[bytes]:
        """Yield the statements as N-Quads, some lines at a time."""
        quads = iter(self)
        while batch := list(islice(quads, _BATCH)):
            yield ox.serialize(batch, format=ox.RdfFormat.N_QUADS) or b""

    def _fault(self, error: SyntaxError | MemoryError) -> InputError:
        """The error in the words of our own reader, which reads the document again, if it can be."""
        from ogdkg.store.document_errors import fault_of, syntax_error  # only for a broken document

        if isinstance(error, SyntaxError) and self._form in LOSSLESS:
            if isinstance(self._data, bytes):
                return fault_of(error, Source(self._data, self._name), self._form, self._base)
            path = Path(self._name)
            if path.is_file():
                return fault_of(error, from_file(path), self._form, self._base)
        return syntax_error(error, self._name)


def transcode(document: Document, form: Format, out: IO[bytes], nested: Nested | None = None) -> bool:
    """Write a document in another format, with the prefixes declared before its first quad.

    Args:
        document: The document.
        form: The format to write.
        out: Where to write.
        nested: Writes Turtle and TriG with blank nodes in brackets, for which it needs the whole document; a
            document too large for that is streamed.

    Returns:
        Whether named graphs were lost because the format has none.

    Raises:
        InputError: The document does not parse, or the format cannot represent it.
    """
    graphs: set[bool] = set()
    quads = numbered(document)
    begin = list(islice(quads, _NESTED_MOST if nested and form in (TURTLE, TRIG) else 1))
    rest = chain(begin, quads)
    parts = rest if form.graphs else _triples(rest, graphs)
    prefixes = {prefix: iri for prefix, iri in document.prefixes.items() if prefix != "rdf"}
    if form == RDFXML:
        from ogdkg.store.rdfxml_writer import write_rdfxml  # few outputs are in it

        write_rdfxml(parts, out, prefixes)  # type: ignore[arg-type]  # triples, as it has no graphs
        return True in graphs
    if nested and 1 < len(begin) < _NESTED_MOST and _may_nest(begin):
        lines = (ox.serialize(begin, format=ox.RdfFormat.N_QUADS) or b"").decode().split("\n")
        out.writelines(_encoded(nested(lines[:-1], form, document.prefixes)))
        return not form.graphs and any(quad.graph_name != ox.DefaultGraph() for quad in begin)
    try:
        ox.serialize(parts, out, ox_format(form), prefixes=prefixes)
    except OSError as error:
        if error.errno is not None:  # from writing the output
            raise
        hint = "N-Quads and TriG can represent all of RDF."
        message = f"{form.name} cannot represent the document: {error}."
        if "RDF 1.2" in message:
            message = f"{form.name} has no triple terms (RDF 1.2), and the document has."
        raise InputError(message, place=Place(document.name), hint=hint) from error
    return True in graphs


def serialize_rdfxml(lines: Iterable[str], prefixes: Mapping[str, str]) -> bytes:
    """Serialize lines of N-Quads as RDF/XML, without their graphs, in the same order."""
    from ogdkg.store.rdfxml_writer import write_rdfxml

    out = io.BytesIO()
    write_rdfxml(_triples(ox.parse("\n".join(lines), ox.RdfFormat.N_QUADS), set()), out, prefixes)
    return out.getvalue()


def canonical_lines(quads: Iterable[ox.Quad], algorithm: str) -> list[str]:
    """Return quads as the sorted lines of canonical N-Quads, by RDFC-1.0; it may take very long."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(getattr(ox.CanonicalizationAlgorithm, _CANONICAL[algorithm]))
    text = (ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b"").decode()
    return sorted(f"{line}\n" for line in text.split("\n") if line)


def _encoded(parts: Iterable[str | bytes]) -> Iterator[bytes]:
    return (part.encode() if isinstance(part, str) else part for part in parts)


def _may_nest(quads: Sequence[ox.Quad]) -> bool:
    """Whether there are blank nodes to write in brackets, and nothing that only RDF 1.2 has."""
    has_blanks = any(ox.BlankNode in (type(quad.subject), type(quad.object)) for quad in quads)
    return has_blanks and not any(map(is_newer, quads))


def _triples(quads: Iterable[ox.Quad], graphs: set[bool]) -> Iterator[ox.Triple]:
    """Yield the triples of quads, and add to `graphs` whether each is in a named graph."""
    for quad in quads:
        graphs.add(quad.graph_name != ox.DefaultGraph())
        yield quad.triple
