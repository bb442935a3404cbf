"""Which rules derive a triple, and from which premises, found by querying the bodies of the rules."""

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
    """A rule that derives a statement, and its premises in all the ways it can derive it."""

    file: str
    summary: str
    premises: tuple[Statement, ...] = ()


class Derivation(NamedTuple):
    """A rule ready to be traced, with the triple patterns of its template."""

    path: Path
    text: str
    plan: Plan
    template: tuple[Pattern, ...]


class Rules:
    """The rules of a project, traced over the layers that they read, whichever layers were chosen."""

    def __init__(self, citations: Citations) -> None:
        graph = citations.graph
        layers = graph.project.default_layers
        same = set(graph.layers) == set(graph.project.choose(layers))
        self._citations = (
            citations if same else Citations(Graph(graph.project, graph.options._replace(layers=layers)))
        )
        self._premises_of: dict[Triple, dict[Path, set[MatchedTriple]]] = {}

    def read(self, triples: Iterable[Triple]) -> None:
        """Trace several triples to their premises at once, within the time that a query may take."""
        from ogdkg.store.limit import received, run_plain_with_timeout, sent  # as in `graph`

        wanted = [triple for triple in dict.fromkeys(triples) if triple not in self._premises_of]
        if not wanted:
            return
        options = self._citations.graph.options
        _ = self._citations.graph.store  # before it forks

        def work() -> list[Any]:
            self._trace(wanted)
            return [
                (number, str(path), [[*map(sent, each.triple), sent(each.graph)] for each in stated])
                for number, triple in enumerate(wanted)
                for path, stated in self._premises_of[triple].items()
            ]

        found = run_plain_with_timeout(work, options.timeout, network=options.endpoint is not None)
        self._premises_of |= {triple: {} for triple in wanted}
        for number, path, stated in found:
            terms = ([received(part) for part in parts] for parts in stated)
            self._premises_of[wanted[number]][Path(path)] = {
                MatchedTriple(Triple(*spo), graph)  # type: ignore[arg-type]  # as `work` sent them
                for *spo, graph in terms
            }

    def of(self, triple: Triple) -> tuple[Rule, ...]:
        """Return the rules that derive a triple."""
        self.read([triple])
        return tuple(self._rule(path, premises) for path, premises in self._premises_of[triple].items())

    def origins(self, triples: Iterable[Triple]) -> dict[Triple, set[MatchedTriple]]:
        """Return the premises of each triple, and in turn the premises of those that are derived."""
        derived = set(triples)
        pending = derived
        while pending:
            self._trace(pending)
            premises = {premise.triple for triple in pending for premise in self._premises(triple)}
            pending = {triple for triple in premises - self._premises_of.keys() if self._is_derived(triple)}
        return {triple: self._all_premises(triple) for triple in derived}

    def citations(self, stated: MatchedTriple) -> Statement:
        """Return a premise with its citations."""
        return self._citations.statement(*stated)

    def _all_premises(self, triple: Triple) -> set[MatchedTriple]:
        premises: set[MatchedTriple] = set()
        pending = [triple]
        while pending:
            new = self._premises(pending.pop()) - premises
            premises |= new
            pending += [premise.triple for premise in new]
        return premises

    def _premises(self, triple: Triple) -> set[MatchedTriple]:
        return set().union(*self._premises_of.get(triple, {}).values())

    def _is_derived(self, triple: Triple) -> bool:
        return not self._citations.derived_graphs.isdisjoint(self._citations.graph.store.graphs(triple))

    def _rule(self, path: Path, matched: Iterable[MatchedTriple]) -> Rule:
        [text] = [each.text for each in self._derivations if each.path == path]
        premises = sorted(map(self.citations, matched), key=self._citations.statement_order)
        return Rule(
            self._citations.graph.project.shown(path),
            parse_header(text, shown(path)).summary,
            tuple(premises),
        )

    def _trace(self, triples: Iterable[Triple]) -> None:
        """Find the premises of some triples in each rule."""
        new = [triple for triple in triples if triple not in self._premises_of]
        self._premises_of |= {triple: {} for triple in new}
        for derivation in self._derivations if new else ():
            for pattern in derivation.template:
                self._match(derivation, pattern, new)

    def _match(self, derivation: Derivation, pattern: Pattern, triples: Iterable[Triple]) -> None:
        """Record the premises of the solutions with which a template pattern yields some of the triples."""
        plan = derivation.plan._replace(keys=tuple(dict.fromkeys(filter(is_variable, pattern.terms))))
        constants = self._tracer.terms(
            plan.prologue, [term for term in pattern.terms if not is_variable(term)]
        )
        bound = {triple: bindings(pattern, triple, constants) for triple in triples}
        by_key: dict[Key, Triple] = {
            tuple(values.values()): triple for triple, values in bound.items() if values is not None
        }
        for key, premises in self._tracer.solutions(plan, list(by_key)) if by_key else ():
            if key in by_key:
                self._premises_of[by_key[key]].setdefault(derivation.path, set()).update(premises)

    @cached_property
    def _tracer(self) -> Tracer:
        return Tracer(self._citations.graph.store, {})

    @cached_property
    def _derivations(self) -> list[Derivation]:
        return [_derivation(path) for path in self._citations.graph.project.rule_files]


def _derivation(path: Path) -> Derivation:
    text = read_text(path, shown(path))
    query = read_query(text, shown(path))
    return Derivation(path, text, plan_of(query), query.template)
