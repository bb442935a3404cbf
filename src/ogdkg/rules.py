"""Which rules derive a statement, and what they draw it from: found by running them, with and without."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ogdkg.catalogue.header import parse_header
from ogdkg.citations import Citations, Statement
from ogdkg.graph import Graph
from ogdkg.project import shown
from ogdkg.store.base import Triples
from ogdkg.terms import Iri, Term, Triple


class Rule(NamedTuple):
    """A rule that derives a statement, and statements without which it would not."""

    file: str
    summary: str
    premises: tuple[Statement, ...] = ()


class Rules:
    """The rules of a project, run over the whole of its graph, whichever layers were chosen."""

    def __init__(self, citations: Citations) -> None:
        self._given = citations
        graph = citations.graph
        self._texts: dict[Path, str] = {
            path: path.read_text(encoding="utf-8")
            for layer in graph.project.layers
            for path in graph.project.files(layer.rules)
        }

    @cached_property
    def _citations(self) -> Citations:
        """Those of the whole graph, where it may be changed on trial."""
        graph = self._given.graph
        if not graph.choices.endpoint and set(graph.layers) == set(graph.project.layers):
            return self._given
        return Citations(Graph(graph.project, graph.choices._replace(layers=())).editable)

    def of(self, triple: Triple) -> tuple[Rule, ...]:
        """The rules that derive a triple."""
        return tuple(self._rule(path, triple) for path in self._texts if self._derives(path, triple))

    def _rule(self, path: Path, triple: Triple) -> Rule:
        file = shown(path)
        premises = (each for each in self._near(triple) if self._needs(path, triple, each.triple))
        return Rule(file, parse_header(self._texts[path], file).summary, tuple(premises))

    def _derives(self, path: Path, triple: Triple) -> bool:
        answer = self._citations.graph.store.query(self._texts[path], name=shown(path))
        return isinstance(answer, Triples) and triple in answer.triples

    def _needs(self, path: Path, triple: Triple, premise: Triple) -> bool:
        """Whether the rule says nothing of the kind without a premise, which is put back."""
        store = self._citations.graph.store
        graphs = store.remove(premise)
        try:
            return not self._derives(path, triple)
        finally:
            store.add(premise, graphs)

    def _near(self, triple: Triple) -> Iterator[Statement]:
        """What is stated between the two ends of a triple, or between each and a third thing."""
        one, other = self._around(triple.subject), self._around(triple.object)
        ends: set[Term] = {triple.subject, triple.object}
        between = _nodes(one) & _nodes(other) | ends
        for statement in dict.fromkeys([*one, *other]):
            if {statement.triple.subject, statement.triple.object} <= between:
                yield statement

    def _around(self, term: Term) -> list[Statement]:
        if not isinstance(term, Iri):
            return []
        found = [*self._citations.said_of(term), *self._citations.links_to(term)]
        return [statement for statement in found if not self._citations.is_derived(statement)]


def _nodes(statements: list[Statement]) -> set[Term]:
    return {term for each in statements for term in (each.triple.subject, each.triple.object)}
