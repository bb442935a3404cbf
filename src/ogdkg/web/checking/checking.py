"""Answers `/check`: the form, and the findings as a page or in the formats of `ogdkg validate`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property

from ogdkg.errors import InputError, LimitError
from ogdkg.graph.graph import Graph
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format, Holds
from ogdkg.rdf.statements import to_nquads
from ogdkg.render.reports.reports import report_as
from ogdkg.store.codec import ox_format
from ogdkg.validation.data.reading import Source
from ogdkg.validation.sent import Judged, judge
from ogdkg.web.checking.page import CheckPage
from ogdkg.web.checking.sent import MOST_TEXT, Sent, sent_in
from ogdkg.web.http.negotiation import Choice, chosen, required
from ogdkg.web.http.problems import HttpError, problem_of
from ogdkg.web.pages.addresses import HTML, Addresses
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.pages.representation import shows_faults
from ogdkg.web.processes.answerer import Ask, Reply

MOST_BESIDE = 100_000  # statements of a graph that a text may be checked together with
TOO_LARGE, TOO_SLOW = 413, 504
UNKEPT = {"cache-control": "no-store"}
_JSON = Format("json", "application/json", ("json",), Holds.TEXT)
_SARIF = Format("sarif", "application/sarif+json", ("sarif",), Holds.TEXT)
_TEXT = Format("text", "text/plain", ("txt",), Holds.TEXT)
_JUNIT = Format("junit", "application/xml", ("xml",), Holds.TEXT)
# The formats of a report, by their names on the command line, and the page.
_ANSWERS = [Choice(each.media_type, each) for each in (_JSON, HTML, formats.TURTLE, _TEXT, _SARIF, _JUNIT)]


class Checking:
    """Checks texts against the shapes of a project.

    Args:
        graph: The graph that is served.
        linked: Has the pages.
        has_forms: Tells whether there are forms to describe something new.
    """

    def __init__(self, graph: Graph, linked: LinkedData, has_forms: Callable[[], bool]) -> None:
        self._graph, self._linked, self._has_forms = graph, linked, has_forms

    def answer(self, ask: Ask) -> Reply:
        """Answer with the form, or with what is found in the text that was sent."""
        at = Addresses(ask["base"], self._graph.project.resource_namespace).local()
        if told := ask.get("problem"):  # of a request that came no further
            problem = HttpError(**told)
            if problem.status == TOO_SLOW:
                problem.detail = f"Checking this takes longer than {ask['seconds']:g} s."
                problem.members["hint"] = "Check a part of it at a time."
            if problem.status == TOO_LARGE:
                problem.detail = f"This is larger than {MOST_TEXT // 1_000_000} MB."
                problem.members["hint"] = "At a terminal, ogdkg validate takes any size."
            sent = None
            with suppress(HttpError):  # so that the text stands in the form again
                sent = self._sent(ask) if "body" in ask["sent"] else None
            return self._page(CheckPage(self._offers, sent, None, problem), at)
        if "body" not in ask["sent"]:
            return self._page(CheckPage(self._offers), at)._replace(version=repr(("check", at)))
        try:
            return self._checked(ask, at)
        except HttpError as problem:
            if not shows_faults(ask):
                raise
            return self._page(CheckPage(self._offers, None, None, problem), at)

    def _checked(self, ask: Ask, at: Addresses) -> Reply:
        sent = self._sent(ask)
        choice = self._choice(ask)
        judged = self.judged(sent)
        if choice.format is HTML:
            return self._page(CheckPage(self._offers, sent, judged), at)
        text = report_as(choice.format.name, judged.report)
        return Reply(choice.content_type, [text], 400 if judged.report.is_unread else 200, UNKEPT)

    @staticmethod
    def _sent(ask: Ask) -> Sent:
        return sent_in(ask["sent"]["content_type"], ask["sent"]["body"].encode("latin-1"), ask["given"])

    @staticmethod
    def _choice(ask: Ask) -> Choice:
        name = next(iter(ask["given"].get("format", ())), "")
        if name:
            named = {each.format.name: each for each in _ANSWERS}
            if name not in named:
                raise HttpError(400, f"format is one of: {', '.join(named)}.")
            return named[name]
        return required(chosen(ask.get("accept"), _ANSWERS), _ANSWERS)

    def judged(self, sent: Sent) -> Judged:
        """Judge a text.

        Raises:
            HttpError: Time or memory ran out, or the shapes of the project are at fault.
        """
        beside = [self._beside] if sent.beside and self._offers else []
        try:
            return judge(sent.data, sent.format, self._graph.project, beside, sent.name)
        except LimitError as error:
            raise problem_of(error) from None
        except (RecursionError, MemoryError):
            raise HttpError(413, "This needs more memory than there is, or is too deep.") from None
        except InputError as error:
            raise HttpError(500, f"The shapes of this project cannot be used. {error.message}") from None

    @cached_property
    def _offers(self) -> bool:
        """Whether a text may be checked together with the graph: it is here, and not too large."""
        graph = self._graph
        if graph.options.endpoint or not graph.project.files(graph.project.shapes):
            return False
        query = f"SELECT (COUNT(*) AS ?count) {{ SELECT * {{ ?s ?p ?o }} LIMIT {MOST_BESIDE + 1} }}"
        (row,) = graph.select(query, limited=False)
        return int(str(row[0])) <= MOST_BESIDE

    @property
    def _beside(self) -> Source:
        """The graph as it is served, without what is withheld."""
        text = "".join(f"{to_nquads(quad)}\n" for quad in self._graph.store.quads())
        return Source("graph", ox_format(formats.NQUADS), text.encode(), is_file=False)

    def _page(self, page: CheckPage, at: Addresses) -> Reply:
        page.has_forms = self._has_forms()
        reply = self._linked.pages.of("check.html", at, here="check", check=page)
        problem = page.problem
        headers = {**reply.headers, **(problem.headers if problem else {}), **UNKEPT}
        return reply._replace(headers=headers, status=problem.status if problem else 200)
