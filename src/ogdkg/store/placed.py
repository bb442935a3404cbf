"""Statements of RDF/XML and JSON-LD with their places, which `syntax` tells of all other formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from ogdkg.errors import Place
from ogdkg.rdf.bounds.door import checked
from ogdkg.rdf.formats import JSONLD, RDFXML, Format
from ogdkg.store.codec import quad_of
from ogdkg.syntax import Statement


def placed_statements(
    data: bytes, form: Format, name: str, base: str, contexts: Mapping[str, Path] | None = None
) -> Iterator[Statement]:
    """Read a document in RDF/XML or JSON-LD; InputError if it is none.

    Args:
        data: The document.
        form: Its format.
        name: Its name in places.
        base: What relative IRIs are relative to.
        contexts: The files that hold the contexts of JSON-LD at other addresses.
    """
    return _of_xml(data, name, base) if form == RDFXML else _of_json(data, name, base, contexts)


class _Elements:
    """The places of a document in RDF/XML, by number."""

    def __init__(self) -> None:
        self.places: list[Place] = []

    def place(self, offset: int) -> Place:
        return self.places[offset]


def _of_xml(data: bytes, name: str, base: str) -> Iterator[Statement]:
    from ogdkg.syntax.rdfxml import RdfXmlReader  # as in `stream`

    elements = _Elements()
    for number, (raw, place) in enumerate(RdfXmlReader(data, name, base, fresh=True).with_places()):
        elements.places.append(place)
        yield Statement(*quad_of(raw), number, number, number, elements)


def _of_json(data: bytes, name: str, base: str, contexts: Mapping[str, Path] | None) -> Iterator[Statement]:
    from ogdkg.jsonld.placed import PlacedDocument  # as in `stream`

    document = PlacedDocument(checked(data, JSONLD.media_type, name), name, base, contexts=contexts)
    for lines, spots in document.batches():
        for raw, at in zip(ox.parse(lines.encode(), ox.RdfFormat.N_QUADS), spots, strict=True):
            yield Statement(*quad_of(raw), at.subject, at.predicate, at.object, document)
