"""Counts the solutions of a query's patterns in columns (`columns`), group by group.

One pattern is counted by its columns. Several, which form a tree, are joined by passing counts along it: each
node tells the next how many solutions of its branch each of its values has (sum and product). So a join costs
no more than reading the columns of its patterns once. The rows are those of SPARQL 1.1 Query, sections 11.2
and 18.5: equal keys are equal terms, and a count is that of solutions.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import chain, pairwise, repeat
from operator import itemgetter
from typing import Any

from ogdkg.lean import NamedTuple
from ogdkg.sparql.counting import CountingQuery
from ogdkg.sparql.tree import is_variable
from ogdkg.store.columns import Columns, Part, Totals

Key = Any  # the number of a term, of one variable; of none or several a tuple of numbers
Weights = Mapping[int, int]
_Pairs = Mapping[tuple[Any, Any], int]  # how many solutions two values have; None where none leads to one
_SELECTIVE = 20  # how many times more statements are read here than the engine would look at
_MOST_ROWS = 1 << 23  # statements whose terms are counted, which takes half a second
_MOST_JOINED = 1 << 21  # those of which two variables are kept, in some 300 bytes each
_RUN = 32  # statements of one object, in the mean, from which on it is sooner to look for the next object
_NO_PART = Part(-1, (), (), (), 0, 0)


class NotHereError(Exception):
    """The engine counts it better; says why."""


class Edge(NamedTuple):
    """A pattern as it is seen from one of its variables.

    Attributes:
        pattern: The number of the pattern.
        other: The node at its other end, a variable or a constant.
        near: The values of the variable, statement by statement.
        far: Those of the other node.
        is_single: Whether each value of the variable is there once.
    """

    pattern: int
    other: str
    near: Sequence[int]
    far: Sequence[int]
    is_single: bool


class Groups(NamedTuple):
    """The groups of a query.

    Attributes:
        number: How many there are.
        keys: For each variable that the query groups by, its value group by group.
        counts: For each count of the query, that of each group.
    """

    number: int
    keys: Sequence[Sequence[int]]
    counts: Sequence[Sequence[int]]


def groups_of(query: CountingQuery, numbers: Mapping[str, int | None], columns: Columns) -> Groups:
    """Return the groups of a query, with their counts.

    Args:
        query: The query.
        numbers: The number of each of its constants; None for one that no statement has.
        columns: The columns.

    Raises:
        NotHereError: The engine answers sooner, or too much would have to be kept.
    """
    tally = (_Joined if len(query.patterns) > 1 else _Single)(query, numbers, columns)
    if isinstance(tally, _Single) and (groups := tally.kept(query)):
        return groups
    found = [
        tally.distinct(query.keys, count.variable) if count.is_distinct else tally.solutions(query.keys)
        for count in query.counts
    ]
    keys: Collection[Key] = (found or [tally.solutions(query.keys)])[0] if query.grouped else [()]
    if query.leading is not None:  # of the others no row is shown
        keys = _greatest(found[query.leading], query.offset + (query.limit or 0) + 1)
    width = len(query.keys)
    values = [list(keys)] if width == 1 else [list(map(itemgetter(n), keys)) for n in range(width)]
    return Groups(len(keys), values, [list(map(each.get, keys, repeat(0))) for each in found])


class _Single:
    """Counts one pattern."""

    def __init__(self, query: CountingQuery, numbers: Mapping[str, int | None], columns: Columns) -> None:
        self._columns, self._numbers = columns, numbers
        self._subject, self._predicate, self._object = query.patterns[0]
        self._graph = query.graph
        self._is_union = not query.graph
        self._is_whole = all(map(is_variable, filter(None, (*query.patterns[0], query.graph))))
        self._variables = set(filter(is_variable, (*query.patterns[0], query.graph)))
        self._parts = list(self._chosen(columns.union if self._is_union else columns.named))

    def _chosen(self, parts: Mapping[int, Part]) -> Iterator[Part]:
        """The statements that match, by predicate."""
        wanted: Iterable[Part] = parts.values()
        if not is_variable(self._predicate):
            part = parts.get(_number(self._numbers[self._predicate]))
            wanted = [part] if part else []
        for part in wanted:
            chosen = part
            if not is_variable(self._object):
                chosen = chosen.with_object(self._numbers[self._object])
            if self._graph and not is_variable(self._graph):
                chosen = chosen.in_graph(self._numbers[self._graph])
            if chosen.objects:
                yield chosen

    def kept(self, query: CountingQuery) -> Groups | None:
        """The groups of a query, where columns have them as they are."""
        if query.keys and set(query.keys) == self._variables:  # each statement is a group of its own
            self._refuse_large()
            values = [
                list(chain.from_iterable(self._column(part, key) for part in self._parts))
                for key in query.keys
            ]
            return Groups(len(values[0]), values, [[1] * len(values[0]) for _ in query.counts])
        if query.leading is not None or any(each.is_distinct for each in query.counts):
            return None
        if totals := self.totals(query.keys):
            terms, statements = (column.tolist() for column in totals)
            return Groups(len(terms), [terms], [statements for _ in query.counts])
        return None

    def totals(self, keys: Sequence[str]) -> Totals | None:
        """In how many statements each value of a variable stands, where that is kept."""
        if not self._is_whole or len(keys) != 1:
            return None
        if not self._is_union:
            return self._columns.graphs if keys[0] == self._graph else None
        kept = {self._subject: self._columns.subjects, self._object: self._columns.objects}
        return kept.get(keys[0])

    def solutions(self, keys: Sequence[str]) -> Mapping[Key, int]:
        """How many solutions have each combination of values of some variables."""
        found: Counter[Key] = Counter()
        if set(keys) <= {self._predicate}:
            for part in self._parts:
                found[part.predicate if keys else ()] += len(part.objects)
            return found
        if totals := self.totals(keys):
            return dict(zip(*totals, strict=True))
        self._refuse_large()
        for part in self._parts:
            if tuple(keys) == (self._object,) and part.different_objects * _RUN < len(part.objects):
                for value, number in _runs(part.objects):
                    found[value] += number
            elif len(keys) == 1:
                found.update(self._column(part, keys[0]))
            else:
                found.update(zip(*(self._column(part, key) for key in keys), strict=False))
        return found

    def distinct(self, keys: Sequence[str], variable: str) -> Mapping[Key, int]:
        """How many values of a variable there are with each combination of others."""
        if variable in keys:
            return dict.fromkeys(self.solutions(keys), 1)
        if {*keys, variable} == self._variables:
            return self.solutions(keys)  # each has another value
        if set(keys) <= {self._predicate} and (keys or not is_variable(self._predicate)):
            return {part.predicate if keys else (): self._values_in(part, variable) for part in self._parts}
        if not keys:
            return {(): self._values(variable)}
        return Counter(map(itemgetter(*range(len(keys))), self.solutions([*keys, variable])))

    def _values_in(self, part: Part, variable: str) -> int:
        if variable == self._subject and self._is_union:
            return part.different_subjects
        if variable == self._object:
            return part.different_objects
        return len(set(self._column(part, variable)))

    def _values(self, variable: str) -> int:
        if variable == self._predicate:
            return len(self._parts)
        if totals := self.totals([variable]):
            return len(totals.terms)
        self._refuse_large()
        return len(set[int]().union(*(self._column(part, variable) for part in self._parts)))

    def _column(self, part: Part, variable: str) -> Iterable[int]:
        if variable == self._predicate:
            return repeat(part.predicate, len(part.objects))
        if variable == self._subject:
            return part.subjects
        return part.objects if variable == self._object else part.graphs

    def _refuse_large(self) -> None:
        if sum(len(part.objects) for part in self._parts) > _MOST_ROWS:
            raise NotHereError("too many statements match its pattern")


class _Joined:
    """Counts patterns that form a tree."""

    def __init__(self, query: CountingQuery, numbers: Mapping[str, int | None], columns: Columns) -> None:
        self._edges: dict[str, list[Edge]] = {}
        sizes = []
        for number, (subject, predicate, value) in enumerate(query.patterns):
            part = columns.union.get(_number(numbers[predicate]), _NO_PART)
            if not is_variable(value):
                part = part.with_object(numbers[value])
            else:
                is_single = part.different_objects == len(part.objects)
                edge = Edge(number, subject, part.objects, part.subjects, is_single)
                self._edges.setdefault(value, []).append(edge)
            is_single = part.different_subjects == len(part.subjects)
            edge = Edge(number, value, part.subjects, part.objects, is_single)
            self._edges.setdefault(subject, []).append(edge)
            sizes.append(len(part.objects))
        if min(sizes) * _SELECTIVE < sum(sizes):
            raise NotHereError("few statements match one of its patterns")
        if sum(sizes) > _MOST_ROWS:
            raise NotHereError("too many statements match its patterns")
        self._rows = sum(sizes)

    def solutions(self, keys: Sequence[str]) -> Mapping[Key, int]:
        """As `_Single.solutions`."""
        if len(keys) > 1:
            return self._pairs(keys)
        weights = self._weights(keys[0] if keys else next(iter(self._edges)), ())
        return weights if keys else {(): sum(weights.values())}

    def distinct(self, keys: Sequence[str], variable: str) -> Mapping[Key, int]:
        """As `_Single.distinct`."""
        if variable in keys:
            return dict.fromkeys(self.solutions(keys), 1)
        if not keys:
            return {(): len(self._weights(variable, ()))}
        return Counter(map(itemgetter(*range(len(keys))), self.solutions([*keys, variable])))

    def _weights(self, node: str, besides: Sequence[int]) -> Weights:
        """How many solutions the patterns at a node, but those besides, have for each of its values."""
        found = self._weights_or_all(node, besides)
        assert found is not None  # each node stands in a pattern
        return found

    def _weights_or_all(self, node: str, besides: Sequence[int]) -> Weights | None:
        """As above; None where no pattern is left, so that each value stands for one solution."""
        found: Weights | None = None
        for edge in self._edges[node]:
            if edge.pattern not in besides:
                told = self._told(edge)
                found = told if found is None else _product(found, told)
        return found

    def _told(self, edge: Edge) -> Weights:
        """What a pattern and all behind it tell a node."""
        inner = self._weights_or_all(edge.other, [edge.pattern]) if is_variable(edge.other) else None
        if inner is None:
            return Counter(edge.near)
        found: dict[int, int] = {}
        for near, far in zip(edge.near, edge.far, strict=True):
            if number := inner.get(far):
                found[near] = found.get(near, 0) + number
        return found

    def _pairs(self, keys: Sequence[str]) -> Mapping[Key, int]:
        """How many solutions each pair of values of two variables has."""
        if len(keys) > 2:
            raise NotHereError("it groups joined patterns by more than two variables")
        if self._rows > _MOST_JOINED:
            raise NotHereError("too many statements match its patterns")
        first, last = keys
        path, back = self._path(first, last), self._path(last, first)
        if self._followed(path) >= self._followed(back):
            found = self._along(path, first, last)
            return {(one, other): number for (other, one), number in found.items() if one is not None}
        found = self._along(back, last, first)
        return {(one, other): number for (one, other), number in found.items() if other is not None}

    def _along(self, path: Sequence[Edge], first: str, last: str) -> _Pairs:
        """How many solutions each value of the last variable of a path has with each of the first."""
        followed = self._followed(path)
        starts: dict[int, Any] | None = None  # the value of the first variable that each value leads to
        for edge in path[:followed]:
            starts = dict(zip(edge.near, _starts(edge, starts), strict=True))
        pairs = zip(path[followed].near, _starts(path[followed], starts), strict=True)
        found = Counter(pairs) if followed == len(path) - 1 else self._joined(pairs, path[followed:])
        found = _scaled(found, 0, self._weights_or_all(last, [path[-1].pattern]))
        return _scaled(found, 1, self._weights_or_all(first, [path[0].pattern]))

    def _joined(self, pairs: Iterable[tuple[int, Any]], path: Sequence[Edge]) -> _Pairs:
        """Pairs of a value of the first pattern of a path and a start, joined with the other patterns."""
        table: dict[int, dict[Any, int]] = {}
        for near, start in pairs:
            row = table.setdefault(near, {})
            row[start] = row.get(start, 0) + 1
        for before, edge in pairwise(path):
            weights = self._weights_or_all(edge.other, [before.pattern, edge.pattern])
            rows, table = table, {}
            for near, far in zip(edge.near, edge.far, strict=True):
                if (met := rows.get(far)) and (times := 1 if weights is None else weights.get(far)):
                    into = table.setdefault(near, {})
                    for start, number in met.items():
                        into[start] = into.get(start, 0) + number * times
        return {(near, start): number for near, row in table.items() for start, number in row.items()}

    def _followed(self, path: Sequence[Edge]) -> int:
        """Along how many patterns of a path, but its last, each value leads to one at the path's start."""
        for number, (edge, after) in enumerate(pairwise(path)):
            if not edge.is_single or len(self._edges[after.other]) > 2:
                return number
        return len(path) - 1

    def _path(self, first: str, last: str, *, besides: int = -1) -> list[Edge]:
        """The patterns from one variable to another, each as it is seen from its end."""
        for edge in self._edges[first]:
            if edge.pattern == besides or not is_variable(edge.other):
                continue
            back = next(each for each in self._edges[edge.other] if each.pattern == edge.pattern)
            if edge.other == last:
                return [back]
            if rest := self._path(edge.other, last, besides=edge.pattern):
                return [back, *rest]
        return []


def _greatest(counts: Mapping[Key, int], most: int) -> Collection[Key]:
    """Return the keys of the greatest counts, and of those that are equal to the least of them."""
    if len(counts) <= most:
        return counts.keys()
    least = nlargest(most, counts.values())[-1]
    return [key for key, number in counts.items() if number >= least]


def _runs(column: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield each value of an ordered column, and how often it is there."""
    start, end = 0, len(column)
    while start < end:
        value = column[start]
        after = bisect_right(column, value, start, end)
        yield value, after - start
        start = after


def _number(number: int | None) -> int:
    return -1 if number is None else number


def _product(one: Weights, other: Weights) -> Weights:
    less, more = sorted((one, other), key=len)
    return {value: number * more[value] for value, number in less.items() if value in more}


def _starts(edge: Edge, starts: Mapping[Any, Any] | None) -> Iterable[Any]:
    """The value of a path's first variable that each statement of a pattern leads to; None for none."""
    return edge.far if starts is None else map(starts.get, edge.far)


def _scaled(pairs: _Pairs, place: int, weights: Weights | None) -> _Pairs:
    """Pairs times the weights of the values at one of their places."""
    if weights is None:
        return pairs
    return {pair: number * weights[pair[place]] for pair, number in pairs.items() if pair[place] in weights}
