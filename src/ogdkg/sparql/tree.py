"""A query as a tree of groups and triple patterns, by SPARQL 1.1 (section 19.8); expressions stay text.

A term is its text in the query (`?x`, `foaf:name`, `"a"@en`); a blank node becomes a fresh variable, which
is what it means in a pattern (section 4.1.4). Nodes are named tuples: Python makes a dataclass in ten
times the time.
"""

from __future__ import annotations

from itertools import takewhile

from ogdkg.lean import NamedTuple


class Path(NamedTuple):
    """A property path, section 9: `kind` is `iri` (or a variable), `^`, `/`, `|`, `!`, `?`, `*` or `+`.

    `text` is it as written. The parts of `!` are properties, or those of `^`.
    """

    kind: str
    text: str
    parts: tuple[Path, ...] = ()


class Pattern(NamedTuple):
    """A triple pattern, whose predicate may be a path."""

    subject: str
    path: Path
    object: str

    @property
    def terms(self) -> tuple[str, str, str]:
        """Its three terms, where its path is no more than a property or a variable."""
        return self.subject, self.path.text, self.object


class Expression(NamedTuple):
    """An expression as written, and the groups of each EXISTS and of each NOT EXISTS in it.

    `negates`: it tests for absence. `aggregates`: it has an aggregate function. `varies`: its value may
    differ each time.
    """

    text: str
    exists: tuple[Group, ...] = ()
    negates: bool = False
    aggregates: bool = False
    varies: bool = False
    not_exists: tuple[Group, ...] = ()


class Optional(NamedTuple):
    """An OPTIONAL, https://www.w3.org/TR/sparql11-query/#optionals."""

    group: Group


class Minus(NamedTuple):
    """A MINUS, as text: what it removes binds nothing."""

    text: str


class Named(NamedTuple):
    """GRAPH: `name` is a variable or an IRI."""

    name: str
    group: Group


class Union(NamedTuple):
    """Alternatives; a plain nested group is one of one."""

    groups: tuple[Group, ...]


class Filter(NamedTuple):
    """`constraint`: with its brackets, as it follows FILTER."""

    constraint: Expression


class Bind(NamedTuple):
    """A BIND, https://www.w3.org/TR/sparql11-query/#bind."""

    expression: Expression
    variable: str


class Values(NamedTuple):
    """A VALUES block, https://www.w3.org/TR/sparql11-query/#inline-data."""

    text: str
    variables: tuple[str, ...]


class Select(NamedTuple):
    """A SELECT; `columns` are its variables, with the expression of each that has one; none for `*`.

    `computed`: the expressions of GROUP BY that have names. `groups`: its rows stand for groups of solutions.
    """

    text: str
    columns: tuple[tuple[str, Expression | None], ...]
    where: Group
    computed: tuple[Bind, ...] = ()
    groups: bool = False
    limits: bool = False
    values: Values | None = None


Part = Pattern | Optional | Minus | Named | Union | Filter | Bind | Values | Select


class Group(NamedTuple):
    """The parts between two braces, in order."""

    parts: tuple[Part, ...]


class Query(NamedTuple):
    """A SELECT, or what a CONSTRUCT selects and the patterns of its template.

    `prologue`: the text before its form. `unused`: how no variable of it begins.
    """

    prologue: str
    unused: str
    select: Select
    template: tuple[Pattern, ...] = ()


def is_variable(term: str) -> bool:
    """Whether a term is a variable."""
    return term.startswith("?")


def visible(group: Group) -> set[str]:
    """The variables that a group may bind (section 18.2.1)."""
    return set().union(*(_bound_by(part) for part in group.parts))


def _bound_by(part: Part) -> set[str]:
    match part:
        case Pattern(subject, path, value):
            ends = {subject, value, path.text if path.kind == "iri" else ""}
            return set(filter(is_variable, ends))
        case Optional(group):
            return visible(group)
        case Named(name, group):
            return visible(group) | set(filter(is_variable, [name]))
        case Union(groups):
            return set().union(*map(visible, groups))
        case Bind(_, variable):
            return {variable}
        case Values(_, variables):
            return set(variables)
        case Select():
            return {name for name, _ in part.columns} or visible(part.where)
    return set()


def certain(group: Group) -> set[str]:
    """The variables that every solution of a group binds, as far as its form tells."""
    return set().union(*(_certain(part) for part in group.parts))


def joined(group: Group) -> set[str]:
    """The variables that are bound before anything but joins: one more join leaves them as they are."""
    parts = takewhile(lambda part: not isinstance(part, Optional | Minus | Bind), group.parts)
    return certain(Group(tuple(parts)))


def _certain(part: Part) -> set[str]:
    match part:
        case Pattern():
            return _bound_by(part)
        case Named(name, group):
            return certain(group) | set(filter(is_variable, [name]))
        case Union(groups):
            return set.intersection(*map(certain, groups))
        case Values(text, variables):
            return set() if "UNDEF" in text.upper() else set(variables)
        case Select():
            named = {name for name, expression in part.columns if expression is None}
            return certain(part.where) & named if part.columns else certain(part.where)
    return set()
