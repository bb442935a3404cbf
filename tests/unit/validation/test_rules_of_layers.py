"""Rules of SHACL infer the same as a layer of a project and under `validate --rules`."""

# ruff: noqa: E501  # a case is a row of a table

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.unit.validation.test_advanced import (
    AREA,
    DATA,
    DECLARED,
    FUNCTIONS,
    PREFIXES,
    RULES,
    born,
    made,
    rule,
)

from ogdkg.project.project import Source
from ogdkg.rdf.terms import Iri
from ogdkg.rules.shapes import compiled
from ogdkg.store.base import WritableStore
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.store.rdflib import RdflibStore
from ogdkg.validation.core.advanced import typed
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.pyshacl.client import PyShaclProcess

MORE = """
ex:bob ex:child ex:dan . ex:dan a ex:Child ; ex:age 3 ; ex:name "Dan"@en, "Dan"@es, "Dany"@en . ex:cid ex:friend ex:cid .
ex:Child rdfs:subClassOf ex:Person . ex:ann ex:email "a@b.example" ; ex:since "2020-01-01"^^xsd:date ; ex:till "2021-01-01"^^xsd:date .
ex:bob ex:email "none" ; ex:since "2022-01-01"^^xsd:date ; ex:till "2021-01-01"^^xsd:date .
ex:odd a ex:Person ; ex:age "old"^^xsd:integer ; ex:friend [ ex:age 9 ] .
"""
PEOPLE = "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; "
SQUARES = "ex:S a sh:NodeShape ; sh:targetClass ex:Rectangle ; "


def new(expression: str, more: str = "") -> str:
    return f"{PEOPLE}{rule(f'sh:object {expression} ; {more}')} ."


def if_(condition: str) -> str:
    """Whoever conforms to a shape gets an ex:new."""
    return new("1", f"sh:condition [ {condition} ]")


def query(text: str, of: str = PEOPLE) -> str:
    return f"{of}{made(text)} ."


CASES = {
    # The examples of the Note, https://www.w3.org/TR/shacl-af/#rules
    "note: rectangles": (
        f"""{SQUARES} sh:rule {AREA} ; sh:order 0 ] , [ a sh:TripleRule ; sh:order 1 ; sh:subject sh:this ; sh:predicate rdf:type ;
        sh:object ex:Square ; sh:condition [ sh:property [ sh:path ex:width ; sh:equals ex:height ] ] ] .""", 3),
    "note: children": (
        PEOPLE + "sh:rule [ a sh:TripleRule ; sh:subject [ sh:path ex:child ] ; sh:predicate ex:parent ; sh:object sh:this ] .", 3),
    "note: inferred siblings": (
        query("CONSTRUCT { ?a ex:sibling ?b } WHERE { $this ex:child ?a, ?b FILTER(?a != ?b) }"), 2),
    "note: function": (
        SQUARES + "sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:area ; "
        "sh:object [ ex:multiply ( [ sh:path ex:width ] [ sh:path ex:height ] ) ] ] .", 2),
    "note: custom target": (born("; ex:country ex:USA").replace("sh:property [ sh:path ex:never ; sh:minCount 1 ]", rule("sh:object 1")), 2),
    # https://www.w3.org/TR/shacl-af/#node-expressions
    "constants": (PEOPLE + "sh:rule [ a sh:TripleRule ; sh:subject ex:all ; sh:predicate ex:some ; sh:object ex:ann ] .", 1),
    "inverse and repeated paths": (new("[ sh:path ( [ sh:inversePath ex:child ] [ sh:zeroOrMorePath ex:child ] ) ]"), None),
    "nodes of nodes": (new("[ sh:path ex:age ; sh:nodes [ sh:path ex:child ] ]"), 3),
    "nodes of a constant": (new("[ sh:path ex:age ; sh:nodes ex:dan ]"), 5),
    "union": (new("[ sh:union ( [ sh:path ex:child ] [ sh:path ex:friend ] sh:this 7 ) ]"), None),
    "intersection": (new("[ sh:intersection ( [ sh:path ex:friend ] sh:this ) ]"), 1),
    "intersection of this first": (new("[ sh:intersection ( sh:this [ sh:path ex:friend ] ) ]"), 1),
    "intersection of constants": (new("[ sh:intersection ( [ sh:union ( ex:ann ex:bob 5 ) ] [ sh:union ( ex:bob 5 ex:x ) ] ) ]"), 10),
    "filter": (new("[ sh:filterShape [ sh:class ex:Child ] ; sh:nodes [ sh:path ex:child ] ]"), 1),
    "filter by a shape with a name": (
        "ex:Old a sh:NodeShape ; sh:property [ sh:path ex:age ; sh:minInclusive 10 ] . " +
        new("[ sh:filterShape ex:Old ; sh:nodes [ sh:path ex:child ] ]"), 1),
    "function of function": (
        SQUARES + rule("sh:object [ ex:less ( [ ex:multiply ( [ sh:path ex:width ] 2 ) ] [ sh:union ( 5 9 ) ] ) ]") + " .", 4),
    "two of values": (PEOPLE + "sh:property [ sh:path ex:new ; sh:values [ sh:path ex:nick ], sh:this ] .", None),
    # Conditions: https://www.w3.org/TR/shacl/#core-components
    "class": (if_("sh:class ex:Child"), 1),
    "datatype": (if_("sh:property [ sh:path ex:age ; sh:datatype xsd:integer ]"), 4),
    "derived datatype": (if_("sh:property [ sh:path ex:age ; sh:datatype xsd:byte ]"), 0),
    "date": (if_("sh:property [ sh:path ex:since ; sh:datatype xsd:date ; sh:minCount 1 ]"), 2),
    "kind": (if_("sh:property [ sh:path ex:friend ; sh:nodeKind sh:BlankNode ; sh:minCount 1 ]"), 1),
    "bounds": (if_("sh:property [ sh:path ex:age ; sh:minExclusive 3 ; sh:maxInclusive 5 ]"), 1),
    "lengths": (if_("sh:property [ sh:path ex:first ; sh:minLength 3 ; sh:maxLength 3 ; sh:minCount 1 ]"), 2),
    "pattern": (if_('sh:property [ sh:path ex:email ; sh:pattern "^[a-z]+@" ; sh:minCount 1 ]'), 1),
    "pattern of a blank node": (if_('sh:property [ sh:path ex:friend ; sh:pattern "." ]'), 4),
    "in": (if_("sh:property [ sh:path ex:bornIn ; sh:in ( ex:USA 5 ) ]"), 4),
    "languages": (if_('sh:property [ sh:path ex:name ; sh:languageIn ( "en" ) ; sh:minCount 1 ]'), 0),
    "unique languages": (if_("sh:property [ sh:path ex:name ; sh:uniqueLang true ]"), 4),
    "logic": (if_("sh:or ( [ sh:hasValue ex:ann ] [ sh:not [ sh:property [ sh:path ex:nick ; sh:maxCount 0 ] ] ] )"), 2),
    "exactly one": (if_("sh:xone ( [ sh:class ex:Person ] [ sh:property [ sh:path ex:age ; sh:hasValue 5 ] ] )"), None),
    "and": (if_("sh:and ( [ sh:nodeKind sh:IRI ] [ sh:property [ sh:path ex:first ; sh:minCount 2 ] ] )"), 1),
    "closed": (if_("sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path ex:age ], [ sh:path ex:name ]"), 1),
    "equals and disjoint": (if_("sh:disjoint ex:friend ; sh:property [ sh:path ex:child ; sh:disjoint ex:friend ]"), None),
    "equals this": (if_("sh:equals ex:friend"), 1),
    "less": (if_("sh:property [ sh:path ex:since ; sh:lessThan ex:till ; sh:minCount 1 ]"), 1),
    "qualified": (if_("sh:property [ sh:path ex:child ; sh:qualifiedValueShape [ sh:class ex:Child ] ; sh:qualifiedMinCount 1 ]"), 1),
    "counts": (if_("sh:property [ sh:path ex:child ; sh:minCount 1 ; sh:maxCount 1 ]"), 1),
    "property of a property": (if_("sh:property [ sh:path ex:child ; sh:minCount 1 ; sh:property [ sh:path ex:age ; sh:minCount 1 ] ]"), 2),
    "language strings": (if_("sh:property [ sh:path ex:name ; sh:datatype rdf:langString ; sh:minCount 1 ]"), 1),
    "length of a blank node": (if_("sh:property [ sh:path ex:friend ; sh:maxLength 99 ]"), 4),
    "deactivated": (if_("sh:deactivated true ; sh:class ex:No"), 5),
    "two conditions": (new("1", "sh:condition [ sh:hasValue ex:ann ], [ sh:class ex:Person ]"), 1),
    # https://www.w3.org/TR/shacl/#pre-binding
    "this in a part of a union": (
        query("CONSTRUCT { $this ex:new ?x } WHERE { { ?x ex:friend ?y FILTER(?y = $this) } UNION { $this ex:nick ?x } }"), None),
    "this in OPTIONAL": (
        query("CONSTRUCT { ?x ex:new ?n } WHERE { ?x ex:age 5 OPTIONAL { ?x ex:first ?n FILTER($this = ex:bob) } FILTER(BOUND(?n)) }"), 1),
    "this in OPTIONAL of a group": (
        query("CONSTRUCT { ?x ex:new ?n } WHERE { { ?x ex:age 5 OPTIONAL { ?x ex:first ?n FILTER($this = ex:bob) } } FILTER(BOUND(?n)) }"), 1),
    "this bound to another": (query("CONSTRUCT { ?t ex:new ?l } WHERE { { BIND($this AS ?t) } ?t ex:nick ?l }"), 1),
    "this in a subquery": (
        query("CONSTRUCT { $this ex:new ?n } WHERE { { SELECT $this (COUNT(?c) AS ?n) WHERE { $this ex:child ?c } GROUP BY $this } }"), 2),
    "this in NOT EXISTS": (
        query("CONSTRUCT { $this ex:new ?c } WHERE { ?c ex:age ?a FILTER NOT EXISTS { $this ex:child ?c } }"), None),
    "this in a template only": (query("CONSTRUCT { $this ex:new ?c } WHERE { ?c ex:nick ?n }"), 5),
    "no this": (query("CONSTRUCT { ?c ex:new ?n } WHERE { ?c ex:nick ?n }"), 1),
    "the short form": (query("CONSTRUCT WHERE { $this ex:nick ?n . ex:bob ex:nick ?n }"), 0),
    "a prologue of its own": (query("PREFIX e: <http://e/ns#> CONSTRUCT { $this e:new -1 } # so\nWHERE { $this e:nick ?n }"), 1),
    "of no one": (query("CONSTRUCT { $this ex:new 1 } WHERE {}", "ex:S "), 0),
    "of named nodes": (query("CONSTRUCT { ?x ex:new $this } WHERE { ?x ex:age $this }", "ex:S sh:targetNode ex:ann, 70, 5 ; "), 2),
    "of its class": (f"ex:Rectangle a rdfs:Class , sh:NodeShape ; {rule('sh:object 1')} .", 3),
    "of a subclass": (f"ex:S sh:targetClass ex:Child ; {rule('sh:object 1')} .", 1),
    "of a shape without a name": (f"[] a sh:NodeShape ; sh:targetClass ex:Rectangle ; {rule('sh:object 1')} .", 3),
    "of a property shape": (f"ex:S sh:path ex:age ; sh:targetClass ex:Rectangle ; {rule('sh:object 1')} .", 3),
    "one rule of two shapes": (
        "ex:S sh:targetClass ex:Rectangle ; sh:rule ex:r . ex:T sh:targetClass ex:Child ; sh:rule ex:r . ex:r a sh:TripleRule ; "
        "sh:subject sh:this ; sh:predicate ex:new ; sh:object 1 .", 4),
    "of what has and is": (query("CONSTRUCT { $this ex:new 1 } WHERE {}", "ex:S sh:targetObjectsOf ex:child ; sh:targetSubjectsOf ex:nick ; "), 3),
    "a chain of orders within a shape": (
        PEOPLE + ", ".join(["sh:rule [ a sh:TripleRule ; sh:order 3 ; sh:subject sh:this ; sh:predicate ex:c ; sh:object [ sh:path ex:b ] ]",
                            "[ a sh:TripleRule ; sh:order 2 ; sh:subject sh:this ; sh:predicate ex:b ; sh:object [ sh:path ex:a ] ]",
                            "[ a sh:TripleRule ; sh:order 1 ; sh:subject sh:this ; sh:predicate ex:a ; sh:object [ sh:path ex:nick ] ]"])
        + " . ex:T sh:targetClass ex:Person ; sh:rule [ a sh:TripleRule ; sh:order 9 ; sh:subject sh:this ; sh:predicate ex:d ; sh:object [ sh:path ex:a ] ] .", 3),
}  # fmt: skip
OF_BOTH_ENGINES = ("note: rectangles", "intersection", "filter", "exactly one", "pattern of a blank node", "closed", "date",
                   "this in OPTIONAL of a group", "a chain of orders within a shape")  # fmt: skip
ALL = {**{name: (shapes, None) for name, (shapes, _) in RULES.items()}, **CASES}


def write(folder: Path, rules: str) -> None:
    (folder / "data.ttl").write_text(PREFIXES + DATA.replace("05", "6") + MORE)
    (folder / "rules.ttl").write_text(PREFIXES + DECLARED + FUNCTIONS.partition("ex:of a")[0] + rules)


def loaded(store: WritableStore, folder: Path) -> WritableStore:
    store.load([Source(folder / "data.ttl", "data", Iri("urn:data"), "d")])
    return store


def derived(store: WritableStore, folder: Path) -> set[str]:
    """What the rules of a file derive that was not there."""
    graph = Iri("urn:derived")
    store.derive(compiled([folder / "rules.ttl"], {}), graph, 30)
    before = {quad.triple for quad in store.quads(Iri("urn:data"))}
    return {str(quad.triple) for quad in store.quads(graph) if quad.triple not in before}


@pytest.mark.parametrize("case", ALL)
def test_a_layer_derives_what_validate_infers(case: str, pyshacl: PyShaclProcess, tmp_path: Path) -> None:
    text, number = ALL[case]
    write(tmp_path, text)
    store = EmbeddedStore()
    found = derived(loaded(store, tmp_path), tmp_path)
    data = [quad.triple for quad in ox.parse(path=str(tmp_path / "data.ttl"))]
    shapes = Shapes(quad.triple for quad in ox.parse(path=str(tmp_path / "rules.ttl")))
    inferred = pyshacl.infer("rules", (each for each in data), [*shapes.triples, *typed(shapes)])
    same = EmbeddedStore()
    same.engine.extend(ox.Quad(*each.triple, ox.NamedNode("urn:x")) for each in [*inferred])
    assert len(found) == len(list(same.quads(Iri("urn:x"))))
    named = {str(quad.triple) for quad in same.quads(Iri("urn:x"))}
    assert {each for each in found if "Blank" not in each} == {each for each in named if "Blank" not in each}
    if number is not None:
        assert len(found) == number


@pytest.mark.parametrize("case", OF_BOTH_ENGINES)
def test_both_engines_derive_the_same(case: str, tmp_path: Path) -> None:
    write(tmp_path, CASES[case][0])
    found = [derived(loaded(store, tmp_path), tmp_path) for store in (EmbeddedStore(), RdflibStore())]
    assert found[0] == found[1] != set()
