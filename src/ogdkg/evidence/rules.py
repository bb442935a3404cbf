"""Which rules derive a triple, and from what: each rule is asked for the solutions that make it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from ogdkg.catalogue.header import parse_header
from ogdkg.evidence.citations import Citations, Statement
from ogdkg.evidence.lineage.trace import Key, MatchedTriple, Plan, Tracer, bindings, plan_of
from ogdkg.files.names import shown
from ogdkg.files.text import read_text
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Triple
from ogdkg.sparql.reader import read_query
from ogdkg.sparql.tree import Pattern, is_variable


class Rule(NamedTuple):
    """A rule that derives a statement, and the statements it draws on, in all the ways that it can."""

    file: str
    summary: str
    premises: tuple[Statement, ...] = ()


class Derivation(NamedTuple):
    """A rule ready to be asked, and the patterns of what it makes."""

    path: Path
    text: str
    plan: Plan
    template: tuple[Pattern, ...]


class Rules:
    """The rules of a project, run over the layers that they see, whichever were chosen."""

    def __init__(self, citations: Citations) -> None:
        graph = citations.graph
        seen = graph.project.default_layers
        same = set(graph.layers) == set(graph.project.choose(seen))
        self._citations = (
            citations if same else Citations(Graph(graph.project, graph.options._replace(layers=seen)))
        )
        self._drawn: dict[Triple, dict[Path, set[MatchedTriple]]] = {}

    def read(self, triples: Iterable[Triple]) -> None:
        """Find out what some triples are drawn from, together and within the time that a query may take."""
        from ogdkg.store.limit import received, sent, worked_out  # as in `graph`

        wanted = [triple for triple in dict.fromkeys(triples) if triple not in self._drawn]
        if not wanted:
            return
        options = self._citations.graph.options
        _ = self._citations.graph.store  # before it forks

        def work() -> list[Any]:
            self._ask(wanted)
            return [
                (number, str(path), [[*map(sent, each.triple), sent(each.graph)] for each in stated])
                for number, triple in enumerate(wanted)
                for path, stated in self._drawn[triple].items()
            ]

        found = worked_out(work, options.timeout, network=options.endpoint is not None)
        self._drawn |= {triple: {} for triple in wanted}
        for number, path, stated in found:
            terms = ([received(part) for part in parts] for parts in stated)
            self._drawn[wanted[number]][Path(path)] = {
                MatchedTriple(Triple(*spo), graph)  # type: ignore[arg-type]  # as they were sent
                for *spo, graph in terms
            }

    def of(self, triple: Triple) -> tuple[Rule, ...]:
        """The rules that derive a triple."""
        self.read([triple])
        return tuple(self._rule(path, drawn) for path, drawn in self._drawn[triple].items())

    def origins(self, triples: Iterable[Triple]) -> dict[Triple, set[MatchedTriple]]:
        """Of each triple all that it was drawn from, and what that was drawn from where it is derived."""
        wanted = set(triples)
        waiting = wanted
        while waiting:
            self._ask(waiting)
            drawn = {each.triple for triple in waiting for each in self._premises(triple)}
            waiting = {triple for triple in drawn - self._drawn.keys() if self._is_derived(triple)}
        return {triple: self._behind(triple) for triple in wanted}

    def citations(self, stated: MatchedTriple) -> Statement:
        """A premise with what states it."""
        return self._citations.statement(*stated)

    def _behind(self, triple: Triple) -> set[MatchedTriple]:
        found: set[MatchedTriple] = set()
        waiting = [triple]
        while waiting:
            new = self._premises(waiting.pop()) - found
            found |= new
            waiting += [each.triple for each in new]
        return found

    def _premises(self, triple: Triple) -> set[MatchedTriple]:
        return set().union(*self._drawn.get(triple, {}).values())

    def _is_derived(self, triple: Triple) -> bool:
        return not self._citations.deriving_rules.isdisjoint(self._citations.graph.store.graphs(triple))

    def _rule(self, path: Path, drawn: Iterable[MatchedTriple]) -> Rule:
        [text] = [each.text for each in self._derivations if each.path == path]
        premises = sorted(map(self.citations, drawn), key=self._citations.statement_order)
        return Rule(
            self._citations.graph.project.shown(path),
            parse_header(text, shown(path)).summary,
            tuple(premises),
        )

    def _ask(self, triples: Iterable[Triple]) -> None:
        """Find out from what each rule draws some triples."""
        new = [triple for triple in triples if triple not in self._drawn]
        self._drawn |= {triple: {} for triple in new}
        for derivation in self._derivations if new else ():
            for pattern in derivation.template:
                self._match(derivation, pattern, new)

    def _match(self, derivation: Derivation, pattern: Pattern, triples: Iterable[Triple]) -> None:
        """Note what the solutions rest on with which a pattern of a rule's template makes some triples."""
        plan = derivation.plan._replace(keys=tuple(dict.fromkeys(filter(is_variable, pattern.terms))))
        constants = self._tracer.terms(
            plan.prologue, [each for each in pattern.terms if not is_variable(each)]
        )
        bound = {triple: bindings(pattern, triple, constants) for triple in triples}
        made: dict[Key, Triple] = {
            tuple(each.values()): triple for triple, each in bound.items() if each is not None
        }
        for key, stated in self._tracer.solutions(plan, list(made)) if made else ():
            if key in made:
                self._drawn[made[key]].setdefault(derivation.path, set()).update(stated)

    @cached_property
    def _tracer(self) -> Tracer:
        return Tracer(self._citations.graph.store, {})

    @cached_property
    def _derivations(self) -> list[Derivation]:
        project = self._citations.graph.project
        paths = [path for layer in project.layers for path in project.files(layer.rules)]
        return [_derivation(path) for path in paths]


def _derivation(path: Path) -> Derivation:
    text = read_text(path, shown(path))
    query = read_query(text, shown(path))
    return Derivation(path, text, plan_of(query), query.template)
