"""Engines: the same rows on each, the merged graph counted once, and a time limit that holds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ogdkg import Graph, open_graph
from ogdkg.errors import InputError, LimitError, UsageError
from ogdkg.rdf.terms import Blank, Iri, Literal, Term, typed
from ogdkg.store.base import Rows, Triples
from tests.conftest import TREES

HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?q }"


def _rows(graph: Graph, text: str) -> list[tuple[Term | None, ...]]:
    result = graph.sparql(text)
    assert isinstance(result, Rows)
    return list(result.rows)


def _first(graph: Graph, name: str, **values: object) -> list[str]:
    result = graph.query(name, **values)
    assert isinstance(result, Rows)
    return [row[0].value.rpartition("/")[2] for row in result.rows if isinstance(row[0], Iri)]


def test_a_triple_in_two_passages_counts_once(trees: Graph) -> None:
    result = trees.query("stated")
    assert isinstance(result, Rows)
    assert list(result.rows) == [(typed("3", "integer"), typed("3", "integer"))]


def test_graphs_stay_apart(trees: Graph) -> None:
    rows = _rows(trees, "SELECT DISTINCT ?g { GRAPH ?g { tree:ginkgo ns:standsIn ?x } } ORDER BY ?g")
    assert [row[0] for row in rows] == [
        Iri(f"https://trees.example/id/passage/{name}") for name in ("again", "harbour")
    ]


def test_the_quads_of_a_graph_are_of_that_graph_alone(trees: Graph) -> None:
    harbour = Iri("https://trees.example/id/passage/harbour")
    quads = list(trees.store.quads(harbour))
    assert [quad.graph for quad in quads] == [harbour] * 4


def test_rules_are_derived_into_their_graph(trees: Graph) -> None:
    assert len(_rows(trees, "SELECT * { GRAPH graph:derived { ?a ns:neighbour ?b } }")) == 2
    assert len(_rows(trees, "SELECT * { ?a ns:neighbour ?b }")) == 2


def test_blank_nodes_of_two_files_are_two(trees: Graph) -> None:
    [[node]] = _rows(trees, "SELECT ?r { ?r a <http://www.w3.org/2002/07/owl#Restriction> }")
    assert isinstance(node, Blank)


def test_a_layer_alone(trees: Graph) -> None:
    engine = trees.options.engine
    source = open_graph(TREES, layers=["source"], engine=engine)
    assert _rows(source, "SELECT * { ?s a ns:Tree }") == []
    assert len(_rows(source, "SELECT * { ?s ns:standsIn ?o }")) == 3
    derived = open_graph(TREES, layers=["derived"], engine=engine)
    assert len(_rows(derived, "SELECT * { ?s ?p ?o }")) == 2


def test_parameters_optional_defaulted_and_repeated(trees: Graph) -> None:
    assert _first(trees, "planted") == ["ginkgo", "lime"]
    assert _first(trees, "planted", since=1922) == []
    assert _first(trees, "planted", garden="Abbey Garden") == []
    assert _first(trees, "planted", garden="Harbour Park", since="1921") == ["ginkgo", "lime"]
    assert _first(trees, "among", tree=["Oak", "Linden"]) == ["lime", "oak"]
    assert trees.query("is-there", height=30.5) is True
    assert trees.query("is-there", height="31") is False


def test_construct_gives_triples(trees: Graph) -> None:
    result = trees.query("plant", plant="Oak")
    assert isinstance(result, Triples)
    assert {triple.subject for triple in result.triples} == {Iri("https://trees.example/id/tree/oak")}


@pytest.mark.parametrize("text", ["SELECT * {", "SELECT * { ?s zz:p ?o }"])
def test_a_query_that_does_not_parse_says_where(trees: Graph, text: str) -> None:
    with pytest.raises(InputError) as caught:
        trees.sparql(text, name="q.rq")
    assert caught.value.place is not None
    assert caught.value.place.file == "q.rq"


def test_a_query_may_not_reach_outside(trees: Graph) -> None:
    with pytest.raises(InputError, match="SERVICE"):
        trees.sparql("SELECT * { SERVICE <https://x/> { ?s ?p ?o } }")


def test_a_file_cut_off_is_told_with_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text("")
    (tmp_path / "data").mkdir()
    for text in ("<urn:a> <urn:p> 1 .\n<urn:b> <urn:p> 'x", "<urn:a> <urn:p> [] .\n<urn:b> <urn:p> 'x"):
        (tmp_path / "data" / "a.ttl").write_text(text)
        for engine in ("oxigraph", "rdflib"):
            with pytest.raises(InputError) as caught:
                _ = open_graph(tmp_path, engine=engine).store
            assert caught.value.place is not None
            assert (caught.value.place.line, caught.value.place.column) == (2, 17)


def test_the_limit_stops_the_engine() -> None:
    graph = open_graph(TREES, timeout=0.5)
    begun = time.monotonic()
    with pytest.raises(LimitError, match=r"longer than 0\.5 seconds"):
        graph.sparql(HEAVY)
    assert time.monotonic() - begun < 5


def test_under_the_limit_the_answer_is_the_same() -> None:
    free, limited = open_graph(TREES), open_graph(TREES, timeout=20)
    for text in ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", "SELECT * { ?s ?p ?o FILTER(false) }"):
        assert _rows(limited, text) == _rows(free, text)
    assert limited.sparql("ASK { ?s ns:height ?o }") is True
    described = limited.sparql("DESCRIBE tree:oak")
    assert isinstance(described, Triples)
    assert len(list(described.triples)) == 7
    with pytest.raises(InputError, match="not declared"):
        limited.sparql("ASK { zz:a ?p ?o }")


def test_rows_left_unread_leave_no_process_behind() -> None:
    graph = open_graph(TREES, timeout=20)
    result = graph.sparql("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert isinstance(result, Rows)
    assert next(result.rows)
    del result


def test_to_rdflib_keeps_graphs_and_lexical_forms() -> None:
    import rdflib

    dataset = open_graph(TREES).to_rdflib()
    assert isinstance(dataset, rdflib.Dataset)
    tree, ns = (
        rdflib.Namespace("https://trees.example/id/tree/"),
        rdflib.Namespace("https://trees.example/ns#"),
    )
    assert len(list(dataset.triples((None, ns.standsIn, None)))) == 3
    assert str(next(dataset.objects(tree.oak, ns.height))) == "30.50"
    passage = rdflib.URIRef("https://trees.example/id/passage/again")
    assert len(dataset.graph(passage)) == 2


def test_an_unknown_engine_or_parameter_is_refused() -> None:
    with pytest.raises(UsageError, match="no engine"):
        _ = open_graph(TREES, engine="jena").store
    with pytest.raises(UsageError, match="no parameter"):
        open_graph(TREES).query("trees", country="Nepal")
    with pytest.raises(UsageError, match="not of the type object"):
        open_graph(TREES).query("trees-in", garden=object())


def test_literals_keep_their_language_and_type(trees: Graph) -> None:
    rows = _rows(trees, "SELECT ?l { tree:oak skos:prefLabel ?l } ORDER BY ?l")
    assert {row[0] for row in rows} == {
        Literal("Oak", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "en"),
        Literal("Eiche", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "de"),
    }
