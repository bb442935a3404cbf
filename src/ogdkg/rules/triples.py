"""Triple rules, https://www.w3.org/TR/shacl-af/#TripleRule, and the node expressions that they combine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, islice, product

from pyoxigraph import Literal, NamedNode

from ogdkg.rules.conditions import Conditions
from ogdkg.rules.functions import inlined
from ogdkg.rules.queries import uncompiled
from ogdkg.sparql.guard import LONGEST
from ogdkg.validation.core.paths import sparql_path
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH

MOST_WAYS = 100  # in which the unions of a rule can be combined
_THIS = "?this"


def combined(shapes: Shapes, rule: Term, focus: str) -> str:
    """The query of a triple rule, or of the sh:values of a property shape, for the focus nodes of a group.

    Raises:
        ShapesError: A node expression cannot be told in SPARQL.
    """
    expressions = NodeExpressions(shapes)
    if SH.subject in shapes.about.get(rule, {}):
        parts = [[shapes.value(rule, each)] for each in (SH.subject, SH.predicate, SH.object)]
    else:
        parts = [[SH.this], [shapes.value(rule, SH.path)], shapes.values(rule, SH["values"])]
    terms, ways = zip(*(expressions.part(part, number) for number, part in enumerate(parts)), strict=True)
    found = [" ".join(filter(None, way)) for way in islice(product(*ways), MOST_WAYS + 1)]
    if len(found) > MOST_WAYS:
        raise uncompiled(f"A rule whose unions have more than {MOST_WAYS} combinations", rule, "Split it.")
    if sum(map(len, found)) + len(found) * len(focus) > LONGEST:
        raise uncompiled(f"A rule of more than {LONGEST:,} characters of SPARQL", rule, "Split it.")
    branches = " UNION ".join(f"{{ {focus} {way} }}" for way in found)
    body = f"{focus} {found[0]}" if len(found) == 1 else branches
    return f"CONSTRUCT {{ {' '.join(terms)} }} WHERE {{ {body} }}"


class NodeExpressions:
    """Node expressions as patterns of SPARQL, https://www.w3.org/TR/shacl-af/#node-expressions."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._conditions = Conditions(shapes)
        self._numbers = count(1)

    def part(self, expressions: Sequence[Term], place: int) -> tuple[str, list[str]]:
        """The term of a template for the nodes of expressions, and the patterns that bind it, each alone.

        A term that cannot stand at its place (0 to 2) is a variable, for which there will be no triple.
        """
        [first] = expressions if len(expressions) == 1 else [None]
        fits = isinstance(first, NamedNode) or (place == 2 and isinstance(first, Literal))
        if fits and first is not None:
            return _term(first), [""]
        variable = f"?{('subject', 'predicate', 'object')[place]}"
        return variable, [way for each in expressions for way in self.ways(each, variable)]

    def ways(self, expression: Term, variable: str, *, bound: bool = False) -> list[str]:
        """Patterns that together bind a variable to each node; for a bound one, that hold where it is one."""
        if isinstance(expression, NamedNode | Literal):
            return [_is(variable, _term(expression), bound=bound)]
        said = self._shapes.about[expression]
        if SH.path in said:
            return self._followed(expression, variable)
        if SH.filterShape in said:
            test = self._conditions.conforms(self._shapes.value(expression, SH.filterShape), variable)
            nodes = self.ways(self._shapes.value(expression, SH.nodes), variable, bound=bound)
            return [f"{way} FILTER({test})" for way in nodes]
        if SH.union in said:
            return self._united(self._shapes.items(self._shapes.value(expression, SH.union)), variable, bound)
        if SH.intersection in said:
            members = self._shapes.items(self._shapes.value(expression, SH.intersection))
            each = [self.ways(one, variable, bound=bound or n > 0) for n, one in enumerate(members)]
            return self._together(expression, each)
        return self._called(expression, variable, bound=bound)

    def _united(self, members: Sequence[Term], variable: str, bound: bool) -> list[str]:
        """The nodes of each member; all constants at once, of which there may be many."""
        known = [str(each) for each in members if isinstance(each, NamedNode | Literal) and each != SH.this]
        same = " || ".join(f"sameTerm({variable}, {each})" for each in known)
        at_once = f"FILTER({same})" if bound else f"VALUES {variable} {{ {' '.join(known)} }}"
        others = (each for each in members if str(each) not in known)
        ways = [way for each in others for way in self.ways(each, variable, bound=bound)]
        return [at_once, *ways] if known else ways

    def _variable(self) -> str:
        return f"?n{next(self._numbers)}"

    def _followed(self, expression: Term, variable: str) -> list[str]:
        """The values of a path from each node."""
        path = sparql_path(self._shapes, self._shapes.value(expression, SH.path))
        nodes = self._shapes.value(expression, SH.nodes)
        if nodes is None or isinstance(nodes, NamedNode):
            return [f"{_term(nodes or SH.this)} {path} {variable} ."]
        start = self._variable()
        return [f"{way} {start} {path} {variable} ." for way in self.ways(nodes, start)]

    def _called(self, expression: Term, variable: str, *, bound: bool) -> list[str]:
        """The value of a function for each combination of its arguments."""
        function = self._shapes.called_function(expression)
        assert function is not None, "every other kind of expression is known by now"
        listed = self._shapes.items(self._shapes.value(expression, function))
        names = [self._variable() for _ in listed]
        value = inlined(self._shapes, function, names, expression)
        arguments = [self.ways(each, name) for each, name in zip(listed, names, strict=True)]
        result = _is(variable, value, bound=bound, computed=True)
        return [f"{way} {result}" for way in self._together(expression, arguments)]

    def _together(self, expression: Term, parts: Sequence[list[str]]) -> list[str]:
        found = [" ".join(each) for each in islice(product(*parts), MOST_WAYS + 1)]
        if len(found) > MOST_WAYS:
            what = f"A node expression whose unions have more than {MOST_WAYS} combinations"
            raise uncompiled(what, expression, "Split the rule.")
        return found


def _is(variable: str, value: str, *, bound: bool, computed: bool = False) -> str:
    if bound:
        return f"FILTER(sameTerm({variable}, {value}))"
    if value == _THIS or computed:
        return f"BIND({value} AS {variable}) FILTER(BOUND({variable}))"
    return f"VALUES {variable} {{ {value} }}"


def _term(term: Term) -> str:
    return _THIS if term == SH.this else str(term)
