"""What the page of the query editor shows: the query, what is wrong with it, or its answer."""

from __future__ import annotations

import shlex
import time
from functools import cached_property

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.search.resolver import NameResolver
from ogdkg.sparql.tokens import with_prefixes
from ogdkg.store.base import Result
from ogdkg.web.editor.faults import Fault
from ogdkg.web.editor.written import PATH, Written
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.questions.elsewhere import Elsewhere
from ogdkg.web.questions.form import Link
from ogdkg.web.questions.graphs import SECONDS, QueriedGraphs
from ogdkg.web.questions.marks import Marks, cited_by, marks_of
from ogdkg.web.questions.page import QuestionPage

_SPARE = 1.0  # seconds in which a page is written, once its sources are found


class EditorPage(QuestionPage):
    """What the template of the editor shows; its answer is shown as that of a question.

    Args:
        graphs: What answers show of the graph.
        written: The query.
        result: Its answer; None where it has none.
        fault: What is wrong with it.
        end: When the time for the page is over, on the monotonic clock.
        at: The addresses of the server.
    """

    def __init__(
        self,
        graphs: QueriedGraphs,
        written: Written,
        result: Result | None,
        fault: Fault | None,
        end: float,
        at: Addresses,
    ) -> None:
        self._graphs, self._at, self._local, self._end = graphs, at, at.local(), end
        self._resolver = NameResolver(graphs.graph)
        self.asked = written  # type: ignore[assignment]  # reads as a question does
        self.written, self.result, self.fault = written, result, fault
        self.is_whole, self.hides, self.layers = True, graphs.hides, ()

    @property
    def form_address(self) -> str:
        """Where queries are sent."""
        return f"{self._local.base}{PATH}"

    @cached_property
    def marks(self) -> Marks:
        """The sources of the rows that are shown, if they can be found in the time that is left."""
        graph, table = self._resolver.graph, self.table
        if self.written.form != "SELECT" or not table.page or graph.options.endpoint:
            return Marks((), (), (), ())
        if self._end - time.monotonic() < SECONDS + _SPARE:
            self.is_whole = False
            return Marks((), (), (), ["the query itself took most of the time"])
        traced = with_prefixes(self.written.text, graph.project.prefixes)
        citations = self._graphs.citations(graph)
        found = marks_of(citations, cited_by(citations, traced, table.variables, table.page), self._local)
        self.is_whole = bool(found.of_rows)
        return found

    @cached_property
    def why_empty(self) -> list[tuple[str, list[Link]]]:
        """Nothing is known of a query but its text."""
        return []

    @property
    def see(self) -> list[Link]:
        """No query stands beside it."""
        return []

    @cached_property
    def sparql(self) -> str:
        """The query for any server."""
        return with_prefixes(self.written.text, self._graphs.graph.project.prefixes)

    @cached_property
    def elsewhere(self) -> list[Elsewhere]:
        """How to ask the same otherwise."""
        text = self.written.text
        accept = "text/turtle" if self.kind == "triples" else "text/csv" if self.kind == "rows" else ""
        header = f" -H {shlex.quote(f'Accept: {accept}')}" if accept else ""
        query = f"--data-urlencode {shlex.quote(f'query={text}')}"
        return [
            Elsewhere("Command line", f"ogdkg sparql {shlex.quote(text)}"),
            Elsewhere("Python", f"from ogdkg import open_graph\nopen_graph().sparql({_in_python(text)})"),
            Elsewhere("curl", f"curl -G {shlex.quote(f'{self._at.base}/sparql')}{header} {query}"),
        ]


def _in_python(text: str) -> str:
    """A text as Python has it: in its lines, where nothing in it speaks against that."""
    is_plain = "\n" in text and "\\" not in text and '"""' not in text
    return f'"""\n{text.rstrip()}\n"""' if is_plain else repr(text)


def example_of(resolver: NameResolver, query: StoredQuery) -> str:
    """Return the text of a stored query with its examples as values; the query as it is where it has none."""
    given = {
        each.name: [each.example] if each.multivalued else each.example
        for each in query.parameters
        if each.example and not each.is_optional
    }
    return resolver.bind_all(query, given)
