"""The places of findings: file, line and column of the triple at fault, or of its subject if it is missing.

Two steps: one fast pass finds the file of each wanted triple; then the lossless reader finds the places in
those files alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat

from ogdkg.errors import Place
from ogdkg.rdf import terms
from ogdkg.rdf.formats import LOSSLESS
from ogdkg.rdf.terms import PROV
from ogdkg.syntax import Fit, fits, source_of
from ogdkg.syntax.reader import Reader
from ogdkg.validation.core.paths import first_step, path_at
from ogdkg.validation.core.results import Finding, Result, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import Vocabulary
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.converted_sources import placed
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.reading import Source, quads_with_places
from ogdkg.validation.report.nameless import as_read, fits_in_sentences, is_nameless, same_nodes

DERIVED_FROM = Vocabulary(PROV).wasDerivedFrom
MAX_TRIED = 1000  # triples to choose one from
CLOSED = "Closed"  # the rule whose fault is that a property is there at all
T = TypeVar("T")
TripleKey = tuple[Term, Term | None, Term | None]
Pattern = tuple[Term | None, NamedNode | None, Term | None]


class Origin(NamedTuple):
    """The source and the graph of a triple, or of a similar one; `rank` is 0 for the triple itself."""

    rank: int
    source: int
    graph: Term | None = None


class Location(NamedTuple):
    """The places of a triple: that of its object, or of its subject if it has none; and of its predicate."""

    place: Place
    predicate: Place
    language: str | None = None  # of the object, as it is written


def locate_findings(
    findings: Sequence[Finding],
    shapes: Shapes,
    graph: DataGraph,
    nodes: BlankNodes,
) -> tuple[Finding, ...]:
    """Add to each finding, and to the reasons beneath it, its place, the source line, and the named graph of
    its triple as passage."""
    everything = [each for finding in findings for each in finding.all()]
    wanted = [asked for finding in findings for asked in _triples_of(finding, shapes, graph, nodes)]
    others = [_related_triples(finding, shapes) for finding in everything]
    origins = _origins({each for each in (*wanted, *chain.from_iterable(others)) if each}, nodes)
    locations = _locations(origins, nodes, graph)
    placed = [
        _with_related(
            _with_place(finding, locations.get(asked), origins.get(asked), graph) if asked else finding,
            [locations.get(each) if each else None for each in related],
        )
        for finding, asked, related in zip(everything, wanted, others, strict=True)
    ]
    excerpts = _excerpts((finding.place for finding in placed if finding.place), nodes.sources)
    rest = iter(replace(e, excerpt=excerpts.get(e.place[:2])) if e.place else e for e in placed)
    return tuple(_rebuilt(finding, rest) for finding in findings)


def _rebuilt(finding: Finding, placed: Iterator[Finding]) -> Finding:
    """The finding as it is among the placed ones, which come in the order of `Finding.all`."""
    own = next(placed)
    return replace(own, details=tuple(_rebuilt(detail, placed) for detail in finding.details))


def place_of(wanted: TripleKey, nodes: BlankNodes) -> Place | None:
    """The place of a statement, else that of the nearest about its subject; of a literal nothing is said."""
    if isinstance(wanted[0], Literal):
        return None
    location = _locations(_origins({wanted}, nodes), nodes).get(wanted)
    return location.place if location else None


def _with_related(finding: Finding, locations: Sequence[Location | None]) -> Finding:
    """The finding with the places of the terms that belong to it, in the order of the file."""
    if not finding.related:
        return finding
    placed = [
        replace(other, place=location.place, language=location.language) if location else other
        for other, location in zip(finding.related, locations, strict=True)
    ]
    placed.sort(key=lambda other: (other.place is None, other.place and other.place[1:]))
    return replace(finding, related=tuple(placed), place=placed[0].place or finding.place)


def _related_triples(finding: Finding, shapes: Shapes) -> list[TripleKey | None]:
    result = finding.result
    if not result:
        return [None for _ in finding.related]
    return [_triple_of_result(replace(result, value=other.term), shapes) for other in finding.related]


def _with_place(
    finding: Finding, location: Location | None, origin: Origin | None, data: DataGraph
) -> Finding:
    named = origin.graph if origin and isinstance(origin.graph, NamedNode) else None
    passage = _passage_of(named, data) if named else None
    if location is None:
        return replace(finding, passage=passage)
    at_predicate = finding.at_predicate or finding.rule == CLOSED
    place = location.predicate if at_predicate else location.place
    return replace(finding, place=place, passage=passage, language=location.language)


def _passage_of(graph: NamedNode, data: DataGraph) -> NamedNode:
    """The passage that a named graph is a reading of, else the graph itself."""
    derived = data.triples(graph, DERIVED_FROM)
    return next((each.object for each in derived if isinstance(each.object, NamedNode)), graph)


def _excerpts(places: Iterable[Place], sources: Sequence[Source]) -> dict[tuple[str, int | None], str]:
    """The lines that places point at."""
    wanted: dict[str, set[int]] = {}
    for place in places:
        if place.line:
            wanted.setdefault(place.file, set()).add(place.line)
    found: dict[tuple[str, int | None], str] = {}
    for source in sources:
        if lines := wanted.get(source.name):
            for number, line in enumerate(_lines(source), 1):
                if number in lines:
                    found[source.name, number] = line.decode(errors="replace").rstrip("\r\n")
    return found


def _lines(source: Source) -> Iterator[bytes]:
    if source.written is not None:
        yield from io.BytesIO(source.written)
        return
    with Path(source.name).open("rb") as lines:
        yield from lines


def _triples_of(
    finding: Finding, shapes: Shapes, graph: DataGraph, nodes: BlankNodes, above: Finding | None = None
) -> Iterator[TripleKey | None]:
    """The triple of a finding, and of each beneath it, in the order of `Finding.all`.

    A reason at a value of the finding above stands where that value does: elsewhere the same literal may be
    another value.
    """
    result = above.result if above and finding.path is None else None
    if result and result.path:
        finding = replace(finding, result=replace(result, value=finding.focus))
    yield _triple_of(finding, shapes, graph, nodes)
    for detail in finding.details:
        yield from _triples_of(detail, shapes, graph, nodes, finding)


def _triple_of(finding: Finding, shapes: Shapes, graph: DataGraph, nodes: BlankNodes) -> TripleKey | None:
    """The triple of a finding, as far as it is known."""
    result, others = finding.result, finding.row
    if finding.place and finding.place.column:  # which a check has found itself
        return None
    wanted = _triple_of_result(result, shapes) if result else finding.triple
    if wanted and _is_subject(graph, wanted[0]):
        return wanted
    if result and result.value is not None:
        others = (result.value,)
    return None if finding.focus is None else _triple_naming(finding.focus, others, graph, nodes)


def _is_subject(graph: DataGraph, subject: Term) -> bool:
    return next(graph.triples(subject), None) is not None


def _triple_naming(
    thing: Term, others: Iterable[Term], graph: DataGraph, nodes: BlankNodes
) -> TripleKey | None:
    """A triple that names a thing of which no triple is wanted: at best together with one of the others."""
    as_predicate = thing if isinstance(thing, NamedNode) else None
    for other in others:
        together: list[Pattern] = [(thing, None, other), (other, None, thing)]
        if as_predicate:
            together += [(None, as_predicate, other), (other, as_predicate, None)]
        for pattern in together if other != thing else ():
            if found := _first(graph, nodes, *pattern):
                return found
    if not isinstance(thing, Literal) and _is_subject(graph, thing):
        return thing, None, None
    return _first(graph, nodes, None, None, thing) or (
        as_predicate and _first(graph, nodes, None, as_predicate)
    )


def _first(
    graph: DataGraph,
    nodes: BlankNodes,
    subject: Term | None,
    predicate: NamedNode | None = None,
    obj: Term | None = None,
) -> TripleKey | None:
    """The first triple of a pattern in the order of its terms, so that it is the same one each time."""
    triples = islice(graph.triples(subject, predicate, obj), MAX_TRIED)
    found = min(triples, key=lambda triple: [*map(nodes.key, triple)], default=None)
    return (found.subject, found.predicate, found.object) if found else None


def _triple_of_result(result: Result, shapes: Shapes) -> TripleKey | None:
    """The triple at the first step of the path; none where there is no such step from the focus node."""
    focus, value = result.focus, result.value
    step, back = _first_step(result.path, shapes)
    if back and value is not None and not isinstance(value, Literal):
        return value, step, focus
    if isinstance(focus, Literal) or result.path is None or back:
        return None
    return focus, step, value if isinstance(result.path, NamedNode) else None


def _first_step(path: Term | None, shapes: Shapes) -> tuple[Term | None, bool]:
    """The first predicate of a path, and whether it is walked from object to subject."""
    if not isinstance(path, BlankNode):
        return path, False
    read = path_at(shapes, path)
    first = first_step(read) if read else None
    return (first.predicate, first.back) if first else (None, False)


def _origins(wanted: set[TripleKey], nodes: BlankNodes) -> dict[TripleKey, Origin]:
    """The best source of each wanted triple."""
    by_subject: dict[Term, list[TripleKey]] = {}
    for each in wanted:
        by_subject.setdefault(each[0], []).append(each)
    found: dict[TripleKey, Origin] = {}
    sources = nodes.sources
    if len(sources) == 1 and not sources[0].format.supports_datasets:
        return {each: Origin(0, 0) for each in wanted}
    for number, source in enumerate(sources):
        for quad in nodes.cache.quads(source) if by_subject else ():
            for each in by_subject.get(quad.subject, ()):
                _offer(found, each, Origin(_rank(each, quad), number, _graph(quad)))
    return found


def _offer(found: dict[TripleKey, Origin], wanted: TripleKey, origin: Origin) -> None:
    if wanted not in found or origin.rank < found[wanted].rank:
        found[wanted] = origin


def _rank(wanted: TripleKey, quad: Quad) -> int:
    if wanted[1] is None:
        return 0 if wanted[2] is None or quad.object == wanted[2] else 1
    if quad.predicate != wanted[1]:
        return 2
    return 0 if wanted[2] is None or quad.object == wanted[2] else 1


def _graph(quad: Quad) -> Term | None:
    return quad.graph_name if isinstance(quad.graph_name, NamedNode) else None


def _locations(
    origins: dict[TripleKey, Origin], nodes: BlankNodes, graph: DataGraph | None = None
) -> dict[TripleKey, Location]:
    by_source: dict[int, list[TripleKey]] = {}
    for wanted, origin in origins.items():
        by_source.setdefault(origin.source, []).append(wanted)
    found: dict[TripleKey, Location] = {}
    for number, asked in by_source.items():
        found.update(_in_source(asked, number, nodes, graph))
    return found


def _in_source(
    asked: Sequence[TripleKey], number: int, nodes: BlankNodes, graph: DataGraph | None
) -> dict[TripleKey, Location]:
    source = nodes.sources[number]
    form = next((form.name for form in LOSSLESS if source.format.file_extension in form.extensions), None)
    if source.format == RdfFormat.RDF_XML:
        return _in_rdfxml(asked, source, nodes)
    if source.is_converted:
        return _in_jsonld(asked, source, nodes)
    if form is None:
        whole = Place(source.name)
        return {wanted: Location(whole, whole) for wanted in asked}
    document = source_of(Path(source.name) if source.content is None else source.content.decode())
    found = None
    has_nameless = any(is_nameless(term, nodes) for wanted in asked for term in wanted)
    if has_nameless and graph is not None:
        found = fits_in_sentences(asked, Reader(document, form, source.base), graph, nodes, number)
    if found is None:
        same = same_nodes(document, form, source, nodes) if has_nameless else {}
        by_core = {as_read(wanted, nodes, same): wanted for wanted in asked}
        read = fits(document, by_core, form, source.base, whole=has_nameless)
        found = {by_core[core]: fit for core, fit in read.items()}
    return {wanted: _location(fit, source) for wanted, fit in found.items()}


def _in_rdfxml(asked: Iterable[TripleKey], source: Source, nodes: BlankNodes) -> dict[TripleKey, Location]:
    """Locate triples by the element that states them, or the nearest of their subject."""
    # The reading with places gives blank nodes other labels, in the same order.
    read = zip(nodes.cache.quads(source), (place for _, place in quads_with_places(source)), strict=False)
    return {wanted: Location(place, place) for wanted, (_, place) in _nearest(asked, read).items()}


def _in_jsonld(asked: Iterable[TripleKey], source: Source, nodes: BlankNodes) -> dict[TripleKey, Location]:
    """Locate triples by the value that states them, or the nearest of their subject."""
    document = placed(source)
    found = _nearest(asked, zip(nodes.cache.quads(source), document.spots(), strict=False))
    return {
        wanted: Location(
            document.place(spots.subject if rank > 1 else spots.object),
            document.place(spots.subject if rank > 1 else spots.predicate),
            spots.language if rank < 2 else None,
        )
        for wanted, (rank, spots) in found.items()
    }


def _nearest(asked: Iterable[TripleKey], read: Iterable[tuple[Quad, T]]) -> dict[TripleKey, tuple[int, T]]:
    """For each wanted triple the first quad that comes nearest to it: how near, and what was read with it."""
    by_subject: dict[Term, list[TripleKey]] = {}
    for wanted in asked:
        by_subject.setdefault(wanted[0], []).append(wanted)
    best: dict[TripleKey, tuple[int, T]] = {}
    for quad, with_it in read:
        for wanted in by_subject.get(quad.subject, ()):
            rank = _rank(wanted, quad)
            if wanted not in best or rank < best[wanted][0]:
                best[wanted] = rank, with_it
    return best


def _location(fit: Fit, source: Source) -> Location:
    value = fit.statement.object
    language = value.language or None if isinstance(value, terms.Literal) else None
    place, predicate = (each._replace(file=source.name) for each in (fit.place, fit.predicate_place))
    return Location(place, predicate, language)
