"""The notebook shows what its cells show when they are run, and the magics work in a kernel."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.docs import notebooks
from tests.docs.hooks import page_of


def test_the_notebook_shows_what_its_cells_show() -> None:
    notebook = json.loads(notebooks.TOUR.read_text("utf-8"))
    assert notebooks.shown(notebooks.executed(notebook)) == notebooks.shown(notebook), "python -m tests.docs"
    assert all(cell["outputs"] for cell in notebook["cells"] if "%load_ext" not in "".join(cell["source"])
               and cell["cell_type"] == "code")  # fmt: skip


def test_the_page_of_the_notebook_has_its_tables() -> None:
    page = page_of(json.loads(notebooks.TOUR.read_text("utf-8")))
    assert page.startswith("# ") and "<summary>[1]</summary>" in page and "%%sparql --to tools" in page


SELECT = "SELECT ?tree ?height { ?tree ns:height ?height } ORDER BY ?height"
CELLS = {
    "load": "%load_ext ogdkg",
    "line": f"%sparql -C tests/fixtures/trees {SELECT}",
    "cell": f"%%sparql -C 'tests/fixtures/trees' --to trees --limit 1\n{SELECT}",
    "variable": "len(trees), trees[0].height, trees.variables",
    "plain": f"%%sparql -C tests/fixtures/trees --no-cite\n{SELECT}",
    "ask": "%sparql -C tests/fixtures/trees ASK { ?s ?p ?o }",
    "triples": "%sparql -C tests/fixtures/trees DESCRIBE tree:oak",
    "braces": "height = 3\n%sparql -C tests/fixtures/trees SELECT * {?tree ns:height ?height}",
    "graph": "import ogdkg\ntrees_graph = ogdkg.open_graph('tests/fixtures/trees')",
    "by variable": "%ogdkg --graph trees_graph query trees-in --garden 'Harbour Park'",
    "command": "%%ogdkg --graph trees_graph --to found\nsearch oak\n  --limit 1",
    "found": "len(found)",
    "list": "%ogdkg --graph trees_graph query",
    "stray query": "%%sparql\nSELECT * {",
    "stray option": "%sparql --limti 3 ASK {}",
    "stray command": "%ogdkg qery",
    "stray name": "%ogdkg --graph trees_graph query trees-in --garden 'Harbor Park'",
    "stray variable": "%sparql --graph tree_graph ASK {}",
    "stray words": "%ogdkg --graph trees_graph show",
    "stray to": "%sparql --to 1x ASK {}",
    "stray both": "%sparql --graph trees_graph -C x ASK {}",
    "stray end": "%ogdkg --graph trees_graph show 'Oak",
    "stray nothing": "%sparql",
    "stray number": "%sparql --limit few ASK {}",
}


@pytest.fixture(scope="module")
def outputs() -> dict[str, list[dict[str, Any]]]:
    done = notebooks.executed(notebooks.cells_of(*CELLS.values()), errors=True)
    return dict(zip(CELLS, notebooks.shown(done), strict=True))


def _data(output: list[dict[str, Any]], kind: str = "text/html") -> str:
    [shown] = [each for each in output if "data" in each]
    return str(shown["data"][kind])


@pytest.mark.parametrize("name", ["line", "cell", "by variable"])
def test_a_magic_shows_a_table_that_cites(name: str, outputs: dict[str, list[dict[str, Any]]]) -> None:
    page = _data(outputs[name])
    assert "<th>Cited</th>" in page and "<details><summary>[1]</summary><small>" in page


def test_magics_keep_what_they_found(outputs: dict[str, list[dict[str, Any]]]) -> None:
    kept = _data(outputs["variable"], "text/plain")
    assert kept.startswith("(1, ") and "'citedLabel')" in kept
    assert _data(outputs["found"], "text/plain") == "1"


def test_magics_show_every_form_of_answer(outputs: dict[str, list[dict[str, Any]]]) -> None:
    assert "Cited" not in _data(outputs["plain"]) and "<table>" in _data(outputs["plain"])
    assert _data(outputs["ask"], "text/plain") == "True"
    assert "<th>predicate</th>" in _data(outputs["triples"])
    assert "<table>" in _data(outputs["braces"]) and "trees-in" in _data(outputs["list"])


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("stray query", "is not closed"),
        ("stray option", "There is no option '--limti'.\nDid you mean '--limit'?"),
        ("stray command", "There is no command 'qery'.\nDid you mean 'query'?"),
        ("stray name", "'Harbor Park'.\nDid you mean Harbour Park"),
        ("stray variable", "There is no graph in a variable 'tree_graph'.\nDid you mean 'trees_graph'?"),
        ("stray words", "missing a required argument: 'thing'"),
        ("stray to", "'1x' is no name of a variable."),
        ("stray both", "--graph and -C cannot be used together."),
        ("stray end", "A quotation mark is not closed."),
        ("stray nothing", "There is no query."),
        ("stray number", "--limit takes a number, not 'few'."),
    ],
)
def test_an_error_of_a_magic_is_a_sentence(
    name: str, sentence: str, outputs: dict[str, list[dict[str, Any]]]
) -> None:
    [error] = outputs[name]
    assert error["output_type"] == "error"
    [line] = error["traceback"]
    assert line.startswith("Error: ") and sentence in line and "Traceback" not in line and len(line) < 400
