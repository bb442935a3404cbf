"""Text fits the terminal: broken between words alone, with nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.render.views.fitted import fitted
from ogdkg.render.views.table import display_width

_WORDS = st.lists(st.text("ab`é漢.", min_size=1, max_size=30), min_size=1, max_size=20)


@given(_WORDS, st.integers(0, 8), st.integers(20, 60))
def test_no_word_is_broken_or_lost(words: list[str], indent: int, width: int) -> None:
    line = " " * indent + " ".join(words)
    lines = list(fitted([line + "\n"], width))
    assert all(each.endswith("\n") for each in lines)
    assert [word for each in lines for word in each.split()] == line.split()
    assert all(each.startswith(" " * (indent + 2)) for each in lines[1:])
    if "`" not in line:
        assert all(display_width(each.strip()) <= width or " " not in each.strip() for each in lines)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("      | a line of a file\n", ["      | a line of a file\n"]),
        ("  paste: one two three four\n", ["  paste: one two three four\n"]),
        ("See `ogdkg query a b` now.\n", ["See\n", "  `ogdkg query a b`\n", "  now.\n"]),
        ("\x1b[31mviolation\x1b[0m: a b c d\n", ["\x1b[31mviolation\x1b[0m: a b c\n", "  d\n"]),
        ("an address http://e.example/long/er\n", ["an address\n", "  http://e.example/long/er\n"]),
        ("no end, but long enough", ["no end, but long\n", "  enough"]),
    ],
)
def test_what_stays_whole(line: str, shown: list[str]) -> None:
    assert list(fitted([line], 17)) == shown
    assert list(fitted([line], None)) == [line]
