"""What a command imports: every call waits for it, so each loads what it needs and no more."""

from __future__ import annotations

import copy
import importlib
import pickle
import re
import subprocess
import sys
import typing

import pytest

from ogdkg.lean import NamedTuple, compile_later
from tests.conftest import ROOT

CONTACTS = ("query", "contacts", "--initiative", "BOOST")
# Four of a command that reads the graph find what rules derived before, which saves more than they cost.
ENGINE = {"pyoxigraph"}  # which also reads the patterns in a header
HEAVY = {"rdflib", "pyshacl", "requests", "SPARQLWrapper", "wcwidth"}
# By what no small graph needs: of the standard library what takes a millisecond or more.
SLOW = {"sqlite3", "json", "hashlib", "shutil", "tempfile", "subprocess", "logging", "difflib", "secrets"}
SLOW |= {"inspect", "ipaddress", "signal", "tokenize", "urllib.parse", "uuid"}
SLOW |= {"dataclasses", "ntpath", "select", "threading"}  # a third or half of that each
PROGRAM = """
import sys
before = set(sys.modules)
from ogdkg.sandbox.supervisor import supervised

def command():
    from ogdkg.cli.lean_click import import_click
    import_click()
    from ogdkg.cli.main import main
    code = main(sys.argv[1:])
    real = {name for name, module in sys.modules.items() if getattr(module, "__spec__", None)}
    print("\\0", *sorted(real - before), flush=True)
    return code

sys.exit(supervised(command, abs))
"""


def imported(*arguments: str) -> list[str]:
    """The modules that a command loads, beyond those of a bare interpreter."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout.partition("\0")[2].split()


@pytest.mark.parametrize(
    ("arguments", "most", "packages"),
    [
        (("--version",), 18, set()),
        (("--help",), 52, set()),
        (("query",), 76, ENGINE),
        (CONTACTS, 95, ENGINE),
        (("show", "BOOST"), 98, ENGINE),
        (("why", "BOOST", "contact"), 90, ENGINE),
        (("search", "nepal"), 85, ENGINE),
        (("validate",), 63, set()),  # as it is remembered
    ],
    ids=["version", "help", "list", "query", "show", "why", "search", "validate"],
)
def test_a_command_loads_few_modules(arguments: tuple[str, ...], most: int, packages: set[str]) -> None:
    """At most so many of ours, and these packages: what one feature needs is imported in its functions."""
    for _ in range(2 if packages >= ENGINE or arguments == ("validate",) else 0):
        imported(*arguments)  # what it makes of the files is kept by then
    names = imported(*arguments)
    own = [name for name in names if name.partition(".")[0] == "ogdkg"]
    assert len(own) <= most, f"{len(own)} modules, of which some may wait until they are needed: {own}"
    made = {name: getattr(importlib.import_module(name), "NamedTuple", None) for name in own}
    assert [name for name, base in made.items() if base is typing.NamedTuple] == []  # `lean` has it
    others = {name.partition(".")[0] for name in names} - {"ogdkg"} - set(sys.stdlib_module_names)
    others = {name for name in others if not name.startswith(("_", "cython_"))}  # parts of a package in C
    assert others <= {"click"} | packages


def test_a_validation_loads_nothing_for_what_is_not_asked() -> None:
    """What pySHACL, a fault of the project, another format and a comparison with git need."""
    arguments = ("validate", "--no-cache")
    imported(*arguments)  # the shapes are known by then
    names = set(imported(*arguments))
    assert not names & {"concurrent.futures", "logging", "pickle", "subprocess", "json", "_hashlib"}
    assert not [name for name in names if name.startswith("ogdkg.validation.changes")]


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (("--version",), set()),
        (("--help",), set()),
        (CONTACTS, set()),
        (("show", "BOOST"), set()),
        (("search", "nepal"), {"sqlite3", "json"}),  # the index of words
    ],
    ids=["version", "help", "query", "show", "search"],
)
def test_a_small_graph_costs_no_slow_library(arguments: tuple[str, ...], needed: set[str]) -> None:
    assert set(imported(*arguments)) & (HEAVY | SLOW) <= needed


class Point(NamedTuple):
    """A place.

    Attributes:
        x: Its first coordinate.
    """

    x: int
    y: int = 2
    names: tuple[no_such_name, ...] = ()  # type: ignore[name-defined]  # noqa: F821  # nobody looks it up

    @property
    def sum(self) -> int:
        return self.x + self.y

    def moved(self, *, by: int) -> Point:
        return self._replace(x=self.x + by)

    @classmethod
    def origin(cls) -> Point:
        return cls(0, 0)


def test_a_named_tuple_is_as_typing_makes_it() -> None:
    point = Point(1)
    assert point == (1, 2, ()) and (point.x, point.sum, Point.origin().y) == (1, 3, 0)
    assert isinstance(point, Point) and isinstance(point.moved(by=1), Point)
    assert repr(point.moved(by=1)) == "Point(x=2, y=2, names=())"
    assert Point._fields == ("x", "y", "names") and Point._field_defaults == {"y": 2, "names": ()}
    assert (Point.__doc__ or "").startswith("A place.") and Point.__qualname__ == "Point"
    assert Point.__annotations__ == {"x": "int", "y": "int", "names": "tuple[no_such_name, ...]"}
    assert copy.copy(point) == pickle.loads(pickle.dumps(point)) == point
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]  # the mistake
    with pytest.raises(AttributeError):
        point.x = 3  # type: ignore[misc]  # the mistake


def test_an_expression_is_compiled_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    monkeypatch.setattr(re, "compile", lambda *given, of=re.compile: (compiled.append(given), of(*given))[1])
    later = compile_later("(a+)B", re.IGNORECASE)
    assert compiled == []
    assert [found[1] for found in later.finditer("aab ab")] == ["aa", "a"]
    assert [later.fullmatch(text) is None for text in ("AB", "b")] == [False, True]
    assert later.sub("-", "xaby") == "x-y" and later.pattern == "(a+)B"
    assert set(compiled) == {("(a+)B", re.IGNORECASE)}
    assert compile_later(rb"\d").search(b"x1")
