"""The house's rules: imports go downwards, one door for a big library, short modules, no names of ours."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ogdkg import errors
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "ogdkg"
MODULES = sorted(SOURCE.rglob("*.py"))

# From the ground up: a module may import what stands on a lower floor, or before it on its own.
FLOORS = (
    (
        "escape",
        "programs",
        "errors",
        "sandbox",
        "terms",
        "formats",
        "textfile",
        "toml_lines",
        "yaml_values",
        "sparql",
        "guard",
        "documents",
        "statements",
        "bounds",
        "packed",
        "syntax",
        "structure",
        "values",
    ),
    ("file_names", "generated_names", "files", "globs", "user", "trust", "addresses", "endpoint", "project"),
    (
        "store.base",
        "store.codec",
        "store.nesting",
        "store.results",
        "store.shape",
        "store.stream",
        "store.limit",
        "store.embedded",
        "store.disk",
        "store.rdflib",
        "store.engines",
        "store.credentials",
        "store.pattern",
        "store.http",
        "store.servers",
        "store.pushed",
        "store.remote",
    ),
    (
        "catalogue.parameters",
        "catalogue.header",
        "catalogue.binding",
        "catalogue.catalogue",
        "catalogue.description",
    ),
    (
        "pull",
        "entities",
        "store_folders",
        "cache",
        "search_index",
        "search_texts",
        "search_kept",
        "indexed_names",
        "graph",
        "evidence",
        "citations",
        "display",
        "show",
        "lineage",
        "rules",
        "cited",
        "why",
        "cite",
        "passage",
        "coverage",
        "missing",
        "stats",
        "surroundings",
        "file_names",
        "lexical",
        "export",
        "competency",
        "validation",
        "layout",
        "repository",
        "versions",
        "matching",
        "diff",
        "convert",
        "search",
        "search_there",
        "push",
        "ping",
        "importing",
    ),
    ("render",),
    (
        "cli.telling",
        "cli.progress",
        "cli.endpoints",
        "cli.options",
        "cli.output",
        "cli.serving",
        "cli.document",
        "cli.answer",
        "cli.commands",
        "cli.completion",
        "cli.main",
        "answers",
        "things",
        "web",
    ),
    ("__main__",),
)
DOORS = {
    "pyoxigraph": (
        "store.codec",
        "store.results",
        "store.stream",
        "store.embedded",
        "store.disk",
        "store.pattern",
        "validation",
        "syntax",
    ),
    "rdflib": ("store.rdflib", "validation"),
    "pyshacl": ("validation",),
    "SPARQLWrapper": ("store.remote",),
    "requests": ("store.credentials", "store.http"),
    "click": ("cli",),
    "yaml": ("yaml_values",),
    "sqlite3": ("search_index",),
}
# What a name is only typed with, or is imported when it is first called.
UPWARD_ALLOWED = {("__init__", "graph"), ("__init__", "things")}


def _name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or "__init__"


def _imports(path: Path) -> set[str]:
    """The modules that a file imports, anywhere in it, each by its full name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by full names"
            found |= {_module(node.module or "", alias.name) for alias in node.names}
    return found


def _module(module: str, name: str) -> str:
    """`from ogdkg.store import codec` imports the module `ogdkg.store.codec`."""
    path = SOURCE.parent / Path(*module.split("."), name)
    return f"{module}.{name}" if path.with_suffix(".py").exists() or path.is_dir() else module


def _place(name: str) -> tuple[int, int] | None:
    """Floor and position of a module; a package stands for what is in it."""
    for floor, members in enumerate(FLOORS):
        for position, member in enumerate(members):
            if name == member or name.startswith(member + "."):
                return floor, position
    return None


def test_every_module_has_its_place() -> None:
    packages = {"__init__", "store", "catalogue", "lineage", "cli"}
    assert [
        _name(path) for path in MODULES if _place(_name(path)) is None and _name(path) not in packages
    ] == []
    assert len(MODULES) > 40


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_imports_go_downwards(path: Path) -> None:
    name = _name(path)
    here = _place(name)
    for module in _imports(path):
        if module.startswith("ogdkg.") and here is not None:
            there = _place(module.removeprefix("ogdkg."))
            assert there is not None, f"{name} imports {module}, which has no place"
            assert there <= here, f"{name} imports {module}, which stands above it"


def test_no_circle() -> None:
    """Siblings of one package may import one another, but never in a ring."""
    known = {_name(path) for path in MODULES}
    graph = {_name(path): {m.removeprefix("ogdkg.") for m in _imports(path)} & known for path in MODULES}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail, name))
        if name not in done:
            for other in sorted(graph[name] - {name}):
                visit(other, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_each_big_library_has_one_door(path: Path) -> None:
    name = _name(path)
    for module in _imports(path):
        doors = DOORS.get(module.partition(".")[0])
        if doors is not None and not _only_for_types(path, module):
            assert any(name == door or name.startswith(door + ".") for door in doors), (
                f"{name} imports {module}"
            )


def _only_for_types(path: Path, module: str) -> bool:
    """Whether every import of a module stands under `if TYPE_CHECKING`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    blocks = [n for n in ast.walk(tree) if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    under = sum(module in ast.unparse(block) for block in blocks)
    everywhere = sum(
        isinstance(n, ast.Import) and module in [alias.name for alias in n.names] for n in ast.walk(tree)
    )
    return under == everywhere > 0


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_nothing_is_known_of_one_graph(path: Path) -> None:
    """No term of our ontology but those of passages, and no name of an initiative."""
    text = path.read_text(encoding="utf-8")
    terms = {word.partition("ogd:")[2] for word in text.replace("?", " ").split() if word.startswith("ogd:")}
    assert {term.strip("<>.,;`") for term in terms} <= {
        "Passage",
        "startLine",
        "endLine",
        "textHash",
        "confidence",
        "",
    }
    for word in ("geonode", "boost", "opendri", "clemson", "tiger", "world bank", "nepal"):
        assert word not in text.lower(), f"{_name(path)} knows {word}"


def test_only_the_edges_catch_everything() -> None:
    """`except Exception` stands at the command line's edge, and where a library raises whatever it meets:
    rdflib, or requests among strangers."""
    found = {_name(path) for path in MODULES if "except Exception" in path.read_text(encoding="utf-8")}
    edges = {"cli.main", "store.http", "store.rdflib"}
    assert found <= edges | {name for name in found if name.startswith("validation")}


def test_the_tree_of_errors_is_the_one_drawn() -> None:
    drawn = errors.__doc__ or ""
    classes = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.OgdkgError)
    ]
    assert len(classes) == 6
    for cls in classes:
        line = next(line for line in drawn.splitlines() if f"{cls.__name__} " in line)
        assert f" {cls.exit_code}  " in line
