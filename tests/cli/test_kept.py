"""What is kept changes no answer: of a thing, of where a statement comes from, of cited rows, of a search."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import TREES, Run

COMMANDS = (
    ("show", "Oak"),
    ("why", "Oak", "-f", "json"),
    ("query", "trees-in", "--garden", "Abbey Garden", "--cite", "-f", "json"),
    ("sparql", "SELECT ?s ?c { ?s a ?c }", "--cite"),
    ("sparql", "SELECT * { GRAPH ?g { ?s ?p ?o } }"),
    ("show", "no such tree"),
    ("search", "abbey"),
    ("search", "oka", "gardn"),
    ("search", "a", "--class", "tree"),
)
Answers = list[tuple[int, str, str]]


@pytest.fixture
def told(ogdkg: Run, tmp_path: Path) -> Callable[..., Answers]:
    root = shutil.copytree(TREES, tmp_path / "trees")

    def run(*more: str) -> Answers:
        cache = str(tmp_path / "cache")
        answers = [ogdkg(*each, *more, cwd=root, XDG_CACHE_HOME=cache) for each in COMMANDS]
        return [(each.returncode, each.stdout, each.stderr) for each in answers]

    return run


def test_an_answer_is_the_same_however_much_is_kept(told: Callable[..., Answers], tmp_path: Path) -> None:
    """Nothing; that the files were loaded; all statements; names, passages, words too; none of it whole."""
    cache, file = tmp_path / "cache" / "ogdkg", tmp_path / "trees" / "data" / "reference.ttl"
    expected = told("--no-cache")
    assert [code for code, *_ in expected] == [0, 0, 0, 0, 0, 2, 0, 0, 0]
    for _ in range(3):
        assert told() == expected
    assert {"statements", "tables", "derived"} <= {path.name for path in cache.iterdir()}
    file.write_text(file.read_text("utf-8") + "\n<urn:x> a <urn:Y> .\n", encoding="utf-8")
    changed = told("--no-cache")
    assert changed != expected
    for _ in range(3):
        assert told() == changed
    for path in [each for each in cache.rglob("*") if each.is_file()]:
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert told() == changed
    for path in cache.iterdir():
        path.chmod(0o777)  # anybody could have written it
    assert told() == changed
