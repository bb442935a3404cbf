"""Finds the blank nodes that Turtle can write nested, as `[ … ]` or `( … )`."""

from __future__ import annotations

from collections.abc import Iterable

from ogdkg.rdf.statements import Statement, is_triple_term, nodes_of
from ogdkg.rdf.terms import RDF

FIRST, REST, NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"


class Nesting:
    """The blank nodes of a document that need no label.

    Attributes:
        inside: The nodes that are objects of exactly one statement, in the same graph and in no cycle, with
            their own statements.
        empty: The nodes that are no subjects.
        unmentioned: The subjects that are no objects.
    """

    def __init__(self, statements: list[Statement]) -> None:
        self.inside: dict[str, list[Statement]] = {}
        self.empty: set[str] = set()
        self.unmentioned: set[str] = set()
        outgoing: dict[str, list[Statement]] = {}
        mentions: dict[str, list[Statement]] = {}
        names: set[str] = set()
        for statement in statements:
            graph, subject, _, obj = statement
            if subject[0] == "_":
                outgoing.setdefault(subject, []).append(statement)
            if obj[0] == "_":
                mentions.setdefault(obj, []).append(statement)
            if is_triple_term(obj):  # in which a node has its label
                names.update(node for node in nodes_of(obj) if node[0] == "_")
            if graph[:1] == "_":
                names.add(graph)
        for node in (outgoing.keys() | mentions.keys()) - names:
            self._place(node, outgoing.get(node, []), mentions.get(node, []))
        for node in _in_cycles(self.inside, mentions):
            del self.inside[node]
        self._cells = _cells(self.inside, mentions)

    def _place(self, node: str, statements: list[Statement], mentions: list[Statement]) -> None:
        if len(mentions) > 1 or len({graph for graph, *_ in (*statements, *mentions)}) > 1:
            return
        if not mentions:
            self.unmentioned.add(node)
        elif statements:
            self.inside[node] = statements
        else:
            self.empty.add(node)

    def items(self, node: str) -> list[str] | None:
        """Return the items of the list at a node; None if it is not a list, or more than one."""
        if node not in self._cells:
            return None
        found = []
        while node != NIL:
            item, node = self._cells[node]
            found.append(item)
        return found

    def unspoken(self, statements: Iterable[Statement]) -> set[str]:
        """Return the list vocabulary that is not written when all lists are in brackets."""
        if not self._cells:
            return {NIL}
        spoken = any(s[2] in (FIRST, REST) and s[1] not in self._cells for s in statements)
        return {NIL} if spoken else {FIRST, REST, NIL}


def _cells(
    inside: dict[str, list[Statement]], mentions: dict[str, list[Statement]]
) -> dict[str, tuple[str, str]]:
    """Return item and rest of each cell of a well-formed list."""
    found: dict[str, tuple[str, str]] = {}
    pairs = {node: pair for node, statements in inside.items() if (pair := _pair(statements))}
    for last in [node for node, (_, rest) in pairs.items() if rest == NIL]:
        node = last
        while node in pairs and node not in found:
            found[node] = pairs[node]
            _, owner, predicate, _ = mentions[node][0]
            if predicate != REST:
                break
            node = owner
    return found


def _pair(statements: list[Statement]) -> tuple[str, str] | None:
    """Return item and rest of a node without other statements."""
    parts = {predicate: obj for _, _, predicate, obj in statements}
    return (parts[FIRST], parts[REST]) if len(statements) == 2 and parts.keys() == {FIRST, REST} else None


def _in_cycles(inside: dict[str, list[Statement]], mentions: dict[str, list[Statement]]) -> set[str]:
    """Return the nodes in cycles."""
    cycles: set[str] = set()
    done: set[str] = set()
    for start in inside:
        trail: dict[str, None] = {}
        node = start
        while node in inside and node not in done and node not in trail:
            trail[node] = None
            node = mentions[node][0][1]
        if node in trail:
            way = list(trail)
            cycles.update(way[way.index(node) :])
        done.update(trail)
    return cycles
