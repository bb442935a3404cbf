"""Names for the things in an answer, where the query asks for none: for people, not for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ogdkg.rdf.terms import Iri, Literal, Row
from ogdkg.search.labels import LabelIndex, names_of_all, names_of_things
from ogdkg.store.base import Rows

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph

_LABEL = "Label"
_AT_ONCE = 500  # rows whose things are looked up together
_MOST_KNOWN = 50_000  # names that are remembered


def with_names(graph: Graph, rows: Rows) -> Rows:
    """Return rows with a column `xLabel` for each column `x` that has none, in the reader's language.

    Of a server the names are not asked for: it would be asked once more for every few rows.
    """
    wanted = [
        index
        for index, name in enumerate(rows.variables)
        if not name.endswith(_LABEL) and name + _LABEL not in rows.variables
    ]
    if graph.options.endpoint or not wanted:
        return rows
    heads = (*rows.variables, *(rows.variables[index] + _LABEL for index in wanted))
    return Rows(heads, _named(graph, rows.rows, wanted))


def _names(graph: Graph, things: Iterable[Iri]) -> LabelIndex:
    prefixes, languages = graph.project.prefixes, graph.project.languages
    if hasattr(graph.asked, "table"):  # where all names are kept
        return names_of_all(graph.asked, prefixes, languages)
    return names_of_things(graph.store, things, prefixes, languages)


def _named(graph: Graph, rows: Iterator[Row], wanted: Sequence[int]) -> Iterator[Row]:
    known: dict[Iri, Literal | None] = {}
    while some := list(islice(rows, _AT_ONCE)):
        things = {term for row in some for index in wanted if isinstance(term := row[index], Iri)}
        new = things - known.keys()
        if len(known) + len(new) > _MOST_KNOWN:
            known, new = {}, things
        if new:
            names = _names(graph, new)
            known |= {thing: Literal(name) if (name := names.label(thing)) else None for thing in new}
        for row in some:
            yield (
                *row,
                *(known.get(term) if isinstance(term := row[index], Iri) else None for index in wanted),
            )
