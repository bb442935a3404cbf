"""Which IRI becomes which, and where it stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ogdkg.rdf.terms import Iri, Literal, Quad, Term, TripleTerm


@dataclass(frozen=True, slots=True)
class Moves:
    """What becomes of IRIs.

    Attributes:
        exact: New IRIs by old ones.
        namespace: A namespace all IRIs of which move, and the new one.
        ends: What things are called by the end of their IRI, and will be.
        keeps_descriptions: Whether what is said of an old IRI stays with it, as of a deprecated one.
        kept: Old IRIs of which nothing is said but what replaces them, which stays with each.
        renamed: The properties whose values become other names of the successor.
        names: The names that the successor has, which are not made other names of it.
    """

    exact: Mapping[str, str] = field(default_factory=dict)
    namespace: tuple[str, str] | None = None
    ends: Mapping[str, str] = field(default_factory=dict)
    keeps_descriptions: bool = False
    kept: frozenset[str] = frozenset()
    renamed: frozenset[str] = frozenset()
    names: frozenset[Term] = frozenset()

    def successor(self, iri: str) -> str | None:
        """Return what an IRI becomes; None if it stays.

        >>> Moves(namespace=("x:a/", "x:b/")).successor("x:a/1")
        'x:b/1'
        """
        found = self.exact.get(iri)
        if found is None and self.namespace and iri.startswith(self.namespace[0]):
            found = self.namespace[1] + iri[len(self.namespace[0]) :]
        return None if found == iri else found

    def of_namespace(self, text: str) -> str | None:
        """Return what the beginning of IRIs becomes; None if it stays."""
        if self.namespace and text.startswith(self.namespace[0]):
            return self.namespace[1] + text[len(self.namespace[0]) :]
        return None

    def term(self, term: Term) -> Term:
        """Return a term with the IRIs in it moved."""
        if isinstance(term, Iri):
            found = self.successor(term.value)
            return Iri(found) if found else term
        if isinstance(term, Literal):
            datatype = self.successor(term.datatype)
            return Literal(term.value, datatype, term.language, term.direction) if datatype else term
        if isinstance(term, TripleTerm):
            subject, predicate, value = map(self.term, (term.subject, term.predicate, term.object))
            return TripleTerm(subject, predicate, value)  # type: ignore[arg-type]  # as they were
        return term

    def keeps(self, subject: Term, value: Term | None = None) -> bool:
        """Whether a description keeps its subject, or would say of the successor that it is its own."""
        if isinstance(subject, Iri) and subject.value in self.kept:
            return True
        if not self.keeps_descriptions or not isinstance(subject, Iri):
            return False
        return subject.value in self.exact if value is None else self.term(value) == subject

    def quad(self, quad: Quad) -> Quad:
        """Return a statement with its IRIs moved, as far as they are."""
        subject, predicate, value, graph = quad
        moved = value if self.keeps(subject, value) else self.term(value)
        return Quad(
            subject if self.keeps(subject) else self.term(subject),  # type: ignore[arg-type]  # as it was
            self.term(predicate),  # type: ignore[arg-type]  # as it was
            moved,
            graph if graph is None or self.keeps_descriptions else self.term(graph),  # type: ignore[arg-type]
        )
