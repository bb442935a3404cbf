"""Stored queries run by name, with the values of their parameters resolved."""

from __future__ import annotations

from collections.abc import Mapping

from ogdkg.graph.graph import Graph
from ogdkg.search.resolver import NameResolver
from ogdkg.store.base import Result


def run_stored_query(graph: Graph, name: str, values: Mapping[str, object] | None = None) -> Result:
    """Run a stored query on the layers that it reads.

    Args:
        graph: The graph whose catalogue holds the query.
        name: The query's name.
        values: Values of its parameters; name a resource by label, alias, code, CURIE, slug or IRI.

    Raises:
        UsageError: The query, a parameter or a name is unknown, or a value does not fit.
    """
    return NameResolver(graph).answer(graph.catalogue.get(name), values or {})
