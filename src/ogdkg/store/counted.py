"""Answers queries that count from the columns of a store, where it has them; the engine answers all others.

The counts of groups are found by `tally`. Where a query does no more than show and order them, its rows are
made here; what it computes of them (HAVING, expressions, the order of literals) the engine does, on the
groups alone. An answer is the engine's, row by row, but for the order of rows that ORDER BY leaves open: a
LIMIT that would cut among equals is left to the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import pyoxigraph as ox

from ogdkg.rdf.terms import XSD, Iri, Literal, Row, Term
from ogdkg.sandbox.limits import together
from ogdkg.sparql.counting import Column, CountingQuery, counting_query
from ogdkg.sparql.tokens import Token, declared_prefixes, iri_of, significant_tokens
from ogdkg.sparql.tree import is_variable
from ogdkg.store import column_terms
from ogdkg.store.base import Rows, TextRows
from ogdkg.store.codec import term_of
from ogdkg.store.column_terms import Terms, written
from ogdkg.store.columns import Columns
from ogdkg.store.tally import Groups, NotHereError, groups_of

_MOST_COMPUTED = 1 << 14  # groups of which the engine computes something
_MOST_TOGETHER = 1 << 16  # rows that are made at a time, in some 25 ms and 20 MB
_INTEGER = XSD + "integer"


def counted(text: str, prefixes: Mapping[str, str], columns: Columns, engine: ox.Store) -> Rows | str:
    """Return the rows of a query that counts, or why the engine is to answer it.

    Args:
        text: The query.
        prefixes: Prefixes that it may use without declaring them.
        columns: The columns of the store.
        engine: The store itself, which is asked for texts that are too long for its columns.
    """
    query = counting_query(text)
    if isinstance(query, str):
        return query
    try:
        groups = groups_of(query, _numbers(query, prefixes, columns), columns)
        answer, terms = _Answer(query, groups, columns), Terms(columns, engine)
        names = tuple(column.name[1:] for column in query.columns)
        if answer.is_plain:
            return answer.rows(names, terms)
        return Rows(names, iter(_by_engine(query, groups, terms, prefixes)))
    except NotHereError as error:
        return str(error)
    except SyntaxError:  # the engine tells the fault
        return "it is of another form"


def _numbers(query: CountingQuery, prefixes: Mapping[str, str], columns: Columns) -> dict[str, int | None]:
    """The number of each constant of a query."""
    known = {**prefixes, **declared_prefixes(significant_tokens(query.prologue))}
    terms = {term for pattern in query.patterns for term in pattern} | {query.graph}
    constants = [term for term in terms if term and not is_variable(term)]
    return {term: columns.number(_as_ntriples(term, known)) for term in constants}


def _as_ntriples(text: str, prefixes: Mapping[str, str]) -> bytes:
    """A term as the engine writes it."""
    if text[0] in "\"'0123456789.+-" or text.lower() in ("true", "false"):
        answer = ox.Store().query(f"SELECT ({text} AS ?x) {{}}", prefixes=dict(prefixes))
        assert isinstance(answer, ox.QuerySolutions)
        value = next(answer)[0]
        if value is None:
            raise NotHereError("it has a literal that the engine does not read")
        return written(value)
    iri = iri_of(Token("iri" if text.startswith("<") else "name", text, 0), prefixes)
    if iri is None:
        raise NotHereError("it has a relative IRI, or an unknown prefix")
    return f"<{iri}>".encode()


class _Answer:
    """The rows of a query that shows and orders its groups, and computes nothing."""

    def __init__(self, query: CountingQuery, groups: Groups, columns: Columns) -> None:
        self._query, self._groups, self._columns = query, groups, columns
        named = {column.name: column for column in query.columns}
        self._order = [(named.get(each.text, each.column), each.descends) for each in query.order]

    @property
    def is_plain(self) -> bool:
        """Whether it is such a query."""
        shown = self._query.columns
        if self._query.having or any(each.counted is None and each.key is None for each in shown):
            return False
        return all(
            column.counted is not None or (column.key is not None and self._has_iris(column.key))
            for column, _ in self._order
        )

    def _has_iris(self, key: int) -> bool:
        return all(number in self._columns.iris for number in self._groups.keys[key])

    def rows(self, names: tuple[str, ...], terms: Terms) -> Rows:
        """Return the rows."""
        query = self._query
        places = self._cut() if query.limit is not None or query.offset else self._ordered()
        cells = [self._cells(column, places) for column in query.columns]
        made: list[Iterable[Term]] = []
        for column, numbers in zip(query.columns, cells, strict=True):
            if column.counted is None:
                terms.expect(numbers)
                made.append(terms.shown(numbers))
            else:
                made.append(_as_literals(numbers))
        rows = together(zip(*made, strict=True), column_terms.TOGETHER, _MOST_TOGETHER)
        if query.is_distinct and len({column.key for column in query.columns} - {None}) < len(query.keys):
            return Rows(names, iter(dict.fromkeys(rows)))
        return TextRows(names, rows, self._texts(cells, terms))

    def _texts(self, cells: Sequence[Sequence[int]], terms: Terms) -> Iterator[list[list[str]]]:
        """The texts of numbers of terms and counts, of some rows at a time."""
        texts = [
            terms.texts(numbers) if column.counted is None else map(str, numbers)
            for column, numbers in zip(self._query.columns, cells, strict=True)
        ]
        for _ in range(0, len(cells[0]), column_terms.TOGETHER):
            yield [list(islice(column, column_terms.TOGETHER)) for column in texts]

    def _cells(self, column: Column, places: Sequence[int]) -> Sequence[int]:
        """The numbers of the terms of a column, or its counts, of the groups at some places."""
        values = self._values(column)
        return values if places == range(len(values)) else [values[place] for place in places]

    def _values(self, column: Column) -> Sequence[int]:
        """The numbers of the terms of a column, or its counts, group by group."""
        of_column = self._groups.keys if column.counted is None else self._groups.counts
        return of_column[(column.key if column.counted is None else column.counted) or 0]

    def _ordered(self) -> Sequence[int]:
        """The places of the groups in order."""
        found: Sequence[int] = range(self._groups.number)
        for column, descends in reversed(self._order):
            found = sorted(found, key=self._sorted_by(column).__getitem__, reverse=descends)
        return found

    def _cut(self) -> Sequence[int]:
        if self._query.is_distinct and self._query.counts:
            raise NotHereError("its rows are made one by DISTINCT before they are cut")
        keys = [self._sorted_by(column) for column, _ in self._order]
        return _cut(
            self._query,
            self._ordered(),
            lambda before, after: any(key[before] != key[after] for key in keys),
        )

    def _sorted_by(self, column: Column) -> Sequence[Any]:
        """What the groups are ordered by, group by group: counts, or IRIs in the order of code points."""
        values = self._values(column)
        return (
            values if column.counted is not None else [self._columns.text(number)[1:-1] for number in values]
        )


def _as_literals(numbers: Sequence[int]) -> Iterable[Literal]:
    terms = {number: Literal(str(number), _INTEGER) for number in set(numbers)}
    return map(terms.__getitem__, numbers)


def _by_engine(query: CountingQuery, groups: Groups, terms: Terms, prefixes: Mapping[str, str]) -> list[Row]:
    """The rows, computed by the engine from a store of the groups."""
    is_cut = query.limit is not None or bool(query.offset)
    if is_cut and query.is_distinct:
        raise NotHereError("its rows are made one by DISTINCT before they are cut")
    if groups.number > _MOST_COMPUTED:
        raise NotHereError("it computes something of too many groups")
    store = ox.Store()
    store.bulk_extend(_quads(groups, terms.raw(set().union(*groups.keys))))
    text = _text(query, with_order=is_cut)
    used = {name: iri for name, iri in prefixes.items() if f"{name}:" in text}
    answer = store.query(text, prefixes=used)
    assert isinstance(answer, ox.QuerySolutions)
    rows = [tuple([None if value is None else term_of(value) for value in row]) for row in answer]
    if not is_cut:
        return rows
    width = len(query.columns)
    cut = _cut(query, rows, lambda before, after: _is_ordered(before[width:], after[width:]))
    return [row[:width] for row in cut]


def _quads(groups: Groups, terms: Mapping[int, Any]) -> Iterable[ox.Quad]:
    for number in range(groups.number):
        row = ox.NamedNode(f"urn:row:{number}")
        for place, values in enumerate(groups.keys):
            yield ox.Quad(row, ox.NamedNode(f"urn:key:{place}"), terms[values[number]])
        for place, counts in enumerate(groups.counts):
            yield ox.Quad(row, ox.NamedNode(f"urn:count:{place}"), ox.Literal(counts[number]))


def _text(query: CountingQuery, *, with_order: bool) -> str:
    """The query of the groups; `with_order`: its last columns are what it is ordered by."""
    row = f"?{query.unused}r"
    columns = [
        each.name if each.text == each.name else f"({each.text} AS {each.name})" for each in query.columns
    ]
    order = [f"{'DESC' if each.descends else 'ASC'}({each.text})" for each in query.order]
    if with_order:
        columns += [f"({each.text} AS ?{query.unused}o{n})" for n, each in enumerate(query.order)]
    patterns = [f"{row} <urn:key:{n}> {key} ." for n, key in enumerate(query.keys)]
    patterns += [f"{row} <urn:count:{n}> ?{query.unused}c{n} ." for n in range(len(query.counts))]
    filters = [f"FILTER {condition}" for condition in query.having]
    distinct = "DISTINCT " if query.is_distinct else ""
    text = f"{query.prologue} SELECT {distinct}{' '.join(columns)} {{ {' '.join(patterns + filters)} }}"
    return f"{text} ORDER BY {' '.join(order)}" if order else text


def _cut(query: CountingQuery, rows: Sequence[Any], differ: Callable[[Any, Any], bool]) -> Sequence[Any]:
    """The rows from OFFSET up to LIMIT; NotHereError where that would choose among equals."""
    end = len(rows) if query.limit is None else query.offset + query.limit
    for at in (query.offset, end):
        if 0 < at < len(rows) and not differ(rows[at - 1], rows[at]):
            raise NotHereError("its LIMIT or OFFSET chooses among rows whose order is open")
    return rows[query.offset : end]


def _is_ordered(before: Sequence[Term | None], after: Sequence[Term | None]) -> bool:
    """Whether the order of two rows is certain."""
    for one, other in zip(before, after, strict=True):
        if one != other:
            if isinstance(one, Iri) and isinstance(other, Iri):
                return True
            pair = (one, other)
            return all(isinstance(each, Literal) and each.datatype == _INTEGER for each in pair)
    return False
