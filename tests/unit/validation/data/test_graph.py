"""The graph to validate keeps every literal as it was written."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.errors import LimitError
from ogdkg.validation.core import memory
from ogdkg.validation.core.vocabulary import XSD
from ogdkg.validation.data import graph as graph_module
from ogdkg.validation.data.graph import DataGraph, decode_term, encode_literal

A, P = ox.NamedNode("http://example.org/a"), ox.NamedNode("http://example.org/p")
FORMS = (
    "1",
    "01",
    "+1",
    "-0",
    "1.0",
    "1.50",
    "1e0",
    "true",
    "1",
    "2020-02-29",
    "2020-02-28",
    "abc",
    "",
    "24:00:00",
)
TYPES = ("integer", "int", "decimal", "double", "boolean", "date", "dateTime", "string", "anyURI", "duration")


@given(st.lists(st.tuples(st.sampled_from(FORMS), st.sampled_from(TYPES)), max_size=12))
def test_what_goes_in_comes_out(written: list[tuple[str, str]]) -> None:
    literals = {ox.Literal(form, datatype=XSD[name]) for form, name in written}
    graph = DataGraph()
    graph.add(ox.Triple(A, P, literal) for literal in literals)
    assert {triple.object for triple in graph.triples(A, P)} == literals
    assert len(graph) == len(literals)
    for literal in literals:
        assert [triple.object for triple in graph.triples(None, None, literal)] == [literal]
        assert decode_term(encode_literal(literal)) == literal


def test_named_graphs_are_merged() -> None:
    graph = DataGraph()
    graph.add(ox.Quad(A, P, A, ox.NamedNode(f"http://example.org/g{n}")) for n in range(3))
    assert list(graph.triples()) == [ox.Triple(A, P, A)]


@pytest.mark.parametrize("form", ["2020-02-30", "2020-13-01", "2021-04-31", "0000-01-01"])
def test_a_date_that_is_none_is_never_taken_for_one(form: str) -> None:
    literal = ox.Literal(form, datatype=XSD.date)
    assert encode_literal(literal) != literal


def test_digits_of_other_scripts_make_no_number() -> None:
    literal = ox.Literal("1\u0663", datatype=XSD.integer)
    assert encode_literal(literal) != literal


def test_its_size_is_that_of_now() -> None:
    graph = DataGraph()
    for number in range(3):
        assert len(graph) == number
        graph.add([ox.Triple(A, P, ox.Literal(number))])
    assert len(graph) == 3


def test_a_literal_is_no_subject() -> None:
    assert list(DataGraph().triples(ox.Literal("a"))) == []


def test_data_beyond_memory_are_refused_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_free_bytes", lambda: iter([2**40, 2**20]))
    with pytest.raises(LimitError, match="more memory"):
        DataGraph().add([ox.Triple(A, P, A)])


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 5, 9])
def test_what_comes_in_parts_is_there_whole(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_module, "BULK_SIZE", 2)
    said = [ox.Triple(A, P, ox.Literal(f"0{n}", datatype=XSD.int)) for n in range(number)]
    graph = DataGraph()
    graph.add(iter(said))
    assert {*graph.triples()} == {*said}
