"""Reads and writes documents of any RDF format as streams, with pyoxigraph's parser and serializer.

`codec` reads the files of a project and converts terms.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from ogdkg.errors import InputError
from ogdkg.files.text import reading
from ogdkg.rdf.bounds.door import bounded
from ogdkg.rdf.formats import JSONLD, RDFXML, Format
from ogdkg.store.codec import ox_format, syntax_error, whole_jsonld

if TYPE_CHECKING:
    from ogdkg.syntax.rdfxml import RdfXmlReader


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
    ) -> None:
        """Open a document; with `fresh`, its blank nodes get labels that no other document has."""
        self._name = name
        self._is_jsonld = form == JSONLD
        self._parser: ox.QuadParser | RdfXmlReader
        try:
            if form == RDFXML:
                from ogdkg.syntax.rdfxml import RdfXmlReader  # few documents are in it

                self._parser = RdfXmlReader(data, name, base, fresh=fresh)
                return
            self._parser = ox.parse(
                bounded(data, form.media_type, name),
                ox_format(form),
                base_iri=base,
                rename_blank_nodes=fresh,
                lenient=form == JSONLD,
            )
        except ValueError as error:
            raise InputError(f"{base!r} is not a base IRI: {error}.", hint="Give an absolute IRI.") from error

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes declared so far."""
        return dict(self._parser.prefixes)

    def __iter__(self) -> Iterator[ox.Quad]:
        try:
            with reading(self._name):
                yield from whole_jsonld(self._parser, self._name) if self._is_jsonld else self._parser
        except (SyntaxError, MemoryError) as error:
            raise syntax_error(error, self._name) from error


def transcode(document: Document, form: Format, out: IO[bytes]) -> bool:
    """Write a document in another format, with the prefixes declared before its first quad.

    Args:
        document: The document.
        form: The format to write.
        out: Where to write.

    Returns:
        Whether named graphs were lost because the format has none.

    Raises:
        InputError: The document does not parse, or the format cannot represent it.
    """
    graphs: set[bool] = set()
    quads = iter(document)
    begin = list(_first(quads))
    rest = chain(begin, quads)
    parts = rest if form.graphs else _triples(rest, graphs)
    prefixes = {prefix: iri for prefix, iri in document.prefixes.items() if prefix != "rdf"}
    if form == RDFXML:
        from ogdkg.store.rdfxml_writer import write_rdfxml  # few outputs are in it

        write_rdfxml(parts, out, prefixes)  # type: ignore[arg-type]  # triples, as it has no graphs
        return True in graphs
    try:
        ox.serialize(parts, out, ox_format(form), prefixes=prefixes)
    except OSError as error:
        if error.errno is not None:  # from writing the output
            raise
        hint = "N-Quads and TriG can represent all of RDF."
        raise InputError(f"{form.name} cannot represent the document: {error}.", hint=hint) from error
    return True in graphs


def serialize_rdfxml(lines: Iterable[str], prefixes: Mapping[str, str]) -> bytes:
    """Serialize lines of N-Quads as RDF/XML, without their graphs, in the same order."""
    from ogdkg.store.rdfxml_writer import write_rdfxml

    out = io.BytesIO()
    write_rdfxml(_triples(ox.parse("\n".join(lines), ox.RdfFormat.N_QUADS), set()), out, prefixes)
    return out.getvalue()


def _first(quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    for quad in quads:
        yield quad
        return


def _triples(quads: Iterable[ox.Quad], graphs: set[bool]) -> Iterator[ox.Triple]:
    """Yield the triples of quads, and add to `graphs` whether each is in a named graph."""
    for quad in quads:
        graphs.add(quad.graph_name != ox.DefaultGraph())
        yield quad.triple
