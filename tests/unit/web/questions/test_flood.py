"""Thousands of values in one address cost a page no more than a few dozen do."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import TREES

from ogdkg.graph.graph import Graph
from ogdkg.project.project import read_project
from ogdkg.search.resolver import NameResolver
from ogdkg.web.answers import Answers
from ogdkg.web.http.settings import Settings


@pytest.mark.parametrize(("task", "path"), [("question", "/ask/among"), ("api", "/api/among")])
def test_no_more_values_are_looked_up_than_could_be_right(
    task: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = Answers(Graph(read_project(TREES)), Settings())
    answers.prepare()
    looked_up, whole = [0], NameResolver.terms

    def counted(*given: Any) -> Any:
        looked_up[0] += 1
        return whole(*given)

    monkeypatch.setattr(NameResolver, "terms", counted)
    given = {"tree": [f"x{number}" for number in range(1_900)]}
    ask = {"base": "http://e.example", "given": given, "path": path, "seconds": 9, "accept": "text/html"}
    page = "".join(map(str, answers.by_task()[task](ask).body))
    assert "x1899" in page
    assert 0 < looked_up[0] <= 100
