"""The house's rules: imports go downwards, one door for a big library, short modules, no names of ours."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from ogdkg import errors
from ogdkg.graph.kept_graph import ABOVE
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "ogdkg"
MODULES = sorted(SOURCE.rglob("*.py"))
UNIT = ROOT / "tests" / "unit"

# From the ground up, a room each: a module may import its own room and those named before it.
ROOMS = (
    "lean",
    "answer_cache",
    "text",
    "errors",
    "sandbox",
    "rdf",
    "files",
    "config",
    "syntax",
    "jsonld",
    "sparql",
    "project",
    "store",
    "catalogue",
    "remote",
    "validation.core",
    "rules",
    "reasoning",
    "graph",
    "search",
    "diff",
    "evidence",
    "importing",
    "exchange",
    "reconciling",
    "acceptance",
    "validation.data",
    "validation.judging",
    "validation.pyshacl",
    "validation.prefilter",
    "validation.in_place",
    "validation.report",
    "validation.changes",
    "validation",
    "render",
    "render.rdf",
    "render.views",
    "render.reports",
    "drafting",
    "scaffold",
    "renaming",
    "sheets",
    "describing",
    "api",
    "web.http",
    "web.processes",
    "web.small_queries",
    "web.protocol",
    "web.drawing",
    "web.pages",
    "web.questions",
    "web.api",
    "web.reconcile",
    "web.editor",
    "web.offline",
    "web.checking",
    "web.describing",
    "web.ontology",
    "web.map",
    "web.picture",
    "web.document",
    "web.quality",
    "web.assistant",
    "web",
    "web.site",
    "cli",
    "__main__",
)
DOORS = {
    "pyoxigraph": (
        "store.codec",
        "store.column_terms",
        "store.columns",
        "store.counted",
        "store.lines",
        "store.stream",
        "store.rdfxml_writer",
        "store.jsonld",
        "store.placed",
        "store.rdf12",
        "store.embedded",
        "store.late_union",
        "store.spelled",
        "store.query_dataset",
        "store.selective",
        "store.disk",
        "store.journal",
        "store.live",
        "store.pattern",
        "store.rule_labels",
        "store.update",
        "remote.results",
        "validation",
        "rules",
        "syntax",
    ),
    "rdflib": ("store.rdflib", "store.rdflib_corrections", "validation"),
    "pyshacl": ("validation.pyshacl",),
    "SPARQLWrapper": ("remote.protocol",),
    "requests": ("remote.credentials", "remote.http"),
    "click": ("cli",),
    "yaml": ("config.yaml_values",),
    "sqlite3": (
        "search.word_index",
        "search.index_tables",
    ),
    "wcwidth": ("render.views.table",),
    "granian": ("web.server",),
    "jinja2": ("web.pages.pages",),
    "openpyxl": ("importing.workbook", "sheets.writing", "render.workbook"),
    "mcp": ("web.assistant.sdk",),
    "pyarrow": ("render.rdf.parquet",),
}
AT_THE_ROOT = {"__init__", "__main__", "errors", "lean"}


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


def _room(name: str) -> str:
    """The room of a module: the longest name in the list that it is, or lies in."""
    return max((room for room in ROOMS if name == room or name.startswith(room + ".")), key=len, default="")


def test_every_module_has_its_room() -> None:
    names = [_name(path) for path in MODULES]
    assert [name for name in names if not _room(name) and name != "__init__"] == []
    assert {name for name in names if "." not in name and not (SOURCE / name).is_dir()} == AT_THE_ROOT
    assert [room for room in ROOMS if room not in map(_room, names)] == []


def test_unit_tests_lie_in_the_room_that_they_test() -> None:
    """`tests/unit/<room>/test_<module>.py`; what needs more than one room is a test of the command line."""
    folders = {path.parent.relative_to(UNIT) for path in UNIT.rglob("*.py")} - {Path()}
    assert [folder.as_posix() for folder in folders if not (SOURCE / folder / "__init__.py").exists()] == []
    assert [path.name for path in UNIT.glob("test_*.py")] == []


@pytest.mark.parametrize("script", sorted(ROOT.glob("tests/**/*.sh")), ids=lambda path: path.name)
def test_a_script_runs_tests_that_are_there(script: Path) -> None:
    named = re.findall(r"tests/[\w/]+\.py", script.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_imports_go_downwards(path: Path) -> None:
    name = _name(path)
    room = _room(name)
    if name == "__init__":  # the public names, each imported when it is first asked for
        return
    for module in _imports(path):
        if module.startswith("ogdkg."):
            other = _room(module.removeprefix("ogdkg."))
            assert other, f"{name} imports {module}, which has no room"
            assert ROOMS.index(other) <= ROOMS.index(room), f"{name} imports {module}, which stands above it"


def test_what_is_kept_of_a_graph_is_marked_by_all_that_makes_it() -> None:
    """A room whose files are in the mark stands on none that is left out of it."""

    def is_left_out(name: str) -> bool:
        return any(name == room or name.startswith(room + ".") for room in ABOVE)

    assert [room for room in ABOVE if not SOURCE.joinpath(*room.split("."), "__init__.py").exists()] == []
    for path in MODULES:
        name = _name(path)
        # The modules at the top of `validation` are in the mark, but have no part in what is kept either.
        if not is_left_out(name) and _room(name) not in ("", "validation", *AT_THE_ROOT):
            assert [each for each in _imports(path) if is_left_out(each.removeprefix("ogdkg."))] == [], name


def test_every_room_says_what_it_is_for() -> None:
    for folder in sorted(path.parent for path in SOURCE.rglob("__init__.py")):
        text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
        is_room = folder.relative_to(SOURCE).as_posix().replace("/", ".") in ROOMS
        assert not is_room or ("Start reading at" in text and "mport" in text), folder


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


def test_a_function_is_seen_at_once() -> None:
    """At most forty lines below its docstring, so that it stands on a screen as a whole."""
    long = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if body and (node.end_lineno or 0) - body[0].lineno >= 40:
                    long.append(f"{_name(path)}: {node.name}")
    assert long == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_uses_its_private_names(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    defined = set[str]()
    for node in ast.parse(text).body:
        targets = [*getattr(node, "targets", ()), getattr(node, "target", None) or ast.Pass()]
        names = (each for target in targets for each in ast.walk(target) if isinstance(each, ast.Name))
        defined |= {each.id for each in names}
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
    private = {name for name in defined if name.startswith("_") and not name.startswith("__")}
    assert [name for name in sorted(private) if len(re.findall(rf"\b{name}\b", text)) < 2] == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_nothing_is_known_of_one_graph(path: Path) -> None:
    """No term of our ontology but those of passages, and no name of an initiative."""
    text = path.read_text(encoding="utf-8")
    terms = {word.partition("ogd:")[2] for word in text.replace("?", " ").split() if word.startswith("ogd:")}
    assert {term.strip("<>.,;`") for term in terms} <= {
        "Passage",
        "Reading",
        "startLine",
        "endLine",
        "textHash",
        "confidence",
        "notPrinted",
        "",
    }
    for word in ("geonode", "boost", "opendri", "clemson", "tiger", "world bank", "nepal"):
        assert not re.search(rf"\b{word}\b", text.lower()), f"{_name(path)} knows {word}"


def test_only_the_edges_catch_everything() -> None:
    """`except Exception` stands at the edges: the command line, the processes of the web server, and where a
    library raises whatever it meets: rdflib, or requests among strangers."""
    found = {_name(path) for path in MODULES if "except Exception" in path.read_text(encoding="utf-8")}
    edges = {"cli.main", "web.app", "web.processes.answerer", "remote.http", "store.rdflib"}
    assert found <= edges | {name for name in found if name.startswith("validation")}


def test_the_tree_of_errors_is_the_one_drawn() -> None:
    drawn = errors.__doc__ or ""
    classes = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.OgdkgError)
    ]
    assert len(classes) == 8
    for cls in classes:
        line = next(line for line in drawn.splitlines() if f"{cls.__name__} " in line)
        assert f" {cls.exit_code}  " in line
