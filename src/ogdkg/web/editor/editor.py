"""The query page: a text field for SPARQL, the stored queries to begin with, and the answer as a table.

A query runs as at the endpoint, by the same guard, and in a process of its own: one that takes too long, or
more memory than there is, is told of on the page.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import Graph
from ogdkg.rdf import formats
from ogdkg.search.resolver import NameResolver
from ogdkg.sparql.traits import traits
from ogdkg.store.base import Result, Rows
from ogdkg.text.escape import json_text
from ogdkg.web.editor.faults import Fault, fault_of
from ogdkg.web.editor.page import EditorPage, example_of
from ogdkg.web.editor.terms import terms_of
from ogdkg.web.editor.written import PATH, Written
from ogdkg.web.http.negotiation import content_type
from ogdkg.web.http.problems import HttpError, problem_of
from ogdkg.web.http.request import only
from ogdkg.web.pages.addresses import HTML, Addresses
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.protocol.description import Statistics
from ogdkg.web.questions.elsewhere import without_header
from ogdkg.web.questions.files import ANSWERS, fitting, write_named_rows, write_result
from ogdkg.web.questions.graphs import QueriedGraphs

TERMS = f"{PATH}/terms.json"
_SHARE = 0.7  # of the time of a request, for the query; the rest is for its sources and the page
_BEGIN = """SELECT ?class (COUNT(*) AS ?things) {
  ?thing a ?class
}
GROUP BY ?class
ORDER BY DESC(?things)
"""


class Example(NamedTuple):
    """A stored query to begin with."""

    name: str
    summary: str


class Editor:
    """Answers requests for the query page.

    Args:
        linked: Answers for what the graph holds, and has the pages.
        graphs: What answers show of the graph.
        run: Runs the query of a request, and returns what its answer depends on besides the graph.
        counted: Counts what the graph holds.
    """

    def __init__(
        self,
        linked: LinkedData,
        graphs: QueriedGraphs,
        run: Callable[[Ask], tuple[Result, str]],
        counted: Callable[[], Statistics],
    ) -> None:
        self._linked, self._graphs, self._run, self._counted = linked, graphs, run, counted

    @property
    def _graph(self) -> Graph:
        return self._graphs.graph

    def terms(self, ask: Ask) -> Reply:
        """Answer with the terms to write queries with."""
        is_costly = self._graph.is_costly
        told = terms_of(self._linked.citations, None if is_costly else self._counted())
        return Reply("application/json", [json_text(told), "\n"], version=repr(("terms", is_costly)))

    def answer(self, ask: Ask) -> Reply:
        """Answer with the page, or with the answer of a query as a file."""
        at = Addresses(ask["base"], self._graph.project.resource_namespace)
        suffix = ask["path"].removeprefix(PATH).strip("/").removeprefix(".")
        written = Written(ask["given"], at.base if suffix else at.local().base)
        if suffix:
            return self._file(ask, written, suffix)
        if not written.text.strip():
            return self._begun(ask, written, at)
        end = time.monotonic() + float(ask["seconds"])
        try:
            page = EditorPage(self._graphs, written, self._result(ask, written), None, end, at)
            if page.kind != "truth":
                _ = page.table  # runs it: rows come as they are asked for
            return self._page(page, at)._replace(version=self._version(page, ask, at))
        except (HttpError, OgdkgError) as error:
            problem = problem_of(error)
            page = EditorPage(self._graphs, written, None, fault_of(problem, written.text), end, at)
            # A browser tells its user of any other status, though the page says what is wrong.
            is_person = HTML.media_type in (ask.get("accept") or "")
            return self._page(page, at)._replace(status=200 if is_person else problem.status)

    def _version(self, page: EditorPage, ask: Ask, at: Addresses) -> str:
        """What the page depends on besides the graph; empty where it may be another one each time."""
        is_kept = page.is_whole and not self._graph.options.endpoint
        if not is_kept or traits(page.written.text).is_changing:
            return ""
        return repr(("query", sorted(ask["given"].items()), at))

    def _begun(self, ask: Ask, written: Written, at: Addresses) -> Reply:
        """The page before a query is run: with a stored one, or with one that finds something anywhere."""
        name, fault = only(ask["given"], "question"), None
        written.text = _BEGIN
        if name:
            try:
                query = self._graph.catalogue.get(name)
                written.text = without_header(example_of(NameResolver(self._graphs.graph_of(query)), query))
            except OgdkgError as error:
                fault = Fault(error.message, error.hint or "")
        page = EditorPage(self._graphs, written, None, fault, 0, at)
        return self._page(page, at, name or "")._replace(version=repr(("query", name, at)))

    def _page(self, page: EditorPage, at: Addresses, example: str = "") -> Reply:
        return self._linked.pages.of(
            "query.html", at.local(), here="query", ask=page, examples=self._examples, example=example
        )

    @property
    def _examples(self) -> list[tuple[str, list[Example]]]:
        """The stored queries by topic."""
        topics, _ = self._graph.catalogue.topics()
        return [
            (topic or "other", [Example(each.name, each.header.summary or each.name) for each in queries])
            for topic, queries in topics.items()
        ]

    def _result(self, ask: Ask, written: Written) -> Result:
        """The answer, from a process that is ended at the time limit."""
        asked = self._asked(ask, written)
        if self._graph.options.endpoint:  # which has a limit of its own, and one connection
            return self._run(asked)[0]
        from ogdkg.store.limit import run_with_timeout

        return run_with_timeout(lambda: self._run(asked)[0], float(ask["seconds"]) * _SHARE)

    @staticmethod
    def _asked(ask: Ask, written: Written) -> dict[str, Any]:
        """The request that the endpoint would get."""
        base = f"{ask['base']}/sparql"
        return {**ask, "text": written.text, "default": [], "named": [], "base": base}

    # -- files -------------------------------------------------------------------

    def _file(self, ask: Ask, written: Written, suffix: str) -> Reply:
        """The whole answer, as the endpoint and `ogdkg sparql` write it."""
        if suffix not in ANSWERS:
            raise HttpError(404, "There is nothing at this address.")
        if not written.text.strip():
            raise HttpError(400, "The parameter 'query' is missing.")
        forms = fitting(written.form)
        if suffix not in forms:
            offered = ", ".join(f".{each}" for each in forms)
            raise HttpError(404, f"The answer to this query is not .{suffix}, but {offered}.")
        result, version = self._run(self._asked(ask, written))
        form = forms[suffix]
        if form is formats.XLSX and isinstance(result, Rows):
            return Reply(form.media_type, [write_named_rows(result, self._graph, {})])
        body = write_result(result, form, self._graph.project.prefixes)
        return Reply(content_type(form.media_type), body, version=version and f"{version}.file")
