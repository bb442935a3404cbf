"""Rewrites a query so that each solution also returns the triples it is derived from; `trace` runs it.

The rewritten query selects every variable, also blank nodes and those hidden by subselects. Branches that
may not match (OPTIONAL, UNION, alternatives of a path) bind a marker variable if they did. Groups keep their
order and filters, so the solutions stay the same. The matches of an EXISTS, and of a subselect with LIMIT or
groups, are side branches: a separate query asks for each, since together they would multiply the solutions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ogdkg.lean import NamedTuple
from ogdkg.sparql.tokens import tokens
from ogdkg.sparql.tree import (
    Bind,
    Expression,
    Filter,
    Group,
    Minus,
    Named,
    Optional,
    Part,
    Path,
    Pattern,
    Select,
    Union,
    Values,
    certain,
    is_variable,
    visible,
)

NEGATION = "what is absent (MINUS, NOT EXISTS, !BOUND) has no passage"
GROUPS = "an aggregate cites all that the solutions of its group rest on"
LIMITED = "a subselect with LIMIT cites every solution that gives one of its rows"


class Premise(NamedTuple):
    """A triple pattern that a solution is derived from, if its markers are bound.

    Subject, predicate, object and graph are variables, or terms as the query writes them. With `walk`, it
    stands for the triples of all ways along a repeated path.
    """

    subject: str
    predicate: str
    object: str
    graph: str | None
    marks: tuple[str, ...]
    walk: Path | None = None

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms and variables whose values identify the triple."""
        return tuple(filter(None, (self.subject, self.predicate, self.object, self.graph)))


BranchPath = tuple[int, ...]  # the number of a side branch, after those of the side branches it is nested in


class VariableNames:
    """Names for variables: those of an inner scope that are not visible outside get fresh names."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._fresh_names: list[str] = []
        self._outer: VariableNames | None = None
        self._visible: set[str] = set()
        self._own: dict[str, str] = {}

    def inner(self, visible: set[str]) -> VariableNames:
        """Return the names of an inner scope of which only `visible` are visible outside."""
        names = VariableNames(self._prefix)
        names._fresh_names, names._outer, names._visible = self._fresh_names, self, visible
        return names

    def of(self, term: str) -> str:
        """Return the name of a variable in this scope; any other term stays."""
        if self._outer is None or not is_variable(term):
            return term
        if term in self._visible:
            return self._outer.of(term)
        if term not in self._own:
            self._own[term] = self.fresh()
        return self._own[term]

    def has(self, name: str) -> bool:
        """Return whether this scope has renamed a variable."""
        return name in self._own

    def fresh(self) -> str:
        """Return a new variable."""
        self._fresh_names.append(f"?{self._prefix}{len(self._fresh_names)}")
        return self._fresh_names[-1]

    def text(self, text: str) -> str:
        """Return a part of a query with its variables renamed."""
        parts = (
            (f"?{each.text[1:]}", each) if each.kind == "variable" else ("", each) for each in tokens(text)
        )
        return "".join(self.of(name) if name else each.text for name, each in parts)


class Scope(NamedTuple):
    """The context of a pattern: variable names, graph, markers, and the side branch it is in."""

    names: VariableNames
    graph: str | None = None
    marks: tuple[str, ...] = ()
    branch: BranchPath = ()


class _SideBranch(NamedTuple):
    """An OPTIONAL with a side branch, if it is the wanted one.

    It is free to stand anywhere behind what it is of where no condition compares a variable that may be
    unbound there, and bound later.
    """

    text: str = ""
    is_free: bool = True


Make = Callable[[Scope], str]


class Rewriting:
    """Rewrites groups, and collects the premises of their solutions and notes on inexact ones.

    `branch`: the side branch to write out, whose premises are collected; empty for the main query.
    """

    def __init__(self, branch: BranchPath = ()) -> None:
        self.branch = branch
        self.premises: list[Premise] = []
        self.notes: dict[str, None] = {}
        self.side_branches: list[BranchPath] = []  # of the wanted one
        self._counts = Counter[BranchPath]()

    def select(self, select: Select, scope: Scope) -> str:
        """Return the inside of a group with the solutions of a SELECT, before projection."""
        lines = [self.group(select.where, scope)]
        lines += [self._bind(each, scope) for each in (*select.computed, *plain_columns(select))]
        if select.groups:
            self.notes[GROUPS] = None
        elif select.values:
            lines.append(f"VALUES {scope.names.text(select.values.text)}")
        return "\n".join(lines)

    def group(self, group: Group, scope: Scope) -> str:
        """Return the inside of a group, with the matches of each EXISTS in its filters."""
        inside = "\n".join(self._parts(group, scope))
        matches = "".join(self._exists_matches(_filters(group), group, scope))
        # In braces, so that its filters run once for each solution, and not for each match of an EXISTS.
        return f"{{ {inside} }}\n{matches}" if matches else inside

    def pattern(self, subject: str, path: Path, value: str, scope: Scope) -> str:
        """Return a triple pattern; a path is split into triple patterns where possible (section 18.2.2.2)."""
        if path.kind == "iri":
            return self._triple(subject, scope.names.of(path.text), value, scope)
        if path.kind == "^":
            return self.pattern(value, path.parts[0], subject, scope)
        if path.kind == "/":
            ends = [subject, *(scope.names.fresh() for _ in path.parts[1:]), value]
            steps = zip(ends[:-1], path.parts, ends[1:], strict=True)
            return "\n".join(self.pattern(*step, scope) for step in steps)
        if path.kind == "|":
            return self._either([self._step(subject, each, value) for each in path.parts], scope)
        if path.kind == "!":
            return self._either(list(self._denied(subject, path, value)), scope)
        whole = f"{subject} {path.text} {value} ."
        if path.kind == "?":
            return f"{whole}\nOPTIONAL {self._branch(self._step(subject, path.parts[0], value), scope)}"
        self._rest_on(Premise(subject, "", value, scope.graph, scope.marks, path), scope)
        return whole

    def _triple(self, subject: str, verb: str, value: str, scope: Scope) -> str:
        self._rest_on(Premise(subject, verb, value, scope.graph, scope.marks), scope)
        return f"{subject} {verb} {value} ."

    def _rest_on(self, premise: Premise, scope: Scope) -> None:
        if scope.branch == self.branch:
            self.premises.append(premise)

    def _step(self, subject: str, path: Path, value: str) -> Make:
        return lambda inside: self.pattern(subject, path, value, inside)

    def _denied(self, subject: str, path: Path, value: str) -> Iterator[Make]:
        """Yield a negated property set (section 18.2.2.3): any other property forwards, or any backwards."""
        forth = [each.text for each in path.parts if each.kind == "iri"]
        back = [each.parts[0].text for each in path.parts if each.kind == "^"]
        if forth or not back:
            yield self._other(subject, value, forth)
        if back:
            yield self._other(value, subject, back)

    def _other(self, subject: str, value: str, denied: Sequence[str]) -> Make:
        def make(inside: Scope) -> str:
            verb = inside.names.fresh()
            pattern = self._triple(subject, verb, value, inside)
            return f"{pattern} FILTER({verb} NOT IN ({', '.join(denied)}))"

        return make

    def _either(self, makes: Sequence[Make], scope: Scope) -> str:
        if len(makes) == 1:
            return f"{{ {makes[0](scope)} }}"
        return " UNION ".join(self._branch(make, scope) for make in makes)

    def _branch(self, make: Make, scope: Scope) -> str:
        """Return a group that may not match, with a marker variable that is bound if it does."""
        mark = scope.names.fresh()
        return f"{{ {make(scope._replace(marks=(*scope.marks, mark)))}\nBIND(1 AS {mark}) }}"

    def _parts(self, group: Group, scope: Scope) -> Iterator[str]:
        last = []
        for number, part in enumerate(group.parts):
            before = group.parts[:number]
            if isinstance(part, Optional):
                yield from self._optional(part.group, before, scope)
            elif select := _only_select(part):
                rows, matches = self._subselect(select, scope)
                if matches.is_free:  # the other parts are matched once for a row, not for each way to get it
                    yield rows
                    last.append(matches.text)
                else:
                    yield f"{{ {rows}\n{matches.text} }}"
            else:
                yield self._part(part, scope)
            if isinstance(part, Bind):
                yield from self._exists_matches([part.expression], Group(before), scope)
        yield from filter(None, last)

    def _optional(self, group: Group, before: tuple[Part, ...], scope: Scope) -> Iterator[str]:
        """Yield an OPTIONAL; its filters, and each EXISTS in them, see the parts before it."""
        mark = scope.names.fresh()
        inside = scope._replace(marks=(*scope.marks, mark))
        yield "OPTIONAL { " + "\n".join((*self._parts(group, inside), f"BIND(1 AS {mark})")) + " }"
        yield from self._exists_matches(
            _filters(group), Group((*before, *group.parts)), inside, f"BOUND({mark})"
        )

    def _part(self, part: Part, scope: Scope) -> str:
        names = scope.names
        match part:
            case Pattern(subject, path, value):
                return self.pattern(names.of(subject), path, names.of(value), scope)
            case Filter(constraint):
                self._note(constraint)
                return f"FILTER {names.text(constraint.text)}"
            case Bind():
                return self._bind(part, scope)
            case Union(groups):
                return self._either([self._inside(each) for each in groups], scope)
            case Named(name, group):
                named = scope._replace(graph=names.of(name))
                return f"GRAPH {names.of(name)} {{ {self.group(group, named)} }}"
            case Values(text):
                return f"VALUES {names.text(text)}"
            case Minus(text):
                self.notes[NEGATION] = None
                return f"MINUS {names.text(text)}"
        raise AssertionError(part)  # an OPTIONAL and a subselect do not come here

    def _inside(self, group: Group) -> Make:
        return lambda inside: self.group(group, inside)

    def _subselect(self, select: Select, scope: Scope) -> tuple[str, _SideBranch]:
        """Return a subselect; with LIMIT or groups, its rows and a side branch with its solutions."""
        names = scope.names.inner(visible(Group((select,))))
        if not select.groups and not select.limits:
            return f"{{ {self.select(select, scope._replace(names=names))} }}", _SideBranch()
        if select.limits:
            self.notes[LIMITED] = None
        outer, same = Group((select,)), "!BOUND({0}) && !BOUND({1})"
        side_branch = self._side_branch(lambda inside: self.select(select, inside), outer, scope, same)
        return f"{{ {names.text(select.text)} }}", side_branch

    def _side_branch(self, make: Make, outer: Group, scope: Scope, same: str, *tests: str) -> _SideBranch:
        """Return an OPTIONAL with a side branch of an outer group, which binds none of its variables.

        `same` says when a variable of the outer group and its counterpart match although one is unbound.
        The result is empty if this side branch is not the wanted one.
        """
        path = (*scope.branch, self._counts[scope.branch])
        self._counts[scope.branch] += 1
        if self.branch[: len(path)] != path:
            self.side_branches += [path] if scope.branch == self.branch else []
            return _SideBranch()
        bound = certain(outer)
        inner = scope._replace(names=scope.names.inner(bound), branch=path)
        branch = self._branch(make, inner)
        pairs = [
            (scope.names.of(name), inner.names.of(name))
            for name in sorted(visible(outer) - bound)
            if inner.names.has(name)
        ]
        alike = (f"COALESCE(SAMETERM({one}, {other}), {same.format(one, other)})" for one, other in pairs)
        conditions = " && ".join((*tests, *alike))
        text = f"OPTIONAL {{ {branch} {f'FILTER({conditions})' if conditions else ''} }}"
        return _SideBranch(text, is_free=not conditions)

    def _bind(self, bind: Bind, scope: Scope) -> str:
        self._note(bind.expression)
        return f"BIND({scope.names.text(bind.expression.text)} AS {scope.names.of(bind.variable)})"

    def _note(self, expression: Expression) -> None:
        if expression.negates:
            self.notes[NEGATION] = None

    def _exists_matches(
        self, expressions: Sequence[Expression], outer: Group, scope: Scope, *tests: str
    ) -> Iterator[str]:
        """Yield the matches of each EXISTS for the solutions of a scope."""
        for group in (group for expression in expressions for group in expression.exists):
            yield self._side_branch(self._inside(group), outer, scope, "true", *tests).text


def rewritten(select: Select, unused: str) -> Iterator[tuple[str, Rewriting]]:
    """Yield the inside of a group with the solutions of a SELECT: the main query, then each side branch."""
    pending: list[BranchPath] = [()]
    for branch in pending:
        rewriting = Rewriting(branch)
        yield rewriting.select(select, Scope(VariableNames(unused))), rewriting
        pending += rewriting.side_branches


def plain_columns(select: Select) -> list[Bind]:
    """Return the columns that an expression computes from one solution, with the same value each time."""
    return [
        Bind(expression, name)
        for name, expression in select.columns
        if expression and not (expression.aggregates or expression.varies)
    ]


def _only_select(part: Part) -> Select | None:
    """Return a subselect, in however many braces."""
    while isinstance(part, Union) and len(part.groups) == 1 and len(part.groups[0].parts) == 1:
        (part,) = part.groups[0].parts
    return part if isinstance(part, Select) else None


def _filters(group: Group) -> list[Expression]:
    return [part.constraint for part in group.parts if isinstance(part, Filter)]
