"""Blank nodes on a server come with what leads to them, however deep they stand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QuerySolutions, Store

from ogdkg.errors import LimitError, Place
from ogdkg.remote.blank_levels import BlankLevels

TOP, P, G = NamedNode("urn:top"), NamedNode("urn:p"), NamedNode("urn:g")
NODES = [TOP, NamedNode("urn:other"), *(BlankNode(f"b{n}") for n in range(4))]
EDGES = st.sets(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=8)
Edge = tuple[Any, Any]


def levels_of(edges: set[Edge], *, in_graphs: bool, with_links: bool, deepest: int = 8) -> BlankLevels:
    store = Store()
    store.extend(Quad(s, P, o, G if in_graphs else DefaultGraph()) for s, o in edges)

    def ask(text: str) -> Iterator[dict[str, Any]]:
        found = store.query(text)
        assert isinstance(found, QuerySolutions)
        names = [each.value for each in found.variables]
        return (dict(zip(names, row, strict=True)) for row in found)

    return BlankLevels(
        ask, lambda term: isinstance(term, BlankNode), Place("urn:server"), deepest=deepest,
        in_graphs=in_graphs, with_links=with_links,
    )  # fmt: skip


def described(edges: set[Edge], *, with_links: bool) -> set[Edge]:
    """What is said of a node and of the blank nodes that it leads to, and what points at these."""
    waiting, seen, found = [TOP], {TOP}, set[Edge]()
    for node in waiting:
        found |= {edge for edge in edges if edge[0] == node}
        blank = {far for near, far in edges if near == node and isinstance(far, BlankNode)} - seen
        seen |= blank
        waiting += blank
    return found | {edge for edge in edges if with_links and edge[1] in seen and edge[1] != TOP}


def fetched(levels: BlankLevels) -> set[Edge]:
    found = set()
    for level, row in levels.rows(f"<{TOP.value}> ?p0 ?v0"):
        near = row[f"v{level - 1}"] if level else TOP
        is_link = row.get("q") is not None
        found.add((row["u"], row[f"v{level}"]) if is_link else (near, row[f"v{level}"]))
    return found


@given(EDGES, st.sampled_from([(False, False), (True, False), (False, True)]))
def test_all_that_is_said_of_blank_nodes_is_fetched(edges: set[Edge], kind: tuple[bool, bool]) -> None:
    in_graphs, with_links = kind
    levels = levels_of(edges, in_graphs=in_graphs, with_links=with_links)
    assert fetched(levels) == described(edges, with_links=with_links)


def test_what_is_too_deep_is_said() -> None:
    chain = [TOP, *(BlankNode(f"c{n}") for n in range(10)), NODES[1]]
    edges = set(pairwise(chain))
    assert fetched(levels_of(edges, in_graphs=False, with_links=False, deepest=16)) == edges
    with pytest.raises(LimitError, match="More than 8 blank nodes stand within one another"):
        fetched(levels_of(edges, in_graphs=False, with_links=False))


def test_the_depth_that_was_found_is_asked_for_at_once() -> None:
    edges = {(TOP, NODES[2]), (NODES[2], NODES[3]), (NODES[3], NODES[1])}
    levels = levels_of(edges, in_graphs=False, with_links=False)
    assert fetched(levels) == edges and levels.depth == 2
    asked = []
    ask = levels._ask
    levels._ask = lambda text: asked.append(text) or ask(text)  # type: ignore[func-returns-value]
    assert fetched(levels) == edges and len(asked) == 1
