"""The variables that a group may bind (SPARQL 1.1, section 18.2.1), and those that every solution has."""

from __future__ import annotations

import pytest

from ogdkg.sparql.reader import read_query
from ogdkg.sparql.tree import certain, joined, visible


@pytest.mark.parametrize(
    ("where", "may", "must", "before"),
    [
        ("?a <urn:p> ?b", "ab", "ab", "ab"),
        ("?a ?p <urn:o>", "ap", "ap", "ap"),
        ("?a <urn:p>/<urn:q> ?b", "ab", "ab", "ab"),
        ("?a <urn:p> ?b OPTIONAL { ?b <urn:p> ?c }", "abc", "ab", "ab"),
        ("OPTIONAL { ?a <urn:p> ?b } ?b <urn:p> ?c", "abc", "bc", ""),
        ("{ ?a <urn:p> ?b } UNION { ?a <urn:q> ?c }", "abc", "a", "a"),
        ("GRAPH ?g { ?a <urn:p> ?b }", "abg", "abg", "abg"),
        ("GRAPH <urn:g> { ?a <urn:p> ?b }", "ab", "ab", "ab"),
        ("?a <urn:p> ?b MINUS { ?a <urn:q> ?c }", "ab", "ab", "ab"),
        ("?a <urn:p> ?b BIND(?b + 1 AS ?c)", "abc", "ab", "ab"),  # an error leaves it unbound
        ("?a <urn:p> ?b FILTER(?c = 1)", "ab", "ab", "ab"),
        ("VALUES (?a ?b) { (1 2) }", "ab", "ab", "ab"),
        ("VALUES (?a ?b) { (1 UNDEF) }", "ab", "", ""),
        ("{ SELECT ?a (?b + 1 AS ?c) { ?a <urn:p> ?b } }", "ac", "a", "a"),
        ("{ SELECT * { ?a <urn:p> ?b } }", "ab", "ab", "ab"),
    ],
)
def test_what_a_group_binds(where: str, may: str, must: str, before: str) -> None:
    group = read_query(f"SELECT * WHERE {{ {where} }}").select.where
    assert visible(group) == {f"?{name}" for name in may}
    assert certain(group) == {f"?{name}" for name in must}
    assert joined(group) == {f"?{name}" for name in before}


def test_a_blank_node_is_a_variable_of_its_own() -> None:
    found = visible(read_query("SELECT * { [] <urn:p> _:a . _:a <urn:q> ?b }").select.where)
    assert len(found) == 3 and "?b" in found and all(name.startswith("?") for name in found)
