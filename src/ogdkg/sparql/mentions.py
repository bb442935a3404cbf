"""Which properties a query may look at: a change of other triples leaves its answer as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ogdkg.errors import InputError
from ogdkg.rdf.terms import RDF
from ogdkg.sparql.reader import read_query
from ogdkg.sparql.tokens import declared_prefixes, iri_of, significant_tokens
from ogdkg.sparql.tree import (
    Bind,
    Expression,
    Filter,
    Group,
    Minus,
    Named,
    Optional,
    Path,
    Pattern,
    Select,
    Union,
    Values,
    certain,
    is_variable,
)

_ONE_OF = re.compile(r"\(\s*(\?\w+)\s+IN\s*\([^()]*\)\s*\)", re.IGNORECASE)


def mentioned_properties(text: str, prefixes: Mapping[str, str]) -> frozenset[str] | None:
    """Return the IRIs that a query mentions, among them those of all properties it may look at.

    Args:
        text: A SELECT or CONSTRUCT.
        prefixes: Prefixes that it need not declare.

    Returns:
        None where it may look at any property, or any node: by a variable without VALUES, by `!`, by a path
        that may be empty, or in a way that is not read here.
    """
    try:
        select = read_query(text).select
    except InputError:
        return None
    if not _is_closed(select.where, _listed([select.values] if select.values else [])):
        return None
    query = significant_tokens(text)
    known = {**prefixes, **declared_prefixes(query)}
    iris = {iri for token in query if (iri := iri_of(token, known))}
    return frozenset(iris | {RDF + "type"} if any(token.text == "a" for token in query) else iris)


def _listed(parts: Iterable[object]) -> set[str]:
    """The variables that stand for IRIs of the text, by VALUES without UNDEF, or by FILTER and IN."""
    found = set[str]()
    for part in parts:
        if isinstance(part, Values) and "UNDEF" not in part.text.upper():
            found |= set(part.variables)
        elif isinstance(part, Filter) and (only := _ONE_OF.fullmatch(part.constraint.text)):
            found.add(only[1])
    return found


def _is_closed(group: Group, listed: set[str]) -> bool:
    """Whether each property in a group is in the text; `listed` are variables that stand for such."""
    within = listed | _listed(group.parts)
    for part in group.parts:
        if isinstance(part, Minus):
            return False
        if isinstance(part, Pattern) and not _is_named(part, group, within):
            return False
        passed = set() if isinstance(part, Select) else within  # its variables are others of the same names
        if not all(_is_closed(inner, passed) for inner in _groups(part)):
            return False
    return True


def _is_named(pattern: Pattern, group: Group, listed: set[str]) -> bool:
    steps = list(_steps(pattern.path))
    if any(step.kind == "!" for step in steps):
        return False
    if any(step.kind == "iri" and is_variable(step.text) and step.text not in listed for step in steps):
        return False
    if not _may_be_empty(pattern.path):
        return True
    # An empty path joins any node with itself (section 9.3), unless something else says which.
    others = [part for part in group.parts if isinstance(part, Pattern | Values) and part is not pattern]
    ends = {pattern.subject, pattern.object}
    return not all(map(is_variable, ends)) or bool(ends & certain(Group(tuple(others))))


def _may_be_empty(path: Path) -> bool:
    if path.kind in ("/", "|", "^", "+"):
        empty = map(_may_be_empty, path.parts)
        return all(empty) if path.kind == "/" else any(empty)
    return path.kind in ("?", "*")


def _steps(path: Path) -> Iterator[Path]:
    yield path
    for part in path.parts:
        yield from _steps(part)


def _groups(part: object) -> Iterator[Group]:
    match part:
        case Optional(group) | Named(_, group):
            yield group
        case Union(groups):
            yield from groups
        case Select():
            yield part.where
            for _, expression in part.columns:
                yield from _in(expression)
            for bind in part.computed:
                yield from _in(bind.expression)
        case Filter(expression) | Bind(expression, _):
            yield from _in(expression)


def _in(expression: Expression | None) -> tuple[Group, ...]:
    return (*expression.exists, *expression.not_exists) if expression else ()
