"""Which properties a query may look at: a change of other triples leaves its answer as it is."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress

from ogdkg.errors import InputError
from ogdkg.lean import NamedTuple, compile_later
from ogdkg.rdf.terms import RDF
from ogdkg.sparql.reader import read_query
from ogdkg.sparql.tokens import Token, closing_bracket, declared_prefixes, iri_of, significant_tokens
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

_TYPE = RDF + "type"
_A = f"<{_TYPE}>"  # as which the reader gives `a`
_IRI = compile_later(r"<(?!<)|[\w.-]*:")  # the beginning of one, or of a CURIE
_NONE: dict[str, tuple[str, int]] = {}
_ONE_OF = compile_later(r"\(\s*(\?\w+)\s+IN\s*\([^()]*\)\s*\)", re.IGNORECASE)


class Joined(NamedTuple):
    """Statements of any property, of which each has a node that a statement of one property has too.

    Attributes:
        end: Where they have it: 0 as their subject, 1 as their object.
        property: The IRI of that property.
        other: Where its statements have the node.
    """

    end: int
    property: str
    other: int


class Mentioned(NamedTuple):
    """What a query may look at.

    Attributes:
        iris: The IRIs that it mentions, among them those of all properties that it may look at.
        by_class: Whether it looks at `rdf:type` for instances of classes that it mentions alone.
        default: The properties that it may look at in the default graph.
        named: Those that it may look at in named graphs.
        joined: Further statements that it may look at, where it names no property.
    """

    iris: frozenset[str]
    by_class: bool
    default: frozenset[str]
    named: frozenset[str]
    joined: frozenset[Joined] = frozenset()


# Variables that stand for nodes of statements, each with the property, as it is written, and the end.
_Ends = Mapping[str, tuple[str, int]]


def mentioned_properties(text: str, prefixes: Mapping[str, str]) -> frozenset[str] | None:
    """Return the IRIs that a query mentions, among them those of all properties it may look at.

    What the template of a CONSTRUCT makes is left out.

    Args:
        text: A SELECT or CONSTRUCT.
        prefixes: Prefixes that it need not declare.

    Returns:
        None where it may look at any property, or any node: by a variable without VALUES, by `!`, by a path
        that may be empty, or in a way that is not read here.
    """
    found = mentioned(text, prefixes)
    return found.iris if found else None


def mentioned(text: str, prefixes: Mapping[str, str], *, joins: bool = False) -> Mentioned | None:
    """Return what a query may look at; None and the arguments are as of `mentioned_properties`.

    With `joins` a pattern may have any property, if one that is joined with it says which nodes it is about.
    """
    try:
        select = read_query(text).select
    except InputError:
        return None
    near = set[tuple[int, str, int]]()
    if not _is_closed(select.where, _by_values([select.values]), {}, near) or (near and not joins):
        return None
    query = _without_template(significant_tokens(text))
    words = {token.text.upper() for token in query}
    if sum(token.is_word("EXISTS") for token in query) > _asked(select.where):
        return None  # of the solutions: in a column, HAVING or ORDER BY
    if "BASE" in words:  # which IRIs it then mentions, the engine knows
        return None
    known = ChainMap(declared_prefixes(query), prefixes)  # type: ignore[arg-type]  # it is only read
    meant = {token.text: iri for token in query if (iri := iri_of(token, known))}
    if any(token.text == "a" for token in query):
        meant[_A] = _TYPE
    iris = frozenset(meant.values())
    types = {_A, *(text for text, iri in meant.items() if iri == _TYPE)}
    default, named = set[str](), set[str]()
    for text, in_graph in _looked_at(select.where):
        (named if in_graph else default).update([meant[text]] if text in meant else iris)
    if "FROM" in words:
        default = named = set(iris)
    if not all(name in meant for _, name, _ in near):
        return None
    joined = frozenset(Joined(end, meant[name], other) for end, name, other in near)
    return Mentioned(iris, _is_by_class(select.where, types), frozenset(default), frozenset(named), joined)


def _asked(group: Group) -> int:
    """How many EXISTS there are in a group."""
    found = 0
    for part in group.parts:
        inner = list(_groups(part))
        found += sum(map(_asked, inner))
        found += len(inner) if isinstance(part, Filter | Bind) else 0
        found += len(inner) - 1 if isinstance(part, Select) else 0
    return found


def _looked_at(group: Group, in_graph: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield each property, or variable for one, as it is written, and whether it is within GRAPH."""
    for part in group.parts:
        if isinstance(part, Pattern):
            yield from ((step.text, in_graph) for step in _steps(part.path) if step.kind == "iri")
        for inner in _groups(part):
            yield from _looked_at(inner, in_graph or isinstance(part, Named))


def _is_by_class(group: Group, types: Set[str]) -> bool:
    """Whether each pattern that may match `rdf:type`, which is written so, has a class as its object."""
    for part in group.parts:
        if isinstance(part, Pattern) and not _has_class(part, types):
            return False
        if not all(_is_by_class(inner, types) for inner in _groups(part)):
            return False
    return True


def _has_class(pattern: Pattern, types: Set[str]) -> bool:
    steps = {step.text for step in _steps(pattern.path) if step.kind == "iri"}
    if types.isdisjoint(steps) and not any(map(is_variable, steps)):
        return True
    return pattern.path.kind == "iri" and pattern.path.text in types and _is_iri(pattern.object)


def _is_iri(term: str) -> bool:
    """Whether a term of a pattern is an IRI or a CURIE: no variable, literal or triple."""
    return _IRI.match(term) is not None


def _without_template(query: list[Token]) -> list[Token]:
    for at, token in enumerate(query[:-1]):
        if token.is_word("CONSTRUCT") and query[at + 1].text == "{":
            end = closing_bracket(query, at + 1)
            return query[:at] + query[end or at :]
    return query


def _by_values(parts: Iterable[object]) -> set[str]:
    """The variables that stand for IRIs of the text by VALUES without UNDEF."""
    found = set[str]()
    for part in parts:
        if isinstance(part, Values) and "UNDEF" not in part.text.upper():
            found |= set(part.variables)
    return found


def _by_filter(parts: Iterable[object]) -> set[str]:
    """The variables that stand for IRIs of the text by FILTER and IN, which lets no other solution pass."""
    filters = (part.constraint.text for part in parts if isinstance(part, Filter))
    return {only[1] for text in filters if (only := _ONE_OF.fullmatch(text))}


def _is_closed(group: Group, joined: set[str], outside: _Ends, near: set[tuple[int, str, int]]) -> bool:
    """Whether each property in a group is in the text, or its pattern is joined with one of which it is.

    `joined` are variables that stand for such outside: solutions with other values join none there. What is
    optional or asked by EXISTS is told by the variables that are bound by then (section 18.2.2): with fewer
    statements, it would else leave one unbound that then joins, or find what is there to be missing.
    `outside` are nodes of statements there, `near` gets what a pattern of any property is joined by.
    """
    listed, filtered = _by_values(group.parts), _by_filter(group.parts)
    ends = {**outside, **_ends(group.parts)}
    for number, part in enumerate(group.parts):
        if isinstance(part, Minus) and not list(_groups(part)):
            return False
        if isinstance(part, Named) and not _has_statement(part.group):
            return False  # GRAPH ?g {} finds each graph, whatever stands in it
        if isinstance(part, Pattern) and not _is_named(part, group, joined | listed | filtered):
            found = _joined(part, ends)
            if found is None:
                return False
            near.add(found)
        match part:
            case Select() | Minus():  # whose variables are others of the same names
                passed, known = set[str](), _NONE
            case Optional() | Bind():
                passed, known = _by_values(group.parts[:number]) | filtered, _NONE
            case Filter():
                passed, known = listed | filtered, ends
            case _:
                passed, known = joined | listed | filtered, ends
        if not all(_is_closed(inner, passed, known, near) for inner in _groups(part)):
            return False
    return True


def _ends(parts: Iterable[object]) -> dict[str, tuple[str, int]]:
    """The variables at the ends of patterns of one property: each solution of a group has a value of them."""
    named = [
        part
        for part in parts
        if isinstance(part, Pattern) and part.path.kind == "iri" and not is_variable(part.path.text)
    ]
    return {
        term: (part.path.text, end)
        for part in named
        for end, term in enumerate((part.subject, part.object))
        if is_variable(term)
    }


def _joined(pattern: Pattern, ends: _Ends) -> tuple[int, str, int] | None:
    """By which end a pattern of any property is joined, with what; None where it is not."""
    if pattern.path.kind != "iri" or not is_variable(pattern.path.text):
        return None
    for end, term in enumerate((pattern.subject, pattern.object)):
        if term in ends:
            return end, *ends[term]
    return None


def _has_statement(group: Group) -> bool:
    """Whether each solution of a group has a statement in the group's graph."""
    return any(
        isinstance(part, Pattern) or (isinstance(part, Union) and all(map(_has_statement, part.groups)))
        for part in group.parts
    )


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
        case Minus(text):
            with suppress(InputError):
                yield read_query(f"SELECT * WHERE {text}").select.where
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
