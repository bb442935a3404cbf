"""Concise bounded descriptions: a thing with its parts, the links to it, the labels and the evidence."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterable, Iterator, Set
from typing import NamedTuple
from urllib.parse import quote

from ogdkg.rdf.labels import LABELS
from ogdkg.rdf.statements import TYPE, Statement, join, split
from ogdkg.rdf.terms import DCTERMS, PROV, RDF

NAMES = {f"<{iri}>" for iri in LABELS}
_SOURCE = f"<{DCTERMS}source>"
_STATEMENT = f"<{RDF}Statement>"
_DERIVED_FROM = f"<{PROV}wasDerivedFrom>"


class Group(NamedTuple):
    """A group of properties in a display: those of the thing, and inverse ones."""

    forward: Set[str]
    inverse: Set[str]


class Descriptions(ABC):
    """Builds the description of one thing at a time; subclasses say where its statements come from.

    Args:
        derived: The graphs of rules.
        groups: The properties that are displayed together.
        most_parts: How many parts of a thing are followed.
    """

    def __init__(
        self, derived: Container[str] = (), groups: Iterable[Group] = (), most_parts: int | None = None
    ) -> None:
        self._derived = derived
        self._groups = [group for group in groups if TYPE not in group.forward]  # a class is no detail
        self._most_parts = most_parts

    @abstractmethod
    def about(self, node: str) -> Iterable[Statement]:
        """Return the statements with a node as subject."""

    @abstractmethod
    def incoming(self, node: str) -> Iterable[Statement]:
        """Return the statements with a node as object."""

    @abstractmethod
    def parent(self, node: str) -> str:
        """Return the only subject that links to a node other than as its class; "" if there is none such."""

    @abstractmethod
    def evidence(self, graph: str) -> Iterable[Statement]:
        """Return the statements that describe a passage or reading and its selectors."""

    def of(self, thing: str) -> list[str]:
        """Return the description of a thing as lines of N-Quads."""
        return list(map(join, self.statements(thing)))

    def statements(self, thing: str) -> list[Statement]:
        """Return what is said of a thing and its parts, the links to it, and their labels and evidence."""
        parts = self._parts(thing)
        found = dict.fromkeys(each for node in parts for each in self.about(node))
        found.update(dict.fromkeys(self.incoming(thing)))
        for node in {node for _, subject, _, obj in found for node in (subject, obj)} - parts:
            found.update(dict.fromkeys(self.labels(node)))
        for graph in {each[0] for each in found}:
            found.update(dict.fromkeys(self._evidence_of(graph)))
        return list(found)

    def labels(self, node: str) -> Iterable[Statement]:
        """Return the statements that name a node."""
        return [each for each in self.about(node) if each[2] in NAMES]

    def _evidence_of(self, graph: str) -> Iterator[Statement]:
        """Yield what describes the passage of a graph, and the reading of it that the graph is."""
        for each in self.evidence(graph):
            yield each
            _, _, predicate, obj = each
            if predicate == _DERIVED_FROM:
                yield from self.evidence(obj)

    def _parts(self, thing: str) -> set[str]:
        """Return a thing, its details, and the nodes that only these link to; all with their blank nodes."""
        parts = {thing, *self._details(thing)}
        parts |= {subject for _, subject, _, _ in self.incoming(thing) if subject[0] == "_"}
        waiting = list(parts)
        while waiting and (self._most_parts is None or len(parts) < self._most_parts):
            node = waiting.pop()
            for _, _, predicate, obj in self.about(node):
                owned = obj[0] == "_" or (predicate != TYPE and self.parent(obj) == node)
                if owned and obj not in parts and any(True for _ in self.about(obj)):
                    parts.add(obj)
                    waiting.append(obj)
        return parts

    def _details(self, thing: str) -> Iterator[str]:
        """Yield the linked nodes whose other properties are displayed in the group of the link."""
        links = [(s[3], s[2], False) for s in self.about(thing) if s[0] not in self._derived]
        links += [(s[1], s[2], True) for s in self.incoming(thing) if s[0] not in self._derived]
        for node, link, is_inverse in links:
            groups = [g for g in self._groups if link in (g.inverse if is_inverse else g.forward)]
            if not groups:
                continue
            others = {s[2] for s in self.about(node) if s[0] not in self._derived} - {link}
            if any(others & group.forward for group in groups):
                yield node


class DescriptionBuilder(Descriptions):
    """Descriptions from the lines of a graph, which it indexes.

    Args:
        lines: The lines of N-Quads to choose from.
        passage_graphs: The graphs that describe passages.
        derived: The graphs of rules.
        groups: The properties that are displayed together.
    """

    def __init__(
        self,
        lines: Iterable[str],
        passage_graphs: Container[str],
        derived: Container[str] = (),
        groups: Iterable[Group] = (),
    ) -> None:
        super().__init__(derived, groups)
        self._evidence: dict[str, list[str]] = {}
        self._about: dict[str, list[str]] = {}
        self._incoming: dict[str, list[str]] = {}
        self._parent: dict[str, str] = {}  # the only subject that links to a node, "" if there are several
        self._graphs: set[str] = set()
        for line in lines:
            graph, subject, predicate, obj = split(line)
            self._graphs.add(graph)
            for index, node in ((self._about, subject), (self._incoming, obj)):
                if node[0] != '"':
                    index.setdefault(node, []).append(line)
            if graph in passage_graphs:  # the selectors of a passage belong to its description
                self._evidence.setdefault(subject.partition("#")[0].removesuffix(">"), []).append(line)
            elif predicate != TYPE and self._parent.setdefault(obj, subject) != subject:
                self._parent[obj] = ""

    def things(self, namespace: str) -> list[str]:
        """Return the subjects under a namespace, without graphs and the parts of things (`#`)."""
        start = f"<{namespace}"
        return sorted(
            node
            for node in self._about
            if node.startswith(start) and "#" not in node and node not in self._graphs
        )

    def about(self, node: str) -> Iterable[Statement]:
        """Return the indexed lines with a node as subject."""
        return list(map(split, self._about.get(node, ())))

    def incoming(self, node: str) -> Iterable[Statement]:
        """Return the indexed lines with a node as object."""
        return list(map(split, self._incoming.get(node, ())))

    def parent(self, node: str) -> str:
        """Return the only subject that links to a node other than as its class; "" if there is none such."""
        return self._parent.get(node, "")

    def evidence(self, graph: str) -> Iterable[Statement]:
        """Return the lines of a passage, and of what has its IRI with a fragment: the selectors."""
        return list(map(split, self._evidence.get(graph[:-1], ())))


def file_of(thing: str, namespace: str) -> str:
    """Return a thing's file name without extension: its IRI without the namespace; `/` makes folders."""
    path = thing[1:-1].removeprefix(namespace)
    parts = [quote(part, safe="~") for part in path.split("/") if part]
    return "/".join(part.replace(".", "%2E") if set(part) == {"."} else part for part in parts) or "index"


def reified(statements: Iterable[Statement], passage_graphs: Container[str]) -> Iterator[Statement]:
    """Yield the triples of statements, those in a passage's graph also as rdf:Statements with their source.

    Args:
        statements: The statements.
        passage_graphs: The graphs that describe passages.
    """
    quads = list(statements)
    passages = {subject for graph, subject, _, _ in quads if graph in passage_graphs}
    nodes: dict[tuple[str, ...], str] = {}
    for graph, *triple in quads:
        yield "", *triple  # type: ignore[misc]  # three terms
        if graph in passages:
            node = nodes.setdefault(tuple(triple), f"_:statement{len(nodes)}")
            yield "", node, TYPE, _STATEMENT
            for part, term in zip(("subject", "predicate", "object"), triple, strict=True):
                yield "", node, f"<{RDF}{part}>", term
            yield "", node, _SOURCE, graph
