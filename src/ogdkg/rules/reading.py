"""Files of rules as a shapes graph whose nodes know their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Triple

from ogdkg.errors import InputError, Place
from ogdkg.files.names import shown_path
from ogdkg.files.packed import unpacked_bytes
from ogdkg.rdf.formats import FOR_RDF, LOSSLESS, Format, by_extension
from ogdkg.store.codec import ox_spo, raw_quads
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import Source
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes, ShapesError


class RuleFiles:
    """The shapes graph of some files.

    Attributes:
        shapes: The graph; no two files share a blank node.
        written: How many characters of SPARQL their rules have become so far.
    """

    def __init__(self, contents: Sequence[tuple[Path, bytes]], contexts: Mapping[str, Path]) -> None:
        """Read files of these contents; InputError for one that does not parse."""
        self.written = 0
        self._contexts = contexts
        self._places: dict[Term, tuple[Path, int | None]] = {}
        self._first, _ = contents[0]
        self.shapes = Shapes(each for n, file in enumerate(contents) for each in self._triples(n, *file))

    def _triples(self, number: int, path: Path, content: bytes) -> Iterator[Triple]:
        content = unpacked_bytes(content, shown_path(path))
        quads = list(raw_quads(path, content, self._contexts, newer=False))  # refuses what is no RDF
        form = by_extension(path, FOR_RDF)
        found = _with_lines(path, content, form) if form in LOSSLESS else ((each, None) for each in quads)
        for statement, line in found:
            subject: Any = _of_file(statement.subject, number)
            value: Any = _of_file(statement.object, number)
            self._places.setdefault(subject, (path, line))
            yield Triple(subject, statement.predicate, value)

    def place(self, node: Term) -> tuple[Path, int | None]:
        """The file of a node, and the line at which it is described first, where that can be told."""
        return self._places.get(node, (self._first, None))

    def fault(self, error: ShapesError) -> InputError:
        """The error with its place."""
        path, line = self.place(error.node)
        return InputError(error.message, place=Place(shown_path(path), line), hint=error.hint)


def _with_lines(path: Path, content: bytes, form: Format) -> Iterator[tuple[Triple, int | None]]:
    """The triples as our own reader has them, each with the line of its subject."""
    for statement in Reader(Source(content, shown_path(path)), form.name):
        yield Triple(*ox_spo(statement.triple)), statement.subject_place.line


def _of_file(term: Term, number: int) -> Term:
    return BlankNode(f"f{number}n{term.value}") if isinstance(term, BlankNode) else term
