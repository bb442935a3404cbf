"""Every command on two graphs that are not ours: nothing of our graph is said, nor of what they have not."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.conftest import ROOT, Run

from ogdkg import open_graph
from ogdkg.cli.main import COMMANDS, main
from ogdkg.errors import OgdkgError
from ogdkg.rdf.formats import FOR_EXPORT

OURS = re.compile(
    r"world bank|initiative|open government|open data|opendri|boost|geonode|nepal|\bnpl\b|geospatial"
    r"|w3id\.org/ogdkg|ogdkg\.(?:org|example)|\bogd:",
    re.IGNORECASE,
)
PASSAGES = re.compile(r"passage|the document", re.IGNORECASE)
OF_PASSAGES = {"init", "coverage", "passage", "reanchor"}  # which say so where there are none
PASSAGE = re.compile(
    "passage", re.IGNORECASE
)  # help is of any project: a citation is the lines of a document
NOWHERE = "http://127.0.0.1:9/query"
FORMS = tuple(form.name for form in FOR_EXPORT if form.name not in ("csv", "framed", "nanopub"))


class Project(NamedTuple):
    """What stands in the rows below for one of the projects."""

    name: str
    thing: str
    fact: str
    value: str
    word: str
    query: str
    option: str
    asked: str
    kind: str
    layer: str
    data: str
    shapes: str
    example: str  # an IRI


PROJECTS = {
    "devices": Project(
        *("devices", "Infusion pump 1", "risk class", "II", "pump", "in-ward", "--ward", "East ward"),
        *("reg:Device", "data", "data/devices.ttl", "ontology/shapes/devices.ttl"),
        "https://devices.example/device/pump_one",
    ),
    "maps": Project(
        *("maps", "The northern bank", "drawn by", "Mahin the surveyor", "harbour", "maps-of"),
        *("--town", "Ferry Town", "ns:Map", "letters", "data/maps.trig", "ontology/shapes/maps.ttl"),
        "https://maps.example/id/map/northern-bank",
    ),
}

# Each command with calls of it, the words in braces by the project, and the exit code: one, or one a project.
Code = int | dict[str, int]
Calls = tuple[tuple[str, Code], ...]
NEEDS_PASSAGES: Code = {"devices": 2, "maps": 0}
CALLS: dict[str, Calls] = {
    "query": (
        ("query", 0),
        ("query -f markdown", 0),
        ("query -f turtle", 0),
        ("query {query} {option} {asked}", 0),
        ("query {query} {option} {asked} --cite", 0),
        ("query {query} {option} {asked} -f json", 0),
        ("query {query} {option} Nobody", 2),
        ("query {query} --help", 0),
        ("query nosuch", 2),
    ),
    "sparql": (
        ("sparql SELECT|*|{{|?s|a|{kind}|}}", 0),
        ("sparql CONSTRUCT|WHERE|{{|?s|a|{kind}|}}", 0),
        ("sparql DESCRIBE|<{example}>", 0),
        ("sparql SELECT|*|{{", 3),
    ),
    "search": (("search {word}", 0), ("search {word} -f json", 0), ("search qqqq", 0)),
    "show": (
        ("show {thing}", 0),
        ("show {thing} {fact}", 0),
        ("show {thing} --all", 0),
        ("show {thing} -f json", 0),
        ("show Nobody", 2),
    ),
    "why": (("why {thing}", 0), ("why {thing} {fact}", 0), ("why {thing} nosuch", 2)),
    "cite": tuple(
        (call, 3)  # there is no dataset to cite, which the sentence says
        for call in (
            "cite",
            "cite {thing}",
            "cite {thing} {fact}",
            "cite -f bibtex",
            "cite {thing} -f csl-json",
        )
    ),
    "coverage": (("coverage", NEEDS_PASSAGES), ("coverage --class {kind}", 0)),
    "init": (("init . --name made", 2),),
    "new": (("new {kind} Lamp --dry-run", {"devices": 2, "maps": 0}), ("new nosuch Lamp", 2)),
    "rename": (("rename {thing} renamed", 0), ("rename Nobody renamed", 2)),
    "merge": (("merge {thing} Nobody", 2),),
    "deprecate": (("deprecate Nobody", 2),),
    "template": (("template {kind} -o sheet.xlsx", 0), ("template nosuch -o sheet.xlsx", 2)),
    "passage": (("passage Nobody|knows", NEEDS_PASSAGES),),
    "reanchor": (("reanchor other.txt", {"devices": 2, "maps": 1}),),
    "reconcile": (("reconcile names.csv --column name --matches", 0), ("reconcile names.csv --column x", 3)),
    "import": (("import names.csv --mapping nosuch.toml", 3),),
    "export": (
        *((f"export -f {form} -o out.{form}", 0) for form in FORMS),
        ("export -f csv -o tables", 0),
        ("export -f csv --class {kind}", 0),
        ("export -f framed --class {kind}", 0),
        ("export -f framed", 2),
        ("export -f nanopub", 3),
        ("export --thing {thing} -f turtle", 0),
        ("export --thing {thing} -f turtle --evidence reified", 0),
        ("export --each -f jsonld -o things", 0),
        ("export --layer {layer} -f ntriples", 0),
        ("export --layer nosuch", 2),
    ),
    "diff": (("diff {data} {data}", 0), ("diff {data} {shapes}", 1), ("diff {data} {shapes} -f markdown", 1)),
    "convert": (("convert {data} - -f turtle", 0), ("convert {data} - -f jsonld", 0)),
    "canon": (("canon {data}", 0),),
    "fmt": (("fmt --check data ontology", 0), ("fmt --check bad.ttl", 1)),
    "load": (("load", 0), ("load --remove", 0)),
    "stats": (("stats", 0), ("stats --all", 0), ("stats -f json", 0), ("stats --layer {layer}", 0)),
    "validate": (
        *((f"validate -f {form}", 0) for form in ("text", "json", "sarif", "junit", "html", "github")),
        ("validate --unused", 0),
        ("validate {data} --shapes {shapes}", {"devices": 0, "maps": 1}),
        ("validate bad.ttl", 1),
    ),
    "ping": ((f"ping --endpoint {NOWHERE}", 4),),
    "push": ((f"push --endpoint {NOWHERE}", 4), (f"push --dry-run --endpoint {NOWHERE}", 4)),
    "pull": ((f"pull --endpoint {NOWHERE}", 4),),
    "serve": (("serve nosuch.ttl", 2), ("serve --port x", 2)),
    "site": (("site {data}", 2), ("site public", 0)),
    "mcp": (("mcp nosuch", 2),),
    "shell": (("shell --layer nosuch", 2),),
    "test": (
        ("test", 0),
        ("test --source letters.txt", {"devices": 3, "maps": 0}),
        ("test --source names.csv", 3),
    ),
    "completion": (("completion bash", 0), ("completion csh", 2)),
}
KEYS = re.compile(r'"passages": 0|"passage": null')  # which programs expect
SAMPLES = "styleguide.html"  # what pages are made of, with examples of every kind


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for name, project in PROJECTS.items():
        folder = tmp_path_factory.mktemp("foreign") / name
        shutil.copytree(ROOT / "tests" / "fixtures" / name, folder)
        (folder / "names.csv").write_text(f"name\n{project.thing}\nNobody\n")
        (folder / "other.txt").write_text("Another text.\n")
        bad = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        prefix, _, local = project.kind.partition(":")
        space = {"reg": "https://devices.example/reg#", "ns": "https://maps.example/ns#"}[prefix]
        (folder / "bad.ttl").write_text(f"{bad}<{space}x> a <{space}{local}> ; rdfs:label 'a'@en, 'b'@en .\n")
        made[name] = folder
    return made


def _words(call: str, project: Project) -> list[str]:
    return [word.format(**project._asdict()).replace("|", " ") for word in call.split(" ")]


def _written(folder: Path, since: set[Path]) -> str:
    """The text of files that a call has made, which are deleted; of style sheets nobody reads any.

    Packed files (kept statements, an index) hold any bytes, "npl" among them, and only their names are read.
    """
    made = {path for path in folder.rglob("*") if path.is_file()} - since
    texts = []
    for path in sorted(made):
        if path.name != SAMPLES and path.suffix not in (".css", ".js", ".wasm"):
            try:
                texts.append(path.read_bytes().decode())
            except UnicodeDecodeError:
                texts.append(path.name)
    told = "\n".join(texts)
    for path in made:
        path.unlink()
    return told


def test_every_command_has_its_calls() -> None:
    assert set(CALLS) == set(COMMANDS)


@pytest.mark.parametrize("name", PROJECTS)
@pytest.mark.parametrize("command", CALLS)
def test_nothing_of_ours_is_said(
    command: str,
    name: str,
    folders: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    project, folder = PROJECTS[name], folders[name]
    monkeypatch.chdir(folder)
    wrong = []
    for call, code in (*CALLS[command], (f"{command} --help", 0)):
        before = {path for path in folder.rglob("*") if path.is_file()}
        given = main(_words(call, project))
        said = capfd.readouterr()
        text = KEYS.sub("", said.out + said.err + _written(folder, before))
        if given != (code if isinstance(code, int) else code[name]):
            wrong.append((call, given, said.err))
        foreign = [OURS]
        if name == "devices" and command not in OF_PASSAGES:
            foreign.append(PASSAGE if "--help" in call else PASSAGES)
        for words in foreign:
            wrong += [
                (call, text[max(found.start() - 60, 0) : found.end()]) for found in words.finditer(text)
            ]
        assert "Traceback" not in text and "This is a bug" not in text, call
        assert text or command in ("fmt", "validate"), call
    assert wrong == []


def test_a_property_is_found_by_its_name_in_any_language(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folders["maps"])
    for command, name in (
        ("why", "drawn by"),
        ("why", "Drawn By"),
        ("show", "drawn by"),
        ("show", "the drawing"),
    ):
        assert main([command, "The northern bank", name]) == 0
        said = capfd.readouterr()
        assert "\u06a9\u0634\u06cc\u062f\u0647\u0654" in said.out and not said.err


@pytest.mark.parametrize("name", PROJECTS)
def test_the_python_api_speaks_of_their_graph(name: str, folders: dict[str, Path]) -> None:
    project = PROJECTS[name]
    graph = open_graph(folders[name])
    thing = graph[project.thing]
    option = project.option.removeprefix("--")
    values = (graph.things(), thing.kinds, thing[project.fact], dir(thing), len(graph), graph.queries)
    answers = (
        graph.query(project.query, **{option: project.asked}),
        graph.sparql(f"SELECT ?x {{ ?x a {project.kind} }}"),
        graph.diff(folders[name] / project.data, folders[name] / project.shapes),
    )
    named = (graph.search(project.word), graph.show(project.thing), graph.why(project.thing))
    whole = (graph.coverage(class_=project.kind), graph.stats(), graph.validate(), graph.test())
    told = [*map(str, (*values, *answers, *named, *whole)), str(thing.to_dict())]
    told += [repr(graph), str(thing), repr(thing), thing._repr_html_()]
    for wrong in (lambda: graph["Nobody"], lambda: graph.query("nosuch"), lambda: graph.cite(project.thing)):
        with pytest.raises((OgdkgError, KeyError)) as failed:
            wrong()
        told.append(str(failed.value))
    assert [each for each in told if OURS.search(each) or (name == "devices" and PASSAGES.search(each))] == []


@pytest.mark.parametrize("name", PROJECTS)
def test_completion_offers_what_is_theirs(name: str, folders: dict[str, Path], ogdkg: Run) -> None:
    project = PROJECTS[name]
    classes = ("new ", "template ", "search --class ", "export --class ", "coverage --class ")
    for words in ("", "query ", f"query {project.query} {project.option} ", "stats --layer ", *classes):
        asked = {"COMP_WORDS": f"ogdkg {words}", "COMP_TYPE": "9", "COLUMNS": "200"}
        done = ogdkg(cwd=folders[name], _OGDKG_COMPLETE="bash_complete", **asked)
        assert done.stdout and not done.stderr
        assert not OURS.search(done.stdout), words
        assert name == "maps" or not PASSAGES.search(done.stdout), words
        if words in classes:
            label = {"devices": "device", "maps": "\u0646\u0642\u0634\u0647"}[name]
            assert f"plain,{label}" in done.stdout.split("\n"), words
    [only] = ogdkg(
        cwd=folders[name], _OGDKG_COMPLETE="bash_complete", COMP_WORDS="ogdkg new que", COMP_TYPE="9"
    ).stdout.split()
    assert only == "plain,query"
