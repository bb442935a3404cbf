"""Labels of the blank nodes of several files, so that no two files share one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import Any, Protocol

from pyoxigraph import BlankNode, Quad, Triple

_WITH_NODES = (BlankNode, Triple)
# Whether the parser has given a label, to a node that its file does not label.
is_random = re.compile(r"[a-f][0-9a-f]{23,31}").fullmatch


class Labels(Protocol):
    """The labels of the blank nodes of a source, in order."""

    @property
    def there(self) -> Sequence[str]:
        """As its parser gave them."""

    @property
    def here(self) -> Sequence[str]:
        """As no two sources share them."""

    def find(self, label: str) -> tuple[int, str] | None:
        """Which of the nodes has a label here, and its label there; None if none has."""


class KnownLabels:
    """The labels of nodes that are there.

    Args:
        nodes: The nodes, by the labels that their parser gave them, in order.
    """

    def __init__(self, nodes: Mapping[str, BlankNode]) -> None:
        self.there, self.here = list(nodes), [node.value for node in nodes.values()]

    @cached_property
    def _orders(self) -> dict[str, int]:
        return dict(zip(self.here, count(), strict=False))

    def find(self, label: str) -> tuple[int, str] | None:
        """Which of the nodes has a label here, and its label there; None if none has."""
        order = self._orders.get(label)
        return None if order is None else (order, self.there[order])


class _Numbered(Protocol):
    """Terms under numbers."""

    def known(self, term: BlankNode) -> int | None:
        """The number of a node, if it has one."""

    def label(self, number: int) -> str:
        """The label of a node."""


class NumberedLabels:
    """The labels of numbered nodes, each made when somebody asks for it.

    Args:
        nodes: The numbers of the nodes, in order.
        own: The labels that their source gives, by number.
        texts: The terms.
    """

    def __init__(self, nodes: Sequence[int], own: Mapping[int, str], texts: _Numbered) -> None:
        self._nodes = nodes
        self._own = own
        self._texts = texts

    @property
    def there(self) -> Sequence[str]:
        """As its parser gave them."""
        return list(map(self._there, self._nodes))

    @property
    def here(self) -> Sequence[str]:
        """As no two sources share them."""
        return list(map(self._texts.label, self._nodes))

    def _there(self, number: int) -> str:
        return self._own.get(number) or self._texts.label(number)

    def find(self, label: str) -> tuple[int, str] | None:
        """Which of the nodes has a label here, and its label there; None if none has."""
        if (number := self._texts.known(BlankNode(label))) is None:
            return None
        order = bisect_left(self._nodes, number)
        return (order, self._there(number)) if self._nodes[order : order + 1] == [number] else None


def relabelled(
    quads: Iterable[Quad], scope: str, known: dict[str, BlankNode], before: Sequence[BlankNode] = ()
) -> Iterator[Quad]:
    """The quads with labels of blank nodes that a second reading gives again; `known` gets the nodes.

    `before`: The nodes that an earlier reading has had, in order.
    """

    def renamed(term: Any) -> Any:
        if type(term) is BlankNode:
            return known.get(term.value) or known.setdefault(term.value, new())
        return Triple(*map(renamed, term)) if type(term) is Triple else term

    def new() -> BlankNode:
        number = len(known)
        return before[number] if number < len(before) else BlankNode(f"{scope}{number}")

    for quad in quads:
        subject, _, value, graph = quad
        if type(subject) is BlankNode or type(value) in _WITH_NODES or type(graph) is BlankNode:
            yield Quad(*map(renamed, quad))
        else:
            yield quad


def named(scope: str, known: dict[str, BlankNode], node: BlankNode) -> BlankNode:
    """A node under a label that no other source has; `known` gets it."""
    label = node.value
    known[label] = node if is_random(label) else BlankNode(f"{scope}{len(known)}")
    return known[label]


def recorded(quads: Iterable[Quad], scope: str, known: dict[str, BlankNode]) -> Iterator[Quad]:
    """The quads with labels that no other source has; `known` gets the nodes.

    Written for speed, as millions pass through, and making a quad takes ten times looking at one.
    """
    others: set[str] = set()  # labels that the file gives, which another file may give too

    def renamed(term: Any) -> Any:
        if type(term) is BlankNode:
            return known[term.value] if term.value in known else learn(term)
        return Triple(*map(renamed, term)) if type(term) is Triple else term

    def learn(node: BlankNode) -> BlankNode:
        label = node.value
        if not is_random(label):
            others.add(label)
            node = BlankNode(f"{scope}{len(known)}")
        return known.setdefault(label, node)

    for quad in quads:
        subject, value, is_other = quad.subject, quad.object, False
        if type(subject) is BlankNode:
            label = subject.value
            if label not in known:
                learn(subject)
            is_other = label in others
        if type(value) is BlankNode:
            label = value.value
            if label not in known:
                learn(value)
            is_other = is_other or label in others
        if is_other or type(value) is Triple or type(quad.graph_name) is BlankNode:
            yield Quad(*map(renamed, quad))
        else:
            yield quad
