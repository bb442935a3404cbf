"""The page on which a query of the web API is tried shows an error as a program would get it."""

from __future__ import annotations

from pathlib import Path

from ogdkg.graph.graph import Graph
from ogdkg.project.project import read_project
from ogdkg.web.answers import Answers
from ogdkg.web.http.settings import Settings


def test_an_answer_that_fails_stands_on_the_page(tmp_path: Path) -> None:
    """RDF/XML has no form for a control character."""
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "all.rq").write_text("#+ summary: All\nCONSTRUCT { ?s ?p ?o } { ?s ?p ?o }\n")
    (tmp_path / "data.ttl").write_text('<urn:a> <urn:b> "\\u001b" .')
    (tmp_path / "ogdkg.toml").write_text(
        '[project]\nname = "x"\n[[layer]]\nname = "data"\nfiles = ["data.ttl"]\ngraph = "urn:g"\n'
    )
    answers = Answers(Graph(read_project(tmp_path)), Settings())
    answers.prepare()
    ask = {"base": "http://e.example", "path": "/api/all", "seconds": 9, "accept": "text/html"}
    reply = answers.by_task()["api"]({**ask, "given": {"format": ["rdf"]}})
    page = "".join(map(str, reply.body))
    assert reply.status == 200
    assert "RDF/XML cannot represent the character U+001B" in page
