"""Keyword search in any graph: in one on a server `RemoteSearch` does it, else `search.Search`.

A server finds the things with the words in their texts, or beside them, by patterns, which work the same at
every endpoint: full-text indexes must be enabled, and each product has its own syntax. The texts of what it
finds are fetched, and the best chosen here, as for any graph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from ogdkg.errors import UsageError
from ogdkg.graph.graph import Graph
from ogdkg.rdf.labels import DESCRIPTIONS, iri_list
from ogdkg.rdf.terms import Iri, Literal, Row, Term, compact, to_ntriples
from ogdkg.search.classes import find_class
from ogdkg.search.folding import words
from ogdkg.search.patterns import contains, has_piece, has_word, unlikeness
from ogdkg.search.remote_names import RemoteNames, instances_of
from ogdkg.search.search import Search, SearchHit, shown
from ogdkg.search.texts import KINDS, LINKS, SCHEME, SOURCES, read_texts
from ogdkg.search.word_index import Index
from ogdkg.store.base import Rows

_MOST = 200  # things that are ranked, for each way to find them
_MOST_WORDS = 6  # of which each is looked for
_MOST_LINKS = 10_000  # of some things together
_TOGETHER = 50  # things whose texts are asked for at once

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
    if graph.options.endpoint:
        hits = RemoteSearch(graph).find(text, limit, thing_class, filters)
    else:
        hits = (index() if index else Search(graph)).find(text, limit, thing_class, filters)
    return Rows(("thing", "thingLabel", "kind", "description"), map(_row, hits))


def _row(hit: SearchHit) -> Row:
    return hit.thing, Literal(hit.name), Literal(", ".join(hit.kinds)), Literal(hit.description)


def told_apart(found: Rows, prefixes: Mapping[str, str]) -> Rows:
    """Return what `search` found with the CURIEs of things behind a name that several of a kind have."""
    rows = [*found.rows]
    number = Counter(row[1:3] for row in rows)

    def named(row: Row) -> Row:
        thing, name, *others = row
        if number[row[1:3]] == 1 or not isinstance(thing, Iri) or not isinstance(name, Literal):
            return row
        return thing, Literal(f"{name.value} ({compact(thing.value, prefixes) or thing.value})"), *others

    return Rows(found.variables, map(named, rows))


class RemoteSearch:
    """Searches the resources of a graph on a server."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._languages = graph.project.languages
        self._names = RemoteNames(graph.store, graph.project.prefixes, self._languages)
        self._texts = iri_list((*self._names.kinds, *DESCRIPTIONS))

    def find(
        self,
        text: str,
        limit: int,
        thing_class: str | None = None,
        filters: Mapping[str, str] | None = None,
    ) -> list[SearchHit]:
        """Return the resources with the words in their texts or beside them; as `Search.find`."""
        text = SCHEME.sub("", text)
        typed = sorted(words(text), key=len, reverse=True)[:_MOST_WORDS]
        among = " ".join(self._conditions(thing_class, filters or {}))
        most = max(_MOST, limit)
        things = dict.fromkeys(self._holding(typed, among, most)) or dict.fromkeys(
            self._like(typed, among, most)
        )
        return [shown(match) for match in self._index(list(things)).search(text, limit)]

    def _conditions(self, thing_class: str | None, filters: Mapping[str, str]) -> Iterator[str]:
        """Yield patterns for `?thing`: that it is of a class, and passes filters."""
        project = self._graph.project
        if thing_class:
            of = find_class(self._graph.store, thing_class, project.prefixes)
            yield instances_of(self._graph.store, of)
        for number, (name, value) in enumerate(filters.items()):
            given, facet = self._names.find(value, name), to_ntriples(project.search_facets[name])
            within = "|".join(f"<{iri}>" for iri in project.within)
            inside = f" . ?part{number} ({within})* {to_ntriples(given)} ." if within else ""
            end = f"?part{number}" if within else f"{to_ntriples(given)} ."
            yield f"?thing {facet} {end}{inside}"

    def _holding(self, typed: list[str], among: str, most: int) -> Iterator[Iri]:
        """Yield the things with all words: in their own texts, beside them, or in addresses."""
        own = [self._own(number, word) for number, word in enumerate(typed)]
        beside = [self._beside(number, word) for number, word in enumerate(typed)]
        yield from self._ask(f"{among} {' '.join(own)}", most)
        either = (f"{{ {{ {one} }} UNION {{ {other} }} }}" for one, other in zip(own, beside, strict=True))
        yield from self._ask(f"{among} {' '.join(either)}", most)
        if any(sign in word for word in typed for sign in "0123456789") or len(typed) > 1:
            yield from self._addressed(typed, among, most)

    def _own(self, number: int, word: str) -> str:
        variable = f"?text{number}"
        pattern = f"VALUES ?of{number} {{ {self._texts} }} ?thing ?of{number} {variable}"
        return f"{pattern} FILTER{has_word(word, variable)}"

    def _beside(self, number: int, word: str) -> str:
        variable = f"?near{number}"
        names = iri_list(tuple(self._names.kinds))
        pattern = f"VALUES ?by{number} {{ {names} }} ?other{number} ?by{number} {variable}"
        return f"{pattern} FILTER{has_word(word, variable)} ?thing ?link{number} ?other{number} ."

    def _addressed(self, typed: list[str], among: str, most: int) -> Iterator[Iri]:
        """Yield the things with words in a mailbox or a page, which is text or linked to."""
        holds = " && ".join(contains(word) for word in typed)
        signs = 'CONTAINS(STR(?name), "@") || CONTAINS(STR(?name), "://") || STRSTARTS(STR(?name), "www.")'
        yield from self._ask(f"{among} ?thing ?any ?name FILTER({holds}) FILTER({signs})", most)

    def _like(self, typed: list[str], among: str, most: int) -> Iterator[Iri]:
        """Yield the things with the words in an address, or else with words like them in or beside a name."""
        if addressed := list(self._addressed(typed, among, most)):
            yield from addressed
            return
        found: dict[Iri, None] = {}
        for word in typed:
            found |= dict.fromkeys(self._names.like_word(has_piece(word), unlikeness(word, whole=False)))
        near = " ".join(map(to_ntriples, found))
        if near:
            yield from self._ask(f"VALUES ?thing {{ {near} }} {among} ?thing ?any ?it", most)
            yield from self._ask(f"VALUES ?other {{ {near} }} ?thing ?link ?other . {among}", most)

    def _ask(self, pattern: str, most: int) -> Iterator[Iri]:
        text = f"SELECT DISTINCT ?thing {{ {pattern} FILTER(isIRI(?thing)) }} LIMIT {most}"
        return (row[0] for row in self._graph.select(text, name="search") if isinstance(row[0], Iri))

    def _index(self, things: list[Iri]) -> Index:
        """Return an index of some things, with what stands beside them."""
        links = list(self._about(LINKS, things, "?thing"))
        beside = dict.fromkeys(row[1] for row in links if isinstance(row[1], Iri))
        kinds = list(self._about(KINDS, things, "?thing"))
        around = dict.fromkeys(
            each for each in (*beside, *(row[1] for row in kinds)) if isinstance(each, Iri)
        )
        named = list(self._names.each([*things, *around]))
        called = {thing for thing, *_ in named}
        kinds += self._about(KINDS, [each for each in beside if each not in called], "?thing")

        def ask(text: str) -> Iterable[tuple[Term | None, ...]]:
            known = {LINKS: links, KINDS: kinds}.get(text)
            return (
                known
                if known is not None
                else self._about(text, things, "?source" if text == SOURCES else "?thing")
            )

        texts = read_texts(self._graph.store, ask, self._languages, named)
        chosen = {thing.value for thing in things}
        entries = (each for each in texts.entries(lambda what, done, whole: None) if each[0] in chosen)
        return Index.of(entries, texts.classes())

    def _about(self, text: str, things: Iterable[Iri], variable: str) -> Iterator[tuple[Term | None, ...]]:
        """Yield the rows of a query about some things."""
        left = iter(things)
        while some := " ".join(map(to_ntriples, islice(left, _TOGETHER))):
            begun, _, rest = text.partition("{")
            asked = f"{begun} {{ VALUES {variable} {{ {some} }} {rest} LIMIT {_MOST_LINKS}"
            yield from self._graph.select(asked, name="search")
