"""Things in Python: found by name, their properties as attributes, each value cited."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ogdkg import Graph, open_graph
from ogdkg.errors import UsageError
from tests.conftest import TREES
from tests.projects import our_graph


def test_a_thing_is_found_by_name_and_its_properties_are_attributes() -> None:
    graph = our_graph()
    assert isinstance(graph, Graph)
    boost = graph["BOOST"]
    [contact] = boost.contacts
    assert (str(contact), contact.lines) == ("Leif Jensen", "L59")
    assert [str(each) for each in contact.value.e_mail] == ["mailto:ljensen2@worldbank.org"]
    assert boost.contact == boost["contact"] == boost.contacts
    assert {"contact", "objective", "place_in_the_list"} <= set(dir(boost))
    assert boost.place_in_the_list[0].value == 4
    first = boost.citations[0].passage
    assert first and first.lines == (22, 22)
    assert boost == graph["initiative:boost"]
    assert repr(boost) == "<BOOST: initiative:boost>"


def test_values_are_python_ones_where_no_shapes_name_them() -> None:
    oak = open_graph(TREES)["Oak"]
    assert oak["ns:height"][0].value == Decimal("30.5")
    assert oak.ns_standsin[0].value == open_graph(TREES)["Abbey Garden"]
    assert oak.ns_code[0].value == 7 == oak.code[0].value == oak["code"][0].value
    assert "ns:height" in oak and "ns:weight" not in oak


def test_a_notebook_shows_a_table() -> None:
    html = open_graph(TREES)["Ginkgo"]._repr_html_()
    assert "<td>standsIn</td><td>Harbour Park <small>[L2, L2" in html


def test_what_is_not_there_is_told_with_what_there_is() -> None:
    oak = open_graph(TREES)["Oak"]
    with pytest.raises(AttributeError, match="Oak has no 'contacts'; it has: altlabel, code, height"):
        _ = oak.contacts
    with pytest.raises(KeyError):
        _ = oak["contacts"]
    with pytest.raises(UsageError, match="names more than one thing"):
        _ = open_graph(TREES)["The Green"]


def test_a_graph_tells_whether_a_name_means_one_thing() -> None:
    trees = open_graph(TREES)
    assert "Oak" in trees
    assert not any(name in trees for name in ("Nothing", "The Green", 3))
