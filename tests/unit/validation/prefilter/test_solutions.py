"""What the engine tells of constraints in SPARQL by itself is what pySHACL tells; else it is left to that."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, RdfFormat, parse

from ogdkg.validation.core.results import Result
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.operation import Options, Validator
from ogdkg.validation.pyshacl.client import PyShaclProcess

DATA = """
@prefix : <urn:x:> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:a a :T ; :p 7 , 8 ; :q "one"@EN , "two" ; :r :b .
:b a :T ; :p 3 ; :q "three" ; :r _:x .
:c a :T ; :p "7.50"^^xsd:decimal , 9 ; :q "four\\\\ {?x}" .
"""
HEAD = """
@prefix : <urn:x:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
: sh:declare [ sh:prefix "" ; sh:namespace "urn:x:"^^xsd:anyURI ] .
:S sh:targetClass :T ;
"""
CONSTRAINT = 'sh:sparql [ sh:prefixes : ; %s sh:select """%s""" ]'
# Each with what else the constraint says.
TOLD = {
    "its node is the value": ("", "SELECT $this { $this :p ?x . FILTER (STR(?x) = '3') }"),
    "a row for each value": ("", "SELECT $this ?value { $this :q ?value ; :p 8 }"),
    "equal rows": ("", "SELECT $this { $this :p 8 ; :q ?x }"),
    "distinct rows": ("", "SELECT DISTINCT $this { $this :p 8 ; :q ?x }"),
    "a number": (
        "",
        "SELECT $this (COUNT(?x) AS ?value) { $this :q ?x } GROUP BY $this HAVING (COUNT(?x) > 1)",
    ),
    "its own message": (
        'sh:message "{$this} has {?x} and {?no}"@en ;',
        "SELECT $this ?x { $this :p ?x FILTER (STRLEN(STR(?x)) = 1) }",
    ),
    "signs in a value": ('sh:message "{?x}" ;', "SELECT $this ?x { $this :q ?x ; :p 9 }"),
    "a message of the row": ("", "SELECT $this ?message { $this :q ?message ; :p 3 }"),
    "a path": ("", "SELECT $this ?path { $this :r ?path ; :p 7 }"),
    "a part of a text": (
        "",
        """SELECT $this { $this :q ?x . FILTER (REPLACE(?x, '^(t[a-z]).*', '$1') = 'tw') }""",
    ),
}
LEFT = {
    "a literal as a store would not write it": ("", "SELECT $this { $this :p ?x . FILTER (?x > 7) }"),
    "the value of an expression": ("", "SELECT $this ?value { $this :p 3 . BIND (1 AS ?value) }"),
    "a filter within": ("", "SELECT $this { $this :p 3 . FILTER EXISTS { $this :p ?y . FILTER (?y < 5) } }"),
    "an error that is caught": ("", "SELECT $this { $this :p ?x . FILTER (COALESCE(?x > 7, true)) }"),
    "whether an error was met": ("", "SELECT $this { $this :p ?x . BIND (?x + 1 AS ?y) FILTER (BOUND(?y)) }"),
    "the name of a nameless node": ('sh:message "{?x}" ;', "SELECT $this ?x { $this :r ?x ; :p 3 }"),
}


@pytest.mark.parametrize("name", [*TOLD, *LEFT])
def test_rows_are_the_results_that_pyshacl_has(name: str, pyshacl: PyShaclProcess) -> None:
    said, select = (TOLD | LEFT)[name]
    own, is_asked = _own(shapes := HEAD + CONSTRAINT % (said, select) + " .")
    assert own and own == _results(pyshacl, shapes, prefilter=False)
    assert is_asked is (name in LEFT)


@pytest.mark.parametrize("message", ["", 'sh:message "Of the shape: {?value}" ; sh:severity sh:Info ;'])
def test_a_property_shape_has_its_path_and_other_constraints(message: str, pyshacl: PyShaclProcess) -> None:
    select = "SELECT $this ?value { $this $PATH ?value . FILTER (STR(?value) = '8') }"
    constraint = CONSTRAINT % ('sh:message "{?value} of {?path}" ;', select)
    shapes = f"{HEAD} sh:property [ sh:path :p ; {message} sh:maxCount 1 ; {constraint} ] ."
    own, is_asked = _own(shapes)
    assert len(own) == 3 and own == _results(pyshacl, shapes, prefilter=False) and not is_asked


def _own(shapes: str) -> tuple[list[tuple[object, ...]], bool]:
    """The results, and whether pySHACL was started for them."""
    with PyShaclProcess() as process:
        return _results(process, shapes, prefilter=True), process._child is not None


def _results(pyshacl: PyShaclProcess, shapes: str, *, prefilter: bool) -> list[tuple[object, ...]]:
    graph = ColumnGraph()
    graph.add(parse(DATA, RdfFormat.TURTLE))
    read = Shapes([quad.triple for quad in parse(shapes, RdfFormat.TURTLE)])
    found = Validator(pyshacl, Options(prefilter=prefilter)).results(graph, read)
    return sorted(map(_told, found), key=str)


def _told(result: Result) -> tuple[object, ...]:
    is_query = result.component == SH.SPARQLConstraintComponent
    said = [str(each) for each in result.messages if is_query and "_:" not in str(each)]
    parts = (result.focus, result.path, result.value, result.severity, result.component)
    return (*("a node" if isinstance(each, BlankNode) else each for each in parts), *said)
