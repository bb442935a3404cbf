"""A tiny evaluator of patterns that tells with each solution the triples it rests on, by trying them all.

Written from SPARQL 1.1, section 18, apart from what it is held against: it makes its queries and reads none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

Fact = tuple[str, str, str]
Dataset = dict[str, frozenset[Fact]]  # by graph
Solution = tuple[dict[str, str], frozenset[tuple[Fact, str | None]]]
Step = tuple[str, str, frozenset[Fact]]


@dataclass(frozen=True)
class Path:
    kind: str  # iri, ^, /, |, !, ?, *, +
    parts: tuple[Path, ...] = ()
    name: str = ""

    def __str__(self) -> str:
        if self.kind == "iri":
            return f"<urn:{self.name}>"
        inner = [str(part) if part.kind == "iri" else f"({part})" for part in self.parts]
        if self.kind == "!":
            return f"!({'|'.join(map(str, self.parts))})"
        return (
            f"^{inner[0]}"
            if self.kind == "^"
            else self.kind.join(inner)
            if self.kind in "/|"
            else inner[0] + self.kind
        )


@dataclass(frozen=True)
class Triple:
    subject: str  # a variable begins with ?
    path: Path
    object: str

    def __str__(self) -> str:
        return f"{term(self.subject)} {self.path} {term(self.object)} ."


@dataclass(frozen=True)
class Part:
    """`kind`: OPTIONAL, MINUS, UNION, GRAPH (of `name`), FILTER (`name` is a test), EXISTS or NOT EXISTS."""

    kind: str
    groups: tuple[tuple[Triple | Part, ...], ...] = ()
    name: str = ""

    def __str__(self) -> str:
        inside = [f"{{ {text(group)} }}" for group in self.groups]
        if self.kind == "UNION":
            return " UNION ".join(inside)
        if self.kind == "FILTER":
            return f"FILTER({self.name})"
        if self.kind.endswith("EXISTS"):
            return f"FILTER {self.kind} {inside[0]}"
        return f"{self.kind} {term(self.name) if self.name else ''} {inside[0]}"


Group = tuple[Triple | Part, ...]


def term(name: str) -> str:
    return name if name.startswith("?") else f"<urn:{name}>"


def text(group: Group) -> str:
    return " ".join(map(str, group))


def solve(group: Group, data: Dataset, graph: str | None = None) -> list[Solution]:
    found, tests = _joined(group, data, graph, [({}, frozenset())])
    return _filtered(found, tests, data, graph)


def _joined(
    group: Group, data: Dataset, graph: str | None, found: list[Solution]
) -> tuple[list[Solution], list[Part]]:
    tests = []
    for part in group:
        if isinstance(part, Triple):
            found = _join(found, _matches(part, data, graph))
        elif part.kind == "UNION":
            found = _join(found, [each for inner in part.groups for each in solve(inner, data, graph)])
        elif part.kind == "GRAPH":
            found = _join(found, list(_in_graphs(part, data)))
        elif part.kind == "MINUS":
            away = [binding for binding, _ in solve(part.groups[0], data, graph)]
            found = [
                each
                for each in found
                if not any(each[0].keys() & b.keys() and _agree(each[0], b) for b in away)
            ]
        elif part.kind == "OPTIONAL":
            inner, inner_tests = _joined(part.groups[0], data, graph, [({}, frozenset())])
            found = [
                each
                for one in found
                for each in (_filtered(_join([one], inner), inner_tests, data, graph) or [one])
            ]
        else:
            tests.append(part)
    return found, tests


def _filtered(found: list[Solution], tests: list[Part], data: Dataset, graph: str | None) -> list[Solution]:
    for test in tests:
        kept = []
        for binding, facts in found:
            if test.kind == "FILTER":
                kept += [(binding, facts)] if _holds(test.name, binding) else []
                continue
            there = [more for other, more in solve(test.groups[0], data, graph) if _agree(binding, other)]
            if bool(there) == (test.kind == "EXISTS"):
                kept.append((binding, facts.union(*there)))
        found = kept
    return found


def _holds(test: str, binding: dict[str, str]) -> bool:
    """`?a = <urn:n0>`, `?a != <urn:n0>`, `BOUND(?a)` or `!BOUND(?a)`."""
    if "BOUND" in test:
        return (test.rpartition("(")[2].strip(")") in binding) != test.startswith("!")
    name, sign, value = test.split(" ")
    return name in binding and (term(binding[name]) == value) == (sign == "=")


def _in_graphs(part: Part, data: Dataset) -> Iterator[Solution]:
    for name in sorted(data):
        if part.name.startswith("?"):
            yield from _join([({part.name: name}, frozenset())], solve(part.groups[0], data, name))
        elif part.name == name:
            yield from solve(part.groups[0], data, name)


def _agree(one: dict[str, str], other: dict[str, str]) -> bool:
    return all(one[name] == other[name] for name in one.keys() & other.keys())


def _join(some: list[Solution], others: list[Solution]) -> list[Solution]:
    return [
        (one | other, facts | more)
        for (one, facts), (other, more) in product(some, others)
        if _agree(one, other)
    ]


def _matches(pattern: Triple, data: Dataset, graph: str | None) -> list[Solution]:
    facts = data[graph] if graph else frozenset().union(*data.values())
    nodes = {end for fact in facts for end in (fact[0], fact[2])}
    nodes |= {end for end in (pattern.subject, pattern.object) if not end.startswith("?")}
    found = []
    for start, end, used in _ways(pattern.path, facts, nodes):
        binding: dict[str, str] = {}
        fits = all(
            binding.setdefault(name, node) == node if name.startswith("?") else name == node
            for name, node in ((pattern.subject, start), (pattern.object, end))
        )
        if fits:
            found.append((binding, frozenset((fact, graph) for fact in used)))
    return found


def _ways(path: Path, facts: frozenset[Fact], nodes: set[str]) -> list[Step]:
    """From where to where a path leads, with the triples on the way; a repeated path's ways go together."""
    if path.kind == "iri":
        return [(s, o, frozenset({(s, p, o)})) for s, p, o in facts if p == path.name]
    if path.kind == "!":
        forth = [part.name for part in path.parts if part.kind == "iri"]
        back = [part.parts[0].name for part in path.parts if part.kind == "^"]
        found = [(s, o, frozenset({(s, p, o)})) for s, p, o in facts if forth and p not in forth]
        return found + [(o, s, frozenset({(s, p, o)})) for s, p, o in facts if back and p not in back]
    inner = [_ways(part, facts, nodes) for part in path.parts]
    if path.kind == "^":
        return [(end, start, used) for start, end, used in inner[0]]
    if path.kind == "|":
        return [each for part in inner for each in part]
    if path.kind == "/":
        found = inner[0]
        for part in inner[1:]:
            found = [(a, d, used | more) for (a, b, used), (c, d, more) in product(found, part) if b == c]
        return found
    none = [(node, node, frozenset[Fact]()) for node in sorted(nodes)] if path.kind in "?*" else []
    return none + (inner[0] if path.kind == "?" else _repeated(inner[0], nodes))


def _repeated(steps: list[Step], nodes: set[str]) -> list[Step]:
    """All pairs that some steps join, with every step that lies between."""
    reach = {(node, node) for node in nodes} | {(start, end) for start, end, _ in steps}
    reach |= {(end, end) for start, end, _ in steps} | {(start, start) for start, end, _ in steps}
    while new := {(a, d) for (a, b), (c, d) in product(reach, reach) if b == c} - reach:
        reach |= new
    return [
        (start, end, used)
        for start, end in reach
        for one, other, used in steps
        if (start, one) in reach and (other, end) in reach
    ]
