"""The triple patterns of a constraint's query, group by group: which triples the query can look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from ogdkg.errors import InputError
from ogdkg.sparql.reader import read_query
from ogdkg.sparql.tokens import Token, iri_of, joined_text, significant_tokens
from ogdkg.sparql.tree import (
    Bind,
    Expression,
    Filter,
    Group,
    Optional,
    Part,
    Path,
    Pattern,
    Union,
    is_variable,
)
from ogdkg.validation.core.vocabulary import XSD
from ogdkg.validation.prefilter.constraints import SparqlConstraint


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a query, or a blank node in one of its patterns."""

    name: str


@dataclass(slots=True)
class Steps:
    """The predicates of a property path: those followed forward, those followed backward, and whether the
    path may have more than one step."""

    forward: set[NamedNode] = field(default_factory=set)
    back: set[NamedNode] = field(default_factory=set)
    may_repeat: bool = False


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """A triple pattern; `verb` is None where any predicate matches, an end is None where any term matches."""

    subject: Variable | NamedNode | Literal | None
    verb: Steps | None
    object: Variable | NamedNode | Literal | None


@dataclass(slots=True)
class Scope:
    """The triple patterns of a group itself, and the groups within it, those in expressions too."""

    patterns: list[TriplePattern] = field(default_factory=list)
    inner: list[Scope] = field(default_factory=list)


class UnreadableError(Exception):
    """The query has a part that this module does not follow; never leaves this module."""


def triple_patterns(constraint: SparqlConstraint) -> Scope | None:
    """The triple patterns of the query's outermost group; None where they cannot all be followed."""
    try:
        select = read_query(joined_text(constraint.words)).select
        if select.values:
            return None
        return _Patterns(constraint.prefixes).scope(select.where)
    except (InputError, UnreadableError):
        return None


class _Patterns:
    """Turns the groups of a syntax tree into scopes."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self.prefixes = prefixes

    def scope(self, group: Group) -> Scope:
        """The scope of one group; UnreadableError for MINUS, GRAPH, VALUES or a subquery."""
        scope = Scope()
        for part in group.parts:
            if isinstance(part, Pattern):
                ends = self._term(part.subject), self._term(part.object)
                scope.patterns.append(TriplePattern(ends[0], self._verb(part.path), ends[1]))
            else:
                scope.inner.extend(map(self.scope, _groups(part)))
        return scope

    def _verb(self, path: Path) -> Steps | None:
        if path.kind == "iri" and is_variable(path.text):
            return None
        steps = Steps()
        self._follow(path, steps, back=False)
        return steps

    def _follow(self, path: Path, steps: Steps, *, back: bool) -> None:
        if path.kind == "iri":
            (predicate,) = significant_tokens(path.text)
            (steps.back if back else steps.forward).add(self._named(predicate))
            return
        if path.kind == "!":
            raise UnreadableError
        steps.may_repeat |= path.kind != "^"
        for part in path.parts:
            self._follow(part, steps, back=back != (path.kind == "^"))

    def _named(self, token: Token) -> NamedNode:
        iri = iri_of(token, self.prefixes)
        if iri is None or (token.kind == "name" and "%" in token.text):
            raise UnreadableError
        return NamedNode(iri)

    def _term(self, text: str) -> Variable | NamedNode | Literal | None:
        """A term of a pattern; None for a literal that engines may hold in several forms."""
        if is_variable(text):
            return Variable(text[1:])
        first, *more = significant_tokens(text)
        if first.kind in ("iri", "name"):
            return self._named(first)
        if more:  # a sign, a language tag or a datatype
            return None
        if first.kind == "number" and first.text.isdigit():
            return Literal(first.text, datatype=XSD.integer)
        is_plain = first.kind == "string" and first.text[0] * 3 != first.text[:3] and "\\" not in first.text
        return Literal(first.text[1:-1]) if is_plain else None


def _groups(part: Part) -> Iterator[Group]:
    match part:
        case Optional(group):
            yield group
        case Union(groups):
            yield from groups
        case Filter(expression) | Bind(expression):
            yield from _in_expression(expression)
        case _:
            raise UnreadableError


def _in_expression(expression: Expression) -> tuple[Group, ...]:
    return expression.exists + expression.not_exists
