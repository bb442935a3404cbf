"""The terms of the engine become ours, many of them together."""

from __future__ import annotations

from typing import Any, NoReturn

import pyoxigraph as ox

from ogdkg.store.codec import _terms_of, rows_of, term_of


class _Kept(dict[Any, Any]):
    """What is kept of a column: to go through it at each block of rows would take ever longer."""

    def keys(self) -> NoReturn:
        raise AssertionError("all that is kept is gone through")

    __iter__ = keys


def test_a_column_of_few_terms_makes_each_once() -> None:
    values = [ox.Literal("a"), ox.NamedNode("urn:a"), None] * 9
    known = _Kept({None: None})
    for _ in range(2):
        made = list(_terms_of(values, known))
        assert made == [value and term_of(value) for value in values]
        assert made[0] is made[-3] is known[values[0]]


def test_rows_of_few_terms_and_of_many_are_those_of_the_engine() -> None:
    store = ox.Store()
    names = [ox.NamedNode(f"urn:{place}") for place in range(700)]
    store.extend(ox.Quad(name, names[place % 3], ox.Literal(place)) for place, name in enumerate(names))
    text = "SELECT ?s ?p ?o ?none { ?s ?p ?o }"
    one_by_one = [tuple(value and term_of(value) for value in row) for row in store.query(text)]
    assert list(rows_of(store.query(text))) == one_by_one
    assert len(one_by_one) == 700
