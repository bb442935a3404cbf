"""What programs ask of a stored query: the query of a name, its answer as a file, and why there is none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.catalogue.suggestions import queries_about
from ogdkg.errors import UnknownNameError, UsageError, nearest
from ogdkg.graph.graph import Graph
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.render.rdf.writers import write_triples
from ogdkg.render.views.results import write_boolean, write_rows
from ogdkg.render.views.table import TableStyle
from ogdkg.render.views.workbook import write_rows as write_sheet
from ogdkg.render.workbook import is_available
from ogdkg.search.named_rows import with_names
from ogdkg.store.base import Result, Rows, Triples
from ogdkg.web.http.problems import HttpError
from ogdkg.web.questions.asked import Asked
from ogdkg.web.questions.form import Fault

_MOST_NEAR = 5
_LONGEST = 200  # letters of a name that others are compared with
ROWS: Mapping[str, Format] = {
    form.extensions[0]: form for form in (formats.CSV, formats.JSON, formats.TSV, formats.XML)
}
TRIPLES: Mapping[str, Format] = {form.extensions[0]: form for form in formats.FOR_RDF}


_SHEETS: Mapping[str, Format] = {formats.XLSX.extensions[0]: formats.XLSX}


def fitting(form: str) -> Mapping[str, Format]:
    """Return the formats that the answer of a query may have, by suffix; sheets, if they can be written.

    Args:
        form: That of the query, such as SELECT.
    """
    if form in ("CONSTRUCT", "DESCRIBE"):
        return TRIPLES
    return {**ROWS, **_SHEETS} if form == "SELECT" and is_available() else ROWS


SUFFIXES = frozenset((*ROWS, *TRIPLES))
ANSWERS = SUFFIXES | {*_SHEETS}  # of files of an answer


def has_suffix(name: str, suffixes: Collection[str] = SUFFIXES) -> bool:
    """Whether a name ends in the suffix of a format."""
    _, dot, suffix = name.rpartition(".")
    return bool(dot) and suffix in suffixes


def find_query(
    catalogue: Catalogue,
    name: str,
    address_of: Callable[[str], str],
    suffixes: Collection[str] = SUFFIXES,
) -> tuple[StoredQuery, str]:
    """Return the query of a name, and the suffix of a format after it.

    Args:
        catalogue: The stored queries.
        name: A name, with or without a suffix.
        address_of: Returns the address of a query by its name.
        suffixes: Those that there are.

    Raises:
        HttpError: There is no such query, or its file is broken; the error has the nearest names.
    """
    stem, _, suffix = name.rpartition(".")
    is_file = name not in catalogue.paths and has_suffix(name, suffixes)
    try:
        return (catalogue.get(stem), suffix) if is_file else (catalogue.get(name), "")
    except UsageError as error:
        bare = stem if is_file else name
        readable = list(catalogue.readable())
        former = [each.name for each in readable if bare in each.header.formerly]
        near = [
            {
                "name": each,
                "label": catalogue.get(each).header.summary,
                "address": address_of(each),
            }
            for each in former or _near(readable, bare)
        ]
        detail = error.message if former or not isinstance(error, UnknownNameError) else ""
        raise HttpError(404, detail or f"There is no question {bare[:100]!r}.", near=near) from None


def _near(queries: list[StoredQuery], name: str) -> list[str]:
    """The names of queries that are spelt much like one, or speak of it."""
    names = [query.name for query in queries]
    return nearest(name, names, _MOST_NEAR) or queries_about(queries, name[:_LONGEST])


def write_result(result: Result, form: Format, prefixes: Mapping[str, str]) -> Iterable[str | bytes]:
    """Return the answer of a query as a file, in which RDF has some prefixes."""
    if isinstance(result, bool):
        return write_boolean(result, form)
    if isinstance(result, Triples):
        return write_triples(result.triples, form, prefixes)
    return write_rows(result, form)


def write_named_rows(rows: Rows, graph: Graph, columns: Mapping[str, str]) -> bytes:
    """Return the rows of an answer as a workbook for people: things by their names, headings in words.

    Args:
        rows: The rows.
        graph: Has the names.
        columns: The headings, by variable.

    Raises:
        LimitError: There are more rows than a sheet has.
    """
    style = TableStyle(prefixes=graph.project.prefixes, columns=columns)
    return write_sheet(with_names(graph, rows), style)


def refusal(asked: Asked, faults: list[Fault]) -> HttpError:
    """Return the error that tells a program what is wrong with the values of a question."""
    found = faults or [_missing(asked)]
    told = [
        {
            "parameter": fault.parameter,
            "detail": fault.message,
            "near": [{"label": each.text, "address": each.address} for each in fault.near],
        }
        for fault in found
    ]
    return HttpError(422, f"{found[0].parameter}: {found[0].message}", faults=told)


def _missing(asked: Asked) -> Fault:
    names = [
        each.name for each in asked.query.parameters if not each.is_optional and each.name not in asked.values
    ]
    return Fault(names[0], f"The question needs a value of {' and of '.join(names)}.")
