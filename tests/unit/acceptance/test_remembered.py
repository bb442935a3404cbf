"""Questions that were answered as expected are asked again wherever one may fail, and nowhere else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ogdkg.cli.main import main
from tests.conftest import TREES

Told = tuple[int, str, str]
EDITS = {  # what is put in place of what, and how many of the five questions are remembered nevertheless
    "a question": ("queries/questions/01-trees.yaml", "[Oak, Abbey Garden]", "[Oak, Harbour Park]", 4),
    "its second check": ("queries/questions/01-trees.yaml", "tree:oak ns:standsIn garden:abbey",
                         "tree:oak ns:height 30.50", 4),
    "its query": ("queries/trees/trees.rq", "?tree ns:standsIn ?garden", "?tree ns:comesFrom ?garden", 4),
    "what a name may mean": ("queries/trees/gardens.rq", "a ns:Garden ;", "a ns:Country ;", 4),
    "another query": ("queries/trees/plant.rq", "What is said", "What is told", 5),
    "a query that changes": ("queries/trees/trees.rq", "PREFIX ns:", "# NOW()\nPREFIX ns:", 4),
    "the data": ("data/trees.trig", "ns:standsIn garden:abbey", "ns:standsIn garden:harbour", 0),
    "a name": ("data/reference.ttl", "Harbour Park", "Port Park", 0),
    "a rule": ("queries/rules/neighbours.rq", "CONSTRUCT", "# A rule.\nCONSTRUCT", 0),
    "the settings": ("ogdkg.toml", 'title = "Trees', 'title = "More trees', 0),
}  # fmt: skip


@pytest.fixture
def told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Told]:
    """What `ogdkg test` tells of a copy of the project."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(shutil.copytree(TREES, tmp_path / "trees"))
    return lambda *options: (main(["test", *options]), *capfd.readouterr())


@pytest.mark.parametrize(("file", "before", "after", "known"), EDITS.values(), ids=EDITS)
def test_what_is_told_is_what_is_told_without_memory(
    told: Callable[..., Told], file: str, before: str, after: str, known: int
) -> None:
    first = told()
    assert (first[0], first[2]) == (0, "")
    again = told()
    assert again[:2] == first[:2] and again[2].startswith("Remembered: all, ")
    path, text = Path(file), Path(file).read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    code, said, beside = told()
    assert (code, said) == told("--no-cache")[:2]
    few = {0: "", 5: "Remembered: all, "}.get(known, f"Remembered: {known} of 5, ")
    assert beside.startswith(few) and bool(beside) == bool(few)
    path.write_text(text)
    assert told()[:2] == first[:2]


def test_nothing_is_remembered_of_other_options_or_of_a_question_that_fails(
    told: Callable[..., Told],
) -> None:
    path = Path("queries/questions/05-height.yaml")
    path.write_text(path.read_text().replace("[[true]]", "[[false]]"))
    assert told()[0] == 1
    assert told()[2].startswith("Remembered: 4 of 5, ")
    for options in (("--no-cache",), ("--layer", "source"), ("--timeout", "50")):
        assert not told(*options)[2]
