"""The triples that rows rest on: each operator by hand, any pattern against an evaluator that tries all."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.errors import InputError
from ogdkg.evidence.lineage.trace import Key, MatchedTriple, Tracer, plan_of
from ogdkg.rdf.terms import Iri, Triple
from ogdkg.sparql.reader import read_query
from ogdkg.store.base import Rows, Store, expect_rows
from ogdkg.store.engines import new_store
from tests.conftest import examples
from tests.unit.evidence.lineage import brute

DATA: brute.Dataset = {
    "g1": frozenset({("a", "p", "b"), ("b", "p", "c")}),
    "g2": frozenset({("a", "p", "b"), ("a", "q", "c"), ("c", "p", "a")}),
    "g3": frozenset({("c", "q", "d"), ("d", "r", "a")}),
}
Told = dict[tuple[str | None, ...], set[str]]


def _store(data: brute.Dataset, engine: str = "oxigraph") -> Store:
    store = new_store(engine)
    for graph, facts in data.items():
        for fact in sorted(facts):
            subject, predicate, value = (Iri(f"urn:{name}") for name in fact)
            store.add(Triple(subject, predicate, value), [Iri(f"urn:{graph}")])
    return store


def _traced(query: str, store: Store) -> Told:
    """By row what it rests on: each triple as `s p o`, with @ and its graph where the query names that."""
    answer = store.query(query)
    assert isinstance(answer, Rows)
    plan = plan_of(read_query(query), [f"?{name}" for name in answer.variables])
    answers = set(answer.rows)
    told = _told(Tracer(store, {}).solutions(plan))
    assert told.keys() == {tuple(map(_name, row)) for row in answers}
    named = Tracer(store, {}).solutions(plan, list(answers))
    assert _told((key, stated) for key, stated in named if key in answers) == told
    return told


def _told(solutions: Iterable[tuple[Key, set[MatchedTriple]]]) -> Told:
    told: Told = {}
    for key, stated in solutions:
        told.setdefault(tuple(map(_name, key)), set()).update(map(_shown, stated))
    return told


def _name(term: object) -> str | None:
    return None if term is None else str(getattr(term, "value", "")).removeprefix("urn:")


def _shown(stated: MatchedTriple) -> str:
    graph = f"@{_name(stated.graph)}" if stated.graph else ""
    return " ".join(str(_name(term)) for term in stated.triple) + graph


P = "PREFIX : <urn:> "
CASES: dict[str, Told] = {
    "SELECT ?x { ?x :q ?y }": {("a",): {"a q c"}, ("c",): {"c q d"}},
    # the two solutions of one row together
    "SELECT DISTINCT ?x { ?x :p|:q ?y }": {
        ("a",): {"a p b", "a q c"},
        ("b",): {"b p c"},
        ("c",): {"c p a", "c q d"},
    },
    "SELECT ?x ?z { ?x :p/:p ?z }": {
        ("a", "c"): {"a p b", "b p c"},
        ("b", "a"): {"b p c", "c p a"},
        ("c", "b"): {"c p a", "a p b"},
    },
    "SELECT ?x { ?x :p [ :p :c ] ; a? ?x }": {("a",): {"a p b", "b p c"}},
    "SELECT ?x { _:o :p ?x . _:o :q :d }": {("a",): {"c p a", "c q d"}},
    "SELECT ?x { ?x ^:r :d }": {("a",): {"d r a"}},
    "SELECT ?x ?d { ?x :p ?y OPTIONAL { ?x :q ?z . ?z :q ?d } }": {
        ("a", "d"): {"a p b", "a q c", "c q d"},
        ("b", None): {"b p c"},
        ("c", None): {"c p a"},
    },
    "SELECT ?x { { ?x :q :c } UNION { ?x :p :c } }": {("a",): {"a q c"}, ("b",): {"b p c"}},
    "SELECT ?g ?x { GRAPH ?g { ?x :p :b } }": {("g1", "a"): {"a p b@g1"}, ("g2", "a"): {"a p b@g2"}},
    "SELECT ?x { GRAPH :g2 { ?x :p :b OPTIONAL { ?x :q ?y } } }": {("a",): {"a p b@g2", "a q c@g2"}},
    "SELECT ?y { :c :q? ?y }": {("c",): set(), ("d",): {"c q d"}},
    "SELECT ?y { :b :p+ ?y FILTER(?y = :c) }": {("c",): {"b p c", "c p a", "a p b"}},
    "SELECT ?y { :c (:q/:r)* ?y }": {("c",): set(), ("a",): {"c q d", "d r a"}},
    "SELECT ?y { GRAPH ?g { :a :p* ?y } FILTER(?y = :c) }": {("c",): {"a p b@g1", "b p c@g1"}},
    "SELECT ?y { :c !:p ?y }": {("d",): {"c q d"}},
    "SELECT ?y { :c !(:q|^:q) ?y }": {("a",): {"c p a"}, ("b",): {"b p c"}},
    "SELECT ?x { ?x :q ?y FILTER EXISTS { ?y :r ?z } }": {("c",): {"c q d", "d r a"}},
    "SELECT ?x ?e { ?x :q ?y BIND(EXISTS { ?y :r ?z } AS ?e) ?z :p :b }": {
        ("a", "false"): {"a q c", "a p b"},
        ("c", "true"): {"c q d", "d r a", "a p b"},
    },
    "SELECT ?x ?y { ?x :p ?b OPTIONAL { ?x :q ?y FILTER EXISTS { ?b :p ?y } } }": {
        ("a", "c"): {"a p b", "a q c", "b p c"},
        ("b", None): {"b p c"},
        ("c", None): {"c p a"},
    },
    "SELECT ?x { ?x :p ?y MINUS { ?x :q ?z } }": {("b",): {"b p c"}},
    "SELECT ?x { ?x :p ?y FILTER NOT EXISTS { ?x :q ?y2 } }": {("b",): {"b p c"}},
    "SELECT ?x { VALUES ?x { :a :b } ?x :q ?y }": {("a",): {"a q c"}},
    "SELECT ?x { ?x :q ?y } VALUES ?x { :c }": {("c",): {"c q d"}},
    "SELECT ?x { { SELECT ?x { ?x :p ?y } } ?y :q ?x }": {("c",): {"c p a", "a q c"}},
    "SELECT ?x { { SELECT ?x { ?x :q ?y } ORDER BY ?x LIMIT 1 } ?x :p ?z }": {("a",): {"a q c", "a p b"}},
    "SELECT ?n ?x { { SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?y } GROUP BY ?x } ?x :r ?z }": {
        ("1", "d"): {"d r a"}
    },
    "SELECT ?p (COUNT(?x) AS ?n) { ?x ?p ?y } GROUP BY ?p HAVING (COUNT(?x) < 3)": {
        ("q",): {"a q c", "c q d"},
        ("r",): {"d r a"},
    },
    "SELECT (COUNT(*) AS ?n) { ?x :q ?y }": {(): {"a q c", "c q d"}},
    "SELECT (STR(?x) AS ?s) { ?x :r ?y }": {("d",): {"d r a"}},
    "SELECT * { :d :r ?y . BIND(?y AS ?z) }": {("a", "a"): {"d r a"}},
}
# What an EXISTS or a subselect finds binds no variable that a row leaves unbound.
CASES |= {
    "SELECT ?x ?z { ?x :p ?y OPTIONAL { ?x :q ?z . ?z :q :d } FILTER EXISTS { ?z :p ?w } }": {
        ("a", "c"): {"a p b", "a q c", "c q d", "c p a"},
        ("b", None): {"b p c", "a p b", "c p a"},
        ("c", None): {"c p a", "a p b", "b p c"},
    },
    "SELECT ?x ?z { { SELECT ?x ?z { ?x :p ?y OPTIONAL { ?x :q ?z } } ORDER BY ?x LIMIT 2 } }": {
        ("a", "c"): {"a p b", "a q c"},
        ("b", None): {"b p c"},
    },
    "SELECT ?x ?z { { SELECT ?x ?z { ?x :p ?y OPTIONAL { ?x :q ?z } } ORDER BY ?x LIMIT 2 } ?w :q ?z }": {
        ("a", "c"): {"a p b", "a q c"},
        ("b", "c"): {"b p c", "a q c"},
        ("b", "d"): {"b p c", "c q d"},
    },
    "SELECT ?x ?n { { { SELECT ?x (COUNT(*) AS ?n) { ?x :p ?y } GROUP BY ?x } } ?x :q ?z }": {
        ("a", "1"): {"a p b", "a q c"},
        ("c", "1"): {"c p a", "c q d"},
    },
}
AGGREGATED = [query for query in CASES if query.startswith(("SELECT ?p (", "SELECT (COUNT"))]


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize("query", CASES)
def test_what_rows_rest_on(query: str, engine: str) -> None:
    if engine == "rdflib" and "!(:q|^:q)" in query:
        pytest.skip("rdflib 7.6 raises for an inverse property in a negated set")
    if query in AGGREGATED:
        plan = plan_of(read_query(P + query))
        told = _told(Tracer(_store(DATA, engine), {}).solutions(plan))
        assert {key: told[key] for key in CASES[query]} == CASES[query]
    else:
        assert _traced(P + query, _store(DATA, engine)) == CASES[query]


NODES = ("n0", "n1", "n2", "n3")
VERBS = ("p", "q")
names = st.sampled_from(("?a", "?b", "?c", "?d"))
iris = st.builds(lambda name: brute.Path("iri", name=name), st.sampled_from(VERBS))


def _extended(paths: st.SearchStrategy[brute.Path]) -> st.SearchStrategy[brute.Path]:
    two = st.tuples(paths, paths)
    one = st.tuples(paths)
    back = st.builds(brute.Path, st.just("^"), st.tuples(iris))
    denied = st.lists(iris | back, min_size=1, max_size=2).map(tuple)
    return (
        st.builds(brute.Path, st.sampled_from("/|"), two)
        | st.builds(brute.Path, st.sampled_from("^?*+"), one)
        | st.builds(brute.Path, st.just("!"), denied)
    )


paths = st.recursive(iris, _extended, max_leaves=3)
facts = st.tuples(st.sampled_from(NODES), st.sampled_from(VERBS), st.sampled_from(NODES))
datasets = st.fixed_dictionaries({name: st.frozensets(facts, max_size=4) for name in ("g1", "g2")})
# What an empty path finds at a node that no triple has is not our matter: paths are between variables.
triples = st.builds(brute.Triple, names, paths, names) | st.builds(
    brute.Triple, names | st.sampled_from(NODES), iris, names | st.sampled_from(NODES)
)
groups_of_triples = st.lists(triples, min_size=1, max_size=2).map(tuple)
tests_of_values = st.builds(
    lambda name, test: brute.Part("FILTER", name=test.format(name)),
    names,
    st.sampled_from(("{} = <urn:n0>", "{} != <urn:n1>", "BOUND({})", "!BOUND({})")),
)
tests_of_groups = st.builds(
    lambda kind, group: brute.Part(kind, (group,)),
    st.sampled_from(("EXISTS", "NOT EXISTS", "MINUS")),
    groups_of_triples,
)


def _parts(groups: st.SearchStrategy[brute.Group]) -> st.SearchStrategy[brute.Group]:
    one = st.tuples(groups)
    parts = (
        triples
        | st.builds(brute.Part, st.just("OPTIONAL"), one)
        | st.builds(brute.Part, st.just("UNION"), st.tuples(groups, groups))
        | st.builds(brute.Part, st.just("GRAPH"), one, st.sampled_from(("?g", "g1")))
        | tests_of_values
        | tests_of_groups
    )
    return st.lists(parts, min_size=1, max_size=3).map(tuple)


@examples(200)
@given(
    datasets, st.recursive(groups_of_triples, _parts, max_leaves=4), st.lists(names, max_size=3, unique=True)
)
def test_any_pattern_rests_on_what_trying_all_finds(
    data: brute.Dataset, group: brute.Group, columns: list[str]
) -> None:
    expected: Told = {}
    for binding, used in brute.solve(group, data):
        told = {" ".join(fact) + (f"@{graph}" if graph else "") for fact, graph in used}
        expected.setdefault(tuple(binding.get(name) for name in columns), set()).update(told)
    query = f"SELECT DISTINCT {' '.join(columns) or '(1 AS ?one)'} WHERE {{ {brute.text(group)} }}"
    found = _traced(query, _store(data))
    assert {key[: len(columns)]: told for key, told in found.items()} == expected, query


def test_what_several_exists_find_does_not_multiply() -> None:
    """Three times a hundred things: a query that joins them would have a million solutions."""
    store = new_store("oxigraph")
    triples = [
        Triple(Iri("urn:a"), Iri(f"urn:{verb}"), Iri(f"urn:{n}")) for verb in "pqr" for n in range(100)
    ]
    for triple in triples:
        store.add(triple, [Iri("urn:g")])
    text = (
        P
        + "SELECT ?x { VALUES ?x { :a } "
        + "".join(f"FILTER EXISTS {{ ?x :{v} ?{v} }} " for v in "pqr")
        + "}"
    )
    plan = plan_of(read_query(text))
    assert len(plan.strands) == 4
    rows = [expect_rows(store.query(plan.text(strand))).rows for strand in plan.strands]
    assert sum(len(list(each)) for each in rows) == 301
    found = list(Tracer(store, {}).solutions(plan))
    assert set().union(*(stated for _, stated in found)) == {MatchedTriple(triple) for triple in triples}


def test_what_a_group_rests_on_is_matched_last() -> None:
    """Else every other pattern would be matched once for each member of a group."""
    text = P + "SELECT ?x ?n { { SELECT ?x (COUNT(*) AS ?n) { ?x :p ?y } GROUP BY ?x } ?x :q ?z }"
    plan = plan_of(read_query(text))
    _, members = map(plan.text, plan.strands)
    assert 0 < members.index("?x :q ?z") < members.index("OPTIONAL")


def test_only_rows_are_traced() -> None:
    with pytest.raises(InputError, match="Only the rows of a SELECT"):
        read_query("ASK { ?s ?p ?o }")
