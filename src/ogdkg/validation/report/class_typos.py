"""A misspelt class of the data: one finding that names the cause, and which others follow from it.

A node of a misspelt class fails wherever a shape wants its class, and no shape that targets it validates it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from ogdkg.validation.core.results import Finding, Fix, Related, Severity, Term, flatten
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import OWL, RDF, RDFS, SH, XSD
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.report.names import DisplayNames
from ogdkg.validation.report.near_terms import misspelt

RULE = "MisspeltClass"
MAX_TRIPLES = 200_000  # of a graph whose classes are looked over
MAX_RELATED = 20  # places beside a finding
ESTABLISHED = 2  # times that shapes name a class
MAX_NODES = 20  # of a misspelt class; one with more is somebody's own
_OF_PROJECTS = ("Undefined", "Undeclared")  # rules that find the class too
_BUILT_IN = (RDF.base, RDFS.base, OWL.base, XSD.base, SH.base)


class Typo(NamedTuple):
    """A class that nothing knows, the one that it must be, and the nodes that are said to be of it."""

    written: NamedNode
    meant: NamedNode
    nodes: tuple[Term, ...]
    also: frozenset[Term]  # what instances of the meant class are instances of


def with_causes(
    found: Sequence[Finding],
    others: Sequence[Finding],
    shapes: Shapes,
    graph: DataGraph,
    names: DisplayNames,
    *,
    is_local: bool = True,
) -> list[Finding]:
    """Return the findings with one for each misspelt class, and it as the cause of those that follow.

    Args:
        found: The findings of shapes.
        others: Those of the project's checks, which may have found the class.
        shapes: The shapes.
        graph: The data and their ontology.
        names: How terms are shown.
        is_local: Whether asking the data about each class is cheap.
    """
    typos = _typos(shapes, graph) if is_local and len(graph) <= MAX_TRIPLES else []
    told = [*found, *others]
    for typo in typos:
        told, following = follow_from(typo.written, told, [_follows(each, typo, shapes) for each in told])
        told.insert(0, _cause(typo, following, names))
    return told


def follow_from(
    cause: Term, found: Sequence[Finding], follows: Sequence[bool]
) -> tuple[list[Finding], list[Finding]]:
    """Return the findings, with a cause for those that follow from it and from none before; and these alone.

    Nothing is to paste or to fix there: that would make a misspelt term true.
    """
    told = [
        replace(each, cause=cause, paste=None, fixes=()) if is_after and each.cause is None else each
        for each, is_after in zip(found, follows, strict=True)
    ]
    return told, [each for each in told if each.cause == cause]


def how_many_follow(number: int) -> str:
    """Return a sentence about the findings that follow from one."""
    return "One more finding follows from it." if number == 1 else f"{number} more findings follow from it."


def without_reverse(found: Sequence[Finding], in_shapes: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings in shapes but for those that would change the right class into the misspelt one."""
    written = [str(each.value) for each in found if each.rule == RULE]
    return tuple(each for each in in_shapes if not any(term in (each.hint or "") for term in written))


def _typos(shapes: Shapes, graph: DataGraph) -> list[Typo]:
    wanted = _wanted(shapes)
    used = sorted(graph.objects_of(RDF.type), key=str)
    parents = {each.subject for each in graph.triples(None, RDFS.subClassOf)}
    candidates = {each for each in (*wanted, *parents, *used) if isinstance(each, NamedNode)}
    known = {each for each in candidates if each in wanted or _is_described(each, graph)}
    found = []
    for each in used:
        if not isinstance(each, NamedNode) or each in known or each.value.startswith(_BUILT_IN):
            continue
        instances = islice(graph.triples(None, RDF.type, each), MAX_NODES + 1)
        nodes = tuple(triple.subject for triple in instances)
        meant = misspelt(each.value, known) if len(nodes) <= MAX_NODES else None
        if meant and _is_established(meant, wanted, graph):
            found.append(Typo(each, meant, nodes, _also(meant, graph)))
    return found


def _wanted(shapes: Shapes) -> Counter[NamedNode]:
    """The classes that shapes name, and how often; one that is a target counts as often as it needs to."""
    found: Counter[NamedNode] = Counter()
    for node, said in shapes.about.items():
        found.update(each for each in said.get(SH["class"], ()) if isinstance(each, NamedNode))
        targets = [*said.get(SH.targetClass, ()), *([node] if RDFS.Class in said.get(RDF.type, ()) else [])]
        found.update({each: ESTABLISHED for each in targets if isinstance(each, NamedNode)})
    return found


def _is_described(term: NamedNode, graph: DataGraph) -> bool:
    """Whether the data or their ontology say something of a class."""
    patterns = ((term, None, None), (None, RDFS.subClassOf, term))
    return any(next(iter(graph.triples(*each)), None) for each in patterns)


def _is_established(term: NamedNode, wanted: Counter[NamedNode], graph: DataGraph) -> bool:
    """Whether more than one word of the shapes speaks for a class: else that one may be misspelt itself."""
    is_used = next(iter(graph.triples(None, RDF.type, term)), None) is not None
    return is_used or wanted[term] >= ESTABLISHED or _is_described(term, graph)


def _also(term: NamedNode, graph: DataGraph) -> frozenset[Term]:
    found: set[Term] = {term}
    waiting: list[Term] = [term]
    while waiting:
        for triple in graph.triples(waiting.pop(), RDFS.subClassOf):
            if triple.object not in found:
                found.add(triple.object)
                waiting.append(triple.object)
    return frozenset(found)


def _follows(finding: Finding, typo: Typo, shapes: Shapes) -> bool:
    """Whether a finding, or a reason beneath it, asks for the class that was meant, or tells of the other."""
    if finding.rule in _OF_PROJECTS and finding.triple is not None and finding.triple[2] == typo.written:
        return True
    results = flatten((finding.result,)) if finding.result else ()
    return any(
        each.component == SH.ClassConstraintComponent
        and each.value in typo.nodes
        and shapes.value(each.shape, SH["class"]) in typo.also
        for each in results
    )


def _cause(typo: Typo, following: Sequence[Finding], names: DisplayNames) -> Finding:
    written, meant = names.short(typo.written), names.short(typo.meant)
    more = f" {how_many_follow(len(following))}" if following else ""
    about = dict.fromkeys(
        each.focus for each in following if each.focus is not None and each.focus not in typo.nodes
    )
    node = typo.nodes[0]
    severities = [each.severity for each in following]
    fixes = [Fix(Triple(each, RDF.type, typo.written), typo.meant) for each in typo.nodes]  # type: ignore[arg-type]  # they are subjects
    return Finding(
        RULE,
        max(severities, default=Severity.WARNING),
        f"There is no class {written}.{more}",
        node,
        value=typo.written,
        hint=f"Did you mean {meant}?",
        paste=names.pasted(typo.meant),
        triple=(node, RDF.type, typo.written),
        related=tuple(map(Related, list(about)[:MAX_RELATED])),
        fixes=tuple(fixes),
    )
