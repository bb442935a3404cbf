"""What is known of a page of nodes of a server: what a judge misses is noted, and then fetched at once.

A judge asks one node after another. Asked so, a server would get a request for each. So a page of nodes is
judged on what is known of it, which is nothing at first; what was asked for in vain is fetched for all nodes
together, and the page is judged again, until nothing was missed. A shape leads a few steps from a node, so a
page takes a few requests.

A blank node cannot be asked for in another request. So it is fetched with its description, and with who
points at it, in the request that finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ogdkg.errors import StoreError
from ogdkg.remote.blank_levels import Row
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.vocabulary import RDF
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.remote import ServerGraph, answered

NODES = 250  # in one request, whose text has a limit at some servers
MOST_INSTANCES = 2_000  # of a class, among which one is looked for that was meant
FEWEST = 16  # nodes, of which a request that fails is not made smaller


class BlankTargets(NamedTuple):
    """Some of the blank nodes that a query binds `?s` to: so many from a place on, or all."""

    query: str
    size: int
    start: int | None = None

    def pattern(self) -> str:
        """The pattern that binds `?s` to them."""
        some = "" if self.start is None else f" LIMIT {self.size} OFFSET {self.start}"
        return f"{{ {self.query}{some} }}"

    def halves(self) -> tuple[BlankTargets, BlankTargets]:
        """The same nodes in two parts."""
        half, start = self.size // 2, self.start or 0
        return self._replace(size=half, start=start), self._replace(size=self.size - half, start=start + half)


class PageGraph(DataGraph):
    """What is known of some nodes of a server."""

    def __init__(self, there: ServerGraph) -> None:
        self.there = there
        self._about: dict[Term, dict[NamedNode, dict[Triple, None]]] = {}
        self._to_blank: dict[BlankNode, dict[Triple, None]] = {}
        self._answered: dict[tuple[Term, NamedNode | None, bool], list[Triple]] = {}
        self._missed: dict[tuple[bool, Term], set[NamedNode | None]] = {}

    def __len__(self) -> int:
        return len(self.there)

    def query(self, text: str) -> Iterable[Any]:
        """The rows of a SELECT on all of the server."""
        return self.there.query(text)

    def first(
        self, subject: Term | None = None, predicate: NamedNode | None = None, obj: Term | None = None
    ) -> Triple | None:
        """A triple of a pattern, if there is any."""
        if BlankNode in (type(subject), type(obj)):
            return next(self.triples(subject, predicate, obj), None)
        return self.there.first(subject, predicate, obj)

    def triples(
        self, subject: Term | None = None, predicate: NamedNode | None = None, obj: Term | None = None
    ) -> Iterator[Triple]:
        """The triples of a pattern, as far as they are known; what is not is noted."""
        if isinstance(subject, BlankNode):
            found: Iterable[Triple] = self._of_blank(subject, predicate)
        elif subject is not None:
            found = () if isinstance(subject, Literal) else self._answer(subject, predicate, back=False)
        elif isinstance(obj, BlankNode):
            found = self._to_blank.get(obj, ())
        elif obj is not None and predicate is not None:
            found = self._answer(obj, predicate, back=True)
        elif obj is not None:
            first = self.there.first(None, None, obj)
            found = [first] if first else []
        else:
            found = self.there.triples(subject, predicate, obj)
        for each in found:
            if obj in (None, each.object) and predicate in (None, each.predicate):
                yield each

    def _of_blank(self, node: BlankNode, predicate: NamedNode | None) -> list[Triple]:
        said = self._about.get(node, {})
        chosen = said.values() if predicate is None else [said.get(predicate, {})]
        return [triple for triples in chosen for triple in triples]

    def _answer(self, node: Term, predicate: NamedNode | None, *, back: bool) -> list[Triple]:
        whole = self._answered.get((node, None, back))
        if whole is not None:
            return whole
        if (known := self._answered.get((node, predicate, back))) is not None:
            return known
        self._missed.setdefault((back, node), set()).add(predicate)
        return []

    def has_node(self, node: Term) -> bool:
        """Whether a node is the subject or the object of a triple."""
        return self.there.has_node(node)

    def instances(self, wanted: NamedNode) -> list[Term]:
        """The nodes of a class that has few."""
        is_small = self.there.number(f"?s {RDF.type} {wanted}") <= MOST_INSTANCES
        return super().instances(wanted) if is_small else []

    def subjects(self) -> set[Term]:
        """Nothing: a server has too many."""
        return set()

    def fetch(self) -> bool:
        """Fetch what was missed, by each predicate for all nodes together; whether anything was."""
        missed, self._missed = self._missed, {}
        groups: dict[tuple[bool, NamedNode | None], list[Term]] = {}
        for (back, node), predicates in missed.items():
            for predicate in [None] if None in predicates else predicates:
                groups.setdefault((back, predicate), []).append(node)
        for (back, predicate), nodes in groups.items():
            for start in range(0, len(nodes), NODES):
                self._take(nodes[start : start + NODES], predicate, back=back)
        return bool(missed)

    def _take(self, nodes: Sequence[Term], predicate: NamedNode | None, *, back: bool) -> None:
        """Fetch the triples of some nodes; what takes the server too much is asked of fewer."""
        try:
            found = self._with_blank(_values(nodes), _step(predicate, back=back), back=back)
        except StoreError as error:
            if len(nodes) <= (1 if error.is_cut else FEWEST):
                raise
            half = len(nodes) // 2
            self._take(nodes[:half], predicate, back=back)
            self._take(nodes[half:], predicate, back=back)
            return
        for node in nodes:
            self._answered[node, predicate, back] = []
        for triple in found:
            self._answered[triple.object if back else triple.subject, predicate, back].append(triple)

    def take_blank(self, targets: BlankTargets) -> list[Term]:
        """Fetch some of the blank nodes of a target, with what is said of them, and return them."""
        started: dict[Term, None] = {}
        try:
            self._with_blank(targets.pattern(), _step(None, back=False), back=False, started=started)
        except StoreError as error:
            if not error.is_cut or targets.size == 1:
                raise
            return [node for half in targets.halves() for node in self.take_blank(half)]
        return list(started)

    def _with_blank(
        self, start: str, step: str, *, back: bool, started: dict[Term, None] | None = None
    ) -> list[Triple]:
        """The triples of a step from the nodes at the start; learns of the blank nodes that it leads to.

        With `started` the nodes at the start are blank, too, and gathered there.
        """
        first: dict[Triple, None] = {}
        others = ["?u ?q ?s"] if started is not None else []
        rows = self.there.blank_levels.rows(step, start, ["s"], others)
        self.there.fetched += len(rows)
        for level, row in rows:
            if started is not None:
                started[row["s"]] = None
            triple = _triple(level, row, back=back)
            if not level and row["q"] is None:
                first[triple] = None
            if level or BlankNode in (type(triple.subject), type(triple.object)):
                self._learn(triple)
        return list(first)

    def _learn(self, triple: Triple) -> None:
        self._about.setdefault(triple.subject, {}).setdefault(triple.predicate, {})[triple] = None
        if isinstance(triple.object, BlankNode):
            self._to_blank.setdefault(triple.object, {})[triple] = None

    def learn(self, triples: Iterable[Triple]) -> None:
        """Know what is said of blank nodes, which no request can ask for."""
        for triple in triples:
            self._learn(triple)

    @property
    def has_blank(self) -> bool:
        """Whether it holds a blank node."""
        return bool(self._about)

    def about_blank(self) -> Iterator[Triple]:
        """What is known of blank nodes."""
        for said in self._about.values():
            for triples in said.values():
                yield from triples


def _triple(level: int, row: Row, *, back: bool) -> Triple:
    end = row[f"v{level}"]
    if row["q"] is not None:
        return answered(row["u"], row["q"], row["s"] if end is None else end)
    if level:
        return answered(row[f"v{level - 1}"], row[f"p{level}"], end)
    return answered(end, row["p0"], row["s"]) if back else answered(row["s"], row["p0"], end)


def _values(nodes: Sequence[Any]) -> str:
    return f"VALUES ?s {{ {' '.join(map(str, nodes))} }}"


def _step(predicate: NamedNode | None, *, back: bool) -> str:
    """The pattern of a step from `?s` to `?v0` by a predicate, or by any, which is `?p0`.

    A filter that chose among predicates would have Virtuoso walk over all that they say.
    """
    chosen = f"VALUES ?p0 {{ {predicate} }} " if predicate else ""
    return chosen + ("?v0 ?p0 ?s" if back else "?s ?p0 ?v0")
