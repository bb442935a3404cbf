"""One thing out of a graph: what is said of it and its parts, what points to it, names, and all evidence."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Set
from typing import NamedTuple
from urllib.parse import quote

from ogdkg.rdf.labels import LABELS
from ogdkg.rdf.statements import TYPE, Statement, join, split
from ogdkg.rdf.terms import RDF

NAMES = {f"<{iri}>" for iri in LABELS}
_SOURCE = "<http://purl.org/dc/terms/source>"
_STATEMENT = f"<{RDF}Statement>"


class Group(NamedTuple):
    """Properties that are shown together: those of a thing, and those followed back to it."""

    forwards: Set[str]
    back: Set[str]


class DescriptionBuilder:
    """Lines by what they are about and what they point to.

    `describing` holds the graphs on passages, `derived` those of rules; `groups` are the properties that are
    shown together.
    """

    def __init__(
        self,
        lines: Iterable[str],
        describing: Container[str],
        derived: Container[str] = (),
        groups: Iterable[Group] = (),
    ) -> None:
        self._derived = derived
        self._groups = [group for group in groups if TYPE not in group.forwards]  # a kind is no detail
        self._evidence: dict[str, list[str]] = {}
        self._about: dict[str, list[str]] = {}
        self._naming: dict[str, list[str]] = {}
        self._pointing: dict[str, str] = {}  # the one subject that points to a node, "" where several do
        self._graphs: set[str] = set()
        for line in lines:
            graph, subject, predicate, obj = split(line)
            self._graphs.add(graph)
            for index, node in ((self._about, subject), (self._naming, obj)):
                if node[0] != '"':
                    index.setdefault(node, []).append(line)
            if graph in describing:  # a passage's selectors are a part of its description
                self._evidence.setdefault(subject.partition("#")[0].removesuffix(">"), []).append(line)
            elif predicate != TYPE and self._pointing.setdefault(obj, subject) != subject:
                self._pointing[obj] = ""

    def things(self, namespace: str) -> list[str]:
        """The IRIs under a namespace of which something is said; graphs and parts of a thing are none."""
        begin = f"<{namespace}"
        return sorted(
            node
            for node in self._about
            if node.startswith(begin) and "#" not in node and node not in self._graphs
        )

    def of(self, thing: str) -> list[str]:
        """The lines about a thing and what belongs to it, and those that point to it; names, evidence."""
        belonging = self._belonging(thing)
        found = dict.fromkeys(line for node in belonging for line in self._about.get(node, ()))
        found.update(dict.fromkeys(self._naming.get(thing, ())))
        parts = [split(line) for line in found]
        for node in {node for statement in parts for node in (statement[1], statement[3])} - belonging:
            found.update(dict.fromkeys(self._names(node)))
        for graph in {split(line)[0] for line in found}:
            found.update(dict.fromkeys(self._evidence.get(graph[:-1], ())))
        return list(found)

    def _belonging(self, thing: str) -> set[str]:
        """A thing, what is shown in detail beside it, and what only these point to; all their blank nodes."""
        found = {thing, *self._detailed(thing)}
        found |= {subject for _, subject, _, _ in self._split(self._naming, thing) if subject[0] == "_"}
        waiting = list(found)
        while waiting:
            node = waiting.pop()
            for _, _, predicate, obj in self._split(self._about, node):
                owned = obj[0] == "_" or (predicate != TYPE and self._pointing.get(obj) == node)
                if owned and obj in self._about and obj not in found:
                    found.add(obj)
                    waiting.append(obj)
        return found

    def _detailed(self, thing: str) -> Iterator[str]:
        """The nodes linked to a thing of which the group that shows the link shows more (as `show` does)."""
        links = [(s[3], s[2], False) for s in self._split(self._about, thing) if s[0] not in self._derived]
        links += [(s[1], s[2], True) for s in self._split(self._naming, thing) if s[0] not in self._derived]
        for node, met, is_back in links:
            said = {s[2] for s in self._split(self._about, node) if s[0] not in self._derived} - {met}
            groups = (group for group in self._groups if met in (group.back if is_back else group.forwards))
            if any(said & group.forwards for group in groups):
                yield node

    @staticmethod
    def _split(index: Mapping[str, list[str]], node: str) -> Iterator[Statement]:
        return map(split, index.get(node, ()))

    def _names(self, node: str) -> list[str]:
        return [line for line in self._about.get(node, ()) if split(line)[2] in NAMES]


def file_of(thing: str, namespace: str) -> str:
    """A thing's file name without extension: its IRI after the namespace, with folders."""
    path = thing[1:-1].removeprefix(namespace)
    parts = [quote(part, safe="~") for part in path.split("/") if part]
    return "/".join(part.replace(".", "%2E") if set(part) == {"."} else part for part in parts) or "index"


def reified(lines: Iterable[str], describing: Container[str]) -> Iterator[str]:
    """The triples of lines; each that a passage states also as an rdf:Statement with the passage as source.

    `describing` holds the graphs that describe passages.
    """
    kept = list(lines)
    passages = {split(line)[1] for line in kept if split(line)[0] in describing}
    nodes: dict[tuple[str, ...], str] = {}
    for line in kept:
        graph, *triple = split(line)
        yield join(("", *triple))  # type: ignore[arg-type]  # three terms
        if graph in passages:
            node = nodes.setdefault(tuple(triple), f"_:statement{len(nodes)}")
            yield join(("", node, TYPE, _STATEMENT))
            for part, term in zip(("subject", "predicate", "object"), triple, strict=True):
                yield join(("", node, f"<{RDF}{part}>", term))
            yield join(("", node, _SOURCE, graph))
