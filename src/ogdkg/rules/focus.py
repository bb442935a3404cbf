"""The focus nodes of a rule as a pattern, https://www.w3.org/TR/shacl/#targets."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode

from ogdkg.rules.conditions import Conditions
from ogdkg.rules.queries import spelled_out, uncompiled
from ogdkg.validation.core.advanced import Rule, target_query
from ogdkg.validation.core.results import Node
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, RDFS, SH

INSTANCE = f"{RDF.type}/{RDFS.subClassOf}*"  # https://www.w3.org/TR/shacl/#dfn-shacl-instance


def focus_pattern(shapes: Shapes, rule: Rule) -> str | None:
    """A group that binds ?this once to each focus node that conforms to the conditions of the rule.

    None for a shape without targets. Other variables of the group are not seen outside it.
    """
    targets = list(_targets(shapes, rule.shape))
    if not targets:
        return None
    conditions = Conditions(shapes)
    tests = [conditions.conforms(each, "?this") for each in shapes.conditions(rule.node)]
    filters = "".join(f" FILTER({test})" for test in tests)
    union = " UNION ".join(f"{{ {each} }}" for each in targets)
    return f"{{ SELECT DISTINCT ?this WHERE {{ {union}{filters} }} }}"


def _targets(shapes: Shapes, shape: Node) -> Iterator[str]:
    targets = shapes.targets(shape)
    for target in targets:
        if isinstance(target.term, BlankNode) and target.kind != SH.target:
            raise uncompiled("A target that is a blank node", shape, "Give it an IRI.")
    named = [str(target.term) for target in targets if target.kind == SH.targetNode]
    if named:
        yield f"VALUES ?this {{ {' '.join(named)} }}"
    for kind, term in ((target.kind, target.term) for target in targets):
        if kind == SH.targetClass:
            yield f"?this {INSTANCE} {term}"
        elif kind == SH.targetSubjectsOf:
            yield f"?this {term} ?value"
        elif kind == SH.targetObjectsOf:
            yield f"?value {term} ?this"
        elif kind == SH.target and (found := target_query(shapes, term)):
            owner, values = found
            yield f"{{ {spelled_out(shapes, owner, SH.select, values)} }} FILTER(BOUND(?this))"
