"""A graph brought to a server: graph by graph, only what changed, each verified. Prints nothing.

A server may spell literals in its own way (`store.servers`), so triples are compared as it keeps them: by
their number and by a digest of their lines.
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
from ogdkg.remote.servers import QueryDataset
from ogdkg.store.base import Rows

CHUNK = 50_000  # triples of one request


class PushPlan(NamedTuple):
    """What a push would do: what to write and how it will be held, what stays, and what is no longer here.

    `default`: what the server answers from; None where only writing would tell. `foreign`: graphs that the
    manifest names and that are not the project's by their names: somebody else has written there.
    """

    changed: Mapping[Name, Lines]
    held: Mapping[Name, GraphDigest]
    same: tuple[Name, ...]
    gone: tuple[Name, ...]
    default: str | None
    foreign: tuple[Name, ...] = ()


class Progress(NamedTuple):
    """How far a push has come."""

    graphs: int
    triples: int


def plan_push(graph: Graph, remote: RemoteStore, *, again: bool = False) -> PushPlan:
    """What a push of all layers would do; `again`: whatever the server says it holds."""
    if again:
        remote.forget()
    return _planned(_graphs(graph), graph, remote, _default(graph, remote), again=again)


def push(
    graph: Graph,
    remote: RemoteStore,
    *,
    again: bool = False,
    prune: bool = False,
    tell: Callable[[Progress], None] = lambda progress: None,
) -> PushPlan:
    """Let the server hold what the project does; StoreError where it then holds something else.

    `prune`: remove what was pushed before and is no longer here.
    """
    remote.check_writing()
    if again:
        remote.forget()
    default, graphs = _default(graph, remote), _graphs(graph)
    manifest, before = graph.project.manifest, remote.push_manifest
    if default is None:
        remote.update(start_manifest(manifest, UNION, {}))
        default = _probed(graph, remote)
    planned = _planned(graphs, graph, remote, default, again=again)
    held = before.graphs if before else {}
    kept = {name: held[name] for name in (*planned.same, *planned.gone)}
    if not planned.changed and not (prune and planned.gone) and before and before.default == default:
        return planned
    remote.update(start_manifest(manifest, default, kept))
    done = Progress(0, 0)
    for name, lines in planned.changed.items():
        done = _write(remote, name, lines, done, tell)
        compare(remote, name, remote.get(name, len(lines)), planned.held[name])
        remote.update(add_to_manifest(manifest, {name: planned.held[name]}))
    if prune and planned.gone:
        for name in planned.gone:
            _remove(remote, name, held[name])
        whole = {name: planned.held[name] for name in (*planned.changed, *planned.same)}
        remote.update(start_manifest(manifest, default, whole))
    return planned


def _graphs(graph: Graph) -> dict[Name, Lines]:
    """The triples of each graph of the project, every layer of it, as the files have them."""
    whole = Graph(graph.project, graph.options._replace(layers=(ALL_LAYERS,), endpoint=None))
    found: dict[Name, Lines] = {}
    for line in export_lines(whole):
        name, *triple = split(line)
        key = Iri(name[1:-1]) if name else None
        unnamed = join(("", *triple)) if name else line  # type: ignore[arg-type]  # three after the name
        found.setdefault(key, []).append(unnamed)
    return found


def _planned(
    graphs: Mapping[Name, Lines], graph: Graph, remote: RemoteStore, default: str | None, *, again: bool
) -> PushPlan:
    copies = _copies(graphs, graph.project, default)
    wanted = {**graphs, **copies}
    if default not in (UNION, UNNAMED, None):
        wanted.pop(None, None)  # a merged copy alone holds it
    kept = remote.server.comparable_literal
    found = {
        name: stored_lines(lines, kept)._replace(is_copy=name in copies) for name, lines in wanted.items()
    }
    known = remote.push_manifest.graphs if remote.push_manifest else {}
    changed = {name: wanted[name] for name in wanted if again or known.get(name) != found[name]}
    same = tuple(name for name in wanted if name not in changed)
    others = [name for name in known if name not in wanted]
    gone = tuple(name for name in others if _is_of(graph.project, name))
    return PushPlan(changed, found, same, gone, default, tuple(name for name in others if name not in gone))


def _is_of(project: Project, name: Name) -> bool:
    """Whether a graph may have been pushed for a project, by its name: else it is never removed."""
    if name is None:
        return True
    patterns = [layer.graph for layer in project.layers if layer.graph]
    beginnings = [pattern.partition("{stem}")[0] for pattern in patterns if "{stem}" in pattern]
    spaces = filter(
        None, [project.prefixes.get("graph", "urn:ogdkg:graph:"), project.resource_namespace, *beginnings]
    )
    return name.value in patterns or name.value.startswith(tuple(spaces))


def _copies(graphs: Mapping[Name, Lines], project: Project, default: str | None) -> dict[Name, Lines]:
    """What is merged for queries: all graphs, where the server does not; and what stored queries read."""
    found: dict[Name, Lines] = {}
    if default not in (UNION, None):
        found[merged_name(default or "")] = _merged(graphs.values())
    asked = {layer.name for layer in project.choose(project.default_layers)}
    layers = layers_of_graphs(project)
    kept = {name: lines for name, lines in graphs.items() if layers.get(name, layers[None]) in asked}
    if len(kept) < len(graphs):
        found[project.default_layers_graph] = _merged(kept.values())
    return found


def _merged(graphs: Iterable[Lines]) -> Lines:
    return list(dict.fromkeys(line for lines in graphs for line in lines))


def _default(graph: Graph, remote: RemoteStore) -> str | None:
    """What the server answers from: as is said of it, else as was found; None before anything was pushed."""
    if remote.endpoint.default_graph or not remote.server.has_unnamed:
        return remote.endpoint.default_graph or graph.project.merged.value
    if not remote.push_manifest:
        return None
    default = remote.push_manifest.default
    if default in (UNION, UNNAMED, graph.project.merged.value):
        return default
    message = f"The manifest names a graph that is not the project's as its merged copy: {default}"
    raise StoreError(message, place=Place(remote.endpoint.shown), hint="Push with --again.")


def _probed(graph: Graph, remote: RemoteStore) -> str:
    """What a server answers from by itself, tried with a triple that stands in two of its graphs.

    Where the default graph does not show it, a merged copy has a place there. Where it shows it twice, the
    copy goes into a graph of its own, and each query is answered from that.
    """
    node = to_ntriples(graph.project.manifest)
    held_twice = f"{node} <urn:ogdkg:trial> {node}"
    graphs = (node, "<urn:ogdkg:trial>")
    inserted = " ".join(f"GRAPH {name} {{ {held_twice} }}" for name in graphs)
    remote.update(f"INSERT DATA {{ {inserted} }}")
    result = remote.raw(f"SELECT ?o {{ {node} <urn:ogdkg:trial> ?o }}", QueryDataset())
    seen = len(list(result.rows)) if isinstance(result, Rows) else 0
    remote.update(f"DELETE DATA {{ {inserted} }}")
    return (UNNAMED, UNION)[seen] if seen < 2 else graph.project.merged.value


def _remove(remote: RemoteStore, name: Name, pushed: GraphDigest) -> None:
    """Remove a graph; the unnamed one, which is anybody's, only where it holds just what was pushed."""
    if name is None:
        compare(remote, name, remote.get(name), pushed)
    remote.delete(name)


def _write(
    remote: RemoteStore, name: Name, lines: Lines, done: Progress, tell: Callable[[Progress], None]
) -> Progress:
    """Write a graph in chunks; nodes without a name go in one, since another would make others of them."""
    blank = [line for line in lines if "_:" in line]
    plain = [line for line in lines if "_:" not in line] if blank else lines
    first = max(CHUNK - len(blank), 0)
    remote.put(name, [*blank, *plain[:first]])
    for start in range(first, len(plain), CHUNK):
        tell(Progress(done.graphs, done.triples + len(blank) + start))
        remote.post(name, plain[start : start + CHUNK])
    written = Progress(done.graphs + 1, done.triples + len(lines))
    tell(written)
    return written
