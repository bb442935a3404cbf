"""What a blank node is called: as its file does, or by the way to it from a node that has a name."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import cast

from pyoxigraph import BlankNode, NamedNode, Triple

from ogdkg.validation.core.results import Term
from ogdkg.validation.core.vocabulary import RDF
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.graph import DataGraph

MAX_STEPS = 20  # on the way to a node
MAX_TRIED = 1000  # triples that lead to a node


class BlankNames:
    """Names the blank nodes of one graph.

    Args:
        graph: The graph.
        nodes: Where the nodes come from; None for a graph that is not from files.
        short: The short form of a term that is not a blank node.
        label_of: The label of a property.
    """

    def __init__(
        self,
        graph: DataGraph,
        nodes: BlankNodes | None,
        short: Callable[[Term], str],
        label_of: Callable[[Term], str | None],
    ) -> None:
        self.graph = graph
        self.nodes = nodes
        self._short = short
        self._label_of = label_of
        self._siblings: dict[tuple[Term, NamedNode], dict[Term, int]] = {}
        self._cells: dict[Term, tuple[Term, int]] = {}

    def label(self, node: BlankNode) -> str | None:
        """The node as its file writes it, if it has a label there."""
        label = self.nodes.label(node) if self.nodes else None
        return f"_:{label}" if label else None

    def of(self, node: BlankNode) -> str:
        """The node as its file writes it, or as in `the contact of :d2`."""
        words, at = list[str](), cast(Term, node)
        while isinstance(at, BlankNode) and not self.label(at) and len(words) < MAX_STEPS:
            parent = self._parent(at)
            if parent is None:
                break
            words.append(self._word(parent))
            is_in_list = parent.predicate in (RDF.first, RDF.rest)
            at = self._cell(parent.subject)[0] if is_in_list else parent.subject
        return " of ".join([*words, self._base(at)])

    def _base(self, node: Term) -> str:
        """The node that the way begins at; one without a label is told by what is said of it."""
        if not isinstance(node, BlankNode):
            return self._short(node)
        if label := self.label(node):
            return label
        said = list(islice(self.graph.triples(node), MAX_TRIED))
        told = [t for t in said if not isinstance(t.object, BlankNode)]
        if not told:
            return "[ … ]" if said else "[ ]"
        predicate = min((t.predicate for t in told), key=lambda each: (each != RDF.type, each.value))
        verb = "a" if predicate == RDF.type else self._short(predicate)
        return f"[ {verb} {min(self._short(t.object) for t in told if t.predicate == predicate)} ]"

    def _parent(self, node: Term) -> Triple | None:
        """The triple that leads to a node; one from a node with a name comes first."""
        found = islice(self.graph.triples(None, None, node), MAX_TRIED)
        return min(found, key=self._rank, default=None)

    def _rank(self, triple: Triple) -> tuple[bool, str, str]:
        is_named = isinstance(triple.subject, NamedNode)
        return not is_named, triple.predicate.value, self.order(triple.subject)

    def order(self, term: Term) -> str:
        """What to sort terms by, alike on every run."""
        return str(term) if self.nodes is None else self.nodes.key(term)

    def _word(self, step: Triple) -> str:
        """The property that leads to a node, with its number if the property leads to several."""
        if step.predicate in (RDF.first, RDF.rest):
            return f"item {self._cell(step.subject)[1] + (step.predicate == RDF.rest)}"
        noun = self._label_of(step.predicate) or _local(step.predicate.value)
        numbers = self._numbers(step.subject, step.predicate)
        return f"{noun} {numbers[step.object]}" if len(numbers) > 1 else f"the {noun}"

    def _numbers(self, subject: Term, predicate: NamedNode) -> dict[Term, int]:
        """The nodes without labels that a property leads to, numbered in the order of the file."""
        if (subject, predicate) not in self._siblings:
            found = (t.object for t in self.graph.triples(subject, predicate))
            nameless = [each for each in found if isinstance(each, BlankNode) and not self.label(each)]
            ordered = sorted(nameless, key=self.order)
            self._siblings[subject, predicate] = {each: number for number, each in enumerate(ordered, 1)}
        return self._siblings[subject, predicate]

    def _cell(self, cell: Term) -> tuple[Term, int]:
        """The first cell of the list that a cell is in, and the cell's number in that list."""
        trail = dict.fromkeys([cell])
        while (at := next(reversed(trail))) not in self._cells:
            before = next(iter(self.graph.triples(None, RDF.rest, at)), None)
            if before is None or before.subject in trail:
                self._cells[at] = at, 1
            else:
                trail[before.subject] = None
        head, first = self._cells[at]
        for number, each in enumerate(reversed(trail), first):
            self._cells[each] = head, number
        return self._cells[cell]


def _local(iri: str) -> str:
    """The last part of an IRI."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2].rpartition(":")[2] or iri
