"""The limits of Turtle hold wherever the pieces of a document end."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.errors import LimitError
from ogdkg.rdf.bounds.turtle import DEEPEST, TurtleWatch
from ogdkg.rdf.bounds.watch import LONGEST_NAMESPACE


def _nested(depth: int) -> bytes:
    return b"<< <s> <p> " + b"<<( <s> <p> " * depth + b"1" + b" )>>" * depth + b" >> <q> 1 .\n"


def _told(data: bytes, *cuts: int) -> str:
    """What is said of a document in pieces; empty for one that is within the limits."""
    watch = TurtleWatch("a.ttl")
    ends = [0, *sorted(cuts), len(data)]
    try:
        for begin, end in pairwise(ends):
            watch.see(data[begin:end])
    except LimitError as error:
        return str(error)
    return ""


LONG = b"<http://e/" + b"a" * LONGEST_NAMESPACE + b">"
TOO_MUCH = {
    "triple terms": (b"\n# a comment\n" + _nested(DEEPEST + 1), "a.ttl:3", "nested more than"),
    "a prefix": (b"\n\nPREFIX a: " + LONG, "a.ttl:3", "IRI of a namespace is longer"),
    "a base": (b"@base " + LONG + b" .", "a.ttl:1", "IRI of a namespace is longer"),
}
ENOUGH = {
    "as deep as may be": _nested(DEEPEST),
    "one after another": _nested(1) * (DEEPEST + 1),
    "opened in a literal, and closed": b'<s> <p> "<<( <<(" .\n' * DEEPEST,
    "a long IRI that is no namespace": b"<s> <p> " + LONG + b" .",
    "a prefix that a literal speaks of": b'<s> <p> "PREFIX a: " , ' + LONG + b" .",
}


@pytest.mark.parametrize("name", TOO_MUCH)
@given(cuts=st.lists(st.integers(0, 2_000), max_size=3))
def test_too_much_is_told_with_its_line(name: str, cuts: list[int]) -> None:
    data, line, message = TOO_MUCH[name]
    told = _told(data, *(min(cut, len(data)) for cut in cuts))
    assert told.startswith(f"{line}: ")
    assert message in told


@pytest.mark.parametrize("name", ENOUGH)
@given(cuts=st.lists(st.integers(0, 2_000), max_size=3))
def test_what_is_no_more_than_allowed_passes(name: str, cuts: list[int]) -> None:
    assert _told(ENOUGH[name], *(min(cut, len(ENOUGH[name])) for cut in cuts)) == ""


@pytest.mark.parametrize("before", [0, 1, 500, 991, 992, 999, 1_000, 1_500])
def test_a_long_namespace_is_seen_wherever_it_begins(before: int) -> None:
    longest = b"a" * LONGEST_NAMESPACE
    begin = b"#" + b"a " * (before // 2) + b" " * (before % 2) + b"\n@prefix a: <"
    assert "longer" in _told(begin + longest + b"> .")
    assert _told(begin + longest[1:] + b"> .") == ""
