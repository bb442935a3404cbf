"""Graphs that are read by rows, however small."""

from __future__ import annotations

from pyoxigraph import RdfFormat

from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.data.reading import Source
from ogdkg.validation.data.rows import Rows
from ogdkg.validation.data.term_texts import Texts


def graph_by_rows(text: str) -> ColumnGraph:
    """The graph of a text in Turtle that rows can tell."""
    graph, reader = ColumnGraph(), Rows(Source("a.ttl", RdfFormat.TURTLE, text.encode()), "n", Texts())
    assert reader.read()
    graph.fill([reader])
    assert graph.texts is reader.texts
    return graph
