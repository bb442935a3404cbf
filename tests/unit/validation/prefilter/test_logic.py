"""Conditions of three values: what SPARQL decides of them is what the tables of Kleene's logic say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import pyoxigraph as ox
import pytest

from ogdkg.sparql.spelling import or_false
from ogdkg.validation.prefilter.logic import (
    FAIL,
    PASS,
    UNKNOWN,
    Condition,
    all_of,
    any_of,
    conjunction,
    disjunction,
    exact,
    exactly_one,
    negation,
)

Known = bool | None


def _holds(expression: str) -> bool:
    return bool(ox.Store().query(f"ASK {{ BIND(1 AS ?one) FILTER({expression}) }}"))


def _known(condition: Condition) -> Known:
    passes, fails = _holds(condition.passes), _holds(condition.fails)
    assert not (passes and fails)
    return True if passes else False if fails else None


def _and(values: list[Known]) -> Known:
    return False if False in values else None if None in values else True


def _or(values: list[Known]) -> Known:
    return True if True in values else None if None in values else False


def _xone(values: list[Known]) -> Known:
    """Whether one alone is true, whatever those are that are not known."""
    open_ones = [[value] if value is not None else [True, False] for value in values]
    outcomes = {sum(case) == 1 for case in product(*open_ones)}
    return outcomes.pop() if len(outcomes) == 1 else None


SAID = {True: [PASS, exact("?one = 1")], False: [FAIL, exact("?one = 2")], None: [UNKNOWN]}


@pytest.mark.parametrize(
    ("combine", "table"), [(all_of, _and), (any_of, _or), (exactly_one, _xone)], ids=["and", "or", "xone"]
)
def test_a_combination_is_known_where_it_can_be(
    combine: Callable[[Iterable[Condition]], Condition], table: Callable[[list[Known]], Known]
) -> None:
    for values in product((True, False, None), repeat=3):
        for which in (0, -1):
            parts = [SAID[value][which] for value in values]
            assert _known(combine(parts)) == table(list(values)), values


def test_the_opposite() -> None:
    for value, conditions in SAID.items():
        for condition in conditions:
            assert _known(condition.flipped()) == (None if value is None else not value)


def test_constants_are_folded() -> None:
    assert conjunction("?a", "true", "?a") == "?a"
    assert conjunction("?a", "false") == "false"
    assert disjunction("?a", "true") == "true"
    assert disjunction("?a", "false", "?b") == "(?a || ?b)"
    assert (conjunction(), disjunction()) == ("true", "false")
    assert (negation("true"), negation("false"), negation("?a")) == ("false", "true", "!(?a)")


def test_an_error_is_no() -> None:
    assert not _holds(or_false("1/0 = 1"))
    assert _holds(negation(or_false("1/0 = 1")))
