"""Things by words of their names, descriptions and neighbours' labels: an index in memory, best first.

SQLite's FTS5 finds words and beginnings of words; accents are folded before. A word that nothing begins with
is replaced by those that look most like it, found by their three-letter pieces. Answers are cut per column
and ordered here, since FTS5's own ranking reads every row that matches.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.entities import PROLOGUE, Names, find_class, names_of_all
from ogdkg.graph import Graph
from ogdkg.store.base import Rows
from ogdkg.terms import Iri, Literal, Term, compact

_DESCRIPTIONS = f"""{PROLOGUE}
SELECT DISTINCT ?thing ?text {{
  VALUES ?property {{ dcterms:description skos:definition skos:scopeNote rdfs:comment schema:description }}
  ?thing ?property ?text
}}
"""
_ALIASES = f"""{PROLOGUE}
SELECT DISTINCT ?thing ?text {{
  VALUES ?kind {{
    skos:prefLabel rdfs:label schema:name foaf:name dcterms:title skos:altLabel skos:hiddenLabel skos:notation
  }}
  {{ ?thing ?kind ?text }} UNION {{ ?property rdfs:subPropertyOf+ ?kind . ?thing ?property ?text }}
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
_BETWEEN = " | "  # two names: no word
_SEARCH = "SELECT rowid, label, names FROM words WHERE words MATCH ? LIMIT ?"
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
        self._store = sqlite3.connect(":memory:")
        self._store.execute(
            "CREATE VIRTUAL TABLE words USING fts5(label, names, description, around, "
            "tokenize = 'ascii', prefix = '1 2 3', detail = column, columnsize = 0)"
        )
        self._store.executemany(
            "INSERT INTO words(rowid, label, names, description, around) VALUES (?, ?, ?, ?, ?)",
            self._rows(entries),
        )
        self._store.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(words, 'row')")
        self._pieces: dict[str, list[str]] = {}
        for (term,) in self._store.execute("SELECT term FROM terms"):
            for piece in _pieces(term):
                self._pieces.setdefault(piece, []).append(term)

    def _rows(self, entries: Iterable[tuple[str, Entry]]) -> Iterator[tuple[int | str, ...]]:
        for number, (thing, entry) in enumerate(entries):
            self._things.append(thing)
            names = _BETWEEN.join(" ".join(words(name)) for name in entry.names)
            label, description, around = (" ".join(words(text)) for text in (entry.label, *entry[2:]))
            yield number, label, names, description, around

    def search(self, text: str, most: int = MOST) -> list[str]:
        """The things that hold all the words, or beginnings of them, at most so many, the best first.

        Best is a label that is just these words, then one that holds them, then another name, a
        description, a neighbour's label; of equals the shorter label.
        """
        typed = words(text)
        query = " AND ".join(self._choice(word) for word in typed)
        found: dict[int, None] = {}
        for columns in _COLUMNS if typed else ():
            if len(found) < most:
                rows = self._store.execute(_SEARCH, [f"{{{columns}}} : ({query})", most]).fetchall()
                rows.sort(key=lambda row: _place(row[1], row[2], typed))  # stable: equals stay in their order
                found |= dict.fromkeys(row[0] for row in rows)
        return [self._things[number] for number in found][:most]

    def _choice(self, word: str) -> str:
        """What matches a word: what begins with it, else the words most like it."""
        known = self._store.execute(_SEARCH, [f'"{word}"*', 1]).fetchone()
        similar = [] if known else self._similar(word)
        return "(" + " OR ".join(f'"{each}"' for each in similar) + ")" if similar else f'"{word}"*'

    def _similar(self, word: str) -> list[str]:
        """The words of the index that share most pieces with a word, and are enough like it."""
        found = sorted((self._pieces.get(piece, []) for piece in _pieces(word)), key=len)
        shared = Counter(term for terms in found[:_RAREST] for term in terms)
        likeness = {term: _likeness(word, term) for term, _ in shared.most_common(_COMPARED)}
        near = sorted(likeness, key=lambda term: (-likeness[term], term))
        return [term for term in near if likeness[term] >= _LIKE_ENOUGH][:_SIMILAR]


def words(text: str) -> list[str]:
    """The words of a text, in small letters and without accents."""
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
        self.names: Names = names_of_all(graph.store, graph.project.prefixes)
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
        found = self._index.search(text, limit if allowed is None else len(self.names.labels))
        chosen = [thing for thing in map(Iri, found) if allowed is None or thing in allowed]
        return [self._found(thing) for thing in chosen[:limit]]

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
        names, around = _texts(self._ask(_ALIASES)), _texts(self._ask(_LINKS), self.names)
        terms = self._terms()
        for thing, label in labels.items():
            if thing not in terms:
                said, near = (" ".join(texts.get(thing, ())) for texts in (self._descriptions, around))
                yield thing.value, Entry(label, tuple(names.get(thing, ())), said, near)

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
