"""Which triple patterns of a constraint's query are followed, and which queries are not."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.prefilter.constraints import read_constraint
from ogdkg.validation.prefilter.triple_patterns import (
    Scope,
    Steps,
    TriplePattern,
    Variable,
    triple_patterns,
)

LABEL = ox.NamedNode("urn:label")
THIS, X, Y = map(Variable, ("this", "x", "y"))
LABELS = Steps({LABEL})


def scope_of(group: str) -> Scope | None:
    node = ox.NamedNode("urn:constraint")
    select = ox.Literal(f"SELECT $this WHERE {{ {group} }}")
    found = read_constraint(Shapes([ox.Triple(node, SH.select, select)]), node, None)
    return found and triple_patterns(found)


@pytest.mark.parametrize(
    ("group", "patterns"),
    [
        ("$this <urn:label> ?x, ?y", [TriplePattern(THIS, LABELS, X), TriplePattern(THIS, LABELS, Y)]),
        ("?x ?any $this", [TriplePattern(X, None, THIS)]),
        ("$this ^<urn:label> ?x", [TriplePattern(THIS, Steps(back={LABEL}), X)]),
        ("$this (<urn:label>|^<urn:p>)+ ?x",
         [TriplePattern(THIS, Steps({LABEL}, {ox.NamedNode("urn:p")}, may_repeat=True), X)]),
        ("$this <urn:label> 5.", [TriplePattern(THIS, LABELS, ox.Literal(5))]),
        ("$this <urn:label> 5.0", [TriplePattern(THIS, LABELS, None)]),
        ("$this <urn:label> 'a', 'b'@en",
         [TriplePattern(THIS, LABELS, ox.Literal("a")), TriplePattern(THIS, LABELS, None)]),
        ("$this <urn:\\u0070> ?x", [TriplePattern(THIS, Steps({ox.NamedNode("urn:p")}), X)]),
    ],
)  # fmt: skip
def test_the_patterns_of_a_group(group: str, patterns: list[TriplePattern]) -> None:
    assert scope_of(group) == Scope(patterns)


@pytest.mark.parametrize(
    "group",
    [
        "OPTIONAL { ?x <urn:label> ?y }",
        "{ ?x <urn:label> ?y }",
        "FILTER EXISTS { ?x <urn:label> ?y }",
        "FILTER NOT EXISTS { ?x <urn:label> ?y }",
        "FILTER (?x > 1 && NOT EXISTS { ?x <urn:label> ?y })",
        "BIND (EXISTS { ?x <urn:label> ?y } AS ?z)",
    ],
)
def test_a_group_within_is_a_scope_of_its_own(group: str) -> None:
    inner = Scope([TriplePattern(X, LABELS, Y)])
    assert scope_of(f"$this <urn:label> ?x . {group}") == Scope([TriplePattern(THIS, LABELS, X)], [inner])


@pytest.mark.parametrize(
    "group",
    [
        "$this <urn:label> ?x MINUS { ?x <urn:label> ?y }",
        "GRAPH ?g { $this <urn:label> ?x }",
        "VALUES ?x { 1 } $this <urn:label> ?x",
        "{ SELECT ?x WHERE { $this <urn:label> ?x } }",
        "$this !<urn:label> ?x",
        "$this unknown:label ?x",
        "$this rdfs:a%20b ?x",
    ],
)
def test_what_is_not_followed(group: str) -> None:
    assert scope_of(group) is None


def test_a_blank_node_is_followed_like_a_variable() -> None:
    found = scope_of("$this <urn:label> [ <urn:label> ?x ]")
    assert found is not None
    inner, outer = found.patterns
    assert isinstance(outer.object, Variable) and outer.object == inner.subject
