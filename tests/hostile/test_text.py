"""Hostile text in every string that a project holds, through every command and every format."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from ogdkg.catalogue.catalogue import Catalogue
from ogdkg.cli import output as cli_output
from ogdkg.cli.main import main
from ogdkg.diff.compare import difference
from ogdkg.diff.revisions import File, Version
from ogdkg.errors import InputError, Place
from ogdkg.project.project import find_project
from ogdkg.rdf.formats import TURTLE
from ogdkg.rdf.terms import Iri, Literal
from ogdkg.render.views.changes import as_markdown
from ogdkg.render.views.listing import write_page
from ogdkg.render.views.table import TableStyle, write_markdown
from ogdkg.store.base import Rows
from ogdkg.text import escape
from tests import terminals
from tests.conftest import TREES, Run
from tests.servers.serving import serving

from .payloads import EVERYTHING, MARK, PAYLOADS, READABLE, faults


def quoted(text: str) -> str:
    """A string as TOML, YAML and Turtle all read it."""
    return '"' + "".join(each if each.isascii() and each.isalnum() else _spelled(each) for each in text) + '"'


def _spelled(sign: str) -> str:
    return f"\\u{ord(sign):04X}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08X}"


def yaml(text: str) -> str:
    """YAML has no U+0000 in any spelling that our reader takes."""
    return quoted(text.replace("\x00", ""))


# -- the doors, each with each payload -----------------------------------------------


EACH = pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)


@EACH
def test_a_line_stays_a_line_and_commands_nothing(payload: str) -> None:
    for door in (escape.one_line, escape.visible):
        assert faults("".join(escape.printable_lines([f"label: {door(payload)}\n"])).encode()) == []
        assert door(payload) == door(payload).replace("\n", "")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", escape.on_terminal(payload))


@EACH
def test_told_in_pieces_is_as_safe_as_whole(payload: str) -> None:
    whole = "".join(escape.printable_lines([payload]))
    assert "".join(escape.printable_lines(payload)) == whole  # sign by sign
    assert [fault for fault in faults(whole.encode()) if "stranger" not in fault] == []


@EACH
def test_json_and_xml_mean_the_same(payload: str) -> None:
    for text in (payload, payload + "\ud800\udce9"):
        told = escape.json_text({"a": text})
        assert faults(told.encode()) == []
        assert json.loads(told)["a"].startswith(payload)
        element = ElementTree.fromstring(f"<a b={escape.xml_attribute(text)}>\n{escape.xml_text(text)}</a>")
        assert MARK in (element.text or "") and MARK in element.attrib["b"]
    assert [each for each in faults(escape.xml_text(f"\n{payload}").encode()) if "stranger" not in each] == []
    for allowed in ("a\nb", "\t<&>\"'", "é\u2028\x85"):
        element = ElementTree.fromstring(
            f"<a b={escape.xml_attribute(allowed)}>{escape.xml_text(allowed)}</a>"
        )
        assert element.text == element.attrib["b"] == allowed


@EACH
def test_github_s_commands_hold_it(payload: str) -> None:
    command = f"::error file={escape.github_property(payload)}::{escape.github_data(payload)}"
    assert "\n" not in command and "\r" not in command and not re.search("[\x00-\x1f\x7f-\x9f]", command)
    assert not set(escape.github_property(payload)) & set(":,")


@EACH
def test_links_are_addresses(payload: str) -> None:
    assert escape.link(payload) == ""
    for target in (f"https://e.example/{payload}", f"HTTP://e.example/{payload}", f"mailto:{payload}"):
        assert re.fullmatch("[!-~]*", escape.link(target)) and not re.search(
            '[<>"`{}|\\\\^]', escape.link(target)
        )
        assert escape.terminal_link("x", target).count("\x1b") == 4
        assert '"' not in escape.html_link("x", target).removeprefix('<a href="').partition('">')[0]


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "JaVaScRiPt:x", " javascript:x", "\x01javascript:x",
               "data:text/html,x", "file:///etc/passwd", "vbscript:x", "ssh://x", "urn:x", "x-man-page:1", "",
               "//evil.example"],
)  # fmt: skip
def test_what_is_no_page_and_no_mailbox_is_not_linked(target: str) -> None:
    assert escape.terminal_link("x", target) == escape.html_link("x", target) == "x"
    assert escape.markdown_link("x", target) == "x"


@EACH
def test_bibtex_keeps_its_braces(payload: str) -> None:
    text = re.sub(r"\\textbackslash\{\}|\\textascii(tilde|circum)\{\}|\\[&%$#_{}]", "", escape.tex(payload))
    assert not set(text) & set("\\&%$#_{}~^\n")


def test_scripts_stay_readable() -> None:
    for text in READABLE:
        for door in (escape.one_line, escape.lines, escape.visible, escape.on_terminal, escape.markdown):
            assert door(text) == text
        assert "".join(escape.printable_lines([text])) == text and escape.html(text) == text
        assert escape.json_text(text) == f'"{text}"'


def test_an_error_is_one_line_and_a_hint() -> None:
    error = InputError(f"a {EVERYTHING}", place=Place(EVERYTHING, 1), hint="b\n  c")
    first, *rest = str(error).split("\n")
    assert (rest == ["b", "  c"] and faults(f"Error: {first}".encode())[1:] == []) or "::" in first


# -- Markdown ------------------------------------------------------------------------


PARSER = MarkdownIt("gfm-like")


def structure(text: str) -> list[Any]:
    """What a renderer makes of Markdown, without the words."""
    return [
        (token.type, token.tag, token.info, [(each.type, each.tag) for each in token.children or ()])
        for token in PARSER.parse(text)
    ]


def changes(label: str) -> str:
    texts = [
        f"<x:s> <http://www.w3.org/2000/01/rdf-schema#label> {quoted(label)} ; <x:p> {value} ,"
        f"{quoted(label)}@{tag} ."
        for value, tag in ((1, "en"), (99999, "de"))
    ]
    old, new = (
        Version(f"{name}{label}", (File(f"{name}{label}.ttl", TURTLE, text.encode()),))
        for name, text in zip("ab", texts, strict=True)
    )
    return "".join(as_markdown(difference(old, new)))


def rows(label: str) -> str:
    row = (Iri("https://e.example/a"), Literal(label), Literal(label), Iri(f"javascript:{label}"))
    return "".join(
        write_markdown(Rows(("a", "aLabel", "b", "c"), iter([row, row])), TableStyle(columns={"b": label}))
    )


def page(label: str, folder: Path) -> str:
    """The page of a catalogue whose topic, summary, description, label and example are hostile."""
    folder.mkdir()
    (folder / "ogdkg.toml").write_text('[project]\nname = "x"\n[[layer]]\nname = "a"\nfiles = []\n')
    name = label.replace("/", "").replace("\x00", "")[:60]
    topic = folder / "queries" / f"t {name}"
    topic.mkdir(parents=True)
    text = yaml(label)
    (topic / "q.rq").write_text(
        f"#+ summary: {text}\n#+ description: {text}\n#+ params:\n#+   x: {{type: literal, label: {text}, "
        f"example: {text}}}\nSELECT * {{ ?s ?p ?_x_literal }}\n"
    )
    return "".join(write_page(Catalogue(find_project(folder)).topics()[0]))


@EACH
def test_a_review_has_the_same_structure_whatever_the_labels(payload: str) -> None:
    assert structure(changes(payload)) == structure(changes("tame"))
    assert "99999" in changes(payload)
    assert [each for each in faults(changes(payload).encode()) if "stranger" not in each] == []


@EACH
def test_a_table_has_the_same_structure_whatever_the_labels(payload: str) -> None:
    assert structure(rows(payload)) == structure(rows("tame"))


@EACH
def test_a_page_has_the_same_structure_whatever_the_headers(payload: str, tmp_path: Path) -> None:
    hostile, tame = page(payload, tmp_path / "h"), page("tame", tmp_path / "t")
    assert structure(hostile) == structure(tame)
    told = "".join(escape.printable_lines([hostile])).encode()
    assert [each for each in faults(told) if "stranger" not in each] == []


@EACH
def test_nobody_is_called_and_nothing_referred_to(payload: str) -> None:
    """A code host looks for `@name` and `#1` in what it has rendered."""
    for text in (changes(payload), rows(payload)):
        words = PARSER.render(text)
        assert not re.search(r"@[A-Za-z0-9]|#[0-9]|GH-[0-9]", re.sub("<[^>]*>|&#?[a-z0-9]+;", "", words))
        assert "<script" not in words and "javascript:alert" not in re.sub(r">[^<]*<", "><", words)


# -- the whole command line ------------------------------------------------------------


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trees, with everything hostile in every string that may hold it."""
    folder = tmp_path_factory.mktemp("planted") / "p"
    shutil.copytree(TREES, folder)
    text, word = quoted(EVERYTHING), yaml(EVERYTHING)
    toml = (folder / "ogdkg.toml").read_text()
    toml = toml.replace('title = "Trees of two gardens"', f"title = {text}\nontology = 1".partition("\n")[0])
    toml = toml.replace('name = "reference"', f"name = {quoted('reference ' + EVERYTHING)}")
    toml += f'\n[search]\nfilters = {{ {quoted("garden")} = "ns:standsIn" }}\n'
    (folder / "ogdkg.toml").write_text(toml)
    (folder / "queries" / "trees" / "trees.rq").write_text(
        f"#+ summary: {word}\n#+ description: {word}\n#+ tags: [{word}]\n#+ params:\n#+   garden: {{"
        f"type: iri, label: {word}, class: ns:Garden}}\n#+   word: {{"
        f"type: literal, label: {word}, example: {word}}}\n"
        f"#+ columns: {{ treeLabel: {word}, gardenLabel: {word} }}\n"
        "PREFIX ns: <https://trees.example/ns#>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        "SELECT ?tree ?treeLabel ?garden ?gardenLabel { ?tree ns:standsIn ?__garden_iri . "
        "BIND(?__garden_iri AS ?garden) ?tree rdfs:label ?treeLabel . ?garden rdfs:label ?gardenLabel "
        "OPTIONAL { ?tree rdfs:comment ?__word_literal } } ORDER BY ?treeLabel\n"
    )
    rule = folder / "queries" / "rules" / "neighbours.rq"
    rule.write_text(f"#+ summary: {word}\n" + rule.read_text())
    (folder / "queries" / "questions" / "01-trees.yaml").write_text(
        f"question: {word}\nlines: 1-3\nquery: trees\ncolumns: [treeLabel]\nrows:\n  - [{word}]\n"
    )
    with (folder / "data" / "trees.trig").open("a") as data:
        data.write(
            "\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
            "@prefix h: <https://trees.example/id/h/> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
            "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
            f"h:a a <https://trees.example/ns#Tree> ; rdfs:label {text} ; rdfs:comment {text} ;\n"
            f"  <https://trees.example/ns#standsIn> h:g ; <https://trees.example/ns#note> {text} .\n"
            f"h:b a <https://trees.example/ns#Tree> ; rdfs:label {text} ;\n"
            "  <https://trees.example/ns#standsIn> h:g .\n"
            f"h:g a <https://trees.example/ns#Garden> ; rdfs:label {quoted('G ' + EVERYTHING)} .\n"
            f"<https://trees.example/ns#standsIn> rdfs:label {text} .\n"
            f"<https://trees.example/ns#Tree> rdfs:label {text} .\n"
            f"h:d a dcat:Dataset ; dct:title {text} ; dct:creator h:a ; dct:publisher h:a ;\n"
            f"  dct:issued {text} ;\n"
            f"  dct:license {text} ; <http://www.w3.org/2002/07/owl#versionInfo> {text} .\n"
        )
    (folder / "ontology" / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ns: <https://trees.example/ns#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        f"ns:TreeShape a sh:NodeShape ; sh:targetClass ns:Tree ; rdfs:label {text} ;\n"
        f"  sh:property [ sh:path ns:note ; sh:minCount 2 ; sh:message {text} ; sh:name {text} ;\n"
        f"    sh:description {text} ; sh:group ns:group ; sh:order 1 ] ;\n"
        f'  sh:property [ sh:path rdfs:comment ; sh:pattern "^a$" ; sh:message {text} ;\n'
        "    sh:severity sh:Warning ] .\n"
        f"ns:group a sh:PropertyGroup ; rdfs:label {text} ; sh:order 1 .\n"
    )
    name = re.sub("[/\x00]", "", "x " + EVERYTHING)
    while len(name.encode()) > 240:
        name = name[:-1]
    (folder / f"{name}.ttl").write_text(
        '@prefix a: <x:> .   a:s   a:p  """\n::stop-commands::zq9\n\x1b]0;x\x07""" .'
    )
    (folder / f"{name}-bad.ttl").write_text("<x:s> <x:p>")
    (folder / "a.ttl").write_text("<x:s> <x:p> 1 .\n")
    return folder


Say = Callable[..., tuple[int, bytes, bytes]]


@pytest.fixture
def say(planted: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Say:
    monkeypatch.chdir(planted)

    def run(*words: str) -> tuple[int, bytes, bytes]:
        code = main(list(words))
        return code, *capfdbinary.readouterr()

    return run


def odd_names() -> list[str]:
    """The files of hostile names, in the folder that one stands in."""
    return sorted(path.name for path in Path().glob("x *.ttl"))


SHAPES = ("--shapes", "ontology/shapes.ttl")
PERSON = [
    ["query"],
    ["query", "-f", "markdown"],
    ["query", "trees"],
    ["query", "trees", "-f", "markdown"],
    ["query", "trees", "--help"],
    ["query", "trees", "--cite"],
    ["query", "trees", "--garden", EVERYTHING.replace("\x00", "")],
    ["query", "trees", f"--{EVERYTHING}"],
    ["query", EVERYTHING],
    [EVERYTHING],
    ["--help"],
    ["search", "--help"],
    ["search", "zq9"],
    ["sparql", "SELECT ?s ?l { ?s rdfs:label ?l }"],
    ["sparql", "SELECT ?s ?l { ?s rdfs:label ?l }", "-f", "markdown"],
    ["sparql", EVERYTHING],
    ["sparql", "ASK {", "-vv"],
    ["sparql", "ASK {}", "--layer", EVERYTHING],
    ["sparql", "ASK {}", "--engine", EVERYTHING],
    ["sparql", "-i", EVERYTHING.replace("\x00", "")],
    ["show", "https://trees.example/id/h/a"],
    ["show", "https://trees.example/id/h/g", "-v"],
    ["show", EVERYTHING],
    ["show", "tree:oak"],
    ["why", "https://trees.example/id/h/a"],
    ["why", "https://trees.example/id/h/a", "neighbour"],
    ["why", "tree:oak", EVERYTHING],
    ["cite"],
    ["cite", "https://trees.example/id/h/a"],
    ["stats"],
    ["stats", "-v"],
    ["coverage", "--source", "source.txt"],
    ["coverage", "--class", "ns:Tree"],
    ["test"],
    ["test", "--source", "source.txt"],
    ["reanchor", "source.txt", "a.ttl"],
    ["reanchor", EVERYTHING.replace("\x00", ""), "--accept", EVERYTHING],
    ["validate", *SHAPES],
    ["validate", *SHAPES, "-v", "--severity", "warning"],
    ["load"],
    ["passage", EVERYTHING, "--source", "source.txt"],
    ["export", "--thing", EVERYTHING],
    ["import", EVERYTHING.replace("\x00", ""), "--mapping", EVERYTHING.replace("\x00", "")],
    ["convert", "a.ttl", "-f", EVERYTHING],
    ["ping", "--endpoint", EVERYTHING],
    ["push", "--endpoint", f"http://127.0.0.1:9/{EVERYTHING}"],
    ["diff", EVERYTHING, "a.ttl"],
    ["-C", EVERYTHING.replace("\x00", ""), "query", "-vv"],
]


@pytest.mark.parametrize("words", PERSON, ids=lambda words: " ".join(words).replace(EVERYTHING, "…")[:40])
def test_what_a_person_is_told_commands_nothing(say: Say, words: list[str]) -> None:
    code, out, err = say(*words)
    assert code in (0, 1, 2, 3, 4), err.decode()
    assert faults(out) == [] and faults(err) == []


@pytest.mark.parametrize(
    "words",
    [["fmt", "--check"], ["validate", *SHAPES], ["convert"], ["diff", "a.ttl"],
     ["diff", "-f", "markdown", "a.ttl"], ["-v", "validate", "--no-meta", "--shapes"]],
    ids=" ".join,
)  # fmt: skip
def test_files_of_hostile_names_are_told_safely(say: Say, words: list[str]) -> None:
    names = odd_names()
    assert names
    for name in names:
        code, out, err = say(*words, name)
        assert code in (0, 1, 2, 3) and (words == ["convert"] or faults(out) == []) and faults(err) == []


def test_formatting_is_told_safely(say: Say, planted: Path, tmp_path: Path) -> None:
    good = next(name for name in odd_names() if "-bad" not in name)
    shutil.copy(planted / good, tmp_path)
    code, out, err = say("fmt", str(tmp_path))
    assert code == 0 and b"Formatted" in out + err and faults(err) == []


def parsed(form: str, text: str) -> object:
    if form in ("xml", "junit"):
        return ElementTree.fromstring(text)
    return json.loads(text)


REPORTS = [
    ["query", "trees", "-f", "json"],
    ["query", "trees", "-f", "xml"],
    ["stats", "-f", "json"],
    ["show", "https://trees.example/id/h/a", "-f", "json"],
    ["why", "https://trees.example/id/h/a", "-f", "json"],
    ["coverage", "--source", "source.txt", "-f", "json"],
    ["validate", *SHAPES, "-f", "json"],
    ["validate", *SHAPES, "-f", "sarif"],
    ["validate", *SHAPES, "-f", "junit"],
    ["cite", "-f", "csl-json"],
]


@pytest.mark.parametrize("words", REPORTS, ids=lambda words: " ".join(words)[:40])
def test_reports_for_programs_are_well_formed_and_command_nothing(say: Say, words: list[str]) -> None:
    if words[-1] == "xml":  # XML 1.0 cannot hold every control
        code, out, err = say(*words)
        assert code == 2 and out.count(b"::") == 0 and faults(err) == []
        return
    code, out, err = say(*words)
    assert code in (0, 1)
    assert parsed(words[-1], out.decode()) is not None
    assert MARK in out.decode() or words[0] in ("coverage", "stats")
    assert [each for each in faults(out) if "stranger" not in each] == [] and faults(err) == []


def test_annotations_are_one_line_each(say: Say) -> None:
    code, out, err = say("validate", *SHAPES, "-f", "github")
    lines = out.decode().split("\n")[:-1]
    assert code == 1 and faults(err) == [] and len(lines) >= 2
    for line in lines:
        assert re.match("::(error|warning|notice) (file|title)=[^:]*::", line)
        assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u202e]", line) and "##[" not in line


@pytest.mark.parametrize("form", ["turtle", "csv", "tsv", "ntriples", "bibtex"])
def test_data_for_programs_stay_exact(say: Say, form: str) -> None:
    words = {
        "turtle": ["validate", *SHAPES, "-f", "turtle"],
        "bibtex": ["cite", "-f", "bibtex"],
        "ntriples": ["export", "-f", "ntriples"],
    }
    code, out, err = say(*words.get(form, ["sparql", "SELECT ?l { ?s rdfs:label ?l }", "-f", form]))
    assert code in (0, 1) and faults(err) == []
    assert out.decode("utf-8")
    if form == "csv":
        import csv

        assert [EVERYTHING] in list(
            csv.reader(out.decode().split("\r\n"), strict=True)
        ) or EVERYTHING in out.decode()
    if form == "bibtex":
        assert faults(out) == []


def test_a_page_of_html_is_text(say: Say) -> None:
    _, out, _ = say("coverage", "--class", "ns:Tree", "-f", "html")
    assert b"<script" not in out and b"<img" not in out
    assert [each for each in faults(out) if "stranger" not in each] == []


def test_a_notebook_and_a_prompt_show_text(planted: Path) -> None:
    from ogdkg import open_graph

    graph = open_graph(planted)
    thing = graph["https://trees.example/id/h/a"]
    answer: Any = graph.sparql("SELECT ?s ?l { ?s rdfs:label ?l }")
    views: list[Any] = [
        thing,
        answer,
        answer.cited(),
        graph.queries,
        graph.search("zq9"),
        graph.stats(),
        answer[0],
    ]
    views += [
        graph.show(thing.iri),
        graph.why(thing.iri),
        graph.sparql("CONSTRUCT WHERE { ?s rdfs:label ?l }"),
    ]
    for view in views:
        html = view._repr_html_()
        assert "<script" not in html and "<img" not in html and faults(html.encode()) == []
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202e\u2028]", repr(view))
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]", str(view))
    for shown in (str(thing), str(graph), repr(graph)):
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202e\u2028]", shown)


# -- a terminal, completion, and the doors themselves ------------------------------------


def on_a_terminal(*words: str, cwd: Path, **variables: str) -> bytes:
    """What a terminal gets of a command."""
    reader, writer = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ogdkg", *words],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=writer,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "200", **variables},
    )
    os.close(writer)
    told = terminals.all_of(reader)
    process.wait(timeout=60)
    return told


@pytest.mark.parametrize("form", ["csv", "table"])
def test_data_on_a_terminal_command_nothing(planted: Path, form: str) -> None:
    told = on_a_terminal("sparql", "SELECT ?s ?l { ?s rdfs:label ?l }", "-f", form, cwd=planted)
    text = re.sub(rb"\x1b\]8;;(https?://[!-~]*)?\x1b\\|\x1b\[[012]m", b"", told).replace(b"\r\n", b"\n")
    assert MARK.encode() in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2028]", text.decode())


def test_completions_are_words_that_a_shell_cannot_mistake(
    planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {
        **{"_OGDKG_COMPLETE": "bash_complete", "COMP_CWORD": "4"},
        "COMP_WORDS": "ogdkg query trees --garden ",
    }
    done = subprocess.run(
        [sys.executable, "-m", "ogdkg"],
        cwd=planted,
        env={**os.environ, **said},
        capture_output=True,
        check=False,
    )
    assert done.stdout.decode().split("\n")[:-1]
    for line in done.stdout.decode().split("\n")[:-1]:
        assert line.startswith("plain,") and faults(line.encode()) == []


@pytest.mark.parametrize("kind", ["9", "33", "37", "42", "63", "64", ""])
def test_bash_quotes_what_it_completes(kind: str, tmp_path: Path, ogdkg: Run) -> None:
    """A label like `;touch x` would run once Enter is pressed; bash is asked what it would take each for."""
    labels = [";touch${IFS}RAN", "a*", "b c", "$(touch RAN)", "`touch RAN`", "~", "!!", "{a,b}", "#x", "a'"]
    things = (f'<urn:{place}> rdfs:label "{label}" .' for place, label in enumerate(labels))
    prefix = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    (tmp_path / "things.ttl").write_text(prefix + "\n".join(things))
    (tmp_path / "ogdkg.toml").write_text("[[layer]]\nname = 'l'\nfiles = ['things.ttl']\n")
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "q.rq").write_text("#+ params: {x: {values: v}}\nSELECT * { ?s ?p ?_x_iri }")
    (tmp_path / "queries" / "v.rq").write_text("SELECT ?s { ?s ?p ?o }")
    asked = {"COMP_WORDS": "ogdkg query q --x ", "COMP_TYPE": kind, "_OGDKG_COMPLETE": "bash_complete"}
    words = [line.removeprefix("plain,") for line in ogdkg(cwd=tmp_path, **asked).stdout.splitlines()]
    script = "".join(f"printf '<%s>' {word}\necho\n" for word in words)
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert sorted(done.stdout.splitlines()) == sorted(f"<{label}>" for label in labels)
    assert not (tmp_path / "RAN").exists()


def test_a_file_s_name_that_is_not_utf_8(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    file = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.ttl")
    Path(file).write_text("<urn:a> a <urn:T> .\n")
    shapes = tmp_path / "s.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ;"
        " sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .\n"
    )
    for form in ("text", "json", "sarif"):
        assert main(["validate", file, "--shapes", str(shapes), "-f", form]) == 1
        out, _ = capfdbinary.readouterr()
        text = out.decode("utf-8")
        assert "caf%E9.ttl" in text if form == "sarif" else "caf\\" in text
        if form in ("json", "sarif"):
            json.dumps(json.loads(text), ensure_ascii=False).encode()
    assert main(["fmt", file]) == main(["diff", file, file]) == 0
    assert main(["convert", file, "-", "-f", "nosuch"]) == 2


def test_a_bug_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from ogdkg.cli import main as module

    def broken(**words: object) -> None:
        raise RuntimeError(EVERYTHING)

    monkeypatch.setattr(module.cli, "main", broken)
    for words in ([], ["-vv"]):
        assert main(words) == 70
        assert faults(capfdbinary.readouterr().err) == []


def _sources() -> Iterator[Path]:
    return (Path(cli_output.__file__).parent).rglob("*.py")


def test_nothing_is_said_but_through_the_doors() -> None:
    """`click.echo`, `print` and the streams stand where the doors are, and nowhere else."""
    doors = {"messages.py", "output.py"}
    sources = list(_sources())
    assert {path.name for path in sources} >= doors
    for path in sources:
        text = path.read_text(encoding="utf-8")
        if path.name not in doors:
            assert not re.search(
                r"click\.(echo|secho|style|progressbar|confirm|prompt|echo_via_pager)\b", text
            ), path
            assert not re.search(r"\bprint\(|std(out|err)\.(write|buffer)|print_exc", text), path
    for path in (Path(escape.__file__).parent).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        # A process that crashed is told of before `cli` could be read, in words of ours alone.
        if path.name != "__main__.py" and "cli" not in path.parts and "validation" not in path.parts:
            assert not re.search(r"(?<!>>> )\bprint\(|std(out|err)\.(write|buffer)|print_exc", text), path


def test_help_of_every_command_is_clean() -> None:
    from ogdkg.cli.main import COMMANDS, cli

    for name in COMMANDS:
        assert faults(CliRunner().invoke(cli, [name, "--help"]).output.encode()) == []


@pytest.mark.parametrize("answer", ["redirect", "refusal", "nonsense", "other rows"])
def test_what_a_server_answers_is_told_safely(say: Say, answer: str) -> None:
    head = {"redirect": "302 Found", "refusal": "400 Bad Request"}.get(answer, "200 OK")
    said = EVERYTHING.replace("\x00", "")
    rows = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": said}}]}}
    body = {"refusal": said, "nonsense": f'{{"head": {{"vars": ["{said}"'}.get(answer, json.dumps(rows))
    location = re.sub("[\r\n]", " ", said) if answer == "redirect" else "/"

    sent = body.encode()
    lines = f"HTTP/1.0 {head}\r\nContent-Type: application/sparql-results+json\r\nLocation: {location}\r\n"
    whole = f"{lines}Content-Length: {len(sent)}\r\n\r\n".encode() + sent
    with serving() as start:
        address = start(lambda handler: handler.raw(whole)).url
        code, out, err = say("sparql", "SELECT ?x { ?x ?y ?z }", "--endpoint", address, "--timeout", "5")
    assert code == 4, err.decode()
    assert faults(out) == [] and faults(err) == []
