"""One thing out of a graph: what is said of it, what points to it, names, and the evidence for all."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from urllib.parse import quote

from ogdkg.statements import TYPE, join, split
from ogdkg.terms import RDF, RDFS, SKOS

NAMES = {
    f"<{iri}>"
    for iri in (
        SKOS + "prefLabel",
        RDFS + "label",
        "https://schema.org/name",
        "http://xmlns.com/foaf/0.1/name",
        "http://purl.org/dc/terms/title",
    )
}
_SOURCE = "<http://purl.org/dc/terms/source>"
_STATEMENT = f"<{RDF}Statement>"


class Surroundings:
    """Lines by what they are about and what they point to; `describing` holds the graphs on passages."""

    def __init__(self, lines: Iterable[str], describing: Container[str]) -> None:
        self._evidence: dict[str, list[str]] = {}
        self._about: dict[str, list[str]] = {}
        self._naming: dict[str, list[str]] = {}
        self._graphs: set[str] = set()
        for line in lines:
            graph, subject, _, obj = split(line)
            self._graphs.add(graph)
            for index, node in ((self._about, subject), (self._naming, obj)):
                if node[0] != '"':
                    index.setdefault(node, []).append(line)
            if graph in describing:  # a passage's selectors are a part of its description
                self._evidence.setdefault(subject.partition("#")[0].removesuffix(">"), []).append(line)

    def things(self, namespace: str) -> list[str]:
        """The IRIs under a namespace of which something is said; graphs and parts of a thing are none."""
        begin = f"<{namespace}"
        return sorted(
            node
            for node in self._about
            if node.startswith(begin) and "#" not in node and node not in self._graphs
        )

    def of(self, thing: str) -> list[str]:
        """The lines about a thing and those that point to it, with the names and evidence they call for."""
        found = dict.fromkeys([*self._about.get(thing, ()), *self._naming.get(thing, ())])
        parts = [split(line) for line in found]
        for node in {node for statement in parts for node in (statement[1], statement[3])} - {thing}:
            found.update(dict.fromkeys(self._names(node)))
            if node.startswith("_:"):
                found.update(dict.fromkeys(self._about.get(node, ())))
        for graph in {split(line)[0] for line in found}:
            found.update(dict.fromkeys(self._evidence.get(graph[:-1], ())))
        return list(found)

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
