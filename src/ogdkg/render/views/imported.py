"""Writes the files of an import, and its changes as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ogdkg.files.names import shown_path
from ogdkg.importing.folder import MARK
from ogdkg.importing.operation import Change
from ogdkg.rdf import formats
from ogdkg.rdf.terms import Triple
from ogdkg.render.rdf.writers import write_triples
from ogdkg.syntax.layout import layout
from ogdkg.syntax.source import from_text


def file_text(triples: Iterable[Triple], prefixes: Mapping[str, str], name: str) -> str:
    """Return statements as canonical Turtle, below the mark that identifies imported files."""
    return layout(from_text(f"{MARK}\n{_turtle(triples, prefixes)}", name), formats.TURTLE)


def change_lines(changes: Iterable[Change], prefixes: Mapping[str, str], *, whole: bool) -> Iterator[str]:
    """Yield a line per file with the number of added and removed statements; with `whole`, these too."""
    for change in changes:
        word = "new" if change.is_new else "gone" if change.is_gone else "changed"
        counts = " ".join(f"{sign}{len(those)}" for sign, those in _sides(change) if those)
        yield f"{word:8}{shown_path(change.path)}  {counts}".rstrip()
        if whole and not change.is_new:
            for sign, those in _sides(change):
                for triple in sorted(those, key=str):
                    text = "".join(_turtle([triple], prefixes).splitlines()[-1:])
                    yield f"  {sign} {text}"


def _sides(change: Change) -> Iterator[tuple[str, frozenset[Triple]]]:
    yield "+", change.added
    yield "-", change.removed


def _turtle(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> str:
    pieces = write_triples(triples, formats.TURTLE, prefixes)
    return "".join(piece if isinstance(piece, str) else piece.decode() for piece in pieces)
