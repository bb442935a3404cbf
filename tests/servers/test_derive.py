"""Rules that run on a server derive there what they derive here, in the same order, or nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import Run
from tests.projects import configuration
from tests.servers.conftest import at, clear
from tests.servers.running import Running

from ogdkg.errors import StoreError
from ogdkg.exchange.push import push
from ogdkg.rdf.terms import Iri
from ogdkg.remote.pull import stored_lines
from ogdkg.store.base import QueryDataset, expect_rows

CONFIG = configuration(
    {
        "data": {"files": ["data/*.ttl"], "graph": "https://e.example/graph/{stem}"},
        "steps": {"rules": ["rules/*.rq", "rules/*.ttl"], "graph": "https://e.example/graph/steps"},
        "after": {"rules": ["after/*.rq"], "graph": "https://e.example/graph/after"},
    },
    {"graph": "https://e.example/graph/", "e": "https://e.example/"},
    project={"name": "steps", "things": "https://e.example/"},
)
HEAD = "PREFIX e: <https://e.example/>\n"
REASONING = """[[layer]]
name = "inferred"
reasoning = "owlrl"
graph = "https://e.example/graph/inferred"
[prefixes]"""
FILES = {
    "data/one.ttl": "PREFIX e: <https://e.example/> e:a e:p e:b . e:b e:p e:c . e:c e:p e:d . e:a e:size 3 .",
    "data/two.ttl": "PREFIX e: <https://e.example/> e:b e:p e:c . e:d e:p e:a ; e:name 'D'@en , 'dé\"'@fr .",
    # Each sees what those before it derive, and not what it derives itself.
    "rules/1.rq": "CONSTRUCT { ?a e:pp ?c } WHERE { ?a e:p ?b . ?b e:p ?c }",
    "rules/2.rq": "CONSTRUCT { ?a e:ppp ?d . ?d e:back ?a } WHERE { ?a e:pp ?c . ?c e:p ?d }",
    "rules/3.rq": "CONSTRUCT { ?a e:pp ?c } WHERE { ?a e:pp ?b . ?b e:pp ?c }",
    "rules/4.rq": (
        "CONSTRUCT { ?a e:out ?n } WHERE { { SELECT ?a (COUNT(?b) AS ?n) { ?a e:p|e:pp ?b } GROUP BY ?a } }"
    ),
    "rules/5.rq": "CONSTRUCT { ?a e:in ?g } WHERE { GRAPH ?g { ?a e:p ?b } }",
    "rules/6.rq": "CONSTRUCT { ?a e:first ?b } WHERE { ?a e:p ?b } ORDER BY ?a ?b LIMIT 1  # and no more",
    "rules/7.rq": "CONSTRUCT { ?a e:lacks e:size } WHERE { ?a e:p ?b FILTER NOT EXISTS { ?a e:size ?n } }",
    "rules/8.rq": "CONSTRUCT WHERE { ?a e:back ?b }",
    "rules/shapes.ttl": """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <https://e.example/> .
        e:Shape a sh:NodeShape ; sh:targetSubjectsOf e:size ; sh:rule
            [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate e:kind ; sh:object e:Big ; sh:order 1 ] ,
            [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate e:was ; sh:object [ sh:path e:kind ] ;
              sh:order 2 ] .""",
    "after/1.rq": "CONSTRUCT { ?a e:end ?d } WHERE { ?a e:ppp ?d . ?d e:back ?a }",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "ogdkg.toml").write_text(CONFIG)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{HEAD if name.endswith('.rq') else ''}{text}")
    return tmp_path


@pytest.fixture(autouse=True)
def _nothing_left(empty: Running, project: Path) -> Iterator[None]:
    yield
    clear(at(empty, project))


def _lines(server: Running, project: Path, name: str) -> list[str]:
    return at(server, project).remote.get(Iri(f"https://e.example/graph/{name}"))


def _temporary(server: Running, project: Path) -> list[object]:
    text = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'urn:ogdkg:deriving')) }"
    return list(expect_rows(at(server, project).remote.raw(text, QueryDataset())).rows)


def test_rules_derive_there_what_they_derive_here(empty: Running, project: Path, ogdkg: Run) -> None:
    graph = at(empty, project)
    push(graph, graph.remote, again=True, prune=True)
    stored = graph.remote.server.comparable_literal
    expected = {name: stored_lines(_lines(empty, project, name), stored) for name in ("steps", "after")}
    assert expected["steps"].triples > 25 and expected["after"].triples > 2
    done = ogdkg("push", "--derive", "--again", "--endpoint", empty.url, cwd=project, **empty.env)
    assert done.returncode == 0, done.stderr
    number = sum(each.triples for each in expected.values())
    assert done.stdout.endswith(f"of these, 2 graphs with {number} triples by rules there\n")
    assert {name: stored_lines(_lines(empty, project, name), stored) for name in expected} == expected
    assert not _temporary(empty, project)
    again = ogdkg("push", "--endpoint", empty.url, cwd=project, **empty.env)
    assert "0 graphs with 0 triples written" in again.stdout


def test_what_comes_out_otherwise_is_told_and_the_graph_stays_as_it_was(
    empty: Running, project: Path
) -> None:
    rule = "CONSTRUCT { ?a e:pick ?x } WHERE { ?a e:size ?n BIND(UUID() AS ?x) }"
    (project / "rules" / "9.rq").write_text(HEAD + rule)
    graph = at(empty, project)
    graph.remote.put(
        Iri("https://e.example/graph/steps"), ["<https://e.example/a> <https://e.example/p> <urn:x> ."]
    )
    before = _lines(empty, project, "steps")
    with pytest.raises(StoreError, match="derive other statements there than here") as error:
        push(graph, graph.remote, again=True, derive=True)
    assert "e:pick" in str(error.value) or "as many of each" in str(error.value)
    assert _lines(empty, project, "steps") == before and not _temporary(empty, project)
    listed = at(empty, project).remote.push_manifest
    assert listed and Iri("https://e.example/graph/steps") not in listed.graphs


@pytest.mark.parametrize(
    ("rule", "at_place", "what"),
    [
        ("CONSTRUCT { ?a e:q [ e:r ?b ] } WHERE { ?a e:p ?b }", "2:20", "makes blank nodes"),
        ("CONSTRUCT { ?a e:q _:x } WHERE { ?a e:p ?b }", "2:20", "makes blank nodes"),
        ("CONSTRUCT { ?a e:q (1 2) } WHERE { ?a e:p ?b }", "2:20", "makes blank nodes"),
        ("CONSTRUCT { ?a e:q ?x } WHERE { ?a e:p ?b BIND(BNODE() AS ?x) }", "2:48", "makes blank nodes"),
        ("CONSTRUCT { ?a e:q ?a } WHERE { ?a e:p ?b } GROUP BY ?a", "2:45", "groups its rows"),
    ],
)
def test_a_rule_that_cannot_run_there_is_refused_before_anything_is_written(
    rule: str, at_place: str, what: str, project: Path, ogdkg: Run
) -> None:
    (project / "rules" / "1.rq").write_text(HEAD + rule)
    done = ogdkg("push", "--derive", "--endpoint", "http://127.0.0.1:9/query", cwd=project)
    assert done.returncode == 3
    assert f"rules/1.rq:{at_place}: The rule {what}" in done.stderr and "without --derive" in done.stderr


def test_what_follows_there_is_explained_step_by_step(empty: Running, project: Path, ogdkg: Run) -> None:
    """No graph is copied for that: the rules of the regime are asked backwards."""
    (project / "ogdkg.toml").write_text(CONFIG.replace("[prefixes]", REASONING))
    (project / "data" / "terms.ttl").write_text(
        "PREFIX e: <https://e.example/> PREFIX owl: <http://www.w3.org/2002/07/owl#> "
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "e:p owl:inverseOf e:q . e:q rdfs:range e:T . e:T rdfs:subClassOf e:U ."
    )
    graph = at(empty, project)
    push(graph, graph.remote, again=True, prune=True)
    here = ogdkg("why", "e:b", "e:q", "e:a", cwd=project)
    there = ogdkg("why", "e:b", "e:q", "e:a", "--endpoint", empty.url, cwd=project)
    assert there.stdout == here.stdout and "prp-inv1 of OWL 2 RL" in here.stdout
    told = ogdkg("why", "e:a", "type", "e:U", "--endpoint", empty.url, cwd=project)
    assert told.returncode == 0, told.stderr
    assert "of OWL 2 RL" in told.stdout and "subClassOf" in told.stdout and "e:q" in told.stdout
