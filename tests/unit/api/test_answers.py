"""Rows in Python: read again, as data frames, in a notebook, cited."""

from __future__ import annotations

import datetime
import sys
from html.parser import HTMLParser

import pandas
import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ogdkg
from ogdkg import open_graph
from ogdkg.api.answers import MOST_SHOWN, ReplayableRows, ResultTable
from ogdkg.errors import UsageError
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


def test_rows_can_be_read_again() -> None:
    answer = open_graph(TREES).query("planted")
    assert isinstance(answer, ResultTable)
    first = next(answer.rows)
    rows = list(answer.rows)
    assert rows == list(answer.rows)
    assert rows[0] == first
    assert next(answer.rows) == rows[1]
    assert repr(answer) == f"<{len(rows)} rows of tree, garden, year>"


def test_rows_are_counted_and_taken_by_place() -> None:
    answer = open_graph(TREES).query("planted")
    assert isinstance(answer, ResultTable)
    rows = answer.rows
    assert isinstance(rows, ReplayableRows)
    whole = list(rows)
    assert (len(rows), rows[0], rows[-1], rows[:2]) == (len(whole), whole[0], whole[-1], whole[:2])
    with pytest.raises(IndexError):
        rows[len(whole)]


def test_completion_offers_what_is_imported_on_first_use() -> None:
    assert {"open_graph", "Graph", "__version__"} <= set(dir(ogdkg)) and "Any" not in dir(ogdkg)


def test_a_graph_cannot_be_counted_through() -> None:
    with pytest.raises(TypeError, match="not iterable"):
        list(open_graph(TREES))  # type: ignore[call-overload]


def test_a_pandas_frame_has_types_and_missing_values() -> None:
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
    assert str(caught.value) == f"{name} is not installed.\npip install {name}"


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
    list(cited.rows)
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
    return _Tags(ResultTable.of(Rows(names, iter(row)), TableStyle())._repr_html_())


def test_a_notebook_shows_a_table_and_no_script() -> None:
    page = _shown(
        (Literal("<script>alert(1)</script>"), Iri("javascript:alert(1)"), Iri('https://a.example/"x'))
    )
    assert "script" not in page.opened
    assert page.links == ["https://a.example/%22x"]
    assert "<script>alert(1)</script>" in page.text


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
    assert python_value(typed("true", "boolean")) is True
    assert python_value(in_language("1", "en")) == "1"
