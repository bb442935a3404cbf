"""Parameters: found by name and type, refused where they may not stand, with the place."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.catalogue.dates import day_of
from ogdkg.catalogue.parameters import find_parameters, parse_value
from ogdkg.errors import InputError, UsageError
from ogdkg.rdf.terms import Iri, Literal, in_language, typed

ALLOWED = {
    "SELECT * { ?s ?p ?_a_iri }": "a iri True False",
    "SELECT * { GRAPH ?_a_iri { ?s ?p ?o } }": "a iri True False",
    "SELECT * { ?s ?p ?__a_iri BIND(?__a_iri AS ?a) }": "a iri False False",
    "SELECT * { ?s ?p ?o FILTER(?o IN (?_a_iri)) }": "a iri True True",
    "SELECT * { ?s ?p ?o FILTER(?o IN (?_a_iri) && ?o != ?_a_iri) }": "a iri True False",
    "SELECT * { ?s ?p ?o FILTER((?o = 1) || ?o > ?_a_number) }": "a number True False",
    "SELECT * { ?s ?p ?o FILTER regex(?o, ?_a_literal) ?s ?q ?_a_literal }": "a literal True False",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?s ?q ?_a_en } }": "a en True False",
    "SELECT * { { SELECT ?s { ?s ?p ?_a_xsd_date } GROUP BY ?s } ?s ?p ?o }": "a xsd_date True False",
    "SELECT * { VALUES ?x { 1 2 } ?x ?p ?_a_iri }": "a iri True False",
    "SELECT * { VALUES (?x ?y) { (1 2) (3 4) } ?x ?p ?_a_iri }": "a iri True False",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o, $_a_integer }": "a integer True False",
    "ASK { ?s ?p [ ?q ?_a_iri ] }": "a iri True False",
    "SELECT * { ?s ?p ('?_no_iri' <https://?_no_iri> ?o) . # ?_no_iri\n ?s ?p ?_a_iri }": "a iri True False",
    "DESCRIBE ?s { ?s ?p ?_a_iri }": "a iri True False",
}
REFUSED = {
    "SELECT ?_a_iri { ?s ?p ?_a_iri }": "SELECT",
    "SELECT (?_a_iri AS ?x) { ?s ?p ?_a_iri }": "SELECT",
    "SELECT * { { SELECT ?_a_iri { ?s ?p ?_a_iri } } }": "SELECT",
    "SELECT * { ?s ?p ?_a_iri } GROUP BY ?_a_iri": "GROUP BY",
    "SELECT * { { SELECT * { ?s ?p ?_a_iri } ORDER BY ?_a_iri } }": "ORDER BY",
    "SELECT ?s { ?s ?p ?_a_iri } GROUP BY ?s HAVING(?s = ?_a_iri)": "HAVING",
    "SELECT * { VALUES ?_a_iri { 1 } ?s ?p ?_a_iri }": "VALUES",
    "SELECT * { VALUES ?x { ?_a_iri } }": "VALUES",
    "SELECT * { ?s ?p ?o } VALUES ?_a_iri { 1 }": "VALUES",
    "SELECT * { ?s ?p ?_a_iri FILTER(BOUND(?_a_iri)) }": "BOUND",
    "SELECT * { ?s ?p ?o BIND(?o AS ?_a_iri) }": "AS",
    "SELECT * { ?s ?p ?o } LIMIT ?_a_integer": "LIMIT",
    "CONSTRUCT { ?s ?p ?_a_iri } WHERE { ?s ?p ?_a_iri }": "template",
    "DESCRIBE ?_a_iri": "DESCRIBE",
    "SELECT * { ?s ?p ?_a }": "is not one",
    "SELECT * { ?s ?p ?_a_b_iri }": "is not one",
    "SELECT * { ?s ?p ?_a_iris }": "is not one",
    "SELECT * { ?s ?p ?_a_xsd_fish }": "is not one",
    "SELECT * { ?s ?p ?_a_iri, ?__a_iri }": "differ",
    "SELECT * { ?s ?p ?_a_iri, ?_a_literal }": "differ",
    "SELECT * { ?s ?p ?o FILTER(?o = ?__a_iri) }": "no triple pattern",
}


@pytest.mark.parametrize(("text", "expected"), ALLOWED.items())
def test_a_parameter_in_its_place_is_found(text: str, expected: str) -> None:
    [found] = find_parameters(text, "q.rq")
    assert f"{found.name} {found.kind} {found.required} {found.multivalued}" == expected


@pytest.mark.parametrize(("text", "words"), REFUSED.items())
def test_a_parameter_out_of_place_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        find_parameters("# one line\n" + text, "q.rq")
    assert caught.value.place is not None
    assert (caught.value.place.file, caught.value.place.line) == ("q.rq", 2)


@pytest.mark.parametrize(
    ("kind", "text", "term"),
    [
        ("iri", "https://a/", Iri("https://a/")),
        ("number", "5", typed("5", "integer")),
        ("number", "-1.50", typed("-1.50", "decimal")),
        ("number", "1e3", typed("1e3", "double")),
        ("integer", "007", typed("007", "integer")),
        ("literal", "5", Literal("5")),
        ("en", "hello", in_language("hello", "en")),
        ("xsd_date", "2014-06-30", typed("2014-06-30", "date")),
        ("xsd_gYear", "2014", typed("2014", "gYear")),
        ("xsd_boolean", "true", typed("true", "boolean")),
        ("xsd_string", "a\nb", typed("a\nb", "string")),
        ("date", "2017", typed("2017-12-31", "date")),
        ("date", "2017-04", typed("2017-04-30", "date")),
        ("date", "2016-02", typed("2016-02-29", "date")),
        ("date", "2017-04-11", typed("2017-04-11", "date")),
    ],
)
def test_a_value_becomes_the_term_of_its_type(kind: str, text: str, term: object) -> None:
    assert parse_value(kind, text) == term


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("iri", "Nepal"),
        ("number", "five"),
        ("number", "5\n"),
        ("number", "٣"),
        ("integer", "5.0"),
        ("xsd_date", "2014-6-30"),
        ("xsd_boolean", "yes"),
        ("xsd_dateTime", "2014-06-30"),
        ("date", "2017-13-45"),
        ("date", "2017-00"),
        ("date", "2017-4"),
        ("date", "٢٠١٧"),
        ("date", "2017\n"),
    ],
)
def test_a_value_of_another_type_is_refused_with_an_example(kind: str, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_value(kind, text)
    assert caught.value.hint


@given(st.text())
def test_a_number_is_digits_or_refused(text: str) -> None:
    try:
        term = parse_value("number", text)
    except UsageError:
        return
    assert isinstance(term, Literal)
    float(term.value)


@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_a_date_stands_for_a_day_of_its_year_or_month(date: dt.date, length: int) -> None:
    text = date.isoformat()[:length]
    first, last = (dt.date.fromisoformat(day_of(text, which).value) for which in ("first", "last"))
    assert first <= date <= last
    assert first.isoformat()[:length] == last.isoformat()[:length] == text
    if last < dt.date.max:
        assert (last + dt.timedelta(1)).isoformat()[:length] != text


@given(st.text(alphabet="0123456789-", max_size=11))
def test_what_the_calendar_lacks_is_no_date(text: str) -> None:
    try:
        day = day_of(text).value
    except UsageError as error:
        assert error.hint
    else:
        assert day.startswith(text)
