"""Stored queries as pages over a socket: forms, answers with their sources, files, and the same elsewhere."""

from __future__ import annotations

import io
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook
from tests.conftest import ROOT, TREES, Run
from tests.web.conftest import Answer, Server, serving

from ogdkg import open_graph
from ogdkg.api.answers import ResultTable, ResultTriples
from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.project.project import find_project
from ogdkg.rdf.formats import XLSX

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
OURS = ("initiatives-in-country", "themes")
MANY = 120
WILD = '<script>alert("1")</script> & \u05e9\u05dc\u05d5\u05dd \U0001f333'
DATA = f"""
PREFIX e: <https://e.example/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
e:wild a e:Kind ; rdfs:label {json.dumps(WILD, ensure_ascii=False)}@en ; e:size 3 .
e:twin1 a e:Kind ; rdfs:label "Twin"@en ; e:size 10.5 ; e:note "=1+1" .
e:twin2 a e:Kind ; rdfs:label "Twin"@en ; e:size 9 ; e:note "\u0645\u0631\u062d\u0628\u0627"@ar .
"""
QUERIES = {
    "kinds": """
#+ summary: <b>Which</b> things are of a kind?
#+ columns: {{thing: Thing, size: Size}}
PREFIX e: <https://e.example/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing ?thingLabel ?size ?note {{
  ?thing a e:Kind ; rdfs:label ?thingLabel ; e:size ?size OPTIONAL {{ ?thing e:note ?note }}
}} ORDER BY ?thing""",
    "one": """
#+ summary: What is of one thing?
#+ empty: There is nothing of this size.
#+ see: [kinds]
#+ params:
#+   thing: {{label: the thing, class: e:Kind, example: Twin}}
#+   page: {{label: the size}}
PREFIX e: <https://e.example/>
SELECT ?size {{ ?_thing_iri e:size ?size . ?_thing_iri e:size ?__page_integer }}""",
    "is-there": """
#+ summary: Is there a thing?
ASK {{ ?s ?p ?o }}""",
    "numbers": """
#+ summary: Which numbers are there?
PREFIX e: <https://e.example/>
SELECT ?number ?half {{ ?thing e:number ?number BIND(?number / 2 AS ?half) }} ORDER BY ?number""",
}


class _Page(HTMLParser):
    """The elements of a page with their attributes, and the text of each that is asked for."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.source = answer.body.decode()
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        return [had for name, had in self.elements if name == tag and wanted.items() <= had.items()]

    def link(self, text: str) -> str:
        """The address of the first link with a text."""
        found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>(?:<[^>]*>)*{re.escape(text)}', self.source)
        assert found, f"no link {text!r}"
        return found[1].replace("&amp;", "&")


class _Codes(HTMLParser):
    """What a page says to type elsewhere."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_code = False
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_code = tag == "code"
        if self._is_code:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_code = False

    def handle_data(self, data: str) -> None:
        if self._is_code:
            self.found[-1] += data


def _page(server: Server, path: str, status: int = 200) -> _Page:
    answer = server.ask(path, accept=BROWSER)
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return _Page(answer)


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    with serving(ROOT) as running:
        yield running


@pytest.fixture(scope="module")
def wild(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("wild")
    (folder / "ogdkg.toml").write_text(
        '[project]\nname = "wild"\nthings = "https://e.example/"\n[prefixes]\ne = "https://e.example/"\n'
        '[[layer]]\nname = "data"\nfiles = ["*.ttl"]\n'
    )
    numbers = "".join(
        f"<https://e.example/n{each}> <https://e.example/number> {each} .\n" for each in range(MANY)
    )
    (folder / "data.ttl").write_text(DATA + numbers, encoding="utf-8")
    (folder / "queries").mkdir()
    for name, text in QUERIES.items():
        (folder / "queries" / f"{name}.rq").write_text(text.lstrip().replace("{{", "{").replace("}}", "}"))
    (folder / "queries" / "broken.rq").write_text("#+ summary: [\nSELECT * {}")
    with serving(folder) as running:
        yield running


_opened = cache(open_graph)


def _queries(folder: Path, names: tuple[str, ...] = ()) -> list[StoredQuery]:
    return [query for query in Catalogue(find_project(folder)) if not names or query.name in names]


def _example(query: StoredQuery) -> dict[str, str]:
    return {each.name: each.example for each in query.parameters if each.example and not each.is_optional}


def _same_everywhere(server: Server, ogdkg: Run, folder: Path, query: StoredQuery) -> None:
    """The answer of a page's files, of `ogdkg query`, and of each line that the page says to type."""
    is_graph = query.form == "CONSTRUCT"
    suffix = "ttl" if is_graph else "csv"
    given = f"?{urlencode(_example(query))}" if _example(query) else ""
    file = server.ask(f"/ask/{query.name}.{suffix}{given}")
    page = _page(server, f"/ask/{query.name}{given}")
    command, python, curl, sparql = _Codes(page.source).found
    words = shlex.split(command)[1:]
    form = "turtle" if is_graph else "csv"
    assert ogdkg(*words, "-f", form, cwd=folder).stdout.encode() == file.body
    if not is_graph:
        json_file = server.ask(f"/ask/{query.name}.json{given}")
        assert ogdkg(*words, "-f", "json", cwd=folder).stdout.encode() == json_file.body
    run = subprocess.run([*shlex.split(curl), "-s"], capture_output=True, check=True)
    assert run.stdout == file.body
    lines = python.splitlines()
    names = {"open_graph": lambda: _opened(folder)}
    assert lines[0] == "from ogdkg import open_graph"
    answer = eval(lines[1], names)  # what the page says to type
    if isinstance(answer, ResultTable):
        assert answer.to_csv().encode() == file.body
    elif isinstance(answer, ResultTriples):
        assert answer.serialize().encode() == file.body
    else:
        assert file.body == (b"true\n" if answer else b"false\n")
    asked = server.ask(server.query(sparql), accept="text/turtle" if is_graph else "text/csv")
    if "reads the layers" not in page.text:
        assert sorted(asked.body.splitlines()) == sorted(file.body.splitlines())
    assert asked.status == 200
    assert server.ask(page.link("Ask the endpoint"), accept="*/*").status == 200


@pytest.mark.parametrize("query", _queries(TREES), ids=lambda query: query.name)
def test_each_question_has_one_answer_everywhere(server: Server, ogdkg: Run, query: StoredQuery) -> None:
    if query.name == "personal":
        answer = server.ask("/ask/personal.csv")
        assert answer.body == b"node\r\n"
        assert "Personal data are left out" in _page(server, "/ask/personal").text
        return
    _same_everywhere(server, ogdkg, TREES, query)


@pytest.mark.parametrize("query", _queries(ROOT, OURS), ids=lambda query: query.name)
def test_so_has_each_of_ours(own: Server, ogdkg: Run, query: StoredQuery) -> None:
    _same_everywhere(own, ogdkg, ROOT, query)


def test_the_list_has_all_queries_by_topic_and_filters_them(server: Server, wild: Server) -> None:
    page = _page(server, "/ask")
    addresses = {had.get("href") for had in page.all("a")}
    assert {f"/ask/{query.name}" for query in _queries(TREES)} <= addresses
    found = _page(server, "/ask?q=garden+stand&topic=trees")
    assert "Which trees stand in a garden?" in found.text
    assert "Which gardens are there?" not in found.text
    assert "No question has these words." in _page(server, "/ask?q=zzz").text
    told = json.loads(server.ask("/ask?q=among", accept="application/json").body)["questions"]
    assert [(each["name"], each["parameters"][0]["several"]) for each in told] == [("among", True)]
    assert "1 stored query cannot be read" in _page(wild, "/ask").text


def test_a_form_is_made_from_the_header(server: Server) -> None:
    page = _page(server, "/ask/planted")
    assert [had["value"] for had in page.all("input", name="since")] == ["1900"]
    assert page.all("input", name="since")[0]["inputmode"] == "numeric"
    assert [had["value"] for had in page.all("option")] == ["", "Abbey Garden", "Harbour Park"]
    labelled = {had["for"] for had in page.all("label") if "for" in had}
    fields = [had for tag in ("input", "select") for had in page.all(tag) if had.get("type") != "checkbox"]
    assert {had["id"] for had in fields} <= labelled
    boxes = _page(server, "/ask/among?tree=Oak&tree=Lime").all("input", type="checkbox")
    assert [(had["value"], "checked" in had) for had in boxes] == [
        ("Ginkgo", False),
        ("Lime", True),
        ("Oak", True),
    ]
    assert not _page(server, "/ask/trees-in").all("table")  # nothing is asked yet, and nothing is wrong


def test_many_values_complete_and_other_names_are_taken(own: Server) -> None:
    page = _page(own, "/ask/initiatives-in-country?country=NPL&initiative=BOOST")
    (field,) = page.all("input", name="country")
    assert page.all("datalist", id=field["list"])
    assert {"Nepal", "Sub-Saharan Africa"} <= {
        had["value"] for had in page.all("option") if "value" in had
    } | {"Sub-Saharan Africa"}
    assert [had for had in page.all("option", selected="") if "BOOST" in had["value"]]


@pytest.mark.parametrize(
    ("path", "parameter", "near", "leads_to"),
    [
        ("trees-in?garden=Abbey+Gardn", "garden", "Abbey Garden", "/ask/trees-in?garden=Abbey+Garden"),
        ("trees-in?gardn=Abbey+Garden", "gardn", "garden", "/ask/trees-in?garden=Abbey+Garden"),
        ("among?tree=Oak&tree=Lim", "tree", "Lime", "/ask/among?tree=Oak&tree=Lime"),
        ("planted?since=soon", "since", "", ""),
        ("planted?since=1900&since=1901", "since", "1901", "/ask/planted?since=1901"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    server: Server, path: str, parameter: str, near: str, leads_to: str
) -> None:
    page = _page(server, f"/ask/{path}")
    assert server.ask(f"/ask/{path}").status == 422  # for whoever does not ask for a page
    if parameter in ("garden", "since"):
        (field,) = [had for _, had in page.elements if had.get("name") == parameter]
        assert field["aria-invalid"] == "true"
        assert f"p-{parameter}-fault" in field["aria-describedby"].split()
        assert page.all("p", id=f"p-{parameter}-fault")
    if near:
        assert page.link(near) == leads_to
        assert server.ask(leads_to, accept=BROWSER).status == 200
    name, _, fields = path.partition("?")
    told = server.ask(f"/ask/{name}.csv?{fields}")
    assert told.status == 422
    (fault,) = json.loads(told.body)["faults"]
    assert fault["parameter"] == parameter
    assert [each["label"] for each in fault["near"]][-1:] == [near] * bool(near)


def test_an_answer_is_a_spreadsheet_too(wild: Server) -> None:
    """Things by their names and with links, numbers as numbers, and no text taken for a formula."""
    assert _page(wild, "/ask/kinds").link("Excel") == "/ask/kinds.xlsx"
    answer = wild.ask("/ask/kinds.xlsx")
    assert answer.status == 200 and answer.headers["content-type"] == XLSX.media_type
    assert wild.ask("/ask/kinds", accept=XLSX.media_type).headers["content-type"] == XLSX.media_type
    head, *rows = load_workbook(io.BytesIO(answer.body)).worksheets[0].iter_rows()
    assert [cell.value for cell in head] == ["Thing", "Size", "note"]
    found = {row[0].hyperlink.target: [cell.value for cell in row] for row in rows}
    assert found == {
        "https://e.example/twin1": ["Twin", 10.5, "=1+1"],
        "https://e.example/twin2": ["Twin", 9, "\u0645\u0631\u062d\u0628\u0627"],
        "https://e.example/wild": [WILD, 3, None],
    }
    assert "f" not in {cell.data_type for row in rows for cell in row}  # a formula
    assert wild.ask("/ask/one.xlsx?thing=e:twin2").status == 200
    assert wild.ask("/ask/is-there.xlsx").status == 404  # yes or no
    assert wild.ask("/ask/kinds.csv").body.startswith(b"thing,thingLabel,size,note\r\n")  # as SPARQL has it


def test_names_that_several_have_are_told_apart(wild: Server) -> None:
    page = _page(wild, "/ask/one?thing=Twin")
    assert page.link("Twin").startswith("/ask/one?thing=e%3Atwin")
    assert "9" in _page(wild, "/ask/one?thing=e:twin2").text
    values = [had["value"] for had in page.all("option") if "value" in had]
    assert {"e:twin1", "e:twin2", "e:wild"} <= set(values)  # whose label would be taken for an IRI


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ask/nothing", 404),
        ("/ask/trees-in.csv", 422),
        ("/ask/trees.ttl", 404),
        ("/ask/plant.csv?plant=Oak", 404),
        ("/ask/trees?page=2", 404),
        ("/ask/trees?page=x", 400),
        ("/ask/trees?sort=nothing", 422),
        ("/ask/%ff%00", 404),
        ("/ask/..%2ftrees", 404),
    ],
)
def test_what_is_not_there_is_said(server: Server, path: str, status: int) -> None:
    answer = server.ask(path, accept=BROWSER)
    assert answer.status == status
    assert b"Traceback" not in answer.body
    assert server.ask("/ask/trees", b"x", method="POST").status == 405
    assert server.ask("/ask/trees", accept="image/png").status == 406


def test_old_and_misspelt_names_lead_to_the_question(own: Server) -> None:
    former = _page(own, "/ask/in-country", 404)
    assert former.link("Which initiatives work in a country") == "/ask/initiatives-in-country"
    near = json.loads(own.ask("/ask/countrys.csv").body)["near"]
    assert near[0]["name"] == "countries"
    assert near[0]["address"] == f"{own.url}/ask/countries"


def test_rows_are_cited_by_marks_that_open_their_words(server: Server) -> None:
    page = _page(server, "/ask/trees-in?garden=Abbey+Garden")
    marks = re.findall(r'<summary aria-label="Source (\d+): ([^"]*)">(\d+)</summary>', page.source)
    assert [(first, third) for first, _, third in marks] == [("1", "1"), ("2", "2")]
    assert "The old oak" in page.text
    assert page.link("Oak") == "/id/tree/oak"
    assert [each["src"][:8] for each in page.all("script")] == ["/assets/"]


def test_rows_are_sorted_by_value_and_paged(wild: Server) -> None:
    first = _page(wild, "/ask/numbers?sort=-number")
    assert first.all("th", **{"aria-sort": "descending"})
    assert "Rows 1 to 50 of 120" in first.text
    numbers = [
        int(each) for each in re.findall(r'<th scope="row" class="r"><bdi dir="auto">(\d+)<', first.source)
    ]
    assert numbers == list(range(MANY - 1, MANY - 51, -1))
    assert first.link("Later rows") == "/ask/numbers?sort=-number&page=2#answer"
    last = _page(wild, "/ask/numbers?sort=-number&page=3")
    assert "Rows 101 to 120 of 120" in last.text
    sizes = _page(wild, "/ask/kinds?sort=size").source
    assert sizes.index(">3<") < sizes.index(">9<") < sizes.index(">10.5<")
    assert "1 of 120 rows" in _page(wild, "/ask/numbers?find=119").text
    assert len(wild.ask("/ask/numbers.csv?sort=number").body.split()) == MANY + 1


def test_bars_have_their_numbers_as_text(wild: Server, server: Server) -> None:
    page = _page(wild, "/ask/kinds?view=bars&by=size")
    assert [had["width"] for had in page.all("rect")] == ["100.0%", "85.7%", "28.6%"]
    assert page.text.index("10.5") < page.text.index("9", page.text.index("10.5"))
    counted = _page(server, "/ask/trees?view=bars&by=garden")
    assert [had["width"] for had in counted.all("rect")] == ["100.0%", "50.0%"]


def test_what_strangers_wrote_is_text(wild: Server) -> None:
    page = _page(wild, "/ask/kinds")
    assert WILD in page.text
    assert "<b>Which</b> things" in page.text
    assert [each["src"][:8] for each in page.all("script")] == ["/assets/"]
    assert not [had for _, had in page.elements if {"style", "onclick"} & had.keys()]
    assert page.all("bdi", lang="ar")
    asked = _page(wild, "/ask/one?thing=https://e.example/wild")
    assert len(asked.all("option", value="e:wild", selected="")) == 1
    assert WILD in asked.text
    assert "<script>" not in asked.source
    evil = '"><img src=x onerror=alert(1)>'
    refused = _page(wild, "/ask/one?" + urlencode({"thing": evil, evil: "1"}))
    assert not refused.all("img")


def test_a_parameter_may_be_named_like_a_field_of_ours(wild: Server) -> None:
    page = _page(wild, "/ask/one?thing=e:twin2&page=9")
    assert "1 row" in page.text
    assert page.all("th", scope="col")
    assert _page(wild, "/ask/one?thing=e:twin2&page=9&_page=2", 404)


def test_an_empty_answer_says_why(wild: Server, server: Server) -> None:
    page = _page(wild, "/ask/one?thing=e:twin2&page=3")
    assert "No rows" in page.text
    assert "There is nothing of this size." in page.text
    assert page.link("&lt;script") == "/ask/one?thing=e%3Awild&page=3"
    assert page.link("&lt;b&gt;Which") == "/ask/kinds"
    assert "1 row" in _page(wild, page.link("&lt;script")).text


def test_many_wrong_values_end_soon(server: Server) -> None:
    many = "&".join(f"tree=w{each}" for each in range(1_900))
    assert len(json.loads(server.ask(f"/ask/among.csv?{many}").body)["faults"]) == 10


def test_an_answer_is_not_computed_twice(server: Server) -> None:
    for path in ("/ask", "/ask/trees-in.csv?garden=Abbey+Garden", "/ask/trees-in?garden=Abbey+Garden"):
        tag = server.ask(path, accept="*/*").headers["etag"]
        assert server.ask(path, accept="*/*", if_none_match=tag).status == 304


def test_a_page_needs_few_files_and_bytes(own: Server) -> None:
    page = _page(own, "/ask/initiatives-in-country?country=Nepal")
    styles = [had["href"] for had in page.all("link", rel="stylesheet")]
    assert len(styles) == 2
    assert all(own.ask(each).status == 200 for each in styles)
    packed = own.ask("/ask/initiatives-in-country?country=Nepal", accept=BROWSER, accept_encoding="gzip")
    assert len(packed.body) < 60_000
