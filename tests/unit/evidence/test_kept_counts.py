"""Counts and sources of passages that are kept with a store."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg import Graph
from ogdkg.evidence.passages import Passages
from ogdkg.evidence.statistics import _first, _ordered, count, first_counts
from ogdkg.graph import graph
from ogdkg.graph.graph import GraphOptions
from ogdkg.project.project import read_project

_DATA = """PREFIX : <https://x.example/> PREFIX ogd: <https://w3id.org/ogdkg/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
:a a ogd:Passage ; oa:hasSource :one . :b a :Part ; oa:hasSource :two . :c a :Part .
"""


def _kept(root: Path) -> Graph:
    return Graph(read_project(root), GraphOptions(cache=True))


def test_they_are_asked_anew_where_a_project_calls_its_passages_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph, "LARGE", 0)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "graph.ttl").write_text(_DATA)
    found = []
    for config in ("", '[evidence]\npassage = "https://x.example/Part"\n'):
        (tmp_path / "ogdkg.toml").write_text(config)
        for _ in range(2):  # made, and kept
            kept = _kept(tmp_path)
            assert kept.stored
            found.append((count(kept).passages, Passages(kept).sources))
    one, two = {"https://x.example/one"}, {"https://x.example/two", None}
    assert found == [(1, one), (1, one), (2, two), (2, two)]


def test_what_is_shown_of_the_counts_is_their_beginning(trees: Graph) -> None:
    whole = count(trees)
    first = list(first_counts(trees, 2, 1))
    assert first
    for kind, counts, number in first:
        every = getattr(whole, kind)
        listed = [("", every)] if isinstance(every, int) else list(every.items())
        assert number == len(listed)
        assert counts == (listed if number <= 2 else listed[:1])


@given(
    st.dictionaries(st.sampled_from([f"<urn:{n}>" for n in range(9)]), st.integers(1, 3)), st.integers(1, 9)
)
def test_the_first_of_equal_counts_are_those_in_order(counts: dict[str, int], most: int) -> None:
    assert list(_first(counts, most, {}).items()) == list(_ordered(counts, {}).items())[:most]
