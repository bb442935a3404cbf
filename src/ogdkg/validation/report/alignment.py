"""Finds the blank nodes of the data again among those that the lossless reader yields.

Nodes with labels are found by these. A node that is written as `[ … ]`, or as a cell of `( … )`, stands in
one place: it is the subject of a sentence, or the object of one triple. Both parsers yield the sentences of a
file, and the objects of one subject and predicate, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from pyoxigraph import BlankNode, Quad

from ogdkg.rdf.terms import Blank, Subject
from ogdkg.syntax.model import Statement

Key = Hashable  # an IRI, a label, or the very node if it has no label
Below = Mapping[Key, Mapping[str, Sequence[Key]]]


class Tree:
    """The nodes without labels in the order of one parser, each below the subject that leads to it.

    Attributes:
        below: The nodes that a subject leads to, by predicate.
    """

    def __init__(self) -> None:
        self.below: dict[Key, dict[str, list[Key]]] = {}
        self._subjects: dict[Key, None] = {}
        self._objects: set[Key] = set()

    def add(self, subject: Key, predicate: str, value: Key | None, *, is_nameless: bool) -> None:
        """Take in a triple; `value` is None unless it is a node without a label."""
        if is_nameless:
            self._subjects[subject] = None
        if value is not None and value not in self._objects:
            self._objects.add(value)
            self.below.setdefault(subject, {}).setdefault(predicate, []).append(value)

    def roots(self) -> list[Key]:
        """The subjects without labels that nothing leads to."""
        return [each for each in self._subjects if each not in self._objects]


def aligned(
    quads: Iterable[Quad],
    label: Callable[[BlankNode], str | None],
    statements: Iterable[Statement],
    is_anonymous: Callable[[Blank], bool],
) -> dict[BlankNode, Blank]:
    """The reader's node for each node of the quads that has no label.

    Args:
        quads: A file as the engine's parser reads it.
        label: The label that a node has in the file.
        statements: The same file as the lossless reader reads it.
        is_anonymous: Whether a node of the reader has no label in the file.
    """
    ours, theirs = _tree_of_quads(quads, label), tree_of_statements(statements, is_anonymous)
    return paired(ours.below, theirs.below, dict(zip(ours.roots(), theirs.roots(), strict=False)))


def paired(ours: Below, theirs: Below, roots: Mapping[Key, Key]) -> dict[BlankNode, Blank]:
    """The node of `theirs` for each of `ours`, as they follow one another below the same subject.

    Args:
        ours: The nodes below each subject, by predicate, in the order of the file.
        theirs: Likewise of the lossless reader.
        roots: The pairs among the subjects without labels that nothing leads to.
    """
    found: dict[Key, Key] = dict(roots)
    waiting = [*found, *(key for key in ours if not isinstance(key, BlankNode))]
    while waiting:
        key = waiting.pop()
        same = theirs.get(found.get(key, key), {})
        for predicate, nodes in ours.get(key, {}).items():
            pairs = dict(zip(nodes, same.get(predicate, ()), strict=False))
            found.update(pairs)
            waiting.extend(pairs)
    return {a: b for a, b in found.items() if isinstance(a, BlankNode) and isinstance(b, Blank)}


def _tree_of_quads(quads: Iterable[Quad], label: Callable[[BlankNode], str | None]) -> Tree:
    tree = Tree()
    for quad in quads:
        subject, value = quad.subject, quad.object
        if type(subject) is BlankNode or type(value) is BlankNode:
            name = label(subject) if type(subject) is BlankNode else None
            is_nameless = type(subject) is BlankNode and name is None
            key = subject if is_nameless else f"_:{name}" if name else getattr(subject, "value", subject)
            nameless = value if type(value) is BlankNode and label(value) is None else None
            tree.add(key, quad.predicate.value, nameless, is_nameless=is_nameless)
    return tree


def tree_of_statements(statements: Iterable[Statement], is_anonymous: Callable[[Blank], bool]) -> Tree:
    """The nodes without labels that statements of the lossless reader lead to."""
    tree = Tree()
    for statement in statements:
        subject, value = statement.subject, statement.object
        if isinstance(subject, Blank) or isinstance(value, Blank):
            is_nameless = isinstance(subject, Blank) and is_anonymous(subject)
            key = _key(subject, is_nameless=is_nameless)
            nameless = value if isinstance(value, Blank) and is_anonymous(value) else None
            tree.add(key, statement.predicate.value, nameless, is_nameless=is_nameless)
    return tree


def _key(subject: Subject, *, is_nameless: bool) -> Key:
    if is_nameless:
        return subject
    return f"_:{subject.label}" if isinstance(subject, Blank) else subject.value
