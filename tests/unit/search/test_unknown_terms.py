"""A term that there is not is told, since a query with it finds nothing: `ogdkg sparql`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ogdkg.rdf.terms import Iri, Row
from ogdkg.search.unknown_terms import asked_graph, unknown_terms
from tests.conftest import ROOT, Run
from tests.projects import our_graph


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("?x ogd:inCountry ?y", []),
        ("?x ogd:country ?y", [("ogd:country", "ogd:inCountry")]),
        ("?x a ogd:initiative", [("ogd:initiative", "ogd:Initiative")]),
        ("?x a ogd:Initative ; ogd:inCuntry ?y",
         [("ogd:Initative", "ogd:Initiative"), ("ogd:inCuntry", "ogd:inCountry")]),
        ("?x <https://w3id.org/ogdkg/ns#inCuntry> ?y",
         [("<https://w3id.org/ogdkg/ns#inCuntry>", "ogd:inCountry")]),
        ("?x ogd:inCountry+/ogd:xqzzy ?y", [("ogd:xqzzy", None)]),
        ("initiative:bost ?p ?o", [("initiative:bost", "initiative:boost")]),
        ("GRAPH graph:derived { ?s ?p ?o }", []),
        ("?x skos:prefLabl ?y", [("skos:prefLabl", "skos:prefLabel")]),
        ("?x rdfs:subPropertyOf ?y . ?x owl:unionOf ?z FILTER(?y = xsd:gMonthDay)", []),
        ("?x ?y 'ogd:country' # ogd:country", []),
    ],
)  # fmt: skip
def test_terms_that_there_are_not(pattern: str, told: list[tuple[str, str | None]]) -> None:
    assert [
        tuple(term) for term in unknown_terms(asked_graph(our_graph()), f"SELECT * {{ {pattern} \n}}")
    ] == told


def test_what_a_construct_makes_may_be_new() -> None:
    query = (
        "PREFIX o: <https://w3id.org/ogdkg/ns#> CONSTRUCT { ?x o:made [ o:of 1 ] } WHERE { ?x a o:Reeding }"
    )
    assert [term.name for term in unknown_terms(asked_graph(our_graph()), query)] == ["o:Reeding"]
    assert [
        term.name for term in unknown_terms(asked_graph(our_graph()), "CONSTRUCT WHERE { ?x ogd:made 1 }")
    ] == ["ogd:made"]


def test_it_is_a_warning_beside_the_answer(ogdkg: Run) -> None:
    done = ogdkg("sparql", "SELECT ?x { ?x ogd:country ?y }", cwd=ROOT)
    assert (done.returncode, done.stdout) == (0, "X\n─\n(no rows)\n")
    assert done.stderr == (
        "Warning: ogd:country: no such term in the ontology or the data; did you mean ogd:inCountry?\n"
    )
    assert ogdkg("-q", "sparql", "SELECT ?x { ?x ogd:country ?y }", cwd=ROOT).stderr == ""


@pytest.mark.parametrize("words", [("a.trig",), ("--data", "a.trig"), ("a.trig", "--no-union")])
def test_files_are_looked_through_too(ogdkg: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "a.trig").write_text("PREFIX e: <http://e.example/> e:g { e:a a e:Tree ; e:growsIn e:b . }")
    query = "PREFIX e: <http://e.example/> SELECT * { ?x a e:tree ; e:growsIn ?y }"
    done = ogdkg("sparql", query, *words, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == "Warning: e:tree: no such term in the files; did you mean e:Tree?\n"


def test_a_server_is_asked_for_terms_of_ours_alone() -> None:
    asked: list[str] = []

    def select(query: str) -> Iterator[Row]:
        asked.append(query)
        return iter([(Iri("https://w3id.org/ogdkg/ns#country"),)])

    remote = asked_graph(our_graph())._replace(select=select, is_remote=True)
    query = "SELECT * { ?x ogd:country ?y ; schema:name ?n ; ogd:inCountry ?z }"
    assert [tuple(term) for term in unknown_terms(remote, query)] == [("ogd:country", "ogd:inCountry")]
    assert len(asked) == 1 and "schema" not in asked[0]
    assert unknown_terms(remote, "SELECT * { ?x schema:nam ?n ; ogd:inCountry ?z }") == []
    assert len(asked) == 1
