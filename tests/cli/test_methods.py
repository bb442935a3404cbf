"""Every command as a method of a graph: the names and options of the command, and its result."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from tests.conftest import ROOT, TREES, Run

from ogdkg import Graph, open_graph
from ogdkg.cli.commands import cite, coverage, diff, export, search, show, stats, validate, why
from ogdkg.cli.commands import test as test_command
from ogdkg.errors import InputError, UnknownNameError, UsageError

HERE: dict[str, Callable[[Graph], Any]] = {
    "search park": lambda graph: graph.search("park"),
    "search oak --class ns:Tree --limit 1": lambda graph: graph.search("oak", class_="ns:Tree", limit=1),
    "show Oak": lambda graph: graph.show("Oak"),
    "show Ginkgo ns:standsIn": lambda graph: graph.show("Ginkgo", "ns:standsIn"),
    "why Ginkgo ns:standsIn": lambda graph: graph.why("Ginkgo", "ns:standsIn"),
    "stats": lambda graph: graph.stats(),
    "coverage --class ns:Tree": lambda graph: graph.coverage(class_="ns:Tree"),
    "query planted": lambda graph: graph.queries.planted(),
    "query planted --since 1922": lambda graph: graph.query("planted", since=1922),
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return open_graph(TREES)


@pytest.mark.parametrize("command", HERE)
def test_a_method_returns_what_the_command_writes(
    command: str, graph: Graph, ogdkg: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(TREES)  # so that files have the same names
    written = ogdkg(*command.split(), "-f", "json")
    assert written.returncode in (0, 1), written.stderr
    assert json.loads(HERE[command](graph).to_json()) == json.loads(written.stdout)


def test_a_reference_is_what_cite_prints(ogdkg: Run) -> None:
    graph = open_graph(ROOT)
    reference = graph.cite("BOOST", "contact")
    assert str(reference) + "\n" == ogdkg("cite", "BOOST", "contact", cwd=ROOT).stdout
    assert reference.to_bibtex() == ogdkg("cite", "BOOST", "contact", "-f", "bibtex", cwd=ROOT).stdout
    assert reference.to_json() == ogdkg("cite", "BOOST", "contact", "-f", "csl-json", cwd=ROOT).stdout
    assert reference.to_dict()["title"] == reference.work.part


GARDENS = ROOT / "docs" / "example" / "gardens"


def test_files_are_validated(ogdkg: Run, monkeypatch: pytest.MonkeyPatch, graph: Graph) -> None:
    monkeypatch.chdir(ROOT / "docs" / "example")
    found = graph.validate("trees.ttl", shapes="shapes.ttl")
    written = ogdkg("validate", "trees.ttl", "--shapes", "shapes.ttl", "-f", "json", cwd=Path.cwd())
    assert json.loads(found.to_json()) == json.loads(written.stdout)
    assert found.fails() and not found.conforms and not found.fails("never")
    first = found[0]
    assert first.file == "trees.ttl" and first.line and first.message in str(first) and first.rule
    assert found.to_dicts()[0]["message"] == first.message and found.counts["violation"] >= 1
    assert found._repr_html_().count("<tr>") == len(found) + 1 and "findings" in repr(found)
    assert not graph.validate("trees-fixed.ttl", shapes="shapes.ttl").fails()
    grave = graph.validate("trees.ttl", shapes=["shapes.ttl"], severity="violation")
    assert {each.severity for each in grave} == {"violation"}
    assert found.as_format("sarif").startswith("{")


def test_exports_are_those_of_the_command(graph: Graph, ogdkg: Run, tmp_path: Path) -> None:
    assert graph.export() == ogdkg("export").stdout
    assert graph.export(format="nquads") == ogdkg("export", "-f", "nquads").stdout
    assert (
        graph.export(thing="Oak", format="turtle") == ogdkg("export", "--thing", "Oak", "-f", "turtle").stdout
    )
    assert graph.export(tmp_path / "all.nt") == (tmp_path / "all.nt").read_text("utf-8")
    assert graph.export(tmp_path / "things", each=True, format="turtle") == ""
    ogdkg("export", "--each", "-f", "turtle", "-o", tmp_path / "others")
    assert _files(tmp_path / "things") == _files(tmp_path / "others") != {}
    with pytest.raises(UsageError, match="several files"):
        graph.export(each=True)
    with pytest.raises(UsageError, match="no suitable format"):
        graph.export(tmp_path / "a.docx")


def _files(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_versions_are_compared(graph: Graph, ogdkg: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "docs" / "example")
    changes = graph.diff("trees.ttl", "trees-fixed.ttl")
    written = ogdkg("diff", "trees.ttl", "trees-fixed.ttl", "-f", "json", cwd=Path.cwd()).stdout
    assert json.loads(changes.to_json()) == json.loads(written) and changes.fails()
    assert len(changes) == len(changes.to_dicts()) and changes[0].changes and changes[0].lines
    assert (
        changes.to_markdown()
        == ogdkg("diff", "trees.ttl", "trees-fixed.ttl", "-f", "markdown", cwd=Path.cwd()).stdout
    )
    assert not graph.diff("trees.ttl", Path("trees.ttl")) and changes._repr_html_().startswith("<table>")


def test_the_project_is_validated(ogdkg: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GARDENS)
    found = open_graph(GARDENS).validate()
    assert json.loads(found.to_json()) == json.loads(ogdkg("validate", "-f", "json", cwd=GARDENS).stdout)
    assert not found.fails() and found.conforms == (len(found) == 0)


def test_questions_are_asked(ogdkg: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GARDENS)
    gardens = open_graph(GARDENS)
    checks = gardens.test()
    told = ogdkg("test", cwd=GARDENS).stdout.splitlines()
    assert checks.passed and checks.summary == told[-1] and len(checks) == len(told) - 1
    assert [f"ok     {each.file}  {each.name}" for each in checks] == told[:-1]
    assert str(checks).splitlines()[-1] == checks.summary and checks.to_dict()["passed"]


def test_sources_have_lines_and_words() -> None:
    (source, *_) = found = open_graph(ROOT).why("BOOST", "contact")
    assert (
        source.lines == "L59"
        and source.citations[0].passage
        and source.citations[0].passage.lines == (59, 59)
    )
    assert len(found) == len(found.to_dicts()) and "Leif Jensen" in source.text
    assert "<td>L59</td><td>“" in found._repr_html_()


OF_METHODS = {
    "search": search.command,
    "show": show.command,
    "why": why.command,
    "cite": cite.command,
    "coverage": coverage.command,
    "validate": validate.command,
    "export": export.command,
    "diff": diff.command,
    "stats": stats.command,
    "test": test_command.command,
}
# What a method has in another way: the graph, the layout on a screen, the format of what it returns.
OF_THE_GRAPH = {
    "project",
    "layer",
    "engine",
    "endpoint",
    "timeout",
    "no_cache",
    "lang",
    "data",
    "unnamed",
    "base",
}
OF_SCREENS = {
    "form",
    "format",
    "output",
    "records",
    "wide",
    "show_all",
    "no_pager",
    "fail_on",
    "contexts",
    "iris",
}
OF_FOLDERS = {"by_class", "shards", "loader", "compress"}
OF_VALIDATE = {
    "changed",
    "report",
    "fix",
    "write",
    "write_baseline",
    "max_findings",
    "max_per_constraint",
    "fail_on_nothing",
}
RENAMED = {"thing_class": "class_", "of_class": "class_"}


@pytest.mark.parametrize("name", OF_METHODS)
def test_a_method_has_the_options_of_the_command(name: str) -> None:
    command: click.Command = OF_METHODS[name]
    options = {RENAMED.get(each.name or "", each.name) for each in command.params if each.expose_value}
    taken = set(inspect.signature(getattr(Graph, name)).parameters)
    of_files = {"validate": OF_VALIDATE, "export": OF_FOLDERS}.get(name, set())
    assert options - taken <= OF_THE_GRAPH | OF_SCREENS | of_files


def test_what_does_not_fit_is_an_error_with_advice(graph: Graph) -> None:
    for work in (
        lambda: graph.search("oak", climate="mild"),
        lambda: graph.show("Oka"),
        lambda: graph.validate(severity="grave"),
        lambda: graph.validate(inference="owl"),
        lambda: graph.export(evidence="none"),
        lambda: graph.diff("no-such-file"),
        lambda: graph.search("..."),
        lambda: graph.search("oak", limit=0),
        lambda: graph.validate(max_depth=0),
        lambda: open_graph(TREES, engine="jena"),
        lambda: open_graph(TREES, languages="not a tag"),
    ):
        with pytest.raises((UsageError, InputError)) as caught:
            work()
        assert "--" not in str(caught.value), caught.value


def test_a_word_of_python_is_a_parameter_with_a_line_below() -> None:
    gone = open_graph(ROOT).queries.member_changes(initiative="EITI", from_="2017", to=2022)
    assert not isinstance(gone, bool) and len(gone) > 0


def test_the_queries_are_a_mapping(graph: Graph) -> None:
    queries = graph.queries
    assert set(queries) == set(graph.catalogue.paths) and len(queries) == len(list(queries))
    query = queries["trees-in"]
    assert (query.name, query.form) == ("trees-in", "SELECT") and query.title in query.help
    assert list(query.parameters) == ["garden"] and query.parameters["garden"].label in query.help
    assert query(garden=graph["Harbour Park"]) == queries.trees_in(garden="Harbour Park")
    assert "trees_in" in dir(queries) and "trees-in" in queries and "trees" in repr(queries)
    assert queries._repr_html_().startswith("<table>") and queries.to_dicts()[0]["name"]
    with pytest.raises(KeyError, match="Did you mean 'trees-in'"):
        queries["tree-in"]
    with pytest.raises(AttributeError, match="Did you mean 'trees_in'"):
        _ = queries.tree_in
    with pytest.raises(UnknownNameError):
        query(gardn="x")
