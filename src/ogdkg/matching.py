"""What two graphs do not share, where blank nodes count as shared that say mostly the same."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from ogdkg.structure import Structure
from ogdkg.syntax.model import RDF_FIRST
from ogdkg.terms import Blank, Iri, Quad, Subject

_MANY = 10_000  # pairs of nodes to compare; beyond that nodes count as gone and new


class Said(NamedTuple):
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


def unmatched(left: Structure, right: Structure) -> tuple[list[Said], list[Said]]:
    """What only the left graph says, and what only the right one does."""
    only_left: list[Said] = []
    only_right: list[Said] = []
    waiting = _roots(left, right)
    met = {(meeting.left, meeting.right) for meeting in waiting}
    while waiting:
        meeting = waiting.pop()
        lone_left = _lone(left, meeting.left, right, meeting.right)
        lone_right = _lone(right, meeting.right, left, meeting.left)
        pairs = _pairs(left, lone_left, right, lone_right)
        for one, other in pairs:
            path = (*meeting.path, one.predicate)
            deeper = _Meeting(meeting.subject, path, _blank(one), _blank(other))
            if (deeper.left, deeper.right) not in met:
                met.add((deeper.left, deeper.right))
                waiting.append(deeper)
        paired_left, paired_right = {one for one, _ in pairs}, {other for _, other in pairs}
        only_left += _said(meeting, (quad for quad in lone_left if quad not in paired_left))
        only_right += _said(meeting, (quad for quad in lone_right if quad not in paired_right))
    return only_left, only_right


def _said(meeting: _Meeting, quads: Iterable[Quad]) -> list[Said]:
    return [Said(meeting.subject, (*meeting.path, quad.predicate), quad) for quad in quads]


def _blank(quad: Quad) -> Blank | None:
    return quad.object if isinstance(quad.object, Blank) else None


def _roots(left: Structure, right: Structure) -> list[_Meeting]:
    """The things to begin with: each IRI with itself, blank nodes with their likes."""
    iris = {node for side in (left, right) for node in side.said if isinstance(node, Iri)}
    found = [_Meeting(iri, (), iri, iri) for iri in sorted(iris, key=lambda iri: iri.value)]
    free_left = [node for node in left.roots() if isinstance(node, Blank)]
    free_right = [node for node in right.roots() if isinstance(node, Blank)]
    lone_left, lone_right = _unlike(left, free_left, right, free_right)
    for one, other in _nearest(left, lone_left, right, lone_right):
        lone_left.remove(one)
        lone_right.remove(other)
        found.append(_Meeting(other, (), one, other))
    found += [_Meeting(node, (), node, None) for node in lone_left]
    return found + [_Meeting(node, (), None, node) for node in lone_right]


def _unlike(
    left: Structure, nodes: list[Blank], right: Structure, others: list[Blank]
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
    side: Structure, node: Subject | None, opposite: Structure, counterpart: Subject | None
) -> list[Quad]:
    """The quads of a node that its counterpart lacks; equal ones count as often as they stand there."""
    has: dict[str, int] = {}
    for quad in opposite.said.get(counterpart, ()) if counterpart else ():
        line = opposite.line(quad)
        has[line] = has.get(line, 0) + 1
    lone = []
    for quad in side.said.get(node, ()) if node else ():
        line = side.line(quad)
        has[line] = has.get(line, 0) - 1
        if has[line] < 0:
            lone.append(quad)
    return lone


def _pairs(
    left: Structure, ones: list[Quad], right: Structure, others: list[Quad]
) -> list[tuple[Quad, Quad]]:
    """Quads of one predicate whose objects are blank nodes that say mostly the same; lists are values."""
    found = []
    nodes_left, nodes_right = _openable(left, ones), _openable(right, others)
    for predicate in {quad.predicate for quad in nodes_left.values()}:
        these = [node for node, quad in nodes_left.items() if quad.predicate == predicate]
        those = [node for node, quad in nodes_right.items() if quad.predicate == predicate]
        found += [(nodes_left[a], nodes_right[b]) for a, b in _nearest(left, these, right, those)]
    return found


def _openable(side: Structure, quads: Iterable[Quad]) -> dict[Blank, Quad]:
    """The quads that lead to a blank node of which something is said, and which is no list."""
    return {
        quad.object: quad
        for quad in quads
        if isinstance(quad.object, Blank)
        and quad.object in side.said
        and not any(below.predicate == RDF_FIRST for below in side.said[quad.object])
    }


def _nearest(
    left: Structure, ones: list[Blank], right: Structure, others: list[Blank]
) -> list[tuple[Blank, Blank]]:
    """Pairs of nodes that share something, those that share most first, each node once."""
    if len(ones) * len(others) > _MANY:
        return []
    scored = [(_likeness(left, a, right, b), i, a, b) for i, (a, b) in enumerate(product(ones, others))]
    found: dict[Blank, Blank] = {}
    for score, _, one, other in sorted(scored, key=lambda entry: (-entry[0], entry[1])):
        if score and one not in found and other not in found.values():
            found[one] = other
    return list(found.items())


def _likeness(left: Structure, one: Blank, right: Structure, other: Blank) -> int:
    """Predicates shared count once, those with the same object three times."""
    said, heard = left.said.get(one, ()), right.said.get(other, ())
    lines = {left.line(quad) for quad in said} & {right.line(quad) for quad in heard}
    predicates = {quad.predicate for quad in said} & {quad.predicate for quad in heard}
    return 2 * len(lines) + len(predicates)
