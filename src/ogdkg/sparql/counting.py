"""Recognises queries that count, which can be answered from counts: patterns in a tree, grouped and counted.

What is recognised: triple patterns with variables (also within one GRAPH), GROUP BY of variables, COUNT and
COUNT(DISTINCT ?v), SELECT DISTINCT of variables, expressions of these, FILTER of what is grouped by, HAVING,
ORDER BY, LIMIT and OFFSET. Whatever else a query has, an engine answers it; so does one that may be wrong,
whose fault the engine tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ogdkg.errors import InputError
from ogdkg.lean import NamedTuple
from ogdkg.sparql.reader import read_query
from ogdkg.sparql.spelling import without_codes
from ogdkg.sparql.tokens import Token, closing_bracket, joined_text, significant_tokens, unused
from ogdkg.sparql.tree import Expression, Filter, Group, Named, Path, Pattern, is_variable

_MAY_COUNT = re.compile(r"\bCOUNT\s*\(|\bSELECT\s+DISTINCT\b|\bGROUP\s+BY\b", re.IGNORECASE)
_OTHERS = ("SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "EXISTS", "RAND", "NOW", "UUID", "STRUUID")
_OTHERS_TOO = ("BNODE", "REDUCED", "AS", "BOUND")
_NOTHING = Token("sign", "", 0)
_LONGEST = 5_000  # characters; nobody writes a longer one of these


class Counted(NamedTuple):
    """COUNT of a variable, or of solutions (`*`)."""

    variable: str
    is_distinct: bool


class Column(NamedTuple):
    """A column: its name, and its expression in which `?<unused>c0` stands for the first count.

    `counted` is the place of the count, where the expression is no more than that; `key` that of a variable.
    """

    name: str
    text: str
    counted: int | None = None
    key: int | None = None


class Condition(NamedTuple):
    """A condition of ORDER BY, as `Column` has it."""

    text: str
    descends: bool
    column: Column


class CountingQuery(NamedTuple):
    """A query that counts.

    Attributes:
        prologue: The text before SELECT.
        unused: How no variable of the query begins.
        graph: The variable or name of its GRAPH; empty where it has none.
        patterns: Subject, predicate and object, which are variables or terms as they were written.
        keys: The variables by which it groups; none for one group of all.
        grouped: Whether there is a row for each group, and none where there is no group.
        counts: What it counts.
        columns: What it selects.
        is_distinct: Whether equal rows are one.
        having: The conditions of HAVING, and of FILTER, which look at keys alone.
        order: The conditions of ORDER BY.
        limit: The most rows.
        offset: The rows that are left out first.
    """

    prologue: str
    unused: str
    graph: str
    patterns: tuple[tuple[str, str, str], ...]
    keys: tuple[str, ...]
    grouped: bool
    counts: tuple[Counted, ...]
    columns: tuple[Column, ...]
    is_distinct: bool
    having: tuple[str, ...]
    order: tuple[Condition, ...]
    limit: int | None
    offset: int

    @property
    def leading(self) -> int | None:
        """Which of its counts its rows are ordered by, the greatest first, before LIMIT cuts them; if any."""
        if not self.grouped or not self.order or self.limit is None or self.having:
            return None
        first = self.order[0]
        named = {column.name: column for column in self.columns}
        return named.get(first.text, first.column).counted if first.descends else None


class _OtherError(Exception):
    """The query is of another kind; says in which way."""


def counting_query(text: str) -> CountingQuery | str:
    """Return a query that counts, or why it is none."""
    if len(text) > _LONGEST or not _MAY_COUNT.search(text):
        return "it counts nothing"
    return _again(text)


@lru_cache(maxsize=256)
def _again(text: str) -> CountingQuery | str:
    try:
        return _Reading(without_codes(text) if "\\" in text else text).query()
    except _OtherError as error:
        return str(error)
    except InputError:
        return "it is of another form"


class _Reading:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = significant_tokens(text)
        self.unused = unused(self.tokens, "w")
        self.counts: list[Counted] = []
        self.aliases: list[str] = []
        self.filters: list[Expression] = []
        self.keys: tuple[str, ...] = ()
        self.variables: set[str] = set()

    def query(self) -> CountingQuery:
        start = self._start()
        braces = (n for n, token in enumerate(self.tokens[start:], start) if token.text == "{")
        begin = next(braces, None)
        end = None if begin is None else closing_bracket(self.tokens, begin)
        if begin is None or end is None:
            raise _OtherError("it is of another form")
        graph, patterns = self._patterns()
        head, tail = self.tokens[start + 1 : begin], self.tokens[end + 1 :]
        is_distinct = bool(head) and head[0].is_word("DISTINCT")
        head = head[is_distinct:]
        if head and head[-1].is_word("WHERE"):
            head = head[:-1]
        clauses = _clauses(tail)
        written = list(_columns(head))
        grouped = "GROUP" in clauses
        if is_distinct and not grouped and all(tokens is None for _, tokens in written):
            grouped = True  # distinct solutions are the groups of what is selected
            self.keys = tuple(self._known(name for name, _ in written))
        else:
            self.keys = tuple(self._known(_names(clauses.get("GROUP", []))))
        columns = tuple([self._column(name, tokens) for name, tokens in written])
        having = [self._filter(each) for each in self.filters]
        having += [self._text(each, self.keys) for each in _bracketed(clauses.get("HAVING", []))]
        order = tuple(self._conditions(clauses.get("ORDER", [])))
        if not grouped and not self.counts:
            raise _OtherError("it counts nothing")
        self._check(columns)
        prologue = self.text[: self.tokens[start].start]
        limit, offset = (_number(clauses.get(name)) for name in ("LIMIT", "OFFSET"))
        return CountingQuery(
            prologue, self.unused, graph, patterns, self.keys, grouped, tuple(self.counts), columns,
            is_distinct, tuple(having), order, limit, offset or 0,
        )  # fmt: skip

    def _start(self) -> int:
        """Where SELECT stands."""
        words = (n for n, token in enumerate(self.tokens) if token.kind == "word")
        found = next((n for n in words if not self.tokens[n].is_word("PREFIX", "BASE")), None)
        if found is None or not self.tokens[found].is_word("SELECT"):
            raise _OtherError("it is of another form")
        return found

    # The pattern

    def _patterns(self) -> tuple[str, tuple[tuple[str, str, str], ...]]:
        where = read_query(self.text).select.where
        graph = ""
        if len(where.parts) == 1 and isinstance(where.parts[0], Named):
            graph, where = where.parts[0]
        patterns = tuple(self._plain(where))
        self.variables = {term for pattern in (*patterns, (graph,)) for term in pattern if is_variable(term)}
        if not patterns:
            raise _OtherError("it has no triple pattern")
        if any(not is_variable(subject) for subject, _, _ in patterns):
            raise _OtherError("it asks about one thing")
        if len(patterns) == 1:
            terms = [*patterns[0], graph]
            if sum(map(is_variable, terms)) != len(self.variables):
                raise _OtherError("a variable stands twice in a pattern")
        elif graph or any(is_variable(predicate) for _, predicate, _ in patterns):
            raise _OtherError("it joins patterns by GRAPH or by variables as predicates")
        elif not _is_tree(patterns):
            raise _OtherError("its patterns are no tree")
        return graph, patterns

    def _filter(self, constraint: Expression) -> str:
        """A FILTER that looks at keys alone, and so leaves a group as it is, or takes all of it away."""
        tokens = significant_tokens(constraint.text)
        if constraint.aggregates or not self.keys:
            raise _OtherError("it has FILTER")
        return self._text(tokens, self.keys)

    def _plain(self, group: Group) -> Iterator[tuple[str, str, str]]:
        number = 0
        for part in group.parts:
            if isinstance(part, Filter):
                self.filters.append(part.constraint)
                continue
            if not isinstance(part, Pattern):
                raise _OtherError(f"it has {type(part).__name__.upper()}")
            subject = part.subject
            steps = list(_steps(part.path))
            for step, (predicate, is_inverse) in enumerate(steps, 1):
                number += 1
                value = part.object if step == len(steps) else f"?{self.unused}n{number}"
                yield (value, predicate, subject) if is_inverse else (subject, predicate, value)
                subject = value

    # What is selected

    def _known(self, names: Iterable[str]) -> Iterable[str]:
        """Variables of the pattern, each once."""
        found = dict.fromkeys(names)
        if not found.keys() <= self.variables:
            raise _OtherError("it groups by what its pattern does not have")
        return found

    def _column(self, name: str, tokens: Sequence[Token] | None) -> Column:
        if tokens is None:
            return Column(name, name, key=self.keys.index(name) if name in self.keys else None)
        column = self._expression(name, tokens, [*self.keys, *self.aliases])
        self.aliases.append(name)
        return column

    def _expression(self, name: str, tokens: Sequence[Token], known: Sequence[str]) -> Column:
        text = self._text(tokens, known)
        key = self.keys.index(text) if text in self.keys else None
        count = re.fullmatch(rf"\?{self.unused}c([0-9]+)", text)
        return Column(name, text, int(count[1]) if count else None, key)

    def _text(self, tokens: Sequence[Token], known: Sequence[str]) -> str:
        """An expression with a variable for each count."""
        found: list[Token] = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.is_word("COUNT"):
                end = closing_bracket(tokens, at + 1) if at + 1 < len(tokens) else None
                if end is None:
                    raise _OtherError("it is of another form")
                found.append(self._count(tokens[at + 1 : end + 1], token.start))
                at = end
            elif token.is_word(*_OTHERS, *_OTHERS_TOO) or token.text in ("{", "}"):
                raise _OtherError(f"it has {token.text.upper()}")
            elif token.kind == "variable" and f"?{token.text[1:]}" not in known:
                raise _OtherError("it tells of variables that stand for no group")
            else:
                found.append(token)
            at += 1
        return joined_text(found)

    def _count(self, tokens: Sequence[Token], start: int) -> Token:
        """The variable for a count, of which the brackets are given with what stands in them."""
        inner = list(tokens[1:-1])
        is_distinct = bool(inner) and inner[0].is_word("DISTINCT")
        inner = inner[is_distinct:]
        if len(inner) != 1 or not (inner[0].kind == "variable" or (inner[0].text == "*" and not is_distinct)):
            raise _OtherError("it counts what no variable stands for")
        variable = "*" if inner[0].text == "*" else f"?{inner[0].text[1:]}"
        if variable != "*" and variable not in self.variables:
            raise _OtherError("it counts what no variable stands for")
        counted = Counted(variable, is_distinct)
        if counted not in self.counts:
            self.counts.append(counted)
        return Token("variable", f"?{self.unused}c{self.counts.index(counted)}", start)

    def _conditions(self, tokens: Sequence[Token]) -> Iterator[Condition]:
        at = 0
        while at < len(tokens):
            first, start = tokens[at], at
            at += first.is_word("ASC", "DESC")
            end = closing_bracket(tokens, at) if at < len(tokens) else None
            if end is None or not (tokens[at].text == "(" or (end == start and first.kind == "variable")):
                raise _OtherError("it orders by a call")
            known = [*self.keys, *self.aliases]
            inner = tokens[at + 1 : end] if tokens[at].text == "(" else tokens[at : end + 1]
            column = self._expression("", inner, known)
            # A name that a column has stands for what the column is.
            yield Condition(column.text, first.is_word("DESC"), column)
            at = end + 1

    def _check(self, columns: Sequence[Column]) -> None:
        names = [column.name for column in columns]
        if len(set(names)) < len(names) or not names:
            raise _OtherError("it is of another form")
        plain = {column.name for column in columns if column.text == column.name}
        if not plain <= set(self.keys) or set(self.aliases) & self.variables:
            raise _OtherError("it tells of variables that stand for no group")


def _steps(path: Path, *, inverse: bool = False) -> Iterator[tuple[str, bool]]:
    """The properties of a path that is no more than one after another, each with whether it is inverse."""
    if path.kind == "iri":
        yield path.text, inverse
    elif path.kind == "^":
        yield from _steps(path.parts[0], inverse=not inverse)
    elif path.kind == "/":
        for part in path.parts[:: -1 if inverse else 1]:
            yield from _steps(part, inverse=inverse)
    else:
        raise _OtherError("it has a path of other than steps")


def _is_tree(patterns: Sequence[tuple[str, str, str]]) -> bool:
    """Whether each pattern adds one node to those before it, in some order; each constant is a node."""
    left = [(subject, value) for subject, _, value in patterns]
    known = {left.pop(0)[0]}
    known |= {patterns[0][2]} if is_variable(patterns[0][2]) else set()
    while left:
        ends = next((each for each in left if known & set(each)), None)
        if ends is None or known.issuperset(ends) or ends[0] == ends[1]:
            return False
        known |= set(filter(is_variable, ends))
        left.remove(ends)
    return patterns[0][0] != patterns[0][2]


def _names(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.kind != "variable":
            raise _OtherError("it groups by an expression")
        yield f"?{token.text[1:]}"


def _columns(tokens: Sequence[Token]) -> Iterator[tuple[str, Sequence[Token] | None]]:
    """The name of each column, with the expression of one that has one."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "variable":
            yield f"?{token.text[1:]}", None
        else:
            end = closing_bracket(tokens, at)
            if token.text != "(" or end is None or end - at < 4 or not tokens[end - 2].is_word("AS"):
                raise _OtherError("it is of another form")
            if tokens[end - 1].kind != "variable":
                raise _OtherError("it is of another form")
            yield f"?{tokens[end - 1].text[1:]}", tokens[at + 1 : end - 2]
            at = end
        at += 1


def _clauses(tokens: Sequence[Token]) -> dict[str, list[Token]]:
    """What follows the pattern, by the word that each clause begins with, in the order of the grammar."""
    found: dict[str, list[Token]] = {}
    words = {"GROUP": 0, "HAVING": 1, "ORDER": 2, "LIMIT": 3, "OFFSET": 3}
    last, depth = "", 0
    left = iter(tokens)
    for token in left:
        word = token.text.upper() if token.kind == "word" else ""
        if depth == 0 and word in words:
            if word in found or (last and words[last] > words[word]):
                raise _OtherError("it is of another form")
            last = word
            found[word] = []
            if word in ("GROUP", "ORDER") and not next(left, _NOTHING).is_word("BY"):
                raise _OtherError("it is of another form")
        elif not last:
            raise _OtherError(f"it has {word or token.text}")
        else:
            depth += (token.text == "(") - (token.text == ")")
            found[last].append(token)
    if not all(found.values()):
        raise _OtherError("it is of another form")
    return found


def _bracketed(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    at = 0
    while at < len(tokens):
        end = closing_bracket(tokens, at)
        if tokens[at].text != "(" or end is None:
            raise _OtherError("its HAVING is a call")
        yield tokens[at : end + 1]
        at = end + 1


def _number(tokens: Sequence[Token] | None) -> int | None:
    if not tokens:
        return None
    if len(tokens) > 1 or not re.fullmatch("[0-9]{1,9}", tokens[0].text):
        raise _OtherError("it is of another form")
    return int(tokens[0].text)
