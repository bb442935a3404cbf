"""Files of rules as a shapes graph whose nodes know their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Triple

from ogdkg.errors import InputError, Place
from ogdkg.files.names import shown
from ogdkg.files.packed import unpacked_bytes
from ogdkg.rdf.formats import FOR_RDF, LOSSLESS, by_extension
from ogdkg.store.codec import ox_spo, raw_quads
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import Source
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes, ShapesError


class RuleFiles:
    """The shapes graph of some files.

    Attributes:
        shapes: The graph; no two files share a blank node.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        """Read the files; InputError for one that does not parse."""
        self._places: dict[Term, tuple[Path, int | None]] = {}
        triples = [each for number, path in enumerate(paths) for each in self._triples(path, number)]
        self._first = paths[0]
        self.shapes = Shapes(triples)

    def _triples(self, path: Path, number: int) -> Iterator[Triple]:
        engine = [quad.triple for quad in raw_quads(path, newer=False)]  # refuses what is no RDF
        form = by_extension(path, FOR_RDF)
        found = self._with_lines(path, form.name) if form in LOSSLESS else ((each, None) for each in engine)
        for triple, line in found:
            subject: Any = _of_file(triple.subject, number)
            value: Any = _of_file(triple.object, number)
            self._places.setdefault(subject, (path, line))
            yield Triple(subject, triple.predicate, value)

    @staticmethod
    def _with_lines(path: Path, form: str) -> Iterator[tuple[Triple, int | None]]:
        """The triples as our own reader has them, each with the line of its subject."""
        source = Source(unpacked_bytes(path.read_bytes(), shown(path)), shown(path))
        for statement in Reader(source, form):
            yield Triple(*ox_spo(statement.triple)), statement.subject_place.line

    def place(self, node: Term) -> tuple[Path, int | None]:
        """The file of a node, and the line at which it is described first, where that can be told."""
        return self._places.get(node, (self._first, None))

    def fault(self, error: ShapesError) -> InputError:
        """The error with its place."""
        path, line = self.place(error.node)
        return InputError(error.message, place=Place(shown(path), line), hint=error.hint)


def _of_file(term: Term, number: int) -> Term:
    return BlankNode(f"f{number}n{term.value}") if isinstance(term, BlankNode) else term
