"""`Index`: the full-text index of resources in SQLite, in memory or in a file.

FTS5 finds words and prefixes of words; case and accents are folded first. A word that is no prefix of an
indexed word is replaced by the most similar words, found by their trigrams. Results are limited per column
and ranked here, since FTS5's own ranking reads every matching row.

`texts` makes the entries, `kept_index` keeps the file, and `search` adds classes and filters.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from ogdkg.errors import StoreError
from ogdkg.lean import NamedTuple
from ogdkg.search.folding import words
from ogdkg.search.index_tables import BETWEEN, BITS, Entry, Kind, fill, folded, pieces_of, spelling

MOST = 200  # resources ranked per group of columns, unless more are requested
_COLUMNS = ("label names", "label names description", "label names description around")
_EVERYWHERE = sum(BITS.values())
_RANKED = "SELECT label, names, is_source FROM things WHERE number = ?"
_MATCHING = "SELECT rowid FROM words WHERE words MATCH ?"
_NAMED = """
SELECT iri FROM spelt CROSS JOIN things USING (number) WHERE spelt.name = ?1
UNION ALL SELECT iri FROM things WHERE slug = ?2
UNION ALL SELECT iri FROM terms WHERE name IN (?1, ?2)
"""
_LABELLED = "SELECT iri, name FROM words CROSS JOIN things ON number = words.rowid WHERE words MATCH ?"
_TERMED = "SELECT DISTINCT iri, label FROM terms JOIN labels USING (iri) WHERE instr(' ' || name || ' ', ?)"
_BEGINNING_SO = """
SELECT name FROM things WHERE label >= ?1 AND label < ?2 AND EXISTS (
  SELECT 1 FROM members JOIN kinds ON kinds.number = kind WHERE members.number = things.number AND iri IN (%s)
) ORDER BY label LIMIT ?3
"""
_LABEL = ("SELECT name FROM things WHERE iri = ?", "SELECT label FROM labels WHERE iri = ?")
_NUMBER = "SELECT number FROM things WHERE iri IN (%s)"
_MEMBERS = "SELECT members.number FROM kinds JOIN members ON kind = kinds.number WHERE iri IN (%s)"
_BEGINNING = "SELECT columns FROM vocabulary WHERE term >= ? AND term < ?"
_LAST = chr(0x10FFFF)  # sorts after every letter
_AT_ONCE = 500  # resources looked up at once
_SIMILAR = 4  # words that replace a misspelt one
_RAREST, _COMPARED, _LIKE_ENOUGH = 5, 40, 0.65  # trigrams looked up, words compared, least similarity

CAN_BE_WRITTEN = hasattr(sqlite3.Connection, "serialize")  # by most builds of SQLite


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

    def __del__(self) -> None:
        self._database.close()  # Python 3.13 warns of what is merely forgotten

    @classmethod
    def of(cls, entries: Iterable[tuple[str, Entry]], kinds: Iterable[str] = ()) -> Index:
        """Return an index in memory; `kinds` are the IRIs of all classes with instances."""
        database = sqlite3.connect(":memory:", check_same_thread=False)
        fill(database, entries, kinds)
        return cls(database)

    def written(self) -> bytes:
        """Return the index as bytes, for `read`."""
        return self._database.serialize()

    @classmethod
    def read(cls, data: bytes) -> Index:
        """Return the index that was written as bytes."""
        database = sqlite3.connect(":memory:", check_same_thread=False)
        database.deserialize(data)
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
        """Return the resources, classes and properties with a name of the same letters, or with this slug."""
        slug = name.casefold().encode(errors="ignore").decode()  # no lone surrogates, which SQLite refuses
        spelt = spelling(name).encode(errors="ignore").decode()
        with _failing("read"):
            rows = self._database.execute(_NAMED, [spelt, slug]) if spelt or slug else ()
            return list(dict.fromkeys(iri for (iri,) in rows))

    def labels_beginning(self, text: str, classes: Collection[str], most: int) -> list[str]:
        """Return labels of instances of classes that begin with words, in their order."""
        begin = folded(text)
        query = _BEGINNING_SO % ", ".join(f"?{number}" for number in range(4, 4 + len(classes)))
        with _failing("read"):
            rows = self._database.execute(query, [begin, begin + _LAST, most, *classes])
            return list(dict.fromkeys(name for (name,) in rows))

    def is_empty(self) -> bool:
        """Whether nothing has a name."""
        with _failing("read"):
            found = self._database.execute("SELECT 1 FROM things UNION ALL SELECT 1 FROM labels LIMIT 1")
            return found.fetchone() is None

    def things_with_word(self, word: str) -> dict[str, str]:
        """Return the labels of the resources with a word in theirs, or of terms with it in a name, by IRI."""
        parts = words(word)  # folding may change one letter into several
        if not parts:
            return {}
        query = " AND ".join(f'"{part}"' for part in parts)
        with _failing("read"):
            things = self._database.execute(_LABELLED, [f"{{label}} : ({query})"])
            return dict(things) | self.terms_with_word(parts[0])

    def terms_with_word(self, word: str) -> dict[str, str]:
        """Return the labels of classes and properties with a word, which is folded, in a name, by IRI."""
        with _failing("read"):
            return dict(self._database.execute(_TERMED, [f" {word} "]).fetchall())

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
        found = dict.fromkeys(islice(_among(called, among), looked_at))
        sources: dict[int, None] = {}  # the sort is stable: equals stay in the order of the entries
        for columns in _COLUMNS:
            bits = sum(BITS[name] for name in columns.split())
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
        named = 0 if label == whole else 1 if whole in names.split(BETWEEN) else 2
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
        numbers = [(self._number_of_terms(piece), piece) for piece in pieces_of(word)]
        rarest = [piece for number, piece in sorted(numbers)[:_RAREST] if number]
        ask = "SELECT terms FROM pieces WHERE piece = ?"
        rows = [self._database.execute(ask, [piece]).fetchone() for piece in rarest]
        shared = Counter(term for (terms,) in rows for term in terms.split())
        likeness = {term: _likeness(word, term) for term, _ in shared.most_common(_COMPARED)}
        near = sorted(likeness, key=lambda term: (-likeness[term], term))
        return [term for term in near if likeness[term] >= _LIKE_ENOUGH][:_SIMILAR]

    def _number_of_terms(self, piece: str) -> int:
        return next(self._column("SELECT number FROM pieces WHERE piece = ?", piece), 0)


def _among(numbers: Iterable[int], among: set[int] | None) -> Iterator[int]:
    return (number for number in numbers if among is None or number in among)


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
