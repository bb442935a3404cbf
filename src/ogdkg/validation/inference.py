"""What comes before judging: triples that are inferred, and the nodes of custom targets.

https://www.w3.org/TR/shacl-af/. pyshacl does both; a target that the store answers alike is left to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, cast

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from ogdkg.validation.core.advanced import RDFS_ENTAILMENT, entailments, rules, typed
from ogdkg.validation.core.results import Finding, Result, Term
from ogdkg.validation.core.shapes import Shapes, Target
from ogdkg.validation.core.vocabulary import RDF, SH
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.prefilter.custom_targets import is_answered, target_pattern
from ogdkg.validation.prefilter.targets import Targets
from ogdkg.validation.pyshacl.client import PyShaclProcess
from ogdkg.validation.report.names import DisplayNames

OWN = "urn:ogdkg:regime:"  # the graphs of what a regime infers
CONTRADICTION = NamedNode(f"{OWN}contradiction")
REGIMES = {"rdfs": "RDFS", "owlrl": "OWL RL"}


class Plan(NamedTuple):
    """What to infer: by a regime ("rdfs", "owlrl"), then by the rules of the shapes."""

    regime: str | None = None
    rules: bool = False

    def __bool__(self) -> bool:
        return bool(self.regime or self.rules)

    def names(self) -> tuple[str, ...]:
        """What infers, in words."""
        regime = (REGIMES[self.regime],) if self.regime else ()
        return (*regime, *(("rules",) if self.rules else ()))


@dataclass(slots=True)
class Inferred:
    """The triples that were inferred, each with the rule or the regime that infers it."""

    by: dict[Triple, Term] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def plan(shapes: Shapes, regime: str | None, *, with_rules: bool) -> Plan:
    """What to infer: what is asked for, and what the shapes themselves ask for (sh:entailment)."""
    asked = entailments(shapes)
    wants_rules = with_rules or SH.Rules in asked
    return Plan(regime or ("rdfs" if RDFS_ENTAILMENT in asked else None), wants_rules and bool(rules(shapes)))


def infer(what: Plan, graph: DataGraph, shapes: Shapes, pyshacl: PyShaclProcess) -> Inferred:
    """Infer triples and add them to the graph."""
    inferred = Inferred()
    for how in (what.regime, "rules" if what.rules else None):
        if how:
            needed = [*shapes.triples, *typed(shapes)] if how == "rules" else []
            quads = pyshacl.infer(how, graph.triples(), needed)
            inferred.notices += [_contradiction(quad) for quad in quads if quad.graph_name == CONTRADICTION]
            new = {q.triple: cast(Term, q.graph_name) for q in quads if q.graph_name != CONTRADICTION}
            graph.add(new)
            inferred.by.update(new)
    return inferred


def _contradiction(quad: Quad) -> str:
    said = " ".join(str(getattr(quad.object, "value", "")).split())
    return f"The data contradict themselves by OWL RL, so that more follows than is meant: {said}"


def advanced_notes(shapes: Shapes, done: Plan, *, with_rules: bool) -> Iterator[str]:
    """What a person should know of advanced features: rules not run, annotations not written."""
    number = len(rules(shapes))
    if number and not done.rules:
        yield f"The shapes have rules (sh:rule), of which none was run: {number}. To run them, add --rules."
    if with_rules and not number:
        yield "The shapes have no rules (sh:rule), so --rules has run none."
    if any(SH.resultAnnotation in said for said in shapes.about.values()):
        yield "The annotations of results (sh:resultAnnotation) are not written."


@dataclass(frozen=True, slots=True)
class Marking:
    """Lets each finding that is about an inferred triple say so; then takes those triples out of the graph.

    No file has a place for them.
    """

    inferred: Inferred
    shapes: Shapes
    names: DisplayNames

    def __call__(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings, marked."""
        if not self.inferred.by:
            return list(findings)
        about = _About(self.inferred, self.names.graph, self.shapes)
        found = []
        for finding in findings:
            triple = about.triple(finding.result) if finding.result else None
            said = _sentence(triple, self.inferred, self.shapes, self.names) if triple else None
            found.append(replace(finding, inferred=said))
        self.names.graph.remove(self.inferred.by)
        return found


class _About:
    """Finds the inferred triple that a result is about: its value's, or the one that made its focus node a
    target."""

    def __init__(self, inferred: Inferred, graph: DataGraph, shapes: Shapes) -> None:
        self._inferred = inferred.by
        self._graph = graph
        self._shapes = shapes
        self._classes = Targets(graph, shapes).classes
        self._targets: dict[Term, list[Target]] = {}
        self._above: dict[Any, list[Any]] = {}
        for node in shapes.nodes:
            for each in shapes.references(node):
                self._above.setdefault(each, []).append(node)

    def triple(self, result: Result) -> Triple | None:
        # The value of a longer path, or of none, is told by any triple between the two.
        path = result.path if isinstance(result.path, NamedNode) else None
        if path or result.value is not None:
            for triple in self._graph.triples(result.focus, path, result.value):
                if triple in self._inferred:
                    return triple
        aimed = (self._only_inferred(self._making(t, result.focus)) for t in self._aimed(result.shape))
        return next(filter(None, aimed), None)

    def _only_inferred(self, making: Iterable[Triple]) -> Triple | None:
        """The first of the triples, unless one of them stands in the data."""
        found = None
        for triple in making:
            if triple not in self._inferred:
                return None
            found = found or triple
        return found

    def _making(self, target: Target, focus: Term) -> Iterator[Triple]:
        """The triples that make a node a target."""
        if target.kind == SH.targetClass:
            classes = self._classes(target.term)
            yield from (t for t in self._graph.triples(focus, RDF.type) if t.object in classes)
        elif target.kind == SH.targetSubjectsOf:
            yield from self._graph.triples(focus, cast(NamedNode, target.term))
        elif target.kind == SH.targetObjectsOf:
            yield from self._graph.triples(None, cast(NamedNode, target.term), focus)

    def _aimed(self, shape: Term) -> list[Target]:
        """The targets of a shape and of those above it."""
        if shape not in self._targets:
            above: list[Any] = [shape]
            for each in above:
                above.extend(upper for upper in self._above.get(each, ()) if upper not in above)
            self._targets[shape] = [target for each in above for target in self._shapes.targets(each)]
        return self._targets[shape]


def _sentence(triple: Triple, inferred: Inferred, shapes: Shapes, names: DisplayNames) -> str:
    subject, obj = names.short(triple.subject), names.short(triple.object)
    said = "a" if triple.predicate == RDF.type else names.short(triple.predicate)
    return f"{subject} {said} {obj} (by {_cause(inferred.by[triple], shapes, names)})"


def _cause(cause: Term, shapes: Shapes, names: DisplayNames) -> str:
    if isinstance(cause, BlankNode):
        return f"a rule of {names.short(shapes.nearest_named(cause))}"
    if isinstance(cause, NamedNode) and cause.value.startswith(OWN):
        return REGIMES[cause.value.removeprefix(OWN)]
    return f"the rule {names.short(cause)}"


def with_target_nodes(
    shapes: Shapes, graph: DataGraph, pyshacl: PyShaclProcess, *, exact: bool = True
) -> Shapes:
    """The shapes, with the nodes of a custom target (sh:target) named by sh:targetNode.

    A server is asked for them where they are wanted.

    `exact`: Leave a target as it is that the store answers as pyshacl would.
    """
    if graph.is_elsewhere or not any(SH.target in said for said in shapes.about.values()):
        return shapes
    left = {
        target
        for said in shapes.about.values()
        for target in said.get(SH.target, ())
        if exact and (pattern := target_pattern(shapes, target)) and is_answered(graph, pattern) is not None
    }
    asked = Shapes(_without(shapes, left))
    active = any(asked.values(each, SH.target) for each in asked.about if not asked.is_deactivated(each))
    found = pyshacl.targets(graph.triples(), [*asked.triples, *typed(asked)]) if active else ()
    kept = (triple for triple in shapes.triples if triple.predicate != SH.target or triple.object in left)
    return Shapes([*kept, *found])


def _without(shapes: Shapes, targets: set[object]) -> Iterator[Triple]:
    """The shapes without these custom targets."""
    return (t for t in shapes.triples if t.predicate != SH.target or t.object not in targets)
