"""A stranger's table and mapping: `ogdkg import` writes into the folder of its layer, over its own files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ogdkg.errors import InputError, OgdkgError
from ogdkg.files.names import folded
from ogdkg.importing.folder import MARK, file_name, folder_of
from ogdkg.importing.mapping import read_mapping
from ogdkg.importing.operation import changes, import_table
from ogdkg.importing.values import UnfitError
from ogdkg.project.project import Project, read_project
from ogdkg.rdf.terms import is_iri
from tests.conftest import Run
from tests.projects import configuration

PROJECT = configuration(
    {
        "own": {"files": ["own.ttl"]},
        "facts": {"files": ["facts/*.ttl"], "graph": "http://example.org/graph/{stem}"},
    },
    {"ex": "http://example.org/"},
)
MAPPING = """
[table]
subjects = ["park"]
[output]
layer = "facts"
stem = "STEM"
about = "ABOUT"
describe = '{graph} ex:from "{stem}"'
[things.park]
classes = ["ex:Park"]
[template.plain]
value = "text"
make = '{subject} ex:said "{value}"'
[property.said]
use = "plain"
"""
TABLE = "row\tsubject\tproperty\tvalue\tcell\n"
VICTIM = "<urn:precious> <urn:p> 1 .\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The project, with a precious file beside it and one within."""
    made = tmp_path / "project"
    (made / "facts").mkdir(parents=True)
    (made / "ogdkg.toml").write_text(PROJECT)
    (made / "own.ttl").write_text('<http://example.org/oak> a <http://example.org/Park> ; '
                                  '<http://www.w3.org/2004/02/skos/core#prefLabel> "Oak" .\n')  # fmt: skip
    for victim in (tmp_path / "victim.ttl", made / "victim.ttl", made / "facts" / "hand.ttl"):
        victim.write_text(VICTIM)
    return made


def _prepare(folder: Path, stem: str, about: str = "", rows: tuple[str, ...] = ("x",)) -> None:
    said = MAPPING.replace('"STEM"', repr(stem)).replace('"ABOUT"', repr(about))
    (folder / "mapping.toml").write_text(said)
    lines = (f"r{n}\tOak\tsaid\tv{n}\t{cell}\n" for n, cell in enumerate(rows, 1))
    (folder / "table.tsv").write_text(TABLE + "".join(lines))


def _run(ogdkg: Run, folder: Path, *more: str) -> tuple[int, str]:
    done = ogdkg("import", "table.tsv", "--mapping", "mapping.toml", *more, cwd=folder)
    return done.returncode, done.stdout + done.stderr


def _victims_live(folder: Path) -> bool:
    victims = (folder.parent / "victim.ttl", folder / "victim.ttl", folder / "facts" / "hand.ttl")
    return all(victim.read_text() == VICTIM for victim in victims)


def _written(folder: Path) -> set[str]:
    return {path.name for path in (folder / "facts").iterdir()} - {"hand.ttl"}


ENDLESS = '[output]\nread = [{ from = "cell", pattern = "^(a+)+$" }]'


def test_a_pattern_that_runs_away_is_stopped(folder: Path, ogdkg: Run) -> None:
    _prepare(folder, "{row}", rows=("a" * 40 + "b",))
    mapping = folder / "mapping.toml"
    mapping.write_text(mapping.read_text().replace("[output]", ENDLESS))
    code, said = _run(ogdkg, folder, "--timeout", "1")
    assert code == 3, said
    assert said.startswith("Error: The import took longer than 1 seconds.\n  Simplify patterns")
    assert _written(folder) == set()
    assert _victims_live(folder)


STEMS = {  # what a mapping says, and the file that it means
    "../victim": "%2E.%2Fvictim.ttl",
    "../../victim": "%2E.%2F..%2Fvictim.ttl",
    "/tmp/x": "%2Ftmp%2Fx.ttl",
    "a/../../b": "a%2F..%2F..%2Fb.ttl",
    "..": "%2E..ttl",
    ".hidden": "%2Ehidden.ttl",
    "a b": "a%20b.ttl",
    "a%2Fb": "a%252Fb.ttl",
    "x> <urn:y": "x%3E%20%3Curn:y.ttl",
    "back\\slash": "back%5Cslash.ttl",
    "é": "é.ttl",
    "-o": "-o.ttl",
    "$(id)": "$(id).ttl",
}


@pytest.mark.parametrize("stem", STEMS)
def test_a_stem_is_one_name_in_the_folder(folder: Path, stem: str) -> None:
    name = file_name(stem)
    assert name == STEMS[stem]
    assert "/" not in name
    assert not name.startswith(".")
    assert (folder / name).parent == folder


def test_a_stem_that_climbs_writes_below_the_folder(ogdkg: Run, folder: Path) -> None:
    before = {path for path in folder.parent.rglob("*") if path.parent.name != "facts"}
    _prepare(folder, "../../OUTSIDE-{row}", "about.ttl")
    code, said = _run(ogdkg, folder)
    assert code == 0, said
    assert _written(folder) == {"%2E.%2F..%2FOUTSIDE-r1.ttl", "about.ttl"}
    after = {path for path in folder.parent.rglob("*") if path.parent.name != "facts"}
    assert after - before == {folder / "mapping.toml", folder / "table.tsv"}
    assert _victims_live(folder)
    sources = {source.path.name: source.graph for source in read_project(folder).sources()}
    graph = sources["%2E.%2F..%2FOUTSIDE-r1.ttl"]
    assert graph and is_iri(graph.value)
    assert graph.value in (folder / "facts" / "about.ttl").read_text().replace("\\", ""), (
        "as what is said of it"
    )


def test_a_name_too_long_is_told_by_its_row(folder: Path) -> None:
    with pytest.raises(UnfitError, match="more than 200 bytes"):
        file_name("é" * 150)
    _prepare(folder, "{cell}", rows=("x", "y" * 300))
    with pytest.raises(InputError, match="r2: makes a file name of more than 200 bytes") as caught:
        _changes(folder)
    assert caught.value.place and caught.value.place.line == 3


def _changes(folder: Path) -> list[str]:
    project: Project = read_project(folder)
    mapping = read_mapping(folder / "mapping.toml")
    imported = import_table(project, mapping, folder / "table.tsv")
    return [change.path.name for change in changes(imported, folder_of(project, mapping))]


ABOUT = [
    "./victim.ttl",
    "../victim.ttl",
    "/tmp/x.ttl",
    "a/../../victim.ttl",
    "a//b.ttl",
    "..",
    ".",
    "x",
    "a/",
]


@pytest.mark.parametrize("about", ABOUT)
def test_about_is_a_file_below_the_folder(folder: Path, about: str) -> None:
    _prepare(folder, "x", about)
    with pytest.raises(InputError, match="below the layer's folder") as caught:
        _changes(folder)
    assert caught.value.place and caught.value.place.line == 7


@pytest.mark.parametrize("more", [("--dry-run",), ("--prune", "--trust")])
def test_a_file_of_another_hand_is_not_replaced(ogdkg: Run, folder: Path, more: tuple[str, ...]) -> None:
    for stem, about in (("hand", ""), ("x", "hand.ttl")):
        _prepare(folder, stem, about)
        code, said = _run(ogdkg, folder, *more)
        assert code == 3
        assert "hand.ttl: This file was not written by `ogdkg import`" in said
        assert _victims_live(folder)
        assert _written(folder) == set(), "nothing is half written"


def test_links_in_the_folder_lead_nowhere(ogdkg: Run, folder: Path) -> None:
    facts = folder / "facts"
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "x.ttl").write_text(f"{MARK}\n{VICTIM}")
    (facts / "x.ttl").symlink_to("../../outside/x.ttl")
    (facts / "gone.ttl").symlink_to("../../outside/new.ttl")
    (facts / "deep").symlink_to("../../outside")
    for stem, about, words in (
        ("x", "", "The output file is a link"),
        ("gone", "", "The output file is a link"),
        ("y", "deep/about.ttl", "A link leads outside"),
    ):
        _prepare(folder, stem, about)
        with pytest.raises(InputError, match=words):
            _changes(folder)
    code, said = _run(ogdkg, folder, "--trust")
    assert (code, words in said) == (3, True)
    assert {path.name for path in outside.iterdir()} == {"x.ttl"}
    assert VICTIM in (outside / "x.ttl").read_text()


def test_pruning_takes_away_our_files_alone(ogdkg: Run, folder: Path) -> None:
    facts = folder / "facts"
    outside = folder.parent / "outside"
    (outside / "more").mkdir(parents=True)
    for path in (outside / "a.ttl", outside / "more" / "b.ttl", facts / "old.ttl"):
        path.write_text(f"{MARK}\n{VICTIM}")
    (facts / "linked").symlink_to("../../outside")
    (folder / "near.ttl").write_text(f"{MARK}\n{VICTIM}")
    (facts / "near.ttl").symlink_to("../near.ttl")
    os.mkfifo(facts / "fifo.ttl")
    (facts / "folder.ttl").mkdir()
    (facts / "late.ttl").write_text(f"\n{MARK}\n{VICTIM}")
    (facts / "alike.ttl").write_text(f"{MARK} or so\n{VICTIM}")
    _prepare(folder, "x")
    code, said = _run(ogdkg, folder, "--prune")
    assert code == 0, said
    assert _written(folder) == {
        "x.ttl",
        "linked",
        "near.ttl",
        "fifo.ttl",
        "folder.ttl",
        "late.ttl",
        "alike.ttl",
    }
    assert (outside / "more" / "b.ttl").exists()
    assert (folder / "near.ttl").exists()


@pytest.mark.parametrize("files", ["../victims/*.ttl", "/tmp/*.ttl", "link/*.ttl"])
def test_a_layer_elsewhere_is_not_written_without_trust(folder: Path, files: str) -> None:
    (folder.parent / "victims").mkdir()
    (folder / "link").symlink_to("../victims")
    (folder / "ogdkg.toml").write_text(PROJECT.replace("facts/*.ttl", files))
    _prepare(folder, "x")
    with pytest.raises(InputError, match="outside the project's folder"):
        _changes(folder)


def test_a_layer_without_one_folder_is_told(folder: Path) -> None:
    (folder / "ogdkg.toml").write_text(PROJECT.replace("facts/*.ttl", "fa*/**/*.ttl"))
    _prepare(folder, "x")
    with pytest.raises(OgdkgError, match="no folder of its own"):
        _changes(folder)


def test_names_that_some_systems_take_for_one_are_known() -> None:
    """To a system that is blind to case, or to how accents are made."""
    for one, other in (("Oak", "oak"), ("STRASSE", "straße"), ("caf\u00e9", "cafe\u0301")):
        assert folded(file_name(one)) == folded(file_name(other))


def test_a_source_never_shares_the_file_of_all(folder: Path) -> None:
    for stem, about in (("about", "about.ttl"), ("About", "about.ttl"), ("about", "ABOUT.ttl")):
        _prepare(folder, stem, about)
        with pytest.raises(InputError, match="the file for the descriptions of sources"):
            _changes(folder)


def test_a_dry_run_says_what_a_run_does(ogdkg: Run, folder: Path) -> None:
    _prepare(folder, "../{cell}", "deep/about.ttl", rows=("a", "b", "a"))
    code, dry = _run(ogdkg, folder, "--dry-run")
    assert code == 0
    assert _written(folder) == set()
    code, wet = _run(ogdkg, folder)
    assert code == 0
    assert dry.replace("would change", "changed") == wet
    assert _written(folder) == {"%2E.%2Fa.ttl", "%2E.%2Fb.ttl", "deep"}
    assert _run(ogdkg, folder) == (0, "3 rows, 3 files, 0 of them changed.\n")


ODD = {
    "read = 5": "'read' must be a list",
    "read = ['x']": "must be a table",
    "read = [{from = 'row', pattern = '('}]": "Invalid regular expression",
    "[template]\nx = 5": "must be a table",
    "[property]\nx = []": "must be a table",
    "a = " + "[" * 3000: "nested",
}


@pytest.mark.parametrize("text", ODD)
def test_an_odd_mapping_is_told(folder: Path, text: str) -> None:
    (folder / "mapping.toml").write_text(f"[output]\nlayer = 'facts'\nstem = 'x'\n{text}\n")
    with pytest.raises(InputError, match=ODD[text]):
        read_mapping(folder / "mapping.toml")


@pytest.mark.parametrize(
    "iri", ["", "{name}", "nobody:{name}", "<{name}>", '"{name}"', '"{name}', "{value|day}", "a"]
)
@pytest.mark.parametrize("listed", [False, True])
def test_a_new_thing_without_an_iri_is_told(folder: Path, ogdkg: Run, iri: str, listed: bool) -> None:
    new = 'listed = "said"' if listed else 'new = ["elm"]'
    text = MAPPING.replace("STEM", "x").replace("ABOUT", "about.ttl")
    text = text.replace("[template", f"iri = '{iri}'\n{new}\nmake = '{{thing}} a ex:Park'\n[template", 1)
    (folder / "m.toml").write_text(text)
    (folder / "t.tsv").write_text(TABLE + "1\telm\tsaid\ttall\t\n")
    done = ogdkg("import", "t.tsv", "--mapping", "m.toml", cwd=folder)
    assert done.returncode in ((0, 1, 3) if iri == "a" else (3,)), done.stderr
    assert "bug" not in done.stderr and "Traceback" not in done.stderr


def test_a_listed_name_of_two_things_is_told(folder: Path, ogdkg: Run) -> None:
    with (folder / "own.ttl").open("a") as own:
        own.write('<http://example.org/oak2> a <http://example.org/Park> ; '
                  '<http://www.w3.org/2004/02/skos/core#prefLabel> "Oak" .\n')  # fmt: skip
    text = MAPPING.replace("STEM", "x").replace("ABOUT", "about.ttl")
    more = "iri = 'ex:{name}'\nlisted = \"said\"\n[template"
    (folder / "m.toml").write_text(text.replace("[template", more, 1))
    (folder / "t.tsv").write_text(TABLE + "1\tOak\tsaid\ttall\t\n")
    done = ogdkg("import", "t.tsv", "--mapping", "m.toml", cwd=folder)
    assert done.returncode == 3 and "t.tsv:2: 'Oak' is ambiguous" in done.stderr


@pytest.mark.parametrize("what", ["pipe", "device", "large"])
def test_a_table_is_a_plain_file_of_a_bounded_size(folder: Path, ogdkg: Run, what: str) -> None:
    (folder / "m.toml").write_text(MAPPING.replace("STEM", "x").replace("ABOUT", "about.ttl"))
    table = folder / "t.tsv"
    if what == "pipe":
        os.mkfifo(table)
    elif what == "device":
        table.symlink_to("/dev/zero")
    else:
        with table.open("wb") as file:
            file.truncate(1 << 33)
    done = ogdkg("import", "t.tsv", "--mapping", "m.toml", cwd=folder)
    assert done.returncode == 3 and ("not a regular file" in done.stderr or "larger than" in done.stderr)
