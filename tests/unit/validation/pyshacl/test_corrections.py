"""Where pySHACL errs, the verdict is that of the specification, with the prefilter and without."""

from __future__ import annotations

from collections import Counter

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from ogdkg.errors import InputError
from ogdkg.validation.core.results import Result
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.operation import Options, Validator
from ogdkg.validation.pyshacl.client import PyShaclProcess

PREFIXES = """
PREFIX ex: <http://e/> PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE)]


@pytest.fixture(params=[True, False], ids=["prefiltered", "whole"])
def wrong_values(request: pytest.FixtureRequest, pyshacl: PyShaclProcess):  # type: ignore[no-untyped-def]
    """The values of ex:p at fault, in the order of their texts, for what a property shape asks of them."""

    def judge(asked: str, values: str, data: str = "", path: str = "ex:p", more: str = "") -> list[str]:
        graph = DataGraph()
        graph.add(triples(f"ex:a ex:p {values} . {data}" if values else data))
        shapes = Shapes(
            triples(f"ex:S sh:targetNode ex:a ; sh:property [ sh:path {path} ; {asked} ] . {more}")
        )
        results = Validator(pyshacl, Options(prefilter=request.param)).results(graph, shapes)
        return sorted(
            result.value.value if isinstance(result.value, Literal | NamedNode) else str(result.value)
            for result in results
        )

    return judge


ILL_TYPED = {
    "integer": "1_000 1.0 1e3 +-1 ٣ 0x1 _1",
    "decimal": "1e5 1_0.5 NaN INF 1.0955E3 . 1,5",
    "double": "1_0 inf infinity nan +NaN 1e 0x1p3 1d",
    "float": "nan Infinity 1f",
    "boolean": "True TRUE yes 01",
    "dateTime": "2020-01-01 20200101T000000 2020-01-01T25:00:00 2020-02-30T00:00:00 2020-01-01T00:00 "
    "2020-01-01T24:00:01 2020-01-01T00:00:00+15:00 02020-01-01T00:00:00 2020-01-01T00:00:60",
    "date": "2020-01-01T10:00:00 2020-W01-1 2019-02-29 2020-13-01 20-01-01 1900-02-29 2020-1-1",
    "time": "10:00 24:00:01 10:00:00+14:01 T10:00:00",
    "gYear": "20 +2020 02020", "gYearMonth": "2020-13 2020", "gMonth": "--13 12 --1", "gDay": "---32 --01",
    "gMonthDay": "--02-30 --04-31 02-01",
    "duration": "P P1YT 1Y P1H P1.5D -PT P1M1Y",
    "yearMonthDuration": "P1D P1Y1D", "dayTimeDuration": "P1Y P1M",
    "dateTimeStamp": "2020-01-01T00:00:00",
    "byte": "128 -129", "unsignedByte": "-1 256", "int": "2147483648", "positiveInteger": "0 -1",
    "nonNegativeInteger": "-1", "negativeInteger": "0", "nonPositiveInteger": "1",
    "unsignedLong": "18446744073709551616", "long": "9223372036854775808", "short": "40000",
    "hexBinary": "f fg 0x00", "base64Binary": "a YQ=== YR==",
    "language": "e_n toolonglang -en", "NCName": "a:b 1a -a", "Name": "1a .a", "NMTOKEN": "a/b",
}  # fmt: skip
WELL_TYPED = {
    "integer": "1 -0 +007 99999999999999999999999999", "decimal": "1 -1.50 .5 5. +0",
    "double": "1 1e5 -1.5E-3 NaN INF -INF +INF .5 5.", "float": "1e400 NaN", "boolean": "true false 0 1",
    "dateTime": "2020-01-01T00:00:00 2020-02-29T24:00:00Z 12020-01-01T00:00:00.123-14:00 -0001-01-01T00:00:00"
    " 0000-01-01T00:00:00Z",
    "date": "2020-02-29 2000-02-29+14:00 -0400-02-29 2020-01-01Z", "time": "00:00:00 24:00:00 23:59:59.999Z",
    "gYear": "2020 -0001 0000 12020Z", "gYearMonth": "2020-12+01:00", "gMonth": "--12", "gDay": "---31Z",
    "gMonthDay": "--02-29", "duration": "P1Y -P1Y2M3DT4H5M6.7S PT0S P0D", "yearMonthDuration": "P1Y2M -P3M",
    "dayTimeDuration": "P1DT2H PT1.5S", "dateTimeStamp": "2020-01-01T00:00:00Z",
    "byte": "127 -128 +1", "unsignedByte": "0 255", "positiveInteger": "1", "nonPositiveInteger": "-0",
    "hexBinary": "0aFF", "base64Binary": "YQ== YWI= YWJj",
    "anyURI": "a%b http://e/|", "language": "en de-CH-1996",
    "NCName": "_a é", "Name": ":a", "NMTOKEN": "-a:1",
}  # fmt: skip


@pytest.mark.parametrize("name", ILL_TYPED)
def test_an_ill_typed_literal_is_not_of_its_datatype(wrong_values, name: str) -> None:  # type: ignore[no-untyped-def]
    forms = [*ILL_TYPED[name].split(), " 1 ", "\n"]
    values = ", ".join(f"{Literal(form)}^^xsd:{name}" for form in forms)
    assert wrong_values(f"sh:datatype xsd:{name}", values) == sorted(forms)


@pytest.mark.parametrize("name", WELL_TYPED)
def test_a_well_typed_literal_is_of_its_datatype(wrong_values, name: str) -> None:  # type: ignore[no-untyped-def]
    values = ", ".join(f"{Literal(form)}^^xsd:{name}" for form in WELL_TYPED[name].split())
    assert wrong_values(f"sh:datatype xsd:{name}", values) == []


@pytest.mark.parametrize(
    ("asked", "values", "wrong"),
    [
        ("sh:datatype xsd:token",
         '"a b"^^xsd:token, " a"^^xsd:token, "a  b"^^xsd:token, ""^^xsd:token', [" a", "a  b"]),
        ("sh:datatype xsd:normalizedString",
         r'"a\tb"^^xsd:normalizedString, " "^^xsd:normalizedString', ["a\tb"]),
        ("sh:datatype rdf:HTML", '"<p"^^rdf:HTML, "a"', ["a"]),
        ("sh:datatype rdf:XMLLiteral", '"<p"^^rdf:XMLLiteral', []),
        ("sh:datatype rdf:JSON", '"{"^^rdf:JSON', []),
        ("sh:datatype ex:own", '"1_0"^^ex:own', []),
        ("sh:datatype rdf:langString", '"a"@en, "b"', ["b"]),
        ("sh:datatype rdfs:Literal", '"a", 1', ["1", "a"]),
        ("sh:datatype xsd:string", '"a", "b"@en, ex:c', ["b", "http://e/c"]),
        ("sh:minInclusive '2002-10-10T12:00:00-05:00'^^xsd:dateTime",
         "'2002-10-12T12:00:00'^^xsd:dateTime, '2002-10-10T20:00:00'^^xsd:dateTime", ["2002-10-10T20:00:00"]),
        ("sh:minInclusive '2020-01-01Z'^^xsd:date", "'2020-01-01+02:00'^^xsd:date", ["2020-01-01+02:00"]),
        ("sh:minInclusive '2020-01-01'^^xsd:date", "'2020'^^xsd:gYear, '2021-01-01'^^xsd:date", ["2020"]),
        ("sh:maxInclusive 'P1M'^^xsd:duration", "'P27D'^^xsd:duration, 'P30D'^^xsd:duration", ["P30D"]),
        ("sh:minExclusive 0", "1.5, 0.1e0, 'NaN'^^xsd:double, '5'^^xsd:byte, '5', '300'^^xsd:byte",
         ["300", "5", "NaN"]),
        ("sh:maxInclusive 0.1", "0.1e0, '0.1'^^xsd:float, 0.1", []),
        ("sh:maxInclusive 'b'", "'a', 'a'@en, 'c', 'a'^^xsd:token, ex:a", ["a", "c", "http://e/a"]),
        ("sh:maxInclusive true", "false, true, 1", ["1"]),
        ("sh:lessThan ex:q", "1, ex:a, [], '2019-12-31'^^xsd:date", ["1", "2019-12-31", "2019-12-31",
         "_", "_", "http://e/a", "http://e/a"]),
        (r"sh:pattern '^\\p{L}+$'", "'Köln', '123', 'Ω', [], ex:a", ["123", "_", "http://e/a"]),
        (r"sh:pattern '^\\w$'", "'a', '_', '+', '\u0301'", ["_"]),
        (r"sh:pattern '^[a-z-[aeiou]]+$' ; sh:flags 'i'", "'XYZ', 'xa'", ["xa"]),
        (r"sh:pattern 'a.b' ; sh:flags 'q'", "'a.b', 'axb'", ["axb"]),
        (r"sh:pattern 'a$'", r"'a', 'a\n', 'a\nb'", ["a\n", "a\nb"]),
        (r"sh:pattern '^b' ; sh:flags 'm'", r"'a\nb', 'ab'", ["ab"]),
        (r"sh:pattern 'a b' ; sh:flags 'x'", "'ab', 'a b'", ["a b"]),
        (r"sh:pattern 'a.b'", r"'axb', 'a\nb', 'a\rb'", ["a\nb", "a\rb"]),
        (r"sh:pattern '^\\d$'", "'5', '٣', 'a'", ["a"]),
        ("sh:languageIn ('de-CH' 'en')", "'a'@de-CH-1996, 'b'@DE-ch, 'c'@de, 'd'@en-GB, 'e'@eng, 'f'",
         ["c", "e", "f"]),
    ],
)  # fmt: skip
def test_the_verdict_of_the_specification(  # type: ignore[no-untyped-def]
    wrong_values, asked: str, values: str, wrong: list[str]
) -> None:
    data = "ex:a ex:q 2, '2019-12-31Z'^^xsd:date ."
    found = ["_" if value.startswith("_:") else value for value in wrong_values(asked, values, data)]
    assert Counter(found) == Counter(wrong)


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        (r"REGEX('Köln', '^\\\\p{L}+$')", True),
        (r"REGEX('a\\n', 'a$')", False),
        (r"REGEX('a', '(?=a)')", False),
        (r"REPLACE('abc', '(b)', '[$1]') = 'a[b]c'", True),
        (r"REPLACE('a1b22', '\\\\p{Nd}+', '\\\\$0$0') = 'a$01b$022'", True),
        (r"REPLACE('abc', 'b', '$1') = 'ac'", True),
        (r"REPLACE('abc', 'x*', '-') = 'abc'", False),
        (r"REPLACE('a.b', '.', '$1', 'q') = 'a$1b'", True),
    ],
)
def test_expressions_of_queries(wrong_values, test: str, holds: bool) -> None:  # type: ignore[no-untyped-def]
    query = (
        f'sh:sparql [ sh:select """SELECT $this ?value {{ $this <http://e/p> ?value FILTER ({test}) }}""" ]'
    )
    assert wrong_values(query, "1") == (["1"] if holds else [])


def test_the_escapes_of_a_name_are_no_part_of_it(wrong_values) -> None:  # type: ignore[no-untyped-def]
    query = (
        r"sh:sparql [ sh:select 'PREFIX e: <http://e/> "
        r"SELECT $this ?value { $this e:p ?value FILTER (?value = e:a\\.b\\~c) }' ]"
    )
    assert wrong_values(query, r"ex:a\.b\~c, ex:a") == ["http://e/a.b~c"]


OFFICE = "ex:ann ex:worksFor ex:office . ex:office ex:partOf ex:a . ex:bob ex:worksFor ex:bank ."


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("[ sh:inversePath ( ex:worksFor ex:partOf ) ]", ["http://e/ann"]),
        (
            "[ sh:inversePath [ sh:inversePath "
            "( [ sh:inversePath ex:partOf ] [ sh:inversePath ex:worksFor ] ) ] ]",
            ["http://e/ann"],
        ),
        (
            "[ sh:inversePath [ sh:oneOrMorePath [ sh:alternativePath ( ex:worksFor ex:partOf ) ] ] ]",
            ["http://e/ann", "http://e/office"],
        ),
        ("( [ sh:inversePath ( ex:worksFor ex:partOf ) ] ex:worksFor )", ["http://e/office"]),
        ("( " + "[ sh:zeroOrOnePath ex:none ] " * 12 + "[ sh:inversePath ex:partOf ] )", ["http://e/office"]),
    ],
)
def test_an_inverse_walks_backwards(  # type: ignore[no-untyped-def]
    wrong_values, path: str, expected: list[str]
) -> None:
    assert wrong_values("sh:in ( ex:nothing )", "", OFFICE, path) == expected


def test_an_inverse_in_the_place_of_path(wrong_values) -> None:  # type: ignore[no-untyped-def]
    query = "SELECT $this ?value { $this $PATH ?value . FILTER EXISTS { ?value ^$PATH $this } }"
    asked = f'sh:sparql [ sh:select "{query}" ]'
    assert wrong_values(asked, "", OFFICE, "[ sh:inversePath ( ex:worksFor ex:partOf ) ]") == ["http://e/ann"]
    assert wrong_values(asked, "", OFFICE, "[ sh:inversePath ex:partOf ]") == ["http://e/office"]


@pytest.mark.parametrize("kind", ["property", "node", "or", "not"])
def test_shapes_may_be_nested_deeply(wrong_values, kind: str) -> None:  # type: ignore[no-untyped-def]
    """pySHACL gives up after 15 by default."""
    deep, one = 200, {
        "property": "sh:property [ sh:path ex:p ; sh:node ex:S{} ]",
        "node": "sh:node ex:S{}",
        "or": "sh:or ( ex:S{} [ sh:nodeKind sh:BlankNode ] )",
        "not": "sh:not ex:S{}",
    }[kind]  # fmt: skip
    more = "".join(f"ex:S{n} {one.format(n + 1)} . " for n in range(deep))
    data = "".join(f"ex:a{n} ex:p ex:a{n + 1} . " for n in range(deep + 1))
    last = f"ex:S{deep} sh:nodeKind sh:Literal ."
    assert wrong_values("sh:node ex:S0", "ex:a0", data, more=more + last) == ["http://e/a0"]


@pytest.mark.parametrize(
    ("asked", "data", "wrong"),
    [
        ("sh:ignoredProperties ( ex:x )", "ex:b ex:q 1 .", []),
        ("sh:closed true", "ex:b ex:q 1 ; a rdfs:Resource .", ["1", "http://www.w3.org/2000/01/rdf-schema#Resource"]),
        ("sh:closed true ; sh:ignoredProperties ( ex:q )", "ex:b ex:q 1 ; ex:r 2 .", ["2"]),
        ("sh:closed false ; sh:ignoredProperties ( ex:q )", "ex:b ex:r 2 .", []),
        ("sh:closed true ; sh:property [ sh:path ex:r ], [ sh:path [ sh:inversePath ex:q ] ]",
         "ex:b ex:q 1 ; ex:r 2 .", ["1"]),
    ],
)  # fmt: skip
def test_closed_shapes(wrong_values, asked: str, data: str, wrong: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert wrong_values(asked, "ex:b", data) == wrong


COMPONENT = """
ex:Component a sh:ConstraintComponent ; sh:parameter [ sh:path ex:own ] ;
    sh:validator [ a sh:SPARQLAskValidator ; sh:ask "%s" ] .
"""


@pytest.mark.parametrize(
    ("ask", "wrong"),
    [
        ("ASK { FILTER (false) }", ["1", "2"]),
        ("ASK { }", []),
        ("ASK { FILTER ($value > $own) }", ["1"]),
        ("ASK { FILTER (1 = 2) FILTER (true) }", ["1", "2"]),
        ("ASK { FILTER EXISTS { $this ?any $value } }", []),
        ("ASK { BIND (1 AS ?x) FILTER (false) }", ["1", "2"]),
        ("ASK { FILTER ($value / 0 > 1) }", ["1", "2"]),
    ],
)
def test_components_of_ones_own(wrong_values, ask: str, wrong: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert wrong_values("ex:own 1", "1, 2", more=COMPONENT % ask) == wrong


def judged_by(pyshacl: PyShaclProcess, shapes: str, data: str, *, prefilter: bool) -> list[Result]:
    graph = DataGraph()
    graph.add(triples(data))
    return list(Validator(pyshacl, Options(prefilter=prefilter)).results(graph, Shapes(triples(shapes))))


@pytest.mark.parametrize("prefilter", [True, False])
@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("SELECT $this { $this ex:p ?v }", 3),  # a result for each solution
        ("SELECT DISTINCT $this { $this ex:p ?v }", 1),
        ("SELECT $this ?value { $this ex:p ?value BIND (false AS ?failure) }", 3),
        ('SELECT $this ("x" AS ?path) ?value { $this ex:p ?value }', 3),  # no path, as it is no IRI
        ("SELECT $this ?path ?value { $this ?path ?value }", 3),
        ("SELECT $this { $this ex:p ?v FILTER NOT EXISTS { $this ex:a.b.c ex:d.e.f } }", 3),
        ("SELECT $this { GRAPH ?g { $this ex:p ?v } }", 0),  # there is no other graph
        ("SELECT $this { FILTER NOT EXISTS { GRAPH ?g { $this ex:p ?v } } }", 1),
        (r"SELECT $this ?value { $this ex:\\u0070 ?value }", 3),
        (r"S\\u0045LECT $this ?value { $\\u0074his ex:p ?value }", 3),
    ],
)
def test_solutions_of_a_query(pyshacl: PyShaclProcess, prefilter: bool, query: str, wrong: int) -> None:
    shapes = f'''ex:S sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex:P ; sh:select """{query}""" ] .
        ex:P sh:declare [ sh:prefix "ex" ; sh:namespace "http://e/"^^xsd:anyURI ] .'''
    found = judged_by(pyshacl, shapes, "ex:a ex:p 1, 2, 3 .", prefilter=prefilter)
    assert len(found) == wrong
    assert all(result.path in (None, NamedNode("http://e/p")) for result in found)


def test_a_solution_may_be_a_failure(pyshacl: PyShaclProcess) -> None:
    shapes = 'ex:S sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this (true AS ?failure) {}" ] .'
    with pytest.raises(InputError, match="its query says that it failed"):
        judged_by(pyshacl, shapes, "ex:a ex:p 1 .", prefilter=False)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ("sh:minLength 0", ["_:x"]),
        ("sh:maxLength 9", ["_:x"]),
        ("sh:minLength 2", ["", "_:x"]),
    ],
)
def test_a_blank_node_has_no_length(wrong_values, asked: str, wrong: list[str]) -> None:  # type: ignore[no-untyped-def]
    found = wrong_values(asked, '_:x , "" , "two"')
    assert ["_:x" if each.startswith("_:") else each for each in found] == sorted(wrong)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ("ex:own 1", ["2", "3"]),
        ("ex:own 1, 2", ["2", "3", "3"]),  # a constraint for each value of the only parameter
        ("ex:least 2", []),  # no constraint without the other one
        ("ex:least 2 ; ex:most 2", ["1", "3"]),
        ("sh:qualifiedMinCount 9", []),
        ("sh:qualifiedValueShape [ sh:hasValue 9 ]", []),
        ("ex:unjudged 1", []),
    ],
)
def test_constraints_are_declared_by_all_their_parameters(  # type: ignore[no-untyped-def]
    wrong_values, asked: str, wrong: list[str]
) -> None:
    more = (
        COMPONENT % "ASK { FILTER ($value <= $own) }"
        + """
        ex:Between a sh:ConstraintComponent ; sh:parameter [ sh:path ex:least ] , [ sh:path ex:most ] ;
            sh:validator [ sh:ask "ASK { FILTER ($least <= $value && $value <= $most) }" ] .
        ex:Unjudged a sh:ConstraintComponent ; sh:parameter [ sh:path ex:unjudged ] ."""
    )
    assert wrong_values(asked, "1, 2, 3", more=more) == wrong
