"""Keyword search in any graph; in a large one at an endpoint, this does it: `search.search` is for others.

The queries use CONTAINS, which works the same at every endpoint: full-text indexes must be enabled, and each
product has its own syntax. Typos are not tolerated, which would take an index of all words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ogdkg.errors import UsageError
from ogdkg.graph.graph import Graph
from ogdkg.rdf.labels import (
    DESCRIPTIONS,
    NAMES,
    PROPERTY_RANKS,
    LabelRank,
    iri_list,
    label_rank,
    language_key,
)
from ogdkg.rdf.terms import Iri, Literal, Row, Term, compact, to_ntriples
from ogdkg.search.folding import words
from ogdkg.search.search import Search, SearchHit
from ogdkg.search.word_index import Entry, Index
from ogdkg.store.base import Rows

LARGE = 500_000  # triples from which not all words are fetched
_MOST = 500  # resources ranked
_TEXTS = iri_list((*NAMES, *DESCRIPTIONS))


SEARCH_COLUMNS = {"thing": "thing", "kind": "kind", "description": "description"}  # the headings


def search(
    graph: Graph,
    text: str,
    limit: int,
    thing_class: str | None = None,
    filters: Mapping[str, str] | None = None,
    index: Callable[[], Search] | None = None,
) -> Rows:
    """Return the resources that `ogdkg search` finds as rows: with labels, kinds and descriptions.

    Args:
        graph: The graph.
        text: The words, or beginnings of words.
        limit: How many resources to return at most.
        thing_class: The name of a class, to return only its instances.
        filters: Values by the name of a filter of the project.
        index: Returns the index of the graph, where one is kept.

    Raises:
        UsageError: There is no word, or the class or a value is unknown or ambiguous.
    """
    if not words(text):
        raise UsageError("There is no word to search for.", hint="Give at least one letter or digit.")
    if not thing_class and not filters and is_large(graph):
        hits = search_endpoint(graph, text, limit)
    else:
        hits = (index() if index else Search(graph)).find(text, limit, thing_class, filters)
    return Rows(("thing", "thingLabel", "kind", "description"), map(_row, hits))


def _row(hit: SearchHit) -> Row:
    return hit.thing, Literal(hit.name), Literal(", ".join(hit.kinds)), Literal(hit.description)


def is_large(graph: Graph) -> bool:
    """Return whether a graph is at an endpoint and too large to fetch all its words."""
    pushed = graph.remote.push_manifest if graph.options.endpoint else None
    return pushed is not None and sum(held.triples for held in pushed.graphs.values()) > LARGE


def search_endpoint(graph: Graph, text: str, limit: int) -> list[SearchHit]:
    """Return the resources with all the words in their names or descriptions, best first."""
    wanted = sorted(words(text), key=len, reverse=True)
    holds = " ".join(f"FILTER({_contains(word)})" for word in wanted)
    matching = f"SELECT DISTINCT ?thing {{ VALUES ?p {{ {_TEXTS} }} ?thing ?p ?text {holds} }} LIMIT {_MOST}"
    things = [row[0] for row in _ask(graph, matching) if isinstance(row[0], Iri)] if wanted else []
    names, kinds, descriptions = _described(graph, things)
    entries = (
        (thing.value, Entry(texts[0], tuple(texts[1:]), tuple(descriptions.get(thing, ()))))
        for thing, texts in names.items()
    )
    found = [Iri(match.iri) for match in Index.of(entries).search(text, limit)]
    return [
        SearchHit(thing, names[thing][0], tuple(kinds.get(thing, ())), descriptions.get(thing, [""])[0])
        for thing in found
    ]


def _contains(word: str) -> str:
    return f"CONTAINS(LCASE(STR(?text)), {to_ntriples(Literal(word))})"


def _described(graph: Graph, things: Iterable[Iri]) -> tuple[dict[Iri, list[str]], ...]:
    """Return by resource its names, the label first; its classes; its descriptions."""
    among = " ".join(map(to_ntriples, things))
    if not among:
        return {}, {}, {}
    pattern = f"VALUES ?thing {{ {among} }} VALUES ?p {{ {_TEXTS} }} ?thing ?p ?text"
    names: dict[Iri, list[LabelRank]] = {}
    texts: dict[Iri, list[Literal]] = {}
    languages = graph.project.languages
    for thing, predicate, value in _ask(graph, f"SELECT DISTINCT ?thing ?p ?text {{ {pattern} }}"):
        if not (isinstance(thing, Iri) and isinstance(predicate, Iri) and isinstance(value, Literal)):
            continue
        if (rank := PROPERTY_RANKS.get(predicate.value)) is None:
            texts.setdefault(thing, []).append(value)
        else:
            names.setdefault(thing, []).append(label_rank(value.value, rank, value.language, languages))
    kinds: dict[Iri, list[str]] = {}
    asked = f"SELECT DISTINCT ?thing ?kind {{ VALUES ?thing {{ {among} }} ?thing a ?kind }}"
    for thing, kind in _ask(graph, asked):
        if isinstance(thing, Iri) and isinstance(kind, Iri):
            kinds.setdefault(thing, []).append(compact(kind.value, graph.project.prefixes) or kind.value)
    descriptions = {
        thing: [text.value for text in sorted(each, key=lambda text: language_key(text.language, languages))]
        for thing, each in texts.items()
    }
    return {thing: [name for *_, name in sorted(each)] for thing, each in names.items()}, kinds, descriptions


def _ask(graph: Graph, query: str) -> Iterator[tuple[Term | None, ...]]:
    return graph.select(query, name="search")
