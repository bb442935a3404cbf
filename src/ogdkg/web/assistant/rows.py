"""Rows as a tool tells them: objects with their sources, and a line of text each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import islice
from typing import Any

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import InputError, LimitError, StoreError, UsageError
from ogdkg.evidence.row_provenance import COLUMNS, cite_rows
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Row, csv_text, to_ntriples
from ogdkg.store.base import Result, Rows
from ogdkg.web.api.plain import plain_rows
from ogdkg.web.assistant.context import Context
from ogdkg.web.assistant.tool_answers import Answer, Sources, answer, cut, marks, quoted

_MOST_COUNTED = 100_000  # rows
_UNKNOWN = "The graph does not know: nothing in it answers this. That is no proof of the contrary."


def answer_of(
    context: Context,
    graph: Graph,
    result: Result,
    traced: str,
    given: Mapping[str, Any],
    head: Mapping[str, Any],
    query: StoredQuery | None = None,
) -> Answer:
    """Return the result of a query; the arguments are those of `_answer_of_rows`."""
    if isinstance(result, Rows):
        return _answer_of_rows(context, graph, result, traced, given, head, query)
    sources, layers = Sources(context.graphs.citations(graph)), [each.name for each in graph.layers]
    if isinstance(result, bool):
        note = "Yes." if result else "No, as far as the graph knows."
        data = {**head, "total": 1, "rows": [{"values": {"answer": result}}]}
        return answer(note, (), sources, data, layers=layers)
    end = given["offset"] + given["limit"]
    kept = [" ".join(map(to_ntriples, each)) for each in islice(result.triples, given["offset"], end)]
    note = f"{len(kept)} statements from number {given['offset'] + 1} on." if kept else _UNKNOWN
    data = {**head, "total": len(kept), "rows": [{"values": {"statement": cut(each)}} for each in kept]}
    return answer(note, map(quoted, kept), sources, data, known=bool(kept), layers=layers)


def _answer_of_rows(
    context: Context,
    graph: Graph,
    rows: Rows,
    traced: str,
    given: Mapping[str, Any],
    head: Mapping[str, Any],
    query: StoredQuery | None,
) -> Answer:
    """Return the rows that are asked for, with their sources.

    Args:
        context: What the tools read.
        graph: The graph that was asked.
        rows: All rows.
        traced: The query by which they are traced.
        given: The `limit`, `offset` and `cite` of the call.
        head: What the structure begins with.
        query: The stored query, if it is one.
    """
    skipped = sum(1 for _ in islice(rows.rows, given["offset"]))
    kept = list(islice(rows.rows, given["limit"]))
    total = skipped + len(kept) + sum(1 for _ in islice(rows.rows, _MOST_COUNTED))
    sources = Sources(context.graphs.citations(graph))
    cited, notes = _cited(graph, sources, traced, Rows(rows.variables, iter(kept)), given, context)
    told = _objects(context, graph, rows.variables, kept)
    lines = [_line(each) + marks(numbers) for each, numbers in zip(told, cited, strict=True)]
    data = {**head, "total": total, "offset": given["offset"]}
    data["rows"] = [
        {**each, **({"citations": numbers} if numbers else {})}
        for each, numbers in zip(told, cited, strict=True)
    ]
    if total == 0 and query and query.header.empty:
        notes = [*notes, query.header.empty]
    note = _note(total, len(kept), given["offset"])
    layers = [each.name for each in graph.layers]
    return answer(note, lines, sources, data, known=total > 0, notes=notes, layers=layers)


def _note(total: int, shown: int, offset: int) -> str:
    if total == 0:
        return _UNKNOWN
    if shown == total:
        return f"{total} row{'s' * (total != 1)}."
    return f"{total} rows; these are {shown} from number {offset + 1} on. Ask for more with `offset`."


def _objects(
    context: Context, graph: Graph, variables: tuple[str, ...], rows: list[Row]
) -> list[dict[str, Any]]:
    name_of = partial(context.graphs.name_of, graph=graph)
    found = []
    for each in plain_rows(variables, rows, name_of, lambda iri: context.address(iri.value).get("url", "")):
        for name, value in each.items():
            if isinstance(value, dict) and not value["url"]:
                del value["url"]
            elif isinstance(value, str):
                each[name] = cut(value)
        found.append({"values": {name: value for name, value in each.items() if value is not None}})
    return found


def _line(told: Mapping[str, Any]) -> str:
    return "- " + ", ".join(f"{name}: {_shown(value)}" for name, value in told["values"].items())


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return f"{quoted(value['label'])} <{value['id']}>"
    return quoted(value) if isinstance(value, str) else str(value).lower()


def _cited(
    graph: Graph, sources: Sources, traced: str, rows: Rows, given: Mapping[str, Any], context: Context
) -> tuple[list[list[int]], list[str]]:
    """The numbers of the sources of each row, and why they may be inexact or are not there."""
    kept = list(rows.rows)
    none: list[list[int]] = [[] for _ in kept]
    if not kept or not given["cite"]:
        return none, []
    if graph.options.endpoint:
        return none, ["The sources of rows are not known of a SPARQL server."]
    try:
        cited = cite_rows(context.graphs.citations(graph), traced, Rows(rows.variables, iter(kept)))
        place = cited.rows.variables.index(COLUMNS[0])
        found = [sources.of_iris(csv_text(row[place]).split()) for row in cited.rows.rows]
    except LimitError:
        return none, ["To trace these rows takes too long: they are without sources."]
    except (UsageError, InputError, StoreError) as error:
        return none, [error.message]
    return found, list(cited.notes)
