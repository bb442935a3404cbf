"""What rules derive after a change: only those that can see it run again; the others keep what they found.

A rule sees a change of a property that its patterns may look at (`mentioned_properties`), be it of the data
or of what the rules before it derive. So the outcome is that of running all of them on the changed graph.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ogdkg.graph.loader import rules_of
from ogdkg.rdf.terms import Iri, Triple
from ogdkg.sparql.mentions import mentioned_properties
from ogdkg.store.base import Chain, Derived, WritableStore
from ogdkg.store.engines import new_store

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph

Removed = Sequence[tuple[Triple, Sequence[Iri | None]]]


@dataclass(frozen=True)
class _Found:
    """What a chain of rules has derived."""

    triples: frozenset[Derived] = frozenset()

    @cached_property
    def by_property(self) -> Mapping[str, set[Derived]]:
        found: dict[str, set[Derived]] = {}
        for triple in self.triples:
            found.setdefault(triple.predicate.value, set()).add(triple)
        return found

    def of(self, properties: Collection[str] | None) -> Iterator[Derived]:
        """Yield the triples of some properties; None for all."""
        known = self.by_property
        for name in known if properties is None else known.keys() & properties:
            yield from known[name]


@dataclass(frozen=True)
class _Step:
    """A chain of rules: the graph that it fills, the place of its stage, and the properties that it looks at.

    `looks_at` is None where it may look at any.
    """

    graph: Iri
    stage: int
    chain: Chain
    looks_at: frozenset[str] | None

    def sees(self, properties: Collection[str]) -> bool:
        return bool(properties) and (self.looks_at is None or not self.looks_at.isdisjoint(properties))


class Derivations:
    """What the rules of a graph derive, chain by chain, kept so that they can follow changes.

    Args:
        graph: The graph, in a store that may be changed. Nothing else may change it meanwhile.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._store: WritableStore = graph.writable_store
        self._seconds = graph.options.timeout
        self._steps = list(_steps(graph))
        self._graphs = dict.fromkeys(step.graph for step in self._steps)
        self._found: list[_Found] = []  # of each step, once that is asked for
        self._standing: dict[Iri, frozenset[Derived]] = {}  # what stood there before: a server's may be old
        self._stated: set[Derived] = set()  # in the unnamed graph, where copies of derived triples look alike

    @contextmanager
    def following(self, changed: Sequence[Triple]) -> Iterator[Callable[[Removed], set[str]]]:
        """Yield what lets the rules follow a change of some triples, which is made within the block.

        It takes these triples with the graphs that each was in before the change, and returns the properties
        of what is derived no longer, or only now. At the end of the block the graphs of rules are as before.
        """
        properties = {triple.predicate.value for triple in changed}
        may_hold = (graph for triple in changed for graph in self._store.graphs(triple))
        is_seen = any(step.sees(properties) for step in self._steps)
        if not is_seen and self._graphs.keys().isdisjoint(may_hold):
            yield lambda _: set()
            return
        if not self._found:
            self._find_all()
        before, stated, standing = self._found, self._stated, self._standing

        def follow(removed: Removed) -> set[str]:
            self._stated = {triple for triple in stated if self._store.holds(triple)}
            held = {graph for _, graphs in removed for graph in graphs if graph in self._graphs}
            for graph in self._graphs:
                whole = self._whole(graph)
                if graph in held or whole != standing[graph]:
                    self._exchange(graph, standing[graph] - whole, whole)
            differing = self._renew(properties)
            self._standing = {graph: self._whole(graph) for graph in self._graphs}
            return differing

        try:
            yield follow
        finally:
            self._stated, self._standing = stated, standing
            self._put(before)
            for graph, stood in standing.items():
                whole = self._whole(graph)
                if whole != stood:
                    self._exchange(graph, whole - stood, stood - whole)

    def _find_all(self) -> None:
        """Run all rules, as on a graph without anything derived, and leave the store as it is."""
        revision = self._store.revision
        self._standing = {graph: frozenset(self._store.derived(graph)) for graph in self._graphs}
        self._found = [_Found() for _ in self._steps]
        self._stated = _unnamed(self._graph) if self._store.has_unnamed else set()
        try:
            for graph, standing in self._standing.items():
                self._exchange(graph, standing, ())
            self._renew(None)
        except BaseException:
            self._found = []
            raise
        finally:
            for graph, standing in self._standing.items():
                here = frozenset(self._store.derived(graph))
                self._exchange(graph, here - standing, standing - here)
            self._store.revision = revision

    def _renew(self, properties: Collection[str] | None) -> set[str]:
        """Run the rules that see some properties, or all rules; return the properties of what differs."""
        differing: set[str] = set()
        for stage in dict.fromkeys(step.stage for step in self._steps):
            seen = None if properties is None else {*properties, *differing}
            found = list(self._found)
            for place, step in enumerate(self._steps):
                if step.stage == stage and (seen is None or step.sees(seen)):
                    found[place] = _Found(self._run(step))
            for one, other in zip(self._found, found, strict=True):
                differing |= {triple.predicate.value for triple in one.triples ^ other.triples}
            self._put(found)
        return differing

    def _run(self, step: _Step) -> frozenset[Derived]:
        """Return what a chain derives, which does not see what its stage and those after it have derived."""
        unseen = {graph: self._unseen(step, graph) for graph in self._graphs}
        try:
            for graph, triples in unseen.items():
                self._exchange(graph, triples, ())
            return frozenset(self._store.drawn(step.chain, step.graph, self._seconds))
        finally:
            for graph, triples in unseen.items():
                self._exchange(graph, (), triples)

    def _unseen(self, step: _Step, graph: Iri) -> set[Derived]:
        here = [pair for pair in zip(self._steps, self._found, strict=True) if pair[0].graph == graph]
        later = {t for other, found in here if other.stage >= step.stage for t in found.of(step.looks_at)}
        earlier = (found.triples for other, found in here if other.stage < step.stage)
        return later.difference(*earlier) if later else later

    def _put(self, found: list[_Found]) -> None:
        """Let the store hold what chains have found instead of what they found before."""
        before, self._found = self._found, found
        for graph in self._graphs:
            places = [place for place, step in enumerate(self._steps) if step.graph == graph]
            changed = [place for place in places if before[place] is not found[place]]
            among = {t for place in changed for t in before[place].triples ^ found[place].triples}
            if among:
                now = {t for place in places for t in among & found[place].triples}
                self._exchange(graph, among - now, now)

    def _exchange(self, graph: Iri, taken: Collection[Derived], put: Collection[Derived]) -> None:
        """Take triples out of a graph of rules, and put others into it."""
        if taken or put:
            self._store.exchange(graph, taken, put)
            if stated := self._stated.intersection(taken):
                self._store.exchange(None, (), stated)

    def _whole(self, graph: Iri) -> frozenset[Derived]:
        """Return all that the rules have found for a graph."""
        found = zip(self._steps, self._found, strict=True)
        return frozenset[Derived]().union(*(each.triples for step, each in found if step.graph == graph))


def _unnamed(graph: Graph) -> set[Derived]:
    """Return what the files of a graph state in the unnamed graph."""
    store = new_store(graph.options.engine, union=False)
    store.load(source for source in graph.files if source.graph is None)
    return set(store.derived(None))


def _steps(graph: Graph) -> Iterator[_Step]:
    """Yield the chains of the rules that run on all that a graph holds, in their order."""
    prefixes, number = graph.project.prefixes, 0
    for layer in graph.rule_layers:
        for stage in rules_of(graph.project, layer):
            number += 1
            for chain in stage:
                looked = [mentioned_properties(rule.text, prefixes) for link in chain for rule in link]
                whole = None if None in looked else frozenset[str]().union(*filter(None, looked))
                if layer.derived_graph:
                    yield _Step(layer.derived_graph, number, chain, whole)
