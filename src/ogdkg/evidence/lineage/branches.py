"""A query as several simpler ones that together have its solutions: one for each way through its UNIONs.

Virtuoso refuses some queries with several UNIONs, or errs; one by one it answers them well.
"""

from __future__ import annotations

from itertools import product

from ogdkg.sparql.tree import Group, Part, Path, Pattern, Query, Union

_MOST = 200  # queries


def branches_of(query: Query) -> list[Query]:
    """Return the queries whose solutions together are those of a query; itself where they are too many."""
    ways = _ways(query.select.where)
    if len(ways) > _MOST:
        return [query]
    return [query._replace(select=query.select._replace(where=Group(way))) for way in ways]


def _ways(group: Group) -> list[tuple[Part, ...]]:
    """Return each way through the alternatives of a group, as parts without them."""
    found: list[tuple[Part, ...]] = [()]
    for part in group.parts:
        ways = _alternatives(part)
        found = [(*before, *way) for before, way in product(found, ways)]
        if len(found) > _MOST:
            break
    return found


def _alternatives(part: Part) -> list[tuple[Part, ...]]:
    if isinstance(part, Union):
        return [_apart(way) for group in part.groups for way in _ways(group)]
    if isinstance(part, Pattern):
        return [(way,) for way in _steps(part)]
    return [(part,)]


def _apart(way: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return a way as a part of the group around it: a filter or BIND sees no more than it did before."""
    return way if all(isinstance(part, Pattern) for part in way) else (Union((Group(way),)),)


def _steps(pattern: Pattern) -> list[Pattern]:
    """Return a pattern for each alternative of its path: outermost, or in a sequence."""
    path = pattern.path
    if path.kind == "|":
        return [way for each in path.parts for way in _steps(pattern._replace(path=each))]
    if path.kind == "/":
        steps = [[each.path for each in _steps(pattern._replace(path=part))] for part in path.parts]
        ways = product(*steps)
        return [pattern._replace(path=Path("/", "/".join(_text(each) for each in way), way)) for way in ways]
    return [pattern]


def _text(path: Path) -> str:
    return path.text if path.kind in ("iri", "^", "?", "*", "+") else f"({path.text})"
