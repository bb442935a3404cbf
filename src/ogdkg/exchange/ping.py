"""Checks a server and its capabilities. Writes to it only if asked to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ogdkg.errors import OgdkgError, StoreError
from ogdkg.graph.graph import Graph
from ogdkg.project.addresses import shown_address
from ogdkg.project.endpoint import UNION, UNNAMED
from ogdkg.rdf.terms import Iri, to_ntriples
from ogdkg.remote.http import whole_number
from ogdkg.remote.protocol import RemoteStore
from ogdkg.store.base import QueryDataset

if TYPE_CHECKING:
    from ogdkg.remote.fleet import Fleet, Replica
    from ogdkg.remote.push_manifest import Version

_TRIAL = Iri("urn:ogdkg:ping")
_LINE = "<urn:ogdkg:ping> <urn:ogdkg:ping> <urn:ogdkg:ping> ."


@dataclass(frozen=True, slots=True)
class EndpointStatus:
    """The results of the checks, as text; `answered_in` is the time of a trivial request."""

    server: str
    known_as: str
    answered_in: str
    query: str
    update: str
    graph_store: str
    triples: str
    named_graphs: str
    default_graph: str
    pushed: str
    formats: str
    limits: str


def ping(graph: Graph, *, write: bool = False) -> EndpointStatus:
    """Check the server of a graph.

    Args:
        graph: The graph, with an endpoint.
        write: Whether to test writing too.

    Raises:
        StoreError: The server does not answer.
    """
    remote = graph.remote
    started = time.monotonic()
    server = remote.header("Server")
    elapsed = time.monotonic() - started
    pushed = remote.push_manifest
    return EndpointStatus(
        server=server or "not reported",
        known_as=remote.server.name,
        answered_in=f"{elapsed * 1000:.0f} ms",
        query=remote.endpoint.shown_url,
        update=_tried(remote.endpoint.update, write, lambda: _try_update(remote)),
        graph_store=_tried(remote.endpoint.graph_store, write, lambda: _try_store(remote)),
        triples=_number(remote, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        named_graphs=_number(remote, "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"),
        default_graph=_default_graph(graph),
        pushed=f"{len(pushed.graphs):,} graphs, answered from {pushed.default}" if pushed else "nothing",
        formats=", ".join(_formats(remote)),
        limits=_limits(remote),
    )


@dataclass(frozen=True, slots=True)
class ReplicaStatus:
    """What a replica says, as text; `read` is whether readers go to it."""

    replica: str
    known_as: str
    answered_in: str
    version: str
    state: str
    read: str
    graphs: str
    triples: str


def ping_fleet(fleet: Fleet) -> list[ReplicaStatus]:
    """Check each server of a fleet."""
    from ogdkg.remote.fleet import current

    replicas = fleet.replicas()
    newest = current(replicas)
    return [_replica_status(replica, newest) for replica in replicas]


def _replica_status(replica: Replica, newest: Version | None) -> ReplicaStatus:
    address = replica.store.given.shown_url
    try:
        if replica.error:
            raise replica.error
        return _answering(replica, address, newest)
    except StoreError as error:  # it may have gone since
        return ReplicaStatus(address, "", "", "", error.message, "no", "", "")


def _answering(replica: Replica, address: str, newest: Version | None) -> ReplicaStatus:
    started = time.monotonic()
    known_as = replica.store.server.name  # by a trivial request
    elapsed = time.monotonic() - started
    version, pushed = replica.store_version, replica.store.push_manifest
    is_read = bool(replica.holds and newest and replica.holds.key == newest.key)
    triples = sum(held.triples for held in pushed.graphs.values() if not held.is_copy) if pushed else 0
    return ReplicaStatus(
        replica=address,
        known_as=known_as,
        answered_in=f"{elapsed * 1000:.0f} ms",
        version=_moment(version.stamp) if version else "none",
        state=version.state if version else "not pushed",
        read="yes" if is_read else "no",
        graphs=f"{len(pushed.named) if pushed else 0:,}",
        triples=f"{triples:,}",
    )


def _moment(stamp: int) -> str:
    return datetime.fromtimestamp(stamp / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + "Z"


def _tried(address: str, write: bool, work: Callable[[], None]) -> str:
    if not address:
        return "address unknown"
    shown = shown_address(address)
    if not write:
        return f"{shown} (not tested; use --write)"
    try:
        work()
    except OgdkgError as error:
        return f"{shown}: {error.message}"
    return f"{shown} (works)"


def _try_update(remote: RemoteStore) -> None:
    remote.update(f"INSERT DATA {{ GRAPH <{_TRIAL}> {{ {_LINE} }} }}")
    remote.update(f"DELETE WHERE {{ GRAPH <{_TRIAL}> {{ ?s ?p ?o }} }}")


def _try_store(remote: RemoteStore) -> None:
    remote.put(_TRIAL, [_LINE])
    remote.delete(_TRIAL)


def _number(remote: RemoteStore, query: str) -> str:
    try:
        return f"{remote.number(query, QueryDataset()):,}"
    except OgdkgError as error:
        return error.message


def _default_graph(graph: Graph) -> str:
    """Return what the server's default graph contains, by looking there for a triple of a named graph."""
    remote = graph.remote
    try:
        if remote.raw("ASK { GRAPH ?g { ?s ?p ?o } }", QueryDataset()) is not True:
            return "unknown, as there is no named graph"
        # A merged copy contains the triples of other graphs, but not those of the manifest.
        manifest = (
            f"GRAPH {to_ntriples(graph.project.manifest)} {{ ?s ?p ?o }}" if remote.push_manifest else ""
        )
        pattern = f"{{ SELECT * {{ {manifest or 'GRAPH ?g { ?s ?p ?o }'} }} LIMIT 1 }} ?s ?p ?o"
        if remote.raw(f"ASK {{ {pattern} }}", QueryDataset()) is not True:
            return "the unnamed graph only"
    except OgdkgError as error:
        return error.message
    repeated = remote.push_manifest and remote.push_manifest.default not in (UNION, UNNAMED)
    return "the union of all graphs" + ", each triple once per graph" * bool(repeated)


def _formats(remote: RemoteStore) -> list[str]:
    """Return the kinds of results that ogdkg uses and the server returns."""
    queries = {
        "rows as JSON": "SELECT ?s { ?s ?p ?o } LIMIT 1",
        "booleans as JSON": "ASK { ?s ?p ?o }",
        "triples as N-Triples or Turtle": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1",
    }
    return [name for name, query in queries.items() if _works(remote, query)] or ["none that ogdkg reads"]


def _works(remote: RemoteStore, query: str) -> bool:
    try:
        remote.raw(query, QueryDataset())
    except OgdkgError:
        return False
    return True


def _limits(remote: RemoteStore) -> str:
    rows = whole_number(remote.header(remote.server.most_rows))
    return "none reported" if rows is None else f"{rows:,} rows"
