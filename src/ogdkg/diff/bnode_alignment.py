"""What two graphs do not share, where blank nodes count as shared that say mostly the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import NamedTuple

from ogdkg.diff.bnode_hashing import NodeHashes
from ogdkg.rdf.terms import Blank, Iri, Quad, Subject

_MANY = 10_000  # pairs of nodes to compare; beyond that nodes count as gone and new
_FAR = 50  # steps from a thing; differences beyond that are reported at the node there


class NodeStatement(NamedTuple):
    """A quad that one graph alone has, as it is said of the thing that leads to it over `path`."""

    subject: Subject
    path: tuple[Iri, ...]
    quad: Quad


class _Meeting(NamedTuple):
    """Two nodes, one of each graph, that stand for the same; None where a graph has none."""

    subject: Subject
    path: tuple[Iri, ...]
    left: Subject | None
    right: Subject | None


def unmatched(left: NodeHashes, right: NodeHashes) -> tuple[list[NodeStatement], list[NodeStatement]]:
    """What only the left graph says, and what only the right one does."""
    only_left: list[NodeStatement] = []
    only_right: list[NodeStatement] = []
    likeness = _Likeness(left, right)
    waiting = _roots(left, right, likeness)
    met = {(meeting.left, meeting.right) for meeting in waiting}
    while waiting:
        meeting = waiting.pop()
        lone_left = _lone(left, meeting.left, right, meeting.right)
        lone_right = _lone(right, meeting.right, left, meeting.left)
        near = len(meeting.path) < _FAR
        pairs = _pairs(likeness, _openable(left, lone_left), _openable(right, lone_right)) if near else []
        for one, other in pairs:
            path = (*meeting.path, one.predicate)
            deeper = _Meeting(meeting.subject, path, _blank(one), _blank(other))
            if (deeper.left, deeper.right) not in met:
                met.add((deeper.left, deeper.right))
                waiting.append(deeper)
        paired_left, paired_right = {one for one, _ in pairs}, {other for _, other in pairs}
        only_left += _statements(meeting, (quad for quad in lone_left if quad not in paired_left))
        only_right += _statements(meeting, (quad for quad in lone_right if quad not in paired_right))
    return only_left, only_right


def _statements(meeting: _Meeting, quads: Iterable[Quad]) -> list[NodeStatement]:
    return [NodeStatement(meeting.subject, (*meeting.path, quad.predicate), quad) for quad in quads]


def _blank(quad: Quad) -> Blank | None:
    return quad.object if isinstance(quad.object, Blank) else None


def _roots(left: NodeHashes, right: NodeHashes, likeness: _Likeness) -> list[_Meeting]:
    """The things to begin with: each IRI with itself, blank nodes with their likes."""
    iris = {node for side in (left, right) for node in side.outgoing if isinstance(node, Iri)}
    found = [_Meeting(iri, (), iri, iri) for iri in sorted(iris, key=lambda iri: iri.value)]
    free_left = [node for node in left.roots() if isinstance(node, Blank)]
    free_right = [node for node in right.roots() if isinstance(node, Blank)]
    lone_left, lone_right = _unlike(left, free_left, right, free_right)
    pairs = _nearest(likeness, lone_left, lone_right)
    found += [_Meeting(other, (), one, other) for one, other in pairs]
    met = {node for pair in pairs for node in pair}
    found += [_Meeting(node, (), node, None) for node in lone_left if node not in met]
    return found + [_Meeting(node, (), None, node) for node in lone_right if node not in met]


def _unlike(
    left: NodeHashes, nodes: list[Blank], right: NodeHashes, others: list[Blank]
) -> tuple[list[Blank], list[Blank]]:
    """The nodes of each side without those of the same digest on the other, each of which counts once."""
    by_digest: dict[str, list[Blank]] = {}
    for node in others:
        by_digest.setdefault(right.key(node), []).append(node)
    alone = []
    for node in nodes:
        likes = by_digest.get(left.key(node))
        if likes:
            likes.pop()
        else:
            alone.append(node)
    return alone, [node for rest in by_digest.values() for node in rest]


def _lone(
    side: NodeHashes, node: Subject | None, opposite: NodeHashes, counterpart: Subject | None
) -> list[Quad]:
    """The quads of a node that its counterpart lacks; equal ones count as often as they stand there."""
    has: dict[str, int] = {}
    for quad in opposite.outgoing.get(counterpart, ()) if counterpart else ():
        line = opposite.line(quad)
        has[line] = has.get(line, 0) + 1
    lone = []
    for quad in side.outgoing.get(node, ()) if node else ():
        line = side.line(quad)
        has[line] = has.get(line, 0) - 1
        if has[line] < 0:
            lone.append(quad)
    return lone


def _pairs(
    likeness: _Likeness, nodes_left: Mapping[Blank, Quad], nodes_right: Mapping[Blank, Quad]
) -> list[tuple[Quad, Quad]]:
    """Quads of one predicate whose objects are blank nodes that say mostly the same; lists are values."""
    found: list[tuple[Quad, Quad]] = []
    by_predicate = _by_predicate(nodes_right)
    for predicate, these in _by_predicate(nodes_left).items():
        those = by_predicate.get(predicate, [])
        found += [(nodes_left[a], nodes_right[b]) for a, b in _nearest(likeness, these, those)]
    return found


def _by_predicate(nodes: Mapping[Blank, Quad]) -> dict[Iri, list[Blank]]:
    groups: dict[Iri, list[Blank]] = {}
    for node, quad in nodes.items():
        groups.setdefault(quad.predicate, []).append(node)
    return groups


def _openable(side: NodeHashes, quads: Iterable[Quad]) -> dict[Blank, Quad]:
    """The quads that lead to a blank node of which something is said, and which is no list."""
    return {
        quad.object: quad
        for quad in quads
        if isinstance(quad.object, Blank) and quad.object in side.outgoing and quad.object not in side.cells
    }


def _nearest(likeness: _Likeness, ones: list[Blank], others: list[Blank]) -> list[tuple[Blank, Blank]]:
    """Pairs of nodes that share something, those that share most first, each node once."""
    if len(ones) * len(others) > _MANY:
        return []
    scored = [(likeness(a, b), i, a, b) for i, (a, b) in enumerate(product(ones, others))]
    found: dict[Blank, Blank] = {}
    taken: set[Blank] = set()
    for score, _, one, other in sorted(scored, key=lambda entry: (-entry[0], entry[1])):
        if score and one not in found and other not in taken:
            found[one] = other
            taken.add(other)
    return list(found.items())


class _Likeness:
    """How much a node of one graph shares with one of another, each pair worked out once."""

    def __init__(self, left: NodeHashes, right: NodeHashes) -> None:
        self._sides = left, right
        self._known: tuple[dict[Blank, _Known], dict[Blank, _Known]] = {}, {}
        self._scores: dict[tuple[Blank, Blank], int] = {}

    def __call__(self, one: Blank, other: Blank) -> int:
        """Predicates shared count once, those with the same object three times."""
        if (one, other) not in self._scores:
            (lines, predicates), (more_lines, more_predicates) = self._of(0, one), self._of(1, other)
            score = 2 * len(lines & more_lines) + len(predicates & more_predicates)
            self._scores[one, other] = score
        return self._scores[one, other]

    def _of(self, number: int, node: Blank) -> _Known:
        side, known = self._sides[number], self._known[number]
        if node not in known:
            quads = side.outgoing.get(node, ())
            known[node] = {side.line(quad) for quad in quads}, {quad.predicate for quad in quads}
        return known[node]


_Known = tuple[set[str], set[Iri]]
