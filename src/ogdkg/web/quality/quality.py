"""Answers for the page on quality, `/quality`: what is quickly told at once, the rest once it is measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from ogdkg.errors import LimitError, OgdkgError
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, Literal, Triple, to_ntriples
from ogdkg.web.document.document import Documents
from ogdkg.web.http.problems import HttpError
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.quality.feed import ATOM, Feed, entries_of
from ogdkg.web.quality.feed import JSON as JSON_FEED
from ogdkg.web.quality.measured import Measured, Part, guarded
from ogdkg.web.quality.page import QualityPage
from ogdkg.web.questions.questions import Questions

_PARTS = {"completeness", "links", "validation", "questions", "checks", "history"}
_AT_ONCE = {"completeness", "links", "validation"}  # which the first reader waits for
_PATIENCE = 4.0  # seconds of that reader
_STILL_THERE = "SELECT ?s {{ VALUES ?s {{ {chosen} }} FILTER EXISTS {{ ?s ?p ?o }} }}"
_MAIL = "mailto:"
_SECONDS = 60.0  # of the rules of the project, and of each query that is measured
_COME_AGAIN = "15"  # seconds
_SHORTEST = 4  # letters of a personal text: a shorter one stands in other words too


class Quality:
    """Answers requests for the page on quality.

    Args:
        graph: The graph that is served.
        linked: Has the pages and the citations.
        documents: Has the documents of the passages.
        questions: Has the graphs of stored queries.
        of_store: Whether a store is served, of which the files of the project tell nothing.
    """

    def __init__(
        self,
        graph: Graph,
        linked: LinkedData,
        documents: Documents,
        questions: Questions,
        *,
        of_store: bool,
    ) -> None:
        self._graph, self._linked = graph, linked
        self._documents, self._questions = documents, questions
        self._measures = not of_store
        self._measured = Measured()
        self._texts: frozenset[str] = frozenset()
        self._nodes: frozenset[str] = frozenset()
        self._hides = False
        self._seconds = _SECONDS

    def prepare(self, hidden: Iterable[Triple], *, hides: bool) -> None:
        """Note what is left out of what is told, before processes are forked.

        Args:
            hidden: The personal data of the graph.
            hides: Whether such data are left out, of which earlier revisions may have more.
        """
        self._hides = hides
        left_out = list(hidden)
        values = (each.object for each in left_out)
        self._texts = frozenset(
            value.value.removeprefix(_MAIL)
            for value in values
            if len(str(value)) >= _SHORTEST
            and (isinstance(value, Literal) or (isinstance(value, Iri) and value.value.startswith(_MAIL)))
        )
        subjects = {each.subject for each in left_out if isinstance(each.subject, Iri)}
        chosen = " ".join(map(to_ntriples, subjects))
        rows = self._graph.select(_STILL_THERE.format(chosen=chosen), limited=False) if subjects else ()
        self._nodes = frozenset(each.value for each in subjects - {row[0] for row in rows})

    def answer(self, ask: Ask) -> Reply:
        """Answer with the page, or with why there is none."""
        at = Addresses(ask["base"], self._graph.project.resource_namespace).local()
        try:
            return self._page(ask, at)
        except (HttpError, OgdkgError) as error:
            return self._linked.fault(error, ask, at)

    def measure(self, seconds: float) -> Callable[[], None]:
        """Let everything be measured in the background; return what waits until it is.

        Args:
            seconds: The time limit of each part: `wait` raises LimitError where it is not there by then.
        """
        if not self._measures or not self._graph.is_in_memory:
            return lambda: None
        self._seconds, self._measured.longest = seconds, len(_PARTS) * seconds
        self._measured.nicer = 0  # nobody reads yet, and the site waits for it
        self._measured.start(self._work)

        def wait() -> None:
            while not (found := self._measured.parts).keys() >= _PARTS:
                if self._measured.is_late:
                    missing = ", ".join(sorted(_PARTS - found.keys()))
                    raise LimitError(f"/quality: what it shows cannot be measured in time: {missing}.")
                self._measured.wait(_PARTS, _PATIENCE)

        return wait

    def feed(self, ask: Ask) -> Reply:
        """Answer with a feed of what changed between revisions.

        Raises:
            HttpError: There is no history, or it is not read yet.
        """
        at = Addresses(ask["base"], self._graph.project.resource_namespace)
        self._check_near()
        if not self._measures:
            raise HttpError(404, "A store has no history.")
        history = self._parts({"history"}, ask).get("history")
        if history is None:
            raise HttpError(503, "The history is being read.", headers={"retry-after": _COME_AGAIN})
        if "error" in history:
            raise HttpError(404, f"There is no history: {history['error']}")
        page = self._shown({"history": history}, at)
        feed = Feed(self._graph.project.title, at.base, entries_of(history["changes"], page.kinds))
        is_json = ask["path"].endswith(".json")
        kind, body = (JSON_FEED, feed.json()) if is_json else (ATOM, feed.atom())
        return Reply(kind, [body], version=repr(("changes", is_json, at)))

    def _check_near(self) -> None:
        if not self._graph.is_in_memory:
            where = "on another server" if self._graph.options.endpoint else "in a large store on disk"
            raise HttpError(404, f"The graph is {where}: `ogdkg validate` and `ogdkg test` tell its quality.")

    def _page(self, ask: Ask, at: Addresses) -> Reply:
        self._check_near()
        parts = {}
        if self._measures:
            parts = self._parts(_AT_ONCE, ask)
        page = self._shown(parts, at)
        reply = self._linked.pages.of("quality.html", at, here="quality", page=page)
        return reply._replace(version=repr(("quality", sorted(parts), at)))

    def _parts(self, wanted: set[str], ask: Ask) -> dict[str, Any]:
        """What has been measured; only the reader who lets it begin waits, so that many hold no processes."""
        is_first = self._measured.start(self._work)
        return self._measured.wait(wanted, min(_PATIENCE, ask["seconds"] / 2) if is_first else 0.0)

    def _shown(self, parts: dict[str, Any], at: Addresses) -> QualityPage:
        return QualityPage(
            self._linked.citations,
            self._linked.surroundings,
            self._documents.all,
            parts,
            at,
            hides=self._hides,
            measures=self._measures and not (self._measured.is_late and not parts.keys() >= _PARTS),
        )

    def _work(self) -> Iterator[Part]:
        """Measure one part after another; what is only needed for that is imported here."""
        from ogdkg.web.quality import measures

        project = self._graph.project
        personal = measures.Personal(self._texts, self._nodes)
        parts: dict[str, Callable[[], Any]] = {
            "completeness": partial(measures.complete, self._linked.citations),
            "links": partial(measures.links, self._graph),
            "validation": partial(measures.validation, self._graph, self._seconds),
            "checks": partial(measures.checks, self._questions.graphs, self._seconds),
            "history": partial(measures.history, project),
            "questions": partial(measures.questions, self._graph, self._seconds),
        }
        for name, measure in parts.items():
            name, told = guarded(name, measure)
            yield name, personal.without(told)
