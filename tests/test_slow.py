"""The table of slow tests names tests that there are."""

from __future__ import annotations

import ast
import sys

import pytest

from tests.conftest import ROOT
from tests.slow import SLOW

MOST = 3_000_000  # bytes of text in one file of tests, or in the parameters of one test


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


def test_what_is_collected_is_small(request: pytest.FixtureRequest) -> None:
    """Each process that runs tests holds it, and each query copies its page table: make large input late."""
    values = {item.nodeid: getattr(item, "callspec", None) for item in request.session.items}
    large = {name: _size(dict(spec.params)) for name, spec in values.items() if spec is not None}
    modules = {item.module for item in request.session.items if isinstance(item, pytest.Function)}
    large |= {module.__name__: _size(list(vars(module).values())) for module in modules}
    assert {name: size for name, size in large.items() if size > MOST} == {}


def _size(value: object, depth: int = 4) -> int:
    if isinstance(value, str | bytes):
        return sys.getsizeof(value)
    parts = list(value.values()) if isinstance(value, dict) else value
    if not depth or not isinstance(parts, list | tuple | set | frozenset):
        return 0
    return sum(_size(part, depth - 1) for part in parts)
