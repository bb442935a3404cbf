"""SHACL Advanced Features as the W3C Note has them, https://www.w3.org/TR/shacl-af/."""

# ruff: noqa: E501  # a case is a row of a table

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ogdkg.errors import InputError
from ogdkg.validation.core.results import Report
from ogdkg.validation.data.reading import sources
from ogdkg.validation.operation import Inputs, Options, Validator
from ogdkg.validation.pyshacl.client import PyShaclProcess

PREFIXES = """@prefix ex: <http://e/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DECLARED = 'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://e/ns#"^^xsd:anyURI ] .\n'
DATA = """
ex:ann a ex:Person ; ex:bornIn ex:USA ; ex:age 5 ; ex:first "Ann" ; ex:child ex:bob, ex:cid .
ex:bob a ex:Person ; ex:bornIn ex:Peru ; ex:age 05 ; ex:nick "Bob" ; ex:friend ex:ann .
ex:cid a ex:Person ; ex:bornIn ex:USA ; ex:age 70 ; ex:first "Cid" ; ex:first "Sid" .
ex:r1 a ex:Rectangle ; ex:width 4 ; ex:height 4 . ex:r2 a ex:Rectangle ; ex:width 2 ; ex:height 3 .
ex:r3 a ex:Rectangle ; ex:width 9 .
"""
FUNCTIONS = """
ex:multiply a sh:SPARQLFunction ; sh:parameter [ sh:path ex:op1 ], [ sh:path ex:op2 ] ; sh:returnType xsd:integer ;
  sh:select "SELECT ($op1 * $op2 AS ?result) WHERE {}" .
ex:less a sh:SPARQLFunction ; sh:parameter [ sh:path ex:b ; sh:order 1 ], [ sh:path ex:a ; sh:order 0 ] ;
  sh:ask "ASK { FILTER($a < $b) }" .
ex:of a sh:SPARQLFunction ; sh:parameter [ sh:path ex:node ] ; sh:prefixes ex: ;
  sh:select "SELECT ?w WHERE { $node ex:width ?w }" .
ex:or a sh:SPARQLFunction ; sh:parameter [ sh:path ex:x ; sh:optional true ] ;
  sh:ask "ASK { FILTER(!BOUND($x)) }" .
"""
NEVER = "sh:property [ sh:path ex:never ; sh:minCount 1 ]"  # whatever is a target is a result
AREA = '[ a sh:SPARQLRule ; sh:prefixes ex: ; sh:construct """CONSTRUCT { $this ex:area ?a } ' \
    'WHERE { $this ex:width ?w ; ex:height ?h . BIND (?w * ?h AS ?a) }""" '  # fmt: skip


def target(query: str) -> str:
    """A shape that has the rows of a query as targets, and no one conforms to."""
    return f'ex:S sh:target [ a sh:SPARQLTarget ; sh:prefixes ex: ; sh:select """{query}""" ] ; {NEVER} .'


def born(more: str, parameters: str = "[ sh:path ex:country ]") -> str:
    """A target type with parameters, and a shape that uses it."""
    return f"""ex:BornIn a sh:SPARQLTargetType ; rdfs:subClassOf sh:Target ; sh:prefixes ex: ;
  sh:parameter {parameters} ; sh:select "SELECT ?this WHERE {{ ?this ex:bornIn $country }}" .
ex:S sh:target [ a ex:BornIn {more} ] ; {NEVER} ."""


def expression(text: str, of: str = "ex:Person") -> str:
    """A shape with an expression constraint."""
    return f"ex:S a sh:NodeShape ; sh:targetClass {of} ; sh:expression {text} ."


def ruled(*shapes: str) -> str:
    """Rules, and a shape that whatever has got an ex:new does not conform to."""
    return "\n".join(
        [*shapes, "ex:New sh:targetSubjectsOf ex:new ; sh:property [ sh:path ex:new ; sh:maxCount 0 ] ."]
    )


def rule(text: str) -> str:
    """A triple rule that adds something to ex:new."""
    return f"sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:new ; {text} ]"


def made(query: str, more: str = "") -> str:
    """A rule in SPARQL."""
    return f'sh:rule [ a sh:SPARQLRule ; sh:prefixes ex: ; {more} sh:construct """{query}""" ]'


CASES = {
    # https://www.w3.org/TR/shacl-af/#targets
    "target: triples": (target("SELECT ?this WHERE { ?this a ex:Person . ?this ex:bornIn ex:USA }"), "ann cid"),
    "target: path": (target("SELECT DISTINCT $this { ?x ex:friend/ex:child|^ex:friend ?this }"), "bob cid"),
    "target: number": (target("SELECT ?this { ?this ex:age ?age FILTER(?age < 10) }"), "ann bob"),
    "target: term": (target("SELECT ?this { ?this ex:age 5 }"), "ann"),
    "target: not exists": (target("SELECT ?this { ?this a ex:Person FILTER NOT EXISTS { ?this ex:first ?f } }"), "bob"),
    "target: count": (target("SELECT ?this { ?this ex:first ?f } GROUP BY ?this HAVING (COUNT(?f) > 1)"), "cid"),
    "target: values": (target("SELECT ?this { VALUES ?this { ex:ann ex:nobody } }"), "ann nobody"),
    "target: nothing": (target("SELECT ?this { ?this a ex:Nothing }"), ""),
    "target: a function": (target("SELECT ?this { ?this a ex:Rectangle FILTER(ex:less(?w, 3)) ?this ex:width ?w }"), "r2"),
    "target: a part of a union has none": (
        target("SELECT ?this { { ?this ex:nick ?n } UNION { ?x a ex:Rectangle } }"), "bob"),
    "target: literals": (target("SELECT ?this { ?x ex:age ?this }"), "05 5 70"),
    "target: deactivated": (target("SELECT ?this { ?this a ex:Person }") + " ex:S sh:deactivated true .", ""),
    "target type": (born("; ex:country ex:Peru"), "bob"),
    "target type: a literal": (born('; ex:country "Peru"'), ""),
    "target type: no value": (born(""), ""),
    "target type: optional": (born("", "[ sh:path ex:country ; sh:optional true ]"), "ann bob cid"),
    "target and another": (target("SELECT ?this { ?this ex:nick ?n }") + " ex:S sh:targetNode ex:r1 .", "bob r1"),
    # https://www.w3.org/TR/shacl-af/#node-expressions
    "expression: constant": (expression("true"), ""),
    "expression: path": (expression("[ sh:path ex:first ]"), "ann bob cid"),
    "expression: function": (expression("[ ex:less ( [ sh:path ex:age ] 10 ) ]"), "cid"),
    "expression: nested": (expression("[ ex:less ( [ ex:multiply ( [ sh:path ex:width ] [ sh:path ex:height ] ) ] 10 ) ]",
                                      "ex:Rectangle"), "r1 r3"),
    "expression: each combination": (expression("[ ex:less ( [ sh:union ( 1 9 ) ] 5 ) ]"), "ann bob cid"),
    "expression: intersection": (
        expression("[ ex:less ( [ sh:intersection ( [ sh:path ex:width ] [ sh:path ex:height ] ) ] 5 ) ]",
                   "ex:Rectangle"), "r2 r3"),
    "expression: nodes of nodes": (
        expression("[ ex:less ( [ sh:path ex:age ; sh:nodes [ sh:path ex:friend ] ] 6 ) ]"), "ann cid"),
    "expression: filter": (
        expression("[ ex:less ( [ sh:path ex:age ; sh:nodes [ sh:filterShape [ sh:property "
                   "[ sh:path ex:nick ; sh:minCount 1 ] ] ; sh:nodes [ sh:path ex:child ] ] ] 6 ) ]"), "bob cid"),
    "expression: this": (expression("[ ex:less ( [ ex:of ( sh:this ) ] 4 ) ]", "ex:Rectangle"), "r1 r3"),
    "expression: optional": (expression("[ ex:or ( [ sh:path ex:nick ] ) ]"), "bob"),
    "expression of values": (
        "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:property [ sh:path ex:age ; "
        "sh:expression [ ex:less ( sh:this 10 ) ] ] .", "cid"),
    "expression: two": (expression("true , [ sh:path ex:first ]"), "ann bob cid"),
    # https://www.w3.org/TR/shacl-af/#functions
    "function in a constraint": (
        'ex:S a sh:NodeShape ; sh:targetClass ex:Rectangle ; sh:sparql [ sh:prefixes ex: ; sh:select """SELECT $this '
        'WHERE { $this ex:width ?w ; ex:height ?h . FILTER(ex:multiply(?w, ?h) > 10) }""" ] .', "r1"),
    "function that looks elsewhere": (
        'ex:S a sh:NodeShape ; sh:targetNode ex:ann ; sh:sparql [ sh:prefixes ex: ; sh:select """SELECT $this '
        'WHERE { BIND(ex:of(ex:r1) AS ?w) FILTER(?w = 4) $this a ex:Person }""" ] .', "ann"),
    "function that sees its parameters alone": (
        'ex:S a sh:NodeShape ; sh:targetClass ex:Rectangle ; sh:sparql [ sh:prefixes ex: ; sh:select """SELECT $this '
        'WHERE { $this ex:height ?w . BIND(ex:of($this) AS ?v) FILTER(BOUND(?v)) }""" ] .', "r1 r2"),
    "function without a value": (
        'ex:S a sh:NodeShape ; sh:targetClass ex:Rectangle ; sh:sparql [ sh:prefixes ex: ; sh:select """SELECT $this '
        'WHERE { $this a ?t . BIND(ex:of(?t) AS ?v) FILTER(!BOUND(?v)) }""" ] .', "r1 r2 r3"),
}  # fmt: skip
RULES = {
    # https://www.w3.org/TR/shacl-af/#rules
    "triple": (ruled(f"ex:S a sh:NodeShape ; sh:targetClass ex:Person ; {rule('sh:object [ sh:path ex:nick ]')} ."), "bob"),
    "condition": (
        ruled("ex:S a sh:NodeShape ; sh:targetClass ex:Rectangle ; "
              + rule("sh:object 1 ; sh:condition [ sh:property [ sh:path ex:width ; sh:equals ex:height ] ]") + " ."), "r1"),
    "deactivated": (ruled(f"ex:S sh:targetClass ex:Person ; {rule('sh:object 1 ; sh:deactivated true')} ."), ""),
    "shape deactivated": (ruled(f"ex:S sh:targetClass ex:Person ; sh:deactivated true ; {rule('sh:object 1')} ."), ""),
    "sparql": (ruled("ex:S sh:targetClass ex:Person ; " + made("CONSTRUCT { ?x ex:new $this } WHERE { $this ex:friend ?x }") + " ."),
               "ann"),
    "product of integers": (
        ruled("ex:S sh:targetClass ex:Rectangle ; "
              + made("CONSTRUCT { $this ex:area ?a } WHERE { $this ex:width ?w ; ex:height ?h BIND(?w * ?h AS ?a) }") + " .",
              "ex:A sh:targetSubjectsOf ex:area ; sh:property [ sh:path ex:area ; sh:datatype xsd:decimal ] ."), "r1 r2"),
    "higher order sees lower": (
        ruled("ex:S sh:targetClass ex:Person ; " + rule("sh:order 2 ; sh:object [ sh:path ex:two ]") + " ; "
              + made("CONSTRUCT { $this ex:two 2 } WHERE { $this ex:nick ?n }", "sh:order 1.5 ;") + " ."), "bob"),
    "same order does not": (
        ruled("ex:S sh:targetClass ex:Person ; " + rule("sh:object [ sh:path ex:two ]") + " ; "
              + made("CONSTRUCT { $this ex:two 2 } WHERE { $this ex:nick ?n }") + " ."), ""),
    "shape of higher order sees lower": (
        ruled(f"ex:S sh:targetSubjectsOf ex:two ; sh:order 1 ; {rule('sh:object 1')} .",
              "ex:T sh:targetClass ex:Person ; " + made("CONSTRUCT { $this ex:two 2 } WHERE { $this ex:nick ?n }") + " ."), "bob"),
    "shape of same order does not": (
        ruled(f"ex:S sh:targetSubjectsOf ex:two ; {rule('sh:object 1')} .",
              "ex:T sh:targetClass ex:Person ; " + made("CONSTRUCT { $this ex:two 2 } WHERE { $this ex:nick ?n }") + " ."), ""),
    "of a custom target": (
        ruled('ex:S sh:target [ a sh:SPARQLTarget ; sh:prefixes ex: ; sh:select "SELECT ?this { ?this ex:nick ?n }" ] ; '
              f"{rule('sh:object 1')} ."), "bob"),
    "values of a property": (
        ruled("ex:S sh:targetClass ex:Person ; sh:property [ sh:path ex:new ; sh:values [ sh:path ex:nick ] ] ."), "bob"),
    "type": (ruled("ex:S sh:targetSubjectsOf ex:nick ; sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate rdf:type ; "
                   "sh:object ex:Nicked ] .", f"ex:N sh:targetClass ex:Nicked ; {NEVER} ."), "bob"),
    "no literal as subject": (
        ruled("ex:S sh:targetClass ex:Person ; sh:rule [ a sh:TripleRule ; sh:subject [ sh:path ex:first ] ; "
              "sh:predicate ex:new ; sh:object 1 ] ."), ""),
}  # fmt: skip
Judged = Callable[..., Report]


@pytest.fixture
def judged(pyshacl: PyShaclProcess, tmp_path: Path) -> Judged:
    """Judge the data by shapes, with the options that are given."""

    def judge(shapes: str, data: str = DATA, **options: bool | str) -> Report:
        (tmp_path / "d.ttl").write_text(PREFIXES + data)
        (tmp_path / "s.ttl").write_text(PREFIXES + DECLARED + shapes)
        files, shapes_files = (sources([str(tmp_path / name)]) for name in ("d.ttl", "s.ttl"))
        return Validator(pyshacl, Options(**options)).run(Inputs(files, shapes_files))  # type: ignore[arg-type]

    return judge


def focus(report: Report) -> str:
    """The local names of the focus nodes."""
    return " ".join(sorted({getattr(each.focus, "value", "").rpartition("#")[2] for each in report.results}))


@pytest.mark.parametrize("case", CASES)
def test_a_feature_judges_as_the_note_says(judged: Judged, case: str) -> None:
    shapes, expected = CASES[case]
    assert focus(judged(FUNCTIONS + shapes)) == expected
    assert focus(judged(FUNCTIONS + shapes, prefilter=False)) == expected


FOREIGN = """ex:far a sh:SPARQLFunction ; sh:parameter [ sh:path ex:x ] ; sh:prefixes ex: ;
  sh:select "SELECT (<http://f/unknown>($x) AS ?r) WHERE {}" .
ex:near a sh:SPARQLFunction ; sh:parameter [ sh:path ex:x ] ; sh:prefixes ex: ;
  sh:select "PREFIX e: <http://e/ns#> SELECT (e:far($x) AS ?r) WHERE {}" .
"""


@pytest.mark.parametrize(
    "use",
    [
        expression("[ ex:near ( [ sh:path ex:age ] ) ]"),
        'ex:S sh:targetClass ex:Person ; sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this WHERE '
        '{ $this ex:age ?a FILTER(ex:near(?a)) }" ] .',
    ],
)
def test_only_a_function_that_may_be_called_needs_all_that_it_calls(judged: Judged, use: str) -> None:
    for prefilter in (True, False):
        assert judged(FOREIGN + "ex:S sh:targetClass ex:Person .", prefilter=prefilter).conforms
        with pytest.raises(InputError, match="http://f/unknown"):
            judged(FOREIGN + use, prefilter=prefilter)


@pytest.mark.parametrize("case", RULES)
def test_a_rule_infers_as_the_note_says(judged: Judged, case: str) -> None:
    shapes, expected = RULES[case]
    report = judged(FUNCTIONS + shapes, rules=True)
    assert focus(report) == expected
    assert focus(judged(FUNCTIONS + shapes, rules=True, prefilter=False)) == expected
    assert all(finding.inferred for finding in report.findings)
    assert focus(judged(FUNCTIONS + shapes)) == ""


def test_rules_are_run_where_the_shapes_ask_for_it(judged: Judged) -> None:
    """https://www.w3.org/TR/shacl-af/#Rules"""
    report = judged(f"ex: sh:entailment sh:Rules . {RULES['triple'][0]}")
    assert (focus(report), report.inferred, report.inferred_by, report.notices) == ("bob", 1, ("rules",), ())
    assert report.findings[0].inferred == 'ex:bob ex:new "Bob" (by a rule of ex:S)'


def test_rules_that_are_not_run_are_told(judged: Judged) -> None:
    assert any("add --rules" in notice for notice in judged(RULES["triple"][0]).notices)


REFUSED = {
    "sh:js is not supported": "ex:S sh:targetClass ex:P ; sh:js [ ] .",
    "sh:JSTarget": "ex:S sh:target [ a sh:JSTarget ; sh:jsFunctionName 'f' ] .",
    "<http://e/ns#Mine>": "ex:S sh:target [ a ex:Mine ] .",
    "of no type": "ex:S sh:target ex:thing .",
    "sh:JSRule": "ex:S sh:targetClass ex:P ; sh:rule [ a sh:JSRule ] .",
    "sh:JSFunction": "ex:f a sh:JSFunction ; sh:jsFunctionName 'f' .",
    "exactly one sh:construct": "ex:S sh:targetClass ex:P ; sh:rule [ a sh:SPARQLRule ] .",
    "exactly one sh:object": f"ex:S sh:targetClass ex:P ; {rule('sh:object 1, 2')} .",
    "no sh:select": "ex:S sh:target [ a sh:SPARQLTarget ] .",
    "is not a number": f"ex:S sh:targetClass ex:P ; {rule('sh:object 1 ; sh:order true')} .",
    "cannot be used: it takes 2 arguments, not 3": FUNCTIONS + expression("[ ex:less ( 1 2 3 ) ]", "ex:Rectangle"),
    "with sh:groupConcat": expression("[ sh:groupConcat [ sh:path ex:p ] ]"),
    "none that SHACL-AF defines": expression("[ rdfs:label 'nothing' ]"),
    "calls the function <http://e/ns#no>": expression("[ ex:no ( 1 ) ]"),
    "A node expression leads to itself": "ex:S sh:targetClass ex:P ; sh:expression _:e . _:e sh:path ex:p ; sh:nodes _:e .",
    "recursive": "ex:S sh:targetClass ex:P ; sh:expression [ sh:filterShape ex:S ; sh:nodes sh:this ] .",
    "regime <http://e/ns#magic>": "ex: sh:entailment ex:magic .",
    "may not use SERVICE": target("SELECT ?this { SERVICE <http://127.0.0.1:9/> { ?this ?p ?o } }"),
    "may not use FROM": "ex:S sh:targetClass ex:P ; " + made("CONSTRUCT { ?s ?p ?o } FROM <file:///etc/passwd> WHERE { ?s ?p ?o }") + " .",
    "does not return $this": target("SELECT ?other { ?other a ex:Person }"),
    "which is unknown": target("SELECT ?this { ?this a ex:Person FILTER(ex:no(?this)) }"),
}  # fmt: skip


@pytest.mark.parametrize("expected", REFUSED)
def test_what_is_not_done_is_refused_by_name_at_its_place(judged: Judged, expected: str) -> None:
    with pytest.raises(InputError) as error:
        judged(REFUSED[expected], rules=True, meta=False)
    assert expected in str(error.value.message)
    assert error.value.place and error.value.place.file.endswith("s.ttl") and error.value.place.line


def test_a_rule_without_end_of_a_query_ends(judged: Judged) -> None:
    """A function that calls itself is nested too deeply."""
    calls = 'ex:f a sh:SPARQLFunction ; sh:prefixes ex: ; sh:parameter [ sh:path ex:x ] ; sh:ask "ASK { FILTER(ex:f($x)) }" .'
    with pytest.raises(InputError, match="nested too deeply"):
        judged(calls + expression("[ ex:f ( 1 ) ]"))


INFERENCE = {
    # https://www.w3.org/TR/rdf11-mt/#rdfs-entailment
    ("rdfs", "domain"): ("ex:p rdfs:domain ex:D . ex:x ex:p 1 . ex:y a ex:D .", "x y", {"x"}),
    ("rdfs", "property"): ("ex:p rdfs:subPropertyOf ex:q . ex:q rdfs:range ex:D . ex:y ex:p ex:x .", "x", {"x"}),
    ("rdfs", "a subclass is one anyway"): ("ex:C rdfs:subClassOf ex:D . ex:x a ex:C .", "x", set()),
    ("rdfs", "no OWL"): ("ex:p owl:inverseOf ex:q . ex:q rdfs:domain ex:D . ex:y ex:p ex:x .", "", set()),
    # https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules
    ("owlrl", "prp-inv1"): ("ex:p owl:inverseOf ex:q . ex:q rdfs:domain ex:D . ex:y ex:p ex:x .", "x", {"x"}),
    ("owlrl", "cls-hv2"): ("ex:D owl:hasValue 1 ; owl:onProperty ex:p . ex:x ex:p 1 .", "x", {"x"}),
}  # fmt: skip


@pytest.mark.parametrize(("regime", "case"), INFERENCE)
def test_what_follows_is_judged(judged: Judged, regime: str, case: str) -> None:
    data, expected, inferred = INFERENCE[regime, case]
    shapes = f"ex:S a sh:NodeShape ; sh:targetClass ex:D ; {NEVER} ."
    report = judged(shapes, data=data, regime=regime)
    assert focus(report) == expected
    assert {str(f.focus).rpartition("#")[2].rstrip(">") for f in report.findings if f.inferred} == inferred
    assert all(finding.place for finding in report.findings)
    assert report.inferred > 0 and report.triples == len(data.split(" .")) - 1 + data.count(";")


def test_a_contradiction_is_told(judged: Judged) -> None:
    data = "ex:A owl:disjointWith ex:B . ex:x a ex:A, ex:B ."
    report = judged(f"ex:S a sh:NodeShape ; sh:targetClass ex:D ; {NEVER} .", data=data, regime="owlrl")
    assert any("contradict" in notice for notice in report.notices)


def test_literals_are_judged_as_they_are_written_after_an_inference(judged: Judged) -> None:
    """owlrl reads literals in its own way, in a table that rdflib has for the whole process."""
    data = 'ex:x ex:n 05 ; ex:d "2020-02-30"^^xsd:date ; ex:i "5"^^xsd:int .'
    shapes = "ex:S sh:targetNode ex:x ; sh:property [ sh:path ex:n ; sh:in ( 05 ) ] , " \
        "[ sh:path ex:d ; sh:datatype xsd:date ] , [ sh:path ex:i ; sh:datatype xsd:int ] ."  # fmt: skip
    for regime in ("rdfs", "owlrl"):
        results = judged(shapes, data=data, regime=regime).results
        assert [result.component.value.rpartition("#")[2] for result in results] == [
            "DatatypeConstraintComponent"
        ]


def test_the_shapes_may_ask_for_a_regime(judged: Judged) -> None:
    """https://www.w3.org/TR/shacl/#shacl-rdfs"""
    asks = "ex: sh:entailment <http://www.w3.org/ns/entailment/RDFS> ."
    data, shapes = INFERENCE["rdfs", "domain"][0], f"ex:S a sh:NodeShape ; sh:targetClass ex:D ; {NEVER} ."
    assert focus(judged(asks + shapes, data=data)) == "x y"
    assert focus(judged(shapes, data=data)) == "y"


def test_the_messages_of_an_expression_are_the_only_ones(judged: Judged) -> None:
    shapes = expression('[ sh:path ex:nick ; sh:message "Mine" ] ; sh:message "The shape\'s"')
    assert {finding.message for finding in judged(shapes).findings} == {"Mine"}
    assert judged(expression("false")).findings[0].message == "The expression does not give true."


def test_what_changes_no_verdict_is_told(judged: Judged) -> None:
    shapes = 'ex:S sh:targetClass ex:Person ; sh:sparql [ sh:resultAnnotation [ sh:annotationProperty ex:t ] ; ' \
        'sh:select "SELECT $this WHERE { $this <urn:none> ?t }" ] .'  # fmt: skip
    assert any("sh:resultAnnotation" in notice for notice in judged(shapes).notices)
    assert any("has run none" in notice for notice in judged(shapes, rules=True).notices)
