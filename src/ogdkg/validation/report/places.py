"""The places of findings: file, line and column of the triple at fault, or of its subject if it is missing.

Two steps: one fast pass finds the file of each wanted triple; then the lossless reader finds the places in
those files alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat

from ogdkg.errors import Place
from ogdkg.rdf import terms
from ogdkg.rdf.formats import LOSSLESS
from ogdkg.syntax import Fit, fits
from ogdkg.validation.core.results import Finding, Result, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, SH, Vocabulary
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.reading import QuadCache, Source, quads_with_lines
from ogdkg.validation.report.conversion import core_term

DERIVED_FROM = Vocabulary("http://www.w3.org/ns/prov#").wasDerivedFrom
MAX_TRIED = 1000  # triples to choose one from
CLOSED = "Closed"  # the rule whose fault is that a property is there at all
TripleKey = tuple[Term, Term | None, Term | None]
Pattern = tuple[Term | None, NamedNode | None, Term | None]


@dataclass(frozen=True, slots=True)
class Origin:
    """The source and the graph of a triple, or of a similar one; `rank` is 0 for the triple itself."""

    rank: int
    source: int
    graph: Term | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """The places of a triple: that of its object, or of its subject if it has none; and of its predicate."""

    place: Place
    predicate: Place


def locate_findings(
    findings: Sequence[Finding],
    shapes: Shapes,
    graph: DataGraph,
    sources: Sequence[Source],
    quad_cache: QuadCache,
) -> tuple[Finding, ...]:
    """Add to each finding its place, the source line, and the named graph of its triple as passage."""
    wanted = {n: asked for n, finding in enumerate(findings) if (asked := _triple_of(finding, shapes, graph))}
    origins = _origins(set(wanted.values()), sources, quad_cache)
    locations = _locations(origins, sources)
    found = [
        _with_place(finding, locations.get(wanted[n]), origins.get(wanted[n]), graph)
        if n in wanted
        else finding
        for n, finding in enumerate(findings)
    ]
    excerpts = _excerpts((finding.place for finding in found if finding.place), sources)
    return tuple(
        replace(each, excerpt=excerpts.get(each.place[:2])) if each.place else each for each in found
    )


def place_of(thing: Term, sources: Sequence[Source]) -> Place | None:
    """The place of the first statement about a resource."""
    wanted = (thing, None, None)
    location = _locations(_origins({wanted}, sources, QuadCache()), sources).get(wanted)
    return location.place if location else None


def _with_place(
    finding: Finding, location: Location | None, origin: Origin | None, data: DataGraph
) -> Finding:
    named = origin.graph if origin and isinstance(origin.graph, NamedNode) else None
    passage = _passage_of(named, data) if named else None
    if location is None:
        return replace(finding, passage=passage)
    at_predicate = finding.at_predicate or finding.rule == CLOSED
    return replace(finding, place=location.predicate if at_predicate else location.place, passage=passage)


def _passage_of(graph: NamedNode, data: DataGraph) -> NamedNode:
    """The passage that a named graph is a reading of, else the graph itself."""
    derived = data.store.quads_for_pattern(graph, DERIVED_FROM, None)
    return next((quad.object for quad in derived if isinstance(quad.object, NamedNode)), graph)


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
    if source.content is not None:
        yield from io.BytesIO(source.content)
        return
    with Path(source.name).open("rb") as lines:
        yield from lines


def _triple_of(finding: Finding, shapes: Shapes, graph: DataGraph) -> TripleKey | None:
    """The triple of a finding, as far as it is known."""
    result, others = finding.result, finding.row
    wanted = _triple_of_result(result, shapes) if result else finding.triple
    if wanted and _is_subject(graph, wanted[0]):
        return wanted
    if result and result.value is not None:
        others = (result.value,)
    return None if finding.focus is None else _triple_naming(finding.focus, others, graph)


def _is_subject(graph: DataGraph, subject: Term) -> bool:
    return next(graph.triples(subject), None) is not None


def _triple_naming(thing: Term, others: Iterable[Term], graph: DataGraph) -> TripleKey | None:
    """A triple that names a thing of which no triple is wanted: at best together with one of the others."""
    as_predicate = thing if isinstance(thing, NamedNode) else None
    for other in others:
        together: list[Pattern] = [(thing, None, other), (other, None, thing)]
        if as_predicate:
            together += [(None, as_predicate, other), (other, as_predicate, None)]
        for pattern in together if other != thing else ():
            if found := _first(graph, *pattern):
                return found
    if not isinstance(thing, Literal) and _is_subject(graph, thing):
        return thing, None, None
    return _first(graph, None, None, thing) or (as_predicate and _first(graph, None, as_predicate))


def _first(
    graph: DataGraph, subject: Term | None, predicate: NamedNode | None = None, obj: Term | None = None
) -> TripleKey | None:
    """The first triple of a pattern in the order of its terms, so that it is the same one each time."""
    found = min(islice(graph.triples(subject, predicate, obj), MAX_TRIED), key=str, default=None)
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
    back = False
    while isinstance(path, BlankNode):
        inverse = shapes.value(path, SH.inversePath)
        back = back != (inverse is not None)
        inner = inverse or next((shapes.value(path, p) for p in _INNER if shapes.value(path, p)), None)
        path = inner
    return path, back


_INNER = (RDF.first, SH.alternativePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)


def _origins(
    wanted: set[TripleKey], sources: Sequence[Source], quad_cache: QuadCache
) -> dict[TripleKey, Origin]:
    """The best source of each wanted triple."""
    by_subject: dict[Term, list[TripleKey]] = {}
    for each in wanted:
        by_subject.setdefault(each[0], []).append(each)
    found: dict[TripleKey, Origin] = {}
    if len(sources) == 1 and not sources[0].format.supports_datasets:
        return {each: Origin(0, 0) for each in wanted}
    nameless = [each for each in wanted if isinstance(each[0], BlankNode)]
    for number, source in enumerate(sources):
        for quad in quad_cache.quads(source) if by_subject else ():
            # Blank nodes have other labels at each reading, so all that speak of them are looked at.
            asked = nameless if isinstance(quad.subject, BlankNode) else by_subject.get(quad.subject, ())
            for each in asked:
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


def _locations(origins: dict[TripleKey, Origin], sources: Sequence[Source]) -> dict[TripleKey, Location]:
    by_source: dict[int, list[TripleKey]] = {}
    for wanted, origin in origins.items():
        by_source.setdefault(origin.source, []).append(wanted)
    found: dict[TripleKey, Location] = {}
    for number, asked in by_source.items():
        found.update(_in_source(asked, sources[number]))
    return found


def _in_source(asked: Iterable[TripleKey], source: Source) -> dict[TripleKey, Location]:
    form = next((form.name for form in LOSSLESS if source.format.file_extension in form.extensions), None)
    if source.format == RdfFormat.RDF_XML:
        return _in_rdfxml(asked, source)
    if form is None:
        whole = Place(source.name)
        return {wanted: Location(whole, whole) for wanted in asked}
    document = Path(source.name) if source.content is None else source.content.decode()
    by_core = {_core(wanted): wanted for wanted in asked}
    return {
        by_core[core]: _location(fit, source)
        for core, fit in fits(document, by_core, form, source.base).items()
    }


def _in_rdfxml(asked: Iterable[TripleKey], source: Source) -> dict[TripleKey, Location]:
    """Locate triples by the line of the element that states them, or the nearest of their subject."""
    by_subject: dict[Term | None, list[TripleKey]] = {}
    for wanted in asked:
        by_subject.setdefault(None if isinstance(wanted[0], BlankNode) else wanted[0], []).append(wanted)
    best: dict[TripleKey, tuple[int, int]] = {}
    for quad, line in quads_with_lines(source):
        subject = None if isinstance(quad.subject, BlankNode) else quad.subject
        for wanted in by_subject.get(subject, ()):
            best[wanted] = min(best.get(wanted, (3, 0)), (_rank(wanted, quad), line))
    places = {wanted: Place(source.name, line) for wanted, (_, line) in best.items()}
    return {wanted: Location(place, place) for wanted, place in places.items()}


def _location(fit: Fit, source: Source) -> Location:
    return Location(*(each._replace(file=source.name) for each in (fit.place, fit.predicate_place)))


def _core(wanted: TripleKey) -> tuple[terms.Subject, terms.Iri | None, terms.Term | None]:
    subject, predicate, obj = (None if term is None else core_term(term) for term in wanted)
    assert isinstance(subject, terms.Iri | terms.Blank) and isinstance(predicate, terms.Iri | None)
    return subject, predicate, obj
