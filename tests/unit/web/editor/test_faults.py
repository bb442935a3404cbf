"""A fault is shown in its line, with the part that is meant, however long the line is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ogdkg.web.editor.faults import Fault, fault_of
from ogdkg.web.http.problems import HttpError


def _fault(text: str, **place: int) -> Fault:
    return fault_of(HttpError(400, "Wrong.", hint="Right it.", **place), text)


def test_a_word_a_name_or_one_sign_is_meant() -> None:
    assert _fault("a\nb foo:bar c", line=2, column=3)[2:] == (2, 3, "b ", "foo:bar", " c")
    assert _fault("x } y", line=1, column=3)[2:] == (1, 3, "x ", "}", " y")
    assert _fault("<http://e/a>?", line=1, column=1).part == "<http://e/a>?"
    assert _fault("x", line=1, column=2)[2:] == (1, 2, "x", "", "")
    assert _fault("whole line", line=1)[2:] == (1, 0, "", "", "whole line")


def test_what_has_no_place_is_told_without() -> None:
    assert _fault("x") == Fault("Wrong.", "Right it.")
    assert _fault("x", line=7, column=1) == Fault("Wrong.", "Right it.")


@given(st.text(max_size=500), st.integers(0, 9), st.integers(0, 600))
def test_little_is_shown_and_of_the_line_alone(text: str, line: int, column: int) -> None:
    fault = _fault(text, line=line, column=column)
    shown = fault.before.removeprefix("\u2026") + fault.part + fault.after.removesuffix("\u2026")
    assert len(shown) < 200
    if fault.line:
        assert fault.part in text.split("\n")[line - 1]
