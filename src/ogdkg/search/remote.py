"""Things by words in a large graph at a server, which looks for the words itself. Prints nothing.

It is asked by CONTAINS, which every server answers alike; text indexes of their own have to be switched on,
and each has a language of its own. Typos are not forgiven: that takes an index of all words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ogdkg.graph.graph import Graph
from ogdkg.rdf.labels import DESCRIPTIONS, NAMES, PROPERTY_RANKS, LabelRank, iri_list, label_rank
from ogdkg.rdf.terms import Iri, Literal, Term, compact, to_ntriples
from ogdkg.search.search import SearchHit
from ogdkg.search.word_index import Entry, Index, words

LARGE = 500_000  # triples from which the words of all things are not fetched
_MOST = 500  # things looked at
_TEXTS = iri_list((*NAMES, *DESCRIPTIONS))


def is_large(graph: Graph) -> bool:
    """Whether a graph is at a server and too large for its words to be fetched."""
    pushed = graph.remote.push_manifest if graph.options.endpoint else None
    return pushed is not None and sum(held.triples for held in pushed.graphs.values()) > LARGE


def search_endpoint(graph: Graph, text: str, limit: int) -> list[SearchHit]:
    """The things whose names or descriptions hold the words, or beginnings of them, the best first."""
    wanted = sorted(words(text), key=len, reverse=True)
    holds = " ".join(f"FILTER({_contains(word)})" for word in wanted)
    matching = f"SELECT DISTINCT ?thing {{ VALUES ?p {{ {_TEXTS} }} ?thing ?p ?text {holds} }} LIMIT {_MOST}"
    things = [row[0] for row in _ask(graph, matching) if isinstance(row[0], Iri)] if wanted else []
    names, kinds, said = _described(graph, things)
    entries = (
        (thing.value, Entry(texts[0], tuple(texts[1:]), tuple(said.get(thing, ()))))
        for thing, texts in names.items()
    )
    found = [Iri(match.iri) for match in Index.of(entries).search(text, limit)]
    return [
        SearchHit(thing, names[thing][0], tuple(kinds.get(thing, ())), said.get(thing, [""])[0])
        for thing in found
    ]


def _contains(word: str) -> str:
    return f"CONTAINS(LCASE(STR(?text)), {to_ntriples(Literal(word))})"


def _described(graph: Graph, things: Iterable[Iri]) -> tuple[dict[Iri, list[str]], ...]:
    """By thing its names, the label first; its kinds; its descriptions."""
    among = " ".join(map(to_ntriples, things))
    if not among:
        return {}, {}, {}
    pattern = f"VALUES ?thing {{ {among} }} VALUES ?p {{ {_TEXTS} }} ?thing ?p ?text"
    names: dict[Iri, list[LabelRank]] = {}
    said: dict[Iri, list[str]] = {}
    for thing, predicate, value in _ask(graph, f"SELECT DISTINCT ?thing ?p ?text {{ {pattern} }}"):
        if not (isinstance(thing, Iri) and isinstance(predicate, Iri) and isinstance(value, Literal)):
            continue
        if (rank := PROPERTY_RANKS.get(predicate.value)) is None:
            said.setdefault(thing, []).append(value.value)
        else:
            names.setdefault(thing, []).append(label_rank(value.value, rank, value.language))
    kinds: dict[Iri, list[str]] = {}
    asked = f"SELECT DISTINCT ?thing ?kind {{ VALUES ?thing {{ {among} }} ?thing a ?kind }}"
    for thing, kind in _ask(graph, asked):
        if isinstance(thing, Iri) and isinstance(kind, Iri):
            kinds.setdefault(thing, []).append(compact(kind.value, graph.project.prefixes) or kind.value)
    return {thing: [name for *_, name in sorted(each)] for thing, each in names.items()}, kinds, said


def _ask(graph: Graph, query: str) -> Iterator[tuple[Term | None, ...]]:
    return graph.select(query, name="search")
