"""Hashes blank nodes by their statements, to find equal nodes of two graphs whatever their labels."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from ogdkg.rdf.datatypes import has_shorthand
from ogdkg.rdf.terms import (
    XSD_STRING,
    Blank,
    Iri,
    Literal,
    Namespaces,
    Quad,
    Subject,
    Term,
    TripleTerm,
    blanks_of,
    to_ntriples,
)
from ogdkg.syntax.model import RDF_FIRST, RDF_NIL, RDF_REST

_DEEPEST, _LONGEST = 3, 20  # levels and statements that are printed
_ROUNDS = 16  # for nodes in cycles: differences further away are not detected


class NodeHashes:
    """The quads of a graph by subject, and a digest of each blank node."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.outgoing: dict[Subject, list[Quad]] = {}
        for quad in quads:
            self.outgoing.setdefault(quad.subject, []).append(quad)
        self.digests: dict[Blank, str] = {}
        self.cells = {
            node for node, quads in self.outgoing.items() if any(q.predicate == RDF_FIRST for q in quads)
        }
        self._cycles: list[Blank] = []
        self._texts: dict[tuple[Blank, int], str] = {}  # of nodes, at each depth
        self._digest_trees()
        self._digest_cycles()

    def key(self, term: Term | None) -> str:
        """Return a key of a term that is equal for blank nodes of equal structure."""
        if isinstance(term, Blank):
            return self.digests.get(term) or _digest([])
        if isinstance(term, TripleTerm):
            return f"<<( {' '.join(map(self.key, (term.subject, term.predicate, term.object)))} )>>"
        return to_ntriples(term) if term else ""

    def line(self, quad: Quad) -> str:
        """Return the predicate, object and graph of a quad as text."""
        return f"{quad.predicate.value} {self.key(quad.object)} {self.key(quad.graph)}"

    def text(self, term: Term, names: Namespaces, depth: int = 0) -> str:
        """Return a term as Turtle, a blank node with its first statements."""
        if isinstance(term, Iri):
            return names.compact(term.value) or f"<{term.value}>"
        if isinstance(term, Literal):
            return _literal(term, names)
        if isinstance(term, TripleTerm):
            parts = (term.subject, term.predicate, term.object)
            return f"<<( {' '.join(self.text(part, names, depth) for part in parts)} )>>"
        if depth == _DEEPEST:
            return "[ … ]"
        if (term, depth) not in self._texts:
            self._texts[term, depth] = self._node(term, names, depth)
        return self._texts[term, depth]

    def _node(self, term: Blank, names: Namespaces, depth: int) -> str:
        quads = sorted(self.outgoing.get(term, ()), key=self.line)
        if term in self.cells:
            return f"( {' '.join(self._items(term, names, depth))} )"
        properties = [
            f"{self.text(quad.predicate, names)} {self.text(quad.object, names, depth + 1)}"
            for quad in quads[:_LONGEST]
        ]
        more = " ; …" if len(quads) > _LONGEST else ""
        return f"[ {' ; '.join(properties)}{more} ]" if properties else "[]"

    def _items(self, cell: Subject, names: Namespaces, depth: int) -> Iterator[str]:
        """Yield the first items of a list."""
        for _ in range(_LONGEST):
            parts = {quad.predicate: quad.object for quad in self.outgoing.get(cell, ())}
            if RDF_FIRST in parts:
                yield self.text(parts[RDF_FIRST], names, depth + 1)
            rest = parts.get(RDF_REST, RDF_NIL)
            if not isinstance(rest, Blank):
                return
            cell = rest
        yield "…"

    def roots(self) -> list[Subject]:
        """Return the subjects that are IRIs, the blank nodes that are no objects, and those in cycles."""
        inner = {quad.object for quads in self.outgoing.values() for quad in quads} - set(self._cycles)
        return [node for node in self.outgoing if not (isinstance(node, Blank) and node in inner)]

    def _digest_trees(self) -> None:
        """Digest each node after the nodes that it links to."""
        waiting: dict[Blank, int] = {}
        parents: dict[Blank, list[Blank]] = {}
        for node, quads in self.outgoing.items():
            if isinstance(node, Blank):
                below = [blank for q in quads for blank in blanks_of(q.object) if blank in self.outgoing]
                waiting[node] = len(below)
                for child in below:
                    parents.setdefault(child, []).append(node)
        ready = deque(node for node, count in waiting.items() if not count)
        while ready:
            node = ready.popleft()
            self.digests[node] = _digest(map(self.line, self.outgoing[node]))
            for parent in parents.get(node, ()):
                waiting[parent] -= 1
                if not waiting[parent]:
                    ready.append(parent)

    def _digest_cycles(self) -> None:
        """Digest the other nodes, which are in cycles, by iterated refinement."""
        unhashed = [node for node in self.outgoing if isinstance(node, Blank) and node not in self.digests]
        self._cycles = unhashed
        current: Mapping[Blank, str] = dict.fromkeys(unhashed, "circle")
        for _ in range(min(_ROUNDS, len(unhashed))):
            self.digests.update(current)
            current = {node: _digest(map(self.line, self.outgoing[node])) for node in unhashed}
        self.digests.update(current)


def _literal(term: Literal, names: Namespaces) -> str:
    """Return a literal as Turtle, in short form if it has one (2.5.2), with a prefixed datatype."""
    if has_shorthand(term.value, term.datatype):
        return term.value
    datatype = names.compact(term.datatype)
    if datatype is None or term.language or term.datatype == XSD_STRING:
        return to_ntriples(term)
    return f"{to_ntriples(Literal(term.value))}^^{datatype}"


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode(errors="surrogatepass")).hexdigest()
