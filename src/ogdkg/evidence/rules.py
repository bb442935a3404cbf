"""Which rules derive a triple, and from which premises, found by querying the bodies of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from ogdkg.catalogue.header import parse_header
from ogdkg.evidence.citations import Citations, Statement
from ogdkg.evidence.lineage.trace import Key, MatchedTriple, Plan, Tracer, bindings, plan_of
from ogdkg.evidence.reasoned import Reasoned, Reasoning
from ogdkg.graph.loader import all_rules, layers_of_rules
from ogdkg.lean import NamedTuple
from ogdkg.project.project import Layer
from ogdkg.rdf.terms import Term, Triple
from ogdkg.sparql.reader import read_query
from ogdkg.sparql.tree import Pattern, is_variable
from ogdkg.store.base import Rule as RuleQuery

_BY_REASONING = -1  # in place of the number of a derivation


class Rule(NamedTuple):
    """A rule that derives a statement, and its premises in all the ways it can derive it.

    `line`: where it stands in a file of several rules. `file`: its name in its specification, for a rule of
    RDFS or OWL 2 RL. `concludes`: what it derives, where that is a premise of the rule before it.
    """

    file: str
    summary: str
    premises: tuple[Statement, ...] = ()
    line: int | None = None
    concludes: Triple | None = None


class Derivation(NamedTuple):
    """A rule of a layer ready to be traced, with the triple patterns of its template."""

    number: int
    layer: Layer
    rule: RuleQuery
    plan: Plan
    template: tuple[Pattern, ...]


class Rules:
    """The rules of a project, each traced over the layers that it reads, whichever layers were chosen."""

    def __init__(self, citations: Citations) -> None:
        self._graph = citations.graph
        self._by_layers: dict[frozenset[str], Citations] = {_names(self._graph.layers): citations}
        self._premises_of: dict[Triple, dict[int, set[MatchedTriple]]] = {}
        self._reading_of: dict[MatchedTriple, Citations] = {}
        self._terms: dict[int, Mapping[str, Term | None]] = {}
        self._tracers: dict[Layer, Tracer] = {}
        self._reasoning = Reasoning(self._graph, lambda layer: self._reading(layer).graph)
        self._reasoned: dict[Triple, Reasoned] = {}

    def open_stores(self) -> None:
        """Open the stores on disk of the graphs that the rules read, before a fork: none opens in a child."""
        reasoning = (layer for layer in self._graph.project.layers if layer.reasoning)
        for layer in dict.fromkeys((*(each.layer for each in self._derivations), *reasoning)):
            _ = self._reading(layer).graph.stored

    def read(self, triples: Iterable[Triple]) -> None:
        """Trace several triples to their premises at once, within the time that a query may take."""
        from ogdkg.store.limit import from_plain, run_plain_with_timeout, to_plain  # as in `graph`

        wanted = [triple for triple in dict.fromkeys(triples) if triple not in self._premises_of]
        if not wanted:
            return
        options = self._graph.options
        for derivation in self._derivations:
            if any(self._keys(derivation, pattern, wanted) for pattern in derivation.template):
                _ = self._reading(derivation.layer).graph.asked  # before it forks

        def work() -> list[Any]:
            self._trace(wanted)
            return [
                (number, derivation, [[*map(to_plain, each.triple), to_plain(each.graph)] for each in stated])
                for number, triple in enumerate(wanted)
                for derivation, stated in self._premises_of[triple].items()
            ]

        found = run_plain_with_timeout(work, options.timeout, network=options.endpoint is not None)
        self._premises_of |= {triple: {} for triple in wanted}
        for number, derivation, stated in found:
            terms = ([from_plain(part) for part in parts] for parts in stated)
            premises = {
                MatchedTriple(Triple(*spo), graph)  # type: ignore[arg-type]  # as `work` sent them
                for *spo, graph in terms
            }
            self._record(wanted[number], self._derivations[derivation], premises)
        self._trace_steps(wanted)

    def of(self, triple: Triple) -> tuple[Rule, ...]:
        """Return the rules that derive a triple."""
        self.read([triple])
        found = (
            self._rule(number, premises)
            for number, premises in self._premises_of[triple].items()
            if number != _BY_REASONING
        )
        return (*found, *self._steps(triple))

    def _steps(self, triple: Triple) -> Iterator[Rule]:
        """Yield the steps by which a statement follows, the last first."""
        if reasoned := self._reasoned.get(triple):
            reading = self._reading(reasoned.layer)
            for each in self._reasoning.behind(reasoned):
                premises = tuple(map(reading.statement, each.step.premises))
                concludes = each.triple if each.triple != triple else None
                yield Rule(
                    f"{each.step.rule} of {each.step.regime}", each.step.says, premises, None, concludes
                )

    def origins(self, triples: Iterable[Triple]) -> dict[Triple, set[MatchedTriple]]:
        """Return the premises of each triple, and in turn the premises of those that are derived."""
        derived = set(triples)
        pending = derived
        while pending:
            self._trace(pending)
            self._trace_steps(pending)
            premises = {premise.triple for triple in pending for premise in self._premises(triple)}
            pending = {triple for triple in premises - self._premises_of.keys() if self._is_derived(triple)}
        return {triple: self._all_premises(triple) for triple in derived}

    def citations(self, triple: MatchedTriple) -> Statement:
        """Return a premise with its citations."""
        return self._reading_of[triple].statement(*triple)

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
        graphs = self._graph.project.derived_graphs
        readings = list(self._by_layers.values())
        return any(not graphs.isdisjoint(each.graph.asked.graphs(triple)) for each in readings)

    def _rule(self, number: int, matched: Iterable[MatchedTriple]) -> Rule:
        derivation = self._derivations[number]
        rule, reading = derivation.rule, self._reading(derivation.layer)
        premises = sorted((reading.statement(*each) for each in matched), key=reading.statement_order)
        summary = rule.summary or parse_header(rule.text, rule.name).summary
        return Rule(self._graph.project.shown_path(rule.path), summary, tuple(premises), rule.line)

    def _trace(self, triples: Iterable[Triple]) -> None:
        """Find the premises of some triples in each rule."""
        new = [triple for triple in triples if triple not in self._premises_of]
        self._premises_of |= {triple: {} for triple in new}
        for derivation in self._derivations if new else ():
            for pattern in derivation.template:
                self._match(derivation, pattern, new)

    def _trace_steps(self, triples: Iterable[Triple]) -> None:
        """Find the premises from which some triples follow by reasoning."""
        for triple in triples:
            if triple not in self._reasoned and (found := self._reasoning.of(triple)):
                self._reasoned[triple] = found
                premises = set(map(MatchedTriple, found.step.premises))
                self._premises_of.setdefault(triple, {})[_BY_REASONING] = premises
                self._reading_of |= dict.fromkeys(premises, self._reading(found.layer))

    def _match(self, derivation: Derivation, pattern: Pattern, triples: Iterable[Triple]) -> None:
        """Record the premises of the solutions with which a template pattern yields some of the triples."""
        by_key = self._keys(derivation, pattern, triples)
        if not by_key:
            return
        tracer = self._tracer(derivation.layer)
        for each in self._plans(derivation):
            plan = each._replace(keys=tuple(dict.fromkeys(filter(is_variable, pattern.terms))))
            for key, premises in tracer.solutions(plan, list(by_key)):
                if key in by_key:
                    self._record(by_key[key], derivation, premises)

    def _plans(self, derivation: Derivation) -> Sequence[Plan]:
        """Return the plan of a rule, or several simpler ones for a server that errs with long queries."""
        graph = self._graph
        if not graph.options.endpoint or graph.remote.server.is_exact:
            return [derivation.plan]
        from ogdkg.evidence.lineage.branches import branches_of  # only for a server

        query = read_query(derivation.rule.text, derivation.rule.name)
        return [plan_of(each) for each in branches_of(query)]

    def _keys(self, derivation: Derivation, pattern: Pattern, triples: Iterable[Triple]) -> dict[Key, Triple]:
        """Return the triples that a template pattern can yield, by the values of its variables."""
        constants = self._constants(derivation)
        bound = ((triple, bindings(pattern, triple, constants)) for triple in triples)
        return {tuple(values.values()): triple for triple, values in bound if values is not None}

    def _constants(self, derivation: Derivation) -> Mapping[str, Term | None]:
        if derivation.number not in self._terms:
            terms = [term for pattern in derivation.template for term in pattern.terms]
            constants = list(dict.fromkeys(term for term in terms if not is_variable(term)))
            asked = Tracer(self._graph.asked, {}).terms(derivation.plan.prologue, constants)
            self._terms[derivation.number] = asked
        return self._terms[derivation.number]

    def _record(self, triple: Triple, derivation: Derivation, premises: set[MatchedTriple]) -> None:
        self._premises_of[triple].setdefault(derivation.number, set()).update(premises)
        self._reading_of |= dict.fromkeys(premises, self._reading(derivation.layer))

    def _reading(self, layer: Layer) -> Citations:
        """Return the graph in which the rules of a layer ran, with its citations."""
        layers = layers_of_rules(self._graph.project, layer)
        names = _names(layers)
        if names not in self._by_layers:
            self._by_layers[names] = Citations(self._graph.with_layers(layers))
        return self._by_layers[names]

    def _tracer(self, layer: Layer) -> Tracer:
        if layer not in self._tracers:
            self._tracers[layer] = Tracer(self._reading(layer).graph.asked, {})
        return self._tracers[layer]

    @cached_property
    def _derivations(self) -> list[Derivation]:
        rules = all_rules(self._graph.project)
        return [_derivation(number, *each) for number, each in enumerate(rules)]


def _derivation(number: int, layer: Layer, rule: RuleQuery) -> Derivation:
    query = read_query(rule.text, rule.name)
    return Derivation(number, layer, rule, plan_of(query), query.template)


def _names(layers: Iterable[Layer]) -> frozenset[str]:
    return frozenset(layer.name for layer in layers)
