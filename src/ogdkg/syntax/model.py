"""What a reader yields: terms and statements, exactly as the document spells their values.

Nothing is normalised: `01` stays `01`, `@EN` stays `@EN`. Two literals are equal when RDF 1.1 Concepts, 3.3,
calls their terms equal, save that language tags are compared with their case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ogdkg.errors import Place

if TYPE_CHECKING:
    from ogdkg.syntax.source import Source

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Iri:
    """An absolute IRI."""

    value: str


@dataclass(frozen=True, slots=True)
class BlankNode:
    """A blank node; the label is the document's own, or one that the document does not use."""

    label: str


class Literal(NamedTuple):
    """A literal; `language` is None unless the datatype is rdf:langString."""

    lexical: str
    datatype: Iri
    language: str | None = None


Term = Iri | BlankNode | Literal
Node = Iri | BlankNode
Triple = tuple[Node, Iri, Term]

RDF_TYPE = Iri(_RDF + "type")
RDF_FIRST = Iri(_RDF + "first")
RDF_REST = Iri(_RDF + "rest")
RDF_NIL = Iri(_RDF + "nil")
RDF_LANG_STRING = Iri(_RDF + "langString")
XSD_STRING = Iri(_XSD + "string")
XSD_BOOLEAN = Iri(_XSD + "boolean")
XSD_INTEGER = Iri(_XSD + "integer")
XSD_DECIMAL = Iri(_XSD + "decimal")
XSD_DOUBLE = Iri(_XSD + "double")


class Statement(NamedTuple):
    """One quad and where it stands; `graph` is None in the unnamed graph.

    The offsets count bytes of the source. Places are worked out when asked for, since few ever are.
    """

    subject: Node
    predicate: Iri
    object: Term
    graph: Node | None
    subject_offset: int
    predicate_offset: int
    object_offset: int
    source: Source

    @property
    def triple(self) -> Triple:
        return self[:3]

    @property
    def subject_place(self) -> Place:
        return self.source.place(self.subject_offset)

    @property
    def predicate_place(self) -> Place:
        return self.source.place(self.predicate_offset)

    @property
    def object_place(self) -> Place:
        return self.source.place(self.object_offset)
