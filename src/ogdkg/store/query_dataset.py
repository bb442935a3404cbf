"""The dataset of a query whose default graph merges several graphs, as FROM and the protocol may ask for."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox


def merged_dataset(
    store: ox.Store, default: list[ox.NamedNode], named: list[ox.NamedNode]
) -> tuple[ox.Store, dict[str, Any]]:
    """Return a store whose default graph merges some graphs, and the arguments to query it with.

    The engine would give a triple once for each of them (SPARQL 1.1 Query, section 13.2: it is an RDF merge).
    """
    if len(set(default)) < 2:
        return store, {"default_graph": default[:1], "named_graphs": named}
    merge = ox.Store()
    for graph in dict.fromkeys(default):
        found = store.quads_for_pattern(None, None, None, graph)
        merge.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in found)
    for graph in dict.fromkeys(named):
        merge.bulk_extend(store.quads_for_pattern(None, None, None, graph))
    return merge, {"named_graphs": named}
