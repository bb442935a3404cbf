"""Pushes a graph to several servers, one after another, so that readers never see a part of it.

A replica says in its manifest that it is written to, and then that it holds the version whole. Readers go on
with the version before until enough replicas hold the new one: `remote.fleet`.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ogdkg.errors import Place, StoreError
from ogdkg.exchange.adopt import stored_digests
from ogdkg.exchange.push import Progress, PushPlan, graphs_of, plan_push, push, statements
from ogdkg.graph.graph import Graph
from ogdkg.remote.fleet import Fleet, Replica, current
from ogdkg.remote.push_manifest import READ, WHOLE, Version, mark_manifest
from ogdkg.remote.servers import canonical


class Pushed(NamedTuple):
    """What a push did to a replica: its address, and what was written, or why nothing was.

    `plan` is None for a replica that held the version already.
    """

    address: str
    plan: PushPlan | None
    error: StoreError | None = None


def plan_fleet(graph: Graph, fleet: Fleet, *, again: bool = False, adopt: bool = False) -> list[Pushed]:
    """Return what a push would do to each replica."""
    found = []
    for replica in fleet.replicas():
        plan, failure = None, replica.error
        try:
            plan = None if failure else plan_push(graph, replica.store, again=again, adopt=adopt)
        except StoreError as error:
            failure = error
        found.append(Pushed(_address(replica), plan, failure))
    return found


def push_fleet(
    graph: Graph,
    fleet: Fleet,
    *,
    again: bool = False,
    adopt: bool = False,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> list[Pushed]:
    """Upload all layers of the graph to each replica that answers, and let readers go to them.

    Graphs that are no longer in the project are deleted, since replicas must not differ. The arguments are
    those of `push`.

    Raises:
        StoreError: Fewer replicas than `min-replicas` hold the graph now; readers stay with what they read.
    """
    replicas = [_writable(replica) for replica in fleet.replicas()]
    up = [replica for replica in replicas if not replica.error]
    if len(up) < fleet.min_replicas:
        error = next((replica.error for replica in replicas if replica.error), None)
        raise _too_few(fleet, len(up), "answer", error)
    return _Pushing(graph, fleet, replicas, again=again, adopt=adopt, on_progress=on_progress).run(up)


def _writable(replica: Replica) -> Replica:
    """A replica, once its addresses are known and may be written to; UsageError if they may not."""
    try:
        if not replica.error:
            replica.store.check_writing()
    except StoreError as error:
        return replica._replace(version=error)
    return replica


class _Pushing:
    """One push to all replicas."""

    def __init__(
        self,
        graph: Graph,
        fleet: Fleet,
        replicas: list[Replica],
        *,
        again: bool,
        adopt: bool,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._graph, self._fleet, self._on_progress = graph, fleet, on_progress
        self._again, self._adopt = again, adopt
        self._before = current(replicas)
        self._now = max([int(time.time() * 1000), *(_stamp(replica) + 1 for replica in replicas)])
        self._version = self._new_version(replicas)
        self._graphs = None if adopt else graphs_of(graph)
        self._done = [Pushed(_address(each), None, each.error) for each in replicas if each.error]
        self._holding: list[tuple[Replica, Version]] = []

    def _new_version(self, replicas: Iterable[Replica]) -> Version:
        """Return the version of the graph: one that a replica holds or was to hold, or a new one."""
        digest = _digest(self._graph)
        known = [each.store_version for each in replicas if each.store_version]
        read = self._before.stamp if self._before and self._before.state == READ else 0
        newest = max([read, *(each.since for each in known)])
        same = [each.stamp for each in known if each.digest == digest and each.stamp >= newest]
        return Version(max(same, default=self._now), digest, WHOLE, self._now, newest)

    def run(self, up: list[Replica]) -> list[Pushed]:
        """Write to the replicas, those last that readers go to."""
        is_read = self._before is not None and self._before.key == self._version.key
        is_read = is_read and self._before is not None and self._before.state == READ
        waiting = sorted(up, key=self._order)
        for number, replica in enumerate(waiting):
            if not is_read and len(self._holding) + len(waiting) - number < self._fleet.min_replicas:
                break  # enough can no longer be reached, so readers keep what they have
            self._push(replica)
            if is_read or len(self._holding) >= self._fleet.min_replicas:
                is_read = self._let_read() or is_read
        if not is_read:
            first = next((each.error for each in self._done if each.error), None)
            raise _too_few(self._fleet, len(self._holding), "hold the new version", first)
        return self._done

    def _order(self, replica: Replica) -> int:
        """First who holds the version, then who is behind, and at last who is read."""
        held = replica.holds
        if held and held.key == self._version.key:
            return 0
        return 2 if held and self._before and held.key == self._before.key else 1

    def _push(self, replica: Replica) -> None:
        address, held = _address(replica), replica.holds
        if held and held.key == self._version.key and not (self._again or self._adopt):
            self._holding.append((replica, held))
            self._done.append(Pushed(address, None))
            return
        try:
            plan = push(
                self._graph,
                replica.store,
                again=self._again,
                prune=True,
                adopt=self._adopt,
                on_progress=self._on_progress,
                version=self._version,
                graphs=self._graphs,
            )
        except StoreError as error:
            self._done.append(Pushed(address, None, error))
            return
        self._holding.append((replica, self._version))
        self._done.append(Pushed(address, plan))

    def _let_read(self) -> bool:
        """Say on each replica that holds the version that it is read; return whether one says so."""
        holding = []
        for replica, version in self._holding:
            read = version._replace(state=READ)
            try:
                if version != read:
                    replica.store.update(mark_manifest(self._graph.project.manifest, read))
                holding.append((replica, read))
            except StoreError as error:  # it has gone, and so holds nothing for readers
                self._done.append(Pushed(_address(replica), None, error))
        self._holding = holding
        return bool(holding)


def _digest(graph: Graph) -> str:
    """Return the digest of all graphs of a project, the same whatever server stores them."""
    held = stored_digests(statements(graph), canonical).items()
    entries = sorted([name.value if name else "", *digest[:2]] for name, digest in held)
    return hashlib.sha256(json.dumps(entries).encode("utf-8", "surrogatepass")).hexdigest()


def _stamp(replica: Replica) -> int:
    version = replica.store_version
    return max(version.stamp, version.written) if version else 0


def _address(replica: Replica) -> str:
    return replica.store.given.shown_url


def _too_few(fleet: Fleet, number: int, what: str, error: StoreError | None) -> StoreError:
    message = f"Only {number} of {len(fleet.members)} replicas {what}, and {fleet.min_replicas} must."
    because = f"{error.place.file}: {error.message}" if error and error.place else ""
    hint = " ".join(filter(None, (because, "Readers stay with what they read; push again later.")))
    return StoreError(message, place=Place(fleet.given.shown_url), hint=hint)
