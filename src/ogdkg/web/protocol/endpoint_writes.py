"""Writes to a SPARQL server that is served: checked here, then sent on."""

from __future__ import annotations

from collections.abc import Mapping

from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, to_ntriples
from ogdkg.sparql.tokens import has_relative, significant_tokens
from ogdkg.store.base import QueryDataset
from ogdkg.store.codec import quad_of
from ogdkg.store.live import read_graph
from ogdkg.store.update import check_update
from ogdkg.web.http.problems import HttpError
from ogdkg.web.processes.answerer import Answer, Ask, Reply
from ogdkg.web.protocol.dataset import iris
from ogdkg.web.protocol.preconditions import check_preconditions
from ogdkg.web.protocol.uploads import documents


class EndpointWrites:
    """Sends writes on to a server; the body of a request is in it, under `body`.

    Args:
        graph: The graph at the server.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def by_task(self) -> Mapping[str, Answer]:
        """Return what performs each task."""
        return {"update": self.update, "put": self.put, "post": self.post, "delete": self.delete}

    def update(self, ask: Ask) -> Reply:
        """Run an update at the server."""
        text, prefixes = ask["body"], self._graph.project.prefixes
        default, named = iris(ask["default"]), iris(ask["named"])
        using = QueryDataset(default, named) if default or named else None
        check_update(text, using, base=ask["base"], prefixes=prefixes)
        base = ask["base"] if has_relative(significant_tokens(text)) else None
        self._graph.remote.update(text, using, prefixes=prefixes, base=base)
        return Reply("", (), 204)

    def put(self, ask: Ask) -> Reply:
        """Replace a graph at the server."""
        return self._sent(ask)

    def post(self, ask: Ask) -> Reply:
        """Add to a graph at the server."""
        return self._sent(ask)

    def delete(self, ask: Ask) -> Reply:
        """Delete a graph at the server.

        Raises:
            HttpError: 404, there is no such graph.
        """
        if not self._exists(ask):
            raise HttpError(404, f"There is no graph <{ask['graph']}>.")
        self._graph.remote.delete(_graph_of(ask))
        return Reply("", (), 204)

    def _sent(self, ask: Ask) -> Reply:
        exists, remote = self._exists(ask), self._graph.remote
        base = ask["graph"] or ask["base"]
        lines = [
            " ".join(map(to_ntriples, quad_of(quad).triple)) + " ."
            for document in documents(ask["type"], ask["body"].encode("utf-8", "surrogateescape"))
            for quad in read_graph(document.data, document.format, base)
        ]
        write = remote.put if ask["task"] == "put" else remote.post
        write(_graph_of(ask), lines)
        headers = {"location": ask["graph"]} if ask.get("is_new") else {}
        return Reply("", (), 204 if exists else 201, headers)

    def _exists(self, ask: Ask) -> bool:
        graph = _graph_of(ask)
        if graph is None and not self._graph.remote.server.has_unnamed:
            raise HttpError(403, "The server has no unnamed graph.", hint="Name one, by graph=IRI.")
        query = f"ASK {{ GRAPH {to_ntriples(graph)} {{ ?s ?p ?o }} }}" if graph else ""
        exists = graph is None or bool(self._graph.remote.raw(query, QueryDataset()))
        check_preconditions(ask, exists, set)
        return exists


def _graph_of(ask: Ask) -> Iri | None:
    return Iri(ask["graph"]) if ask["graph"] else None
