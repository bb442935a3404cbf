"""Prefiltered and whole validation agree on random data and shapes, every constraint component in turn.

A case is one component of one shape on one graph: it fails where a result names the component, else it
passes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pyoxigraph import RdfFormat, Triple
from tests.unit.validation.by_rows import graph_by_rows

from ogdkg.errors import InputError
from ogdkg.validation.core.results import Result
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.reading import Source, quads, sources
from ogdkg.validation.operation import Inputs, Options, Validator
from ogdkg.validation.prefilter.in_columns import judged_in_columns, suits_columns
from ogdkg.validation.pyshacl.client import PyShaclProcess

PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DECLARED = """
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] ,
    [ sh:prefix "xsd" ; sh:namespace "http://www.w3.org/2001/XMLSchema#"^^xsd:anyURI ] .
"""
CUSTOM = """
ex:AtMost a sh:ConstraintComponent ;
    sh:parameter [ sh:path ex:atMost ] ;
    sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER (STRLEN(STR($value)) <= $atMost) }" ] .
"""
IRIS = ("ex:a", "ex:b", "ex:c", "ex:d", "ex:other")
NODES = (*IRIS, "_:x", "_:y")
PREDICATES = ("ex:p", "ex:q", "ex:r")
CLASSES = ("ex:C", "ex:D", "ex:E")
NUMBERS = (
    "1",
    "01",
    "5",
    "-3",
    "+5",
    "5.0",
    "2.50",
    "0.1",
    "1e0",
    "1.5E0",
    '"5"^^xsd:int',
    '"5"^^xsd:unsignedByte',
)
DATES = (
    '"2020-02-28"^^xsd:date', '"2020-02-30"^^xsd:date', '"2020-02-28Z"^^xsd:date', '"2021-01-01"^^xsd:date',
    '"2020-02-28T10:00:00"^^xsd:dateTime', '"2020-02-28T10:00:00Z"^^xsd:dateTime', '"2020"^^xsd:gYear',
    '"2020-02"^^xsd:gYearMonth', '"2020-13"^^xsd:gYearMonth', '"2020-01-01"^^xsd:date',
    '"2020-02-28T10:00:00.50+00:00"^^xsd:dateTime', '"2020-02-28T10:00:00.5+01:00"^^xsd:dateTime',
)  # fmt: skip
TEXTS = (
    '"a"', '"b1"', '"abc"', '"abc\\n"', '"Äé"', '"x y"', '""', '"K"', '"a"^^xsd:string', '"a"@en', '"b"@EN',
    '"c"@en-GB', '"d"@de', '"a"@fr', '"٣"', '"a\\u001Cb"',
)  # fmt: skip
ODD = (
    '"abc"^^xsd:integer', '"1"^^xsd:boolean', "true", "false", '"http://x"^^xsd:anyURI', '"a"^^ex:type',
    '"zz"^^xsd:hexBinary', '"5"^^ex:type', '"a b"^^xsd:token', '"P1D"^^xsd:duration', '"NaN"^^xsd:double',
    '"x"^^xsd:decimal', '"1.0"^^xsd:integer', '"<p>"^^rdf:XMLLiteral', '"99999999999999999999"^^xsd:integer',
)  # fmt: skip
LITERALS = (*NUMBERS, *DATES, *TEXTS, *ODD)
PATTERNS = (
    "^a", "b", "^[a-z]+$", "^.{2,3}$", "a|b", "^$", "(?=a)b?", "\\\\d", "^\\\\w+$", "(a)\\\\1", "[^a]",
    "é", "a\\\\s?b",
    "[[:alpha:]]", "^(?:a|x)", "\\\\bx", "^\\\\S*$", "http", "k", "x*+",
)  # fmt: skip
DATATYPES = (
    "xsd:integer", "xsd:int", "xsd:decimal", "xsd:string", "rdf:langString", "xsd:date", "xsd:dateTime",
    "xsd:boolean", "xsd:anyURI", "xsd:double", "ex:type", "xsd:token", "xsd:hexBinary", "rdfs:Literal",
    "xsd:gYear", "xsd:gYearMonth",
)  # fmt: skip
KINDS = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
QUERIES = (
    "SELECT $this ?value WHERE { $this ex:p ?value . FILTER (?value < 5) }",
    "SELECT $this ?value WHERE { $this ex:p ?value . FILTER NOT EXISTS { ?value ex:q ?any } }",
    "SELECT $this ?value WHERE { $this ex:p ?value . FILTER NOT EXISTS { $this ex:q ?z . ?z ex:r ?value } }",
    "SELECT $this WHERE { $this ex:p ?a . OPTIONAL { $this ex:q ?o } FILTER (!BOUND(?o)) }",
    "SELECT $this WHERE { $this ex:p ?a . OPTIONAL { $this ex:q ?o . FILTER (?o > 2) } FILTER (!BOUND(?o)) }",
    "SELECT $this ?value WHERE { $this ex:p ?value, ?b . FILTER (?value != ?b) }",
    "SELECT $this (COUNT(?v) AS ?value) WHERE { $this ex:p ?v } GROUP BY $this HAVING (COUNT(?v) > 2)",
    "SELECT $this ?value WHERE { $this ex:p ?value . ?other ex:p ?value . FILTER (?other != $this) }",
    "SELECT $this ?value WHERE { $this ex:p ?value . ?other ex:q ?near . FILTER (?near = ?value) }",
    "SELECT $this ?value WHERE { { $this ex:p ?value } UNION { $this ex:q ?value } "
    "FILTER (STRLEN(STR(?value)) > 2) }",
    "SELECT $this ?path ?value WHERE { $this ?path ?value . FILTER (LANG(?value) = 'en') }",
    "SELECT $this ?value WHERE { $this (ex:p|^ex:q)+ ?value . FILTER (?value = $this) }",
    "SELECT $this ?value WHERE { $this ex:p ?value . BIND (STR(?value) AS ?s) FILTER (CONTAINS(?s, 'a')) }",
    "SELECT $this ?value WHERE { ?value ex:p 5 . FILTER NOT EXISTS { $this ex:q ?value } }",
    "SELECT $this ?value WHERE { $this ex:p ?x . { SELECT $this (MAX(?n) AS ?value) "
    "WHERE { $this ex:q ?n } GROUP BY $this } }",
    "SELECT $this ?value WHERE { $this ex:p/ex:q? ?value . FILTER (REGEX(STR(?value), '^a')) }",
    "SELECT $this ?value WHERE { $this a ?type ; ex:p ?value . FILTER (DATATYPE(?value) = xsd:integer) }",
    "SELECT $this ?value WHERE { $this ex:p ?value . FILTER (DATATYPE(?value) = ex:type) }",
    "SELECT $this ?value WHERE { $this ex:p ?value . FILTER (ex:type != DATATYPE(?value) || "
    "DATATYPE(?value) != ex:type) }",
    "SELECT $this ?value WHERE { $this ex:p ?value . FILTER (?value IN (1, 5, 'a', ex:a)) }",
    "SELECT $this WHERE { FILTER EXISTS { $this ex:p ?v . FILTER (?v > 0) } }",
)
ON_PATH = ("SELECT $this ?value WHERE { $this $PATH ?value . FILTER (!isIRI(?value)) }",)

# What some components need more of, to fail as often as they pass.
TAGGED = ('"a"@en', '"b"@EN', '"c"@en', '"c"@en-GB', '"d"@de', '"a"@fr', '"a"')
VALUES = {
    "UniqueLang": TAGGED[:3],
    "LanguageIn": (*TAGGED, *LITERALS),
    "Disjoint": (*NODES, "1", "01", '"a"@en'),
    "Not": (*IRIS, "1", '"a"', "5"),
    "SPARQL": (*NODES, "1", "5", "7", '"abc"', '"a"@en', *NUMBERS[5:8]),
    "LessThanOrEquals": (*NUMBERS, *DATES),
    "Or": (*IRIS, *TEXTS),
    "NodeKind": NODES,
    "HasValue": IRIS[:1],
    "Equals": IRIS[:2],
    "QualifiedMaxCount": (*IRIS, "1", '"a"', '"b1"'),
    **{
        f"{side}{kind}": ("1", "2", "5", "7", "-3", "01", "2.50")
        for side in ("Min", "Max")
        for kind in ("Inclusive", "Exclusive")
    },
}
MANY = (
    "UniqueLang",
    "Disjoint",
    "SPARQL",
    "LessThan",
    "LessThanOrEquals",
    "MaxCount",
    "HasValue",
    "QualifiedMaxCount",
)


@st.composite
def graphs(draw: DrawFn, component: str) -> str:
    """Some triples over few names, so that shapes find something to look at."""
    values = st.sampled_from(VALUES.get(component, NODES + LITERALS))
    triples = st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), values)
    types = st.tuples(st.sampled_from(NODES), st.just("a"), st.sampled_from(CLASSES))
    below = st.tuples(st.sampled_from(CLASSES), st.just("rdfs:subClassOf"), st.sampled_from(CLASSES))
    said = [
        *draw(st.lists(triples, min_size=20 if component in MANY else 6, max_size=40)),
        *draw(st.lists(types, min_size=2, max_size=8)),
        *draw(st.lists(below, max_size=3)),
    ]
    return PREFIXES + "".join(f"{s} {p} {o} .\n" for s, p, o in said)


def paths(depth: int = 2) -> SearchStrategy[str]:
    """Property paths in Turtle, plain predicates mostly."""
    plain = st.sampled_from(PREDICATES)
    if not depth:
        return plain
    deeper = paths(depth - 1)
    return st.one_of(
        plain,
        plain,
        deeper.map(lambda one: f"[ sh:inversePath {one} ]"),
        st.tuples(deeper, deeper).map(lambda two: f"( {two[0]} {two[1]} )"),
        st.tuples(deeper, deeper).map(lambda two: f"[ sh:alternativePath ( {two[0]} {two[1]} ) ]"),
        st.tuples(st.sampled_from(("zeroOrMore", "oneOrMore", "zeroOrOne")), deeper).map(
            lambda two: f"[ sh:{two[0]}Path {two[1]} ]"
        ),
    )


def _numbers(name: str, most: int) -> SearchStrategy[str]:
    return st.integers(0, most).map(lambda number: f"sh:{name} {number}")


def _each(name: str, values: tuple[str, ...]) -> SearchStrategy[str]:
    return st.sampled_from(values).map(lambda value: f"sh:{name} {value}")


def _listed(name: str, values: tuple[str, ...], least: int = 1) -> SearchStrategy[str]:
    return st.lists(st.sampled_from(values), min_size=least, max_size=5).map(
        lambda v: f"sh:{name} ( {' '.join(v)} )"
    )


def _nested(name: str) -> SearchStrategy[str]:
    return st.deferred(lambda: shapes(1)).map(lambda shape: f"sh:{name} {shape}")


def _shape_list(name: str) -> SearchStrategy[str]:
    members = st.lists(st.deferred(lambda: shapes(1)), min_size=1, max_size=3)
    return members.map(lambda listed: f"sh:{name} ( {' '.join(listed)} )")


@st.composite
def _qualified(draw: DrawFn, side: str) -> str:
    disjoint = draw(st.sampled_from(("", " ; sh:qualifiedValueShapesDisjoint true")))
    number = draw(st.integers(0, 3) if side == "Min" else st.sampled_from((0, 0, 0, 1, 2)))
    return f"sh:qualifiedValueShape {draw(shapes(1))} ; sh:qualified{side}Count {number}{disjoint}"


def _sparql(queries: tuple[str, ...]) -> SearchStrategy[str]:
    return st.sampled_from(queries).map(lambda q: f'sh:sparql [ sh:prefixes ex: ; sh:select "{q}" ]')


FLAGS = ("", ' ; sh:flags "i"', ' ; sh:flags "m"')
# Parameters that may stand in any shape, then those of property shapes; each by its component.
ANYWHERE: dict[str, SearchStrategy[str]] = {
    "Class": _each("class", CLASSES),
    "Datatype": _each("datatype", DATATYPES),
    "NodeKind": _each("nodeKind", tuple(f"sh:{kind}" for kind in KINDS)),
    **{f"{side}{kind}": _each(f"{side.lower()}{kind}", (*NUMBERS, *DATES, '"b"', "true"))
       for side in ("Min", "Max") for kind in ("Inclusive", "Exclusive")},
    "MinLength": _numbers("minLength", 8),
    "MaxLength": _numbers("maxLength", 10),
    "Pattern": st.tuples(st.sampled_from(PATTERNS), st.sampled_from(FLAGS)).map(
        lambda two: f'sh:pattern "{two[0]}"{two[1]}'
    ),
    "LanguageIn": _listed("languageIn", ('"en"', '"de"', '"en-gb"', '"*"')),
    "Equals": _each("equals", PREDICATES),
    "Disjoint": _each("disjoint", PREDICATES),
    "HasValue": st.one_of(*[_each("hasValue", IRIS[:1])] * 6, _each("hasValue", IRIS + LITERALS)),
    "In": _listed("in", IRIS + LITERALS),
    "Closed": st.sampled_from(("", " ; sh:ignoredProperties ( rdf:type ex:q )")).map(
        lambda more: f"sh:closed true{more}"
    ),
    "Not": _nested("not"),
    "And": _shape_list("and"),
    "Or": _shape_list("or"),
    "Xone": _shape_list("xone"),
    "Node": st.deferred(lambda: node_shapes(1)).map(lambda shape: f"sh:node {shape}"),
    "Property": st.deferred(lambda: property_shapes(1)).map(lambda shape: f"sh:property {shape}"),
    "AtMost": st.integers(0, 8).map(lambda number: f"ex:atMost {number}"),
    "SPARQL": _sparql(QUERIES),
}  # fmt: skip
WITH_PATH: dict[str, SearchStrategy[str]] = {
    "MinCount": _numbers("minCount", 5),
    "MaxCount": _numbers("maxCount", 5),
    "UniqueLang": st.sampled_from((*["true"] * 7, '"1"^^xsd:boolean')).map(lambda v: f"sh:uniqueLang {v}"),
    "LessThan": _each("lessThan", PREDICATES),
    "LessThanOrEquals": _each("lessThanOrEquals", PREDICATES),
    "QualifiedMinCount": _qualified("Min"),
    "QualifiedMaxCount": _qualified("Max"),
    "SPARQL": _sparql(QUERIES + ON_PATH),
}
# A second value of these would make the shape ill-formed; a property's results name the components within it.
COMPONENTS = sorted({*ANYWHERE, *WITH_PATH} - {"Property"})
LEAVES = (
    "Class",
    "Datatype",
    "NodeKind",
    "MinLength",
    "HasValue",
    "In",
    "Equals",
    "Pattern",
    "MinInclusive",
    "LanguageIn",
)


def node_shapes(depth: int) -> SearchStrategy[str]:
    """A nested node shape."""
    names = st.lists(
        st.sampled_from(LEAVES if depth else (*LEAVES, "Not", "Or")), min_size=1, max_size=2, unique=True
    )
    return names.flatmap(lambda n: st.tuples(*(ANYWHERE[name] for name in n))).map(
        lambda p: f"[ {' ; '.join(p)} ]"
    )


def property_shapes(depth: int) -> SearchStrategy[str]:
    """A nested property shape."""
    of_path = ("MinCount", "MaxCount", "UniqueLang", "LessThan")
    names = st.lists(st.sampled_from((*LEAVES, *of_path)), min_size=1, max_size=2, unique=True)
    asked = names.flatmap(lambda n: st.tuples(*({**ANYWHERE, **WITH_PATH}[name] for name in n)))
    return st.tuples(paths(depth), asked).map(lambda two: f"[ sh:path {two[0]} ; {' ; '.join(two[1])} ]")


def shapes(depth: int) -> SearchStrategy[str]:
    """A nested shape of either kind."""
    return st.one_of(node_shapes(depth), property_shapes(depth))


@st.composite
def shapes_graphs(draw: DrawFn, component: str) -> str:
    """A targeted shape with the component in it or in a property shape of its, among others."""
    by_path = component not in ANYWHERE or component == "HasValue" or draw(st.booleans())
    asked = draw((WITH_PATH if by_path and component in WITH_PATH else ANYWHERE)[component])
    target = draw(st.sampled_from((
        "sh:targetClass ex:C", "sh:targetClass ex:D, ex:E", "sh:targetSubjectsOf ex:p",
        "sh:targetObjectsOf ex:q",
        "sh:targetNode ex:a, ex:gone", "sh:targetObjectsOf ex:p", "sh:targetSubjectsOf ex:q, ex:r",
    )))  # fmt: skip
    others = draw(st.lists(property_shapes(1), max_size=2))
    own = f"sh:property [ sh:path {draw(paths())} ; {asked} ]" if by_path else asked
    more = "".join(f" ; sh:property {each}" for each in others)
    severity = draw(st.sampled_from(("", " ; sh:severity sh:Info")))
    return f"{PREFIXES}{DECLARED}{CUSTOM}\nex:Shape a sh:NodeShape ; {target} ; {own}{more}{severity} .\n"


def read(text: str) -> list[Triple]:
    return [quad.triple for quad in quads(Source("random", RdfFormat.TURTLE, text.encode()))]


def summary(results: tuple[Result, ...]) -> Counter[tuple[str, ...]]:
    """Results by all that SHACL says of them but messages; blank nodes of shapes have their places' names."""
    return Counter(
        (*result.key(), *sorted(str(detail.key()) for detail in result.details)) for result in results
    )


def judged(
    pyshacl: PyShaclProcess, data: list[Triple], shapes: list[Triple], *, prefilter: bool
) -> tuple[Result, ...]:
    graph = DataGraph()
    graph.add(data)
    return Validator(pyshacl, Options(prefilter=prefilter)).results(graph, Shapes(shapes))


def judged_by_columns(
    pyshacl: PyShaclProcess, data: list[Triple], shapes: list[Triple]
) -> Iterator[tuple[Result, ...]]:
    if suits_columns(Shapes(shapes), in_part=True):
        graph = ColumnGraph()
        graph.add(data)
        for each in (graph, graph_by_rows(respelled(data))):
            yield judged_in_columns(pyshacl, each, Shapes(shapes)).results()


def respelled(data: list[Triple]) -> str:
    """The triples, every other one in names and without the datatypes that Turtle leaves out."""
    lines = [f"{triple} .\n" for triple in data]
    lines[::2] = [_NUMBER.sub(r"\1", _NAMED.sub(r"ex:\1", line)) for line in lines[::2]]
    return PREFIXES + "".join(lines)


_NAMED = re.compile(r"<http://example\.org/(\w+)>")
_NUMBER = re.compile(r'"(\d+)"\^\^<http://www\.w3\.org/2001/XMLSchema#integer>')


FEW = 12
CASES = settings().max_examples if settings.get_current_profile_name() == "large" else FEW
counts: dict[str, Counter[str]] = {}


@pytest.mark.parametrize("component", COMPONENTS)
def test_prefiltered_and_whole_agree(component: str, pyshacl: PyShaclProcess) -> None:
    counted = counts.setdefault(component, Counter())

    @settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(graphs(component), shapes_graphs(component))
    def agree(data: str, shapes: str) -> None:
        graph, asked = read(data), read(shapes)
        try:
            whole = judged(pyshacl, graph, asked, prefilter=False)
        except InputError:
            reject()
        assert summary(judged(pyshacl, graph, asked, prefilter=True)) == summary(whole)
        for in_columns in judged_by_columns(pyshacl, graph, asked):
            assert summary(in_columns) == summary(whole)
        counted["failing" if any(map(names_component, whole)) else "passing"] += 1

    def names_component(result: Result) -> bool:
        return result.component.value.endswith((f"#{component}ConstraintComponent", f"/{component}"))

    agree()
    print(f"{component}: {counted['failing']} failing, {counted['passing']} passing")
    if CASES > FEW:
        assert min(counted.values()) >= 50


BROKEN = (
    'sh:sparql [ sh:select "SELECT $this { $this ex:p ?v . FILTER (?v > 5 . }" ]',
    'sh:sparql [ sh:select "SELECT $this { $this ex:p ?v . FILTER (?v > 5 && }" ]',
    'sh:sparql [ sh:select "SELEKT $this { }" ]',
    'sh:sparql [ sh:select "ASK { $this ex:p ?v }" ]',
    'sh:sparql [ sh:select "SELECT ?a { ?a ex:p ?v }" ]',
    'sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this { $this no:p ?v }" ]',
    'sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this { $this ex:p ?v MINUS { ?v ex:p ?v } }" ]',
    'sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this { VALUES ?v { 1 } }" ]',
    'sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this { FILTER (ex:unknown($this)) }" ]',
    'sh:sparql [ sh:select 5 ]',
    "sh:sparql [ ]",
    'sh:pattern "^(a"',
    'sh:pattern "(?=a)"',
    'sh:pattern "a" ; sh:flags "w"',
    "sh:pattern 5",
    "sh:property ex:nowhere",
)  # fmt: skip


@pytest.mark.parametrize("constraint", BROKEN)
@pytest.mark.parametrize("data", ["ex:a a ex:C ; ex:p 7 .", "ex:a a ex:C ; ex:p 1 .", "ex:a ex:q 1 ."])
def test_broken_shapes_are_the_same_error_whatever_the_data(
    constraint: str, data: str, pyshacl: PyShaclProcess, tmp_path: Path
) -> None:
    (tmp_path / "data.ttl").write_text(PREFIXES + data)
    (tmp_path / "shapes.ttl").write_text(
        f"{PREFIXES}{DECLARED}\nex:S a sh:NodeShape ; sh:targetClass ex:C ;\n {constraint} ."
    )
    inputs = Inputs(sources([str(tmp_path / "data.ttl")]), sources([str(tmp_path / "shapes.ttl")]))
    errors = []
    for prefilter in (True, False):
        with pytest.raises(InputError) as caught:
            Validator(pyshacl, Options(prefilter=prefilter)).run(inputs)
        errors.append(str(caught.value))
    assert errors[0] == errors[1]
    assert errors[0].startswith(f"{tmp_path / 'shapes.ttl'}:13:"), errors[0]
