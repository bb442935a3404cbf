"""Things by words of their names, descriptions and neighbours' labels: an index in memory, best first.

SQLite's FTS5 finds words and beginnings of words; accents are folded before. A word that nothing begins with
is replaced by those that look most like it, found by their three-letter pieces. Answers are cut per column
and ordered here, since FTS5's own ranking reads every row that matches.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import chain, islice, takewhile
from typing import NamedTuple

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.entities import PROLOGUE, Names, all_names, find_class
from ogdkg.graph import Graph
from ogdkg.store.base import Rows
from ogdkg.terms import Iri, Literal, Term, compact

_DESCRIPTIONS = f"""{PROLOGUE}
SELECT DISTINCT ?thing ?text {{
  VALUES ?property {{ dcterms:description skos:definition skos:scopeNote rdfs:comment schema:description }}
  ?thing ?property ?text
}}
"""
_KINDS = "SELECT DISTINCT ?thing ?class { ?thing a ?class }"
_LINKS = "SELECT DISTINCT ?thing ?value { ?thing ?property ?value FILTER(isIRI(?thing) && isIRI(?value)) }"
_WITHIN = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?thing { ?type rdfs:subClassOf* ?_class_iri . ?thing a ?type }
"""
_WITH = "SELECT DISTINCT ?thing { ?thing ?_property_iri ?_value_iri }"
_OF_ONTOLOGIES = ("http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#")
_COLUMNS = ("label names", "label names description", "label names description around")
_NUMBER_OF_COLUMNS = len(_COLUMNS[-1].split())
_BETWEEN = " | "  # two names: no word
_MATCHING = "SELECT rowid FROM words WHERE words MATCH ?"
MOST = 200  # things looked at in each of these, unless more are asked for
_SIMILAR = 4  # so many words stand in for a misspelt one
_RAREST, _COMPARED, _LIKE_ENOUGH = 5, 40, 0.65  # pieces looked up, words compared, and how like they must be
_WORD = re.compile(r"[^\W_]+")


class Found(NamedTuple):
    """A thing found, how it is called, what it is, and its description."""

    thing: Iri
    name: str
    kinds: tuple[str, ...]
    description: str


class Entry(NamedTuple):
    """The texts of a thing, by how much they tell about it."""

    label: str
    names: tuple[str, ...] = ()
    description: str = ""
    around: str = ""


class Index:
    """The words of some things, to be searched. What comes earlier among the entries wins among equals."""

    def __init__(self, entries: Iterable[tuple[str, Entry]]) -> None:
        self._things: list[str] = []
        self._names: list[tuple[str, str]] = []  # of each its label and its names, as words
        self._called: dict[str, list[int]] = {}  # what bears just this label
        self._store = sqlite3.connect(":memory:")
        self._store.execute(
            "CREATE VIRTUAL TABLE words USING fts5(label, names, description, around, content = '', "
            "tokenize = 'ascii', prefix = '1 2 3', detail = column, columnsize = 0)"
        )
        self._store.executemany(
            "INSERT INTO words(rowid, label, names, description, around) VALUES (?, ?, ?, ?, ?)",
            self._rows(entries),
        )
        self._store.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(words, 'col')")
        self._columns: dict[str, set[str]] = {}  # in which columns a word stands
        for term, column in self._store.execute("SELECT term, col FROM terms"):
            self._columns.setdefault(term, set()).add(column)
        self._terms = sorted(self._columns)
        self._pieces: dict[str, list[str]] = {}
        for term in self._terms:
            for piece in _pieces(term):
                self._pieces.setdefault(piece, []).append(term)

    def _rows(self, entries: Iterable[tuple[str, Entry]]) -> Iterator[tuple[int | str, ...]]:
        for number, (thing, entry) in enumerate(entries):
            names = _BETWEEN.join(" ".join(words(name)) for name in entry.names)
            label, description, around = (" ".join(words(text)) for text in (entry.label, *entry[2:]))
            self._things.append(thing)
            self._names.append((label, names))
            self._called.setdefault(label, []).append(number)
            yield number, label, names, description, around

    def search(self, text: str, most: int = MOST, among: Container[str] | None = None) -> list[str]:
        """The things that hold all the words, or beginnings of them, at most so many, the best first.

        Best is a label that is just these words, then one that holds them, then another name, a
        description, a neighbour's label; of equals the shorter label. `among`: no others than these.
        """
        typed = words(text)
        choices = [self._choice(word) for word in typed]
        query = " AND ".join(f"({' OR '.join(choice)})" for choice, _ in choices)
        looked_at = max(most, MOST) if among is None else most  # of few among many, each costs many others
        found: dict[int, None] = dict.fromkeys(self._among(self._called.get(" ".join(typed), ()), among))
        for columns in _COLUMNS if typed else ():
            if len(found) < most and all(held & {*columns.split()} for _, held in choices):
                rows = self._store.execute(_MATCHING, [f"{{{columns}}} : ({query})"])
                chosen = islice(self._among((row[0] for row in rows), among), looked_at)
                # A stable order: equals stay in that of the entries.
                found |= dict.fromkeys(sorted(chosen, key=lambda number: _place(*self._names[number], typed)))
        return [self._things[number] for number in found][:most] if typed else []

    def _among(self, numbers: Iterable[int], among: Container[str] | None) -> Iterator[int]:
        return (number for number in numbers if among is None or self._things[number] in among)

    def _choice(self, word: str) -> tuple[list[str], set[str]]:
        """What matches a word (what begins with it, else the words most like it), and in which columns."""
        begins = self._beginning_with(word)
        first = next(begins, None)
        similar = [] if first else self._similar(word)
        held: set[str] = set()
        for term in chain([first] if first else [], begins, similar):
            held |= self._columns[term]
            if len(held) == _NUMBER_OF_COLUMNS:
                break
        return [f'"{each}"' for each in similar] or [f'"{word}"*'], held

    def _beginning_with(self, word: str) -> Iterator[str]:
        place = bisect_left(self._terms, word)
        return takewhile(lambda term: term.startswith(word), islice(self._terms, place, None))

    def _similar(self, word: str) -> list[str]:
        """The words of the index that share most pieces with a word, and are enough like it."""
        found = sorted((self._pieces.get(piece, []) for piece in _pieces(word)), key=len)
        shared = Counter(term for terms in found[:_RAREST] for term in terms)
        likeness = {term: _likeness(word, term) for term, _ in shared.most_common(_COMPARED)}
        near = sorted(likeness, key=lambda term: (-likeness[term], term))
        return [term for term in near if likeness[term] >= _LIKE_ENOUGH][:_SIMILAR]


def words(text: str) -> list[str]:
    """The words of a text, in small letters and without accents."""
    if text.isascii():
        return _WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(each for each in plain if not unicodedata.combining(each)))


def _place(label: str, names: str, typed: list[str]) -> tuple[int, bool, int]:
    """Where a thing stands among those found: so called, with such another name, then short labels."""
    whole = " ".join(typed)
    held = label.split()
    lacks = any(not any(word.startswith(each) for word in held) for each in typed)
    return (0 if label == whole else 1 if whole in names.split(_BETWEEN) else 2), lacks, len(label)


def _pieces(word: str) -> set[str]:
    """The stretches of three letters, the ends marked."""
    padded = f"^{word}$"
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def _likeness(one: str, other: str) -> float:
    import difflib  # only a misspelt word wants it

    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


class Search:
    """The things of a graph, searched; the index is built once, from the store."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.names = Names(graph.project.prefixes)
        self._called: dict[Iri, set[str]] = {}
        for thing, name, rank, language in all_names(graph.store):
            self.names.add(thing, name, rank, language)
            self._called.setdefault(thing, set()).add(name)
        self._kinds = _texts(self._ask(_KINDS), self.names, bare=True)
        self._descriptions = _texts(self._ask(_DESCRIPTIONS))
        self._index = Index(self._entries())

    def find(
        self,
        text: str,
        limit: int = MOST,
        thing_class: str | None = None,
        filters: Mapping[str, str] | None = None,
    ) -> list[Found]:
        """The things that a text finds, of a class, and with the values that the project's filters name."""
        allowed = self._allowed(thing_class, filters or {})
        among = None if allowed is None else {thing.value for thing in allowed}
        return [self._found(Iri(thing)) for thing in self._index.search(text, limit, among)]

    def _found(self, thing: Iri) -> Found:
        kinds, said = self._kinds.get(thing, ()), self._descriptions.get(thing, [""])
        return Found(thing, self.names.labels[thing], tuple(kinds), said[0])

    def _allowed(self, thing_class: str | None, filters: Mapping[str, str]) -> set[Iri] | None:
        """The things that pass every filter; None when there is none."""
        chosen = []
        if thing_class:
            of = find_class(self.graph.store, thing_class, self.names.prefixes)
            chosen.append(self._things(_WITHIN, {"class": [of]}))
        for name, value in filters.items():
            values = {"property": [self.graph.project.filters[name]], "value": [self.names.find(value, name)]}
            chosen.append(self._things(_WITH, values))
        return set.intersection(*chosen) if chosen else None

    def _things(self, query: str, values: Mapping[str, list[Iri]]) -> set[Iri]:
        rows = self._ask(StoredQuery(query, "search").bind(values))
        return {row[0] for row in rows if isinstance(row[0], Iri)}

    def _ask(self, query: str) -> Iterator[tuple[Term | None, ...]]:
        result = self.graph.sparql(query, name="search")
        assert isinstance(result, Rows)  # the queries above are SELECTs
        return result.rows

    def _entries(self) -> Iterator[tuple[str, Entry]]:
        labels = self.names.labels
        around = _texts(self._ask(_LINKS), self.names)
        terms = self._terms()
        for thing, label in labels.items():
            if thing not in terms:
                said, near = (" ".join(texts.get(thing, ())) for texts in (self._descriptions, around))
                yield thing.value, Entry(label, tuple(sorted(self._called[thing])), said, near)

    def _terms(self) -> set[Iri]:
        """The classes and properties, which are no things."""
        rows = self._ask(_KINDS)
        return {
            thing
            for thing, kind in rows
            if isinstance(thing, Iri) and isinstance(kind, Iri) and kind.value.startswith(_OF_ONTOLOGIES)
        }


def _texts(
    rows: Iterable[tuple[Term | None, ...]], names: Names | None = None, *, bare: bool = False
) -> dict[Iri, list[str]]:
    """By thing the texts that rows give, those of things by their labels; `bare`: or by CURIE."""
    found: dict[Iri, list[str]] = {}
    for thing, value in rows:
        text = value.value if isinstance(value, Literal) else None
        if isinstance(value, Iri) and names:
            text = names.labels.get(value)
            text = text or (compact(value.value, names.prefixes) or value.value if bare else None)
        if isinstance(thing, Iri) and text:
            found.setdefault(thing, []).append(text)
    return {thing: sorted(texts) for thing, texts in found.items()}
