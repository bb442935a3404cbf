"""How a browser finds the statements that rows rest on: the lineage of a query as texts with holes.

`evidence.lineage` rewrites a query; here its plan is told as data, so that a browser only fills in values,
asks, and reads which statements each solution names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ogdkg.errors import OgdkgError
from ogdkg.evidence.lineage.rewrite import Premise
from ogdkg.evidence.lineage.trace import Plan, SubPlan, plan_of, plan_of_walk
from ogdkg.rdf.terms import Blank, Iri, Term
from ogdkg.sparql.reader import read_query
from ogdkg.sparql.spelling import spelled_out
from ogdkg.sparql.tokens import with_prefixes
from ogdkg.sparql.tree import Path, is_variable
from ogdkg.web.offline.holes import Cut

# What stands for the ends of a way along a path, and for its graph, in the plan of a walk.
_FROM, _TO, _GRAPH = Iri("urn:end:from"), Iri("urn:end:to"), Iri("urn:end:graph")
_DEEPEST = 4  # paths repeated within repeated ones


class UntraceableError(Exception):
    """The rows of a query cannot be traced; the message says why."""


def told_plan(text: str, variables: Sequence[str], prefixes: Mapping[str, str], cut: Cut) -> dict[str, Any]:
    """Return the lineage of a query as data.

    Args:
        text: The query with its texts in every language, bound to terms that stand for values.
        variables: Its columns.
        prefixes: The prefixes that it need not declare.
        cut: Cuts a text at these terms.

    Raises:
        UntraceableError: The query uses what its lineage cannot be traced through.
    """
    try:
        query = read_query(text, "query")
        plan = plan_of(query, [f"?{name}" for name in variables])
    except OgdkgError as error:
        raise UntraceableError(error.message.rstrip(".")) from None
    return {**_Teller(prefixes, cut).plan(plan), "limited": bool(query.select.limits)}


class _Teller:
    """Tells plans as data."""

    def __init__(self, prefixes: Mapping[str, str], cut: Cut) -> None:
        self._prefixes, self._cut = prefixes, cut

    def plan(self, plan: Plan, depth: int = 0) -> dict[str, Any]:
        return {
            "keys": [key.removeprefix("?") for key in plan.keys],
            "bound": sorted(name.removeprefix("?") for name in plan.bound.intersection(plan.keys)),
            "notes": list(plan.notes),
            "constants": self._constants(plan),
            "strands": [self._strand(plan, each, depth) for each in plan.strands],
        }

    def _constants(self, plan: Plan) -> dict[str, Any] | None:
        """The terms that premises name, and the query that says what an engine reads them as."""
        if not plan.constants:
            return None
        names = [f"?c{number}" for number in range(len(plan.constants))]
        columns = " ".join(names)
        asked = f"SELECT {columns} {{ VALUES ({columns}) {{ ({' '.join(plan.constants)}) }} }}"
        return {"terms": plan.constants, "text": self._text(f"{plan.prologue}\n{asked}")}

    def _strand(self, plan: Plan, strand: SubPlan, depth: int) -> dict[str, Any]:
        """A query, with a place for the values of keys that it is restricted to, and its premises."""
        head, brace, rest = plan.text(strand).partition("WHERE {")
        return {
            "text": self._text(f"{head}{brace} {rest}"),
            "premises": [self._premise(plan, each, depth) for each in strand.premises],
        }

    def _premise(self, plan: Plan, premise: Premise, depth: int) -> list[Any]:
        terms = [premise.subject, premise.predicate, premise.object, premise.graph or ""]
        told = [each.removeprefix("?") if is_variable(each) else f"={each}" if each else "" for each in terms]
        marks = [each.removeprefix("?") for each in premise.marks]
        walk = self._walks(plan, premise.walk, depth, in_graph=bool(premise.graph)) if premise.walk else None
        return [*told, marks, walk]

    def _walks(self, plan: Plan, path: Path, depth: int, *, in_graph: bool) -> list[dict[str, Any]]:
        """The plans of a way along a path, whose ends are no blank nodes, the first is, the last, or both."""
        if depth == _DEEPEST:
            raise UntraceableError("the query repeats paths within paths")
        graph = _GRAPH if in_graph else None
        first: list[Term] = [_FROM, Blank("from")]
        last: list[Term] = [_TO, Blank("to")]
        return [
            self.plan(plan_of_walk(path, (one, other), graph, plan.prologue), depth + 1)
            for other in last
            for one in first
        ]

    def _text(self, text: str) -> Any:
        return {"parts": self._cut(with_prefixes(spelled_out(text), self._prefixes))}
