"""Headers: read strictly, with the line of whatever does not fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.header import parse_header
from ogdkg.errors import InputError, OgdkgError

WHOLE = """#+ summary: What is it?
#+ description: |
#+   Two lines
#+   of text.
#+ tags: [a, b]
#+ enumerate: [country]
#+ params:
#+   country: {type: iri, label: the country, class: ex:Country, example: Nepal, values: countries}
#+   year: {example: 2014}
#+ defaults: [{year: 2013}]
#+ columns: {x: the thing}
# an ordinary comment
SELECT ?x { ?x ?p ?_country_iri ; ?q ?_year_integer }
"""


def test_a_whole_header() -> None:
    query = StoredQuery(WHOLE, "q")
    header = query.header
    assert header.summary == "What is it?"
    assert header.description == "Two lines of text."
    assert header.tags == ("a", "b")
    assert header.ignored == ("enumerate",)
    assert header.columns == {"x": "the thing"}
    country, year = query.parameters
    assert (country.label, country.thing_class, country.example, country.values) == (
        "the country",
        "ex:Country",
        "Nepal",
        "countries",
    )
    assert (year.example, year.default) == ("2014", ("2013",))


def test_no_header_is_an_empty_one() -> None:
    assert parse_header("SELECT * {}", "q.rq").summary == ""


WRONG = {
    "#+ sumary: x": (1, "'sumary' is not a known key"),
    "#+ summary: x\n#+ tags: word": (2, "'tags' must be a list"),
    "#+ summary: x\n#+ tags: [1]": (2, "'tags' must be a list of texts"),
    "#+ summary: [x]": (1, "'summary' must be text"),
    "#+ summary: x\n#+ summary: y": (2, "occur once"),
    "#+ params:\n#+   a:\n#+     labl: x": (3, "'labl' is not a known key"),
    "#+ params:\n#+   b: {label: x}": (2, "no parameter 'b'"),
    "#+ defaults:\n#+   - b: x": (2, "no parameter 'b'"),
    "#+ defaults: {a: x}": (1, "'defaults' must be a list"),
    "#+ params: {a: {type: literal}}": (1, "has the type 'iri'"),
    "#+ params: {a: {day: middle}}": (1, "'day' is 'last' or 'first'"),
    "#+ params: {a: {day: first}}": (1, "Only a parameter of the type date"),
    "#+ params: {a: {pattern: '('}}": (1, "is not a valid regular expression"),
    "#+ params: {a: {pattern: 'x', example: x}}": (1, "takes text"),
    "#+ defaults: [{a: [x, y]}]": (1, "takes one value"),
    "#+ defaults: [{a: {b: c}}]": (1, "single value"),
    "# first\n#+ summary: 'x": (2, "This string is not closed"),
    "#+ - x": (1, "keys and values"),
    "#+ ? [a]\n#+ : b": (1, "single word"),
    "#+ summary: 2014-99-99": (1, "is neither a date nor a number"),
    "#+ summary: \x07": (1, "a control character"),
}


@pytest.mark.parametrize(("text", "expected"), WRONG.items())
def test_what_does_not_fit_is_told_with_its_line(text: str, expected: tuple[int, str]) -> None:
    line, words = expected
    query = StoredQuery(f"{text}\nSELECT * {{ ?s ?p ?_a_iri }}", "q", file="q.rq")
    with pytest.raises(InputError) as caught:
        _ = query.parameters
    assert words in caught.value.message
    assert caught.value.place is not None
    assert (caught.value.place.file, caught.value.place.line) == ("q.rq", line)


def test_a_near_miss_is_suggested() -> None:
    with pytest.raises(InputError) as caught:
        parse_header("#+ sumary: x", "q.rq")
    assert caught.value.hint == "Did you mean 'summary'?"


@pytest.mark.parametrize("name", ["limit", "format", "layer", "help"])
def test_a_parameter_may_not_take_the_name_of_an_option(name: str) -> None:
    query = StoredQuery(f"SELECT * {{ ?s ?p ?_{name}_iri }}", "q")
    with pytest.raises(InputError, match=f"may not be named '{name}'"):
        _ = query.parameters


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever a file holds, it is read or refused with one of our errors."""
    try:
        header = parse_header("#+ " + text, "q.rq")
    except OgdkgError as error:
        assert error.exit_code == 3
    else:
        assert isinstance(header.summary, str)
