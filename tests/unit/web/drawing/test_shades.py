"""Classes of numbers: at most five, in order, each with countries, and every number in its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.web.drawing.shades import CLASSES, Shades


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([3], ["3"]),
        ([1, 2, 2], ["1", "2"]),
        ([1, 2, 3, 4, 5], ["1", "2", "3", "4", "5"]),
        ([1] * 40 + [2] * 40 + [3] * 30 + [4] * 10 + [5] * 5 + [9], ["1", "2", "3", "4", "5 or more"]),
        (range(1, 101), ["1 to 20", "21 to 40", "41 to 60", "61 to 80", "81 or more"]),
        ([0.5, 1500], ["0.5", "1,500"]),
    ],
)
def test_classes(numbers: list[float], words: list[str]) -> None:
    assert [each.words for each in Shades(numbers).legend] == words


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_a_larger_number_is_never_lighter(numbers: list[int]) -> None:
    shades = Shades(numbers)
    found = [shades.of(number) for number in sorted(numbers)]
    assert found == sorted(found)
    assert set(found) <= set(range(1, CLASSES + 1))
    assert len(set(found)) == len(shades.legend) == min(len(set(numbers)), CLASSES)
