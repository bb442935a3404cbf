"""Questions: pass where the rows are right and can be wrong, and say why where they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogdkg import Graph
from ogdkg.acceptance.questions import read_question, run_file
from ogdkg.acceptance.runner import run_questions
from ogdkg.errors import InputError

TREES = """question: Which trees are there?
query: trees
columns: [treeLabel]
rows: [[Ginkgo], [Lime], [Oak]]
without: tree:oak ns:standsIn garden:abbey
"""
LIMELAND = "question: q\nquery: from-country\nparameters: {country: Limeland}\nrows: []\n"
FAILING = {
    TREES.replace("[Oak]", "[Elm]"): ["missing: Elm", "not expected: Oak"],
    TREES.replace("rows: [[Ginkgo], [Lime]", "ordered: true\nrows: [[Lime], [Ginkgo]"): [
        "the rows are right but not their order: Ginkgo; Lime; Oak"
    ],
    TREES.replace("standsIn garden:abbey", "height 30.50"): [
        "its rows stay the same without tree:oak ns:height 30.50"
    ],
    TREES.replace("garden:abbey", "garden:harbour"): [
        "the triple under 'without' is not in the graph: tree:oak ns:standsIn garden:harbour"
    ],
    LIMELAND: ["it has no second check: name a triple under 'without', or under 'with' for an empty answer"],
    LIMELAND + "with: tree:oak ns:planted 1": ["its rows stay the same with tree:oak ns:planted 1"],
    TREES.replace("query: trees", "query: treees"): ["There is no query 'treees'. Did you mean 'trees'"],
    TREES.replace("[treeLabel]", "[treeLable]"): ["q.yaml:3: The query has no column 'treeLable'."],
    TREES.replace("without: ", "without: zz:a a tree:b . #"): [
        "q.yaml:5: The prefix zz: has not been declared."
    ],
    "question: q\nquery: plant\nparameters: {plant: Oak}\nrows: []\n": [
        "q.yaml:2: The query of a question must be a SELECT or an ASK."
    ],
    "question: q\nquery: trees": ["q.yaml:1: The question lacks 'rows'."],
}


@pytest.mark.parametrize(("text", "problems"), FAILING.items())
def test_a_failing_question_says_why(trees: Graph, tmp_path: Path, text: str, problems: list[str]) -> None:
    before = set(trees.store.quads())
    path = tmp_path / "q.yaml"
    path.write_text(text)
    outcome = run_file(trees, path)
    assert len(outcome.problems) == len(problems)
    for found, expected in zip(outcome.problems, problems, strict=True):
        assert expected in found
    assert set(trees.store.quads()) == before


def test_the_questions_of_the_project_pass_and_leave_the_graph_alone(trees: Graph) -> None:
    before = set(trees.store.quads())
    outcomes = list(run_questions(trees))
    assert len(outcomes) == 5
    assert [outcome for outcome in outcomes if not outcome.passed] == []
    assert set(trees.store.quads()) == before


WRONG = {
    "queston: x\n": (1, "'queston' is not a known key"),
    "question: x\nquery: y\nrows: no\n": (3, "'rows' must be a list"),
    "question: x\nquery: y\ncolumns: [a]\nrows:\n  - [1]\n  - [1, 2]\n": (6, "as long as 'columns'"),
    "question: x\nquery: y\nordered: perhaps\nrows: []\n": (3, "true or false"),
    "question: x\nquery: [y\n": (2, "The [ is not closed"),
}


@pytest.mark.parametrize(("text", "expected"), WRONG.items())
def test_what_does_not_fit_is_told_with_its_line(text: str, expected: tuple[int, str]) -> None:
    with pytest.raises(InputError) as caught:
        read_question(text, "q.yaml")
    assert expected[1] in caught.value.message
    assert caught.value.place is not None
    assert caught.value.place.line == expected[0]
