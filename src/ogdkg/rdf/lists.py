"""RDF lists, read from whatever holds their triples: https://www.w3.org/TR/rdf-schema/#ch_collectionvocab."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ogdkg.rdf.terms import RDF, Iri, Term

FIRST, REST, NIL = RDF + "first", RDF + "rest", Iri(RDF + "nil")


def members(head: Term | None, objects: Callable[[Term, str], Sequence[Term]]) -> Iterator[Term]:
    """Yield the members of a list, as far as it goes on; a circle ends it.

    Args:
        head: The list. What is no node, or one of which nothing is said, has no members.
        objects: The objects of a node and a property.
    """
    seen: set[Term] = set()
    while head is not None and head != NIL and head not in seen:
        seen.add(head)
        yield from objects(head, FIRST)[:1]
        head = next(iter(objects(head, REST)), None)
