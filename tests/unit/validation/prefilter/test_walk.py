"""What is fetched for a query is enough: on it alone the query finds what it finds on the whole graph."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import examples

from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.prefilter.constraints import read_constraint
from ogdkg.validation.prefilter.triple_patterns import triple_patterns
from ogdkg.validation.prefilter.walk import PatternWalk

NODES = [ox.NamedNode(f"urn:n{number}") for number in range(6)]
PREDICATES = [ox.NamedNode(f"urn:{name}") for name in "pq"]
TRIPLES = st.lists(
    st.builds(ox.Triple, st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(NODES)),
    max_size=14,
)
GROUPS = [
    "$this <urn:p> ?x",
    "?x <urn:p> $this",
    "$this <urn:p> ?x . ?x <urn:q> ?y . ?z <urn:p> ?y",
    "$this <urn:p>/^<urn:q> ?x",
    "$this <urn:p>+ ?x . ?x <urn:q> ?y",
    "$this (<urn:p>|^<urn:q>)* ?x",
    "$this ?any ?x . ?x ?other <urn:n0>",
    "$this <urn:p> ?x OPTIONAL { ?x <urn:q> ?y OPTIONAL { ?z <urn:p> ?y } }",
    "$this <urn:p> ?x FILTER NOT EXISTS { ?x <urn:q> ?y . ?y <urn:p>+ ?z }",
    "$this <urn:p> ?x . ?a <urn:q> ?b FILTER(?a = ?x)",
    "{ $this <urn:p> ?x } UNION { ?x <urn:q> $this }",
]


def _rows(triples: list[ox.Triple], group: str, this: ox.NamedNode) -> list[str]:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    # Section 18.4 of SPARQL has a path of no steps at any term, Oxigraph only at a node of its data.
    store.add(ox.Quad(this, ox.NamedNode("urn:known"), ox.Literal("")))
    found = store.query(f"SELECT * {{ {group.replace('$this', str(this))} }}")
    return sorted(str(row) for row in found)  # type: ignore[union-attr]  # rows


@pytest.mark.parametrize("group", GROUPS)
@examples(40)
@given(triples=TRIPLES, this=st.sampled_from(NODES))
def test_what_is_fetched_is_enough(group: str, triples: list[ox.Triple], this: ox.NamedNode) -> None:
    node = ox.NamedNode("urn:constraint")
    select = ox.Literal(f"SELECT $this WHERE {{ {group} }}")
    constraint = read_constraint(Shapes([ox.Triple(node, SH.select, select)]), node, None)
    scope = constraint and triple_patterns(constraint)
    assert scope
    fetched: set[ox.Triple] = set()

    def fetch(subject: Term | None, predicate: ox.NamedNode | None, obj: Term | None) -> list[ox.Triple]:
        asked = (subject, predicate, obj)
        found = [t for t in triples if all(b in (None, a) for a, b in zip(t, asked, strict=True))]
        fetched.update(found)
        return found

    PatternWalk(fetch, {"this": {this}}).fetch_scope(scope)
    assert _rows(sorted(fetched, key=str), group, this) == _rows(triples, group, this)


def test_what_hangs_on_this_is_fetched_and_nothing_else() -> None:
    asked = []

    def fetch(subject: Term | None, predicate: ox.NamedNode | None, obj: Term | None) -> list[ox.Triple]:
        asked.append((subject, predicate, obj))
        return [ox.Triple(NODES[0], PREDICATES[0], NODES[1])] if subject == NODES[0] else []

    node = ox.NamedNode("urn:constraint")
    select = ox.Literal("SELECT $this WHERE { ?x <urn:q> ?y . $this <urn:p> ?x }")
    constraint = read_constraint(Shapes([ox.Triple(node, SH.select, select)]), node, None)
    scope = constraint and triple_patterns(constraint)
    assert scope
    PatternWalk(fetch, {"this": {NODES[0]}}).fetch_scope(scope)
    assert asked == [(NODES[0], PREDICATES[0], None), (NODES[1], PREDICATES[1], None)]
