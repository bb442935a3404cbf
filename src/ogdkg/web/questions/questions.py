"""Stored queries as pages: a form for each, its answer as a table with sources, and as the files that
`ogdkg query` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.parameters import Parameter
from ogdkg.catalogue.ranking import ranked
from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import Graph
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import Iri, compact, expand
from ogdkg.search.folding import words
from ogdkg.search.resolver import NameResolver
from ogdkg.sparql.traits import traits
from ogdkg.store.base import Rows
from ogdkg.text.escape import json_text
from ogdkg.web.http.negotiation import Choice, chosen, content_type, required
from ogdkg.web.http.problems import MEDIA_TYPE, HttpError, problem_of
from ogdkg.web.http.request import only
from ogdkg.web.pages.addresses import HTML, Addresses
from ogdkg.web.pages.found import Suggested
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.questions.asked import PATH, Asked, address_of
from ogdkg.web.questions.files import (
    ANSWERS,
    ROWS,
    TRIPLES,
    find_query,
    fitting,
    has_suffix,
    refusal,
    write_named_rows,
    write_result,
)
from ogdkg.web.questions.form import faults_of
from ogdkg.web.questions.graphs import QueriedGraphs
from ogdkg.web.questions.listing import OTHER, Question, listed, question_of, told
from ogdkg.web.questions.page import QuestionPage

if TYPE_CHECKING:
    from ogdkg.web.pages.pages import Pages

_MOST_WORDS = 200  # letters to filter the questions by
_MOST_SUGGESTED = 5  # questions that a search offers
_LISTED = [Choice(HTML.media_type, HTML), Choice("application/json", formats.JSON)]
_ANSWERED = [
    *_LISTED,
    *(Choice(form.media_type, form) for form in (*ROWS.values(), formats.XLSX, *TRIPLES.values())),
]


class Questions:
    """Answers requests for stored queries.

    Args:
        graph: The graph that is served.
        linked: Answers for what the graph holds, and has the pages.
        of_store: Whether a store is served instead of files, which knows no layers.

    Attributes:
        graphs: The graphs that stored queries read.
        ready: Returns which answers to a query a site without a server holds: texts and addresses.
    """

    def __init__(self, graph: Graph, linked: LinkedData, *, of_store: bool = False) -> None:
        self._graph, self._linked = graph, linked
        self.graphs = QueriedGraphs(graph, of_store=of_store)
        self.ready: Callable[[StoredQuery], list[tuple[str, str]]] = lambda query: []
        linked.asked_of = self.suggested
        self.prepare, self.load = self.graphs.prepare, self.graphs.load

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
        wanted = (only(ask["given"], "q") or "").strip()[:_MOST_WORDS]
        topic = only(ask["given"], "topic") or ""
        queries, faults = self._graph.catalogue.topics()
        version = repr(("questions", wanted, topic, at))
        if choice.format is not HTML:
            questions = [told(each, at.base) for each in listed(queries, wanted, topic)]
            return Reply("application/json", [json_text({"questions": questions}), "\n"], version=version)
        local = at.local()
        found: dict[str, list[Question]] = {}
        for query in listed(queries, wanted, topic):
            found.setdefault(query.topic, []).append(question_of(query, local.base))
        topics = [(name or OTHER, name, len(each)) for name, each in queries.items()]
        reply = self._page(
            "questions.html",
            local,
            topics=topics,
            found=found,
            words=wanted,
            topic=topic,
            count=sum(map(len, queries.values())),
            shown=sum(map(len, found.values())),
            broken=len(faults),
        )
        return reply._replace(version=version)

    def suggested(self, text: str, at: Addresses, things: list[Iri]) -> list[Suggested]:
        """Return a few questions: those that speak of all words of a text, and those that take what it names.

        Args:
            text: What was searched for.
            at: The addresses of the server.
            things: What was found, what fits best first.
        """
        if not text or not self._graph.project.queries.is_dir():
            return []
        queries, _ = self._graph.catalogue.topics()
        speaking = (question_of(query, at.base) for query in listed(queries, text[:_MOST_WORDS], ""))
        found = [
            Suggested(each.summary, "", each.example.address if each.example else each.address)
            for each in islice(speaking, _MOST_SUGGESTED)
        ]
        about = self._about(text, at, things[0]) if things else ()
        return list(islice((*found, *about), _MOST_SUGGESTED))

    def _about(self, text: str, at: Addresses, thing: Iri) -> Iterator[Suggested]:
        """Yield the questions that take such a thing, if a text names it.

        Those come first that need one, and of these those that share most with the text.
        """
        names, prefixes = self._linked.citations.names, self._graph.project.prefixes
        label = names.label(thing)
        if not label or not (thing in names.candidates(text) or {*words(label)} <= {*words(text)}):
            return
        is_clear = len(names.candidates(label)) == 1
        value = label if is_clear else compact(thing.value, prefixes) or thing.value
        classes = {each.value for each in self._linked.classes(thing)}
        readable = list(self._graph.catalogue.readable())
        scores = dict(ranked(readable, text))
        taking = [(query, each) for query in readable if (each := _taking(query, classes, prefixes))]
        taking.sort(key=lambda each: (each[1].is_optional, -scores.get(each[0].name, 0.0)))
        for query, parameter in taking:
            asked = Asked(query, {parameter.name: [value]}, at.base)
            yield Suggested(query.header.summary or query.name, label, asked.address())

    # -- one question ------------------------------------------------------------

    def answer(self, ask: Ask) -> Reply:
        """Answer a question: as a page, or as a file."""
        at = Addresses(ask["base"], self._graph.project.resource_namespace)
        try:
            return self._answered(ask, at)
        except (HttpError, OgdkgError) as error:
            problem = problem_of(error)
            faults = [Choice(HTML.media_type, HTML), Choice(MEDIA_TYPE, formats.JSON)]
            if has_suffix(ask["path"], ANSWERS) or chosen(ask.get("accept"), faults) is not faults[0]:
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
        name = _name(ask["path"])
        query, suffix = find_query(self._graph.catalogue, name, partial(address_of, at.base), ANSWERS)
        form = self._form(query, suffix, ask)
        asked = Asked(query, ask["given"], at.local().base if form is HTML else at.base)
        resolver = NameResolver(self.graphs.graph_of(query))
        faults = faults_of(resolver, asked)
        version = ""
        if not self._graph.options.endpoint and not traits(query.text).is_changing:
            version = repr((query.name, sorted(ask["given"].items()), form.name, at))
        if form is HTML:
            page = QuestionPage(self.graphs, resolver, asked, faults, at)
            # A browser tells its user of any other status, though the page says what is wrong.
            is_person = HTML.media_type in (ask.get("accept") or "")
            reply = self._shown(page, at.local())
            return reply._replace(
                version=version if page.is_whole else "", status=422 if faults and not is_person else 200
            )
        if faults or not asked.is_complete:
            raise refusal(asked, faults)
        result = self.graphs.result(resolver, asked)
        if form is formats.XLSX and isinstance(result, Rows):  # of which no two are the same bytes
            return Reply(form.media_type, [write_named_rows(result, resolver.graph, query.header.columns)])
        body = write_result(result, form, query.prefixes_with(self._graph.project.prefixes))
        return Reply(content_type(form.media_type), body, version=version)

    def _shown(self, page: QuestionPage, at: Addresses) -> Reply:
        query = page.asked.query
        return self._page("question.html", at, ask=page, question=query, ready=self.ready(query))

    def representations(self, ask: Ask, suffixes: Collection[str], pages: int) -> Iterator[tuple[str, Reply]]:
        """Yield a question as pages and as files, each with its address; it is asked once.

        Args:
            ask: The request for its first page.
            suffixes: Those of its files that are wanted.
            pages: How many of its pages are wanted at most.

        Raises:
            HttpError: There is no such question.
        """
        at = Addresses(ask["base"], self._graph.project.resource_namespace)
        query, _ = find_query(self._graph.catalogue, _name(ask["path"]), partial(address_of, at.base))
        asked = Asked(query, ask["given"], at.local().base)
        resolver = NameResolver(self.graphs.graph_of(query))
        page = QuestionPage(self.graphs, resolver, asked, faults_of(resolver, asked), at, ahead=pages)
        yield asked.address(), self._shown(page, at.local())
        for number in range(2, min(page.last, pages) + 1):
            yield asked.address(page=str(number)), self._shown(page.turned(number), at.local())
        prefixes = query.prefixes_with(self._graph.project.prefixes)
        for suffix, form in fitting(query.form).items():
            if suffix in suffixes and page.answer:
                body = write_result(page.answer(), form, prefixes)
                yield asked.address(f".{suffix}"), Reply(content_type(form.media_type), body)

    def _form(self, query: StoredQuery, suffix: str, ask: Ask) -> Format:
        """The format that is asked for: by the suffix, or by what the client accepts."""
        forms = fitting(query.form)
        if suffix:
            if suffix not in forms:
                offered = ", ".join(f".{each}" for each in forms)
                raise HttpError(404, f"The answer to {query.name!r} is not .{suffix}, but {offered}.")
            return forms[suffix]
        offered_here = [each for each in _ANSWERED if each.format in (HTML, *forms.values())]
        return required(chosen(ask.get("accept"), offered_here), offered_here).format


def _taking(query: StoredQuery, classes: Collection[str], prefixes: Mapping[str, str]) -> Parameter | None:
    """The parameter that takes a thing of one of these classes, if the query needs no other."""
    known = query.prefixes_with(prefixes)
    for parameter in query.parameters:
        of = expand(parameter.thing_class, known)
        if (of.value if of else parameter.thing_class) in classes:
            others = (each for each in query.parameters if each is not parameter)
            return parameter if all(each.is_optional for each in others) else None
    return None


def _name(path: str) -> str:
    """The name in the path of a question, as it was sent, percent-encoded."""
    return unquote(path.removeprefix(PATH).strip("/"), errors="replace")
