"""Names are found by the beginnings of their words, the best first, in little time."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st
from tests.processes import processor_seconds

from ogdkg.search.folding import words
from ogdkg.web.questions.suggestions import Completions, Named


def _names(*names: str) -> Completions:
    return Completions(Named(name, f"urn:{number}") for number, name in enumerate(names))


def _found(completions: Completions, text: str) -> list[str]:
    return [each.name for each in completions.of(text)]


def test_those_that_begin_so_come_first_then_short_ones() -> None:
    several = _names("Papua New Guinea", "New Caledonia", "New", "Newfoundland", "Renewal")
    assert _found(several, "new") == ["New", "Newfoundland", "New Caledonia", "Papua New Guinea"]
    assert _found(several, "new g") == ["Papua New Guinea"]
    assert _found(several, "") == _found(several, "  ") == _found(several, "'") == []


def test_case_and_accents_do_not_matter() -> None:
    assert _found(_names("C\u00f4te d'Ivoire"), "COTE D") == ["C\u00f4te d'Ivoire"]
    assert _found(_names("T\u00fcrkiye"), "turk") == ["T\u00fcrkiye"]


def test_a_thing_is_offered_once_under_several_names() -> None:
    twice = Completions([Named("oak", "urn:a"), Named("oak tree", "urn:a"), Named("oaks", "urn:b")])
    assert twice.of("oak") == [Named("oak", "urn:a"), Named("oaks", "urn:b")]


@given(st.lists(st.text(max_size=30), max_size=8), st.integers(0, 7), st.integers(1, 30))
def test_each_name_is_found_by_its_beginning(names: list[str], which: int, letters: int) -> None:
    if which < len(names) and (spelt := " ".join(words(names[which]))):
        assert names[which] in _found(_names(*names), spelt[:letters].rstrip() or spelt)


def test_long_names_and_many_names_cost_little() -> None:
    many = [*(f"name {number} of many" for number in range(20_000)), "word " * 100_000]
    begun = time.process_time()
    completions = _names(*many)
    assert time.process_time() - begun < 3
    assert len(completions.of("name")) == 8
    assert len(completions.of("word " * 10_000)) == 1
    assert processor_seconds(lambda: completions.of("name")) < 0.1
    assert processor_seconds(lambda: completions.of("word " * 10_000)) < 0.1
