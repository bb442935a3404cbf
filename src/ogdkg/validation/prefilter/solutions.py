"""Results of constraints in SPARQL that the engine can tell by itself, https://www.w3.org/TR/shacl/#sparql-constraints.

A query is asked twice: as it is, and so that a filter that is an error lets its row through. Where both give
the same rows, no error was met, in which engines differ, and the rows are the results. Else pySHACL decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from ogdkg.errors import InputError
from ogdkg.sparql.tokens import Token, joined_text
from ogdkg.validation.core.background import Deadline, map_in_order
from ogdkg.validation.core.paths import sparql_path
from ogdkg.validation.core.results import Node, Result, Term
from ogdkg.validation.core.shapes import Shapes, is_true
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.graph import DataGraph, decode_term, encode_literal
from ogdkg.validation.prefilter.constraints import closing, is_joinable, read_constraint, tolerating_errors

MOST_NODES = 500  # asked for by one query, which has a limit of characters
# What gives a variable a value that no triple has, or catches an error without a trace.
_OPAQUE = ("BIND", "COALESCE", "IF", "EXISTS")
_NAMED = re.compile(r"\{[?$]([^\s{}]+)\}")
Row = tuple[tuple[str, Term], ...]


class UnsureError(Exception):
    """Rows on which another judge has to decide; never leaves the room."""


class _Query(NamedTuple):
    """A constraint as a query for some nodes, and the same with errors let through: the text after VALUES."""

    head: str
    strict: str
    tolerant: str

    def texts(self, nodes: Sequence[Term]) -> list[str]:
        """Both queries for these nodes."""
        asked = " ".join(str(encode_literal(each) if isinstance(each, Literal) else each) for each in nodes)
        return [f"{self.head} {{ VALUES ?this {{ {asked} }} {rest}" for rest in (self.strict, self.tolerant)]


def _query(shapes: Shapes, node: Term, path: str | None) -> _Query:
    found = read_constraint(shapes, node, path)
    if found is None or not is_joinable(found) or not _is_plain(found.words):
        raise UnsureError
    start, end = found.body
    head = found.prologue() + joined_text(found.words[:start])
    inside, tail = list(found.words[start + 1 : end]), list(found.words[end + 1 :])
    strict, tolerant = (
        f"{joined_text(within)} }} {joined_text(after)}"
        for within, after in ((inside, tail), (tolerating_errors(inside), tolerating_errors(tail)))
    )
    return _Query(head, strict, tolerant)


def _is_plain(words: Sequence[Token]) -> bool:
    """Whether each variable has its value by a triple or by counting, and errors show."""
    if any(token.is_word(*_OPAQUE) for token in words):
        return False
    for index, token in enumerate(words):
        if token.is_word("AS") and not _is_counted(words, index):
            return False
    return not any(one.is_word("SELECT") and other.text == "*" for one, other in pairwise(words))


def _is_counted(words: Sequence[Token], index: int) -> bool:
    """Whether what stands before AS is `COUNT ( … )` and no more."""
    for begin in range(index - 1, -1, -1):
        if words[begin].is_word("COUNT"):
            return words[begin - 1].text == "(" and closing(words, begin + 1) == index - 1
    return False


class Solutions:
    """Judges nodes by the constraints in SPARQL that a shape has itself."""

    def __init__(self, graph: DataGraph, shapes: Shapes, deadline: Deadline) -> None:
        self._graph = graph
        self._shapes = shapes
        self._deadline = deadline

    def results(self, shape: Node, nodes: Sequence[Term]) -> list[Result]:
        """The results of nodes that may fail; UnsureError where another judge has to decide."""
        node = self._shapes.value(shape, SH.path)
        path = None if node is None else sparql_path(self._shapes, node)
        is_told = path is not None or node is None
        if not is_told or self._graph.is_elsewhere or any(isinstance(each, BlankNode) for each in nodes):
            raise UnsureError
        found: list[Result] = []
        for constraint in self._shapes.values(shape, SH.sparql):
            if not any(map(is_true, self._shapes.values(constraint, SH.deactivated))):
                query = _query(self._shapes, constraint, path)
                for begin in range(0, len(nodes), MOST_NODES):
                    rows = self._rows(query, nodes[begin : begin + MOST_NODES])
                    found += [self._result(shape, constraint, dict(row)) for row in rows]
        return found

    def _rows(self, query: _Query, nodes: Sequence[Term]) -> list[Row]:
        try:
            strict, tolerant = map_in_order(self._solutions, query.texts(nodes), 1, self._deadline)
        except (SyntaxError, RuntimeError, InputError) as error:
            raise UnsureError from error
        if Counter(strict) != Counter(tolerant):
            raise UnsureError
        return strict

    def _solutions(self, text: str) -> list[Row]:
        solutions = self._graph.query(text)
        names = [each.value for each in solutions.variables]  # type: ignore[attr-defined]
        return [
            tuple((name, decode_term(row[name])) for name in names if row[name] is not None)
            for row in solutions
        ]

    def _result(self, shape: Node, constraint: Term, row: Mapping[str, Term]) -> Result:
        """The result for a row, https://www.w3.org/TR/shacl/#sparql-constraints-variables."""
        if "failure" in row or "this" not in row or not isinstance(constraint, NamedNode | BlankNode):
            raise UnsureError
        own_path = self._shapes.value(shape, SH.path)
        path = row["path"] if isinstance(row.get("path"), NamedNode) else own_path
        value = row.get("value", row["this"] if own_path is None else None)
        filled = {"this": row["this"], "value": value, "path": path}
        told = {**row, **{name: term for name, term in filled.items() if term is not None}}
        return Result(
            focus=row["this"],
            component=SH.SPARQLConstraintComponent,
            severity=self._shapes.value(shape, SH.severity) or SH.Violation,
            shape=shape,
            path=path,  # type: ignore[arg-type]  # a literal is none
            value=value,
            constraint=constraint,
            messages=self._messages(shape, constraint, told),
        )

    def _messages(self, shape: Node, constraint: Term, told: Mapping[str, Term]) -> tuple[Literal, ...]:
        """Those of the shape, else that of the row, else those of the constraint (2.1.5, 5.3.2)."""
        own, of_row = self._shapes.values(shape, SH.message), told.get("message")
        if not own and isinstance(of_row, Literal):
            return (of_row,)
        said = own or self._shapes.values(constraint, SH.message)
        found = dict.fromkeys(_filled(each, told) for each in said if isinstance(each, Literal))
        return tuple(sorted(found, key=str))


def _filled(message: Literal, told: Mapping[str, Term]) -> Literal:
    """A message with the values of variables in it; one that is unbound stays as it is written."""

    def value(match: re.Match[str]) -> str:
        term = told.get(match[1])
        if isinstance(term, BlankNode):
            raise UnsureError  # whose label nobody knows
        return match[0] if term is None else getattr(term, "value", str(term))

    text = _NAMED.sub(value, message.value)
    if message.language:
        return Literal(text, language=message.language)
    return Literal(text, datatype=message.datatype)
