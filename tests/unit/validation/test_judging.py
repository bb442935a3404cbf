"""What the judge of SHACL Core takes on itself, and what it leaves to a process that can be stopped."""

from __future__ import annotations

import time

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from tests.unit.validation.by_rows import graph_by_rows

from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.judging.failing import Failing
from ogdkg.validation.judging.judge import Judge
from ogdkg.validation.judging.values import UndecidedError, is_quick, matches
from ogdkg.validation.prefilter.in_columns import suits_columns

HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> sh:targetClass <urn:T> ; sh:property"


@pytest.mark.parametrize(
    ("asked", "suits"),
    [
        ("sh:minCount 1 ; sh:maxCount 2", True),
        ('sh:pattern "^[^@ ]+@[^@ ]+$"', True),
        ('sh:pattern "^(EUR|USD)$"', True),
        ('sh:pattern "^(a+)+$"', False),
        ('sh:pattern "(a|aa)*b"', False),
        ('sh:pattern "a?a?a?aaa"', False),
        ("sh:minCount 1 , 2", False),
        (f"sh:maxLength {'9' * 5000}", False),
        ('sh:sparql [ sh:select "SELECT $this { $this <urn:q> 1 }" ]', False),
        ("sh:or ( [ sh:node [ sh:expression 1 ] ] )", False),
    ],
)
def test_what_is_judged_here(asked: str, suits: bool) -> None:
    text = f"{HEAD} [ sh:path <urn:p> ; {asked} ] ."
    shapes = Shapes(quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE))
    assert suits_columns(shapes) is suits


@pytest.mark.parametrize("pattern", ["x*x*y", "^x*x*y", "x*y", "x+[xy]{2,}z", "(x|y)x*z"])
def test_no_pattern_searches_long(pattern: str) -> None:
    assert is_quick(pattern)
    fits, begun = matches(Literal(pattern), ""), time.process_time()
    for length in (10, 200, 2_000, 20_000):
        try:
            assert not fits(Literal("x" * length))
        except UndecidedError:
            break
    assert time.process_time() - begun < 5


NUMBER = '"{}"^^<http://www.w3.org/2001/XMLSchema#{}>'
NEAR = (
    "0.1", "0.10", "0.1000000000000000055511151231257827", "0.10000000000000000001", "0.09999999999999999999",
    "9007199254740992", "9007199254740993", "-0", "+0.0", "1" * 400, "-" + "1" * 400, "x", "",
)  # fmt: skip
TIMES = (
    "2019-12-31T23:59:59Z",
    "2020-01-01T00:00:00-10:00",
    "2020-01-01T00:00:00Z",
    "2021-12-31T23:59:59+00:00",
)


@pytest.mark.parametrize("bound", [*NEAR[:10], "NaN"])
@pytest.mark.parametrize("parameter", ["minInclusive", "minExclusive", "maxInclusive", "maxExclusive"])
def test_a_column_is_judged_as_its_values_are(parameter: str, bound: str) -> None:
    kind = "double" if bound == "NaN" else "decimal"
    values = [NUMBER.format(form, type_) for form in NEAR for type_ in ("decimal", "integer", "double")]
    values += [NUMBER.format(form, type_) for form in (*TIMES, *NEAR[:3]) for type_ in ("dateTime", "date")]
    values += ['"1"@en', "<urn:i>", "_:b", '"1"']
    _same_verdicts(values, f"sh:{parameter} {NUMBER.format(bound, kind)}")


@pytest.mark.parametrize(
    "datatype", ["decimal", "int", "dateTime", "date", "string", "anyURI", "gYear", "none"]
)
def test_a_column_has_the_datatype_that_its_values_have(datatype: str) -> None:
    forms = ("1", "1.0", "a", "2020-02-30", "2020-02-29", "2020-02-30T00:00:00Z", *TIMES, "9" * 20)
    values = [NUMBER.format(form, type_) for form in forms for type_ in (datatype, "decimal")]
    _same_verdicts(values, f"sh:datatype <http://www.w3.org/2001/XMLSchema#{datatype}>")


def _same_verdicts(values: list[str], asked: str) -> None:
    """Whether the nodes that fail in a column are those that fail one by one."""
    shapes = Shapes(
        quad.triple for quad in parse(f"{HEAD} [ sh:path <urn:p> ; {asked} ] .", RdfFormat.TURTLE)
    )
    text = "".join(f"<urn:n{number}> a <urn:T> ; <urn:p> {value} .\n" for number, value in enumerate(values))
    graph = ColumnGraph()
    graph.add(parse(text, RdfFormat.TURTLE))
    for each in (graph, graph_by_rows(text)):
        _same_in(each, shapes, len(values))


def _same_in(graph: ColumnGraph, shapes: Shapes, count: int) -> None:
    top, deadline = NamedNode("urn:S"), Deadline(None)
    failing, judge = Failing(graph, shapes, deadline), Judge(graph, shapes, deadline)
    nodes = failing.targets(top)
    one_by_one = {each for each in nodes if [*judge.results(top, graph.terms[each])]}
    assert len(nodes) == count and failing.of(top, nodes) == one_by_one


@pytest.mark.parametrize("parameter", ["lessThan", "lessThanOrEquals"])
def test_years_tell_the_order_of_times_only_where_they_do(parameter: str) -> None:
    times = [
        f'"{form}"^^<http://www.w3.org/2001/XMLSchema#dateTime>' for form in (*TIMES, "2022-01-01T00:00:00")
    ]
    times += ['"2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date>', '"2030"']
    pairs = [f"{one} ; <urn:q> {other}" for one in times for other in times]
    _same_verdicts(pairs, f"sh:{parameter} <urn:q>")


@pytest.mark.parametrize(
    "asked",
    [
        'sh:in ( 1 "x" "y"@en <urn:i> <urn:none> )', "sh:hasValue 1", "sh:nodeKind sh:IRI",
        "sh:nodeKind sh:Literal",
        "sh:nodeKind sh:BlankNodeOrLiteral", 'sh:languageIn ( "en" )', "sh:minLength 2", "sh:maxLength 5",
        'sh:pattern "^urn"', 'sh:pattern "x$"', "sh:equals <urn:q>", "sh:disjoint <urn:q>",
        "sh:uniqueLang true",
        "sh:maxCount 1", "sh:class <urn:T>", "sh:not [ sh:hasValue 01 ]", "sh:datatype sh:int",
    ],
)  # fmt: skip
def test_values_are_judged_however_they_are_written(asked: str) -> None:
    integer = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    values = [
        "1",
        integer,
        "01",
        '"x"',
        '"\\u0078"',
        '"""x"""',
        '"y"@en',
        '"y"@EN',
        '"y"@en-gb',
        "<urn:i>",
        "_:b",
    ]
    _same_verdicts(
        [*values, *(f"{one} ; <urn:p> {two} ; <urn:q> {one}" for one in values for two in values)], asked
    )
