"""The picture: each link of two things is a line and in the table; what is chosen narrows both."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.web.test_map import Ask, _asking

from ogdkg.errors import InputError, Place
from ogdkg.project.project import read_project

TREES = """
PREFIX ex: <https://s.example/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
ex:Oak rdfs:subClassOf ex:Tree .
ex:a a ex:Oak ; rdfs:label "<b>Oak</b>" ; ex:in ex:g ; ex:beside ex:b, ex:a, "text" .
ex:b a ex:Tree ; rdfs:label "\\u05E2\\u05E5"@he ; ex:beside ex:a ; ex:colour ex:red .
ex:c a ex:Tree ; rdfs:label "Alone" .
ex:g a ex:Garden ; rdfs:label "Garden" .
"""
SETTINGS = """
[project]
name = "trees"
things = "https://s.example/"
[prefixes]
ex = "https://s.example/"
[search]
filters = { colour = "ex:colour" }
[pages]
"""


@pytest.fixture(scope="module")
def ours() -> Ask:
    return _asking(ROOT)


def _table(page: str) -> dict[str, list[str]]:
    rows = re.findall(r'<tr><th scope="row">.*?<bdi>(.*?)</bdi>.*?<td>(.*?)</td>', page, re.DOTALL)
    return {unescape(name): list(map(unescape, re.findall(r"<bdi>(.*?)</bdi>", cell))) for name, cell in rows}


def _named(page: str) -> set[str]:
    return set(map(unescape, re.findall(r'tabindex="-1"><title>(.*?)</title><text', page)))


def test_each_thing_of_the_table_is_drawn_and_each_link_stands_at_both(ours: Ask) -> None:
    page = ours("/picture")
    table = _table(page)
    assert _named(page) == set(table)
    assert {"World Bank", "BOOST", "BOOST platform"} <= set(table)
    assert "BOOST platform" in table["BOOST"]
    assert "BOOST" in table["BOOST platform"]
    picture = re.search(r'<svg class="pic.*?</svg>', page, re.DOTALL)
    assert picture
    assert 'aria-hidden="true"' in picture[0].split(">")[0]
    assert picture[0].count("<a ") == picture[0].count('tabindex="-1"')
    assert "<h1><bdi>Organisations, initiatives and tools</bdi></h1>" in page


def test_a_choice_leaves_what_fits_and_what_it_is_linked_to(ours: Ask) -> None:
    page = ours("/picture?country=country:npl")
    table = _table(page)
    assert {"Data on Company Registries", "Department of Industry"} <= set(table)
    assert "BOOST" not in table
    assert _named(page) == set(table)
    tools = _table(ours("/picture?kind=ogd:Tool"))
    assert "BOOST" in tools
    assert "Department of Industry" not in tools
    assert "Nothing is left of this choice" in ours("/picture?theme=nothing")
    assert _table(ours("/picture?other=1")) == _table(ours("/picture"))


def _small(folder: Path, line: str) -> Ask:
    (folder / "data").mkdir()
    (folder / "data" / "a.ttl").write_text(TREES)
    (folder / "ogdkg.toml").write_text(SETTINGS + line)
    return _asking(folder)


@pytest.mark.parametrize(
    ("kinds", "title"),
    [('trees = "ex:Tree"', "Trees"), ('gardens = "ex:Garden", trees = "ex:Tree"', "Gardens and trees")],
)
def test_another_project_is_drawn(tmp_path: Path, kinds: str, title: str) -> None:
    """With subclasses; a link both ways is one; a text and a link to itself are none; any name is text."""
    ask = _small(tmp_path, f"picture = {{ {kinds} }}")
    page = ask("/picture")
    assert f"<h1><bdi>{title}</bdi></h1>" in page
    table = _table(page)
    assert table["עץ"] == ["<b>Oak</b>"]
    assert "Alone" not in table
    assert ("Garden" in table) == ("Garden" in kinds)
    assert page.count("<path") == len(kinds.split(","))
    assert "<b>" not in page
    assert "Picture" in ask("/")
    red = _table(ask("/picture?colour=ex:red"))
    assert set(red) == {"עץ", "<b>Oak</b>"}


def test_a_thing_has_a_small_picture_of_what_is_near(ours: Ask) -> None:
    """Its nearest things, and some that are next to these, each with a link to its page."""
    page = ours("/id/initiative/boost.html")
    picture = re.search(r'<figure class="pic near-by">.*?</figure>', page, re.DOTALL)
    assert picture
    names = [unescape(each) for each in re.findall(r"<text[^>]*>([^<]*)", picture[0])]
    assert {"World Bank", "presented by", "World Bank Group"} <= set(names)
    links = re.findall(r'href="(.*?)"', picture[0])
    assert len(set(links)) == len(links) > 4
    assert f'href="{links[0]}"' in page.replace(picture[0], "")


def test_a_thing_with_few_links_has_no_picture(tmp_path: Path) -> None:
    ask = _small(tmp_path, "")
    assert "near-by" in ask("/a.html")
    assert "<svg" not in ask("/c.html")


def test_a_project_that_names_no_kinds_has_none(tmp_path: Path) -> None:
    ask = _small(tmp_path, "")
    assert "/picture" not in ask("/")
    assert "names no kinds" in ask("/picture")


def test_more_than_three_columns_are_an_error(tmp_path: Path) -> None:
    kinds = ", ".join(f'k{n} = "urn:{n}"' for n in range(4))
    (tmp_path / "ogdkg.toml").write_text(f"[pages]\npicture = {{ {kinds} }}\n")
    with pytest.raises(InputError, match="at most 3 columns") as error:
        read_project(tmp_path)
    assert error.value.place == Place(str(tmp_path / "ogdkg.toml"), 2)
