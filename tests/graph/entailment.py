"""What follows from a graph by RDFS, as far as classes of things go (https://www.w3.org/TR/rdf11-mt/#rdfs-entailment).

The closure of a whole graph takes a reasoner most of a minute; which classes things get is known in a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.term import Node

Reach = dict[Node, set[Node]]


class Entailment:
    """The classes that things have by what a graph and its vocabularies say."""

    def __init__(self, graph: Graph, *vocabularies: Graph) -> None:
        self._graph = graph
        self._schema = (graph, *vocabularies)
        self._classes = _closure(self._pairs(RDFS.subClassOf, OWL.equivalentClass))
        self._properties = _closure(self._pairs(RDFS.subPropertyOf))
        self._domains, self._ranges = self._of(RDFS.domain), self._of(RDFS.range)

    def _pairs(self, *relations: URIRef) -> Iterable[tuple[Node, Node]]:
        for each in self._schema:
            for relation in relations:
                yield from each.subject_objects(relation)
        for each in self._schema:
            yield from ((two, one) for one, two in each.subject_objects(OWL.equivalentClass))

    def _of(self, relation: URIRef) -> Reach:
        found = defaultdict(set)
        for each in self._schema:
            for term, kind in each.subject_objects(relation):
                found[term].add(kind)
        return found

    def above(self, kind: Node) -> set[Node]:
        """The class and its superclasses (rdfs9, rdfs11)."""
        return {kind, *self._classes.get(kind, ())}

    def properties_above(self, term: Node) -> set[Node]:
        """The property and its superproperties (rdfs5, rdfs7)."""
        return {term, *self._properties.get(term, ())}

    def stated(self, thing: Node) -> set[Node]:
        """The classes that a thing is said to have, and those above them."""
        return {above for kind in self._graph.objects(thing, RDF.type) for above in self.above(kind)}

    def types(self) -> Reach:
        """Everything's classes, stated or by domain and range (rdfs2, rdfs3)."""
        found: Reach = defaultdict(set)
        for subject, term, value in self._graph:
            if term == RDF.type:
                found[subject] |= self.above(value)
            for above in self.properties_above(term):
                for kind in self._domains[above]:
                    found[subject] |= self.above(kind)
                for kind in self._ranges[above]:
                    found[value] |= self.above(kind)
        return found


def _closure(pairs: Iterable[tuple[Node, Node]]) -> Reach:
    """What can be reached from each first by one pair or several."""
    direct: Reach = defaultdict(set)
    for one, other in pairs:
        direct[one].add(other)
    reached: Reach = {}
    for start in list(direct):
        found: set[Node] = set()
        todo = [*direct[start]]
        while todo:
            term = todo.pop()
            if term not in found:
                found.add(term)
                todo += direct.get(term, ())
        reached[start] = found
    return reached
