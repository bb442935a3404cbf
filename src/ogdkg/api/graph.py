"""The graph of the Python face: what `graph.graph.Graph` is, and stored queries by name."""

from __future__ import annotations

from collections.abc import Mapping

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.graph import graph
from ogdkg.search.resolver import NameResolver, run_stored_query
from ogdkg.store.base import Result


class Graph(graph.Graph):
    """A project's graph, loaded when it is first asked."""

    def query(self, name: str, **values: object) -> Result:
        """Run a stored query.

        Args:
            name: The query's name.
            values: Values of its parameters; a thing by label, alias, code, CURIE, slug or IRI.

        Returns:
            Rows of a SELECT, triples of a CONSTRUCT or DESCRIBE, True or False of an ASK.

        Raises:
            UsageError: The query, a parameter or a name is unknown, or a value does not fit.
        """
        return run_stored_query(self, name, values)

    def bind(self, query: StoredQuery, values: Mapping[str, object]) -> str:
        """Return the SPARQL of a stored query with these values, and the defaults for what is not given."""
        return NameResolver(self).bind(query, values)
