"""How alike two names are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogdkg.reconciling.likeness import abbreviates, compared, edits

LETTERS = st.text("abc", max_size=9)


def _by_table(one: str, other: str) -> int:
    """The same by the table of the textbook: optimal string alignment."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, another in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@settings(max_examples=300)
@given(LETTERS, LETTERS)
def test_edits_are_those_of_the_table(one: str, other: str) -> None:
    assert edits(one, other) == _by_table(one, other)


@given(st.text(max_size=40), st.text(max_size=40))
def test_scores_lie_between_0_and_100_and_do_not_depend_on_the_order(one: str, other: str) -> None:
    found = compared(one, other, lambda word: 1.0)
    assert 0 <= found.score <= 100
    assert found.is_same == compared(other, one, lambda word: 1.0).is_same


@pytest.mark.parametrize(
    ("given_name", "name", "is_same"),
    [
        ("the world bank", "World Bank", True),
        ("Côte d\u2019Ivoire", "COTE D'IVOIRE", True),
        ("Socrata, Inc.", "Socrata", True),
        ("Korea, Republic of", "Republic of Korea", True),
        ("Iran", "Iraq", False),
        ("Niger", "Nigeria", False),
        ("Version 1", "Version 2", False),
        ("Banque mondiale", "World Bank", False),
        ("World Bank Group", "World Bank", False),
    ],
)
def test_a_name_is_the_same_but_for_how_it_is_written(given_name: str, name: str, is_same: bool) -> None:
    found = compared(given_name, name, lambda word: 1.0)
    assert found.is_same is is_same
    assert (found.score >= 95) is is_same


def test_initials_are_beginnings_of_words_in_their_order() -> None:
    assert abbreviates("afdb", ("african", "development", "bank"))
    assert abbreviates("opendri", ("open", "data", "resilience", "initiative"))
    assert not abbreviates("bad", ("african", "development", "bank"))
    assert not abbreviates("adb", ("african", "development", "bank", "group"))
