"""The table of slow tests names tests that there are."""

from __future__ import annotations

import ast

import pytest

from tests.conftest import ROOT
from tests.slow import SLOW


@pytest.mark.parametrize("name", SLOW)
def test_what_is_called_slow_is_there(name: str) -> None:
    path, _, test = name.partition("::")
    files = list(ROOT.glob(f"{path}*" if not path.endswith("/") else f"{path}test_*.py"))
    assert files
    if test:
        [file] = files
        functions = [
            node.name
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.FunctionDef)
        ]
        assert [each for each in functions if each.startswith(test.partition("[")[0])]
