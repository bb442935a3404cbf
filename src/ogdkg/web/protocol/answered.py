"""The result of a SPARQL query that a stranger asks, from the graphs that are served and no others."""

from __future__ import annotations

from functools import partial
from typing import cast

from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, to_ntriples
from ogdkg.sparql.tokens import significant_tokens
from ogdkg.sparql.traits import traits
from ogdkg.store.base import DatasetStore, QueryDataset, Result, in_written_order
from ogdkg.web.processes.answerer import Ask
from ogdkg.web.protocol.dataset import asked_dataset


def answered(graph: Graph, ask: Ask) -> Result:
    """Return the result of a query.

    Args:
        graph: The graph that is served.
        ask: The query as `text`; its `base`; the `default` and `named` graphs that the request chooses.

    Raises:
        HttpError: It reads a graph that is not here.
        InputError: It does not parse.
    """
    text = ask["text"]
    about = traits(text)
    query = significant_tokens(text) if about.chooses else ()
    prefixes = graph.project.prefixes
    dataset = asked_dataset(text, query, ask, partial(has_graph, graph), prefixes)
    base = ask["base"] if about.has_relative else None
    store = cast(DatasetStore, graph.store)
    if dataset is None and (base is None or graph.options.endpoint):
        head = f"BASE <{base}> " if base else ""
        result = store.query(head + text, prefixes=prefixes)
    else:
        result = store.query_dataset(text, dataset or QueryDataset(), prefixes=prefixes, base=base)
    return in_written_order(result, text)


def has_graph(graph: Graph, name: str) -> bool:
    """Return whether there is a named graph."""
    return bool(graph.store.query(f"ASK {{ GRAPH {to_ntriples(Iri(name))} {{ ?s ?p ?o }} }}"))
