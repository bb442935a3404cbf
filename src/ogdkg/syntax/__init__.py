"""The lossless reader of Turtle, TriG, N-Triples and N-Quads: exact terms, and the position of each.

May import `rdf` and `errors`. Start reading at `reader.py`, for the formatter at `layout.py`; RDF/XML has a
reader of its own, `rdfxml`.
"""

from ogdkg.syntax.grammar import Token, tokens
from ogdkg.syntax.locate import Fit, TriplePattern, fits, fits_among, locate, locate_among
from ogdkg.syntax.model import Statement
from ogdkg.syntax.reader import format_of, read, source_of
from ogdkg.syntax.source import Source

__all__ = [
    "Fit", "Source", "Statement", "Token", "TriplePattern", "fits", "fits_among", "format_of", "locate",
    "locate_among", "read", "source_of", "tokens",
]  # fmt: skip
