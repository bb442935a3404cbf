"""The `Graph` of the Python API: `graph.graph.Graph` plus stored queries by name."""

from __future__ import annotations

from collections.abc import Mapping

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.graph import graph
from ogdkg.search.resolver import NameResolver, run_stored_query
from ogdkg.store.base import Result


class Graph(graph.Graph):
    """The graph of a project, loaded on first use."""

    def query(self, name: str, **values: object) -> Result:
        """Run a stored query.

        Args:
            name: The query's name.
            values: Values of its parameters; name a resource by label, alias, code, CURIE, slug or IRI.

        Returns:
            Rows for SELECT, triples for CONSTRUCT or DESCRIBE, True or False for ASK.

        Raises:
            UsageError: The query, a parameter or a name is unknown, or a value does not fit.
        """
        return run_stored_query(self, name, values)

    def bind(self, query: StoredQuery, values: Mapping[str, object]) -> str:
        """Return the SPARQL text of a stored query with `values` in place, and defaults for the rest.

        Raises:
            UsageError: A parameter or a name is unknown, or a value does not fit.
        """
        return NameResolver(self).bind(query, values)
