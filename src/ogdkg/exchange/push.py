"""Uploads the graph to a server: the named graphs that changed, each verified.

A server may normalize literals (`remote.servers`), so graphs are compared as the server stores them: by the
number of triples and by a digest of their lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ogdkg.errors import Place, StoreError
from ogdkg.exchange.adopt import holds, stored_digests
from ogdkg.exchange.export import export_lines
from ogdkg.graph.graph import Graph
from ogdkg.project.endpoint import UNION, UNNAMED
from ogdkg.project.project import ALL_LAYERS, Project, layers_of_graphs
from ogdkg.rdf.statements import join, split
from ogdkg.rdf.terms import Iri, to_ntriples
from ogdkg.remote.protocol import RemoteStore
from ogdkg.remote.pull import Lines, Name, compare, merged_name, stored_lines
from ogdkg.remote.push_manifest import (
    WRITING,
    GraphDigest,
    Version,
    add_to_manifest,
    mark_manifest,
    start_manifest,
)
from ogdkg.store.base import QueryDataset

if TYPE_CHECKING:
    from ogdkg.exchange.remote_rules import RemoteRules

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
        adopted: Of the unchanged graphs those that something else had written.
    """

    changed: Mapping[Name, Lines]
    digests: Mapping[Name, GraphDigest]
    same: tuple[Name, ...]
    gone: tuple[Name, ...]
    default: str | None
    foreign: tuple[Name, ...] = ()
    adopted: tuple[Name, ...] = ()


class Progress(NamedTuple):
    """The graphs and triples written so far."""

    graphs: int
    triples: int


def plan_push(graph: Graph, remote: RemoteStore, *, again: bool = False, adopt: bool = False) -> PushPlan:
    """Return what a push of all layers would do; the arguments are those of `push`."""
    if again or adopt:
        remote.forget()
    default = _default(graph, remote)
    if adopt:
        return _adoption(graph, remote, default or UNION)
    return _plan(graphs_of(graph), graph, remote, default, again=again)


def push(
    graph: Graph,
    remote: RemoteStore,
    *,
    again: bool = False,
    prune: bool = False,
    adopt: bool = False,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    version: Version | None = None,
    graphs: Mapping[Name, Lines] | None = None,
    derive: bool = False,
) -> PushPlan:
    """Upload all layers of the graph.

    Args:
        graph: The graph to upload.
        remote: The server.
        again: Write every graph, ignoring the server's manifest.
        prune: Delete graphs that were pushed before and are no longer in the project.
        adopt: Compare each graph with what is there, whoever wrote it, and write those that differ.
        on_progress: Called after each request.
        version: For one of several replicas, what it will hold, which its manifest says at the end.
        graphs: The triples of all layers, if they are read already.
        derive: Run the rules on the server, instead of sending what they derive here.

    Raises:
        StoreError: The server does not support writing, or stores something else than was sent.
        InputError: A rule cannot run on a server.
    """
    if derive:
        from ogdkg.exchange.remote_rules import check_rules  # seldom asked for

        check_rules(graph.project)
    remote.check_writing()
    if again or adopt:
        remote.forget()
    before, manifest = remote.push_manifest, graph.project.manifest
    writing = version and version._replace(state=WRITING)
    default = _default_to_write(graph, remote, writing)
    read = graphs_of(graph) if graphs is None and not adopt else graphs or {}
    plan = _adoption(graph, remote, default) if adopt else _plan(read, graph, remote, default, again=again)
    deriving = _deriving(graph, remote, plan) if derive else None
    pushed = before.graphs if before else {}
    is_same = not (plan.changed or adopt or (prune and plan.gone)) and before and before.default == default
    if is_same and not version:
        return plan
    unchanged = {name: plan.digests[name] for name in plan.same} | {name: pushed[name] for name in plan.gone}
    remote.update(start_manifest(manifest, default, unchanged, writing))
    _write_changed(remote, manifest, plan, on_progress, deriving)
    if prune and plan.gone:
        for name in plan.gone:
            _delete(remote, name, pushed[name])
        remaining = {name: plan.digests[name] for name in (*plan.changed, *plan.same)}
        remote.update(start_manifest(manifest, default, remaining, writing))
    if version:
        remote.update(mark_manifest(manifest, version))
    return plan


def _write_changed(
    remote: RemoteStore,
    manifest: Iri,
    plan: PushPlan,
    on_progress: Callable[[Progress], None],
    deriving: RemoteRules | None,
) -> None:
    """Write each graph that changed, or let the server derive it, verify it, and only then list it."""
    done = Progress(0, 0)

    def place(name: Name) -> tuple[bool, int]:
        return plan.digests[name].is_copy, deriving.place(name) if deriving else 0

    for name in sorted(plan.changed, key=place):
        lines = plan.changed[name]
        if name and deriving and deriving.derives(name):
            deriving.run(name, plan.digests[name], lines)
        else:
            done = _write(remote, name, lines, done, on_progress)
            compare(remote, name, remote.get(name, len(lines)), plan.digests[name])
        remote.update(add_to_manifest(manifest, {name: plan.digests[name]}))


def _deriving(graph: Graph, remote: RemoteStore, plan: PushPlan) -> RemoteRules:
    from ogdkg.exchange.remote_rules import RemoteRules  # seldom asked for

    return RemoteRules(graph, remote, [name for name, digest in plan.digests.items() if not digest.is_copy])


def statements(graph: Graph) -> Iterator[tuple[Name, str]]:
    """Yield the triples of all layers, as they are in the files, each after the graph that it is in.

    Those too that are never exported: stored queries answer with the names in them.
    """
    whole = Graph(graph.project, graph.options._replace(layers=(ALL_LAYERS,), endpoint=None))
    names: dict[str, Name] = {"": None}
    for line in export_lines(whole, complete=True):
        name, *triple = split(line)
        key = names[name] if name in names else names.setdefault(name, Iri(name[1:-1]))
        yield key, join(("", *triple)) if name else line  # type: ignore[arg-type]  # three terms


def graphs_of(graph: Graph) -> dict[Name, Lines]:
    """Return the triples of each graph in all layers."""
    graphs: dict[Name, Lines] = {}
    for name, line in statements(graph):
        graphs.setdefault(name, []).append(line)
    return graphs


def _adoption(graph: Graph, remote: RemoteStore, default: str) -> PushPlan:
    """Return the plan by what the server holds now, whatever its manifest says."""
    merged = None if default == UNION else (merged_name(default),)
    layers = layers_of_graphs(graph.project)
    asked = {layer.name for layer in graph.project.choose(graph.project.default_layers)}
    copy = graph.project.default_layers_graph
    seen: dict[Name, bool] = {}  # each graph, and whether queries read it by default

    def intended() -> Iterator[tuple[Name, str]]:
        for name, line in statements(graph):
            if name not in seen:
                seen[name] = layers.get(name, layers[None]) in asked
            if name or default in (UNION, UNNAMED):  # else only the merged copy contains it
                yield name, line
            for each in (*(merged or ()), *((copy,) if seen[name] else ())):
                yield each, line

    digests = stored_digests(intended(), remote.server.comparable_literal)
    if all(seen.values()):
        digests.pop(copy, None)
    copies = {*(merged or ()), copy}
    digests = {name: digest._replace(is_copy=name in copies) for name, digest in digests.items()}
    same = tuple(name for name, digest in digests.items() if holds(remote, name, digest))
    changed: dict[Name, Lines] = {name: [] for name in digests if name not in same}
    for name, line in intended() if changed else ():
        if name in changed:
            changed[name].append(line)
    changed = {name: list(dict.fromkeys(lines)) for name, lines in changed.items()}
    return PushPlan(changed, digests, same, (), default, adopted=same)


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


def _default_to_write(graph: Graph, remote: RemoteStore, writing: Version | None) -> str:
    """Return what the default graph of the server is, tried out where nothing tells it yet."""
    default = _default(graph, remote)
    if default is None:
        remote.update(start_manifest(graph.project.manifest, UNION, {}, writing))
        default = _probe(graph, remote)
    return default


def _probe(graph: Graph, remote: RemoteStore) -> str:
    """Return the default graph of queries, by inserting one triple into two named graphs.

    If a query of the default graph does not find it, the merged copy goes there. If it finds it, once or
    twice, the copy goes into its own named graph, which each query then reads: a union has the manifest too.
    """
    node = to_ntriples(graph.project.manifest)
    triple = f"{node} <urn:ogdkg:trial> {node}"
    graphs = (node, "<urn:ogdkg:trial>")
    inserted = " ".join(f"GRAPH {name} {{ {triple} }}" for name in graphs)
    remote.update(f"INSERT DATA {{ {inserted} }}")
    is_found = remote.raw(f"ASK {{ {node} <urn:ogdkg:trial> {node} }}", QueryDataset())
    remote.update(f"DELETE DATA {{ {inserted} }}")
    return graph.project.merged.value if is_found else UNNAMED


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
