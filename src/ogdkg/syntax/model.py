"""What a reader yields: statements of exact terms, and where each term stands.

Nothing is normalised: `01` stays `01`, `@EN` stays `@EN`.
"""

from __future__ import annotations

from typing import Protocol

from ogdkg.errors import Place
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import RDF, Iri, Quad, Subject, Term, Triple

RDF_TYPE = Iri(RDF + "type")
RDF_FIRST = Iri(RDF + "first")
RDF_REST = Iri(RDF + "rest")
RDF_NIL = Iri(RDF + "nil")
RDF_REIFIES = Iri(RDF + "reifies")


class Positions(Protocol):
    """A document that knows the line and column of an offset."""

    def place(self, offset: int) -> Place:
        """Return the line and column of an offset."""


class Statement(NamedTuple):
    """One quad and where it stands; `graph` is None in the unnamed graph.

    What the offsets count, the source knows. Places are worked out when asked for, since few ever are.
    """

    subject: Subject
    predicate: Iri
    object: Term
    graph: Subject | None
    subject_offset: int
    predicate_offset: int
    object_offset: int
    source: Positions

    @property
    def triple(self) -> Triple:
        """The statement without its graph."""
        return Triple(self.subject, self.predicate, self.object)

    @property
    def quad(self) -> Quad:
        """The statement with its graph."""
        return Quad(self.subject, self.predicate, self.object, self.graph)

    @property
    def subject_place(self) -> Place:
        """Where the subject stands."""
        return self.source.place(self.subject_offset)

    @property
    def predicate_place(self) -> Place:
        """Where the predicate stands."""
        return self.source.place(self.predicate_offset)

    @property
    def object_place(self) -> Place:
        """Where the object stands."""
        return self.source.place(self.object_offset)
