"""Lines sorted on disk: all of them, once, in order, whatever fits into memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.files import sorting
from ogdkg.files.sorting import SortedLines
from tests.conftest import examples

LINES = st.lists(st.binary(max_size=4).map(lambda line: line.replace(b"\n", b"")), max_size=60)


@examples(100)
@given(LINES, st.integers(20, 500), st.sampled_from([1, 7, 1000]), st.sampled_from([2, 3, 64]))
def test_lines_come_back_sorted_and_once(lines: list[bytes], most: int, block: int, runs: int) -> None:
    with pytest.MonkeyPatch.context() as patch, SortedLines(most=most) as found:
        patch.setattr(sorting, "_BLOCK", block)
        patch.setattr(sorting, "_RUNS", runs)
        found.extend(lines)
        assert list(found) == list(found) == sorted(set(lines))
        assert len(found) == len(lines)
        found.add(b"more")
        assert list(found) == sorted({*lines, b"more"})
