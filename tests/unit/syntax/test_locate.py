"""The locator gives the places that a whole reading gives, for every spelling."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.errors import Place
from ogdkg.rdf.terms import Blank, Iri, Literal, Term, in_language, typed
from ogdkg.syntax import Statement, TriplePattern, locate, read, spellings
from ogdkg.syntax.reader import Reader, source_of
from ogdkg.syntax.spellings import Candidates
from tests.conftest import examples
from tests.unit.syntax.documents import PROLOGUE, trig, turtle

EX = "http://example.org/"
P = Iri(EX + "p")
SIZES = (
    spellings.SMALL,
    0,
)  # up to which one expression searches for all subjects: here for all, and for none
PREFIXES = f"@prefix ex: <{EX}> .\n"


def folded(term: Term) -> Term:
    return (
        term._replace(language=term.language.lower()) if isinstance(term, Literal) and term.language else term
    )


def expected(statements: list[Statement], wanted: TriplePattern) -> Place | None:
    """The place by the documented rule, found by reading everything."""
    subject, predicate, object_ = wanted
    about = [s for s in statements if s.subject == subject]
    same = [s for s in about if s.predicate == predicate]
    exact = [s for s in same if object_ is not None and folded(s.object) == folded(object_)]
    if exact or same:
        return (exact or same)[0].object_place
    return about[0].subject_place if about else None


@pytest.mark.parametrize(
    ("first", "line"),
    [("\ufeff", 2), ('VERSION "1.2"\n', 3), ("# 1.2\n@version '1.2' .\n", 4), ("version'1.2'\n", 3)],
)
def test_what_stands_before_the_prefixes_hides_none(first: str, line: int) -> None:
    text = f"{first}{PREFIXES}<{EX}a> ex:p 1 .\nex:b ex:p 2 ."
    wanted: list[TriplePattern] = [(Iri(EX + "a"), P, None), (Iri(EX + "b"), P, None)]
    assert [place.line for place in locate(text, wanted, "trig").values()] == [line, line + 1]


def test_a_version_of_n_quads_hides_no_statement() -> None:
    wanted: list[TriplePattern] = [(Iri("x:a"), Iri("x:p"), None)]
    [place] = locate('VERSION "1.2"\n<x:a> <x:p> <x:o> .', wanted, "nquads").values()
    assert place.line == 2


@examples(70)
@given(st.one_of(turtle(), trig()), st.data())
def test_places_are_those_of_a_whole_reading(text: str, data: st.DataObject) -> None:
    statements = list(read(text, "trig"))
    iris = [s for s in statements if isinstance(s.subject, Iri) and not isinstance(s.object, Blank)]
    if not iris:
        return
    some = data.draw(st.lists(st.sampled_from(iris), max_size=3))
    wanted: list[TriplePattern] = [s.triple for s in some]
    wanted += [(s.subject, s.predicate, None) for s in some]
    wanted += [(s.subject, Iri("x:none"), None) for s in some] + [(Iri(EX + "none"), P, None)]
    found = locate(text, wanted, "trig")
    assert found == {w: p for w in wanted if (p := expected(statements, w)) is not None}


@examples(70)
@given(turtle())
def test_the_text_is_searched_for_every_spelling(text: str) -> None:
    """The same without relative IRIs and escapes, so that nothing but the search is tried."""
    whole = text.replace("@base <http://base.org/a/b> .", "")
    for relative in ("../c", "?q=1", "#f", "//h/p", "", "http://x.org/\\u00e9\\U0001D4B3"):
        whole = whole.replace(f"<{relative}>", "<urn:x>")
    statements = list(read(whole))
    wanted: list[TriplePattern] = [s.triple for s in statements if isinstance(s.subject, Iri)]
    wanted = [w for w in wanted if not isinstance(w[2], Blank)]
    candidates = Candidates(Reader(source_of(whole), "turtle"), {w[0]: None for w in wanted})
    assert candidates.can_be_told
    if wanted:
        hits = [s for s in candidates.statements() if isinstance(s.subject, Iri)]
        assert {s.triple for s in hits} >= set(wanted)
    for most in SIZES:
        with patch.object(spellings, "SMALL", most):
            assert locate(whole, wanted) == {w: expected(statements, w) for w in wanted}


def place_of(text: str, subject: str, **options: str) -> tuple[int | None, int | None] | None:
    wanted = (Iri(subject), P, None)
    place = locate(text, [wanted], **options).get(wanted)
    return (place.line, place.column) if place else None


@pytest.mark.parametrize(
    "text",
    [
        f"{PREFIXES}\n\nex:a\\-b ex:p 1 .",
        f"{PREFIXES}\n\nex:a-b ex:p 1 .",
        f"@prefix e: <{EX}a> .\n@prefix x: <{EX}> .\n\n e:-b x:p 1 .".replace("e:-b", "e:\\-b"),
        f"@prefix w: <{EX}a-b> .\n@prefix x: <{EX}> .\n\n  w: x:p 1 .",
        f"\n\n\n<{EX}a-b> <{EX}p> 1 .",
        f"\n\n\n<{EX}\\u0061-b> <{EX}p> 1 .",
        f"@base <{EX}q/> .\n\n\n<../a-b> <{EX}p> 1 .",
        f"# ex:a-b ex:p 1 .\nBASE <{EX}>\n\n<a-b> <{EX}p> 1 .",
        f"PREFIX q: <{EX}>\nPREFIX ex: <{EX}>\n\nq:a-b ex:p 1 .",
        f"@prefix ex: <x:> . ex:a-b ex:p 1 .\n\n@prefix ex: <{EX}> .\nex:a-b ex:p 1 .",
        f'{PREFIXES}ex:z ex:p """\nex:a-b ex:p 1 .""" .\nex:a-b ex:p 1 .',
        f"{PREFIXES}ex:z ex:p '''x'y\nex:a-b ex:p 1 .''' , '\\'#' , <{EX}a-b> .\nex:a-b ex:p 1 .",
        f"{PREFIXES}ex:z ex:p ex:a-b ,\nex:a-b ; ex:q ex:a-b.\nex:a-b ex:p 1 .",
        f"{PREFIXES}ex:z ex:p 1.ex:y ex:p 'ex:a-b' .\n\nex:a-b ex:p 1 .",
        f"\n\n\nPREFIX ex: <{EX}> ex:a-b ex:p 1 .",
        f"# <\n\n\nBASE <x:> # here\tPREFIX q: <x:>\rPREFIX ex: <{EX}>ex:a-b ex:p 1 .",
        f"{PREFIXES}\n\nex:z ex:p 'x' .ex:a-b ex:p 1 .",
        f"\n\n\n# one\r@prefix ex: <{EX}> .\r# two\rex:a-b ex:p 1 .",
        f"{PREFIXES}\n\nex:z ex:p 1 . # two\r ex:a-b ex:p 1 .",
        f"{PREFIXES}ex:z ex:p # .\n ex:a-b . ex:y ex:p ex:o.\nex:a-b ex:p 1 .",
    ],
)
@pytest.mark.parametrize("most", SIZES)
def test_odd_spellings(text: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spellings, "SMALL", most)
    found = place_of(text, EX + "a-b")
    assert found is not None and found[0] == 4
    assert found == next(
        (s.object_place.line, s.object_place.column) for s in read(text) if s.subject.value == EX + "a-b"
    )  # type: ignore[union-attr]


def test_the_name_of_a_graph_is_no_subject() -> None:
    text = (
        f"{PREFIXES}ex:a {{ ex:b ex:p 1 }}\nGRAPH ex:a {{ ex:b ex:p ex:a }}\nex:g # of a\n{{ ex:a ex:p 2 }}\n"
    )
    assert place_of(text, EX + "a", format="trig") == (5, 13)
    assert place_of(text, EX + "g", format="trig") is None


def test_a_triple_in_words() -> None:
    text = f'{PREFIXES}ex:a ex:p 01 ;\n  ex:p 1, "x"@EN .'
    a = Iri(EX + "a")
    one = typed("1", "integer")
    english = in_language("x", "en")
    wanted: list[TriplePattern] = [
        (a, P, one),
        (a, P, english),
        (a, P, typed("2", "integer")),
        (a, None, None),
        (a, P, None),
    ]
    found = locate(text, wanted)
    assert [(found[w].line, found[w].column) for w in wanted] == [(3, 8), (3, 11), (2, 11), (2, 1), (2, 11)]


def test_blank_nodes_match_by_label_else_by_what_is_said() -> None:
    text = f"{PREFIXES}ex:a ex:p [ ex:p 1 ] .\n_:x ex:p 1 .\n_:y ex:p 2 .\n"
    one, two = (typed(n, "integer") for n in "12")
    wanted: list[TriplePattern] = [
        (Blank("x"), P, one),
        (Blank("other"), P, one),
        (Blank("other"), P, two),
    ]
    found = locate(text, wanted)
    assert [(found[w].line, found[w].column) for w in wanted] == [(3, 10), (2, 18), (4, 10)]
    near: TriplePattern = (Iri(EX + "a"), P, Blank("elsewhere"))
    assert locate(text, [near])[near].column == 11


def test_lines_are_found_in_a_mapped_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ogdkg.syntax.source._MAPPED_FROM", 0)
    path = tmp_path / "a.nt"
    path.write_text("".join(f"<x:{n}> <{EX}p> <x:o> .\n" for n in range(5000)))
    wanted: TriplePattern = (Iri("x:4321"), P, Iri("x:o"))
    assert str(locate(path, [wanted])[wanted]) == f"{path}:4322:{len('<x:4321> <http://example.org/p> ') + 1}"
    assert sum(1 for _ in read(path)) == 5000


def test_reading_stops_when_all_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"_:a <{EX}p> 1 .\n" + f"_:b <{EX}p> 1 .\n" * 100
    seen: list[Statement] = []
    whole = Reader.__iter__

    def counted(reader: Reader) -> Iterator[Statement]:
        for statement in whole(reader):
            seen.append(statement)
            yield statement

    monkeypatch.setattr(Reader, "__iter__", counted)
    locate(text, [(Blank("a"), P, None)])
    assert len(seen) == 1


def test_prologue_is_what_the_tests_rely_on() -> None:
    assert not list(read(PROLOGUE))


@pytest.mark.parametrize(
    "before",
    [
        'ex:s ex:q """so.\nex:b ex:p 0 .\n""" .',
        "ex:s ex:q '''so.\nex:b ex:p 0 .''' .",
        "ex:s ex:q\\.\nex:b .",
        "ex:s # so.\n ex:q # so.\nex:b .",
        "ex:s ex:q 1 ,\n 5 .\n\nex:s ex:q\nex:b .",
    ],
)
def test_a_full_stop_at_the_end_of_a_line_may_end_nothing(before: str) -> None:
    text = f"{PREFIXES}{before}\nex:b ex:p 1 .\n"
    assert place_of(text, EX + "b") == (len(text.splitlines()), 11)
