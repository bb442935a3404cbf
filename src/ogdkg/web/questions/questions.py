"""Stored queries as pages: a form for each, its answer as a table with sources, and as the files that
`ogdkg query` writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.suggestions import queries_about
from ogdkg.errors import OgdkgError, UnknownNameError, UsageError, nearest
from ogdkg.graph.graph import Graph
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.render.rdf.writers import write_triples
from ogdkg.render.views.results import write_boolean, write_rows
from ogdkg.search.resolver import NameResolver
from ogdkg.sparql.traits import traits
from ogdkg.store.base import Result, Triples
from ogdkg.text.escape import json_text
from ogdkg.web.http.negotiation import Choice, chosen
from ogdkg.web.http.problems import MEDIA_TYPE, HttpError, problem_of
from ogdkg.web.http.request import only
from ogdkg.web.pages.addresses import HTML, Addresses
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.questions.asked import PATH, Asked, address_of
from ogdkg.web.questions.form import Fault, faults_of
from ogdkg.web.questions.graphs import QueriedGraphs
from ogdkg.web.questions.listing import OTHER, Question, listed, question_of, told
from ogdkg.web.questions.page import QuestionPage

if TYPE_CHECKING:
    from ogdkg.web.pages.pages import Pages

_MOST_NEAR = 5
_MOST_WORDS = 200  # letters to filter the questions by
_ROWS = {form.extensions[0]: form for form in (formats.CSV, formats.JSON, formats.TSV, formats.XML)}
_TRIPLES = {form.extensions[0]: form for form in formats.FOR_RDF}
_LISTED = [Choice(HTML.media_type, HTML), Choice("application/json", formats.JSON)]
_ANSWERED = [
    *_LISTED,
    *(Choice(form.media_type, form) for form in (*_ROWS.values(), *_TRIPLES.values())),
]


class Questions:
    """Answers requests for stored queries.

    Args:
        graph: The graph that is served.
        linked: Answers for what the graph holds, and has the pages.
        of_store: Whether a store is served instead of files, which knows no layers.
    """

    def __init__(self, graph: Graph, linked: LinkedData, *, of_store: bool = False) -> None:
        self._graph, self._linked = graph, linked
        self._graphs = QueriedGraphs(graph, of_store=of_store)
        self.prepare = self._graphs.prepare

    @property
    def graphs(self) -> QueriedGraphs:
        """The graphs that the queries read."""
        return self._graphs

    @property
    def _pages(self) -> Pages:
        return self._linked.pages

    def _page(self, template: str, at: Addresses, **values: object) -> Reply:
        return self._pages.of(template, at, here="ask", **values)

    # -- the list of all ---------------------------------------------------------

    def all(self, ask: Ask) -> Reply:
        """Answer with the stored queries by topic."""
        at = Addresses(ask["base"], self._graph.project.resource_namespace)
        choice = chosen(ask.get("accept"), _LISTED) or _LISTED[1]
        words = (only(ask["given"], "q") or "").strip()[:_MOST_WORDS]
        topic = only(ask["given"], "topic") or ""
        queries, faults = self._graph.catalogue.topics()
        version = repr(("questions", words, topic, at))
        if choice.format is not HTML:
            questions = [told(each, at.base) for each in listed(queries, words, topic)]
            return Reply("application/json", [json_text({"questions": questions}), "\n"], version=version)
        local = at.local()
        found: dict[str, list[Question]] = {}
        for query in listed(queries, words, topic):
            found.setdefault(query.topic, []).append(question_of(query, local.base))
        topics = [(name or OTHER, name, len(each)) for name, each in queries.items()]
        reply = self._page(
            "questions.html",
            local,
            topics=topics,
            found=found,
            words=words,
            topic=topic,
            count=sum(map(len, queries.values())),
            shown=sum(map(len, found.values())),
            broken=len(faults),
        )
        return reply._replace(version=version)

    # -- one question ------------------------------------------------------------

    def answer(self, ask: Ask) -> Reply:
        """Answer a question: as a page, or as a file."""
        at = Addresses(ask["base"], self._graph.project.resource_namespace)
        try:
            return self._answered(ask, at)
        except (HttpError, OgdkgError) as error:
            problem = error if isinstance(error, HttpError) else problem_of(error)
            faults = [Choice(HTML.media_type, HTML), Choice(MEDIA_TYPE, formats.JSON)]
            if _has_suffix(ask["path"]) or chosen(ask.get("accept"), faults) is not faults[0]:
                raise problem from None
            return self._problem(problem, at.local())

    def _problem(self, problem: HttpError, at: Addresses) -> Reply:
        """The page of an error, which leads to questions that may be meant."""
        near = [
            (each["label"], each["name"], address_of(at.base, each["name"]))
            for each in problem.members.get("near", ())
        ]
        told = {"status": problem.status, "title": problem.title, "detail": problem.detail}
        reply = self._page("problem.html", at, near=near, successors=[], **told)
        return reply._replace(status=problem.status)

    def _answered(self, ask: Ask, at: Addresses) -> Reply:
        query, suffix = self._found(_name(ask["path"]), at)
        form = self._form(query, suffix, ask)
        asked = Asked(query, ask["given"], at.local().base if form is HTML else at.base)
        resolver = NameResolver(self._graphs.graph_of(query))
        faults = faults_of(resolver, asked)
        version = ""
        if not self._graph.options.endpoint and not traits(query.text).is_changing:
            version = repr((query.name, sorted(ask["given"].items()), form.name, at))
        if form is HTML:
            page = QuestionPage(self._graphs, resolver, asked, faults, at)
            # A browser tells its user of any other status, though the page says what is wrong.
            is_person = HTML.media_type in (ask.get("accept") or "")
            reply = self._page("question.html", at.local(), ask=page, question=query)
            return reply._replace(
                version=version if page.is_whole else "", status=422 if faults and not is_person else 200
            )
        if faults or not asked.is_complete:
            raise _refusal(faults or [_missing(asked)])
        result = self._graphs.result(resolver, asked)
        return Reply(_content_type(form), self._written(result, form, query), version=version)

    def _found(self, name: str, at: Addresses) -> tuple[StoredQuery, str]:
        """The query of a name, and the suffix of a format after it."""
        catalogue = self._graph.catalogue
        stem, dot, suffix = name.rpartition(".")
        is_file = name not in catalogue.paths and dot and (suffix in _ROWS or suffix in _TRIPLES)
        try:
            return (catalogue.get(stem), suffix) if is_file else (catalogue.get(name), "")
        except UsageError as error:
            bare = stem if is_file else name
            former = [each.name for each in catalogue.readable() if bare in each.header.formerly]
            near = [
                {
                    "name": each,
                    "label": catalogue.get(each).header.summary,
                    "address": address_of(at.base, each),
                }
                for each in former or self._near(bare)
            ]
            detail = error.message if former or not isinstance(error, UnknownNameError) else ""
            raise HttpError(404, detail or f"There is no question {bare[:100]!r}.", near=near) from None

    def _near(self, name: str) -> list[str]:
        """The names of queries that are spelt much like one, or speak of it."""
        readable = list(self._graph.catalogue.readable())
        names = [query.name for query in readable]
        return nearest(name, names, _MOST_NEAR) or queries_about(readable, name[:_MOST_WORDS])

    def _form(self, query: StoredQuery, suffix: str, ask: Ask) -> Format:
        """The format that is asked for: by the suffix, or by what the client accepts."""
        fitting = _TRIPLES if query.form in ("CONSTRUCT", "DESCRIBE") else _ROWS
        if suffix:
            if suffix not in fitting:
                offered = ", ".join(f".{each}" for each in fitting)
                raise HttpError(404, f"The answer to {query.name!r} is not .{suffix}, but {offered}.")
            return fitting[suffix]
        offered_here = [each for each in _ANSWERED if each.format in (HTML, *fitting.values())]
        choice = chosen(ask.get("accept"), offered_here)
        if choice is None:
            offers = list(dict.fromkeys(each.media_type for each in offered_here))
            raise HttpError(406, "None of the media types that you accept is offered.", offered=offers)
        return choice.format

    def _written(self, result: Result, form: Format, query: StoredQuery) -> Iterable[str | bytes]:
        if isinstance(result, bool):
            return write_boolean(result, form)
        if isinstance(result, Triples):
            prefixes = {**self._graph.project.prefixes, **query.prefixes}
            return write_triples(result.triples, form, prefixes)
        return write_rows(result, form)


def _missing(asked: Asked) -> Fault:
    names = [
        each.name for each in asked.query.parameters if not each.is_optional and each.name not in asked.values
    ]
    return Fault(names[0], f"The question needs a value of {' and of '.join(names)}.")


def _refusal(faults: list[Fault]) -> HttpError:
    """The error that tells a program what is wrong with the values of a question."""
    told = [
        {
            "parameter": fault.parameter,
            "detail": fault.message,
            "near": [{"label": each.text, "address": each.address} for each in fault.near],
        }
        for fault in faults
    ]
    return HttpError(422, f"{faults[0].parameter}: {faults[0].message}", faults=told)


def _name(path: str) -> str:
    """The name in the path of a question, as it was sent, percent-encoded."""
    return unquote(path.removeprefix(PATH).strip("/"), errors="replace")


def _has_suffix(path: str) -> bool:
    suffix = path.rpartition(".")[2]
    return suffix in _ROWS or suffix in _TRIPLES


def _content_type(form: Format) -> str:
    is_text = form.media_type.startswith("text/")
    return f"{form.media_type}; charset=utf-8" if is_text else form.media_type
