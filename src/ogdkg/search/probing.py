"""Asks a graph once more, for a hint: with little time, and for few rows."""

from __future__ import annotations

from functools import partial
from itertools import islice

from ogdkg.catalogue.known_values import MOST
from ogdkg.graph.graph import Graph
from ogdkg.store.base import Rows

SECONDS = 2.0  # that each attempt may take: what was asked is answered already


def probe(graph: Graph, text: str, seconds: float = SECONDS) -> Rows:
    """Return the first rows of a query; none where it is no SELECT.

    Raises:
        LimitError: It takes longer than a hint may.
    """
    from ogdkg.store.limit import run_with_timeout  # takes 5 ms, and few answers need a hint

    limit = min(seconds, graph.options.timeout or seconds)
    result = run_with_timeout(partial(graph.store.query, text, prefixes=graph.project.prefixes), limit)
    if not isinstance(result, Rows):
        return Rows((), iter(()))
    return Rows(result.variables, islice(result.rows, MOST))
