"""`/check` over HTTP: what somebody sends is judged as `ogdkg validate` judges a file, and not kept."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from rdflib import Graph
from tests.conftest import TREES, Run
from tests.web.conftest import READY_WITHIN, Answer, Server, serving

PREFIXES = """PREFIX ns: <https://trees.example/ns#>
PREFIX tree: <https://trees.example/id/tree/>
PREFIX garden: <https://trees.example/id/garden/>
"""
SHAPES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX ns: <https://trees.example/ns#>
ns:TreeShape a sh:NodeShape ; sh:targetClass ns:Tree ;
  sh:property [ sh:path ns:planted ; sh:datatype xsd:integer ; sh:maxCount 1 ] ,
    [ sh:path ns:standsIn ; sh:class ns:Garden ] .
"""
WRONG = PREFIXES + 'tree:elm a ns:Tree ;\n  ns:planted "<b>soon</b>" ;\n  ns:standsIn garden:abbey .\n'
RIGHT = PREFIXES + "tree:elm a ns:Tree ; ns:planted 1900 .\n"
REPORT = """PREFIX sh: <http://www.w3.org/ns/shacl#>
[] a sh:ValidationReport ; sh:conforms false ; sh:result [ a sh:ValidationResult ;
  sh:focusNode <https://trees.example/id/tree/elm> ; sh:resultSeverity sh:Violation ;
  sh:sourceConstraintComponent sh:MinCountConstraintComponent ; sh:resultMessage "It needs a garden." ] .
"""
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PAGE = {"Accept": "text/html"}
TURTLE = {"Content-Type": "text/turtle"}
TEXT = {"Accept": "text/plain"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trees") / "trees"
    shutil.copytree(TREES, folder)
    (folder / "ontology" / "shapes").mkdir()
    (folder / "ontology" / "shapes" / "trees.ttl").write_text(SHAPES)
    return folder


@pytest.fixture(scope="module")
def judging(folder: Path) -> Iterator[Server]:
    """A project with shapes."""
    with serving(folder, "--timeout", "30") as running:
        yield running


def _check(server: Server, text: str | bytes, path: str = "/check", **headers: str) -> Answer:
    return server.ask(path, text.encode() if isinstance(text, str) else text, **headers)


def _form(server: Server, file: bytes = b"", name: str = "", **fields: str) -> Answer:
    """Send the form of the page as a browser does."""
    named = [(f'name="{key}"', value.encode()) for key, value in fields.items()]
    named.append((f'name="file"; filename="{name}"\r\nContent-Type: application/octet-stream', file))
    parts = [b"--B\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (k.encode(), v) for k, v in named]
    headers = {"Content-Type": "multipart/form-data; boundary=B", **PAGE}
    return server.ask("/check", b"".join(parts) + b"--B--\r\n", **headers)


def test_the_findings_are_those_of_validate(judging: Server, folder: Path, ogdkg: Run) -> None:
    """In the same words, with the same lines: only the name of the file is another one."""
    (folder / "elm.ttl").write_text(WRONG)
    told = ogdkg("-C", folder, "validate", folder / "elm.ttl").stdout
    (folder / "elm.ttl").unlink()
    expected = told.replace(str(folder / "elm.ttl"), "text")
    assert "text:5:14: violation" in expected
    assert _check(judging, WRONG, **TURTLE, **TEXT).body.decode() == expected


def test_a_person_sees_the_line_and_what_is_wrong_in_it_as_text(judging: Server) -> None:
    answer = _form(judging, text=WRONG.replace("\n", "\r\n"), format="")
    page = answer.body.decode()
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert ">Line 5<" in page
    assert "<mark>&#34;&lt;b&gt;soon&lt;/b&gt;&#34;</mark>" in page
    assert "<b>soon" not in page
    field = page.split("<textarea")[1].split(">\n", 1)[1].split("</textarea>")[0]
    assert unescape(field).replace("\r\n", "\n") == WRONG


def test_a_file_counts_before_the_text(judging: Server) -> None:
    page = _form(judging, RIGHT.encode(), "../../C:\\elm<1>.ttl", text=WRONG).body.decode()
    assert "Valid: nothing found in 12 triples." in page
    assert "elm&lt;1&gt;.ttl" in page
    assert "../" not in page.split("<section")[1]


def test_together_with_the_graph_what_it_mentions_is_known(judging: Server) -> None:
    """And what is wrong in the graph itself is nobody's who sends a text."""
    alone = json.loads(_check(judging, WRONG, **TURTLE).body)
    both = json.loads(_check(judging, WRONG, "/check?with=graph", **TURTLE).body)
    assert [each["rule"] for each in alone["findings"]] == ["Datatype", "Class"]
    assert [each["rule"] for each in both["findings"]] == ["Datatype"]
    assert {each["focus"]["value"] for each in both["findings"]} == {"https://trees.example/id/tree/elm"}
    assert both["triples"] == 3


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/sarif+json", "application/sarif+json"),
        ("application/xml", "application/xml"),
    ],
)
def test_a_program_gets_the_formats_of_validate(judging: Server, accept: str, media_type: str) -> None:
    is_judged = "turtle" in accept
    answer = _check(judging, WRONG if is_judged else "soon", **TURTLE, Accept=accept)
    assert (answer.status, answer.headers["content-type"]) == (200 if is_judged else 400, media_type)
    assert answer.headers["cache-control"] == "no-store"
    assert b"soon" in answer.body
    if is_judged:
        shacl = "http://www.w3.org/ns/shacl#"
        rows = (
            Graph()
            .parse(data=answer.body, format="turtle")
            .query(f"SELECT * {{ ?r <{shacl}result> ?x . ?x <{shacl}resultSeverity> <{shacl}Violation> }}")
        )
        assert len(rows) == 2


def test_a_report_of_any_engine_is_put_in_words(judging: Server) -> None:
    page = _form(judging, text=REPORT).body.decode()
    assert "A validation report, in words." in page
    assert "It needs a garden." in page
    assert "tree:elm" in page


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("<http://e/a> a <http://e/b> ;;\n foaf:name 1 .", "text/turtle", 2),
        ('<http://e/a> <http://e/b> "c" \n', "application/n-triples", 2),
        ('{"@id": "http://e/a",\n "http://e/b": [1}', "application/ld+json", 2),
        (f'<r:RDF xmlns:r="{RDF}">\n<a></r:RDF>', "application/rdf+xml", 2),
        ("", "text/turtle", 0),
        ('{"@context": "secret.json", "@id": "http://e/a"}', "application/ld+json", 1),
        ('<http://e/a> <http://e/b> "\xff" .'.encode("latin-1"), "text/turtle", 1),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_line(
    judging: Server, text: str | bytes, kind: str, line: int
) -> None:
    answer = _check(judging, text, **{"Content-Type": kind})
    assert answer.status == 400
    told = json.loads(answer.body)
    if line:
        (finding,) = told["findings"]
        assert (finding["file"], finding["line"]) == ("text", line)
        assert finding["message"]
        assert "--context" not in finding.get("hint", "")
    page = _check(judging, text, **{"Content-Type": kind}, **PAGE)
    assert (f"Line {line}" if line else "nothing to check") in page.body.decode()
    assert str(TREES) not in page.body.decode() + answer.body.decode()


def test_what_is_no_text_to_check_is_refused_on_a_page(judging: Server) -> None:
    """As a problem document to a program."""
    for text, headers, status in (
        (b"\x1f\x8b\x08", TURTLE, 415),
        (b"a", {"Content-Type": "image/png"}, 415),
        (b"a" * 1_000_001, TURTLE, 413),
        (b"a" * 1_200_000, TURTLE, 413),
        (b"a", {"Content-Type": "multipart/form-data"}, 400),
    ):
        told = _check(judging, text, **headers)
        assert told.status == status
        assert told.headers["content-type"] == "application/problem+json"
        page = _check(judging, text, **headers, **PAGE)
        assert (page.status, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert 'role="alert"' in page.body.decode()


def test_a_project_without_shapes_reads_alone() -> None:
    with serving(TREES, "--timeout", "30") as bare:
        page = _form(bare, text=RIGHT).body.decode()
        assert "no shapes to judge by" in page
        assert "together with this graph" not in page
        assert ">Line 4<" in _form(bare, text=PREFIXES + "tree:elm a . ").body.decode()
        assert bare.ask("/new", **PAGE).status == 404
        assert "/new" not in bare.ask("/check", **PAGE).body.decode()


def test_it_ends_in_time(folder: Path) -> None:
    """Whatever it waits for; a page says so to a person, and has the text to go on with."""
    long = PREFIXES + "".join(f'tree:t{n} a ns:Tree ; ns:planted "<b>{n}" .\n' for n in range(4_000))
    with serving(folder, "--timeout", "0.1") as hasty:
        end = time.monotonic() + READY_WITHIN
        while hasty.ask("/check", **PAGE).status != 200 and time.monotonic() < end:
            time.sleep(0.2)
        page = _check(hasty, long, **TURTLE, **PAGE)
        assert page.status == 504
        if page.headers["content-type"].startswith("text/html"):  # a busy machine may be too slow even for it
            assert "Checking this takes longer than 0.1 s." in page.body.decode()
            assert "&lt;b&gt;3999" in page.body.decode()
        assert hasty.ask("/health").status == 200


def test_nothing_is_kept(judging: Server, folder: Path) -> None:
    before = sorted(path for path in folder.rglob("*"))
    _check(judging, RIGHT.replace("elm", "unheard-of"), **TURTLE)
    assert sorted(path for path in folder.rglob("*")) == before
    assert judging.ask("/id/tree/unheard-of").status == 404
    assert judging.ask("/check", method="PUT", body=b"").status == 405
    allowed = judging.ask("/check", method="OPTIONS")
    assert (allowed.status, allowed.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")


def test_how_to_correct_a_fact_is_told(judging: Server) -> None:
    """With the files that speak of a thing; what nobody knows is not repeated."""
    page = judging.ask("/contribute?about=tree:oak", **PAGE).body.decode()
    assert ">Correct a fact</a>" in page
    assert "<code>ogdkg why tree:oak</code>" in page
    assert re.search(r"<code>[^<]+\.(ttl|trig)</code>", page)
    for about in ("tree:nothing", "%3Cb%3E", "tree:oak%20;%20rm", "http://"):
        page = judging.ask(f"/contribute?about={about}", **PAGE).body.decode()
        assert "ogdkg why NAME" in page
        assert "<b>" not in page


def test_a_fact_leads_to_how_to_correct_it(judging: Server) -> None:
    page = judging.ask("/id/tree/oak.html", **PAGE).body.decode()
    assert 'href="/contribute?about=' in page
    assert judging.ask("/contribute", method="POST", body=b"").status == 405
