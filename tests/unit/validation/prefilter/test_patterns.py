"""Regular expressions that the judge and the store read alike."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.sparql.regex import compiled
from ogdkg.validation.prefilter.patterns import portable_pattern, sparql_string

STORE = ox.Store()
PIECES = ("a", "[a-c]", "[^a]", ".", "\\d", "\\s", "(b|c)", "é", "\\.", "-", "(?:x{2})", "[&~]")
TIMES = ("", "*", "+", "?", "{1,2}", "*?")


def asked(expression: str) -> bool:
    rows = STORE.query(f"SELECT ({expression} AS ?answer) {{}}")
    return next(iter(rows))["answer"].value == "true"  # type: ignore[index, arg-type]  # a SELECT


@given(
    st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(TIMES)), min_size=1, max_size=4),
    st.booleans(),
    st.booleans(),
    st.text(alphabet="abcxé1 \n.-&K\u017f\u0663\x1c", max_size=8),
    st.sampled_from(("", "i")),
)
def test_judge_and_store_agree_where_the_guard_holds(
    pieces: list[tuple[str, str]], start: bool, end: bool, value: str, flags: str
) -> None:
    pattern = "^" * start + "".join(map("".join, pieces)) + "$" * end
    found = portable_pattern(pattern, flags)
    assert found is not None
    if asked(f'REGEX({sparql_string(value)}, "{found.guard}")'):
        here = compiled(pattern, flags).search(value) is not None
        assert (
            asked(f"REGEX({sparql_string(value)}, {sparql_string(pattern)}, {sparql_string(found.flags)})")
            == here
        )


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=a)",
        "(a)\\1",
        "[a&&b]",
        "[[:alpha:]]",
        "a++",
        "\\bx",
        "\\p{L}",
        "(?i)a",
        "[a",
        "a{,2}",
        "(?<n>a)",
        "\\w",
    ],
)
def test_what_the_engines_read_differently_is_not_portable(pattern: str) -> None:
    assert portable_pattern(pattern) is None
