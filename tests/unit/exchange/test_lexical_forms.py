"""Literals get back the forms of the files, where the data leave no doubt which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from ogdkg.exchange.lexical_forms import LexicalForms

INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"


def _respelt(literals: Iterable[str]) -> Mapping[str, str]:
    """An engine that stores whole numbers as values."""
    return {
        text: f'"{int(text[1:].partition(chr(34))[0])}"^^{INTEGER}' if INTEGER in text else text
        for text in literals
    }


def _line(subject: str, form: str) -> str:
    return f'<urn:{subject}> <urn:p> "{form}"^^{INTEGER} .'


@pytest.mark.parametrize(
    ("data", "asked", "expected"),
    [
        ([("a", "007")], ("a", "7"), "007"),
        ([("a", "007"), ("b", "7")], ("a", "7"), "007"),
        ([("a", "007"), ("b", "7")], ("b", "7"), "7"),
        ([("a", "007"), ("b", "7")], ("c", "7"), None),  # a subject that the data do not have
        ([("a", "007"), ("a", "07")], ("a", "7"), None),
        ([("a", "007")], ("c", "7"), "007"),  # anywhere it has one form alone
    ],
)
def test_a_form_is_restored_where_only_one_is_known(
    data: list[tuple[str, str]], asked: tuple[str, str], expected: str | None
) -> None:
    forms = LexicalForms([_line(*each) for each in data], _respelt, computed=False)
    assert forms.restore(_line(*asked)) == _line(asked[0], expected or asked[1])
    assert forms.ambiguous == (expected is None)


def test_what_a_query_computes_is_not_taken_for_what_another_thing_has() -> None:
    forms = LexicalForms([_line("a", "007")], _respelt, computed=True)
    assert forms.restore(_line("a", "7")) == _line("a", "007")
    assert forms.restore(_line("c", "7")) == _line("c", "7")
    assert forms.ambiguous == 1


def test_what_the_engine_keeps_is_left_alone() -> None:
    text = '<urn:a> <urn:p> "007" .'
    forms = LexicalForms([text, _line("a", "7")], _respelt, computed=False)
    assert [forms.restore(line) for line in (text, _line("a", "7"))] == [text, _line("a", "7")]
    assert forms.ambiguous == 0
