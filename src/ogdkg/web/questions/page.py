"""What the page of a question shows: its form, and its answer in several ways."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Self
from urllib.parse import urlencode

from ogdkg.errors import OgdkgError
from ogdkg.rdf import formats
from ogdkg.rdf.terms import Iri, Triple
from ogdkg.search.resolver import NameResolver
from ogdkg.store.base import Result, Rows, Triples
from ogdkg.web.drawing.countries import Country
from ogdkg.web.http.problems import HttpError
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.representation import page_number
from ogdkg.web.questions.asked import PATH, Asked, address_of
from ogdkg.web.questions.elsewhere import Elsewhere, elsewhere, without_header
from ogdkg.web.questions.files import fitting
from ogdkg.web.questions.form import Fault, Link
from ogdkg.web.questions.graphs import QueriedGraphs
from ogdkg.web.questions.marks import Cited, Marks, cited_by, marks_of
from ogdkg.web.questions.places import AnswerMap
from ogdkg.web.questions.rows import MOST_BARS, PAGE, Column, Part, Table

_SHOWN = 10  # values that would have rows
_OF_ROWS = {"CSV": formats.CSV, "JSON": formats.JSON}
_OF_TRIPLES = {"Turtle": formats.TURTLE, "JSON-LD": formats.JSONLD, "N-Triples": formats.NTRIPLES}


class QuestionPage:
    """What the template of a question shows.

    Args:
        graphs: The graphs that stored queries read.
        resolver: Resolves names in the one that this query reads.
        asked: The question.
        faults: What is wrong with its values.
        at: The addresses of the server.
        ahead: How many pages are shown, so that the answer is kept, and the rows of all are traced together.

    Attributes:
        answer: Gives the answer, again and again if it is kept; None where the question is not asked yet.
    """

    _ahead = 0

    def __init__(
        self,
        graphs: QueriedGraphs,
        resolver: NameResolver,
        asked: Asked,
        faults: list[Fault],
        at: Addresses,
        *,
        ahead: int = 0,
    ) -> None:
        self._ahead = ahead
        self._graphs, self._resolver, self.asked, self._at = graphs, resolver, asked, at
        self._local = at.local()
        query = asked.query
        self.title = query.header.summary or query.name
        self.topic = query.topic
        self.fields = graphs.fields(resolver, asked, faults)
        named = {field.name for field in self.fields}
        self.faults = faults
        self.stray = [fault for fault in faults if fault.parameter not in named]
        self.is_asked = not faults and asked.is_complete
        self.is_whole, self.hides = True, graphs.hides
        self.answer = _again(graphs.result(resolver, asked), keeps=ahead > 0) if self.is_asked else None
        self.result = self.answer() if self.answer else None
        self.layers = () if self._reads_all else tuple(layer.name for layer in resolver.graph.layers)

    @property
    def last(self) -> int:
        """The number of its last page."""
        return self.table.last if self.is_asked and self.kind != "truth" else 1

    def turned(self, number: int) -> Self:
        """Return another page of the same answer."""
        table = self.table.turned(number)
        other = copy.copy(self)
        other.__dict__.pop("marks", None)
        other.table = table
        return other

    @property
    def topic_address(self) -> str:
        """Where the questions of its topic are listed."""
        return f"{self._local.base}{PATH}?{urlencode({'topic': self.topic})}"

    @property
    def form_address(self) -> str:
        """Where its form is, empty."""
        return address_of(self._local.base, self.asked.query.name)

    def label(self, name: str) -> str:
        """Return the label of a field."""
        return next((field.label for field in self.fields if field.name == name), name)

    def suggest_address(self, name: str) -> str:
        """Return where the values of a field are completed."""
        return f"{self._local.base}/suggest?{urlencode({'question': self.asked.query.name, 'field': name})}"

    @property
    def title_of_answer(self) -> str:
        """How many rows or statements there are."""
        what = "statement" if self.kind == "triples" else "row"
        count = self.table.count
        if not count:
            return f"No {what}s"
        more = "More than " if self.table.is_cut else ""
        return f"{more}{count:,} {what}{'' if count == 1 else 's'}"

    @property
    def caption(self) -> str:
        """Which rows the table shows."""
        table = self.table
        if table.last == 1:
            return ""
        end = table.first_row + len(table.page) - 1
        return f"Rows {table.first_row:,} to {end:,} of {len(table.found):,}."

    @property
    def bars_head(self) -> str:
        """What each bar is of."""
        subject = self.table.subject(self.measure)
        return subject.head if self.measure.is_number and subject else self.measure.head

    @property
    def bars_caption(self) -> str:
        """What the bars say."""
        table, measure = self.table, self.measure
        told = (
            f"{measure.head} of each row" if measure.is_number else f"How many rows have each {measure.head}"
        )
        number = len(table.bars(measure))
        return f"{told}; the {number} largest." if number == MOST_BARS else f"{told}."

    @property
    def _reads_all(self) -> bool:
        graph = self._resolver.graph
        return bool(graph.options.endpoint) or graph is self._graphs.graph

    @property
    def kind(self) -> str:
        """What the answer is: `rows`, `triples` or `truth`."""
        if isinstance(self.result, bool):
            return "truth"
        return "triples" if self.asked.query.form in ("CONSTRUCT", "DESCRIBE") else "rows"

    @cached_property
    def table(self) -> Table:
        """The answer as a table.

        Raises:
            HttpError: 404, there are fewer pages; 422, it cannot be sorted so.
        """
        query = self.asked.query
        result = self.result
        if isinstance(result, Triples):
            result = Rows(Triple._fields, map(tuple, result.triples))
        assert isinstance(result, Rows)
        part = Part(self.asked.field("sort"), self.asked.field("find"), self._number)
        name_of = partial(self._graphs.name_of, graph=self._resolver.graph)
        address_of = partial(self._graphs.address_of, at=self._local)
        table = Table(result, query.header.columns, name_of, address_of, part)
        if not table.is_sortable:
            names = ", ".join(column.name for column in table.columns)
            raise HttpError(422, f"sort takes a column, or -column: {names}.")
        if part.page > table.last:
            raise HttpError(404, f"There are {table.last} pages, from 1.")
        return table

    @property
    def _number(self) -> int:
        return page_number(self.asked.field("page") or "1")

    @cached_property
    def marks(self) -> Marks:
        """The sources of the rows that are shown."""
        query, graph, table = self.asked.query, self._resolver.graph, self.table
        if query.form != "SELECT" or not table.page or graph.options.endpoint:
            return Marks((), (), (), ())
        cited = self._cited.part(table.first_row - 1, len(table.page)) if self._ahead else self._cited
        found = marks_of(self._graphs.citations(graph), cited, self._local)
        self.is_whole = self.is_whole and bool(found.of_rows)
        return found

    @cached_property
    def _cited(self) -> Cited:
        """What the rows of the page cite, or those of all that are shown."""
        table = self.table
        rows = table.found[: self._ahead * PAGE] if self._ahead else table.page
        traced = self._resolver.bind_all(self.asked.query, self.asked.arguments)
        return cited_by(self._graphs.citations(self._resolver.graph), traced, table.variables, rows)

    @cached_property
    def why_empty(self) -> list[tuple[str, list[Link]]]:
        """Why there are no rows, and with which values there would be some: sentences, and links."""
        asked, empty = self.asked, self.asked.query.header.empty
        found: list[tuple[str, list[Link]]] = [(empty, [])] if empty else []
        graph = self._resolver.graph
        if graph.is_costly:  # another attempt would cost much
            return found
        self.is_whole = False
        seconds = self._graphs.seconds
        end = time.monotonic() + seconds
        for name, texts in asked.values.items():
            if time.monotonic() < end:
                parameter = asked.query.parameter(name)
                known = self._graphs.known_values(self._resolver, asked, parameter)
                values = self._graphs.values_of(self._resolver, asked, parameter)
                links = [
                    Link(each, asked.corrected(name, texts[0], values.get(each, each))) for each in known
                ]
                more = f" and {len(links) - _SHOWN} more" if len(links) > _SHOWN else ""
                sentence = f"There are rows with another value of {self.label(name)!r}{more}:"
                found += [(sentence, links[:_SHOWN])] if links else []
        return found

    @property
    def see(self) -> list[Link]:
        """The questions that answer what this one does not, with the same values where they take them."""
        found = []
        for name in self.asked.query.header.see:
            try:
                query = self._graphs.graph.catalogue.get(name)
                taken = [each.name for each in query.parameters]
            except OgdkgError:
                continue  # a broken query is listed nowhere
            values = {each: texts for each, texts in self.asked.values.items() if each in taken}
            address = Asked(query, values, self._local.base).address()
            found.append(Link(query.header.summary or name, address))
        return found

    @property
    def view(self) -> str:
        """How the answer is shown: as a `table`, as `bars` or as a `map`."""
        wanted = self.asked.field("view")
        if wanted == "bars" and self.table.measures:
            return "bars"
        return "map" if wanted == "map" and self.mapped else "table"

    @cached_property
    def mapped(self) -> list[tuple[Column, Mapping[Iri, Country]]]:
        """The columns that name countries, and these."""
        found = [
            (column, self._graphs.countries.among(self.table.things(column))) for column in self.table.columns
        ]
        return [(column, countries) for column, countries in found if countries]

    @cached_property
    def map(self) -> AnswerMap:
        """The map of the chosen column."""
        name = self.asked.field("by")
        chosen = next((each for each in self.mapped if each[0].name == name), self.mapped[0])
        return AnswerMap(self.table, *chosen)

    @property
    def measure(self) -> Column:
        """The column of which bars are drawn."""
        name = self.asked.field("by")
        measures = self.table.measures
        return next((each for each in measures if each.name == name), measures[0])

    def sort_address(self, name: str) -> str:
        """Return the address of the answer sorted by a column, or the other way round."""
        return self.asked.address(sort=f"-{name}" if self.asked.field("sort") == name else name)

    @property
    def files(self) -> list[tuple[str, str, str]]:
        """The whole answer as files: their names, addresses and media types."""
        forms = _OF_TRIPLES if self.kind == "triples" else _OF_ROWS
        if self._has_sheet:
            forms = {"Excel": formats.XLSX, **forms}
        return [
            (name, self.asked.address(f".{form.extensions[0]}"), form.media_type)
            for name, form in forms.items()
        ]

    @property
    def _has_sheet(self) -> bool:
        """Whether the answer may be had as a workbook; a site of plain files, made ahead, has none."""
        return self.kind == "rows" and not self._ahead and formats.XLSX in fitting("SELECT").values()

    @cached_property
    def elsewhere(self) -> list[Elsewhere]:
        """How to ask the same otherwise."""
        full = Asked(self.asked.query, self.asked.values, self._at.base)
        return elsewhere(full, ".ttl" if self.kind == "triples" else ".csv")

    @cached_property
    def sparql(self) -> str:
        """The question as SPARQL, for any server."""
        return without_header(self._resolver.bind(self.asked.query, self.asked.arguments, portable=True))

    @property
    def sparql_address(self) -> str:
        """Where the endpoint answers it."""
        return f"{self._local.base}/sparql?{urlencode({'query': self.sparql})}"


def _again(result: Result, *, keeps: bool) -> Callable[[], Result]:
    """Return what gives an answer: once, or again and again if it is kept."""
    if isinstance(result, bool) or not keeps:
        return lambda: result
    if isinstance(result, Triples):
        triples = list(result.triples)
        return lambda: Triples(iter(triples))
    variables, rows = result.variables, list(result.rows)
    return lambda: Rows(variables, iter(rows))
