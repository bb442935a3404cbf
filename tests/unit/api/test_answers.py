"""Rows in Python: read again, as data frames, in a notebook, cited."""

from __future__ import annotations

import copy
import datetime
import gzip
import json
import pickle
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

import ogdkg
from ogdkg import open_graph
from ogdkg.api.answers import ResultTable, ResultTriples
from ogdkg.api.notebook import MOST_SHOWN, Footnote, list_html, notes_html, table_html, text_html
from ogdkg.errors import InputError, LimitError, UnknownNameError, UsageError
from ogdkg.rdf.python_values import python_value
from ogdkg.rdf.terms import Iri, Literal, Row, in_language, typed
from ogdkg.render.views.table import TableStyle
from ogdkg.store.base import Rows
from tests.conftest import TREES
from tests.projects import our_graph

TYPED = """SELECT * { VALUES (?whole ?part ?truth ?day ?text ?mixed ?huge ?thing) {
  (1 1.5 true "2020-02-29"^^xsd:date "a"@en 1 99999999999999999999 ns:Tree)
  (UNDEF 2 UNDEF UNDEF UNDEF "b" 1 UNDEF)
} }"""


def _ask(query: str) -> ResultTable:
    answer = open_graph(TREES).sparql(query)
    assert isinstance(answer, ResultTable)
    return answer


def _planted() -> ResultTable:
    answer = open_graph(TREES).query("planted")
    assert isinstance(answer, ResultTable)
    return answer


def test_rows_can_be_read_again() -> None:
    answer = _planted()
    first = next(answer.rows)
    rows = list(answer.rows)
    assert rows == list(answer.rows)
    assert rows[0] == first
    assert next(answer.rows) == rows[1]
    assert repr(answer) == f"<{len(rows)} rows of tree, garden, year>"


def test_an_answer_is_a_sequence() -> None:
    answer = _planted()
    whole = list(answer)
    assert isinstance(answer, Sequence) and bool(answer) and len(answer) == len(whole) == 2
    assert (answer[0], answer[-1]) == (whole[0], whole[-1])
    assert answer[:1] == whole[:1] and isinstance(answer[:1], ResultTable)
    assert list(reversed(answer)) == whole[::-1] and whole[1] in answer and answer.index(whole[1]) == 1
    assert answer["year"] == [row.year for row in answer]
    assert answer == _planted() and answer != answer[:1] and answer == [tuple(row) for row in answer]
    with pytest.raises(IndexError):
        answer[len(whole)]
    with pytest.raises(KeyError, match="Did you mean 'year'"):
        answer["yaer"]
    assert not _ask("SELECT * { FILTER(false) }")


def test_the_terms_of_rows_are_counted_and_taken_by_place() -> None:
    rows = _planted().rows
    whole = list(rows)
    assert (len(rows), rows[0], rows[-1], rows[:2]) == (len(whole), whole[0], whole[-1], whole[:2])
    assert rows[5:] == [] and rows[:-1] == whole[:-1] and rows[1:2] == whole[1:2] and rows[:0] == []
    with pytest.raises(IndexError):
        rows[len(whole)]


VALUES = """SELECT * { VALUES (?n ?part ?truth ?day ?at ?text ?thing ?none ?count) {
  (5 1.5 true "2020-02-29"^^xsd:date "2020-02-29T12:00:00Z"^^xsd:dateTime "BOOST"@en ns:Tree UNDEF 3)
} }"""


def test_a_row_has_names_places_and_plain_values() -> None:
    [row] = _ask(VALUES)
    noon = datetime.datetime(2020, 2, 29, 12, tzinfo=datetime.UTC)
    assert row.n == row["n"] == row[0] == row[-9] == 5
    assert row.part == Decimal("1.5") and row.truth is True and row.day == datetime.date(2020, 2, 29)
    assert row.at == noon and row.none is None
    assert row.text == "BOOST" and row.text.upper() == "BOOST" and row.text.language == "en"
    assert row.thing == "https://trees.example/ns#Tree" and row.thing.is_iri
    assert row.count == 3 and row.index(5) == 0  # the column, and the method of a sequence
    n, part, *_rest = row
    assert (n, part) == (5, 1.5) and len(row) == 9 and row[:2] == (5, 1.5)
    assert "n" in row and 5 in row and "m" not in row
    assert row == tuple(row) == row and row == list(row) and row == row.to_dict() and row != (5,)
    assert isinstance(row, Sequence) and hash(row) == hash(tuple(row))
    assert row.terms[0] == typed("5", "integer") and row.thing.term == Iri("https://trees.example/ns#Tree")
    assert {"n", "part"} <= set(dir(row)) and row.get("none", 0) == 0 and row.get("m") is None
    assert repr(row).startswith("Row(n=5, part=Decimal('1.5'), truth=True")
    assert pickle.loads(pickle.dumps(row)) == row and copy.copy(row) == row


def test_what_a_row_does_not_have_is_told_with_what_is_near() -> None:
    [row] = _ask('SELECT ("a" AS ?email) {}')
    with pytest.raises(KeyError, match="There is no column 'emial'") as caught:
        row["emial"]
    assert isinstance(caught.value, UnknownNameError) and caught.value.hint == "Did you mean 'email'?"
    with pytest.raises(AttributeError, match=r"it has: email\. Did you mean 'email'"):
        _ = row.emial
    with pytest.raises(IndexError):
        row[1]


def test_rows_are_sorted_and_collected() -> None:
    answer = _ask("SELECT ?n { VALUES ?n { 3 1 2 1 } }")
    assert sorted(answer) == [(1,), (1,), (2,), (3,)] and len(set(answer)) == 3


def test_an_answer_becomes_plain_values() -> None:
    answer = _ask('SELECT ?x ?xLabel ?n { VALUES (?x ?xLabel ?n) { (<urn:a> "A" 1) (<urn:b> UNDEF 2) } }')
    assert answer.to_dicts()[0] == {"x": "urn:a", "xLabel": "A", "n": 1}
    assert answer.to_dicts(labels=True) == [{"x": "A", "n": 1}, {"x": "urn:b", "n": 2}]
    for frame in (answer.to_pandas(labels=True), answer.to_polars(labels=True)):
        assert list(frame.columns) == ["x", "n"] and list(frame["x"]) == ["A", "urn:b"]
    assert answer.to_csv() == "x,xLabel,n\r\nurn:a,A,1\r\nurn:b,,2\r\n"
    assert [each["n"]["value"] for each in json.loads(answer.to_json())["results"]["bindings"]] == ["1", "2"]
    assert str(answer).splitlines()[2:] == ["A      1", "urn:b  2"]
    assert answer.to_markdown().splitlines()[-1] == "| urn:b | 2 |"


def test_an_answer_is_written_into_a_file(tmp_path: Path) -> None:
    answer = _ask("SELECT ?n { VALUES ?n { 1 } }")
    for name in ("n.csv", "n.csv.gz"):
        answer.to_csv(tmp_path / name)
    assert gzip.decompress((tmp_path / "n.csv.gz").read_bytes()) == (tmp_path / "n.csv").read_bytes()
    with pytest.raises(InputError, match="cannot be written"):
        answer.to_csv(tmp_path / "none" / "n.csv")


def test_triples_are_a_sequence() -> None:
    graph = open_graph(TREES)
    answer = graph.sparql("CONSTRUCT { ?tree ns:height ?height } WHERE { ?tree ns:height ?height }")
    assert isinstance(answer, ResultTriples) and len(answer) == len(list(answer)) >= 1
    subject, predicate, height = answer[0]
    assert answer[0].subject == subject and predicate.endswith("height") and height == Decimal("30.5")
    assert (subject, predicate, Decimal("30.5")) in answer and answer[:1] == [answer[0]]
    assert len(answer.to_rdflib()) == len(answer.table()) == len(answer.to_dicts()) == len(answer)
    assert rdflib.Graph().parse(data=answer.serialize()).isomorphic(answer.to_rdflib())
    assert "ns:height 30.5" in str(answer) and answer._repr_html_().startswith("<table>")
    again = graph.sparql("CONSTRUCT WHERE { ?tree ns:height ?height }")
    assert answer == again and repr(answer) == f"<{len(answer)} triples>"


def test_an_error_within_rows_stays_one() -> None:
    """Rows that were read before it must not pass for all of them."""

    def rows() -> Iterator[Row]:
        yield (typed("1", "integer"),)
        raise LimitError("late", hint="Allow more with --timeout or OGDKG_TIMEOUT.")

    answer = ResultTable(Rows(("n",), rows()))
    assert answer[0].n == 1
    for _ in range(2):
        with pytest.raises(LimitError, match="late") as caught:
            len(answer)
        assert caught.value.hint == "Allow more with `open_graph(timeout=…)`."


def test_completion_offers_what_is_imported_on_first_use() -> None:
    assert {"open_graph", "Graph", "__version__"} <= set(dir(ogdkg)) and "Any" not in dir(ogdkg)


def test_a_pandas_frame_has_types_and_missing_values() -> None:
    import pandas  # late, since each process that runs tests would hold it

    frame = _ask(TYPED).to_pandas()
    assert list(frame.columns) == ["whole", "part", "truth", "day", "text", "mixed", "huge", "thing"]
    assert [str(frame[name].dtype) for name in ("whole", "part", "truth")] == ["Int64", "Float64", "boolean"]
    assert frame["whole"].sum() == 1
    assert frame["day"][0] == datetime.date(2020, 2, 29)
    assert list(frame["mixed"]) == ["1", "b"]
    assert list(frame["huge"]) == ["99999999999999999999", "1"]
    assert pandas.isna(frame["whole"][1]) and pandas.isna(frame["thing"][1])
    assert frame["thing"][0] == "https://trees.example/ns#Tree"


def test_a_polars_frame_too() -> None:
    import polars

    frame = _ask(TYPED).to_polars()
    kinds = (polars.Int64, polars.Float64, polars.Boolean, polars.Date, polars.String, polars.String)
    assert tuple(frame.dtypes[:6]) == kinds
    assert frame["whole"].to_list() == [1, None]
    assert frame["mixed"].to_list() == ["1", "b"]
    empty = _ask("SELECT ?a ?b { FILTER(false) }").to_polars()
    assert (empty.columns, empty.height) == (["a", "b"], 0)


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_without_the_library_the_error_says_how_to_get_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UsageError) as caught:
        getattr(_ask("SELECT * { ?s a ns:Tree }"), f"to_{name}")()
    assert str(caught.value) == f"{name} is not installed.\npip install 'ogdkg[{name}]'"


def test_a_query_by_name_with_citations() -> None:
    graph = our_graph()
    answer = graph.query("contacts", initiative="BOOST")
    assert isinstance(answer, ResultTable)
    frame = answer.cited().to_pandas()
    assert list(frame["citedLabel"]) == ["L53, L59, reference"]
    assert "<th>E-mail</th>" in answer._repr_html_()
    groups = graph.sparql("SELECT (COUNT(*) AS ?n) { ?x a ogd:Initiative }")
    assert isinstance(groups, ResultTable)
    cited = groups.cited()
    assert "aggregate" in cited.notes[0]
    assert graph.sparql("ASK { ?s ?p ?o }") is True


class _Tags(HTMLParser):
    """What a page opens, where it leads, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.links: list[str | None] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.links += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def _shown(*row: Row) -> _Tags:
    names = tuple(f"c{number}" for number in range(len(row[0])))
    return _Tags(ResultTable(Rows(names, iter(row)))._repr_html_())


def test_a_notebook_shows_a_table_and_no_script() -> None:
    page = _shown(
        (Literal("<script>alert(1)</script>"), Iri("javascript:alert(1)"), Iri('https://a.example/"x'))
    )
    assert "script" not in page.opened
    assert page.links == ["https://a.example/%22x"]
    assert "<script>alert(1)</script>" in page.text


def test_what_citations_say_is_shown_as_text() -> None:
    words = "<script>alert(1)</script><img src=x onerror=y>"

    def said(iri: str) -> Footnote:
        return Footnote(words, words, iri)

    rows = Rows(
        ("x", "cited", "citedLabel"), iter([(Literal("1"), Literal("javascript:a https://a.example/"), None)])
    )
    page = _Tags(table_html(rows, TableStyle(), 1, said))
    assert not {"script", "img"} & set(page.opened) and page.links == ["https://a.example/"]
    assert page.opened.count("details") == 2 and page.text.count("<script>alert(1)") == 4
    page = _Tags(list_html([words], [[words]], words) + text_html(words) + notes_html([words]))
    assert not {"script", "img"} & set(page.opened) and page.text.count("<img") == 5


@given(st.text())
def test_any_text_is_shown_as_text(text: str) -> None:
    page = _shown((Literal(text), Iri(f"https://e.example/{text}")))
    assert set(page.opened) <= {"table", "thead", "tbody", "tr", "th", "td", "a"}
    assert page.opened.count("a") == 1


def test_a_notebook_shows_no_more_than_fits() -> None:
    page = _shown(*((typed(str(number), "integer"),) for number in range(MOST_SHOWN + 3)))
    assert page.opened.count("tr") == MOST_SHOWN + 1
    assert "and 3 more rows" in page.text


def test_ill_typed_literals_stay_text() -> None:
    for kind in ("integer", "decimal", "double", "boolean", "date"):
        assert python_value(typed("x", kind)) == "x"
    for text, kind in (("1_0", "integer"), ("٣", "integer"), ("20200101", "date"), ("infinity", "double")):
        assert python_value(typed(text, kind)) == text  # which Python reads, and XML Schema does not
    for text, kind in (("NaN", "decimal"), ("300", "byte"), ("2021-02-29", "date"), (" 1", "integer")):
        assert python_value(typed(text, kind)) == text
    assert python_value(typed("true", "boolean")) is True
    assert python_value(typed("INF", "double")) == float("inf")
    exact = "2020-01-01T00:00:00.1234567Z"
    assert python_value(typed(exact, "dateTime")) == exact  # a digit more than Python keeps
    assert python_value(in_language("1", "en")) == "1"
