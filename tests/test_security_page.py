"""docs/security.md names the test that holds each line: the tests are there."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
SECTIONS = [
    "Projects",
    "Files",
    "Queries and rules",
    "Shapes",
    "Servers",
    "Text sent to your server",
    "Output",
    "What we do not promise",
]


@cache
def _functions(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda value: value)
def test_a_test_that_the_page_names_is_there(file: str, name: str) -> None:
    assert name.startswith("test_")
    assert name in _functions(file)


def test_every_promise_names_a_test() -> None:
    assert re.findall(r"^## (.*)", PAGE, re.MULTILINE) == SECTIONS
    promises = PAGE.partition("## What we do not promise")[0]
    lines = re.findall(r"^- .*(?:\n  .*)*", promises, re.MULTILINE)
    assert len(lines) > 15
    assert [line for line in lines if "::test_" not in line] == []
