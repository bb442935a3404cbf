"""Shapes as the specification reads them, and what of an ontology pyshacl takes into the data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest
from pyshacl.graph_abstraction import DataGraph as PyshaclGraph
from pyshacl.rdfutil.inoculate import inoculate
from rdflib import BNode, Graph

from ogdkg.errors import InputError
from ogdkg.validation.core.shapes import Shapes, Target
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.ontology import ontology_triples

PREFIXES = """
PREFIX ex: <http://example.org/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
"""


def triples(text: str) -> Iterator[ox.Triple]:
    return (quad.triple for quad in ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE))


def ex(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"http://example.org/{name}")


@pytest.mark.parametrize(
    "text",
    [
        "ex:S a sh:NodeShape ; sh:node ex:S .",
        "ex:S a sh:NodeShape ; sh:property [ sh:path ex:p ; sh:or ( ex:T ) ] . ex:T sh:node ex:S .",
        "ex:S sh:node ex:T . ex:T sh:property ex:P . ex:P sh:path ex:p ; sh:qualifiedValueShape ex:S .",
    ],
)
def test_recursive_shapes_are_refused_with_the_ring(text: str) -> None:
    with pytest.raises(InputError, match=r"recursive: .*example\.org/S> →"):
        Shapes(triples(text)).check()


def test_a_shape_used_twice_is_no_ring() -> None:
    Shapes(triples("ex:S a sh:NodeShape ; sh:node ex:T ; sh:not ex:T . ex:T sh:nodeKind sh:IRI .")).check()


def test_a_broken_list_is_refused() -> None:
    shapes = Shapes(triples("ex:S a sh:NodeShape ; sh:and [ rdf:first ex:T ] ."))
    with pytest.raises(InputError, match="list"):
        shapes.check()


def test_targets_declared_and_implicit() -> None:
    shapes = Shapes(
        triples("ex:C a rdfs:Class, sh:NodeShape ; sh:targetNode ex:a ; sh:targetSubjectsOf ex:p .")
    )
    assert shapes.targets(ex("C")) == [
        Target(SH.targetNode, ex("a")),
        Target(SH.targetSubjectsOf, ex("p")),
        Target(SH.targetClass, ex("C")),
    ]


def test_deactivated_shapes_have_no_say() -> None:
    assert Shapes(triples("ex:S sh:targetNode ex:a ; sh:deactivated true .")).targeted == []


def test_prefixes_come_through_imports() -> None:
    shapes = Shapes(triples("ex:q sh:prefixes ex:a . ex:a owl:imports ex:b . ex:b sh:declare ex:d ."))
    assert shapes.values(ex("a"), SH.declare) == [ex("d")]


ONTOLOGIES = (
    "ex:C a owl:Class ; rdfs:label 'c' ; ex:note 'left out' ; rdfs:subClassOf [ owl:onProperty ex:p ] .",
    "ex:i a owl:NamedIndividual ; ex:knows ex:j . ex:j ex:note 'whole' ; ex:more [ ex:deep 1 ] .",
    "ex:i a owl:NamedIndividual . ex:k ex:points ex:i ; ex:note 'left out' .",
    "ex:p rdfs:range [ owl:unionOf ( ex:C ex:D ) ] .",
    "ex:C ex:only 'ours' . ex:x a ex:C .",
)


@pytest.mark.parametrize("text", ONTOLOGIES)
def test_the_ontology_takes_part_as_with_pyshacl(text: str) -> None:
    """Blank nodes compare alike: pyshacl makes two copies of one that two of its steps come upon."""
    ontology = Graph().parse(data=PREFIXES + text, format="turtle")
    theirs = inoculate(PyshaclGraph.from_rdflib(Graph()), ontology)
    ours = ox.serialize(ontology_triples(triples(text)), format=ox.RdfFormat.N_TRIPLES) or b""
    assert _unnamed(Graph().parse(data=ours.decode(), format="nt")) == _unnamed(theirs)


def _unnamed(graph: Any) -> set[tuple[str, ...]]:
    found = graph.triples((None, None, None))
    return {tuple("_" if isinstance(term, BNode) else term.n3() for term in triple) for triple in found}
