"""What CONTRIBUTING.md promises of docstrings: all that is public has one, with arguments and errors."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from functools import cache
from typing import Any, TypeGuard

from ogdkg import errors
from ogdkg.web.http.problems import HttpError
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "ogdkg"
ERRORS = {error.__name__: error for error in vars(errors).values() if isinstance(error, type)}
ERRORS["HttpError"] = HttpError
Definition = ast.FunctionDef | ast.ClassDef


def test_all_that_is_public_has_a_docstring() -> None:
    assert [name for name, node in _public() if not ast.get_docstring(node)] == []


def test_a_docstring_names_the_errors_that_its_function_raises() -> None:
    """Those of ours, each by its class or one above; not of a command, whose docstring is its help."""
    missing = [
        (name, error)
        for name, node in _public()
        if isinstance(node, ast.FunctionDef) and not _is_command(node)
        for error in _raised(node)
        if not any(each in (ast.get_docstring(node) or "") for each in _called(error))
    ]
    assert missing == []


@cache
def _public() -> list[tuple[str, Definition]]:
    """The public classes and functions of all modules, and the methods of these classes."""
    found: list[tuple[str, Definition]] = []
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in filter(_is_public, tree.body):
            name = f"{path.relative_to(SOURCE)}: {node.name}"
            found.append((name, node))
            inside = node.body if isinstance(node, ast.ClassDef) else []
            found += [(f"{name}.{each.name}", each) for each in filter(_is_public, inside)]
    return found


def _called(error: str) -> set[str]:
    """The names by which a docstring may call an error."""
    return {each.__name__ for each in ERRORS[error].__mro__} & ERRORS.keys()


def _is_public(node: ast.AST) -> TypeGuard[Definition]:
    """Whether it is a definition without an underscore; not the signature of an overload, or a setter."""
    if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
        return False
    decorators = [ast.unparse(each) for each in node.decorator_list]
    return not any(each == "overload" or each.endswith(".setter") for each in decorators)


def _is_command(node: ast.FunctionDef) -> bool:
    return any("click.command" in ast.unparse(each) for each in node.decorator_list)


def _raised(function: ast.FunctionDef) -> set[str]:
    """The errors of ours that a function raises by their classes, itself and not in a function within it."""
    found, waiting = set(), list[ast.AST](function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise) and node.exc is not None:
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            found |= {ast.unparse(error)} & ERRORS.keys()
        if not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)
    return found


@cache
def _described() -> dict[str, Any]:
    """What docs/api.md describes, by its name: functions, classes, and the members that it lists of each."""
    found = {}
    for name, settings in re.findall(r"^::: (\S+)\n((?:  .*\n)*)", _text_of_api(), re.MULTILINE):
        thing = _at(name)
        members = re.search(r"members: \[(.*)\]", settings)
        found[name] = thing
        for member in members[1].split(", ") if members and members[1] else ():
            found[f"{name}.{member}"] = inspect.getattr_static(thing, member, None) or getattr(thing, member)
    return found


def _text_of_api() -> str:
    return (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def _at(name: str) -> Any:
    if name == "ogdkg.errors":
        return errors
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def test_the_public_api_tells_its_arguments() -> None:
    assert len(_described()) > 60
    missing = []
    for name, thing in _described().items():
        function = (
            thing.fget if isinstance(thing, property) else inspect.unwrap(getattr(thing, "func", thing))
        )
        said = inspect.getdoc(function) or ""
        parameters = inspect.signature(function).parameters if inspect.isfunction(function) else ()
        untold = [each for each in parameters if each != "self" and not _tells(said, each)]
        if untold or not said:
            missing.append((name, untold))
    assert missing == []


def _tells(docstring: str, parameter: str) -> bool:
    """Whether a docstring has a line for a parameter, as in `name: What it is`."""
    return re.search(rf"^\s+{parameter}\b[^:\n]*: ", docstring, re.MULTILINE) is not None
