"""An index of words in SQLite, in memory or in a file: things by words of their names, descriptions and
neighbours' labels, best first.

FTS5 finds words and beginnings of words; accents are folded before. A word that nothing begins with is
replaced by those that look most like it, found by their three-letter pieces. Answers are cut per column and
ordered here, since FTS5's own ranking reads every row that matches.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from ogdkg.errors import StoreError

# Who made a file: another SQLite, or another Unicode, may read or fold words differently.
MADE_BY = {"format": 2, "sqlite": sqlite3.sqlite_version, "unicode": unicodedata.unidata_version}
MOST = 200  # things looked at in each of these, unless more are asked for
_COLUMNS = ("label names", "label names description", "label names description around")
_BITS = {name: 1 << place for place, name in enumerate(_COLUMNS[-1].split())}
_EVERYWHERE = sum(_BITS.values())
_BETWEEN = " | "  # two names: no word
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE things(
  number INTEGER PRIMARY KEY, iri TEXT, slug TEXT, name TEXT, kinds TEXT, description TEXT, label TEXT,
  names TEXT
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
_THING = "INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_WORDS = "INSERT INTO words(rowid, label, names, description, around) VALUES (?, ?, ?, ?, ?)"
_STANDING = "SELECT term, col FROM standing ORDER BY term"
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
_LAST = chr(0x10FFFF)  # comes after every letter
_TOGETHER, _AT_ONCE = 1000, 500  # things written, and looked up, at once
_SIMILAR = 4  # so many words stand in for a misspelt one
_RAREST, _COMPARED, _LIKE_ENOUGH = 5, 40, 0.65  # pieces looked up, words compared, and how like they must be
_WORD = re.compile(r"[^\W_]+")

Kind = str | tuple[str]  # a label, or the IRI of a kind without one


class Entry(NamedTuple):
    """The texts of a thing, by how much they tell about it; how its kinds are called, and which they are.

    A class or a property (`is_term`) is known by its names, but not found among the things. `slug`: the end
    of its IRI, which it may be called by too.
    """

    label: str
    names: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    classes: tuple[str, ...] = ()
    is_term: bool = False
    slug: str = ""


class Match(NamedTuple):
    """A thing found, how it is called, what it is, and its first description."""

    iri: str
    name: str
    kinds: tuple[Kind, ...]
    description: str


class Index:
    """The words of some things, to be searched. What comes earlier among the entries wins among equals.

    Threads may share one: it is only read, and SQLite takes them in turn.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    @classmethod
    def of(cls, entries: Iterable[tuple[str, Entry]], kinds: Iterable[str] = ()) -> Index:
        """An index in memory; `kinds`: the IRIs of the classes that there are things of."""
        database = sqlite3.connect(":memory:", check_same_thread=False)
        _fill(database, entries, kinds)
        return cls(database)

    @classmethod
    def open(cls, path: Path) -> Index:
        """The index of a file, which nobody writes any more."""
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
        """The things that hold all the words, or beginnings of them, at most so many, the best first.

        Best is a label that is just these words, then one that holds them, then another name, a
        description, a neighbour's label; of equals the shorter label. `among`: no others than these;
        `classes`: only things of these.
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
        """The things, classes and properties that may bear a name: one of theirs has the same words, or it
        is their slug."""
        whole = " ".join(words(name))
        slug = name.casefold().encode(errors="ignore").decode()  # no half characters, which SQLite refuses
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
        """The things that have a word in their label, the classes and properties that have it in a name."""
        parts = words(word)  # one letter may be another one with a mark, or two
        if not parts:
            return []
        query = " AND ".join(f'"{part}"' for part in parts)
        with _failing("read"):
            things = self._column(_LABELLED, f"{{label}} : ({query})")
            return [*things, *self._column(_TERMED, f" {parts[0]} ")]

    def label(self, iri: str) -> str | None:
        """How a thing, a class or a property is called; nothing for what has no name."""
        with _failing("read"):
            return next(chain(*(self._column(query, iri) for query in _LABEL)), None)

    def kinds(self) -> list[str]:
        """The classes that there are things of."""
        with _failing("read"):
            return [iri for (iri,) in self._database.execute("SELECT iri FROM kinds")]

    def _found(self, typed: list[str], most: int, among: set[int] | None) -> list[int]:
        if not typed:
            return []
        choices = [self._choice(word) for word in typed]
        query = " AND ".join(f"({' OR '.join(choice)})" for choice, _ in choices)
        looked_at = max(most, MOST) if among is None else most  # of few among many, each costs many others
        called = self._column("SELECT number FROM things WHERE label = ? ORDER BY number", " ".join(typed))
        found = dict.fromkeys(_among(called, among))
        for columns in _COLUMNS:
            bits = sum(_BITS[name] for name in columns.split())
            if len(found) < most and all(held & bits for _, held in choices):
                matching = self._column(_MATCHING, f"{{{columns}}} : ({query})")
                chosen = [n for n in islice(_among(matching, among), looked_at) if n not in found]
                # A stable order: equals stay in that of the entries.
                found |= dict.fromkeys(sorted(chosen, key=lambda number: self._place(number, typed)))
        return list(found)

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

    def _place(self, number: int, typed: list[str]) -> tuple[int, bool, int]:
        """Where a thing stands among those found: so called, with such another name, then short labels."""
        label, names = self._row("SELECT label, names FROM things WHERE number = ?", number)
        whole = " ".join(typed)
        held = label.split()
        lacks = any(not any(word.startswith(each) for word in held) for each in typed)
        return (0 if label == whole else 1 if whole in names.split(_BETWEEN) else 2), lacks, len(label)

    def _row(self, query: str, number: int) -> tuple[Any, ...]:
        found: tuple[Any, ...] | None = self._database.execute(query, [number]).fetchone()
        if found is None:
            raise sqlite3.DatabaseError("a thing is missing")
        return found

    def _choice(self, word: str) -> tuple[list[str], int]:
        """What matches a word (what begins with it, else the words most like it), and in which columns."""
        held = 0
        for (columns,) in self._database.execute(_BEGINNING, [word, word + _LAST]):
            held |= columns
            if held == _EVERYWHERE:
                break
        if held:
            return [f'"{word}"*'], held
        similar = self._similar(word)
        for term in similar:
            held |= next(self._column("SELECT columns FROM vocabulary WHERE term = ?", term))
        return [f'"{each}"' for each in similar] or [f'"{word}"*'], held

    def _similar(self, word: str) -> list[str]:
        """The words of the index that share most pieces with a word, and are enough like it."""
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
    """Make an index in a file; OSError where the disk refuses."""
    try:
        with closing(sqlite3.connect(path)) as database:
            _fill(database, entries, kinds)
    except sqlite3.Error as error:
        raise OSError(str(error)) from error


@lru_cache(1 << 16)  # neighbours' labels come again and again
def folded(text: str) -> str:
    """The words of a text, a blank between each two."""
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """The words of a text, in small letters and without accents."""
    if text.isascii():
        return _WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_UNMARKED)
    return _WORD.findall(plain)


class _Unmarked(dict[int, int | None]):
    """For `translate`: nothing in the place of what combines with a letter, each looked up once."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_UNMARKED = _Unmarked()


def _fill(database: sqlite3.Connection, entries: Iterable[tuple[str, Entry]], kinds: Iterable[str]) -> None:
    database.executescript(_TABLES)
    database.execute("BEGIN")
    numbers: dict[str, int] = {}
    for kind in kinds:
        numbers.setdefault(kind, len(numbers))
    numbered = enumerate(entries)
    while some := list(islice(numbered, _TOGETHER)):
        things = [(number, iri, entry) for number, (iri, entry) in some if not entry.is_term]
        database.executemany(_THING, [_thing_row(*each) for each in things])
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
    said = next(iter(entry.descriptions), "")
    names = _BETWEEN.join(map(folded, entry.names))
    kinds = json.dumps(entry.kinds)
    return number, iri, entry.slug, entry.label, kinds, said, folded(entry.label), names


def _words_row(number: int, entry: Entry) -> tuple[int | str, ...]:
    said, around = " ".join(words(" ".join(entry.descriptions))), " ".join(map(folded, entry.around))
    return number, folded(entry.label), _BETWEEN.join(map(folded, entry.names)), said, around


def _fill_vocabulary(database: sqlite3.Connection) -> None:
    """In which columns each word stands, and which words hold a piece."""
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
    """The stretches of three letters, the ends marked."""
    padded = f"^{word}$"
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def _likeness(one: str, other: str) -> float:
    import difflib  # only a misspelt word wants it

    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


@contextmanager
def _failing(what: str) -> Iterator[None]:
    """StoreError where SQLite finds a file broken that looked whole."""
    try:
        yield
    except (sqlite3.Error, ValueError) as error:
        hint = "Make it anew: `ogdkg load --rebuild`; or do without: --no-cache."
        raise StoreError(f"The index of words cannot be {what}: {error}.", hint=hint) from error
