"""What pages know of a graph besides a description: notes about things, and what is usual for their kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from ogdkg.evidence.citations import Citation, Citations, Statement
from ogdkg.evidence.property_groups import Step, shown_properties
from ogdkg.rdf.terms import DCTERMS, OA, RDF, RDFS, SCHEMA, Iri, Literal, Term, to_ntriples
from ogdkg.web.pages.described import Resources

_TYPE = Iri(RDF + "type")
_NOTES = """
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT DISTINCT ?target ?note ?text ?motive {
  ?note oa:hasTarget ?target . { ?note oa:bodyValue ?text } UNION { ?note oa:hasBody/rdf:value ?text }
  OPTIONAL { ?note oa:motivatedBy ?motive }
} ORDER BY ?note LIMIT 20000
"""
_GRAPHS = """SELECT DISTINCT ?g {
  { GRAPH ?g { ?s ?p ?o } } UNION { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?h { ?s ?p ?o } } }
} LIMIT 2"""
_USUAL = "SELECT ?p (COUNT(DISTINCT ?s) AS ?n) {{ ?s a {kind} ; ?p ?o }} GROUP BY ?p"
# https://www.w3.org/TR/shacl/#targetClass and #implicit-targetClass
_ASKED = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?class ?path {
  { ?property sh:targetClass ?class }
  UNION { ?shape sh:property ?property . { ?shape sh:targetClass ?class }
    UNION { ?shape a <http://www.w3.org/2000/01/rdf-schema#Class> BIND(?shape AS ?class) } }
  ?property sh:path ?path ; sh:minCount ?least FILTER(ISIRI(?path) && ?least > 0)
} ORDER BY ?class ?path LIMIT 10000
"""
# What has the first has to have the second: a choice between not having the one and having the other.
_ASKED_BESIDE = """
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?class ?other ?path {
  ?shape sh:targetClass ?class ; sh:or ?choices .
  ?choices rdf:first|rdf:rest/rdf:first ?without, ?with . ?choices rdf:rest/rdf:rest rdf:nil .
  ?without sh:path ?other ; sh:maxCount 0 .
  ?with sh:path ?path ; sh:minCount ?least FILTER(ISIRI(?other) && ISIRI(?path) && ?least > 0)
} ORDER BY ?class ?path LIMIT 10000
"""
_BROADER = Iri(RDFS + "subClassOf")
_MOST_BROADER = 100  # classes above a thing's
_DOUBTS = OA + "questioning"
_MOST_OF_KIND = 5_000  # things of a class of which it is counted what is usual
_LEAST_OF_KIND = 3
_DATED = tuple(
    map(
        Iri,
        (DCTERMS + "modified", DCTERMS + "issued", SCHEMA + "datePublished", DCTERMS + "date"),
    )
)


class Note(NamedTuple):
    """A note about things and passages: its heading, its text, and what it is about."""

    iri: str
    heading: str
    text: str
    language: str
    targets: frozenset[Iri]


class Surroundings:
    """Knows what stands around the resources of a graph.

    Args:
        citations: The citations of the graph.
        resources: Finds what is said of a resource.
        shapes: Finds what shapes ask of things.
        withheld: Which properties of which things are left out, since they tell of a person.
    """

    def __init__(
        self,
        citations: Citations,
        resources: Resources,
        shapes: Resources,
        withheld: Collection[tuple[Term, Iri]] = (),
    ) -> None:
        self._citations = citations
        self._withheld = withheld
        self._resources, self._shapes = resources, shapes
        self._usual: dict[Iri, list[tuple[Iri, str]]] = {}

    @cached_property
    def has_document(self) -> bool:
        """Whether a document is read, so that what others say stands apart from what it says."""
        return any(layer.passage_metadata_graph for layer in self._citations.graph.project.layers)

    @cached_property
    def tells_sources(self) -> bool:
        """Whether statements come from more than one place, so that it says something to name it."""
        rows = self._citations.graph.select(_GRAPHS, limited=False)
        return self.has_document or len(list(rows)) > 1

    def notes(self, target: Iri) -> list[Note]:
        """Return what is noted of a thing or a passage."""
        return self._notes.get(target, [])

    @property
    def all_notes(self) -> list[Note]:
        """Every note, in the order of their IRIs."""
        return sorted({note for notes in self._notes.values() for note in notes}, key=lambda note: note.iri)

    @cached_property
    def _notes(self) -> Mapping[Iri, list[Note]]:
        found: dict[Iri, list[Note]] = {}
        if not self._citations.graph.is_in_memory:
            return found  # there the group of the shapes shows them, by the thing
        rows: dict[tuple[Iri, Literal], set[Iri]] = {}
        doubts = set()
        for target, note, text, motive in self._citations.graph.select(_NOTES, limited=False):
            if isinstance(target, Iri) and isinstance(note, Iri) and isinstance(text, Literal):
                rows.setdefault((note, text), set()).add(target)
                doubts.update([note] if motive == Iri(_DOUBTS) else [])
        for (note, text), targets in rows.items():
            heading = "Doubt" if note in doubts else "Note"
            made = Note(note.value, heading, text.value, text.language, frozenset(targets))
            for target in targets:
                found.setdefault(target, []).append(made)
        return found

    def is_about(self, note: Note, things: Iterable[Iri]) -> bool:
        """Whether a note is about one of some things, or about passages alone."""
        about = {each for each in note.targets if each.value not in self._citations.passages}
        return not about or not about.isdisjoint(things)

    def unsure(self, citation: Citation) -> str:
        """Return how sure a reading is, where it is not as sure as most; else nothing."""
        confidence = citation.passage.confidence if citation.passage else None
        return self._citations.label(Iri(confidence)) if confidence and confidence != self._sure else ""

    @cached_property
    def _sure(self) -> str | None:
        if self._citations.graph.stored or self._citations.graph.options.endpoint:
            return None
        counts = Counter(each.confidence for each in self._citations.passages.readings if each.confidence)
        return next((confidence for confidence, _ in counts.most_common(1)), None)

    def date(self, source: Iri) -> str:
        """Return the date of a source; empty where it has none."""
        for predicate in _DATED if self._resources.is_near else ():
            for quad in islice(self._resources.matching(source, predicate), 1):
                if isinstance(quad.object, Literal):
                    return quad.object.value[:10]
        return ""

    def missing(self, thing: Iri, said: Iterable[Statement]) -> list[str]:
        """Return the names of properties that it lacks, though shapes ask for them.

        Also of those that most things of its classes have.
        """
        if not self._resources.is_near or self._citations.graph.stored:
            return []
        had = {each.triple.predicate for each in said}
        had |= {predicate for of, predicate in self._withheld if of == thing}
        kinds = []
        for each in said:
            if each.triple.predicate == _TYPE and isinstance(each.triple.object, Iri):
                kinds.append(each.triple.object)
        asked = (
            path
            for kind in self._with_broader(kinds)
            for path, other in self._asked.get(kind, ())
            if other is None or other in had
        )
        label = self._citations.property_label
        names = {self._shown.get(Step(path), label(path)): None for path in asked if path not in had}
        for kind in kinds:
            names |= dict.fromkeys(name for each, name in self._usual_of(kind) if each not in had)
        known = {self._shown.get(Step(each)) for each in had}
        return [name for name in names if name not in known]

    def left_out(self, thing: Iri, said: Iterable[Statement]) -> list[str]:
        """Return the names of properties that have no value here since what there is tells of a person."""
        had = {each.triple.predicate for each in said}
        found = {predicate for of, predicate in self._withheld if of == thing} - had
        label = self._citations.property_label
        return sorted(self._shown.get(Step(each), label(each)) for each in found)

    @cached_property
    def _asked(self) -> Mapping[Iri, list[tuple[Iri, Iri | None]]]:
        """The properties that shapes ask for, by class; some only of what has another."""
        found: dict[Iri, list[tuple[Iri, Iri | None]]] = {}
        for kind, path in self._shapes.graph.select(_ASKED, limited=False):
            if isinstance(kind, Iri) and isinstance(path, Iri):
                found.setdefault(kind, []).append((path, None))
        for kind, other, path in self._shapes.graph.select(_ASKED_BESIDE, limited=False):
            if isinstance(kind, Iri) and isinstance(other, Iri) and isinstance(path, Iri):
                found.setdefault(kind, []).append((path, other))
        return found

    def _with_broader(self, kinds: Iterable[Iri]) -> Iterable[Iri]:
        """Some classes, and those above them."""
        found, waiting = dict.fromkeys(kinds), list(kinds)
        while waiting and len(found) < _MOST_BROADER:
            for quad in islice(self._resources.matching(waiting.pop(), _BROADER), _MOST_BROADER):
                if isinstance(quad.object, Iri) and quad.object not in found:
                    found[quad.object] = None
                    waiting.append(quad.object)
        return found

    @cached_property
    def _shown(self) -> Mapping[Step, str]:
        return {
            step: each.name for each in shown_properties(self._citations.graph.project) for step in each.steps
        }

    def _usual_of(self, kind: Iri) -> list[tuple[Iri, str]]:
        """The properties that most things of a class have, with their names."""
        if kind not in self._usual:
            number = sum(1 for _ in islice(self._resources.matching(None, _TYPE, kind), _MOST_OF_KIND))
            usual = {}
            if _LEAST_OF_KIND <= number < _MOST_OF_KIND:
                rows = self._citations.graph.select(_USUAL.format(kind=to_ntriples(kind)), limited=False)
                usual = {p: int(n.value) for p, n in rows if isinstance(p, Iri) and isinstance(n, Literal)}
            most = max(usual.get(_TYPE, number), 1)
            self._usual[kind] = [
                (step.predicate, name)
                for step, name in self._shown.items()
                if not step.inverse and 2 * usual.get(step.predicate, 0) >= most
            ]
        return self._usual[kind]
