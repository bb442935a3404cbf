"""Why a statement on a server follows by RDFS or OWL 2 RL: rules asked backwards, one step each.

The server holds all that follows, so the premises of the last step stand there, and nothing is derived anew.
What a rule draws from a list of any length (`LIST` in its row) is not asked.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from ogdkg.errors import StoreError
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Layer
from ogdkg.rdf.terms import RDF, Blank, Iri, Literal, Term, Triple, TripleTerm, to_ntriples
from ogdkg.reasoning.closure import Step
from ogdkg.reasoning.regimes import LIST, MEMBER, REGIMES, REPEATED, Row, rows_of
from ogdkg.sparql.tree import is_variable
from ogdkg.store.base import select

_MOST = 20  # ways of one rule that are looked at
_MEMBER_OF = f"<{RDF}rest>*/<{RDF}first>"


class RemoteSteps:
    """The last steps by which statements of a layer of reasoning follow.

    Args:
        graph: The graph that the layer reads, on a server, with what follows.
        layer: The layer.
    """

    def __init__(self, graph: Graph, layer: Layer) -> None:
        self._graph, self._layer = graph, layer
        rows = rows_of(layer.reasoning)
        self._rows = [row for row in rows if not any({LIST, REPEATED} & {*each} for each in row.body)]

    def is_derived(self, triple: Triple) -> bool:
        """Whether a statement stands in the layer's graph alone."""
        return self._graph.store.graphs(triple) == [self._layer.derived_graph]

    def step(self, triple: Triple, avoiding: Container[Triple] = ()) -> Step | None:
        """Return a step by which a statement follows; rather from what is stated than from what follows.

        Args:
            triple: The statement.
            avoiding: What is no premise, as it follows from the statement.
        """
        later: Step | None = None
        for row in self._rows:
            for premises in self._premises(row, triple):
                if triple in premises or any(each in avoiding for each in premises):
                    continue
                step = Step(REGIMES[self._layer.reasoning], row.name, row.says, premises)
                if not any(map(self.is_derived, premises)):
                    return step
                later = later or step
        return later

    def _premises(self, row: Row, triple: Triple) -> Iterator[tuple[Triple, ...]]:
        """Yield what a statement follows from by a rule."""
        for head in row.head:
            if (bound := _unified(head, triple)) is None:
                continue
            names = list(
                dict.fromkeys(t for each in row.body for t in each if is_variable(t) and t not in bound)
            )
            body = " . ".join(_pattern(each, bound) for each in row.body)
            text = f"SELECT DISTINCT {' '.join(names) or '(1 AS ?n)'} {{ {body} }} LIMIT {_MOST}"
            try:
                rows = list(select(self._graph.store, text, name="premises").rows)
            except StoreError as error:
                if not error.is_refusal:
                    raise
                continue  # as Virtuoso refuses some paths
            for found in rows:
                values = {**bound, **dict(zip(names, found, strict=True))} if names else bound
                if premises := _stated(row, values):
                    yield premises


def _unified(head: tuple[str, ...], triple: Triple) -> dict[str, Term | None] | None:
    """Return the values with which a conclusion is a statement; None where it cannot be."""
    values: dict[str, Term | None] = {}
    for text, term in zip(head, triple, strict=True):
        if isinstance(term, Blank | TripleTerm):
            return None
        if is_variable(text) and values.setdefault(text, term) != term:
            return None
        if not is_variable(text) and text != _text(term):
            return None
    return values


def _text(term: Term) -> str:
    """Return a term as rows have it."""
    return term.value if isinstance(term, Iri) else to_ntriples(term)


def _spelled(text: str, bound: Mapping[str, Term | None]) -> str:
    if is_variable(text):
        value = bound.get(text)
        return to_ntriples(value) if value else text
    return text if text.startswith('"') else to_ntriples(Iri(text))


def _pattern(premise: tuple[str, ...], bound: Mapping[str, Term | None]) -> str:
    subject, predicate, value = premise
    path = _MEMBER_OF if predicate == MEMBER else _spelled(predicate, bound)
    return f"{_spelled(subject, bound)} {path} {_spelled(value, bound)}"


def _stated(row: Row, values: Mapping[str, Term | None]) -> tuple[Triple, ...]:
    """Return the premises that are statements: not that something is a member of a list; none of junk."""
    found = []
    for premise in row.body:
        subject, predicate, value = (values.get(t) if is_variable(t) else _term(t) for t in premise)
        if not (isinstance(subject, Iri | Blank) and isinstance(predicate, Iri) and value):
            return ()
        if premise[1] != MEMBER:
            found.append(Triple(subject, predicate, value))
    return tuple(found)


def _term(text: str) -> Term:
    if not text.startswith('"'):
        return Iri(text)
    value, _, datatype = text[1:].partition('"^^<')
    return Literal(value, datatype.removesuffix(">"))
