"""The map: each country of the graph is drawn or a dot, and in the table; the address holds what is chosen.

In one process, as an answering process makes pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.conftest import ROOT

from ogdkg.errors import InputError, Place
from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.project.project import read_project
from ogdkg.web.answers import Answers
from ogdkg.web.http.settings import Settings
from ogdkg.web.pages.lookup import task_of
from ogdkg.web.processes.answerer import Reply

Ask = Callable[[str], str]
BASE = "http://127.0.0.1:8000"
GARDENS = """
PREFIX ex: <https://s.example/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
ex:a a ex:Garden ; rdfs:label "Alpha <b>" ; ex:in ex:kosovo, ex:world .
ex:b a ex:Garden ; rdfs:label "Beta" ; ex:in ex:fiji, ex:kosovo .
ex:c a ex:Park ; rdfs:label "Gamma" ; ex:in ex:tuvalu .
ex:kosovo rdfs:label "Kosova & co" ; ex:code "XK" .
ex:fiji rdfs:label "\\u0641\\u064A\\u062C\\u064A"@ar ; ex:code 242 .
ex:tuvalu ex:code <https://codes.example/TUV> .
ex:world rdfs:label "The world" ; ex:code "001" .
"""
SETTINGS = """
[project]
name = "gardens"
things = "https://s.example/"
[prefixes]
ex = "https://s.example/"
[pages.map]
code = "ex:code"
"""
DATED = """#+ summary: Where are gardens?
#+ columns: {place: Land, garden: Garden, day: Day, code: Code}
PREFIX ex: <https://s.example/>
SELECT ?place ?garden ?day ?code {
  ?garden ex:in ?place . OPTIONAL { ?place ex:code ?code }
  VALUES (?garden ?day) { (ex:a "2019") (ex:a "2021-05") (ex:b "2020-01-02") (ex:c UNDEF) }
}
"""


def _asking(folder: Path) -> Ask:
    graph = Graph(read_project(folder), GraphOptions())
    answers = Answers(graph, Settings())
    answers.prepare()
    answers.prepare_more()
    tasks = answers.by_task()

    def ask(address: str) -> str:
        parts = urlsplit(address)
        given: dict[str, list[str]] = {}
        for name, value in parse_qsl(parts.query):
            given.setdefault(name, []).append(value)
        asked = {"path": parts.path, "given": given, "base": BASE, "accept": "text/html"}
        reply: Reply = tasks[task_of(parts.path)](asked)
        return "".join(part if isinstance(part, str) else part.decode() for part in reply.body)

    return ask


@pytest.fixture(scope="module")
def ours() -> Ask:
    return _asking(ROOT)


def _made(folder: Path, settings: str, query: str = "") -> Ask:
    (folder / "data").mkdir()
    (folder / "data" / "a.ttl").write_text(GARDENS)
    (folder / "ogdkg.toml").write_text(SETTINGS + settings)
    if query:
        (folder / "queries").mkdir()
        (folder / "queries" / "where.rq").write_text(query)
    return _asking(folder)


def _rows(page: str) -> dict[str, tuple[int, list[str]]]:
    """The table: each place with its number and what is there."""
    found = {}
    for row in re.findall(r'<tr><th scope="row">(.*?)</tr>', page, re.DOTALL):
        name, *things = re.findall(r"<bdi[^>]*>(.*?)</bdi>", row)
        number = re.search(r'<td class="r">([\d,]+)', row)
        assert number
        found[unescape(name)] = int(number[1].replace(",", "")), things
    return found


def _drawn(page: str) -> dict[str, tuple[str, str]]:
    """The picture: each place with its number and its shade."""
    marks = re.findall(
        r'<a class="k(\d)" href="[^"]*" tabindex="-1"><title>(.*?): ([\d,]+)</title><(?:use|circle) ', page
    )
    return {unescape(name): (number, shade) for shade, name, number in marks}


def test_all_countries_of_the_graph_are_drawn_and_in_the_table(ours: Ask) -> None:
    page = ours("/map")
    rows = _rows(page)
    assert len(rows) == 127
    assert {name: str(number) for name, (number, _) in rows.items()} == {
        name: number for name, (number, _) in _drawn(page).items()
    }
    assert "not drawn" not in page
    dots = re.findall(r"<title>([^<]*): \d+</title><circle", page)
    assert {"Tuvalu", "Seychelles", "Kiribati", "Saint Lucia"} <= set(dots)
    picture = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert picture
    assert 'aria-hidden="true"' in picture[0].split(">")[0]
    assert picture[0].count("<a ") == picture[0].count('tabindex="-1"')
    assert "imply no opinion on any border" in page


def test_a_darker_shade_is_a_larger_number(ours: Ask) -> None:
    found = {(int(number), shade) for number, shade in _drawn(ours("/map")).values()}
    ordered = [shade for _, shade in sorted(found)]
    assert ordered == sorted(ordered)
    assert set(ordered) == set("12345")


def test_choices_narrow_both_and_stand_in_the_address(ours: Ask) -> None:
    page = ours("/map?initiative=initiative%3Aboost&origin=elsewhere&from=2023&until=2024&region=africa")
    rows = _rows(page)
    assert 0 < len(rows) < 56
    assert all("BOOST" in things for _, things in rows.values())
    assert set(rows) == set(_drawn(page))
    assert '<option value="initiative:boost" dir="auto" selected>' in page
    assert '<input type="hidden" name="region" value="africa">' in page
    assert 'viewBox="1224 418 1706 1066"' in page
    assert "what has no date is left out" in page
    assert re.search(r'href="/map\?initiative=[^"]*region=caribbean"', page)
    question = re.search(r'<a href="(/ask/countries[^"]*)">Each row with its sources', page)
    assert question
    assert "initiative=initiative%3Aboost" in question[1]
    assert "BOOST" in ours(unescape(question[1]))
    without = re.search(r'class="chip" href="(/map\?[^"]*)" aria-label="Without Initiative', page)
    assert without
    assert len(_rows(ours(unescape(without[1])))) > len(rows)


def test_the_options_are_what_other_choices_leave(ours: Ask) -> None:
    page = ours("/map?initiative=initiative%3Agafsp")
    options = dict(re.findall(r'<option value="([^"]+)" dir="auto"[^>]*>[^<]* \((\d+)\)', page))
    for role in [key for key in options if key.startswith("engagement-role:")][:3]:
        assert len(_rows(ours(f"/map?initiative=initiative%3Agafsp&role={role}"))) == int(options[role])


@pytest.mark.parametrize(
    "address", ["/map?initiative=nothing", "/map?from=2090", "/map?role=%00%F0%9F%8C%B3"]
)
def test_a_choice_of_nothing_says_so(ours: Ask, address: str) -> None:
    page = ours(address)
    assert "Nothing is left of this choice" in page
    assert "<svg" not in page


@pytest.mark.parametrize("address", ["/map?region=nowhere", "/map?other=1", "/map?initiative=&from="])
def test_what_the_map_does_not_know_leaves_all(ours: Ask, address: str) -> None:
    assert len(_rows(ours(address))) == 127


def test_the_first_page_has_a_small_map(ours: Ask) -> None:
    page = ours("/")
    assert len(_drawn(page)) == 127
    assert 'href="/map"' in page


def test_an_answer_with_countries_has_a_map(ours: Ask) -> None:
    page = ours("/ask/countries?initiative=BOOST&view=map")
    assert len(_drawn(page)) == 56
    assert "The same as a table: 56 countries" in page
    near = ours("/ask/initiatives-in-country?country=Nepal&view=map")
    assert list(_drawn(near)) == ["Nepal"]
    box = re.search(r'class="map" viewBox="(\S+) (\S+) (\S+) ', near)
    assert box
    assert int(box[1]) < 2764 < int(box[1]) + int(box[3])
    assert int(box[3]) < 1500


def test_an_answer_without_countries_has_none(ours: Ask) -> None:
    assert "view=map" not in ours("/ask/areas")
    assert '<svg class="map"' not in ours("/ask/areas?view=map")


def test_a_property_draws_a_project_without_queries(tmp_path: Path) -> None:
    """By letters, a number or the end of an IRI; with names in any script, and one without a name."""
    ask = _made(tmp_path, 'property = "ex:in"\ncounts = "gardens"\n')
    page = ask("/map")
    assert {name: number for name, (number, _) in _drawn(page).items()} == {
        "Kosova & co": "2", "فيجي": "1", "ex:tuvalu": "1",
    }  # fmt: skip
    assert _rows(page)["The world"][0] == 1
    assert page.count("in no one country, so not drawn") == 1
    assert "Alpha &lt;b&gt;" in page
    assert "Gardens" in page
    assert set(_rows(ask("/map?kind=ex:Park"))) == {"ex:tuvalu"}
    assert '<h2 id="map">' in ask("/")


def test_dates_and_codes_of_a_query_are_told_from_what_narrows(tmp_path: Path) -> None:
    ask = _made(tmp_path, 'query = "where"\n', DATED)
    page = ask("/map")
    assert re.findall(r'<select id="\w+" name="(\w+)"', page) == ["garden", "from", "until"]
    assert re.findall(r"<option>(\d+)</option>", page)[:3] == ["2019", "2020", "2021"]
    assert _rows(page)["Kosova & co"][0] == 2
    late = ask("/map?from=2020")
    assert _rows(late)["Kosova & co"][0] == 2
    assert "ex:tuvalu" not in _rows(late)
    assert _rows(ask("/map?from=2021"))["Kosova & co"][0] == 1
    assert "what has no date is left out" in late


@pytest.mark.parametrize(
    "query", ["ASK { ?s ?p ?o }", "SELECT ?s { ?s a <urn:none> }", "SELECT ?x { ?x a ?y"]
)
def test_a_query_without_countries_is_told(tmp_path: Path, query: str) -> None:
    ask = _made(tmp_path, 'query = "where"\n', f"#+ summary: None\n{query}\n")
    page = ask("/map")
    assert "<h1" in page
    assert "Traceback" not in page
    assert '<h2 id="map">' not in ask("/")


def test_a_project_without_codes_has_no_map(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(GARDENS)
    (tmp_path / "ogdkg.toml").write_text('[[layer]]\nname = "a"\nfiles = ["a.ttl"]\ngraph = "urn:g"\n')
    ask = _asking(tmp_path)
    assert "/map" not in ask("/")
    assert "This project names no countries" in ask("/map")


@pytest.mark.parametrize(
    ("lines", "line", "told"),
    [
        ('query = "where"', 1, "A map needs `code`."),
        ('code = "skos:notation"', 1, "either `query` or `property`"),
        ('code = "urn:a"\nquery = "a"\nproperty = "urn:b"', 1, "either `query` or `property`"),
        ('code = "urn:a"\nqueri = "a"', 3, "queri"),
        ('code = "no curie"\nquery = "a"', 2, "'no curie' is not the CURIE"),
    ],
)
def test_settings_that_draw_nothing_are_an_error(tmp_path: Path, lines: str, line: int, told: str) -> None:
    (tmp_path / "ogdkg.toml").write_text(f"[pages.map]\n{lines}\n")
    with pytest.raises(InputError) as error:
        read_project(tmp_path)
    assert told in error.value.message
    assert error.value.place == Place(str(tmp_path / "ogdkg.toml"), line)
