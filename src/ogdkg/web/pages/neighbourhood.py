"""The things next to one as a small drawing: a tree of two levels, whose names are links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice, zip_longest
from typing import NamedTuple

from ogdkg.evidence.citations import Citations
from ogdkg.evidence.show import BACK, LINKS, Line, Value
from ogdkg.rdf.labels import LABELS
from ogdkg.rdf.terms import RDF, Iri
from ogdkg.web.pages.addresses import Addresses

_MOST = 6  # things next to it
_MOST_SECOND = 3  # things next to one of these
_LONGEST, _LONGEST_SECOND = 30, 28  # letters of a name
_ROOT_X, _X, _SECOND_X = 14, 96, 120
_STEP, _SECOND_STEP, _AFTER = 52, 27, 10
_TYPE = Iri(RDF + "type")
_LEFT_OUT = {_TYPE, *map(Iri, LABELS)}


class Node(NamedTuple):
    """A thing in the drawing: where it stands, how it is linked, and whether it is of the second level."""

    name: str
    short: str
    address: str
    x: int
    y: int
    how: str
    path: str
    is_second: bool


class Neighbourhood(NamedTuple):
    """The drawing: its things, its height, and where the thing itself stands."""

    nodes: tuple[Node, ...]
    height: int
    root: tuple[int, int]


class _Near(NamedTuple):
    """A thing next to another, by a property, with how many values this property has."""

    iri: Iri
    name: str
    how: str
    values: int


def neighbourhood(
    thing: Iri,
    groups: Iterable[tuple[str, tuple[Line, ...]]],
    citations: Citations,
    at: Addresses,
    has_page: Callable[[Iri], bool],
) -> Neighbourhood | None:
    """Return the drawing of what is next to a thing; None where there is too little.

    Args:
        thing: The thing.
        groups: The groups of its properties, in the order of the shapes.
        citations: What is said of the things next to it.
        at: The addresses of the server.
        has_page: Whether something is said of an IRI.
    """
    lines = [(name == LINKS, line) for name, lines in groups for line in lines]
    derived = citations.derived_graphs

    def is_shown(value: Value) -> bool:
        is_derived = bool(value.citations) and all(each.graph in derived for each in value.citations)
        is_part = isinstance(value.term, Iri) and value.term.value.startswith(f"{thing.value}#")
        return not is_derived and not is_part and isinstance(value.term, Iri) and has_page(value.term)

    own = _chosen((line for is_link, line in lines if not is_link), is_shown, {thing})
    found = own + _chosen((line for is_link, line in lines if is_link), is_shown, {thing, *_iris(own)})
    found = found[:_MOST]
    if len(found) < 2:
        return None
    known = {thing, *_iris(found)}
    seconds = {each.iri: _second(each.iri, known, citations, has_page) for each in found}
    parent = max(found, key=lambda each: len(seconds[each.iri])).iri
    return _drawn(found, parent, seconds[parent], at)


def _iris(found: Iterable[_Near]) -> set[Iri]:
    return {each.iri for each in found}


def _chosen(lines: Iterable[Line], is_shown: Callable[[Value], bool], known: set[Iri]) -> list[_Near]:
    """The first value of each property, then the second of each, and so on."""
    columns = []
    for line in lines:
        if line.steps and line.steps[0].predicate in _LEFT_OUT:
            continue
        near = [
            _Near(each.term, each.text, line.name.removeprefix(BACK), len(line.values))
            for each in line.values[: 4 * _MOST]
            if isinstance(each.term, Iri) and each.term not in known and is_shown(each)
        ]
        columns.append(near[:_MOST])
    found: dict[Iri, _Near] = {}
    for row in zip_longest(*columns):
        for each in row:
            if each and len(found) < _MOST:
                found.setdefault(each.iri, each)
    return list(found.values())


def _second(
    iri: Iri, known: set[Iri], citations: Citations, has_page: Callable[[Iri], bool]
) -> list[tuple[Iri, str]]:
    said = islice(citations.statements_about(iri), 100)
    values = dict.fromkeys(each.triple.object for each in said if each.triple.predicate not in _LEFT_OUT)
    fit = (each for each in values if isinstance(each, Iri) and each not in known and has_page(each))
    named = ((each, name) for each in fit if (name := citations.names.label(each)))
    return list(islice(named, _MOST_SECOND))


def _drawn(found: list[_Near], parent: Iri, second: list[tuple[Iri, str]], at: Addresses) -> Neighbourhood:
    height = _STEP * len(found) + (_SECOND_STEP * len(second) + _AFTER if second else 0)
    root = (_ROOT_X, height // 2)
    drawn = Counter((each.how, each.values) for each in found)
    nodes, y = [], 18
    for each in found:
        middle = (root[0] + _X) // 2
        path = f"M{root[0]} {root[1]}C{middle} {root[1]} {middle} {y} {_X} {y}"
        more = each.values - drawn[each.how, each.values]
        how = f"{each.how}, and {more} more" if more > 0 else each.how
        nodes.append(
            Node(each.name, _cut(each.name, _LONGEST), at.of(each.iri.value), _X, y, how, path, False)
        )
        y += _STEP
        above = y - _STEP
        for other, name in second if each.iri == parent else ():
            path = f"M{_X} {above}V{y}H{_SECOND_X}"
            nodes.append(
                Node(name, _cut(name, _LONGEST_SECOND), at.of(other.value), _SECOND_X, y, "", path, True)
            )
            above, y = y, y + _SECOND_STEP
        y += _AFTER if second and each.iri == parent else 0
    return Neighbourhood(tuple(nodes), height, root)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
