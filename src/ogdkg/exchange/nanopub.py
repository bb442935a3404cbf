"""Nanopublications: each cited graph on its own, with its provenance, under a trusty URI.

Each has four graphs: a head that names the others, the assertion, its provenance, and who published it
(https://nanopub.net/guidelines/working_draft/). They are not signed.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from ogdkg.errors import InputError, UsageError
from ogdkg.evidence.bibliography import cite
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.passages import DERIVED_FROM
from ogdkg.exchange.trusty import UNKNOWN, artifact_code
from ogdkg.graph.graph import Graph
from ogdkg.project.house import PassageTerms
from ogdkg.rdf.statements import TYPE, Statement, join, parts_of, split, with_stable_blanks
from ogdkg.rdf.terms import DCTERMS, OA, PROV, XSD, Iri, to_ntriples

NP = "http://www.nanopub.org/nschema#"
_PROV = f"<{PROV}"
_DERIVED_FROM, _PRIMARY_SOURCE = to_ntriples(DERIVED_FROM), f"{_PROV}hadPrimarySource>"
_ATTRIBUTED_TO, _SPECIALIZATION = f"{_PROV}wasAttributedTo>", f"{_PROV}specializationOf>"
_HAS_SOURCE = f"<{OA}hasSource>"
_CREATED, _CREATOR, _LICENSE, _PART_OF, _ISSUED, _MODIFIED = (
    f"<{DCTERMS}{name}>" for name in ("created", "creator", "license", "isPartOf", "issued", "modified")
)
_PUBLISHED = "SELECT ?property ?value { %s ?property ?value }"
_MOST_DESCRIBED = 1000  # statements about a source, so that many graphs of one source cost no square
Pair = tuple[str, str]  # predicate and object


class _Publication(NamedTuple):
    """The dataset that nanopublications are part of, and what they have from it."""

    dataset: str
    creators: tuple[str, ...]
    licenses: tuple[str, ...]
    date: str


def nanopublications(
    graph: Graph, lines: Iterable[str], among: Container[str] | None = None
) -> Iterator[str]:
    """Yield a nanopublication for each graph that has a source.

    Args:
        graph: The graph, whose dataset names the publisher.
        lines: The lines of N-Quads to publish.
        among: The named graphs to publish; by default all.

    Returns:
        Lines of N-Quads. The same lines give the same nanopublications.

    Raises:
        UsageError: The project has no namespace for them, or no graph among the lines has a source.
        InputError: The graph describes no dataset.
    """
    namespace = graph.project.resource_namespace
    if not namespace:
        hint = "In ogdkg.toml, set `things` under [project] to the start of your IRIs."
        raise UsageError("The project has no namespace for nanopublications.", hint=hint)
    return _Nanopublications(
        f"{namespace}np/", _publication(graph), lines, graph.project.house.passages
    ).lines(among)


def _publication(graph: Graph) -> _Publication:
    dataset = Iri(cite(Citations(graph.whole)).iri)
    rows = graph.whole.select(_PUBLISHED % to_ntriples(dataset), limited=False)
    said = [(to_ntriples(row[0]), to_ntriples(row[1])) for row in rows if row[0] and row[1]]

    def values(predicate: str) -> tuple[str, ...]:
        return tuple(sorted(value for known, value in said if known == predicate and value[0] != "_"))

    date = next(iter((*values(_MODIFIED), *values(_ISSUED))), "")
    return _Publication(to_ntriples(dataset), values(_CREATOR), values(_LICENSE), date)


class _Nanopublications:
    """The lines by graph and by subject.

    Args:
        base: What the IRIs of nanopublications start with.
        publication: What they have in common.
        lines: The lines of N-Quads.
    """

    def __init__(
        self, base: str, publication: _Publication, lines: Iterable[str], terms: PassageTerms
    ) -> None:
        self._passage, self._confidence = to_ntriples(terms.passage), to_ntriples(terms.confidence)
        self._base, self._publication = base, publication
        self._graphs: dict[str, list[Statement]] = {}
        self._about: dict[str, dict[Pair, None]] = {}
        self._parts: dict[str, list[str]] = {}  # the nodes `x#…` of each node `x`
        for statement in map(split, with_stable_blanks(list(lines))):
            graph, subject, predicate, obj = statement
            self._graphs.setdefault(graph, []).append(statement)
            if subject not in self._about and "#" in subject:
                self._parts.setdefault(f"{subject.partition('#')[0]}>", []).append(subject)
            self._about.setdefault(subject, {})[predicate, obj] = None

    def lines(self, among: Container[str] | None) -> Iterator[str]:
        chosen = [graph for graph in sorted(self._graphs) if graph and (among is None or graph in among)]
        published = [(graph, found) for graph in chosen if (found := self._provenance(graph))]
        if not published:
            hint = "The layer that describes the graphs must be among those of --layer."
            raise UsageError("No graph that would be exported states its source.", hint=hint)
        return (line for graph, provenance in published for line in self._one(graph, provenance))

    def _provenance(self, graph: str) -> list[Pair]:
        """Return what is stated about where a graph is from; nothing if it has no source."""
        said = self._about.get(graph, {})
        if not any(predicate in (_DERIVED_FROM, _PRIMARY_SOURCE) for predicate, _ in said):
            return [(_DERIVED_FROM, graph)] if (TYPE, self._passage) in said else []
        found = [pair for pair in said if pair[0].startswith(_PROV) or pair[0] == self._confidence]
        return [*found, (_SPECIALIZATION, graph)]

    def _one(self, graph: str, provenance: list[Pair]) -> Iterator[str]:
        """Yield the lines of the nanopublication of a graph."""
        own = f"<{self._base}{UNKNOWN}"
        statements = {_published(statement, own) for statement in self._statements(own, graph, provenance)}
        code = artifact_code(statements)
        for statement in statements:
            yield join(_with_code(statement, own, f"<{self._base}{code}"))

    def _statements(self, own: str, graph: str, provenance: list[Pair]) -> Iterator[Statement]:
        this = f"{own}>"
        head, assertion, origin, info = (
            f"{own}#{name}>" for name in ("Head", "assertion", "provenance", "pubinfo")
        )
        yield head, this, TYPE, f"<{NP}Nanopublication>"
        yield head, this, f"<{NP}hasAssertion>", assertion
        yield head, this, f"<{NP}hasProvenance>", origin
        yield head, this, f"<{NP}hasPublicationInfo>", info
        for _, subject, predicate, obj in self._graphs[graph]:
            yield assertion, subject, predicate, obj
        attributed = any(predicate == _ATTRIBUTED_TO for predicate, _ in provenance)
        makers = () if attributed else self._publication.creators
        stated = [*provenance, *((_ATTRIBUTED_TO, creator) for creator in makers)]
        yield from ((origin, assertion, *pair) for pair in stated)
        sources = [obj for predicate, obj in stated if predicate != _SPECIALIZATION]
        for count, triple in enumerate(self._described(sources)):
            if count == _MOST_DESCRIBED:
                hint = "Describe its source in fewer statements: each nanopublication holds them all."
                what = f"The provenance of {graph} has more than {_MOST_DESCRIBED} statements."
                raise InputError(what, hint=hint)
            yield origin, *triple
        yield from ((info, this, *pair) for pair in self._info(graph))

    def _described(self, nodes: Iterable[str]) -> Iterator[tuple[str, str, str]]:
        """Yield what is stated about nodes, their parts, and what they are from in turn."""
        waiting, met = list(nodes), set[str]()
        while waiting:
            node = waiting.pop()
            if node in met or node[0] == '"':
                continue
            met.add(node)
            waiting += self._parts.get(node, ())
            for predicate, obj in self._about.get(node, ()):
                yield node, predicate, obj
                if predicate.startswith(_PROV) or predicate == _HAS_SOURCE:
                    waiting.append(obj)

    def _info(self, graph: str) -> Iterator[Pair]:
        """Yield what is stated about the nanopublication itself."""
        publication = self._publication
        own = [obj for predicate, obj in self._about.get(graph, ()) if predicate == _CREATED]
        if date := next(iter(own), publication.date):
            yield _CREATED, _moment(date)
        yield from ((_CREATOR, creator) for creator in publication.creators)
        yield from ((_LICENSE, license_) for license_ in publication.licenses)
        yield _PART_OF, publication.dataset


def _published(statement: Statement, own: str) -> Statement:
    """Return a statement as it is published: blank nodes get IRIs, language tags are in lower case."""
    graph, subject, predicate, obj = statement
    if obj[0] == '"' and obj[-1] not in '">':
        value, _, language = obj.rpartition("@")
        obj = f"{value}@{language.lower()}"
    subject, obj = (f"{own}#_{term[2:]}>" if term[0] == "_" else term for term in (subject, obj))
    return graph, subject, predicate, obj


def _with_code(statement: Statement, own: str, coded: str) -> Statement:
    """Return a statement with the start of the nanopublication's own IRIs replaced."""
    graph, subject, predicate, obj = (
        f"{coded}{term[len(own) :]}" if term.startswith(own) else term for term in statement
    )
    return graph, subject, predicate, obj


def _moment(date: str) -> str:
    """Return a date as the beginning of its day: publications are dated by xsd:dateTime."""
    value, datatype, _ = parts_of(date)
    return f'"{value}T00:00:00Z"^^<{XSD}dateTime>' if datatype == f"{XSD}date" else date
