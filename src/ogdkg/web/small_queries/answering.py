"""Answers a query of triple patterns from blocks, if the answer is small, within bounds known beforehand.

Each pattern is looked up by a term that is known by then: a constant, or what a pattern before it has found.
What is looked at is counted before it is: blocks and their bytes, lines, rows. A query that would exceed a
bound is left to processes that can be ended, as is one with a term that the graph does not have, of which an
engine may say what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from ogdkg.rdf.terms import Iri
from ogdkg.render.views.results import term_as_json
from ogdkg.web.small_queries.blocks import OBJECTS, SUBJECTS, Blocks, TooLargeError, TooMuchError
from ogdkg.web.small_queries.json_rows import Found
from ogdkg.web.small_queries.shapes import Pattern, Shape, Term

_MOST_LINES = 2_000  # that are compared with what a pattern wants; no step finds more
_MOST_BLOCKS = 200
_MOST_READ = 1 << 17  # characters of blocks
MOST_TOLD = 1 << 16  # characters of an answer

Solution = tuple[str, ...]
Lines = list[list[str]]  # of a block: the number of a predicate, and another term
Place = int | Term | None  # a value of a solution, a constant, or a variable that gets its value here


class Step(NamedTuple):
    """A pattern as it is looked up.

    Attributes:
        of: Whether in blocks about subjects or objects.
        key: By which term.
        predicate: What a line is to have as predicate.
        other: What it is to have as its other term.
    """

    of: bytes
    key: Place
    predicate: Place
    other: Place


class Plan(NamedTuple):
    """The patterns in an order to look them up in, and the place of each variable in a solution."""

    steps: tuple[Step, ...]
    optional: tuple[tuple[Step, ...], ...]
    places: dict[str, int]


@lru_cache(maxsize=1_024)
def plan_of(shape: Shape, first: int) -> Plan | None:
    """Return how to look patterns up, beginning with one of them; None where that cannot be."""
    places: dict[str, int] = {}
    left = list(shape.patterns)
    steps = _steps([left.pop(first), *left], places)
    optional = [_steps(list(patterns), places) for patterns in shape.optional]
    every = [steps, *optional]
    if any(step.key is None for each in every for step in each):
        return None
    return Plan(tuple(steps), tuple(map(tuple, optional)), places)


def _steps(left: list[Pattern], places: dict[str, int]) -> list[Step]:
    """Patterns in their order, from the first one on: those about what is known by then before others."""
    steps = []
    chosen: Pattern | None = left[0]
    while chosen:
        left.remove(chosen)
        steps.append(_step(chosen, places))
        chosen = next((each for each in left if _is_known(each.subject, places)), next(iter(left), None))
    return steps


def _step(pattern: Pattern, places: dict[str, int]) -> Step:
    of = SUBJECTS if _is_known(pattern.subject, places) else OBJECTS
    key, other = (pattern.subject, pattern.object)[:: 1 if of == SUBJECTS else -1]
    if not _is_known(key, places):
        return Step(of, None, None, None)
    return Step(of, _place(key, places), _place(pattern.predicate, places), _place(other, places))


def _is_variable(term: Term) -> bool:
    return isinstance(term, str) and term.startswith("?")


def _is_known(term: Term, places: dict[str, int]) -> bool:
    return not _is_variable(term) or term in places


def _place(term: Term, places: dict[str, int]) -> Place:
    if not _is_variable(term):
        return term
    assert isinstance(term, str)
    if term in places:
        return places[term]
    places[term] = len(places)
    return None


class Small:
    """One query on its way.

    Args:
        blocks: The graph.
        iris: The IRIs of the query.
    """

    def __init__(self, blocks: Blocks, iris: Sequence[str]) -> None:
        self._blocks, self._iris = blocks, iris
        self._found: dict[tuple[bytes, str], Lines] = {}
        self._lines = self._read = 0

    def answer(self, shape: Shape) -> Found | bool:
        """Return the rows of a SELECT, or what an ASK asks.

        Raises:
            TooMuchError: It may not be small, or the graph does not have all of its terms.
        """
        plan = plan_of(shape, self._first(shape.patterns))
        if plan is None:
            raise TooMuchError
        solutions: list[Solution] = [()]
        for step in plan.steps:
            solutions = self._next(solutions, step)
        for steps in plan.optional:
            solutions = [each for solution in solutions for each in self._extended(solution, steps)]
        if shape.variables is None:
            return bool(solutions)
        return _found(shape, plan, solutions)

    def _extended(self, solution: Solution, steps: Sequence[Step]) -> list[Solution]:
        """A solution with what an OPTIONAL adds to it, or with nothing in its places."""
        found = [solution]
        for step in steps:
            found = self._next(found, step)
        new = sum(each is None for step in steps for each in (step.predicate, step.other))
        return found or [(*solution, *[""] * new)]

    def _first(self, patterns: Sequence[Pattern]) -> int:
        """The pattern to begin with: the one whose block has the fewest lines."""
        if len(patterns) == 1:
            return 0
        best, least = 0, _MOST_LINES
        for index, pattern in enumerate(patterns):
            of, key = (
                (OBJECTS, pattern.object) if _is_variable(pattern.subject) else (SUBJECTS, pattern.subject)
            )
            with suppress(TooLargeError):
                if not _is_variable(key) and (number := len(self._block(of, self._constant(key)))) < least:
                    best, least = index, number
        return best

    def _next(self, solutions: list[Solution], step: Step) -> list[Solution]:
        """Each solution with all that a pattern adds to it."""
        key, predicate, other = (
            each if each is None or isinstance(each, int) else self._constant(each) for each in step[1:]
        )
        if isinstance(predicate, str):
            predicate = self._known(self._blocks.numbers.get(predicate))
        if isinstance(other, str) and not self._blocks.has(OBJECTS, other):
            raise TooMuchError
        found: list[Solution] = []
        for solution in solutions:
            lines = self._block(step.of, solution[key] if isinstance(key, int) else str(key))
            if not lines and isinstance(key, str):
                raise TooMuchError
            self._lines += len(lines) or 1
            if self._lines > _MOST_LINES:
                raise TooMuchError
            found += self._joined(solution, lines, predicate, other)
        return found

    def _joined(
        self, solution: Solution, lines: Lines, predicate: int | str | None, other: int | str | None
    ) -> Iterable[Solution]:
        """A solution with each line that fits: a text is what it is to have, a number whose value it is."""
        terms = self._blocks.predicates
        if isinstance(predicate, str):
            if other is None:
                return [(*solution, value) for number, value in lines if number == predicate]
            wanted = solution[other] if isinstance(other, int) else other
            return [solution for line in lines if line == [predicate, wanted]]
        if predicate is None and other is None:
            return [(*solution, terms[int(number)], value) for number, value in lines]
        return list(self._compared(solution, lines, predicate, other))

    def _compared(
        self, solution: Solution, lines: Lines, predicate: int | None, other: int | str | None
    ) -> Iterator[Solution]:
        """As above, where a variable stands for the predicate, and for something else too."""
        for number, value in lines:
            term = self._blocks.predicates[int(number)]
            if predicate is not None and solution[predicate] != term:
                continue
            now = solution if predicate is not None else (*solution, term)
            if other is None:
                yield (*now, value)
            elif (now[other] if isinstance(other, int) else other) == value:
                yield now

    def _block(self, of: bytes, term: str) -> Lines:
        """The lines about a term; none where it is a subject or object nowhere."""
        known = self._found.get((of, term))
        if known is None:
            text = self._blocks.lines(of, term)
            self._read += len(text)
            if self._read > _MOST_READ or len(self._found) >= _MOST_BLOCKS:
                raise TooMuchError
            known = self._found[of, term] = [line.split("\t") for line in text.split("\n")] if text else []
        return known

    def _constant(self, term: Term) -> str:
        """A constant as JSON has it."""
        if isinstance(term, str):
            return term
        number, local = term
        return term_as_json(Iri(self._iris[number] + local))

    @staticmethod
    def _known(term: str | None) -> str:
        if term is None:
            raise TooMuchError
        return term


def _found(shape: Shape, plan: Plan, solutions: list[Solution]) -> Found:
    """The rows of a SELECT."""
    variables = shape.variables or ()
    shown = tuple([name for name in variables if f"?{name}" in plan.places])
    places = [plan.places[f"?{name}"] for name in shown]
    if places != list(range(len(plan.places))):
        solutions = [tuple([solution[place] for place in places]) for solution in solutions]
    if shape.is_distinct:
        solutions = list(dict.fromkeys(solutions))
    if shape.limit is not None:
        solutions = solutions[: shape.limit]
    size = 0
    for solution in solutions:
        size += sum(map(len, solution))
        if size > MOST_TOLD:
            raise TooMuchError
    return Found(variables, shown, solutions)
