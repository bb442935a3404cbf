"""The part of an ontology that takes part in validation, without any inference.

The same triples that pyshacl mixes into the data for its `ont_graph`: what RDFS and OWL say of classes and
properties, and named individuals whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Triple

from ogdkg.validation.core.results import Term
from ogdkg.validation.core.vocabulary import (
    OWL,
    OWL_CLASSES,
    OWL_PROPERTIES,
    RDF,
    RDFS_CLASSES,
    RDFS_PROPERTIES,
)

CLASSES = RDFS_CLASSES | OWL_CLASSES
PROPERTIES = RDFS_PROPERTIES | OWL_PROPERTIES


def ontology_triples(ontology: Iterable[Triple]) -> list[Triple]:
    """The triples of an ontology to add to the data, with the descriptions of their blank nodes."""
    about: dict[Term, list[Triple]] = {}
    for triple in dict.fromkeys(ontology):
        about.setdefault(triple.subject, []).append(triple)
    triples = [triple for said in about.values() for triple in said]
    individuals = {t.subject for t in triples if t.predicate == RDF.type and t.object == OWL.NamedIndividual}
    whole = _reached(individuals, about, NamedNode | BlankNode)
    chosen = [t for t in triples if _belongs(t) or t.subject in whole or t.object in individuals]
    blank = _reached({n for t in chosen for n in (t.subject, t.object)}, about, BlankNode)
    return list(dict.fromkeys([*chosen, *(t for node in blank for t in about.get(node, ()))]))


def _belongs(triple: Triple) -> bool:
    if triple.predicate == RDF.type:
        return triple.object in CLASSES
    return triple.predicate in PROPERTIES


def _reached(start: Iterable[Term], about: dict[Term, list[Triple]], kind: Any) -> set[Term]:
    """The nodes of a kind that can be reached from `start` through such nodes, those at the start
    included."""
    reached: set[Term] = set()
    waiting = [node for node in start if isinstance(node, kind)]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(t.object for t in about.get(node, ()) if isinstance(t.object, kind))
    return reached
