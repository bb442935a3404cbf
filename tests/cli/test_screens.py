"""Screens as a user sees them, in terminals of 80 and 120 columns: nothing is cut, and all fits a page."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT, TREES, Run
from tests.terminals import STYLE, on_terminal, outcome, plain

from ogdkg.cli.pager import pager_command
from ogdkg.render.views.table import display_width

_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
NEVER_CUT = re.compile(r"https?://\S+|\S+@\S+|[0-9][0-9.,:-]*")


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize(
    "words",
    [("contacts", "--cite"), ("pages",), ("denied",), ("contradictions",), ("documents",)],
    ids=lambda words: words[0],
)
def test_no_answer_is_cut(ogdkg: Run, words: tuple[str, ...], columns: int) -> None:
    screen = plain(on_terminal("query", *words, columns=columns, cwd=ROOT))
    assert "…" not in screen
    assert max(map(display_width, screen.splitlines())) <= columns
    rows = list(csv.reader(io.StringIO(ogdkg("query", *words, "-f", "csv", cwd=ROOT).stdout)))
    assert len(rows) > 1
    heads = rows[0]
    shown = [at for at, name in enumerate(heads) if f"{name}Label" not in heads]
    values = {row[at].removeprefix("mailto:") for row in rows[1:] for at in shown}
    tokens = {token for value in values for token in NEVER_CUT.findall(value)}
    missing = {token for token in tokens if token not in screen and "/w3id.org/ogdkg/" not in token}
    assert missing == set()


def test_records_are_asked_for_and_wide_tables_too(ogdkg: Run) -> None:
    records = plain(on_terminal("query", "contacts", "-x", "--limit", "1", columns=80, cwd=ROOT))
    assert re.match(
        r"── 1 ─+\nINITIATIVE +World Bank Group Finances\nE-MAIL +finances@worldbank.org\n", records
    )
    wide = plain(on_terminal("query", "contradictions", "--wide", columns=80, cwd=ROOT))
    assert wide == ogdkg("query", "contradictions", cwd=ROOT).stdout
    done = ogdkg("query", "contacts", "-x", "-f", "csv", cwd=ROOT)
    assert (done.returncode, done.stdout) == (2, "")


def test_csv_and_json_keep_the_iri(ogdkg: Run) -> None:
    assert "mailto:ljensen2@worldbank.org" in ogdkg("query", "contacts", "-f", "csv", cwd=ROOT).stdout
    assert "mailto:" not in ogdkg("query", "contacts", cwd=ROOT).stdout


def test_colours_are_for_terminals_that_want_them(ogdkg: Run) -> None:
    words = ("query", "trees")
    assert STYLE.search(on_terminal(*words, cwd=TREES))
    for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in on_terminal(*words, cwd=TREES, **variables)
    assert "\x1b" not in on_terminal(*words, "--color", "never", cwd=TREES)
    assert "\x1b" not in ogdkg(*words).stdout
    always = ogdkg("--color", "always", *words).stdout
    assert "\x1b[1m" in always and "\x1b]8" not in always
    assert plain(always) == ogdkg(*words).stdout


@pytest.mark.parametrize("name", ["EITI", "BOOST", "OpenDRI", "OPN"])
def test_a_thing_is_shown_on_one_screen(name: str) -> None:
    screen = plain(on_terminal("show", name, "--no-pager", columns=80, cwd=ROOT)).splitlines()
    assert len(screen) < 60
    assert [
        line for line in screen if display_width(line) > 80 and not re.search(r" {9}\S+$|^ +\S+ +\S+$", line)
    ] == []
    assert f"ogdkg show {name} --all" in " ".join(screen)


def test_each_engagement_is_a_line_with_its_source_in_the_notes(ogdkg: Run) -> None:
    lines = ogdkg("show", "OAP", "engagements", cwd=ROOT).stdout.splitlines()
    [kenya] = [line for line in lines if re.search(r"Kenya +Implementing +2013-03 +\[[0-9]+\]$", line)]
    number = kenya.rpartition("[")[2]
    assert any(line.startswith(f"  [{number} Open Aid Partnership, IATI Steering") for line in lines)
    whole = ogdkg("show", "OAP", cwd=ROOT).stdout
    assert re.search(r"… [0-9]+ more: ogdkg show OAP 'country engagement'\n", whole)


def test_facts_are_chosen_by_group_or_property(ogdkg: Run) -> None:
    contacts = ogdkg("show", "BOOST", "contacts", cwd=ROOT).stdout
    assert "ljensen2@worldbank.org" in contacts and "description" not in contacts
    assert "homepage" in ogdkg("show", "BOOST", "contacts and pages", cwd=ROOT).stdout
    done = ogdkg("show", "BOOST", "contcts", cwd=ROOT)
    assert done.returncode == 2 and "Did you mean 'contact'?" in done.stderr
    assert len(ogdkg("show", "EITI", "--all", cwd=ROOT).stdout.splitlines()) > 150


@pytest.fixture
def pager(tmp_path: Path) -> dict[str, str]:
    """The variables that name a pager, which tells how it was called and shows the first lines."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "ours").write_text('#!/bin/sh\necho "PAGED $1 $LESS"\nexec head -3\n')
    (folder / "ours").chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PAGER": "ours -z"}


@pytest.mark.parametrize(
    "words",
    [
        ("show", "Oak", "--data", "long.ttl"),
        ("search", "long", "--limit", "40", "--data", "long.ttl"),
        ("why", "urn:oak", "--data", "long.ttl"),
        ("stats", "--all", "--data", "long.ttl"),
        ("sparql", "SELECT * { ?s ?p ?o }", "long.ttl"),
        ("sparql", "CONSTRUCT WHERE { ?s ?p ?o }", "long.ttl"),
        ("sparql", "SELECT * { ?s ?p ?o }", "long.ttl", "-f", "csv"),
        ("validate", "long.ttl", "--shapes", "shapes.ttl"),
        ("diff", "short.ttl", "long.ttl"),
        ("convert", "long.ttl", "-f", "ntriples"),
        ("query", "--project", str(ROOT)),
        ("query", "groups", "--project", str(ROOT)),
    ],
    ids=lambda words: "-".join(words[:2]),
)
def test_what_does_not_fit_goes_to_the_pager(
    tmp_path: Path, pager: dict[str, str], words: tuple[str, ...]
) -> None:
    many = "".join(f'<urn:{n}> a <urn:C{n}> ; <urn:v> {n} ; {_LABEL} "Long {n}" .\n' for n in range(40))
    oak = "".join(f'<urn:oak> <urn:p{n}> {n} ; {_LABEL} "Oak" .\n' for n in range(40))
    (tmp_path / "long.ttl").write_text(many + oak)
    (tmp_path / "short.ttl").write_text(oak)
    _many(tmp_path, "Violation", "shapes.ttl")
    shown = plain(on_terminal(*words, cwd=tmp_path, **pager))
    assert re.search(r"^PAGED -z FRX$", shown, re.MULTILINE)
    assert shown.partition("PAGED")[2].count("\n") == 4  # nothing goes past the pager
    assert "PAGED" not in on_terminal(*words, "--no-pager", cwd=tmp_path, **pager)


def test_what_fits_is_written_at_once(tmp_path: Path, pager: dict[str, str]) -> None:
    words = ("sparql", "SELECT * { ?s ?p ?o }", "few.ttl")
    for number, is_paged in (
        (20, False),
        (22, True),
    ):  # with head and rule in 23 lines, and one for the prompt
        (tmp_path / "few.ttl").write_text("".join(f"<urn:a> <urn:p{n}> {n} .\n" for n in range(number)))
        assert ("PAGED" in on_terminal(*words, cwd=tmp_path, **pager)) == is_paged
    for variables in ({"PAGER": "no-such-program"}, {"PAGER": "/"}, {"TERM": "dumb"}):
        shown = plain(on_terminal(*words, cwd=tmp_path, **{**pager, **variables}))
        assert shown.count("urn:p") == 22


def test_an_exit_code_survives_who_leaves_the_pager(tmp_path: Path, pager: dict[str, str]) -> None:
    shown, code = outcome(*_many(tmp_path, "Violation"), cwd=tmp_path, **pager)
    assert (code, shown.count("\n")) == (1, 4)


def test_an_error_in_the_middle_is_told_after_the_pager(tmp_path: Path, pager: dict[str, str]) -> None:
    query = "SELECT ?s { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?s"
    shown, code = outcome("sparql", query, "--timeout", "0.5", cwd=ROOT, **pager)
    assert code == 3 and "Error: " in shown


@pytest.mark.parametrize("choice", ["cat", "", "'", "no-such-program", "less -R"])
def test_a_pager_is_found_or_done_without(choice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", choice)
    command = pager_command()
    assert command is None or (Path(command[0]).is_absolute() and command[1:] == ["-R"])


def test_a_program_of_the_project_is_no_pager(tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text("")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text("".join(f"<urn:a> <urn:p{n}> {n} .\n" for n in range(50)))
    for name in ("less", "mine"):
        (tmp_path / name).write_text("#!/bin/sh\ntouch RAN\n")
        (tmp_path / name).chmod(0o755)
    for pager in ("mine", "./mine", "bin/../mine"):
        shown = on_terminal("show", "urn:a", cwd=tmp_path, PATH=f".{os.pathsep}{tmp_path}", PAGER=pager)
        assert "p49  49" in plain(shown)
    assert not (tmp_path / "RAN").exists()


def _many(folder: Path, severity: str, shapes: str = "s.ttl") -> tuple[str, ...]:
    (folder / "d.ttl").write_text("".join(f"<urn:a{n}> <urn:v> {n} .\n" for n in range(20)))
    (folder / shapes).write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> a sh:NodeShape ; sh:targetSubjectsOf <urn:v> ;"
        f" sh:property [ sh:path <urn:p> ; sh:minCount 1 ; sh:severity sh:{severity} ] ."
    )
    return "validate", "d.ttl", "--shapes", "s.ttl"


def test_what_fails_nothing_is_told_three_times_and_counted(ogdkg: Run, tmp_path: Path) -> None:
    words = _many(tmp_path, "Warning")
    lines = ogdkg(*words, cwd=tmp_path).stdout.splitlines()
    heads = [line for line in lines if re.match(r"d\.ttl:[0-9]+:1: warning: ", line)]
    assert [line.split(":")[1] for line in heads] == ["1", "2", "3"]
    assert "… 17 more warnings like it" in lines
    assert lines[-1] == "20 warnings in 20 triples; 17 not shown (--all shows them)."
    for more in (("--all",), ("--fail-on", "warning")):
        assert ogdkg(*words, *more, cwd=tmp_path).stdout.count("d.ttl:") == 20
    assert len(json.loads(ogdkg(*words, "-f", "json", cwd=tmp_path).stdout)["findings"]) == 20


def test_every_violation_is_told_and_coloured(ogdkg: Run, tmp_path: Path) -> None:
    words = _many(tmp_path, "Violation")
    assert ogdkg(*words, cwd=tmp_path).stdout.count(": violation: ") == 20
    assert "d.ttl:1:1: \x1b[31mviolation\x1b[0m: " in ogdkg(*words, "--color", "always", cwd=tmp_path).stdout


def test_counts_are_the_first_of_each_kind(ogdkg: Run) -> None:
    short, whole = (ogdkg("stats", *more, cwd=ROOT).stdout for more in ((), ("--all",)))
    assert len(short.splitlines()) < 40 and len(whole.splitlines()) > 300
    assert re.search(r"\nclasses\n( +[0-9]+  \S+\n){3} +…  [0-9]+ more: ogdkg stats --all\n", short)
    assert re.search(r"\nlayers\n( +[0-9]+  \S+\n){9}\n", short)


def test_a_count_says_what_it_counted(ogdkg: Run) -> None:
    lines = ogdkg("query", "countries", "--count", "--layer", "source", cwd=ROOT).stdout.splitlines()
    heads, numbers = (re.split(" {2,}", line.strip()) for line in (lines[0], lines[2]))
    assert heads[:2] == ["ROWS", "DIFFERENT COUNTRY"]
    asked = ogdkg("query", "countries", "-f", "json", "--layer", "source", cwd=ROOT)
    rows = json.loads(asked.stdout)["results"]["bindings"]
    assert numbers[:2] == [str(len(rows)), str(len({row["country"]["value"] for row in rows}))]
    assert ogdkg("query", "countries", "--count", "--limit", "2", cwd=ROOT).stdout.splitlines()[2][0] == "2"


def test_what_is_said_is_broken_between_words(tmp_path: Path) -> None:
    for words in (
        ("why", "BOOST", "description"),
        ("cite", "OPN"),
        ("why", "OpenDRI", "flavour"),
        ("query", "contacts", "--initiative", "initiative:gafsp"),
        ("query",),
    ):
        shown = plain(on_terminal(*words, cwd=ROOT)).splitlines()
        assert len(shown) > 2
        assert max(map(display_width, shown)) <= 80, words
    assert len(shown) < 300  # the list of queries


def test_a_property_that_a_part_has_is_found_there(ogdkg: Run) -> None:
    done = ogdkg("why", "OpenDRI", "uses tool", cwd=ROOT)
    assert done.returncode == 2
    assert "has no property 'uses tool'" in done.stderr
    asked = re.search("`ogdkg why '(.+)' 'uses tool'`", done.stderr)
    assert asked and ogdkg("why", asked[1], "uses tool", cwd=ROOT).returncode == 0


def test_citations_with_commas_are_told_apart(ogdkg: Run) -> None:
    """The titles of sources have commas, so that semicolons stand between them."""
    shown = ogdkg("query", "partners", "--thing", "OPN", "--cite", cwd=ROOT).stdout
    assert "IMLS grant LG-05-10-0117-10, imls.gov; " in shown
    assert re.search(r"  L114, L117.118, derived", shown)


def test_sentences_are_broken_between_words(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    question = next((copy / "queries" / "questions").glob("*.yaml"))
    asked = f"question: Which trees {'and shrubs ' * 12}are there?"
    question.write_text(re.sub(r"^question: .*$", asked, question.read_text(), flags=re.MULTILINE))
    for words in (("test",), ("coverage", "--source", "source.txt"), ("coverage", "--class", "tree")):
        screen, code = outcome(*words, columns=60, cwd=copy)
        assert code == 0
        assert max(map(display_width, plain(screen).splitlines())) <= 60, words


@pytest.mark.parametrize("name", [path.stem for path in sorted((ROOT / "docs" / "commands").glob("*.md"))])
def test_help_fits_a_terminal(name: str) -> None:
    words = () if name == "index" else (name,)
    help_text = plain(on_terminal(*words, "--help", columns=80, cwd=TREES))
    assert "--help" in help_text
    assert max(map(display_width, help_text.splitlines())) <= 80
