"""Rules of SHACL in a layer, https://www.w3.org/TR/shacl-af/#rules: derived, explained, tested and refused."""

# ruff: noqa: E501  # a case is a row of a table

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Run

from ogdkg import Graph, open_graph
from ogdkg.graph.graph import GraphOptions
from ogdkg.rdf.terms import Iri

PROJECT = {
    "ogdkg.toml": """
[project]
name = "areas"
[[layer]]
name = "data"
files = ["data.ttl"]
graph = "urn:data"
[[layer]]
name = "derived"
rules = ["rules/*"]
graph = "urn:derived"
[prefixes]
ex = "http://e/ns#"
""",
    "data.ttl": """@prefix ex: <http://e/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:Square rdfs:subClassOf ex:Rectangle .
ex:r1 a ex:Square ; ex:width 4 ; ex:height 4 .
ex:r2 a ex:Rectangle ; ex:width 2 ; ex:height 3 .
""",
    "rules/areas.ttl": """@prefix ex: <http://e/ns#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://e/ns#"^^xsd:anyURI ] .
ex:S a sh:NodeShape ; sh:targetClass ex:Rectangle ;
  sh:rule
    [ a sh:SPARQLRule ; rdfs:label "Width times height" ; sh:prefixes ex: ; sh:construct \"\"\"
      CONSTRUCT { $this ex:area ?a } WHERE { $this ex:width ?w ; ex:height ?h . BIND (?w * ?h AS ?a) }\"\"\" ] ,
    [ a sh:TripleRule ; sh:order 1 ; sh:subject sh:this ; sh:predicate rdf:type ; sh:object ex:Big ; sh:condition ex:Ten ] .
""",
    "rules/conditions.ttl": """@prefix ex: <http://e/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:Ten a sh:NodeShape ; sh:property [ sh:path ex:area ; sh:minCount 1 ; sh:minInclusive 10 ] .
""",
    "rules/zones.rq": "#+ summary: What is big is a zone\nPREFIX ex: <http://e/ns#> CONSTRUCT { ?x a ex:Zone } WHERE { ?x a ex:Big }",
    "queries/big.rq": "#+ summary: What is big\nPREFIX ex: <http://e/ns#> SELECT ?x WHERE { ?x a ex:Big }",
    "queries/questions/1.yaml": """question: What is big?
query: big
rows: [["http://e/ns#r1"]]
without: ex:r1 ex:width 4
""",
}
DERIVED = {"r1 area 16", "r2 area 6", "r1 type Big", "r1 type Zone"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def derived(graph: Graph) -> set[str]:
    triples = [quad.triple for quad in graph.store.quads(Iri("urn:derived"))]
    return {" ".join(str(getattr(term, "value", "")).rpartition("#")[2] for term in each) for each in triples}


def test_files_of_rdf_and_queries_derive_together(project: Path) -> None:
    """The RDF files are one shapes graph; a query after them sees what they derive."""
    assert derived(open_graph(project)) == DERIVED
    assert derived(open_graph(project, engine="rdflib")) == DERIVED


def test_rules_fill_a_store_on_disk_alike(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ogdkg.graph.graph.LARGE", 0)
    text = (project / "rules/areas.ttl").read_text()
    (project / "rules/areas.ttl").write_text(
        f"{text} ex:T sh:targetClass ex:Rectangle ; sh:rule [ a sh:TripleRule ; sh:order 2 ; sh:subject sh:this ;\n"
        "  sh:predicate ex:twice ; sh:object [ sh:path ex:area ] ] ."
    )
    kept = Graph(open_graph(project).project, GraphOptions((), cache=True))
    assert derived(kept) == DERIVED, "the shape T is of the same order, and so sees no area"


MAKING = """PREFIX ex: <http://e/ns#>
CONSTRUCT { ?x ex:has [ ex:of ?x ; ex:near ?held ] } WHERE { ?x ex:width ?w . OPTIONAL { ?x ex:holds ?held } }"""


def test_blank_nodes_that_rules_make_have_the_same_labels_each_time(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (project / "data.ttl").open("a") as data:
        data.write("ex:r1 ex:holds [ ex:width 1 ] .")
    for number in range(2):  # the second sees the nodes of the first, and makes others of its own
        (project / f"rules/zz{number}.rq").write_text(MAKING)
    quads = [set(open_graph(project, engine=engine).store.quads()) for engine in ("oxigraph", "rdflib") * 2]
    assert all(each == quads[0] for each in quads)
    made = [quad for quad in quads[0] if quad.predicate.value.endswith("#has")]
    assert len(made) == len({quad.object for quad in made}) == 6
    [held] = (quad.object for quad in quads[0] if quad.predicate.value.endswith("#holds"))
    near = [quad.object for quad in quads[0] if quad.predicate.value.endswith("#near")]
    assert near == [held, held], "a blank node of the data stays itself"
    monkeypatch.setattr("ogdkg.graph.graph.LARGE", 0)
    assert set(Graph(open_graph(project).project, GraphOptions((), cache=True)).store.quads()) == quads[0]


def test_why_leads_to_the_line_of_a_rule_and_to_what_it_used(ogdkg: Run, project: Path) -> None:
    done = ogdkg("why", "r1", "ex:area", cwd=project)
    assert done.stdout.splitlines()[1:] == [
        "  derived  urn:derived",
        "    by rules/areas.ttl:9: Width times height",
        "    from ex:r1 · height · 4  [data]",
        "    from ex:r1 · width · 4  [data]",
        "    from ex:r1 · type · Square  [data]",
        "    from ex:Square · subClassOf · ex:Rectangle  [data]",
    ]
    [statement] = json.loads(ogdkg("why", "r1", "type", "ex:Big", "-f", "json", cwd=project).stdout)[
        "statements"
    ]
    [rule] = statement["rules"]
    assert (rule["file"], rule["line"], rule["summary"]) == ("rules/areas.ttl", 11, "")
    assert "http://e/ns#area" in {each["property"]["iri"] for each in rule["from"]}


def test_a_question_is_tried_without_what_a_rule_used(ogdkg: Run, project: Path) -> None:
    done = ogdkg("test", cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    question = project / "queries/questions/1.yaml"
    question.write_text(PROJECT["queries/questions/1.yaml"].replace("r1 ex:width 4", "r2 ex:width 2"))
    assert "stay the same" in ogdkg("test", cwd=project).stdout


RULE = "a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:new ;"


def construct(text: str) -> str:
    return f'sh:rule [ a sh:SPARQLRule ; sh:prefixes ex: ; sh:construct "{text}" ]'


REFUSED = {
    # Ill-formed, by https://www.w3.org/TR/shacl-af/#rules
    "needs exactly one sh:object": f"sh:rule [ {RULE} ]",
    "sh:JSRule is not supported": "sh:rule [ a sh:JSRule ]",
    "is not a number": f"sh:rule [ {RULE} sh:object 1 ; sh:order 'first' ]",
    "of the form SELECT": construct("SELECT ?x { ?x ex:p $this }"),
    "no } closes the {": construct("CONSTRUCT { $this ex:p 1 } WHERE { $this ex:q 1 "),
    "undeclared prefix, no:": construct("CONSTRUCT { $this ex:p 1 } WHERE { $this no:q 1 }"),
    "may not use SERVICE": construct("CONSTRUCT { $this ex:p 1 } WHERE { SERVICE <http://127.0.0.1/> { $this ex:q 1 } }"),
    "may not use FROM": construct("CONSTRUCT { $this ex:p 1 } FROM <file:///etc/passwd> WHERE { $this ex:q 1 }"),
    "calls the function <http://e/ns#no>, which is unknown": f"sh:rule [ {RULE} sh:object [ ex:no ( 1 ) ] ]",
    "leads to itself": f"sh:rule [ {RULE} sh:object _:e ] . _:e sh:path ex:p ; sh:nodes _:e",
    "recursive": f"sh:rule [ {RULE} sh:object 1 ; sh:condition ex:C ] . ex:C sh:not ex:C",
    "takes an integer": f"sh:rule [ {RULE} sh:object 1 ; sh:condition [ sh:property [ sh:path ex:p ; sh:minCount 'x' ] ] ]",
    "ask for the entailment": f"sh:rule [ {RULE} sh:object 1 ] . ex: sh:entailment <http://www.w3.org/ns/entailment/RDFS>",
    "have no rules": "sh:nodeKind sh:IRI",
    # What one query cannot mean for all focus nodes at once
    "sh:sparql cannot be": f"sh:rule [ {RULE} sh:object 1 ; sh:condition [ sh:sparql [ sh:select 'SELECT $this {{ $this ?p ?o }}' ] ] ]",
    "sh:minCount 9 cannot": f"sh:rule [ {RULE} sh:object 1 ; sh:condition [ sh:property [ sh:path ex:p ; sh:minCount 9 ] ] ]",
    "xsd:gMonthDay cannot": f"sh:rule [ {RULE} sh:object 1 ; sh:condition [ sh:datatype xsd:gMonthDay ] ]",
    "sh:pattern": f"sh:rule [ {RULE} sh:object 1 ; sh:condition [ sh:pattern '\\\\p{{Lu}}' ] ]",
    "30 shapes within": f"sh:rule [ {RULE} sh:object 1 ; sh:condition {'[ sh:not ' * 40}[]{' ]' * 40} ]",
    "100,000 characters": f"sh:rule [ {RULE} sh:object 1 ; sh:condition ex:C0 ]"
    + "".join(f" . ex:C{n} sh:or ( ex:C{n + 1} ex:C{n + 1} )" for n in range(13)) + " . ex:C13 sh:nodeKind sh:IRI",
    "$this in MINUS": construct("CONSTRUCT { $this ex:p ?x } WHERE { ?x ex:p 1 MINUS { $this ex:q ?x } }"),
    "$this in VALUES": construct("CONSTRUCT { $this ex:p 1 } WHERE { VALUES $this { ex:a } }"),
    "binds $this": construct("CONSTRUCT { $this ex:p 1 } WHERE { ?x ex:p 1 BIND(?x AS $this) }"),
    "LIMIT after": construct("CONSTRUCT { $this ex:p ?x } WHERE { $this ex:q ?x } LIMIT 1"),
    "LIMIT or OFFSET in": construct("CONSTRUCT { $this ex:p ?x } WHERE { { SELECT $this ?x { $this ex:q ?x } LIMIT 1 } }"),
    "does not return $this": construct("CONSTRUCT { $this ex:p ?x } WHERE { { SELECT ?x { $this ex:q ?x } } }"),
    "within GRAPH": construct("CONSTRUCT { $this ex:p ?x } WHERE { GRAPH ?g { ?x ex:q ?y FILTER(?y = $this) } }"),
    "with $shapesGraph": construct("CONSTRUCT { $this ex:p 1 } WHERE { GRAPH $shapesGraph { $this ex:q 1 } }"),
    "calls the function <http://e/ns#f> of the shapes": construct("CONSTRUCT { $this ex:p ?x } WHERE { BIND(ex:f(1) AS ?x) }")
    + ' . ex:f a sh:SPARQLFunction ; sh:parameter [ sh:path ex:a ] ; sh:select "SELECT ($a + 1 AS ?r) WHERE {}"',
    "more than compute one expression": f"sh:rule [ {RULE} sh:object [ ex:f ( sh:this ) ] ]"
    ' . ex:f a sh:SPARQLFunction ; sh:prefixes ex: ; sh:parameter [ sh:path ex:a ] ; sh:select "SELECT ?r WHERE { $a ex:p ?r }"',
    "takes 1 arguments, not 2": f"sh:rule [ {RULE} sh:object [ ex:f ( 1 2 ) ] ]"
    ' . ex:f a sh:SPARQLFunction ; sh:parameter [ sh:path ex:a ] ; sh:select "SELECT ($a + 1 AS ?r) WHERE {}"',
    "more than 100 combinations": f"sh:rule [ {RULE} sh:object [ sh:union ( {'[ sh:path ex:p ] ' * 101}) ] ]",
}  # fmt: skip


@pytest.mark.parametrize("expected", REFUSED)
def test_what_cannot_be_done_is_refused_by_name_and_line(ogdkg: Run, project: Path, expected: str) -> None:
    head = PROJECT["rules/areas.ttl"].partition("ex:S ")[0]
    (project / "rules/conditions.ttl").unlink()
    (project / "rules/areas.ttl").write_text(
        f"{head}ex:S sh:targetClass ex:Rectangle ;\n {REFUSED[expected]} .\n"
    )
    done = ogdkg("stats", cwd=project)
    assert (done.returncode, done.stdout) == (3, "")
    assert expected in done.stderr
    line = 1 if expected == "have no rules" else 7
    assert done.stderr.startswith("Error: rules/areas.ttl"), done.stderr
    assert line == 1 or done.stderr.startswith(
        ("Error: rules/areas.ttl:7", "Error: rules/areas.ttl:8", "Error: rules/areas.ttl:6")
    )


def test_a_file_that_does_not_parse_is_told(ogdkg: Run, project: Path) -> None:
    (project / "rules/conditions.ttl").write_text("<urn:a> <urn:b> .")
    done = ogdkg("stats", cwd=project)
    assert done.returncode == 3
    assert done.stderr.startswith("Error: rules/conditions.ttl:1:")


def test_a_rule_that_takes_too_long_is_named(ogdkg: Run, project: Path) -> None:
    """Rules share the clock of the layer, in a child that is ended."""
    data = "".join(
        f"<urn:n{n}> a <http://e/ns#Rectangle> ; <urn:p> <urn:n{(n * 7) % 300}>, <urn:n{(n * 11) % 300}> .\n"
        for n in range(300)
    )
    (project / "data.ttl").write_text(data)
    slow = "CONSTRUCT { $this ex:p ?z } WHERE { $this <urn:p>+ ?x . ?x <urn:p>+ ?y . ?y <urn:p>+ ?z . ?z <urn:p>+ ?w FILTER(?w = 1) }"
    head = PROJECT["rules/areas.ttl"].partition("ex:S ")[0]
    (project / "rules/areas.ttl").write_text(f"{head}ex:S sh:targetClass ex:Rectangle ; {construct(slow)} .")
    done = ogdkg("sparql", "ASK {}", cwd=project, OGDKG_TIMEOUT="0.5")
    assert done.returncode == 3, done.stderr
    assert "rules/areas.ttl:7" in done.stderr
