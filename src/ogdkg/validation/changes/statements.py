"""The statements that differ between two versions of some files, blank nodes told by what is said of them.

A blank node has no name that two versions share. One that is written as `[ … ]`, a tree below a subject with
a name, is the same if all below it is. Whatever hangs together in another way counts as changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

from pyoxigraph import BlankNode, Triple

from ogdkg.validation.core.results import Term

MOST_STEPS = 200  # within one another, of a tree


def differing(old: Iterable[Triple], new: Iterable[Triple]) -> list[Triple]:
    """The statements that only one of two versions has, and perhaps some that both have."""
    one, other = _Version(old), _Version(new)
    found = [*(one.plain ^ other.plain), *one.tangled, *other.tangled]
    for version, lacking in ((one, one.trees - other.trees), (other, other.trees - one.trees)):
        for key in lacking:
            for root in version.roots[key]:
                found += version.all_of(root)
    return found


class _Version:
    """The statements of one version: those without blank nodes, those in trees, and the others."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.plain: set[Triple] = set()
        self.tangled: list[Triple] = []
        self.trees: Counter[tuple[str, ...]] = Counter()
        self.roots: dict[tuple[str, ...], list[tuple[Triple | None, BlankNode]]] = {}
        self._said: dict[BlankNode, list[Triple]] = {}
        self._above: dict[BlankNode, list[Triple]] = {}
        self._in_trees: set[BlankNode] = set()
        for triple in dict.fromkeys(triples):
            if not self._take(triple):
                self.plain.add(triple)
        self._find_trees()
        for node in self._said.keys() | self._above.keys():
            if node not in self._in_trees:
                self.tangled += [*self._said.get(node, ()), *self._above.get(node, ())]

    def _take(self, triple: Triple) -> bool:
        if type(triple.subject) is BlankNode:
            self._said.setdefault(triple.subject, []).append(triple)
        if type(triple.object) is BlankNode:
            self._above.setdefault(triple.object, []).append(triple)
        return BlankNode in (type(triple.subject), type(triple.object))

    def _find_trees(self) -> None:
        """Take in each tree: a node that a statement of a named subject leads to, or none, and all below."""
        for node in self._said.keys() | self._above.keys():
            above = self._above.get(node, [])
            if len(above) > 1 or (above and type(above[0].subject) is BlankNode):
                continue
            digest = self._digest(node, MOST_STEPS)
            if digest is None:
                continue
            link = above[0] if above else None
            key = (str(link.subject), str(link.predicate), digest) if link else (digest,)
            self.trees[key] += 1
            self.roots.setdefault(key, []).append((link, node))
            self._in_trees.update(self._below(node))

    def _digest(self, node: BlankNode, left: int) -> str | None:
        """What a tree says, as a number; None for what is no tree."""
        if not left or len(self._above.get(node, ())) > 1:
            return None
        lines = []
        for triple in self._said.get(node, ()):
            value: Term | str | None = triple.object
            if isinstance(value, BlankNode):
                value = self._digest(value, left - 1)
                if value is None:
                    return None
            lines.append(f"{triple.predicate} {value}")
        return sha256("\n".join(sorted(lines)).encode()).hexdigest()

    def _below(self, node: BlankNode) -> Iterator[BlankNode]:
        waiting = [node]
        for each in waiting:
            yield each
            waiting += [t.object for t in self._said.get(each, ()) if isinstance(t.object, BlankNode)]

    def all_of(self, root: tuple[Triple | None, BlankNode]) -> Iterator[Triple]:
        """The statements of a tree, with the one that leads to it."""
        link, node = root
        if link:
            yield link
        for each in self._below(node):
            yield from self._said.get(each, ())
