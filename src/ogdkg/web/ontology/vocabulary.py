"""The terms of a graph: the classes, properties, schemes and shapes it describes, and how each is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from ogdkg.evidence.citations import Citations
from ogdkg.rdf.labels import LABELS
from ogdkg.rdf.retired import DEPRECATED, REPLACED_BY
from ogdkg.rdf.terms import (
    DC,
    DCTERMS,
    OWL,
    RDF,
    RDFS,
    SCHEMA_EITHER,
    SH,
    SKOS,
    VANN,
    Blank,
    Iri,
    Literal,
    Term,
    local_name,
)
from ogdkg.search.folding import unaccented
from ogdkg.web.ontology.facts import Facts
from ogdkg.web.ontology.tally import Tally
from ogdkg.web.pages.described import Resources
from ogdkg.web.protocol.description import Statistics

ONTOLOGY, CLASS, PROPERTY, DATATYPE = "ontology", "class", "property", "datatype"
INDIVIDUAL, SCHEME, SHAPE = "individual", "scheme", "shape"
KINDS: Mapping[str, str] = {
    OWL + "Ontology": ONTOLOGY,
    RDFS + "Datatype": DATATYPE,
    OWL + "DataRange": DATATYPE,
    OWL + "Class": CLASS,
    RDFS + "Class": CLASS,
    OWL + "DeprecatedClass": CLASS,
    RDF + "Property": PROPERTY,
    **{
        f"{OWL}{name}Property": PROPERTY
        for name in (
            "Object", "Datatype", "Annotation", "Ontology", "Functional", "InverseFunctional", "Transitive",
            "Symmetric", "Asymmetric", "Reflexive", "Irreflexive", "Deprecated",
        )
    },
    SH + "NodeShape": SHAPE,
    SH + "PropertyShape": SHAPE,
    SKOS + "ConceptScheme": SCHEME,
    SKOS + "Collection": SCHEME,
    SKOS + "OrderedCollection": SCHEME,
    OWL + "NamedIndividual": INDIVIDUAL,
}  # fmt: skip
NAMES = (*LABELS, SH + "name", DC + "title")
MEANINGS = (
    SKOS + "definition",
    DCTERMS + "description",
    RDFS + "comment",
    *(each + "description" for each in SCHEMA_EITHER),
    DC + "description",
    DCTERMS + "abstract",
    "http://purl.obolibrary.org/obo/IAO_0000115",
    SKOS + "scopeNote",
    VANN + "usageNote",
    SH + "description",
)
DEFINED_BY = RDFS + "isDefinedBy"
STATUS = "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status"
SUCCESSORS = (
    REPLACED_BY,
    "http://purl.obolibrary.org/obo/IAO_0100001",
    *(each + "supersededBy" for each in SCHEMA_EITHER),
)
DOMAINS = (RDFS + "domain", *(each + "domainIncludes" for each in SCHEMA_EITHER))
RANGES = (RDFS + "range", *(each + "rangeIncludes" for each in SCHEMA_EITHER))
_PARTS = (OWL + "unionOf", OWL + "intersectionOf", SH + "or", SH + "xone")
_MOST_TERMS = 20_000
_MOST_PARTS = 1_000  # of a class expression
_TYPED = (
    "SELECT DISTINCT ?term {{ VALUES ?kind {{ {kinds} }} ?term a ?kind FILTER(ISIRI(?term)) }} LIMIT {most}"
)
_SAYING = "SELECT DISTINCT ?term {{ VALUES ?by {{ {by} }} ?term ?by ?o FILTER(ISIRI(?term)) }} LIMIT {most}"
_ANY = "ASK {{ VALUES ?kind {{ {kinds} }} ?term a ?kind FILTER(ISIRI(?term)) }}"
# What can be said of terms of a kind alone, so that those without a type are known by it.
_ONLY_OF = {
    CLASS: (RDFS + "subClassOf", OWL + "equivalentClass", OWL + "disjointWith"),
    PROPERTY: (RDFS + "subPropertyOf", RDFS + "domain", RDFS + "range", OWL + "inverseOf"),
    SHAPE: tuple(SH + name for name in ("path", "property")),
}
_OF_SHAPES = ("property", "path", "targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
_LISTS = "SELECT DISTINCT ?head {{ ?all a <{owl}AllDisjointClasses> ; <{owl}members> ?head }} LIMIT 1000"


class Group(NamedTuple):
    """The terms of one ontology, or of one namespace.

    Attributes:
        iri: The ontology, or the namespace.
        is_described: Whether the graph describes the ontology.
        terms: Its terms.
    """

    iri: str
    is_described: bool
    terms: tuple[Iri, ...]


class Vocabulary:
    """The terms that a graph and its shapes describe, and those that it uses.

    Args:
        resources: The graph.
        shapes: The shapes, which are in no layer.
        citations: Names of things.
        counted: Counts what the graph holds.
    """

    def __init__(
        self,
        resources: Resources,
        shapes: Resources | None,
        citations: Citations,
        counted: Callable[[], Statistics],
    ) -> None:
        self.resources, self._shapes = resources, shapes
        self.citations, self._counted = citations, counted
        self.languages = citations.languages

    @cached_property
    def facts(self) -> Facts:
        """What is said of all terms."""
        facts = Facts()
        for resources, mark in ((self.resources, ""), (self._shapes, "s-")):
            if resources is not None:
                facts.read(resources, _terms(resources), mark)
        return facts

    @cached_property
    def tally(self) -> Tally | None:
        """How the graph uses all terms, where all statements are in memory."""
        return Tally(self.resources.snapshot) if self.resources.snapshot else None

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The parameters of components that shapes declare themselves."""
        nodes = (node for predicate, node in self.facts.back if predicate == SH + "parameter")
        return frozenset(str(path) for node in nodes for path in self.facts.values(node, SH + "path"))

    @cached_property
    def kinds(self) -> Mapping[Iri, str]:
        """What each term is."""
        found: dict[Iri, str] = {}
        for node in self.facts.nodes():
            kinds = {KINDS[each] for each in self.facts.types(node) if each in KINDS}
            if not kinds:
                said = self.facts.about(node)
                kinds = {kind for kind, only in _ONLY_OF.items() if any(each in said for each in only)}
            if kinds:
                found[node] = next(each for each in _BY_RANK if each in kinds)
        for iri, _ in self._counted().classes:
            found.setdefault(iri, CLASS)
        for iri, _ in self._counted().properties:
            found.setdefault(iri, PROPERTY)
        return found

    @cached_property
    def is_there(self) -> bool:
        """Whether any term is described, which is seen without reading them."""
        stores = (self.resources, *([self._shapes] if self._shapes else []))
        return any(each.graph.store.query(_ANY.format(kinds=_kinds())) for each in stores)

    @cached_property
    def shapes(self) -> list[Iri]:
        """The shapes by name; some are classes too."""
        return sorted(filter(self.is_shape, self.kinds), key=self.sort_key)

    def is_shape(self, term: Iri) -> bool:
        """Whether a term is a shape, also where it is a class."""
        types = self.facts.types(term) & {SH + "NodeShape", SH + "PropertyShape"}
        return bool(types) or self.kinds.get(term) == SHAPE

    def of_kind(self, *kinds: str) -> list[Iri]:
        """The terms of some kinds, by name."""
        return sorted((term for term, kind in self.kinds.items() if kind in kinds), key=self.sort_key)

    def sort_key(self, term: Iri) -> tuple[str, str]:
        """Terms are listed by their names."""
        return unaccented(self.name(term).value), term.value

    def name(self, term: Term | None) -> Literal:
        """The name of a term or a thing, with its language."""
        if isinstance(term, Literal):
            return term
        if not isinstance(term, Iri):
            return Literal("")
        if term not in self._names:
            self._names[term] = self._name(term)
        return self._names[term]

    @cached_property
    def _names(self) -> dict[Iri, Literal]:
        return {}

    def _name(self, term: Iri) -> Literal:
        named = self.facts.text(term, NAMES, self.languages)
        if named:
            return named
        label = self.citations.names.label(term)
        return Literal(label or local_name(term.value) or term.value)

    def has_page(self, term: Iri) -> bool:
        """Whether a page of this server is about a term: something is said of it, or with it."""
        if term not in self._pages:
            self._pages[term] = term in self.kinds or any(True for _ in self.resources.matching(term))
        return self._pages[term]

    @cached_property
    def _pages(self) -> dict[Iri, bool]:
        return {}

    def meaning(self, term: Iri) -> Literal | None:
        """What a term means, in one text."""
        return self.facts.text(term, MEANINGS, self.languages)

    def is_deprecated(self, term: Iri) -> bool:
        """Whether it should be used no more."""
        said = self.facts
        flags = {str(each) for each in said.values(term, DEPRECATED)}
        status = {str(each).rpartition("/")[2] for each in said.values(term, STATUS)}
        types = said.types(term)
        return bool(
            flags & {"true", "1"}
            or status & {"deprecated", "archaic"}
            or types & {OWL + "DeprecatedClass", OWL + "DeprecatedProperty"}
        )

    # -- how much each is used ----------------------------------------------------

    @cached_property
    def _numbers(self) -> Mapping[Iri, int]:
        counted = self._counted()
        return {**dict(counted.properties), **dict(counted.classes)}

    def number(self, term: Iri) -> int:
        """How many things are of a class, or how many statements use a property."""
        return self._numbers.get(term, 0)

    # -- how terms hang together ---------------------------------------------------

    def named(self, node: Term | None) -> Iterator[Iri]:
        """The named classes of which a class expression is made as alternatives, or together."""
        waiting, seen = [node], {node}
        while waiting and len(seen) < _MOST_PARTS:
            part = waiting.pop(0)
            if isinstance(part, Iri):
                yield part
                continue
            heads = self.facts.values(part, *_PARTS)
            fresh = [each for head in heads for each in self.facts.items(head) if each not in seen]
            seen.update(fresh)
            waiting += dict.fromkeys(fresh)

    @cached_property
    def domains(self) -> Mapping[Iri, list[Iri]]:
        """The properties by the classes that may have them."""
        return self._by_class(DOMAINS)

    @cached_property
    def ranges(self) -> Mapping[Iri, list[Iri]]:
        """The properties by the classes of their values."""
        return self._by_class(RANGES)

    def _by_class(self, by: Iterable[str]) -> Mapping[Iri, list[Iri]]:
        found: dict[Iri, dict[Iri, None]] = {}
        for term in self.of_kind(PROPERTY):
            for node in self.facts.values(term, *by):
                for each in self.named(node):
                    found.setdefault(each, {})[term] = None
        return {each: list(terms) for each, terms in found.items()}

    def above(self, term: Iri, by: str) -> list[Iri]:
        """All that stands above a term, the nearest first."""
        found: dict[Iri, None] = {}
        waiting = [term]
        for each in waiting:
            for parent in self.facts.values(each, by):
                if isinstance(parent, Iri) and parent not in found and parent != term:
                    found[parent] = None
                    waiting.append(parent)
        return list(found)

    @cached_property
    def disjoint(self) -> Mapping[Iri, list[Iri]]:
        """The classes that have nothing in common with a class, where a list says so."""
        found: dict[Iri, list[Iri]] = {}
        rows = self.resources.graph.select(_LISTS.format(owl=OWL), limited=False)
        for (head,) in rows:
            members = [each for each in _list_at(self.resources, head) if isinstance(each, Iri)][:100]
            for each in members:
                found.setdefault(each, []).extend(other for other in members if other != each)
        return found

    @cached_property
    def groups(self) -> list[Group]:
        """All terms but schemes and shapes by the ontology that defines them: described ones first."""
        described = [str(each) for each in self.of_kind(ONTOLOGY)]
        found: dict[str, list[Iri]] = {}
        for term in self.of_kind(CLASS, PROPERTY, DATATYPE, INDIVIDUAL):
            found.setdefault(self._home(term, described), []).append(term)
        groups = [Group(iri, iri in described, tuple(terms)) for iri, terms in found.items()]
        return sorted(groups, key=lambda each: (not each.is_described, -len(each.terms), each.iri))

    def group_of(self, iri: str) -> Group | None:
        """The terms of an ontology or a namespace."""
        return next((each for each in self.groups if each.iri == iri), None)

    @cached_property
    def homes(self) -> Mapping[Iri, str]:
        """The group of each term."""
        return {term: group.iri for group in self.groups for term in group.terms}

    def _home(self, term: Iri, described: Iterable[str]) -> str:
        """The ontology of a term: the one that it names, the one that its IRI lies in, else its namespace."""
        for each in self.facts.values(term, DEFINED_BY):
            if str(each) in described:
                return str(each)
        inside = [
            each for each in described
            if term.value.startswith(each) and (each[-1] in "#/" or term.value[len(each)] in "#/")
        ]  # fmt: skip
        if inside:
            return max(inside, key=len)
        named = self.facts.one(term, DEFINED_BY)
        return str(named) if isinstance(named, Iri) else namespace(term.value)


_BY_RANK = (SCHEME, ONTOLOGY, DATATYPE, CLASS, PROPERTY, SHAPE, INDIVIDUAL)


def namespace(iri: str) -> str:
    """An IRI without its local name.

    >>> namespace("http://www.w3.org/ns/org#Role")
    'http://www.w3.org/ns/org#'
    """
    return iri.removesuffix(iri.rstrip("#/:")[len(iri.rstrip("#/:")) - len(local_name(iri)) :])


def _kinds() -> str:
    return " ".join(f"<{each}>" for each in KINDS)


def _terms(resources: Resources) -> Iterator[Iri]:
    only = (each for found in _ONLY_OF.values() for each in found)
    by = " ".join(f"<{each}>" for each in (*only, *(SH + each for each in _OF_SHAPES)))
    for query in (_TYPED.format(kinds=_kinds(), most=_MOST_TERMS), _SAYING.format(by=by, most=_MOST_TERMS)):
        for (term,) in resources.graph.select(query, limited=False):
            if isinstance(term, Iri):
                yield term


def _list_at(resources: Resources, head: Term | None) -> list[Term]:
    facts = Facts()
    if isinstance(head, Iri | Blank):
        facts.read(resources, [head])
    return facts.items(head)
