"""Uploads the graph to a server: the named graphs that changed, each verified.

A server may normalize literals (`remote.servers`), so graphs are compared as the server stores them: by the
number of triples and by a digest of their lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ogdkg.errors import Place, StoreError
from ogdkg.exchange.export import export_lines
from ogdkg.graph.graph import Graph
from ogdkg.project.endpoint import UNION, UNNAMED
from ogdkg.project.project import ALL_LAYERS, Project, layers_of_graphs
from ogdkg.rdf.statements import join, split
from ogdkg.rdf.terms import Iri, to_ntriples
from ogdkg.remote.protocol import RemoteStore
from ogdkg.remote.pull import Lines, Name, compare, merged_name, stored_lines
from ogdkg.remote.push_manifest import GraphDigest, add_to_manifest, start_manifest
from ogdkg.store.base import QueryDataset, Rows

CHUNK = 50_000  # triples per request


class PushPlan(NamedTuple):
    """What a push does.

    Attributes:
        changed: The graphs to write.
        digests: The digest of each graph of the project, as the server will store it.
        same: The graphs that are unchanged.
        gone: The graphs that were pushed before and are no longer in the project.
        default: The graph that queries read on the server; None if only writing can show it.
        foreign: Graphs in the manifest whose names are not the project's: others have written there.
    """

    changed: Mapping[Name, Lines]
    digests: Mapping[Name, GraphDigest]
    same: tuple[Name, ...]
    gone: tuple[Name, ...]
    default: str | None
    foreign: tuple[Name, ...] = ()


class Progress(NamedTuple):
    """The graphs and triples written so far."""

    graphs: int
    triples: int


def plan_push(graph: Graph, remote: RemoteStore, *, again: bool = False) -> PushPlan:
    """Return what a push of all layers would do; with `again`, ignore the server's manifest."""
    if again:
        remote.forget()
    return _plan(_graphs(graph), graph, remote, _default(graph, remote), again=again)


def push(
    graph: Graph,
    remote: RemoteStore,
    *,
    again: bool = False,
    prune: bool = False,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> PushPlan:
    """Upload all layers of the graph.

    Args:
        graph: The graph to upload.
        remote: The server.
        again: Write every graph, ignoring the server's manifest.
        prune: Delete graphs that were pushed before and are no longer in the project.
        on_progress: Called after each request.

    Raises:
        StoreError: The server does not support writing, or stores something else than was sent.
    """
    remote.check_writing()
    if again:
        remote.forget()
    default, graphs = _default(graph, remote), _graphs(graph)
    manifest, before = graph.project.manifest, remote.push_manifest
    if default is None:
        remote.update(start_manifest(manifest, UNION, {}))
        default = _probe(graph, remote)
    plan = _plan(graphs, graph, remote, default, again=again)
    pushed = before.graphs if before else {}
    unchanged = {name: pushed[name] for name in (*plan.same, *plan.gone)}
    if not plan.changed and not (prune and plan.gone) and before and before.default == default:
        return plan
    remote.update(start_manifest(manifest, default, unchanged))
    done = Progress(0, 0)
    for name, lines in plan.changed.items():
        done = _write(remote, name, lines, done, on_progress)
        compare(remote, name, remote.get(name, len(lines)), plan.digests[name])
        remote.update(add_to_manifest(manifest, {name: plan.digests[name]}))
    if prune and plan.gone:
        for name in plan.gone:
            _delete(remote, name, pushed[name])
        remaining = {name: plan.digests[name] for name in (*plan.changed, *plan.same)}
        remote.update(start_manifest(manifest, default, remaining))
    return plan


def _graphs(graph: Graph) -> dict[Name, Lines]:
    """Return the triples of each named graph in all layers, as they are in the files.

    Those too that are never exported: stored queries answer with the names in them.
    """
    whole = Graph(graph.project, graph.options._replace(layers=(ALL_LAYERS,), endpoint=None))
    graphs: dict[Name, Lines] = {}
    for line in export_lines(whole, complete=True):
        name, *triple = split(line)
        key = Iri(name[1:-1]) if name else None
        triple_line = join(("", *triple)) if name else line  # type: ignore[arg-type]  # three terms
        graphs.setdefault(key, []).append(triple_line)
    return graphs


def _plan(
    graphs: Mapping[Name, Lines], graph: Graph, remote: RemoteStore, default: str | None, *, again: bool
) -> PushPlan:
    copies = _copies(graphs, graph.project, default)
    intended = {**graphs, **copies}
    if default not in (UNION, UNNAMED, None):
        intended.pop(None, None)  # only the merged copy contains it
    comparable = remote.server.comparable_literal
    digests = {
        name: stored_lines(lines, comparable)._replace(is_copy=name in copies)
        for name, lines in intended.items()
    }
    known = remote.push_manifest.graphs if remote.push_manifest else {}
    changed = {name: intended[name] for name in intended if again or known.get(name) != digests[name]}
    same = tuple(name for name in intended if name not in changed)
    others = [name for name in known if name not in intended]
    gone = tuple(name for name in others if _is_of_project(graph.project, name))
    return PushPlan(changed, digests, same, gone, default, tuple(name for name in others if name not in gone))


def _is_of_project(project: Project, name: Name) -> bool:
    """Whether a graph is the project's by its name; others are never deleted."""
    if name is None:
        return True
    patterns = [layer.graph for layer in project.layers if layer.graph]
    starts = [pattern.partition("{stem}")[0] for pattern in patterns if "{stem}" in pattern]
    namespaces = filter(
        None, [project.prefixes.get("graph", "urn:ogdkg:graph:"), project.resource_namespace, *starts]
    )
    return name.value in patterns or name.value.startswith(tuple(namespaces))


def _copies(graphs: Mapping[Name, Lines], project: Project, default: str | None) -> dict[Name, Lines]:
    """Return the merged copies for queries: of all graphs, if the server does not merge them, and of the
    default layers.
    """
    copies: dict[Name, Lines] = {}
    if default not in (UNION, None):
        copies[merged_name(default or "")] = _merged(graphs.values())
    default_layers = {layer.name for layer in project.choose(project.default_layers)}
    layers = layers_of_graphs(project)
    read = {name: lines for name, lines in graphs.items() if layers.get(name, layers[None]) in default_layers}
    if len(read) < len(graphs):
        copies[project.default_layers_graph] = _merged(read.values())
    return copies


def _merged(graphs: Iterable[Lines]) -> Lines:
    return list(dict.fromkeys(line for lines in graphs for line in lines))


def _default(graph: Graph, remote: RemoteStore) -> str | None:
    """Return the default graph of queries: as configured, else as the manifest records; None without one."""
    if remote.endpoint.default_graph or not remote.server.has_unnamed:
        return remote.endpoint.default_graph or graph.project.merged.value
    if not remote.push_manifest:
        return None
    default = remote.push_manifest.default
    if default in (UNION, UNNAMED, graph.project.merged.value):
        return default
    message = f"The manifest's merged copy is not a graph of the project: {default}"
    raise StoreError(message, place=Place(remote.endpoint.shown_url), hint="Push with --again.")


def _probe(graph: Graph, remote: RemoteStore) -> str:
    """Return the default graph of queries, by inserting one triple into two named graphs.

    If a query of the default graph does not find it, the merged copy goes there. If it finds it once, the
    default graph is the union. If it finds it twice, the copy goes into its own named graph, which each query
    then reads.
    """
    node = to_ntriples(graph.project.manifest)
    triple = f"{node} <urn:ogdkg:trial> {node}"
    graphs = (node, "<urn:ogdkg:trial>")
    inserted = " ".join(f"GRAPH {name} {{ {triple} }}" for name in graphs)
    remote.update(f"INSERT DATA {{ {inserted} }}")
    result = remote.raw(f"SELECT ?o {{ {node} <urn:ogdkg:trial> ?o }}", QueryDataset())
    count = len(list(result.rows)) if isinstance(result, Rows) else 0
    remote.update(f"DELETE DATA {{ {inserted} }}")
    return (UNNAMED, UNION)[count] if count < 2 else graph.project.merged.value


def _delete(remote: RemoteStore, name: Name, pushed: GraphDigest) -> None:
    """Delete a graph; the unnamed one, which others may use too, only if it is as it was pushed."""
    if name is None:
        compare(remote, name, remote.get(name), pushed)
    remote.delete(name)


def _write(
    remote: RemoteStore, name: Name, lines: Lines, done: Progress, on_progress: Callable[[Progress], None]
) -> Progress:
    """Write a graph in chunks, lines with blank nodes all in the first: each request has its own labels."""
    blank = [line for line in lines if "_:" in line]
    plain = [line for line in lines if "_:" not in line] if blank else lines
    first = max(CHUNK - len(blank), 0)
    remote.put(name, [*blank, *plain[:first]])
    for start in range(first, len(plain), CHUNK):
        on_progress(Progress(done.graphs, done.triples + len(blank) + start))
        remote.post(name, plain[start : start + CHUNK])
    written = Progress(done.graphs + 1, done.triples + len(lines))
    on_progress(written)
    return written
