"""All statements of a graph in memory, by subject and by object: for who makes the pages of all resources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from ogdkg.rdf.statements import Statement, statement_of
from ogdkg.rdf.terms import Iri, Quad, Subject, Term, to_ntriples

T = TypeVar("T")


class Snapshot:
    """The statements of a graph that changes no more.

    Args:
        quads: The statements.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._about: dict[Term, list[Quad]] = {}
        self._links: dict[Term, list[Quad]] = {}
        self._made: dict[Iri, object] = {}
        same: dict[Term | None, Term | None] = {}  # one object for a term, which is then compared fast
        self._spelled = _Spelled()
        self._statements: dict[str, list[Statement]] = {}
        for each in quads:
            quad = Quad(*(same.setdefault(term, term) for term in each))  # type: ignore[arg-type]
            self._about.setdefault(quad.subject, []).append(quad)
            self._links.setdefault(quad.object, []).append(quad)
            statement = self.statement(quad)
            self._statements.setdefault(statement[1], []).append(statement)

    def __iter__(self) -> Iterator[Quad]:
        """Iterate all statements."""
        return chain.from_iterable(self._about.values())

    def about(self, subject: Subject) -> Sequence[Quad]:
        """Return the statements about a node."""
        return self._about.get(subject, ())

    def statement(self, quad: Quad) -> Statement:
        """Return the terms of a quad in N-Triples syntax; each term is written once."""
        return statement_of(quad, self._spelled.__getitem__)

    def statements_about(self, subject: str) -> Sequence[Statement]:
        """Return the statements about a node, which is written in N-Triples syntax."""
        return self._statements.get(subject, ())

    def links(self, obj: Term) -> Sequence[Quad]:
        """Return the statements whose object is a term."""
        return self._links.get(obj, ())

    def kept(self, node: Iri, make: Callable[[], T]) -> T:
        """Return what is made once of what is said of a node."""
        if node not in self._made:
            self._made[node] = make()
        found: T = self._made[node]  # type: ignore[assignment]  # as it was made
        return found


class _Spelled(dict[Term, str]):
    """The terms in N-Triples syntax."""

    def __missing__(self, term: Term) -> str:
        text = self[term] = to_ntriples(term)
        return text
