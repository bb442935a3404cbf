"""Nesting is told from the bytes alone: brackets in strings and escapes do not count, wherever pieces end."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.remote import nesting
from ogdkg.remote.nesting import MOST_IN_ROW, MOST_NESTED, is_beyond_results, is_deep_turtle

VALUES = st.recursive(
    st.text(st.sampled_from('[]{},"\\a'), max_size=5) | st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from('["\\'), inner, max_size=2),
    max_leaves=12,
)


def _deep(levels: int, around: object) -> str:
    """An array in arrays, beside a value."""
    return json.dumps([around]).removesuffix("]") + "," + "[" * levels + "]" * levels + "]"


@given(VALUES, st.integers(1, 40))
def test_only_brackets_outside_strings_nest(around: object, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nesting, "_PIECE", piece)
        assert not is_beyond_results(io.BytesIO(_deep(MOST_NESTED // 2, around).encode()))
        assert is_beyond_results(io.BytesIO(_deep(2 * MOST_NESTED + 10, around).encode()))


def test_a_row_has_an_end() -> None:
    columns = {"head": {"vars": ["x"] * (MOST_IN_ROW + 2)}}
    assert is_beyond_results(io.BytesIO(json.dumps(columns).encode()))
    rows = {"results": {"bindings": [{"x": {"type": "uri", "value": ","}}] * (MOST_IN_ROW + 2)}}
    assert not is_beyond_results(io.BytesIO(json.dumps(rows).encode()))


@pytest.mark.parametrize(
    ("text", "is_deep"),
    [
        ("<< " * (MOST_NESTED + 1), True),
        ("<< " * MOST_NESTED, False),
        ("<< >> " * 1_000, False),
        ('"' + "<< " * 1_000 + '"', False),
        ("'''" + "<<\n' " * 1_000 + "'''", False),
        ('"\\"' + "<< " * 1_000 + '"', False),
        ("# " + "<< " * 1_000, False),
        ("# x\n" + "<< " * 1_000, True),
        ("<urn:a>" * 1_000, False),
        (">> " * 50 + "<< " * (MOST_NESTED + 1), True),  # what closes nothing opens nothing
    ],
)
def test_triple_terms_nest_outside_of_literals_and_comments(text: str, is_deep: bool) -> None:
    assert is_deep_turtle(io.BytesIO(text.encode())) is is_deep
