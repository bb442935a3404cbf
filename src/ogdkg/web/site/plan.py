"""What a site has: the things with pages, the questions that are answered, the lines of documents."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import OgdkgError
from ogdkg.rdf.terms import Iri, Literal, to_ntriples
from ogdkg.search.resolver import NameResolver
from ogdkg.web.answers import Answers
from ogdkg.web.document.lines import key_of
from ogdkg.web.questions.asked import Asked, address_of
from ogdkg.web.questions.listing import question_of
from ogdkg.web.questions.suggestions import Named
from ogdkg.web.site.layout import Layout, Ready

_MOST_VALUES = 50  # of a field that a question needs: with more, it is answered by its example alone
_MOST_LINES = 500  # of a document, to have a page each
_OWN = """SELECT DISTINCT ?iri {{
  {{ ?iri ?p ?o }} UNION {{ ?s ?iri ?o }} UNION {{ ?s ?p ?iri }} UNION {{ GRAPH ?iri {{ ?s ?p ?o }} }}
  FILTER(ISIRI(?iri) && STRSTARTS(STR(?iri), {start})) }}"""

Pairs = tuple[tuple[str, str], ...]


def own(answers: Answers) -> list[str]:
    """Return the IRIs of the project, in the graph and in its shapes, without those of parts of documents."""
    linked = answers.parts[0]
    start = linked.graph.project.resource_namespace
    if not start:
        return []
    query = _OWN.format(start=to_ntriples(Literal(start)))
    resources, shapes, *_ = linked.parts
    found = {
        row[0].value
        for each in (resources, shapes)
        for row in each.graph.select(query, limited=False)
        if isinstance(row[0], Iri)
    }
    return sorted(iri for iri in found if "#" not in iri)


def names(answers: Answers) -> list[Named]:
    """Return the names by which things are found."""
    return answers.parts[3].names()


def ready(answers: Answers, *, has_feeds: bool, has_editor: bool) -> tuple[Ready, list[str]]:
    """Return what is written beside the pages that have no choice, and the IRIs that have names."""
    linked, questions, documents, _ = answers.parts
    answered: dict[str, frozenset[Pairs]] = {}
    offered: dict[str, list[tuple[str, Pairs]]] = {}
    if linked.graph.project.queries.is_dir():
        for query in linked.graph.catalogue.readable():
            offered[query.name] = _offered(answers, query)
            example = question_of(query, "").example
            more = [_pairs(example.address)] if example else []
            answered[query.name] = frozenset([*(pairs for _, pairs in offered[query.name]), *more])
        for address in _of_front(answers):
            name = urlsplit(address).path.rpartition("/")[2]
            answered[name] = answered.get(name, frozenset()) | {_pairs(address)}

    def told(query: StoredQuery) -> list[tuple[str, str]]:
        return [
            (text, f"{address_of('', query.name)}?{urlencode(pairs)}")
            for text, pairs in offered.get(query.name, ())
        ]

    questions.ready = told
    lines: dict[str, frozenset[int]] = {}
    for number, document in enumerate(documents.all):
        if len(document.on_lines) <= _MOST_LINES:
            names_of = [key_of(linked.citations, document), *([] if number else [""])]
            lines |= dict.fromkeys(names_of, frozenset(document.on_lines))
    facets = frozenset(linked.index.facets)
    named = sorted({each.value for each in names(answers)})
    return Ready(answered, facets, lines, {}, has_feeds, has_editor), named


def _pairs(address: str) -> Pairs:
    return tuple(sorted(parse_qsl(urlsplit(address).query, keep_blank_values=True)))


def _offered(answers: Answers, query: StoredQuery) -> list[tuple[str, Pairs]]:
    """The values of the one field that a question needs, where they are few: texts, and fields."""
    needed = [each for each in query.parameters if not each.is_optional]
    if len(needed) != 1:
        return []
    graphs = answers.parts[1].graphs
    try:
        resolver = NameResolver(graphs.graph_of(query))
        offers = graphs.offers(resolver, Asked(query, {}, ""), needed[0])
    except OgdkgError:
        return []
    if len(offers) > _MOST_VALUES:
        return []
    return [(label, ((needed[0].name, value),)) for value, label in offers]


def _of_front(answers: Answers) -> Iterator[str]:
    """The addresses of the questions that the first page offers."""
    front = answers.parts[0].front
    yield from (each.path for each in front.questions if "?" in each.path)


def questions(layout: Layout, answers: Answers) -> Iterator[str]:
    """Yield the addresses of all stored queries without a choice."""
    if answers.parts[0].graph.project.queries.is_dir():
        for query in answers.parts[0].graph.catalogue.readable():
            if layout.file(address_of("", query.name)):
                yield address_of("", query.name)
