"""Rules follow a change: the store holds what a graph of the changed files holds, and the old afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogdkg import Graph, open_graph
from ogdkg.graph.rederiving import Derivations
from ogdkg.rdf.terms import Iri, Quad, Triple

E = "http://e/"
OWN = "graph = 'http://e/own'"
PROJECT = """
[[layer]]
name = "own"
files = ["own.ttl"]
{own}

[[layer]]
name = "derived"
rules = [{rules}]
graph = "http://e/derived"

[[layer]]
name = "further"
rules = ["further/*.rq"]
reads = ["all"]
graph = "http://e/further"
"""
RULES = (
    "CONSTRUCT { ?s e:p ?o } WHERE { ?s e:q ?o }",
    "CONSTRUCT { ?s e:reaches ?o } WHERE { ?s e:p+/e:q? ?o }",
    "CONSTRUCT { ?s e:leaf ?o } WHERE { ?s e:p ?o FILTER NOT EXISTS { ?o e:p ?x } }",
    "CONSTRUCT { ?s e:r ?x } WHERE { ?s a e:T OPTIONAL { ?s e:reaches ?o } BIND(COALESCE(?o, ?s) AS ?x) }",
    "CONSTRUCT { ?s a e:T } WHERE { ?s e:reaches ?s }",
    "CONSTRUCT { ?s e:counts ?n } WHERE { SELECT ?s (COUNT(*) AS ?n) { ?s e:r|e:p ?o } GROUP BY ?s }",
    "CONSTRUCT { ?s e:has ?p } WHERE { ?s ?p ?o MINUS { ?s e:leaf ?o } }",
)
FURTHER = (
    "CONSTRUCT { ?s e:q ?p . ?o e:seen ?s } WHERE { ?s e:has ?p . ?s e:r ?o }",
    "CONSTRUCT { ?s e:both ?o } WHERE { ?s e:q ?o GRAPH e:derived { ?s e:p ?o } }",
)
SHAPES = """@prefix e: <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
e:S sh:targetSubjectsOf e:p ;
    sh:rule [ a sh:TripleRule ; sh:order 1 ; sh:subject sh:this ; sh:predicate e:q ; sh:object [ sh:path e:r ] ] ;
    sh:rule [ a sh:TripleRule ; sh:order 2 ; sh:subject sh:this ; sh:predicate e:leaf ; sh:object [ sh:path e:q ] ] .
e:O sh:targetObjectsOf e:q ; sh:order 0 ;
    sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate e:p ; sh:object [ sh:path e:q ] ] .
e:L sh:targetSubjectsOf e:leaf ; sh:order 2 ;
    sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate e:reaches ; sh:object [ sh:path e:p ] ] .
"""  # noqa: E501
NODES, PROPERTIES = "abc", ("p", "q", "r", "leaf", "type")
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
triples = st.sampled_from(
    [
        Triple(Iri(E + s), Iri(TYPE if p == "type" else E + p), Iri(E + ("T" if p == "type" else o)))
        for s, p, o in product(NODES, PROPERTIES, NODES)
    ]
)
files = st.sets(triples, min_size=1, max_size=7)
orders = st.permutations([*range(len(RULES))])


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ogdkg.store.limit.can_fork", lambda: False)


def project(root: Path, order: list[int], own: str, *, shapes: bool) -> None:
    for folder in ("rules", "further"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for place, number in enumerate(order):
        (root / "rules" / f"{place}.rq").write_text(f"PREFIX e: <{E}> {RULES[number]}")
    for place, rule in enumerate(FURTHER):
        (root / "further" / f"{place}.rq").write_text(f"PREFIX e: <{E}> {rule}")
    (root / "rules" / "shapes.ttl").write_text(SHAPES)
    rules = '"rules/*.ttl", "rules/0.rq"' if shapes else '"rules/*.rq"'
    (root / "ogdkg.toml").write_text(PROJECT.format(own=own, rules=rules))


def opened(root: Path, stated: set[Triple], engine: str) -> Graph:
    (root / "own.ttl").write_text("".join(f"{s} {p} {o} .\n" for s, p, o in map(spelt, stated)))
    return open_graph(root, engine=engine)


def spelt(triple: Triple) -> tuple[str, ...]:
    return tuple(f"<{term}>" for term in triple)


def held(graph: Graph) -> set[Quad]:
    """What a store holds: the triples of the union, and those of each graph of rules."""
    derived = graph.project.derived_graphs
    return {
        quad for name in derived for quad in graph.writable_store.quads(name)
    } | {Quad(*quad.triple, None) for quad in graph.writable_store.quads()}  # fmt: skip


@contextmanager
def changed(graph: Graph, derivations: Derivations, gone: list[Triple], new: list[Triple]) -> Iterator[None]:
    """As a second check makes a change, and takes it back."""
    store = graph.writable_store
    with derivations.following([*gone, *new]) as follow:
        graphs = [(triple, store.remove(triple)) for triple in (*gone, *new)]
        for triple in new:
            store.add(triple, [Iri(E + "trial")])
        follow(graphs)
        yield
        for triple, names in graphs:
            store.remove(triple)
            store.add(triple, names)


def check(root: Path, engine: str, stated: set[Triple], gone: set[Triple], new: set[Triple]) -> None:
    graph = opened(root, stated, engine)
    derivations, before = Derivations(graph), held(graph)
    for less, more in ((gone, new), (set(), gone | new), (stated, set())):
        with changed(graph, derivations, list(less), list(more)):
            found = held(graph)
        assert found == held(opened(root, (stated - less) | more, engine)), (less, more)
        assert held(graph) == before


@pytest.mark.parametrize(("own", "shapes"), list(product((OWN, ""), (False, True))))
def test_rules_follow_a_change_as_if_they_all_ran_again(
    tmp_path_factory: pytest.TempPathFactory, own: str, shapes: bool
) -> None:
    root = tmp_path_factory.mktemp("rules")

    @given(orders, files, st.sets(triples, max_size=2), st.sets(triples, max_size=2))
    @settings(max_examples=20, deadline=None)
    def follows(order: list[int], stated: set[Triple], gone: set[Triple], new: set[Triple]) -> None:
        project(root, order, own, shapes=shapes)
        check(root, "oxigraph", stated, gone, new - gone)

    follows()


@pytest.mark.parametrize("own", [OWN, ""])
def test_so_they_do_on_the_other_engine(tmp_path: Path, own: str) -> None:
    project(tmp_path, [3, 1, 0, 2, 4], own, shapes=False)
    a, b = (Triple(Iri(E + "a"), Iri(E + name), Iri(E + "b")) for name in ("q", "p"))
    check(tmp_path, "rdflib", {a, b}, {a}, {Triple(Iri(E + "b"), Iri(E + "p"), Iri(E + "a"))})


def test_a_change_within_a_change_follows_it(tmp_path: Path) -> None:
    project(tmp_path, [*range(len(RULES))], OWN, shapes=False)
    a, b = (Triple(Iri(E + "a"), Iri(E + name), Iri(E + "b")) for name in ("q", "r"))
    graph = opened(tmp_path, {a, b}, "oxigraph")
    derivations, before = Derivations(graph), held(graph)
    with changed(graph, derivations, [a], []):
        without = held(graph)
        with changed(graph, derivations, [b], []):
            assert held(graph) == held(opened(tmp_path, set(), "oxigraph"))
        assert held(graph) == without == held(opened(tmp_path, {b}, "oxigraph"))
    assert held(graph) == before


def test_only_rules_that_see_a_change_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, [0, 1, 2], OWN, shapes=False)
    a, b = (Triple(Iri(E + "a"), Iri(E + name), Iri(E + "b")) for name in ("q", "unread"))
    graph = opened(tmp_path, {a, b}, "oxigraph")
    derivations, ran = Derivations(graph), []
    store, drawn = graph.writable_store, graph.writable_store.drawn

    def noting(chain, *rest):  # type: ignore[no-untyped-def]
        ran.append(Path(chain[0][0].name).stem)
        return drawn(chain, *rest)

    monkeypatch.setattr(store, "drawn", noting)
    with changed(graph, derivations, [b], []):
        assert ran == []
    with changed(graph, derivations, [Triple(Iri(E + "a"), Iri(E + "r"), Iri(E + "b"))], []):
        pass
    assert ran == ["0", "1", "2", "0", "1", "0"]  # all once, then the one that looks at e:r
