"""The query page over HTTP: a query as it was written, its answer or what is wrong with it, and its terms."""

from __future__ import annotations

import io
import json
import re
import shlex
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook
from tests.conftest import TREES, Run
from tests.web.conftest import Answer, Server, serving

BROWSER = "text/html"
TREES_QUERY = "SELECT ?tree ?treeLabel { ?tree a ns:Tree ; skos:prefLabel ?treeLabel } ORDER BY ?treeLabel"
WILD = "</textarea><script>alert(1)</script>"
LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p . ?q ?r ?s }"


@pytest.fixture(scope="module")
def short() -> Iterator[Server]:
    """A server whose queries end soon."""
    with serving(TREES, "--timeout", "3") as running:
        yield running


def _asked(server: Server, text: str, suffix: str = "", accept: str = BROWSER, **fields: str) -> Answer:
    return server.ask(f"/query{suffix}?{urlencode({'query': text, **fields})}", Accept=accept)


def _page(server: Server, text: str, **fields: str) -> str:
    answer = _asked(server, text, **fields)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.body.decode()


def _text(page: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def _fault(page: str) -> str:
    found = re.search(r'<div class="fault" role="alert".*?</div>', page, re.DOTALL)
    assert found, page
    return _text(found[0])


def _field(page: str) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found
    return unescape(found[1]).removeprefix("\n")  # as HTML reads it


def test_a_link_holds_a_query_and_its_answer_is_a_table(short: Server) -> None:
    page = _page(short, TREES_QUERY)
    assert _field(page) == TREES_QUERY
    told = _text(page)
    for word in ("4 rows", "Ginkgo", "Oak", "Eiche"):
        assert word in told
    assert 'href="/id/tree/ginkgo"' in page
    assert "took most of the time" in told  # which is too short here to look for sources


def test_rows_are_sorted_filtered_and_counted_by_links(short: Server) -> None:
    down = _page(short, TREES_QUERY, sort="-tree")
    assert 'aria-sort="descending"' in down
    assert "1 of 4 rows" in _text(_page(short, TREES_QUERY, find="ginkgo"))
    assert 'class="bar"' in _page(short, TREES_QUERY, view="bars")
    for link in re.findall(r'href="(/query\?[^"]+)"', down):
        assert "query=SELECT" in link
    assert "sort takes a column" in _fault(_page(short, TREES_QUERY, sort="height"))
    assert "There are 1 pages" in _fault(_page(short, TREES_QUERY, page="7"))


def test_the_same_answer_is_had_elsewhere(short: Server, ogdkg: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page shows to type is run: by a shell, in Python, and by curl."""
    query = "SELECT ?tree {\n  ?tree a ns:Tree ; skos:prefLabel 'Oak'@en\n}"
    page = _page(short, query)
    shown = [unescape(each) for each in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)]
    shell, python, curl, _ = (each.strip() for each in shown)
    whole = _asked(short, query, ".csv").body.decode()
    assert "oak" in whole
    assert ogdkg(*shlex.split(shell)[1:], "-f", "csv").stdout == whole
    monkeypatch.chdir(TREES)
    made: dict[str, Any] = {}
    exec(python.replace("open_graph().", "answer = open_graph()."), made)
    assert len(made["answer"]) == 1
    words = shlex.split(curl)
    address, header, field = words[2], words[4], words[6]
    name, _, text = field.partition("=")
    path = address.removeprefix(short.url) + "?" + urlencode({name: text})
    assert short.ask(path, Accept=header.removeprefix("Accept: ")).body.decode() == whole


@pytest.mark.parametrize("suffix", ["csv", "json", "tsv", "xml"])
def test_a_file_is_what_the_command_line_writes(short: Server, ogdkg: Run, suffix: str) -> None:
    answer = _asked(short, TREES_QUERY, f".{suffix}")
    assert answer.status == 200
    assert answer.body.decode() == ogdkg("sparql", TREES_QUERY, "-f", suffix).stdout


def test_rows_are_had_as_a_spreadsheet(short: Server) -> None:
    page = _page(short, TREES_QUERY)
    [address] = re.findall(r'href="(/query\.xlsx\?[^"]+)"', page)
    rows = load_workbook(io.BytesIO(short.ask(unescape(address)).body)).worksheets[0].iter_rows()
    found = [[cell.value for cell in row] for row in rows]
    assert len(found) == 5 and "Ginkgo" in {cell for row in found for cell in row}
    for other in ("ASK { ?tree a ns:Tree }", "CONSTRUCT WHERE { ?t a ns:Tree }"):
        assert ".xlsx" not in _page(short, other) and _asked(short, other, ".xlsx").status == 404


def test_other_forms_answer_too(short: Server) -> None:
    assert '<h2 id="answer">Yes</h2>' in _page(short, "ASK { ?tree a ns:Tree }")
    assert '<h2 id="answer">No</h2>' in _page(short, "ASK { ?tree a ns:House }")
    made = "CONSTRUCT { ?t a ns:Plant } { ?t a ns:Tree }"
    assert "3 statements" in _page(short, made)
    assert b"ns:Plant" in _asked(short, made, ".ttl").body
    assert _asked(short, made, ".csv").status == 404
    assert _asked(short, TREES_QUERY, ".ttl").status == 404
    assert "No rows" in _page(short, "SELECT * { ?x a ns:House }")


@pytest.mark.parametrize(
    ("query", "line", "column", "part", "told"),
    [
        (
            "SELECT * {\n  ?tree a ns:Tree ; foo:bar ?x\n}",
            2,
            21,
            "foo:bar",
            "The prefix foo: is not declared.",
        ),
        ("SELECT * {\r\n\r\n  ?x ?y ?z } ORDER ?x", 3, 20, "?x", "ORDER is followed by BY"),
        ("SELEC * { ?s ?p ?o }", 1, 1, "SELEC", "SPARQL has no word SELEC. Did you mean SELECT?"),
        ("SELECT * { ?s ?p", 1, 17, "", "is not closed. Write } before this."),
        ("SELECT * { SERVICE <http://e/> { ?s ?p ?o } }", 1, 12, "SERVICE", "may not use SERVICE"),
        ("SELECT * FROM <http://e/none> { ?s ?p ?o }", 1, 15, "<http://e/none>", "There is no graph"),
        ('SELECT * { ?s ?p "\U0001f333\U0001f333" ; foo:a 1 }', 1, 25, "foo:a", "foo: is not declared"),
        ("SELECT * " + "{" * 300 + "}" * 300, 1, 0, None, "The query is too deep"),
        ("DELETE WHERE { ?s ?p ?o }", 1, 1, "DELETE", ""),
    ],
)
def test_a_fault_stands_at_its_place(
    short: Server, query: str, line: int, column: int, part: str | None, told: str
) -> None:
    page = _page(short, query)
    fault = _fault(page)
    assert told in fault
    assert f'data-line="{line}"' in page
    if column:
        assert fault.startswith(f"Line {line}, column {column}.")
    if part is not None:
        marked = re.search("<mark>(.*?)</mark>", page)
        assert marked
        assert unescape(marked[1]).strip() == part
    assert _field(page) == query.replace("\r\n", "\n")
    assert 'aria-describedby="query-fault"' in page


def test_a_program_is_told_by_the_status(short: Server) -> None:
    assert _asked(short, "SELEC", accept="*/*").status == 400
    assert _asked(short, "SELECT * { ?s ?p }", ".csv").status == 400
    assert short.ask("/query.csv").status == 400
    assert _asked(short, TREES_QUERY, ".exe").status == 404
    assert short.ask("/query", b"query=x", "POST").status == 405


def test_what_takes_too_long_is_told_on_the_page(short: Server) -> None:
    """And the process that answers lives on: the query had one of its own."""
    fault = _fault(_page(short, LONG))
    assert "took longer than" in fault
    assert _field(_page(short, LONG)) == LONG


def test_a_stored_query_is_there_to_begin_with(short: Server) -> None:
    begun = short.ask("/query", Accept=BROWSER).body.decode()
    assert "SELECT ?class" in _field(begun)
    for name in re.findall(r'<option value="([^"]+)"', begun):
        page = short.ask(f"/query?question={name}", Accept=BROWSER).body.decode()
        assert f'<option value="{name}" selected>' in page
        assert "#+" not in _field(page)
        if 'role="alert"' not in page:
            assert 'role="alert"' not in _page(short, _field(page)), name
    assert "There is no query" in _fault(short.ask("/query?question=nonesuch", Accept=BROWSER).body.decode())


def test_a_query_is_text_whatever_it_holds(short: Server) -> None:
    page = _page(short, f'SELECT ("{WILD}" AS ?wild) {{ }}')
    assert "<script>alert" not in page
    assert WILD in _field(page)
    assert WILD in _text(page)
    assert "\u202e" not in _page(short, 'SELECT ("\u202eabc" AS ?x) {}').replace(_field(page), "")


def test_a_page_that_would_be_the_same_is_not_sent(short: Server) -> None:
    first = _asked(short, "ASK { ?tree a ns:Tree }")
    again = short.ask(
        f"/query?{urlencode({'query': 'ASK { ?tree a ns:Tree }'})}",
        Accept=BROWSER,
        If_None_Match=first.headers["etag"],
    )
    assert again.status == 304
    assert "etag" not in _asked(short, "SELECT (NOW() AS ?now) {}").headers


def test_terms_are_told_with_their_names_and_numbers(short: Server) -> None:
    answer = short.ask("/query/terms.json")
    assert answer.headers["content-type"] == "application/json"
    told = json.loads(answer.body)
    assert told["prefixes"]["ns"] == "https://trees.example/ns#"
    trees = next(each for each in told["classes"] if each["term"] == "ns:Tree")
    assert trees["count"] == 3
    assert any(each["term"] == "skos:prefLabel" for each in told["properties"])
    counts = [each["count"] for each in told["properties"]]
    assert counts == sorted(counts, reverse=True)
    assert short.ask("/query/terms.json", If_None_Match=answer.headers["etag"]).status == 304


def test_a_file_alone_has_the_page_too(tmp_path: Path) -> None:
    """Without a project, stored queries and declared prefixes."""
    (tmp_path / "a.ttl").write_text('<urn:a> a <urn:Thing> ; <urn:p> "x" .')
    with serving(tmp_path, "a.ttl") as alone:
        page = alone.ask("/query", Accept=BROWSER).body.decode()
        assert 'name="question"' not in page
        assert "1 row" in _text(_page(alone, _field(page)))
        assert "urn:Thing" in alone.ask("/query/terms.json").body.decode()


def test_every_link_has_the_path_before_the_server() -> None:
    with serving(TREES, "--prefix", "/data") as behind:
        page = behind.ask(f"/query?{urlencode({'query': TREES_QUERY})}", Accept=BROWSER).body.decode()
        paths = re.findall(r'(?:href|src|action|data-terms|data-suggest)="(/[^"]*)"', page)
        assert len(paths) > 20
        assert [each for each in paths if not each.startswith("/data/")] == []
        for each in (path for path in paths if "/assets/" in path or "terms" in path):
            assert behind.ask(unescape(each).removeprefix("/data")).status == 200


# -- Names to complete ---------------------------------------------------------------


def _suggested(server: Server, text: str, **fields: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(server.ask(f"/suggest?{urlencode({'q': text, **fields})}").body)[
        "found"
    ]
    return found


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("gin", "Ginkgo"),
        ("GARD", "Abbey Garden"),
        ("abbey g", "Abbey Garden"),
        ("quercus", "Oak"),
        ("ginko", "Ginkgo"),
    ],
)
def test_a_name_is_offered_by_the_beginning_of_its_words(short: Server, typed: str, name: str) -> None:
    """Of another name too, and of one that is misspelt."""
    assert name in [each["name"] for each in _suggested(short, typed)]


def test_what_is_offered_leads_to_its_page(short: Server) -> None:
    [ginkgo] = _suggested(short, "ginkgo")
    assert ginkgo["address"] == "/id/tree/ginkgo"
    assert ginkgo["kind"]
    assert _suggested(short, "") == _suggested(short, "zzzzzzz") == _suggested(short, "%%%") == []
    answer = short.ask("/suggest?q=gin")
    assert short.ask("/suggest?q=gin", If_None_Match=answer.headers["etag"]).status == 304


def test_the_values_of_a_field_are_offered(short: Server) -> None:
    questions = json.loads(short.ask("/ask", Accept="application/json").body)["questions"]
    asked = [(each["name"], field["name"]) for each in questions for field in each["parameters"]]
    offered = {pair: _suggested(short, "g", question=pair[0], field=pair[1]) for pair in asked}
    assert any(each["name"] == "Ginkgo" for found in offered.values() for each in found)
    assert short.ask("/suggest?question=nonesuch&field=x&q=a").status == 404
    assert short.ask(f"/suggest?question={asked[0][0]}&field=nonesuch&q=a").status == 404
