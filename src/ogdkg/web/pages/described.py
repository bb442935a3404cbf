"""The description of one resource from a store: bounded, in pages where much is said of it.

What is said of the resource, of its fragments (`…#part`), and the links to it form one sequence, which is cut
into pages. To each page belong the parts, names and evidence of what stands on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple, TypeVar, cast

from ogdkg.evidence.citations import Citations, Statement
from ogdkg.exchange.cbd import NAMES, Descriptions
from ogdkg.exchange.export import displayed_groups, passage_graphs
from ogdkg.graph.graph import Graph
from ogdkg.rdf.retired import REPLACED_BY, is_retired
from ogdkg.rdf.statements import TYPE, statement_of, term_of, to_nquads
from ogdkg.rdf.statements import Statement as Spelled
from ogdkg.rdf.terms import Blank, Iri, Literal, Quad, Row, Subject, Term, to_ntriples
from ogdkg.store.base import MatchingStore
from ogdkg.web.pages.snapshot import Snapshot

T = TypeVar("T")
PAGE = 500  # statements of a page
_MOST_PARTS = 1_000  # nodes that only the resource links to, and their blank nodes
_MOST_LOOKED_AT = 1_000  # links to a node, to see whether it has one parent
_REPLACED_BY = Iri(REPLACED_BY)
_MOST_SUCCESSORS = 100
_MOST_KEPT = 50_000  # nodes of which lines are kept
_TOGETHER = 100  # nodes whose names are asked for by one query
_FRAGMENTS = """
DISTINCT ?node { ?node ?p ?o FILTER(ISIRI(?node) && CONTAINS(STR(?node), "#")) } ORDER BY ?node
"""


class Pattern(NamedTuple):
    """A triple pattern: its terms and its graph, None for any."""

    subject: Subject | None = None
    predicate: Iri | None = None
    object: Term | None = None
    graph: Iri | None = None

    def everywhere(self) -> str:
        """The pattern in SPARQL: in each named graph, and for what stands in none."""
        terms = zip(self[:3], "spo", strict=True)
        triple = " ".join(to_ntriples(term) if term else f"?{name}" for term, name in terms)
        if self.graph:
            graph = to_ntriples(self.graph)
            return f"GRAPH {graph} {{ {triple} }} BIND({graph} AS ?g)"
        unnamed = f"{triple} FILTER NOT EXISTS {{ GRAPH ?h {{ {triple} }} }}"
        return f"{{ GRAPH ?g {{ {triple} }} }} UNION {{ {unnamed} }}"


class Part(NamedTuple):
    """A part of the sequence of statements: a pattern, and how many statements fit it."""

    pattern: Pattern
    size: int


class Resources:
    """Finds what a graph says of resources.

    Args:
        graph: The graph; its store may change no more.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.groups = list(displayed_groups(graph.project))
        self.derived = frozenset(map(to_ntriples, graph.project.derived_graphs))
        self._kept: dict[tuple[str, str], Any] = {}
        self.snapshot: Snapshot | None = None

    def read_all(self) -> None:
        """Read all statements into memory, for the pages of all resources; not those of a store on disk."""
        if self.is_near and not self.graph.stored:
            self.snapshot = Snapshot(self.graph.store.quads())

    def kept(self, what: str, node: str, make: Callable[[str], T]) -> T:
        """Return what is made of a node, and kept for other pages: few nodes stand on most of them."""
        if self.graph.options.endpoint:
            return make(node)
        if (what, node) not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[what, node] = make(node)
        found: T = self._kept[what, node]
        return found

    @cached_property
    def passages(self) -> frozenset[str]:
        """The graphs that describe passages."""
        return frozenset(passage_graphs(self.graph))

    @cached_property
    def fragments(self) -> Mapping[str, tuple[Iri, ...]]:
        """The described nodes `…#part` by the IRI before the `#`; none where it takes long to find them."""
        found: dict[str, list[Iri]] = {}
        if not self.graph.is_in_memory:
            return {}
        for (node,) in self._select(_FRAGMENTS):
            if isinstance(node, Iri):
                found.setdefault(node.value.partition("#")[0], []).append(node)
        return {iri: tuple(nodes) for iri, nodes in found.items()}

    @property
    def is_near(self) -> bool:
        """Whether statements are found one after another in no time, and not by a query to a server each."""
        return hasattr(self.graph.store, "matching")

    def names_of(self, nodes: Iterable[Iri]) -> Iterator[Quad]:
        """Iterate the quads that name some nodes, asked for together."""
        left, names = iter(nodes), " ".join(sorted(NAMES))
        while some := " ".join(map(to_ntriples, islice(left, _TOGETHER))):
            where = f"VALUES ?s {{ {some} }} VALUES ?p {{ {names} }} GRAPH ?g {{ ?s ?p ?o }}"
            for row in self._select(f"?s ?p ?o ?g {{ {where} }}"):
                yield Quad(*row)  # type: ignore[arg-type]  # each in its place

    def matching(
        self, subject: Subject | None = None, predicate: Iri | None = None, obj: Term | None = None
    ) -> Iterator[Quad]:
        """Iterate the quads with these terms; none of a blank node that the store cannot find."""
        if (found := self._in_snapshot(Pattern(subject, predicate, obj))) is not None:
            return iter(found)
        if self.is_near:
            return cast(MatchingStore, self.graph.store).matching(subject, predicate, obj)
        if isinstance(subject, Blank) or isinstance(obj, Blank):
            return iter(())
        return self.statements(Pattern(subject, predicate, obj))

    def statements(self, pattern: Pattern, start: int = 0, most: int = 0) -> Iterator[Quad]:
        """Iterate the quads of a pattern, from one on."""
        if (found := self._in_snapshot(pattern)) is not None:
            yield from found[start : start + most] if most else found
            return
        span = f" OFFSET {start} LIMIT {most}" if most else ""
        for row in self._select(f"?s ?p ?o ?g {{ {pattern.everywhere()} }}{span}"):
            terms = (term or found for term, found in zip(pattern, row, strict=True))
            yield Quad(*terms)  # type: ignore[arg-type]  # each in its place

    def statement(self, quad: Quad) -> Spelled:
        """Return the terms of a quad in N-Triples syntax."""
        return self.snapshot.statement(quad) if self.snapshot else statement_of(quad)

    def about(self, node: str) -> Sequence[Spelled]:
        """Return the first statements about a node, as a page takes them, all in N-Triples syntax."""
        if self.snapshot:
            return self.snapshot.statements_about(node)[:PAGE]
        return list(map(statement_of, islice(self.matching(cast(Subject, term_of(node))), PAGE)))

    def count(self, pattern: Pattern) -> int:
        """Return how many quads fit a pattern."""
        if (found := self._in_snapshot(pattern)) is not None:
            return len(found)
        ((number,),) = self._select(f"(COUNT(*) AS ?n) {{ {pattern.everywhere()} }}")
        return int(number.value) if isinstance(number, Literal) else 0

    def _in_snapshot(self, pattern: Pattern) -> Sequence[Quad] | None:
        """The quads of a pattern, where all are in memory and it names a subject, or an object alone."""
        subject, predicate, obj, graph = pattern
        if self.snapshot is None or graph is not None:
            return None
        if subject is not None and obj is None:
            found = self.snapshot.about(subject)
            return [each for each in found if each.predicate == predicate] if predicate else found
        return self.snapshot.links(obj) if obj is not None and subject is predicate is None else None

    def _select(self, query: str) -> Iterator[Row]:
        return self.graph.select(f"SELECT {query}", limited=False)

    def knows(self, iri: Iri) -> bool:
        """Whether the graph holds an IRI, in any place of a statement or as the name of a graph."""
        if self.snapshot and (self.snapshot.about(iri) or self.snapshot.links(iri)):
            return True
        term = to_ntriples(iri)
        where = f"{{ {term} ?p ?o }} UNION {{ ?s ?p {term} }} UNION {{ GRAPH {term} {{ ?s ?p ?o }} }}"
        return iri.value in self.fragments or bool(
            self.graph.store.query(f"ASK {{ {where} UNION {{ ?s {term} ?o }} }}")
        )

    def parts(self, iri: Iri) -> list[Part]:
        """Return what is said of a resource: of itself, its fragments, the links to it.

        Where nothing is: what stands in the graph of this name, or where a property is used.
        """
        nodes = (iri, *self.fragments.get(iri.value, ()))
        patterns = [*map(Pattern, nodes), Pattern(object=iri)]
        found = [Part(pattern, self.count(pattern)) for pattern in patterns]
        for other in (Pattern(graph=iri), Pattern(predicate=iri)):
            if not any(part.size for part in found):
                found = [Part(other, self.count(other))]
        return [part for part in found if part.size]

    def successors(self, iri: Iri) -> list[Iri] | None:
        """Return what has replaced a retired resource, at the end of the chain; None if it is not retired.

        A resource is retired if all that is said of it is what replaces it and that it is deprecated.
        """
        if not self._is_retired(iri):
            return None
        found: list[Iri] = []
        waiting, seen = [iri], {iri}
        while waiting and len(seen) < _MOST_SUCCESSORS:
            for quad in islice(self.matching(waiting.pop(), _REPLACED_BY), _MOST_SUCCESSORS):
                successor = quad.object
                if isinstance(successor, Iri) and successor not in seen:
                    seen.add(successor)
                    (waiting if self._is_retired(successor) else found).append(successor)
        return sorted(found, key=str)

    def _is_retired(self, iri: Iri) -> bool:
        return is_retired({quad.predicate.value for quad in islice(self.matching(iri), 10)})


class Page(Descriptions):
    """A page of the description of a resource.

    Args:
        resources: Where it is described.
        iri: The resource.
        number: The page, from 1.

    Attributes:
        resources: Where it is described.
        iri: The resource.
        number: The page.
        count: The number of statements on all pages.
    """

    def __init__(self, resources: Resources, iri: Iri, number: int = 1) -> None:
        super().__init__(resources.derived, resources.groups, _MOST_PARTS)
        self.resources = resources
        self.iri, self.number = iri, number
        self._sequence = resources.parts(iri)
        self.count = sum(part.size for part in self._sequence)
        self._known: dict[str, Sequence[Spelled]] = {}

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(-(-self.count // PAGE), 1)

    @cached_property
    def quads(self) -> list[Quad]:
        """The statements of the page."""
        found: list[Quad] = []
        start = (self.number - 1) * PAGE
        for part in self._sequence:
            most = PAGE - len(found)
            if most and start < part.size:
                found += self.resources.statements(part.pattern, start, most)
            start = max(start - part.size, 0)
        return sorted(found, key=self._place)

    def _place(self, quad: Quad) -> str:
        """What rules derive comes last, in the same order each time; the rest stays as the files have it."""
        is_derived = quad.graph is not None and to_ntriples(quad.graph) in self.resources.derived
        return to_nquads(quad) if is_derived else ""

    @cached_property
    def _own(self) -> list[Spelled]:
        """The statements of the page, their terms in N-Triples syntax."""
        return list(map(self.resources.statement, self.quads))

    @cached_property
    def description(self) -> list[Spelled]:
        """The page with parts, names and evidence; from a server without parts and evidence."""
        if not self.resources.is_near:
            terms = (term for quad in self.quads for term in (quad.subject, quad.predicate, quad.object))
            nodes = dict.fromkeys(term for term in terms if isinstance(term, Iri))
            names = map(self.resources.statement, self.resources.names_of(nodes))
            return list(dict.fromkeys((*self._own, *names)))
        return list(dict.fromkeys((*self._own, *self.statements(to_ntriples(self.iri)))))

    def describes(self, iri: Iri) -> bool:
        """Whether something is said of an IRI, so that it has a page."""
        return self.resources.is_near and any(True for _ in islice(self.resources.matching(iri), 1))

    @cached_property
    def _stated(self) -> Mapping[str, list[Spelled]]:
        found: dict[str, list[Spelled]] = {}
        for each in self._own:
            found.setdefault(each[1], []).append(each)
        return found

    def about(self, node: str) -> Iterable[Spelled]:
        """Return the statements about a node: those of the page for its own thing and the parts of that."""
        if node[0] == '"' or node.startswith("<<"):
            return ()
        own = to_ntriples(self.iri)
        if node == own or node.startswith(own[:-1] + "#"):
            return self._stated.get(node, ())
        if node not in self._known:
            self._known[node] = self.resources.about(node)
        return self._known[node]

    def incoming(self, node: str) -> Iterable[Spelled]:
        """Return the statements of the page with a node as object."""
        return [each for each in self._own if each[3] == node]

    def parent(self, node: str) -> str:
        """Return the only subject that links to an IRI other than as its class; "" if there is none such."""
        if node[0] != "<" or node.startswith("<<"):
            return ""
        return self.resources.kept("parent", node, self._parent)

    def _parent(self, node: str) -> str:
        found = set()
        for quad in islice(self.resources.matching(obj=term_of(node)), _MOST_LOOKED_AT):
            graph = to_ntriples(quad.graph) if quad.graph else ""
            if graph not in self.resources.passages and to_ntriples(quad.predicate) != TYPE:
                found.add(to_ntriples(quad.subject))
            if len(found) > 1:
                return ""
        return next(iter(found), "")

    def evidence(self, graph: str) -> Iterable[Spelled]:
        """Return the statements of a passage and its selectors, which pages share."""
        return self.resources.kept("evidence", graph, lambda each: list(self._evidence(each)))

    def _evidence(self, graph: str) -> Iterator[Spelled]:
        waiting = [Iri(graph[1:-1])] if graph else []
        seen = {*waiting}
        while waiting and len(seen) < _MOST_PARTS:
            for quad in islice(self.resources.matching(waiting.pop()), PAGE):
                if quad.graph and to_ntriples(quad.graph) in self.resources.passages:
                    yield self.resources.statement(quad)
                    part = quad.object
                    if (
                        isinstance(part, Iri)
                        and part not in seen
                        and part.value.startswith(f"{graph[1:-1]}#")
                    ):
                        seen.add(part)
                        waiting.append(part)

    def labels(self, node: str) -> Iterable[Spelled]:
        """Return the statements that name an IRI, which pages share."""
        if node[0] != "<" or node.startswith("<<"):
            return ()
        return self.resources.kept("labels", node, self._labels)

    def _labels(self, node: str) -> list[Spelled]:
        return [
            self.resources.statement(quad)
            for name in sorted(NAMES)
            for quad in islice(self.resources.matching(Iri(node[1:-1]), Iri(name[1:-1])), PAGE)
        ]


class PagedCitations(Citations):
    """The citations of a graph, of which those of one resource are cut to a page.

    Args:
        citations: Those of the graph, of which what is read already is shared.
        page: The page.
    """

    def __init__(self, citations: Citations, page: Page) -> None:
        self.__dict__.update(citations.__dict__)  # what it takes long to make again
        self._blanks = {}  # whose texts are those that this page asks for
        self._page = page

    def statements_about(self, thing: Iri) -> list[Statement]:
        """Return the statements about a thing: those that the page shows, or the first of another thing."""
        if thing == self._page.iri:
            return self.statements_of(quad for quad in self._page.quads if quad.subject == thing)
        if not self._page.resources.is_near:
            return []
        if (snapshot := self._page.resources.snapshot) is not None:
            return snapshot.kept(thing, lambda: self.statements_of(snapshot.about(thing)[:PAGE]))
        return self.statements_of(islice(self._page.resources.matching(thing), PAGE))

    def links_to(self, thing: Iri) -> list[Statement]:
        """Return the links to the page's own thing that it shows; none to others."""
        found = (quad for quad in self._page.quads if quad.object == thing)
        return self.statements_of(found if thing == self._page.iri else ())

    def statements_of(self, quads: Iterable[Quad]) -> list[Statement]:
        """Return the statements of some quads with their citations."""
        return self._cited((quad.triple, quad.graph) for quad in quads)


def row_of(quad: Quad) -> Row:
    """Return a statement as a row of a table."""
    value, datatype, language = quad.object, None, None
    if isinstance(value, Literal) and value.language:
        language = Literal(value.language)
    elif isinstance(value, Literal):
        datatype = Iri(value.datatype)
    return (quad.subject, quad.predicate, value, datatype, language, quad.graph)
