"""Which passages are on which lines, in time linear in both."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ogdkg.evidence.coverage import _on_lines
from ogdkg.evidence.passages import Passage


def _passage(lines: tuple[int, int] | None) -> Passage:
    return Passage(f"urn:{lines}", None, lines, None, None, None)


@given(st.lists(st.none() | st.tuples(st.integers(0, 9), st.integers(0, 12))), st.integers(0, 9))
def test_they_are_those_whose_lines_hold_the_number(lines: list[tuple[int, int] | None], number: int) -> None:
    passages = [_passage(each) for each in lines]
    expected = [
        [each for each in passages if each.lines and each.lines[0] <= line <= each.lines[1]]
        for line in range(1, number + 1)
    ]
    assert list(_on_lines(passages, number)) == expected


def test_very_many_passages_of_a_long_document_are_soon_found() -> None:
    passages = [_passage((line, line + 1)) for line in range(1, 100_000)]
    assert sum(map(len, _on_lines(passages, 100_000))) == 2 * len(passages)
