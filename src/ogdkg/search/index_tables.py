"""The tables of the full-text index in SQLite, and how they are filled; `word_index` reads them."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable
from contextlib import closing
from functools import lru_cache
from itertools import islice
from pathlib import Path

from ogdkg.lean import NamedTuple
from ogdkg.search.folding import letters, words

# What a file was made with: another version of SQLite or Unicode may read or fold words differently.
MADE_BY = {"format": 4, "sqlite": sqlite3.sqlite_version, "unicode": unicodedata.unidata_version}

COLUMNS = ("label", "names", "description", "around")
BITS = {name: 1 << place for place, name in enumerate(COLUMNS)}
BETWEEN = " | "  # separates names, and is no word
Kind = str | tuple[str]  # the label of a class, or as a tuple its IRI if it has no label
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
CREATE TABLE spelt(name TEXT, number INTEGER, PRIMARY KEY(name, number)) WITHOUT ROWID;
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
_TOGETHER = 1000  # resources written at once


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


def write_index(path: Path, entries: Iterable[tuple[str, Entry]], kinds: Iterable[str] = ()) -> None:
    """Write an index to a file; OSError if the disk refuses."""
    try:
        with closing(sqlite3.connect(path)) as database:
            fill(database, entries, kinds)
    except sqlite3.Error as error:
        raise OSError(str(error)) from error


@lru_cache(1 << 16)  # the labels of neighbours recur
def folded(text: str) -> str:
    """Return the words of a text, separated by single spaces."""
    return " ".join(words(text))


def spelling(name: str) -> str:
    """Return what a name is looked up by: its letters, or all of it where it has none."""
    return letters(name) or " ".join(name.split())


def fill(database: sqlite3.Connection, entries: Iterable[tuple[str, Entry]], kinds: Iterable[str]) -> None:
    """Fill an empty database; `kinds` are the IRIs of all classes with instances."""
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
        spelt = {
            (spelling(name), number) for number, _, entry in things for name in (entry.label, *entry.names)
        }
        database.executemany("INSERT INTO spelt VALUES (?, ?)", spelt)
        members = [
            (numbers.setdefault(kind, len(numbers)), n) for n, _, entry in things for kind in entry.classes
        ]
        database.executemany("INSERT INTO members VALUES (?, ?)", members)
        terms = [(iri, entry) for _, (iri, entry) in some if entry.is_term]
        called = [(name, iri) for iri, entry in terms for name in entry.names]
        names = {(each, iri) for name, iri in called for each in (folded(name), spelling(name))}
        names |= {(entry.slug, iri) for iri, entry in terms}
        database.executemany("INSERT INTO labels VALUES (?, ?)", [(iri, entry.label) for iri, entry in terms])
        database.executemany("INSERT OR IGNORE INTO terms VALUES (?, ?)", names)
    database.executemany("INSERT INTO kinds(iri, number) VALUES (?, ?)", numbers.items())
    _fill_vocabulary(database)
    database.execute("COMMIT")
    database.executescript(_INDICES)


def _thing_row(number: int, iri: str, entry: Entry) -> tuple[int | str, ...]:
    description = next(iter(entry.descriptions), "")
    names = BETWEEN.join(map(folded, entry.names))
    kinds = json.dumps(entry.kinds)
    shown = entry.slug, entry.label, kinds, description, folded(entry.label), names
    return number, iri, *shown, int(entry.is_source)


def _words_row(number: int, entry: Entry) -> tuple[int | str, ...]:
    description, neighbours = (
        " ".join(words(" ".join(entry.descriptions))),
        " ".join(map(folded, entry.neighbours)),
    )
    return number, folded(entry.label), BETWEEN.join(map(folded, entry.names)), description, neighbours


def _fill_vocabulary(database: sqlite3.Connection) -> None:
    """Write the columns that contain each word, and the words that contain each trigram."""
    columns: dict[str, int] = {}
    for term, column in database.execute(_STANDING):
        columns[term] = columns.get(term, 0) | BITS[column]
    pieces: dict[str, list[str]] = {}
    for term in columns:
        for piece in pieces_of(term):
            pieces.setdefault(piece, []).append(term)
    database.executemany("INSERT INTO vocabulary VALUES (?, ?)", columns.items())
    rows = ((piece, len(pieces[piece]), " ".join(pieces[piece])) for piece in sorted(pieces))
    database.executemany("INSERT INTO pieces VALUES (?, ?, ?)", rows)


def pieces_of(word: str) -> set[str]:
    """Return the trigrams of a word, with its ends marked."""
    padded = f"^{word}$"
    return {padded[place : place + 3] for place in range(len(padded) - 2)}
