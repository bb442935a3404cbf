"""The line and column of an offset, in whatever order they are asked for."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from ogdkg.syntax import source
from ogdkg.syntax.source import Source
from tests.conftest import examples


@examples(100)
@given(
    st.text("aé𐍈\nz", max_size=60), st.lists(st.integers(0, 60), max_size=8), st.sampled_from([3, 7, 8192])
)
def test_places_are_counted_in_characters(text: str, asked: list[int], block: int) -> None:
    with patch.object(source, "_BLOCK", block):
        document = Source(text.encode(), "x")
        for at in (at for at in asked if at <= len(text)):
            before = text[:at]
            place = document.place(len(before.encode()))
            assert (place.line, place.column) == (before.count("\n") + 1, at - before.rfind("\n"))


def test_a_long_line_is_not_counted_from_its_beginning_each_time() -> None:
    text = "é" * 200_000
    counted: list[int] = []

    def characters(data: bytes) -> int:
        counted.append(len(data))
        return count(data)

    count = source._characters
    document = Source(text.encode(), "x")
    with patch.object(source, "_characters", characters):
        for at in range(200_000, 0, -1_000):  # against the order, in which it goes on from the last one
            assert document.place(2 * at).column == at + 1
    assert sum(counted) < 10 * 2 * len(text)
