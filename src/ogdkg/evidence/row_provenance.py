"""Citations for the rows of a query (`--cite`): the graphs of the triples that each row is derived from.

`citations` cites single statements; `lineage` finds the triples of a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ogdkg.errors import UsageError
from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.lineage.trace import Key, MatchedTriple, Tracer, plan_of
from ogdkg.evidence.rules import Rules
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import Literal, Row
from ogdkg.sparql.reader import read_query
from ogdkg.store.base import Rows, expect_rows

COLUMNS = ("cited", "citedLabel")  # the graphs' IRIs, separated by spaces, and their short form
_MOST_NAMED = 1000  # rows that the lineage query names one by one, so that it leaves out all others


class CitedRows(NamedTuple):
    """Rows with the two citation columns.

    Attributes:
        rows: The rows.
        notes: Why the citations may be inexact; complete once all rows are read.
    """

    rows: Rows
    notes: list[str]


def cite_rows(citations: Citations, text: str, rows: Rows, name: str = "query") -> CitedRows:
    """Add the columns `cited` and `citedLabel` to the rows of a SELECT.

    Passages come first, in the order of their lines, then the graphs of other layers. A derived triple also
    cites what it was derived from.

    Args:
        citations: The citations of the graph.
        text: The query.
        rows: Its result.
        name: What error messages call the query.

    Raises:
        UsageError: The query has a column of one of these names itself.
        InputError: The query uses what its lineage cannot be traced through.
    """
    from ogdkg.store.limit import run_with_timeout  # takes 5 ms, as in `graph`

    if not set(COLUMNS).isdisjoint(rows.variables):
        hint = "Give it another name."
        raise UsageError(f"The query has a column ?{COLUMNS[0]} or ?{COLUMNS[1]} of its own.", hint=hint)
    query = read_query(text, name)
    plan = plan_of(query, [f"?{variable}" for variable in rows.variables])
    places = [rows.variables.index(key.removeprefix("?")) for key in plan.keys]
    keyed_rows = [(tuple(row[place] for place in places), row) for row in rows.rows]
    graph, notes = citations.graph, list(plan.notes)
    needs_labels = citations.has_several_sources or citations.sourced
    _ = citations.passages, needs_labels and citations.names  # load them before the fork
    rules = citations.kept("rules", lambda: Rules(citations))  # many queries cite what they derive
    if graph.stored and citations.derived_graphs:
        rules.open_stores()

    def produce() -> Rows:
        keys = dict.fromkeys(key for key, _ in keyed_rows)
        lineage: dict[Key, set[MatchedTriple]] = {}
        # Only if LIMIT left out rows: the join may keep the engine from a better order of its own.
        among = list(keys) if query.select.limits and len(keys) <= _MOST_NAMED else []
        for key, matched in Tracer(graph.asked, citations.prefixes).solutions(plan, among, keys):
            lineage.setdefault(key, set()).update(matched)
        cited = _cited(citations, rules, set().union(*lineage.values()))
        columns = {key: _columns(citations, matched, cited) for key, matched in lineage.items()}
        return Rows((), (columns.get(key, (None, None)) for key, _ in keyed_rows))

    answer = run_with_timeout(produce, graph.options.timeout, network=graph.options.endpoint is not None)
    joined = (
        (*row, *columns) for (_, row), columns in zip(keyed_rows, expect_rows(answer).rows, strict=True)
    )
    return CitedRows(Rows((*rows.variables, *COLUMNS), _count_untraced(joined, notes)), notes)


def _cited(
    citations: Citations, rules: Rules, triples: Iterable[MatchedTriple]
) -> Mapping[MatchedTriple, set[Citation]]:
    """Return the citations of each triple; those of a derived triple include its premises'."""
    found = {each: set(citations.statement(*each).citations) for each in triples}
    derived = [
        each for each, cited in found.items() if any(c.graph in citations.derived_graphs for c in cited)
    ]
    if derived:
        origins = rules.origins(each.triple for each in derived)
        for each in derived:
            found[each].update(*(rules.citations(origin).citations for origin in origins[each.triple]))
    return found


def _columns(
    citations: Citations, matched: Iterable[MatchedTriple], cited: Mapping[MatchedTriple, set[Citation]]
) -> tuple[Literal, Literal]:
    sources = sorted({citation for triple in matched for citation in cited[triple]}, key=Citation.sort_key)
    cited_iris = dict.fromkeys(citation.cited.value for citation in sources if citation.cited)
    return Literal(" ".join(cited_iris)), Literal(citations.words(sources))


def _count_untraced(rows: Iterable[Row], notes: list[str]) -> Iterator[Row]:
    """Pass the rows on; after the last one, note how many have no citation."""
    untraced = 0
    for row in rows:
        untraced += row[-1] is None
        yield row
    notes.extend(untraced_notes(untraced))


def untraced_notes(number: int) -> list[str]:
    """Return what is noted of rows that have no citation, by how many there are."""
    return [f"{number} of the rows could not be traced to triples"] if number else []
