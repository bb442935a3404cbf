"""Where statements stand in the files of a project, each by the named graph that it is in."""

from __future__ import annotations

from collections.abc import Iterable

from ogdkg.errors import Place
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph
from ogdkg.rdf.datatypes import NUMBERS
from ogdkg.rdf.formats import LOSSLESS, by_extension
from ogdkg.rdf.terms import Blank, Iri, Literal, Quad, Term
from ogdkg.syntax.reader import Reader, source_of

_Key = tuple[str, ...]


def places_of(graph: Graph, quads: Iterable[Quad]) -> dict[Quad, Place]:
    """Return where the objects of statements stand, as far as files that keep places have them.

    Reads the files of the project until all are found. Another graph may have the same triple elsewhere.
    """
    wanted = {_key(*quad.triple, quad.graph): quad for quad in quads}
    found: dict[Quad, Place] = {}
    for source in graph.files if wanted else ():
        form = by_extension(source.path, LOSSLESS)
        if form is None:
            continue
        name, base = shown_path(source.path), source.path.resolve().as_uri()
        for statement in Reader(source_of(source.path), form.name, base):
            key = _key(*statement.triple, statement.graph or source.graph)
            if key in wanted and wanted[key] not in found:
                found[wanted[key]] = statement.object_place._replace(file=name)
        if len(found) == len(wanted):
            break
    return found


def _key(subject: Term, predicate: Iri, value: Term, graph: Term | None) -> _Key:
    """What a statement is found by: stores keep no labels of blank nodes, and may rewrite numbers."""
    return _text(subject), predicate.value, _text(value), str(graph)


def _text(term: Term) -> str:
    if isinstance(term, Blank):
        return "_:"
    if isinstance(term, Literal) and term.datatype in NUMBERS:
        from decimal import Decimal, DecimalException  # only numbers need it

        try:
            return str(Decimal(term.value).normalize()) if len(term.value) < 1000 else term.value
        except DecimalException:
            return term.value
    return f"{term.value}@{term.language.lower()}" if isinstance(term, Literal) else str(term)
