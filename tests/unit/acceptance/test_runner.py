"""All questions of a project at once: each in a process that ends in time, in the order of the files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ogdkg import open_graph
from ogdkg.acceptance import runner
from ogdkg.errors import StoreError
from tests.conftest import TREES

ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(9)) + " }"
ASKED = "question: How many?\nquery: endless\nrows: []\nwith: tree:oak ns:planted 1\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return shutil.copytree(TREES, tmp_path / "trees")


@pytest.mark.parametrize("processors", [1, 2])
def test_a_question_without_end_is_a_failure_of_its_own(
    project: Path, processors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "processors", lambda: processors)
    monkeypatch.setattr(runner, "_FEWEST", 1)
    (project / "queries" / "trees" / "endless.rq").write_text(f"#+ summary: How many?\n{ENDLESS}\n")
    (project / "queries" / "questions" / "02-endless.yaml").write_text(ASKED)
    outcomes = list(runner.run_questions(open_graph(project, timeout=1)))
    assert [outcome.file for outcome in outcomes] == sorted(outcome.file for outcome in outcomes)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    assert [(Path(outcome.file).name, outcome.question) for outcome in failed] == [
        ("02-endless.yaml", "How many?")
    ]
    assert "longer than 1 second" in failed[0].problems[0]


def test_a_store_that_fails_is_no_failure_of_a_question(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise StoreError("The disk is gone.")

    monkeypatch.setattr(runner, "run_file", failing)
    with pytest.raises(StoreError, match="The disk is gone"):
        list(runner.run_questions(open_graph(project)))
