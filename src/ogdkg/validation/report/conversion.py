"""Terms of Oxigraph, which validation works with, and terms of the rest of the tool."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode

from ogdkg.rdf import terms
from ogdkg.validation.core.results import Term


def core_term(term: Term) -> terms.Term:
    """The term as the rest of the tool has it."""
    if isinstance(term, NamedNode):
        return terms.Iri(term.value)
    if not isinstance(term, Literal):
        return terms.Blank(term.value if isinstance(term, BlankNode) else str(term))
    if term.language:
        return terms.in_language(term.value, term.language)
    return terms.Literal(term.value, term.datatype.value)
