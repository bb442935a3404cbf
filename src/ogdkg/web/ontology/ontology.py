"""Answers requests for pages of the vocabulary: all of it, one ontology in full, one term, the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ogdkg.rdf.statements import Statement
from ogdkg.rdf.terms import Iri, to_ntriples
from ogdkg.render.rdf.writers import write_statements
from ogdkg.web.http.negotiation import TRIPLES, Choice, chosen, required
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import only
from ogdkg.web.ontology.overview import Overview
from ogdkg.web.ontology.picture import picture
from ogdkg.web.ontology.schemes import PAGE, Scheme
from ogdkg.web.ontology.shapes import ShapeWording
from ogdkg.web.ontology.term import TermView
from ogdkg.web.ontology.vocabulary import (
    CLASS,
    DATATYPE,
    INDIVIDUAL,
    ONTOLOGY,
    PROPERTY,
    SCHEME,
    Group,
    Vocabulary,
)
from ogdkg.web.ontology.words import Wording
from ogdkg.web.pages.addresses import HTML, Addresses
from ogdkg.web.pages.described import Page
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.pages.representation import page_of
from ogdkg.web.processes.answerer import Ask, Reply

if TYPE_CHECKING:
    from ogdkg.web.pages.pages import Pages

PATH = "/ontology"
_FORMATS = [Choice(HTML.media_type, HTML), *TRIPLES]  # of all terms together
_IN_FULL = 150  # terms that are described on one page; of a larger ontology it lists them
_LISTED = 1_500  # terms of a page that lists them
_RULES = 100  # shapes of a page


class OntologyPages:
    """Answers requests about the vocabulary of a graph.

    Args:
        linked: Answers for what the graph holds, and has the pages.
    """

    def __init__(self, linked: LinkedData) -> None:
        self._linked = linked
        self._graph = linked.graph
        linked.drawn = self.page_of
        linked.entries.append(self._entry)

    def _entry(self) -> tuple[str, str, str] | None:
        is_there = self.vocabulary is not None and self.vocabulary.is_there
        return ("ontology", "Vocabulary", PATH) if is_there else None

    @cached_property
    def vocabulary(self) -> Vocabulary | None:
        """The terms of the graph; none of a server, which would be asked for each by itself."""
        parts = self._linked.parts
        return Vocabulary(*parts) if parts[0].is_near else None

    def prepare(self) -> None:
        """Read what the pages need, before processes are forked that share it."""
        if self.vocabulary:
            self.vocabulary.groups, self.vocabulary.tally  # noqa: B018

    @property
    def _pages(self) -> Pages:
        return self._linked.pages

    def _page(self, template: str, at: Addresses, **values: object) -> Reply:
        return self._pages.of(template, at, here="ontology", **values)

    def answer(self, ask: Ask) -> Reply:
        """Answer a request for `/ontology` and what lies below it."""
        at = Addresses(ask["base"], self._graph.project.resource_namespace).local()
        try:
            return self._answered(ask, at)
        except HttpError as problem:
            return self._linked.fault(problem, ask, at)

    def _answered(self, ask: Ask, at: Addresses) -> Reply:
        path = ask["path"].rstrip("/")
        answers: dict[str, Callable[[Ask, Addresses], Reply]] = {
            PATH: self._overview,
            f"{PATH}/in-full": self._in_full,
            f"{PATH}/rules": self._rules,
        }
        if path not in answers:
            raise HttpError(404, "There is nothing at this address.")
        if not self.vocabulary:
            raise HttpError(
                404, "The vocabulary of another server is not shown here; ask its SPARQL endpoint."
            )
        return answers[path](ask, at)._replace(version=repr((path, sorted(ask["given"].items()), at)))

    def _wordings(self, at: Addresses) -> tuple[Wording, ShapeWording]:
        assert self.vocabulary
        wording = Wording(self.vocabulary, at)
        return wording, ShapeWording(wording)

    def _overview(self, ask: Ask, at: Addresses) -> Reply:
        assert self.vocabulary
        form = required(chosen(ask.get("accept"), _FORMATS), _FORMATS)
        if form is not _FORMATS[0]:
            return self._stated(self.vocabulary, form)
        wordings = self._wordings(at)
        overview = Overview(self.vocabulary, *wordings, given=ask["given"])
        return self._page("ontology.html", at, all=overview, picture=picture(self.vocabulary, wordings[0]))

    def _stated(self, vocabulary: Vocabulary, form: Choice) -> Reply:
        """What is said of all ontologies and their terms, in a format for programs."""
        resources = vocabulary.resources
        terms = vocabulary.of_kind(ONTOLOGY, CLASS, PROPERTY, DATATYPE, INDIVIDUAL)
        said = (each for term in terms for each in Page(resources, term).statements(to_ntriples(term)))
        statements: Iterable[Statement] = dict.fromkeys(said)
        body = write_statements(statements, form.format, self._graph.project.prefixes)
        return Reply(form.content_type, body)

    def _in_full(self, ask: Ask, at: Addresses) -> Reply:
        assert self.vocabulary
        iri = only(ask["given"], "of") or ""
        group = self.vocabulary.group_of(iri)
        if group is None:
            raise HttpError(404, "No terms of this vocabulary are known here.")
        return self._group(group, Iri(iri), at, page_of(ask["given"]))

    def _group(self, group: Group, iri: Iri, at: Addresses, number: int) -> Reply:
        """An ontology with all its terms."""
        assert self.vocabulary
        is_in_full = len(group.terms) <= _IN_FULL
        size = _IN_FULL if is_in_full else _LISTED
        terms = sorted(group.terms, key=self.vocabulary.sort_key)
        shown = terms[(number - 1) * size : number * size]
        wordings = self._wordings(at)
        header = TermView(iri, *wordings) if self.vocabulary.kinds.get(iri) == ONTOLOGY else None
        return self._page(
            "vocabulary.html",
            at,
            header=header,
            address=_paged(
                at.document(iri.value, "html")
                if header
                else f"{at.base}{PATH}/in-full?{urlencode({'of': iri.value})}"
            ),
            name=self.vocabulary.name(iri),
            iri=iri.value,
            is_in_full=is_in_full,
            number=number,
            last=max(-(-len(terms) // size), 1),
            count=len(terms),
            views=[TermView(each, *wordings) for each in shown],
            picture=picture(self.vocabulary, wordings[0], group),
            formats=at.formats(iri.value) if header else [],
        )

    def _rules(self, ask: Ask, at: Addresses) -> Reply:
        assert self.vocabulary
        wordings = self._wordings(at)
        shapes = [each for each in self.vocabulary.shapes if wordings[1].targets(each)]
        number = page_of(ask["given"])
        views = [TermView(each, *wordings) for each in shapes[(number - 1) * _RULES : number * _RULES]]
        last = max(-(-len(shapes) // _RULES), 1)
        values = {"views": views, "number": number, "last": last, "count": len(shapes)}
        return self._page("rules.html", at, address=f"{at.base}{PATH}/rules?", **values)

    def page_of(self, iri: Iri, number: int, at: Addresses) -> Reply | None:
        """The page of a term at its IRI; None for what is no term."""
        vocabulary = self.vocabulary
        kind = vocabulary.kinds.get(iri) if vocabulary else None
        if vocabulary is None or kind is None or not vocabulary.facts.about(iri):
            return None
        if kind == ONTOLOGY and (group := vocabulary.group_of(iri.value)):
            return self._group(group, iri, at, number)
        wordings = self._wordings(at)
        scheme = Scheme(vocabulary, iri) if kind == SCHEME else None
        return self._page(
            "term.html",
            at,
            term=TermView(iri, *wordings),
            home=vocabulary.homes.get(iri, ""),
            home_name=vocabulary.name(Iri(vocabulary.homes[iri])) if iri in vocabulary.homes else None,
            scheme=scheme,
            concepts=scheme.page(number, wordings[0]) if scheme else [],
            address=_paged(at.document(iri.value, "html")),
            number=number,
            last=max(-(-len(scheme.tree) // PAGE), 1) if scheme else 1,
            formats=at.formats(iri.value),
        )


def _paged(address: str) -> str:
    """An address to which the number of a page is put."""
    return f"{address}&" if "?" in address else f"{address}?"
