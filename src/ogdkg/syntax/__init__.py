"""The lossless reader of Turtle, TriG, N-Triples and N-Quads: exact terms, and where each stands."""

from ogdkg.syntax.grammar import Token, tokens
from ogdkg.syntax.locate import locate
from ogdkg.syntax.model import BlankNode, Iri, Literal, Node, Statement, Term, Triple
from ogdkg.syntax.reader import format_of, read, source_of
from ogdkg.syntax.source import Source

__all__ = [
    "BlankNode",
    "Iri",
    "Literal",
    "Node",
    "Source",
    "Statement",
    "Term",
    "Token",
    "Triple",
    "format_of",
    "locate",
    "read",
    "source_of",
    "tokens",
]
