"""Answers for the page of the document: `/document`, of which the address holds what is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import Graph
from ogdkg.web.document.lines import Document, documents_of
from ogdkg.web.document.page import DocumentPage, Given
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import only
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.processes.answerer import Ask, Reply

_LONGEST = 2_048  # letters of a choice


class Documents:
    """Answers requests for the page of a document.

    Args:
        graph: The graph that is served.
        linked: Has the pages and the citations.
    """

    def __init__(self, graph: Graph, linked: LinkedData) -> None:
        self._graph, self._linked = graph, linked
        self.hides = False

    @cached_property
    def all(self) -> list[Document]:
        """The documents that the passages of the graph are of."""
        return documents_of(self._linked.citations)

    def answer(self, ask: Ask) -> Reply:
        """Answer with the page, or with what is wrong."""
        at = Addresses(ask["base"], self._graph.project.resource_namespace).local()
        try:
            return self._page(ask["given"], at)
        except (HttpError, OgdkgError) as error:
            return self._linked.fault(error, ask, at)

    def _page(self, fields: Mapping[str, list[str]], at: Addresses) -> Reply:
        if not self._graph.is_in_memory:
            where = "on another server" if self._graph.options.endpoint else "in a large store on disk"
            raise HttpError(404, f"The graph is {where}, where its passages are not gathered into a page.")
        given = _given(fields)
        documents = self.all
        if not documents:
            raise HttpError(404, "No document is read here: the graph has no passages with lines.")
        page = self._of(documents, given, at)
        if given.line and not page.chosen:
            raise HttpError(404, f"Line {given.line} has no passage.")
        reply = self._linked.pages.of("document.html", at, here="document", page=page)
        return reply._replace(version=repr(("document", given, at)))

    def _of(self, documents: list[Document], given: Given, at: Addresses) -> DocumentPage:
        linked = self._linked
        pages = (
            DocumentPage(each, documents, given, linked.citations, linked.surroundings, at, hides=self.hides)
            for each in documents
        )
        for page, document in zip(pages, documents, strict=True):
            if not given.of or page.key_of(document) == given.of:
                return page
        raise HttpError(404, f"No passages are of {given.of[:200]!r}.")


def _given(fields: Mapping[str, list[str]]) -> Given:
    texts = {name: (only(fields, name) or "")[:_LONGEST] for name in Given._fields}
    return Given(
        texts["of"],
        texts["about"],
        texts["kind"],
        _number("line", texts["line"]),
        _number("page", texts["page"]) or 1,
    )


def _number(name: str, text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise HttpError(400, f"{name} takes a number from 1.")
    return int(text or 0)
