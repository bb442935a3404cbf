"""`Index`: the full-text index of resources in SQLite, in memory or in a file.

FTS5 finds words and prefixes of words; case and accents are folded first. A word that is no prefix of an
indexed word is replaced by the most similar words, found by their trigrams. Results are limited per column
and ranked here, since FTS5's own ranking reads every matching row.

`texts` makes the entries, `kept_index` keeps the file, and `search` adds classes and filters.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from ogdkg.errors import StoreError
from ogdkg.search.folding import words

# What a file was made with: another version of SQLite or Unicode may read or fold words differently.
MADE_BY = {"format": 3, "sqlite": sqlite3.sqlite_version, "unicode": unicodedata.unidata_version}
MOST = 200  # resources ranked per group of columns, unless more are requested
_COLUMNS = ("label names", "label names description", "label names description around")
_BITS = {name: 1 << place for place, name in enumerate(_COLUMNS[-1].split())}
_EVERYWHERE = sum(_BITS.values())
_BETWEEN = " | "  # separates names, and is no word
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE things(
  number INTEGER PRIMARY KEY, iri TEXT, slug TEXT, name TEXT, kinds TEXT, description TEXT, label TEXT,
  names TEXT, is_source INTEGER
);
CREATE VIRTUAL TABLE words USING fts5(
  label, names, description, around,
  content = '', tokenize = 'ascii', prefix = '1 2 3', detail = column, columnsize = 0
);
INSERT INTO words(words, rank) VALUES('hashsize', 33554432); -- bytes before they are written
CREATE TABLE terms(name TEXT, iri TEXT, PRIMARY KEY(name, iri)) WITHOUT ROWID;
CREATE TABLE labels(iri TEXT PRIMARY KEY, label TEXT) WITHOUT ROWID; -- of terms
CREATE TABLE kinds(number INTEGER PRIMARY KEY, iri TEXT UNIQUE);
CREATE TABLE members(kind INTEGER, number INTEGER, PRIMARY KEY(kind, number)) WITHOUT ROWID;
CREATE TABLE vocabulary(term TEXT PRIMARY KEY, columns INTEGER) WITHOUT ROWID;
CREATE TABLE pieces(piece TEXT PRIMARY KEY, number INTEGER, terms TEXT) WITHOUT ROWID;
CREATE VIRTUAL TABLE temp.standing USING fts5vocab(main, words, 'col');
"""
_INDICES = """
CREATE INDEX called ON things(label);
CREATE UNIQUE INDEX iris ON things(iri);
CREATE INDEX slugs ON things(slug);
"""
_THING = "INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_WORDS = "INSERT INTO words(rowid, label, names, description, around) VALUES (?, ?, ?, ?, ?)"
_STANDING = "SELECT term, col FROM standing ORDER BY term"
_RANKED = "SELECT label, names, is_source FROM things WHERE number = ?"
_MATCHING = "SELECT rowid FROM words WHERE words MATCH ?"
_NAMED = f"""
SELECT iri FROM words CROSS JOIN things ON number = words.rowid
WHERE words MATCH ? AND instr('{_BETWEEN}' || things.label || '{_BETWEEN}' || things.names || '{_BETWEEN}', ?)
"""
_LABELLED = "SELECT iri FROM words CROSS JOIN things ON number = words.rowid WHERE words MATCH ?"
_TERMED = "SELECT DISTINCT iri FROM terms WHERE instr(' ' || name || ' ', ?)"
_LABEL = ("SELECT name FROM things WHERE iri = ?", "SELECT label FROM labels WHERE iri = ?")
_NUMBER = "SELECT number FROM things WHERE iri IN (%s)"
_MEMBERS = "SELECT members.number FROM kinds JOIN members ON kind = kinds.number WHERE iri IN (%s)"
_BEGINNING = "SELECT columns FROM vocabulary WHERE term >= ? AND term < ?"
_LAST = chr(0x10FFFF)  # sorts after every letter
_TOGETHER, _AT_ONCE = 1000, 500  # resources written, and looked up, at once
_SIMILAR = 4  # words that replace a misspelt one
_RAREST, _COMPARED, _LIKE_ENOUGH = 5, 40, 0.65  # trigrams looked up, words compared, least similarity

Kind = str | tuple[str]  # the label of a class, or as a tuple its IRI if it has no label


class Entry(NamedTuple):
    """The texts of a resource, the most important first, and its classes.

    Attributes:
        label: Its label.
        names: All its names.
        descriptions: Its descriptions.
        neighbours: The labels of its neighbours, and addresses.
        kinds: The labels of its classes.
        classes: The IRIs of its classes.
        is_term: Whether it is found by name but not by search: a class, a property, a reified statement.
        slug: The local name of its IRI, case folded, which is a name as well.
        is_source: Whether others are drawn from it, and come before it.
    """

    label: str
    names: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    classes: tuple[str, ...] = ()
    is_term: bool = False
    slug: str = ""
    is_source: bool = False


class Match(NamedTuple):
    """A resource found, with its label, the labels of its classes, and its first description."""

    iri: str
    name: str
    kinds: tuple[Kind, ...]
    description: str


class Index:
    """A full-text index. Of equally good matches, the earlier entry comes first.

    Threads may share an index: it is only read, and SQLite serialises them.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    @classmethod
    def of(cls, entries: Iterable[tuple[str, Entry]], kinds: Iterable[str] = ()) -> Index:
        """Return an index in memory; `kinds` are the IRIs of all classes with instances."""
        database = sqlite3.connect(":memory:", check_same_thread=False)
        _fill(database, entries, kinds)
        return cls(database)

    @classmethod
    def open(cls, path: Path) -> Index:
        """Open the index of a finished file."""
        with _failing("opened"):
            file = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            return cls(sqlite3.connect(file, uri=True, check_same_thread=False))

    def search(
        self,
        text: str,
        most: int = MOST,
        among: Collection[str] | None = None,
        classes: Collection[str] | None = None,
    ) -> list[Match]:
        """Return the resources with all the words, or with words that begin so, the best first.

        The best match is a label of just these words, then a label that contains them, then another name, a
        description, a neighbour's label or an address; a shorter label wins. Other sources come last.

        Args:
            text: The words.
            most: How many resources to return at most.
            among: The IRIs of the only resources to return.
            classes: The IRIs of classes, to return only their instances.

        Raises:
            StoreError: The file is damaged.
        """
        typed = words(text)
        with _failing("read"):
            numbers = None if among is None else self._numbers(_NUMBER, among)
            members = None if classes is None else self._numbers(_MEMBERS, classes)
            if numbers is not None and members is not None:
                numbers &= members
            allowed = members if numbers is None else numbers
            return [self._match(number) for number in self._found(typed, most, allowed)[:most]]

    def things_named(self, name: str) -> list[str]:
        """Return the resources, classes and properties with a name of the same words, or with this slug."""
        whole = " ".join(words(name))
        slug = (
            name.casefold().encode(errors="ignore").decode()
        )  # without lone surrogates, which SQLite refuses
        query = " AND ".join(f'"{word}"' for word in whole.split())
        found: list[str] = []
        with _failing("read"):
            if slug:
                found += self._column("SELECT iri FROM things WHERE slug = ?", slug)
                found += self._column("SELECT iri FROM terms WHERE name = ?", slug)
            if whole:
                matching = [f"{{label names}} : ({query})", f"{_BETWEEN}{whole}{_BETWEEN}"]
                found += (iri for (iri,) in self._database.execute(_NAMED, matching))
                found += self._column("SELECT iri FROM terms WHERE name = ?", whole)
            return list(dict.fromkeys(found))

    def things_with_word(self, word: str) -> list[str]:
        """Return the resources with a word in their label, and classes and properties with it in a name."""
        parts = words(word)  # folding may change one letter into several
        if not parts:
            return []
        query = " AND ".join(f'"{part}"' for part in parts)
        with _failing("read"):
            things = self._column(_LABELLED, f"{{label}} : ({query})")
            return [*things, *self._column(_TERMED, f" {parts[0]} ")]

    def label(self, iri: str) -> str | None:
        """Return the label of a resource, class or property; None if it has no name."""
        with _failing("read"):
            return next(chain(*(self._column(query, iri) for query in _LABEL)), None)

    def kinds(self) -> list[str]:
        """Return the IRIs of the classes with instances."""
        with _failing("read"):
            return [iri for (iri,) in self._database.execute("SELECT iri FROM kinds")]

    def _found(self, typed: list[str], most: int, among: set[int] | None) -> list[int]:
        if not typed:
            return []
        choices = [self._choice(word) for word in typed]
        query = " AND ".join(f"({' OR '.join(choice)})" for choice, _ in choices)
        looked_at = max(most, MOST) if among is None else most  # a rare match costs many lookups
        called = self._column("SELECT number FROM things WHERE label = ? ORDER BY number", " ".join(typed))
        found = dict.fromkeys(_among(called, among))
        sources: dict[int, None] = {}  # the sort is stable: equals stay in the order of the entries
        for columns in _COLUMNS:
            bits = sum(_BITS[name] for name in columns.split())
            if len(found) < most and all(columns_found & bits for _, columns_found in choices):
                matching = self._column(_MATCHING, f"{{{columns}}} : ({query})")
                chosen = [
                    (self._rank(number, typed), number)
                    for number in islice(_among(matching, among), looked_at)
                    if number not in found and number not in sources
                ]
                for (is_source, *_), number in sorted(chosen, key=itemgetter(0)):
                    (sources if is_source else found)[number] = None
        return [*found, *sources]

    def _numbers(self, query: str, iris: Iterable[str]) -> set[int]:
        found, left = set[int](), iter(iris)
        while some := list(islice(left, _AT_ONCE)):
            rows = self._database.execute(query % ", ".join("?" * len(some)), some)
            found.update(chain.from_iterable(rows))
        return found

    def _column(self, query: str, value: str) -> Iterator[Any]:
        return (row[0] for row in self._database.execute(query, [value]))

    def _match(self, number: int) -> Match:
        row = self._row("SELECT iri, name, kinds, description FROM things WHERE number = ?", number)
        kinds = json.loads(row[2])
        return Match(row[0], row[1], tuple(k if isinstance(k, str) else (k[0],) for k in kinds), row[3])

    def _rank(self, number: int, typed: list[str]) -> tuple[int, int, bool, int]:
        """Return a sort key: no sources, equal labels, equal names, labels with all words, short labels."""
        label, names, is_source = self._row(_RANKED, number)
        whole = " ".join(typed)
        in_label = label.split()
        lacks = any(not any(word.startswith(prefix) for word in in_label) for prefix in typed)
        named = 0 if label == whole else 1 if whole in names.split(_BETWEEN) else 2
        return is_source, named, lacks, len(label)

    def _row(self, query: str, number: int) -> tuple[Any, ...]:
        found: tuple[Any, ...] | None = self._database.execute(query, [number]).fetchone()
        if found is None:
            raise sqlite3.DatabaseError("an entry is missing")
        return found

    def _choice(self, word: str) -> tuple[list[str], int]:
        """Return FTS5 terms for a word (as a prefix, else the most similar words), and their columns."""
        columns_found = 0
        for (columns,) in self._database.execute(_BEGINNING, [word, word + _LAST]):
            columns_found |= columns
            if columns_found == _EVERYWHERE:
                break
        if columns_found:
            return [f'"{word}"*'], columns_found
        similar = self._similar(word)
        for term in similar:
            columns_found |= next(self._column("SELECT columns FROM vocabulary WHERE term = ?", term))
        return [f'"{near}"' for near in similar] or [f'"{word}"*'], columns_found

    def _similar(self, word: str) -> list[str]:
        """Return the words of the index that are most similar to a word, compared by shared trigrams."""
        numbers = [(self._number_of_terms(piece), piece) for piece in _pieces(word)]
        rarest = [piece for number, piece in sorted(numbers)[:_RAREST] if number]
        ask = "SELECT terms FROM pieces WHERE piece = ?"
        rows = [self._database.execute(ask, [piece]).fetchone() for piece in rarest]
        shared = Counter(term for (terms,) in rows for term in terms.split())
        likeness = {term: _likeness(word, term) for term, _ in shared.most_common(_COMPARED)}
        near = sorted(likeness, key=lambda term: (-likeness[term], term))
        return [term for term in near if likeness[term] >= _LIKE_ENOUGH][:_SIMILAR]

    def _number_of_terms(self, piece: str) -> int:
        return next(self._column("SELECT number FROM pieces WHERE piece = ?", piece), 0)


def write_index(path: Path, entries: Iterable[tuple[str, Entry]], kinds: Iterable[str] = ()) -> None:
    """Write an index to a file; OSError if the disk refuses."""
    try:
        with closing(sqlite3.connect(path)) as database:
            _fill(database, entries, kinds)
    except sqlite3.Error as error:
        raise OSError(str(error)) from error


@lru_cache(1 << 16)  # the labels of neighbours recur
def folded(text: str) -> str:
    """Return the words of a text, separated by single spaces."""
    return " ".join(words(text))


def _fill(database: sqlite3.Connection, entries: Iterable[tuple[str, Entry]], kinds: Iterable[str]) -> None:
    database.executescript(_TABLES)
    database.execute("BEGIN")
    numbers: dict[str, int] = {}
    for kind in kinds:
        numbers.setdefault(kind, len(numbers))
    numbered = enumerate(entries)
    while some := list(islice(numbered, _TOGETHER)):
        things = [(number, iri, entry) for number, (iri, entry) in some if not entry.is_term]
        database.executemany(_THING, [_thing_row(*thing) for thing in things])
        database.executemany(_WORDS, [_words_row(number, entry) for number, _, entry in things])
        members = [
            (numbers.setdefault(kind, len(numbers)), n) for n, _, entry in things for kind in entry.classes
        ]
        database.executemany("INSERT INTO members VALUES (?, ?)", members)
        terms = [(iri, entry) for _, (iri, entry) in some if entry.is_term]
        names = {(folded(name), iri) for iri, entry in terms for name in entry.names}
        names |= {(entry.slug, iri) for iri, entry in terms}
        database.executemany("INSERT INTO labels VALUES (?, ?)", [(iri, entry.label) for iri, entry in terms])
        database.executemany("INSERT OR IGNORE INTO terms VALUES (?, ?)", names)
    database.executemany("INSERT INTO kinds(iri, number) VALUES (?, ?)", numbers.items())
    _fill_vocabulary(database)
    database.execute("COMMIT")
    database.executescript(_INDICES)


def _thing_row(number: int, iri: str, entry: Entry) -> tuple[int | str, ...]:
    description = next(iter(entry.descriptions), "")
    names = _BETWEEN.join(map(folded, entry.names))
    kinds = json.dumps(entry.kinds)
    shown = entry.slug, entry.label, kinds, description, folded(entry.label), names
    return number, iri, *shown, int(entry.is_source)


def _words_row(number: int, entry: Entry) -> tuple[int | str, ...]:
    description, neighbours = (
        " ".join(words(" ".join(entry.descriptions))),
        " ".join(map(folded, entry.neighbours)),
    )
    return number, folded(entry.label), _BETWEEN.join(map(folded, entry.names)), description, neighbours


def _fill_vocabulary(database: sqlite3.Connection) -> None:
    """Write the columns that contain each word, and the words that contain each trigram."""
    columns: dict[str, int] = {}
    for term, column in database.execute(_STANDING):
        columns[term] = columns.get(term, 0) | _BITS[column]
    pieces: dict[str, list[str]] = {}
    for term in columns:
        for piece in _pieces(term):
            pieces.setdefault(piece, []).append(term)
    database.executemany("INSERT INTO vocabulary VALUES (?, ?)", columns.items())
    rows = ((piece, len(pieces[piece]), " ".join(pieces[piece])) for piece in sorted(pieces))
    database.executemany("INSERT INTO pieces VALUES (?, ?, ?)", rows)


def _among(numbers: Iterable[int], among: set[int] | None) -> Iterator[int]:
    return (number for number in numbers if among is None or number in among)


def _pieces(word: str) -> set[str]:
    """Return the trigrams of a word, with its ends marked."""
    padded = f"^{word}$"
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def _likeness(one: str, other: str) -> float:
    import difflib  # only for a misspelt word

    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


@contextmanager
def _failing(what: str) -> Iterator[None]:
    """Turn SQLite's errors about a damaged file into StoreError."""
    try:
        yield
    except (sqlite3.Error, ValueError) as error:
        hint = "Rebuild it with `ogdkg load --rebuild`, or do without it: --no-cache."
        raise StoreError(f"The word index cannot be {what}: {error}.", hint=hint) from error
