"""Rows with what states them: the graphs of the triples that each row rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ogdkg.errors import UsageError
from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.lineage.trace import Key, MatchedTriple, Tracer, plan_of
from ogdkg.evidence.rules import Rules
from ogdkg.rdf.terms import Literal, Row
from ogdkg.sparql.reader import read_query
from ogdkg.store.base import Rows, expect_rows

COLUMNS = ("cited", "citedLabel")  # the graphs' IRIs with blanks between them; and how a person reads them
_FEW = 1000  # so many rows are named in the question what they rest on, which spares the rest


class CitedRows(NamedTuple):
    """Rows with two columns more, and in which respects these are not exact: known once all rows are read."""

    rows: Rows
    notes: list[str]


def cite_rows(citations: Citations, text: str, rows: Rows, name: str = "query") -> CitedRows:
    """The rows of a SELECT, as they come, each with the graphs that state the triples it rests on.

    Passages come first, in the order of their lines; then the graphs of other layers. What a rule derived
    brings what it was drawn from.
    """
    from ogdkg.store.limit import run_with_timeout  # as in `graph`

    if not set(COLUMNS).isdisjoint(rows.variables):
        hint = "Give it another name."
        raise UsageError(f"The query has a column ?{COLUMNS[0]} or ?{COLUMNS[1]} of its own.", hint=hint)
    query = read_query(text, name)
    plan = plan_of(query, [f"?{variable}" for variable in rows.variables])
    places = [rows.variables.index(key.removeprefix("?")) for key in plan.keys]
    found = [(tuple(row[place] for place in places), row) for row in rows.rows]
    graph, notes = citations.graph, list(plan.notes)
    named = citations.has_several_sources or citations.sourced  # sources by their labels
    _ = citations.passages, named and citations.names  # before it forks

    def produce() -> Rows:
        wanted = dict.fromkeys(key for key, _ in found)
        lineage: dict[Key, set[MatchedTriple]] = {}
        # Only where rows were left out: the join may keep an engine from a better order of its own.
        among = list(wanted) if query.select.limits and len(wanted) <= _FEW else []
        for key, stated in Tracer(graph.store, citations.prefixes).solutions(plan, among):
            if key in wanted:
                lineage.setdefault(key, set()).update(stated)
        cited = _cited(citations, set().union(*lineage.values()))
        columns = {key: _columns(citations, stated, cited) for key, stated in lineage.items()}
        return Rows((), (columns.get(key, (None, None)) for key, _ in found))

    answer = run_with_timeout(produce, graph.options.timeout, network=graph.options.endpoint is not None)
    joined = ((*row, *columns) for (_, row), columns in zip(found, expect_rows(answer).rows, strict=True))
    return CitedRows(Rows((*rows.variables, *COLUMNS), _noting(joined, notes)), notes)


def _cited(citations: Citations, stated: Iterable[MatchedTriple]) -> Mapping[MatchedTriple, set[Citation]]:
    """What states each triple, and what those were drawn from that rules derived."""
    found = {each: set(citations.statement(*each).citations) for each in stated}
    derived = [
        each for each, cited in found.items() if any(c.graph in citations.derived_graphs for c in cited)
    ]
    if derived:
        rules = Rules(citations)
        origins = rules.origins(each.triple for each in derived)
        for each in derived:
            found[each].update(*(rules.citations(origin).citations for origin in origins[each.triple]))
    return found


def _columns(
    citations: Citations, stated: Iterable[MatchedTriple], cited: Mapping[MatchedTriple, set[Citation]]
) -> tuple[Literal, Literal]:
    found = sorted({citation for each in stated for citation in cited[each]}, key=Citation.sort_key)
    graphs = (citation.graph.value for citation in found if citation.graph)
    return Literal(" ".join(graphs)), Literal(citations.words(found))


def _noting(rows: Iterable[Row], notes: list[str]) -> Iterator[Row]:
    """The rows; how many of them could not be traced is noted when the last is read."""
    untraced = 0
    for row in rows:
        untraced += row[-1] is None
        yield row
    if untraced:
        notes.append(f"{untraced} of the rows could not be traced to triples")
