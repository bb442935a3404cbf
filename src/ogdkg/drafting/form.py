"""The form of a class: a field for each property, from what shapes ask and from what such things have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.drafting.shapes import Allowed, Asked, Facet, ShapeGraph
from ogdkg.evidence.citations import Citations
from ogdkg.rdf.labels import LABELS, TEXTS, iri_list
from ogdkg.rdf.terms import OWL, RDF, RDFS, SH, XSD, Blank, Iri, Literal, Term, TripleTerm, compact
from ogdkg.search.labels import LabelIndex
from ogdkg.search.things import things_of_class

_TYPE = Iri(RDF + "type")
_LANG_STRING = RDF + "langString"
_META = (OWL, SH, RDFS, RDF)
_SOME = 2  # things that have a property, so that a form of their kind asks for it
_SHARE = 0.05  # of them
_OFTEN = 0.3  # of them, so that it asks for it at once
_MOST_FIELDS = 60
_MOST_KINDS = 8  # classes that something new may be of
_ABOVE = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?above { ?_class_iri rdfs:subClassOf* ?above }"""
_USED = """SELECT ?p (COUNT(DISTINCT ?x) AS ?n) (SAMPLE(?o) AS ?value) (MIN(?o) AS ?least)
{ ?x a ?_class_iri ; ?p ?o FILTER(isIRI(?x)) } GROUP BY ?p"""
_DERIVED = """SELECT ?p (COUNT(DISTINCT ?x) AS ?n)
{ ?x a ?_class_iri FILTER(isIRI(?x)) GRAPH ?_graph_iri { ?x ?p ?o } } GROUP BY ?p"""
_OF_CLASSES = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?x { ?k rdfs:subClassOf* ?_class_iri . ?x a ?k FILTER(isIRI(?x)) }"""
_HAVING = "SELECT DISTINCT ?x {{ ?x <{0}> <{1}> FILTER(isIRI(?x)) }}"
_KINDS_OF_VALUES = "SELECT DISTINCT ?k { ?x a ?_class_iri ; ?_property_iri ?o . ?o a ?k } LIMIT 20"
_LANGUAGES = """SELECT ?tag (COUNT(*) AS ?n)
{ ?x ?p ?name BIND(LANG(?name) AS ?tag) FILTER(?tag != "") } GROUP BY ?tag"""
_TYPES = "SELECT DISTINCT ?x ?k { ?x a ?k }"
_TYPED = "SELECT DISTINCT ?x ?k {{ GRAPH <{0}> {{ ?x a ?k }} }}"
_NAMINGS = f"""SELECT ?k ?p (COUNT(DISTINCT ?x) AS ?n)
{{ VALUES ?p {{ {iri_list(LABELS)} }} ?x a ?k ; ?p ?name FILTER(isIRI(?x)) }} GROUP BY ?k ?p"""
_COUNTS = "SELECT ?k (COUNT(DISTINCT ?x) AS ?n) { ?x a ?k FILTER(isIRI(?x)) } GROUP BY ?k"


class Kind(Enum):
    """What a field takes."""

    TEXT = "text"  # in a language
    PLAIN = "plain"  # without one
    VALUE = "value"  # of a datatype that is no text
    LISTED = "listed"  # one of a list
    THING = "thing"
    ADDRESS = "address"  # an IRI that names no thing of the graph


class Field(NamedTuple):
    """A field of a form.

    Attributes:
        predicate: The property.
        key: Its CURIE, or its IRI.
        name: What to call it.
        help: What to write.
        group: The label of its group; empty for none.
        kind: What it takes.
        least: How many values there must be.
        most: How many there may be; None for any number.
        datatypes: The datatypes of its literals, that to be tried first first.
        languages: The languages to choose from.
        listed: The values to choose from, if it has a list.
        classes: The classes that something new may be of.
        things: The things to choose from; those of its list, if it has one.
        is_usual: Whether most things have it, or must.
        facets: What else shapes ask of each value.
        is_unique_in_language: Whether there may be one text in each language.
    """

    predicate: Iri
    key: str
    name: str
    help: str
    group: str
    kind: Kind
    least: int
    most: int | None
    datatypes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    listed: tuple[Term, ...] = ()
    classes: tuple[Iri, ...] = ()
    things: frozenset[Iri] = frozenset()
    is_usual: bool = True
    facets: tuple[Facet, ...] = ()
    is_unique_in_language: bool = False


class Form(NamedTuple):
    """The form of a class: its fields in order, and the property that gives its things their names."""

    of: Iri
    label: str
    fields: tuple[Field, ...]
    naming: Iri


class _Used(NamedTuple):
    """How many things have a property, and one of its values."""

    number: int
    value: Term | None


_UNUSED = _Used(0, None)


class Forms:
    """Makes the forms of a project.

    Args:
        citations: The graph with its names, all of which are at hand.
        shapes: The shapes.
    """

    def __init__(self, citations: Citations, shapes: ShapeGraph) -> None:
        self._citations, self._shapes = citations, shapes
        self._graph = citations.graph
        self._made: dict[Iri, Form] = {}
        self._of_class: dict[Iri, list[Iri]] = {}
        self._among: dict[frozenset[Iri], LabelIndex] = {}

    @cached_property
    def counts(self) -> Mapping[Iri, int]:
        """How many things there are of each class."""
        rows = self._graph.select(_COUNTS, limited=False)
        return {kind: int(n.value) for kind, n in rows if isinstance(kind, Iri) and isinstance(n, Literal)}

    @cached_property
    def classes(self) -> list[Iri]:
        """The classes that shapes speak of and that have named things, but for what only rules make."""
        named = Counter[Iri]()
        things = {each for each in things_of_class(self._graph, None) if each in self.names.labels}
        for thing, of in self._graph.select(_TYPES, limited=False):
            if isinstance(of, Iri) and thing in things:
                named[of] += 1
        derived = Counter(
            of
            for graph in self._citations.derived_graphs
            for _, of in self._graph.select(_TYPED.format(graph.value), limited=False)
        )
        return [
            each
            for each in dict.fromkeys(self._shapes.classes())
            if named[each] * 2 > self.counts.get(each, 0) > derived[each] and not each.value.startswith(_META)
        ]

    @property
    def shaped(self) -> list[Iri]:
        """The classes that shapes speak of, with things or without."""
        return self._shapes.classes()

    def form(self, of: Iri) -> Form:
        """Return the form of a class."""
        if of not in self._made:
            self._made[of] = self._make(of)
        return self._made[of]

    def things_of(self, of: Iri) -> frozenset[Iri]:
        """Return the things of a class and of those below it; none of one that only shapes speak of."""
        return self._things([of], ())

    def property_name(self, predicate: Iri, of: Iri) -> str:
        """Return what the form of a class calls a property."""
        asked = self._shapes.asked_of([of], [predicate]).get(predicate, Asked())
        return asked.name or self._citations.property_label(predicate)

    def label_in(self, of: Iri) -> str:
        """Return what things of a class are called."""
        return self._citations.property_label(of)

    @cached_property
    def names(self) -> LabelIndex:
        """All names of things."""
        names = self._citations.names
        assert isinstance(names, LabelIndex)
        return names

    def names_of(self, field: Field) -> LabelIndex:
        """Return the names of the things that a field takes."""
        if field.things not in self._among:
            self._among[field.things] = self.names.among(field.things)
        return self._among[field.things]

    # -- making ------------------------------------------------------------------

    def _make(self, of: Iri) -> Form:
        total = max(self.counts.get(of, 0), 1)
        used = self._used(of)
        asked = self._shapes.asked_of([*self._iris(_ABOVE, {"class": [of]}), of], used)
        enough = min(max(_SOME, _SHARE * total), total)
        wanted = [
            predicate
            for predicate in dict.fromkeys((*asked, *used))
            if predicate != _TYPE
            and (asked.get(predicate, Asked()).is_of_class or used.get(predicate, _UNUSED).number >= enough)
        ]
        naming = self._naming(used, wanted)
        fields = [
            found
            for each in dict.fromkeys((naming, *wanted))
            if (found := self._field(of, each, asked.get(each, Asked()), used.get(each, _UNUSED), total))
        ]
        ordered = sorted(
            fields, key=lambda each: self._order(each, asked.get(each.predicate, Asked()), naming)
        )
        return Form(of, self.label_in(of), tuple(ordered[:_MOST_FIELDS]), naming)

    @staticmethod
    def _order(field: Field, asked: Asked, naming: Iri) -> tuple[object, ...]:
        return (field.predicate != naming, *asked.order, not field.least, field.name)

    def _naming(self, used: Mapping[Iri, _Used], wanted: Iterable[Iri]) -> Iri:
        """The property that gives most things of a class their names, else one that shapes ask for, else what
        gives most things of all classes theirs."""
        counted = Counter({Iri(name): used[Iri(name)].number for name in LABELS if Iri(name) in used})
        asked = [each for each in wanted if each.value in LABELS]
        return next(iter([each for each, _ in counted.most_common(1)] or asked), self._usual_naming)

    @cached_property
    def _usual_naming(self) -> Iri:
        counted = Counter[Iri]()
        for kind, predicate, number in self._graph.select(_NAMINGS, limited=False):
            if isinstance(kind, Iri) and isinstance(predicate, Iri) and isinstance(number, Literal):
                counted[predicate] += int(number.value) * (not kind.value.startswith(_META))
        ordered = (Iri(each) for each in LABELS)
        return max(ordered, key=lambda each: counted[each]) if counted else Iri(RDFS + "label")

    def _used(self, of: Iri) -> dict[Iri, _Used]:
        """The properties that things of a class have, but for what rules alone derive."""
        bound = StoredQuery(_USED, "used").bind({"class": [of]})
        found = {
            p: _Used(int(n.value), value)
            for p, n, value, _ in self._graph.select(bound, limited=False)
            if isinstance(p, Iri) and isinstance(n, Literal)
        }
        for graph in self._citations.derived_graphs:
            bound = StoredQuery(_DERIVED, "derived").bind({"class": [of], "graph": [graph]})
            for p, n in self._graph.select(bound, limited=False):
                if isinstance(p, Iri) and isinstance(n, Literal) and int(n.value) == found[p].number:
                    del found[p]
        return found

    def _field(self, of: Iri, predicate: Iri, asked: Asked, used: _Used, total: int) -> Field | None:
        """The field of a property; None where its values are parts without names, which no field holds."""
        if isinstance(used.value, Blank | TripleTerm):
            return None
        allowed = asked.allowed
        classes = self._classes_of_values(of, predicate, allowed, used)
        datatypes = self._datatypes(predicate, asked, used.value)
        return Field(
            predicate,
            compact(predicate.value, self._graph.project.prefixes) or predicate.value,
            asked.name or self._citations.property_label(predicate),
            asked.help,
            asked.group,
            _kind(allowed, classes, datatypes, used),
            asked.least,
            asked.most,
            datatypes,
            tuple(dict.fromkeys((*allowed.languages, *self._languages))),
            tuple(dict.fromkeys(allowed.listed)),
            tuple(sorted(classes, key=lambda each: -self.counts.get(each, 0))[:_MOST_KINDS]),
            frozenset(each for each in allowed.listed if isinstance(each, Iri))
            or self._things(classes, allowed.having),
            bool(asked.least) or used.number >= _OFTEN * total,
            tuple(dict.fromkeys(allowed.facets)),
            asked.is_unique_in_language,
        )

    def _classes_of_values(self, of: Iri, predicate: Iri, allowed: Allowed, used: _Used) -> list[Iri]:
        """The classes of the values of a property: by shapes, or if these are silent, those in use."""
        is_said = allowed.classes or allowed.having or allowed.datatypes or allowed.listed
        if is_said or not _is_of_things(allowed, used):
            return list(dict.fromkeys(allowed.classes))
        bound = StoredQuery(_KINDS_OF_VALUES, "kinds").bind({"class": [of], "property": [predicate]})
        return [each for each in self._iris(bound, {}) if not each.value.startswith(_META)]

    @cached_property
    def _languages(self) -> tuple[str, ...]:
        """The languages that the project's names are in, the preferred ones first."""
        rows = islice(self._graph.select(_LANGUAGES, limited=False), 500)
        counted = Counter[str]()
        for tag, number in rows:
            if isinstance(tag, Literal) and isinstance(number, Literal):
                counted[tag.value] = int(number.value)
        known = {tag.partition("-")[0] for tag in counted}
        own = [each for each in self._graph.project.languages if each in known]
        return tuple(dict.fromkeys((*own, *(tag for tag, _ in counted.most_common(20)))))

    @staticmethod
    def _datatypes(predicate: Iri, asked: Asked, value: Term | None) -> tuple[str, ...]:
        allowed = asked.allowed
        if allowed.datatypes:
            return tuple(dict.fromkeys(allowed.datatypes))
        if allowed.languages or asked.is_unique_in_language:
            return (_LANG_STRING,)
        if isinstance(value, Literal):
            return (value.datatype,)
        return (_LANG_STRING if predicate.value in TEXTS and value is None else XSD + "string",)

    def _things(self, classes: Iterable[Iri], having: Iterable[tuple[Iri, Term]]) -> frozenset[Iri]:
        found: set[Iri] = set()
        for each in classes:
            if each not in self._of_class:
                self._of_class[each] = self._iris(_OF_CLASSES, {"class": [each]})
            found.update(self._of_class[each])
        for predicate, value in having:
            if isinstance(value, Iri):
                found.update(self._iris(_HAVING.format(predicate.value, value.value), {}))
        return frozenset(found)

    def _iris(self, query: str, values: Mapping[str, list[Iri]]) -> list[Iri]:
        bound = StoredQuery(query, "form").bind(values) if values else query
        return [row[0] for row in self._graph.select(bound, limited=False) if isinstance(row[0], Iri)]


def _is_of_things(allowed: Allowed, used: _Used) -> bool:
    """Whether the values of a property have IRIs."""
    return isinstance(used.value, Iri) or "IRI" in allowed.kinds


def _kind(allowed: Allowed, classes: Sequence[Iri], datatypes: tuple[str, ...], used: _Used) -> Kind:
    """What the field of a property takes."""
    if allowed.listed:
        return Kind.LISTED
    if classes or allowed.having:
        return Kind.THING
    if _is_of_things(allowed, used) and not allowed.datatypes:
        return Kind.ADDRESS
    if _LANG_STRING in datatypes:
        return Kind.TEXT
    return Kind.PLAIN if datatypes == (XSD + "string",) else Kind.VALUE
