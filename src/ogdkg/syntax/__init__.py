"""The lossless reader of Turtle, TriG, N-Triples and N-Quads: exact terms, and where each stands."""

from ogdkg.syntax.grammar import Token, tokens
from ogdkg.syntax.locate import Wanted, locate
from ogdkg.syntax.model import Statement
from ogdkg.syntax.reader import format_of, read, source_of
from ogdkg.syntax.source import Source

__all__ = ["Source", "Statement", "Token", "Wanted", "format_of", "locate", "read", "source_of", "tokens"]
