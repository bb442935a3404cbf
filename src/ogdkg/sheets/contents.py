"""What the files of a project say of things, with the exact forms of values and where each stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph
from ogdkg.rdf.formats import LOSSLESS, Format, by_extension, is_packed
from ogdkg.rdf.terms import RDF, Blank, Iri, Literal, Term
from ogdkg.store.codec import quad_of, raw_quads
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import Source, from_file

TYPE = Iri(RDF + "type")


class DataFile(NamedTuple):
    """A file of a project with statements.

    Attributes:
        path: The file.
        form: Its format.
        has_passages: Whether its named graphs are readings of passages, which state what stands in them.
        is_editable: Whether it is edited in place.
    """

    path: Path
    form: Format
    has_passages: bool
    is_editable: bool


class Said(NamedTuple):
    """What files say of things.

    Attributes:
        values: The values of each property of each thing, in the order of the files.
        files: The files that say something of each thing, with the properties.
        parts: How many values of each property are blank nodes, which a sheet does not hold.
    """

    values: Mapping[Iri, Mapping[Iri, list[Term]]]
    files: Mapping[Iri, Mapping[DataFile, set[Iri]]]
    parts: Mapping[Iri, int] = MappingProxyType({})


def data_files(graph: Graph) -> list[DataFile]:
    """Return the files with the data of a project."""
    passages = {each.name for each in graph.project.layers if each.passage_metadata_graph}
    found = []
    for source in graph.whole.files:
        form = by_extension(source.path)
        if form:
            editable = form in LOSSLESS and not is_packed(source.path) and not source.path.is_symlink()
            found.append(DataFile(source.path, form, source.layer in passages, editable))
    return found


def said_of(graph: Graph, files: Iterable[DataFile], things: Iterable[Iri]) -> Said:
    """Return what files say of things."""
    values: dict[Iri, dict[Iri, dict[Term, None]]] = {each: {} for each in things}
    places: dict[Iri, dict[DataFile, set[Iri]]] = {each: {} for each in values}
    parts = Counter[Iri]()
    for file in files:
        for subject, predicate, value in _triples(graph, file):
            if not isinstance(subject, Iri) or subject not in values:
                continue
            if isinstance(value, Blank):
                parts[predicate] += 1
            elif isinstance(value, Iri | Literal):
                values[subject].setdefault(predicate, {})[value] = None
                places[subject].setdefault(file, set()).add(predicate)
    listed = {each: {p: list(terms) for p, terms in said.items()} for each, said in values.items()}
    return Said(listed, places, parts)


def _triples(graph: Graph, file: DataFile) -> Iterator[tuple[Term, Iri, Term]]:
    if file.form in LOSSLESS:
        source = Source(bytes(from_file(file.path).data), shown_path(file.path))
        for each in Reader(source, file.form.name, file.path.resolve().as_uri()):
            yield each.triple
        return
    for raw in raw_quads(file.path, contexts=graph.project.context_files):
        quad = quad_of(raw)
        yield quad.subject, quad.predicate, quad.object
