"""What counts as standing in a text: the same number, name, date or address, however it is printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.evidence.printed.text import PrintedText, is_checkable, is_typical
from ogdkg.rdf.terms import Iri, Literal, Term, in_language, typed
from tests.processes import processor_seconds

NUMBERS = [
    ("in 57\ncountries", 57),
    ("more than 300,000 photos", 300000),
    ("300 000", 300000),
    ("300\u202f000", 300000),
    ("300.000", 300000),
    ("1.234.567,5", "1234567.5"),
    ("1'000'000", 1000000),
    ("two more agencies", 2),
    ("a dozen", 12),
    ("two dozen", 24),
    ("twenty-one", 21),
    ("Twenty\none", 21),
    ("hundred thousand", 100000),
    ("a hundred and five", 105),
    ("three million two hundred thousand and one", 3200001),
    ("half a million", 500000),
    ("1.5 million", 1500000),
    ("US$ 3.4bn", 3400000000),
    ("a 26-digit template", 26),
    ("the 2nd and the twenty-third", 2),
    ("the 2nd and the twenty-third", 23),
    ("**57**", 57),
    ("57\\.", 57),
    ("[57](https://a.example/99)", 57),
    ("6\u201310 per cent", 10),
    ("10%", "0.1"),
    ("double the number", 2),
    ("minus: \u22125", -5),
    ("57.0", 57),
    ("57", "57.0"),
    ("57", "5.7E1"),
]
NO_NUMBERS = [
    ("in 57 countries", 75),
    ("57", 5),
    ("570", 57),
    ("300,000", 300),
    ("one, two and three", 5),
    ("someone often won", 1),
    ("ljensen2@a.example", 2),
    ("[x](https://a.example/99)", 99),
    ("2 million", 1000000),
    ("6\u201310", -10),
    ("v1.2.3", 1),
    ("57", "NaN"),
    ("57", "1E999999999"),
]


@pytest.mark.parametrize(("text", "number"), NUMBERS, ids=str)
def test_a_number_is_printed(text: str, number: object) -> None:
    assert PrintedText(text).has(typed(str(number), "decimal"))


@pytest.mark.parametrize(("text", "number"), NO_NUMBERS, ids=str)
def test_another_number_is_not(text: str, number: object) -> None:
    assert not PrintedText(text).has(typed(str(number), "double"))


NAMES = [
    ("The Open\n  Aid Partnership (OAP)", "Open Aid Partnership"),
    ("**[Open Data](https://a.example) in _Health_**", "Open Data in Health"),
    ("develop-\nment aid", "development aid"),
    ("third-\nparty apps", "third-party apps"),
    ("Group\u2019s \u201cLabs\u201d \u2013 one", 'Group\'s "Labs" - one'),
    ("A\\*B \\[sic\\]", "A*B"),
    ("R&amp;D", "R&D"),
    ("<finances@a.example>", "finances@a.example"),
    ("> quoted\n> words", "quoted words"),
    ("OPEN DATA IN HEALTH", "Open Data in Health"),
    ("a. Digital library of it", "digital library"),
    ("so\u00adcial\u00a0media", "social media"),
    ("Kyrgyz Re\u0301publique", "Kyrgyz République"),
    ("x<me@a.example><mailto:me@a.example>", "x<me@a.example><mailto:me@a.example>"),
]
NO_NAMES = [
    ("Open Aid Partnership", "Open Aid Partners"),
    ("Open Aid Partnership", "pen Aid Partnership"),
    ("OpenStreetMap", "Openstreetmap"),
    ("OCR", "Ocr"),
    ("[x](https://a.example/boost)", "boost"),
    ("info@a.example.org", "info@a.example"),
    ("myinfo@a.example", "info@a.example"),
    ("anything", " "),
]


@pytest.mark.parametrize(("text", "name"), NAMES, ids=str)
def test_a_name_is_printed(text: str, name: str) -> None:
    assert PrintedText(text).has(in_language(name, "en"))


@pytest.mark.parametrize(("text", "name"), NO_NAMES, ids=str)
def test_another_name_is_not(text: str, name: str) -> None:
    assert not PrintedText(text).has(Literal(name))


def test_letter_case_counts_but_in_headings() -> None:
    assert not PrintedText("readiness Assessments").has(Literal("Readiness assessments"))
    assert PrintedText("readiness Assessments", "## readiness Assessments").has(
        Literal("Readiness assessments")
    )


ADDRESSES = [
    ("[it](http://www.a.example/x).", "http://www.a.example/x"),
    ("see http://a.example/x_y(z), and", "http://a.example/x_y(z)"),
    ("<https://A.example>", "https://a.example/"),
    ("visit www.a.example/x", "https://www.a.example/x"),
    ("[it] (https://a.example/Open-Data)", "https://a.example/Open-Data"),
    ("https://a.example/a\\_b", "https://a.example/a_b"),
    ("https://a.example/long/\n  path", "https://a.example/long/path"),
    ("https://a.example/caf\u00e9", "https://a.example/caf%C3%A9"),
    ("write to *me@a.example*.", "mailto:me@a.example"),
    ("[me](mailto:me@a.example)", "mailto:me@A.example"),
    ("(202) 473-1000", "tel:+1-202-473-1000"),
]
NO_ADDRESSES = [
    ("http://a.example", "https://a.example"),
    ("http://a.example/x", "http://a.example/X"),
    ("http://a.example/x", "http://a.example"),
    ("http://a.example", "http://www.a.example"),
    ("me@a.example", "mailto:Me@a.example"),
    ("me@a.example.org", "mailto:me@a.example"),
    ("(202) 473-1001", "tel:+1-202-473-1000"),
]


@pytest.mark.parametrize(("text", "address"), ADDRESSES, ids=str)
def test_an_address_is_printed(text: str, address: str) -> None:
    assert PrintedText(text).has(Iri(address))


@pytest.mark.parametrize(("text", "address"), NO_ADDRESSES, ids=str)
def test_another_address_is_not(text: str, address: str) -> None:
    assert not PrintedText(text).has(Iri(address))


DATES = [
    ("on 12 May 2016", "2016-05-12"),
    ("May 12th, 2016", "2016-05-12"),
    ("12 and 13 May 2016", "2016-05-13"),
    ("12/05/2016", "2016-05-12"),
    ("2016-05-12", "2016-05-12Z"),
    ("Sept. 2016", "2016-09"),
    ("on 12 May\n2016", "2016"),
]


@pytest.mark.parametrize(("text", "date"), DATES, ids=str)
def test_a_date_is_printed(text: str, date: str) -> None:
    kind = ("gYear", "gYearMonth", "date")[min(date.count("-"), 2)]
    assert PrintedText(text).has(typed(date, kind))
    other = date.replace("2016", "2017")
    assert not PrintedText(text).has(typed(other, kind))
    assert not PrintedText("May 2016").has(typed("2016-05-12", "date"))


def test_what_may_have_been_meant_is_named() -> None:
    text = PrintedText("contact Leif Jensen at lj@a.example in 57 countries since May 2016")
    asked: dict[Term, list[str]] = {
        typed("75", "integer"): ["57", "2016"],
        Literal("Leif Jenson"): ["Leif Jensen"],
        Iri("mailto:jl@a.example"): ["lj@a.example"],
        typed("2017", "gYear"): ["May 2016", "2016"],
    }
    assert {value: text.instead_of(value) for value in asked} == asked


def test_only_what_a_text_can_print_is_looked_for() -> None:
    assert not is_checkable(typed("true", "boolean")) and not is_checkable(Iri("urn:x"[:0] + "file:///x"))
    assert is_typical(typed("5", "integer")) and is_typical(Iri("mailto:a@b.example"))
    assert not is_typical(Literal("BOOST")) and not is_typical(Iri("https://a.example"))


@given(
    number=st.integers(0, 10**12),
    before=st.sampled_from(["", "about ", "($"]),
    after=st.sampled_from(["", ".", " of"]),
)
def test_any_number_is_found_in_digits_and_in_groups(number: int, before: str, after: str) -> None:
    for spelled in (f"{number}", f"{number:,}", f"{number:,}".replace(",", "\u00a0")):
        text = PrintedText(before + spelled + after)
        assert text.has(typed(str(number), "integer"))
        assert not text.has(typed(str(number + 1), "integer"))


@given(st.text(alphabet="a 1,.-()[]<>@:/*_\\\n%'m", max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    printed = PrintedText(text, text)
    for value in (
        typed("11", "integer"),
        typed("1111", "gYear"),
        Iri("mailto:a@a.a"),
        Literal("a a"),
        Literal(text),
    ):
        assert isinstance(printed.has(value), bool) and isinstance(printed.instead_of(value), list)


@pytest.mark.parametrize(
    "piece", ["<a@", "](", "] (", "1,", "one million ", "a.", "http://x)", "((", "12 and ", "-\n"]
)
def test_a_long_text_is_read_in_linear_time(piece: str) -> None:
    values = typed("7", "integer"), typed("1999", "gYear"), Iri("mailto:q@q.example"), Literal("zz")

    def seconds(times: int) -> float:
        text = PrintedText(piece * times)
        return processor_seconds(lambda: [text.has(value) for value in values])

    seconds(100)
    assert seconds(20_000) < 20 * max(seconds(2_000), 0.01)
