"""Finds the triples that the solutions of a query are derived from, by running what `rewrite` makes of it.

The lineage of a row is the set of all triples of all solutions that yield it: the union of its
why-provenance (Buneman, Khanna and Tan 2001, https://doi.org/10.1007/3-540-44503-X_20).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence, Set
from functools import partial

from ogdkg.errors import StoreError
from ogdkg.evidence.lineage.rewrite import Premise, Rewriting, Scope, VariableNames, plain_columns, rewritten
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import Blank, Iri, Literal, Term, Triple, TripleTerm, to_ntriples
from ogdkg.sparql.tree import Path, Pattern, Query, is_variable, joined
from ogdkg.store.base import Rows, Store, select

Key = tuple[Term | None, ...]
Solution = Mapping[str, Term | None]
_Where = tuple[int, ...]
_MOST_KNOWN = 4_096  # of which it is known what was made


class MatchedTriple(NamedTuple):
    """A triple, and the graph in which the query looked for it; None for any graph."""

    triple: Triple
    graph: Iri | None = None


class SubPlan(NamedTuple):
    """The inside of a group, and the premises that its solutions give values to."""

    inside: str
    premises: tuple[Premise, ...]


class Plan(NamedTuple):
    """The queries that return the premises of a query's solutions.

    Attributes:
        prologue: The prefixes and base of the query.
        strands: The main query and its side branches.
        keys: The variables that identify a solution.
        notes: Why the lineage may be inexact.
        sure: The variables that a VALUES at the beginning of the group may restrict without other effects.
    """

    prologue: str
    strands: tuple[SubPlan, ...]
    keys: tuple[str, ...]
    notes: tuple[str, ...] = ()
    bound: frozenset[str] = frozenset()

    @property
    def constants(self) -> list[str]:
        """The terms in the premises that are no variables."""
        premises = (premise for strand in self.strands for premise in strand.premises)
        terms = (term for premise in premises for term in premise.terms)
        return list(dict.fromkeys(term for term in terms if not is_variable(term)))

    def text(self, strand: SubPlan, among: Sequence[Key] = ()) -> str:
        """Return the query of a strand; `among` restricts it to these keys where it can."""
        used = (name for each in strand.premises for name in (*each.terms, *each.marks))
        names = " ".join(dict.fromkeys((*self.keys, *filter(is_variable, used)))) or "*"
        only = _values(self.keys, self.bound, among)
        return f"{self.prologue}\nSELECT DISTINCT {names} WHERE {{ {only}\n{strand.inside} }}"


def plan_of(query: Query, keys: Sequence[str] = ()) -> Plan:
    """Return the plan of a query; `keys` are its columns if it does not name them itself."""
    select = query.select
    branches = list(rewritten(select, query.unused))
    if select.columns:
        computed = {each.variable for each in plain_columns(select)}
        keys = [name for name, expression in select.columns if not expression or name in computed]
    strands = tuple(SubPlan(inside, tuple(rewriting.premises)) for inside, rewriting in branches)
    notes = dict.fromkeys(note for _, rewriting in branches for note in rewriting.notes)
    return Plan(query.prologue, strands, tuple(keys), tuple(notes), frozenset(joined(select.where)))


class Tracer:
    """Queries a store for the lineage of solutions."""

    def __init__(self, store: Store, prefixes: Mapping[str, str]) -> None:
        self._store, self._prefixes = store, prefixes
        self._walked: dict[tuple[Path, Term, Term, Term | None], set[MatchedTriple]] = {}

    def solutions(
        self, plan: Plan, among: Sequence[Key] = (), wanted: Container[Key] | None = None
    ) -> Iterator[tuple[Key, set[MatchedTriple]]]:
        """Yield the keys of solutions with the triples that these are derived from, strand by strand.

        Args:
            plan: The plan of the query.
            among: Keys to which the store is to restrict its search.
            wanted: The keys of which solutions are told; by default all.
        """
        constants = self.terms(plan.prologue, plan.constants)
        for strand in plan.strands:
            answer = self._ask(plan.text(strand, among))
            names = (*(f"?{name}" for name in answer.variables), *constants)
            given, stated = (*constants.values(), None), partial(self._stated, plan.prologue)
            matches = None
            for row in answer.rows:
                matches = matches or _Matches(names, strand.premises, plan.keys, wanted, stated)
                matches.add((*row, *given))
            yield from matches.by_key.items() if matches else ()

    def terms(self, prologue: str, texts: Sequence[str]) -> dict[str, Term | None]:
        """Return the terms that texts stand for in a query, as the store reads them.

        Raises:
            StoreError: A server does not give back the row that the query contains.
        """
        names = [f"?c{number}" for number in range(len(texts))]
        if not texts:
            return {}
        columns = " ".join(names)
        asked = f"{prologue}\nSELECT {columns} {{ VALUES ({columns}) {{ ({' '.join(texts)}) }} }}"
        row = next(self._ask(asked).rows, None)
        if row is None:
            raise StoreError("The server's result lacks the row that the query contains.")
        return dict(zip(texts, row, strict=True))

    def _stated(self, prologue: str, premise: Premise, terms: Key) -> set[MatchedTriple]:
        """Return the triples of a premise whose subject, predicate, object and graph are these."""
        subject, predicate, value, graph = terms
        if subject is None or value is None or isinstance(graph, Blank | Literal | TripleTerm):
            return set()
        if premise.walk:
            return self._walk(premise.walk, (subject, value), graph, prologue)
        if isinstance(subject, Literal | TripleTerm) or not isinstance(predicate, Iri):
            return set()
        return {MatchedTriple(Triple(subject, predicate, value), graph)}

    def _walk(
        self, path: Path, ends: tuple[Term, Term], graph: Iri | None, prologue: str
    ) -> set[MatchedTriple]:
        """Return the triples of all ways along a repeated path from one end to the other."""
        known = path, *ends, graph
        if known not in self._walked:
            plan = plan_of_walk(path, ends, graph, prologue)
            end_key = tuple(end for end in ends if isinstance(end, Blank))
            matched = (stated for key, stated in self.solutions(plan) if key == end_key)
            self._walked[known] = set().union(*matched)
        return self._walked[known]

    def _ask(self, text: str) -> Rows:
        return select(self._store, text, prefixes=self._prefixes, name="the query's lineage")


class _Matches:
    """The triples that solutions are derived from, by key.

    Rows have many terms in common, each as one and the same object. So what was made of some terms is known
    by where these are in memory, which they keep as long as it is known.

    Args:
        names: The names of a solution's terms, but for the last, which is None.
        premises: The patterns that a solution is derived from.
        keys: The variables that identify one.
        wanted: The keys that are told; None for all.
        stated: Returns the triples of a premise whose subject, predicate, object and graph are these.
    """

    def __init__(
        self,
        names: Sequence[str],
        premises: Sequence[Premise],
        keys: Sequence[str],
        wanted: Container[Key] | None,
        stated: Callable[[Premise, Key], set[MatchedTriple]],
    ) -> None:
        place = {name: place for place, name in enumerate(names)}
        self._keys = [place[name] for name in keys]
        self._premises = [
            (each, _places(each, place), [place[mark] for mark in each.marks]) for each in premises
        ]
        self._wanted, self._stated = wanted, stated
        self._known: dict[_Where, tuple[Key, set[MatchedTriple], dict[_Where, Key]]] = {}
        self.by_key: dict[Key, set[MatchedTriple]] = {}

    def add(self, solution: Key) -> None:
        """Add the triples of a solution to those of its key."""
        key = tuple([solution[place] for place in self._keys])
        where = tuple(map(id, key))
        known = self._known.get(where)
        if known is None:
            if self._wanted is not None and key not in self._wanted:
                return
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[where] = key, self.by_key.setdefault(key, set()), {}
        _, matched, made = known
        for number, (premise, (one, other, third, fourth), marks) in enumerate(self._premises):
            if any(solution[mark] is None for mark in marks):
                continue
            terms = solution[one], solution[other], solution[third], solution[fourth]
            at = (number, *map(id, terms))
            if at not in made:
                if len(made) >= _MOST_KNOWN:
                    made.clear()
                made[at] = terms
                matched |= self._stated(premise, terms)


def _places(premise: Premise, place: Mapping[str, int]) -> tuple[int, int, int, int]:
    """Where the terms of a premise stand in a solution; what it has not is the last, None."""
    names = premise.subject, "" if premise.walk else premise.predicate, premise.object, premise.graph
    one, other, third, fourth = (place[name] if name else -1 for name in names)
    return one, other, third, fourth


def plan_of_walk(path: Path, ends: Sequence[Term], graph: Iri | None, prologue: str) -> Plan:
    """Return the plan for one step on a way: from one end to it, the step itself, and on to the other end.

    A query cannot name a blank node, so it selects an end that is one.
    """
    step, names = path.parts[0], VariableNames("w")
    free = [names.fresh() if isinstance(end, Blank) else "" for end in ends]
    first, last = (name or to_ntriples(end) for name, end in zip(free, ends, strict=True))
    one, other = names.fresh(), names.fresh()
    rewriting = Rewriting()
    around = Scope(names, to_ntriples(graph) if graph else None)
    inside = f"{first} ({step.text})* {one} .\n{rewriting.pattern(one, step, other, around)}\n"
    inside += f"{other} ({step.text})* {last} ."
    inside = f"GRAPH {around.graph} {{ {inside} }}" if graph else inside
    return Plan(prologue, (SubPlan(inside, tuple(rewriting.premises)),), tuple(filter(None, free)))


def _values(names: Sequence[str], bound: Set[str], rows: Sequence[Key]) -> str:
    """Return a VALUES block with the values of the sure variables, except those with blank nodes."""
    columns = dict(zip(names, zip(*rows, strict=True), strict=False))  # none where there are no rows
    named = {
        name: [to_ntriples(term) for term in column if isinstance(term, Iri | Literal)]
        for name, column in columns.items()
        if name in bound
    }
    whole = {name: texts for name, texts in named.items() if len(texts) == len(rows)}
    lines = dict.fromkeys(" ".join(row) for row in zip(*whole.values(), strict=True))
    return f"VALUES ({' '.join(whole)}) {{ {' '.join(f'({row})' for row in lines)} }}" if whole else ""


def bindings(pattern: Pattern, triple: Triple, constants: Solution) -> dict[str, Term] | None:
    """Return the values of the variables with which a template pattern yields a triple; None if it cannot."""
    values: dict[str, Term] = {}
    for text, term in zip(pattern.terms, triple, strict=True):
        if (values.setdefault(text, term) if is_variable(text) else constants[text]) != term:
            return None
    return values
