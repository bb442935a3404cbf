"""Results: read back by another library they are what was written."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from typing import Any

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.query import Result

from ogdkg.errors import UsageError
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import XSD, Blank, Iri, Literal, Row, Term, csv_text, in_language, typed
from ogdkg.render.views.results import json_term, write_boolean, write_rows
from ogdkg.store.base import Rows
from tests.conftest import examples

XML_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r\"<>&'")
)
TERMS = st.one_of(
    st.none(),
    st.sampled_from([Iri("https://a/?b&c=1"), Iri("mailto:a@b"), Blank("b1")]),
    st.builds(Literal, XML_TEXT),
    st.builds(in_language, XML_TEXT, st.sampled_from(["en", "pt-br"])),
    st.sampled_from(
        [typed("007", "integer"), typed("1.50", "decimal"), typed("x", "integer"), typed("1e3", "double")]
    ),
    st.builds(Literal, XML_TEXT, st.just("https://a/type")),
)
# As they are, and so long that rows are written together, of which many have the same terms.
TABLES = st.builds(
    list[Any].__mul__, st.lists(st.tuples(TERMS, TERMS), max_size=4), st.sampled_from([1, 1, 1, 50])
)


@examples(200)
@given(TABLES)
@pytest.mark.parametrize("form", [formats.JSON, formats.XML], ids=lambda form: form.name)
def test_json_and_xml_come_back_as_they_were(form: Format, table: list[Row]) -> None:
    read = _read(form, table)
    assert [str(variable) for variable in read.vars or []] == ["a", "b"]
    assert [_back(binding) for binding in read.bindings] == [_expected(row) for row in table]


@examples(200)
@given(TABLES)
def test_tsv_comes_back_as_it_was(table: list[Row]) -> None:
    """By the grammar of section 4: a cell is a term in SPARQL's or Turtle's syntax, or nothing."""
    lines = "".join(write_rows(Rows(("a", "b"), iter(table)), formats.TSV)).split("\n")
    assert lines[0] == "?a\t?b"
    assert lines[-1] == ""
    assert [tuple(map(_turtle_term, line.split("\t"))) for line in lines[1:-1]] == [
        tuple(map(_plain, row)) for row in table
    ]


@examples(200)
@given(TABLES)
def test_csv_comes_back_without_types(table: list[Row]) -> None:
    text = "".join(write_rows(Rows(("a", "b"), iter(table)), formats.CSV))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", "b"], *([csv_text(term) for term in row] for row in table)]


def test_csv_lines_end_as_the_specification_says() -> None:
    assert "".join(write_rows(Rows(("a",), iter([(Literal("b"),)])), formats.CSV)) == "a\r\nb\r\n"


@pytest.mark.parametrize("form", [formats.JSON, formats.XML], ids=lambda form: form.name)
@pytest.mark.parametrize("truth", [True, False])
def test_yes_and_no_come_back(form: Format, truth: bool) -> None:
    text = "".join(write_boolean(truth, form))
    assert Result.parse(io.BytesIO(text.encode()), format=form.name).askAnswer is truth


def test_a_character_that_xml_lacks_is_refused() -> None:
    with pytest.raises(UsageError, match="XML cannot"):
        list(write_rows(Rows(("a",), iter([(Literal("\x00"),)])), formats.XML))


@pytest.mark.parametrize(
    "form", [formats.CSV, formats.TSV, formats.JSON, formats.XML], ids=lambda form: form.name
)
def test_rows_stream_in_constant_memory(form: Format) -> None:
    rows = ((Iri(f"https://a/{number}"), Literal("text")) for number in range(50_000))
    tracemalloc.start()
    for _ in write_rows(Rows(("a", "b"), rows), form):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000


def _read(form: Format, table: list[Row]) -> Result:
    text = "".join(write_rows(Rows(("a", "b"), iter(table)), form))
    return Result.parse(io.BytesIO(text.encode()), format=form.name)


def _back(binding: Any) -> tuple[Any, ...]:
    found = {str(variable): value for variable, value in binding.items()}
    return tuple(_parts(found.get(name)) for name in ("a", "b"))


def _parts(term: Any) -> tuple[str, ...] | None:
    if term is None:
        return None
    if isinstance(term, rdflib.Literal):
        return "literal", str(term), str(term.datatype or ""), term.language or ""
    return ("bnode",) if isinstance(term, rdflib.BNode) else ("uri", str(term))


def _expected(row: Row) -> tuple[Any, ...]:
    return tuple(map(_expected_parts, row))


def _expected_parts(term: Term | None) -> tuple[str, ...] | None:
    if term is None:
        return None
    if isinstance(term, Literal):
        plain = term.language or term.datatype == XSD + "string"
        value = (
            str(rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype)))
            if not plain
            else term.value
        )
        return "literal", value, "" if plain else term.datatype, term.language
    return ("bnode",) if isinstance(term, Blank) else ("uri", term.value)


def _turtle_term(cell: str) -> object:
    import pyoxigraph as ox

    if not cell:
        return None
    [quad] = ox.parse(f"<urn:s> <urn:p> {cell} .", ox.RdfFormat.TURTLE)
    return "blank" if isinstance(quad.object, ox.BlankNode) else quad.object


def _plain(term: Term | None) -> object:
    from ogdkg.store.codec import ox_term

    return None if term is None else "blank" if isinstance(term, Blank) else ox_term(term)


@given(st.lists(st.tuples(st.text(), st.text(), st.sampled_from(["", "en", "he"]))))
def test_rows_in_json_are_what_a_json_writer_writes(values: list[tuple[str, str, str]]) -> None:
    """They are put together by hand, which is faster."""
    rows = [
        (Iri(iri), Literal(text) if not language else in_language(text, language))
        for iri, text, language in values
    ]
    written = "".join(map(str, write_rows(Rows(("a", 'b"'), iter(rows)), formats.JSON)))
    expected = [{"a": json_term(one), 'b"': json_term(other)} for one, other in rows]
    assert json.loads(written)["results"]["bindings"] == expected
