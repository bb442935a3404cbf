"""What is said of a broken file: the slip behind it, where it is, and what to do, in every language we read.

Each case is a document as a person, a word processor or git leaves it.
"""

# ruff: noqa: E501, RUF001  # a case a line, and the characters are what it is about

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ogdkg.cli.main import main
from ogdkg.config.config_file import parse_toml, parse_yaml
from ogdkg.errors import InputError
from ogdkg.importing.table import read_table

_E = "@prefix e: <http://e/> .\n"
_MERGED = "<<<<<<< HEAD\n{0}\n=======\n{1}\n>>>>>>> other\n"
_CURLY, _CONFLICT = "a curly quotation mark", "A conflict of a merge"
# Python's names of types and codecs, its bytes, escapes, tuples and exceptions; the grammars of parsers.
_LEAKS = re.compile(
    r"(?<![:\w])b['\"]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\('|Traceback|Error:.*Error:|\bNone\b(?!\.)|codec|\butf-8-sig\b"
    r"|<stream|block end|Expecting|Invalid|\[_\]"
)

TURTLE = {
    "a curly quote": (_E + "e:a e:p “Leif” .", "2:9", _CURLY, 'straight one: "'),
    "a curly quote with a tag": (_E + "e:a e:p „Leif“@de .", "2:9", _CURLY, "straight"),
    "a single curly quote": (_E + "e:a e:p ‘Leif: x’ .", "2:9", _CURLY, "straight one: '"),
    "a curly address": (_E + "e:a e:p “http://x/” .", "2:9", _CURLY, "straight"),
    "a straight and a curly one": (_E + 'e:a e:p "Leif” .\ne:b e:p "y" .', "2:9", _CURLY, "straight"),
    "a conflict": (_E + _MERGED.format("e:a e:p 1 .", "e:a e:p 2 ."), "2:1", _CONFLICT, "Keep one side"),
    "a conflict within": (_E + "e:a e:p\n" + _MERGED.format("1 .", "2 ."), "3:1", _CONFLICT, "Keep one"),
    "the base of a conflict": (_E + "e:a e:p 1 .\n||||||| base\n", "3:1", _CONFLICT, "Keep one"),
    "a hash in a name": (_E + "e:a#pos e:p 1 .\ne:b e:p 2 .", "3:9", "e:a ends at the # in line 2", "e:a\\#pos"),
    "a hash in an object": (_E + "e:a e:p e:x#y ;\n e:q 1 .", "3:2", "e:x ends at the # in line 2", "e:x\\#y"),
    "no semicolon": (_E + "e:a e:p 1\n  e:q 2 .", "3:3", "a semicolon or a full stop, not 'e:q'", "end of line 2"),
    "no full stop": (_E + "e:a e:p 1\ne:b e:q 2 .", "3:1", "a semicolon or a full stop", "end of line 2"),
    "no last full stop": (_E + "e:a e:p 1", "2:10", "ends where a semicolon or a full stop", "full stop"),
    "a known prefix": (_E + "e:a foaf:name 1 .", "2:5", "foaf: is not declared", "@prefix foaf: <http://xmlns.com/"),
    "a misspelt prefix": (_E.replace("e:", "ex:") + "exx:a ex:p 1 .", "2:1", "exx: is not declared", "'ex'"),
    "an address": (_E + "e:a e:p http://x/y .", "2:9", "without < and >", "Write <http://x/y>"),
    "a tab in an IRI": (_E + "e:a e:p <http://x/\ty> .", "2:9", "holds a tab", "%09"),
    "a blank in an IRI": (_E + "e:a e:p <http://x/a y> .", "2:9", "holds a blank", "%20"),
    "two hashes in an IRI": (_E + "e:a e:p <http://x/#a#b> .", "2:9", "holds '#' where it may not", "percent-encode"),
    "a percent sign in an IRI": (_E + "e:a e:p <http://x/%z> .", "2:9", "'%z', which is no escape", "%25"),
    "an open IRI": (_E + "e:a e:p <http://x/a .\ne:b e:p 1 .", "2:9", "This IRI is not closed", "Write >"),
    "a no-break space": (_E + "e:a\xa0e:p 1 .", "2:4", "a no-break or wide space, U+00A0", "plain blank"),
    "an indent of no-break spaces": (_E + "e:a e:p 1 ;\n\xa0\xa0e:q 2 .", "3:1", "U+00A0", "plain blank"),
    "a character that nobody sees": (_E + "e:a e:p \u200b1 .", "2:9", "nobody sees, U+200B", "Take it out"),
    "an open string": (_E + 'e:a e:p "abc .\ne:b e:p "d" .', "2:9", "not closed in its line", 'Write "'),
    "an open long string": (_E + 'e:a e:p """abc .\ne:b e:p 1 .', "2:9", "nothing ends it", 'Write """'),
    "a quote within": (_E + 'e:a e:p "say "hi" now" .', "2:15", "begins in line 2, column 9, ends", '\\"'),
    "a dash": (_E + "e:a e:p –5 .", "2:9", "a dash that is no hyphen, – (U+2013)", "plain hyphen"),
    "a dash between years": (_E + "e:a e:p 2020–21 .", "2:13", "a dash that is no hyphen", "plain hyphen"),
    "a dash in a name": (_E + "e:a e:p e:b—c .", "2:12", "a dash that is no hyphen", "plain hyphen"),
    "prefix with a full stop": ("prefix e: <http://e/> .\n", "1:23", "PREFIX without @ takes no full", "@prefix"),
    "@PREFIX": ("@PREFIX e: <http://e/> .\n", "1:1", "no directive '@PREFIX'", "Write @prefix"),
    "a misspelt directive": ("@prefx e: <http://e/> .\n", "1:1", "no directive '@prefx'", "Write @prefix"),
    "a directive without a stop": ("@prefix e: <http://e/>\ne:a e:p 1 .", "2:1", "a full stop", "end of line 1"),
    "a prefix without a colon": ("@prefix e <http://e/> .", "1:9", "prefix e has no colon", "Write e:"),
    "a namespace in quotes": ('@prefix e: "http://e/" .', "1:12", "an IRI", "<http://e/>"),
    "a bare namespace": ("@prefix e: http://e/ .", "1:12", "an IRI", "<http://e/>"),
    "a graph": (_E + "e:g { e:a e:p 1 }", "2:5", "Turtle has no named graphs", ".trig"),
    "a word": (_E + "e:a e:p Leif .", "2:9", "an object, not 'Leif'", '"Leif"'),
    "True": (_E + "e:a e:p True .", "2:9", "an object, not 'True'", "true"),
    "an underscore in a tag": (_E + 'e:a e:p "x"@en_US .', "2:15", "no underscore", "@en-US"),
    "a backslash": (_E + r'e:a e:p "C:\Users" .', "2:9", r"sequence \U stands", r"Write \\"),
    "a web page": ("<!DOCTYPE html>\n<html></html>", "1:1", "This is HTML, not Turtle", "page"),
    "RDF/XML": ('<?xml version="1.0"?>\n<rdf:RDF/>', "1:1", "This is XML, not Turtle", ".rdf"),
    "JSON-LD": ('{"@id": "http://x/"}', "1:1", "This is JSON, not Turtle", ".jsonld"),
    "an open bracket": (_E + "e:a e:p [ e:q 1 .\n", "2:17", "The [ in line 2, column 9, is not closed", "]"),
    "an open collection": (_E + "e:a e:p ( 1 2 .\n", "2:15", "The ( in line 2, column 9, is not closed", ")"),
    "the wrong bracket": (_E + "e:a e:p ( 1 ] .\n", "2:13", "The ( in line 2, column 9, is not closed", ")"),
    "a bracket too many": (_E + "e:a e:p 1 ] .", "2:11", "] closes nothing", "Take it out"),
    "a text as subject": (_E + '"x" e:p 1 .', "2:1", "a subject, not '\"x\"'", "Only an object"),
    "another language's comment": (_E + "e:a e:p 1 . // note", "2:13", "a comment begins with #", "#"),
    "a full-width semicolon": (_E + "e:a e:p 1 ； e:q 2 .", "2:11", "only looks like ;", "Write ;"),
    "a slash in a name": (_E + "e:a/b e:p 1 .", "2:4", "e:a ends before /", r"e:a\/"),
    "a mailbox without mailto": (_E + "e:a e:p <office@example.org> .\n", "2:9", "relative", "<mailto:office@example.org>"),
    "a page without https": (_E + "e:a e:p <www.example.org/a> .\n", "2:9", "relative", "<https://www.example.org/a>"),
}  # fmt: skip
TRIG = {
    "no brace at the end": (_E + "e:g {\n e:a e:p 1 .\n", "4:1", "The graph e:g, opened in line 2,", "at the end"),
    "no brace between": (_E + "e:g {\n e:a e:p 1 .\n\ne:h { }", "5:5", "graph e:g, opened in line 2", "before"),
    "no brace, no stop": (_E + "e:g {\n e:a e:p 1\n\ne:h { }", "5:1", "graph e:g, opened in line 2", "before"),
    "no brace before GRAPH": (_E + "GRAPH e:g {\n\nGRAPH e:h { }", "4:1", "graph e:g, opened in line 2", "}"),
    "no brace before a prefix": (_E + "e:g {\n@prefix f: <x:> .", "3:1", "e:g, opened in line 2", "}"),
    "no brace of the unnamed graph": (_E + "{\n e:a e:p 1 .\n", "4:1", "graph without a name, opened", "}"),
    "a brace too many": (_E + "e:g { e:a e:p 1 } }\n", "2:19", "} closes nothing: no graph", "Take it out"),
    "GRAPH twice": (_E + "GRAPH GRAPH e:g { }", "2:7", "GRAPH stands here twice", "GRAPH name"),
    "a full stop behind a graph": (_E + "e:g { e:a e:p 1 } .", "2:19", "no full stop behind its }", "out"),
    "an equals sign": (_E + "e:g = { e:a e:p 1 }", "2:5", "Here stands a =", "Take the = out"),
}  # fmt: skip
JSON = {
    "a curly quote": ('{"@id": “http://x/”}', "1:9", _CURLY, "straight"),
    "a conflict": ("{\n" + _MERGED.format('"a": 1', '"a": 2') + "}", "2:1", _CONFLICT, "Keep one"),
    "a last comma": ('{"@id": "http://x/",\n}', "1:20", "one too many", "no member follows"),
    "no comma": ('{"@id": "http://x/"\n "http://e/p": 1}', "2:2", "A comma is missing", ","),
    "no colon": ('{"@id" "http://x/"}', "1:8", "A colon is missing", ":"),
    "a comment": ('{"@id": "http://x/" // note\n}', "1:21", "JSON has no comments", "out"),
    "an open string": ('{"@id": "http://x/', "1:9", "string is not closed", '"'),
    "an open object": ('{\n"@id": "http://x/"', "2:19", "The { in line 1 is not closed", "}"),
    "single quotes": ("{'@id': 'http://x/'}", "1:2", "straight double quotation marks", '"'),
    "a no-break space": ('{\xa0"@id": "http://x/"}', "1:2", "U+00A0", "plain blank"),
    "True": ('{"http://e/p": True}', "1:16", "no word True", "true"),
    "None": ('{"http://e/p": None}', "1:16", "no word", "null"),
    "NaN": ('{"http://e/p": NaN}', "1:16", "no number NaN", "text"),
    "a tab in a string": ('{"http://e/p": "a\tb"}', "1:18", "control character", r"\t"),
    "a backslash": (r'{"http://e/p": "C:\Users"}', "1:19", "escape sequence", r"Write \\"),
    "nothing": ("", "1:1", "empty", "{}"),
    "two documents": ('{"@id": "http://x/"}\n{"@id": "http://y/"}', "2:1", "A second value", "[ … ]"),
    "Turtle": (_E + "e:a e:p 1 .", "1:1", "This is Turtle, not JSON", ".ttl"),
}  # fmt: skip
SPARQL = {
    "a curly quote": ("SELECT * { ?s ?p “x” }", "1:18", _CURLY, "straight"),
    "a conflict": ("SELECT * {\n" + _MERGED.format("?s ?p 1", "?s ?p 2") + "}", "2:1", _CONFLICT, "Keep one"),
    "a no-break space": ("SELECT * { ?s\xa0?p ?o }", "1:14", "U+00A0", "plain blank"),
    "a dash": ("SELECT * { ?s ?p ?o FILTER(?o = 3 – 2) }", "1:35", "no hyphen", "hyphen"),
    "an unequal sign": ("SELECT * { ?s ?p ?o FILTER(?o ≠ 1) }", "1:31", "looks like !=", "!="),
    "an open brace": ("SELECT * {\n ?s ?p ?o .\n", "2:12", "The { in line 1, column 10, is not closed", "}"),
    "an open parenthesis": ("SELECT * { ?s ?p ?o FILTER(?o > 2 }", "1:35", "The ( in line 1, column 27", ")"),
    "a brace too many": ("SELECT * { ?s ?p ?o }}", "1:22", "} closes nothing", "out"),
    "an open string": ('SELECT * { ?s ?p "x }', "1:18", "not closed in its line", '"'),
    "a quote within": ('SELECT * { ?s ?p "x "y" }', "1:22", "begins in line 1, column 18, ends here", '\\"'),
    "no full stop": ("SELECT * {\n ?s ?p ?o\n ?s ?q ?r }", "3:2", "a full stop or a semicolon", "end of line 2"),
    "a misspelt keyword": ("SELECT ?s WHER { ?s ?p ?o }", "1:11", "no word WHER", "WHERE"),
    "a misspelt form": ("SELCT ?s { ?s ?p ?o }", "1:1", "no word SELCT", "SELECT"),
    "GRAPH twice": ("SELECT * { GRAPH GRAPH ?g { } }", "1:18", "GRAPH stands here twice", "out"),
    "ORDER alone": ("SELECT ?s { ?s ?p ?o } ORDER ?s", "1:30", "ORDER is followed by BY", "ORDER BY"),
    "commas": ("SELECT ?s, ?p { ?s ?p ?o }", "1:10", "no commas", "blanks"),
    "@prefix": ("@prefix e: <http://e/> .\nASK { e:a e:p 1 }", "1:1", "no @prefix", "PREFIX"),
    "a stop behind PREFIX": ("PREFIX e: <http://e/> .\nASK { e:a e:p 1 }", "1:23", "no full stop", "out"),
    "a known prefix": ("SELECT ?s { ?s foaf:name ?o }", "1:16", "foaf: is not", "<http://xmlns.com/foaf/0.1/>"),
    "an address": ("SELECT * { ?s http://e/p ?o }", "1:15", "without < and >", "<http://e/p>"),
    "a tab in an IRI": ("SELECT * { ?s <http://e/a\tb> ?o }", "1:15", "holds a tab", "%09"),
    "no group": ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", "1:8", "not grouped", "GROUP BY ?s"),
    "no name": ("SELECT COUNT(?o) { ?s ?p ?o }", "1:8", "without a name", "AS ?name"),
    "two equals signs": ("SELECT * { ?s ?p ?o FILTER(?o == 1) }", "1:31", "no ==", "="),
    "AND": ("SELECT * { ?s ?p ?o FILTER(?o > 1 AND ?o < 3) }", "1:35", "no word AND", "&&"),
    "an unknown function": ("SELECT (CONCATT(1) AS ?x) {}", "1:9", "no function CONCATT", "CONCAT"),
    "a custom function": ("SELECT (<http://f/g>(1) AS ?x) {}", "1:9", "no function <http://f/g>", "SPARQL"),
    "a custom aggregate": ("SELECT (<x:f>(DISTINCT ?o) AS ?n) { ?s ?p ?o }", "1:9", "no aggregate", "COUNT"),
    "BIND twice": ("SELECT * { ?s ?p ?o BIND(1 AS ?o) }", "1:31", "has one already", "new name"),
    "a hash in a name": ("PREFIX e: <http://e/> ASK { e:a#b ?p ?o }", "1:32", "e:a ends at the #", r"e:a\#b"),
    "a semicolon at the end": ("SELECT * { ?s ?p ?o };", "1:22", "no ; behind it", "out"),
    "a web page": ("<!DOCTYPE html>", "1:1", "This is HTML, not SPARQL", "page"),
    "a mailbox without mailto": ("SELECT * { ?x ?p <office@example.org> }", "1:18", "relative", "<mailto:office@example.org>"),
}  # fmt: skip
TOML = {
    "a curly quote": ("[project]\nname = “x”\n", "2:8", _CURLY, "straight"),
    "a straight and a curly one": ('[project]\nname = "x”\n', "2:8", _CURLY, "straight"),
    "a conflict": ("[project]\n" + _MERGED.format('name = "x"', 'name = "y"'), "2:1", _CONFLICT, "Keep one"),
    "an open string": ('[project]\nname = "x\n', "2:8", "not closed in its line", '"'),
    "an open table": ('[project\nname = "x"\n', "1:9", "header of this table is not closed", "]"),
    "an open array": ('[[layer]]\nfiles = ["a"\nname = "x"\n', "3:1", "The [ in line 2 is not closed", "]"),
    "no quotes": ("[project]\nname = x\n", "2:8", "'x' is not a value", '"x"'),
    "True": ("a = True\n", "1:5", "no word True", "true"),
    "a no-break space": ('name\xa0= "x"\n', "1:5", "U+00A0", "plain blank"),
    "a colon": ('[project]\nname: "x"\n', "2:5", "= between a key and its value", "KEY = VALUE"),
    "a key twice": ('name = "x"\nname = "y"\n', "2:11", "'name' stands here twice", "into one"),
    "a table twice": ("[project]\n[project]\n", "2:9", "The table [project] stands here twice", "into one"),
    "a backslash": ('name = "C:\\Users"\n', "1:13", "escape sequence", r"Write \\"),
    "a dash in a key": ('leave–out = ["x"]\n', "1:6", "no hyphen", "hyphen"),
    "no value": ("name =\n", "1:7", "value is missing", '""'),
    "JSON": ('{"project": 1}', "1:1", "This is JSON, not TOML", "KEY = VALUE"),
}  # fmt: skip
YAML = {
    "a straight and a curly one": ('summary: "x”\n', "1", _CURLY, "straight"),
    "a conflict": ("a: 1\n" + _MERGED.format("b: 1", "b: 2"), "2", _CONFLICT, "Keep one"),
    "a tab": ("a: 1\n\tb: 2\n", "2", "a tab", "blanks"),
    "a colon in a text": ("summary: a: b\n", "1", "a colon and a blank", "quotation marks"),
    "no blank": ("summary:a\ntags: [b]\n", "1", "blank is missing behind the colon", "KEY: VALUE"),
    "an equals sign": ("summary = x\ntags: [b]\n", "1", "a colon between a key and its value", "KEY: VALUE"),
    "an open string": ('summary: "a\ntags: [b]\n', "1", "not closed", "same quotation mark"),
    "an open list": ("tags: [b\nsummary: a\n", "1", "The [ is not closed", "]"),
    "an indent": ("summary: a\n  tags: b\n", "2", "does not stand where its neighbours do", "Indent"),
    "an at": ("summary: @x\n", "1", "does not begin with @", "quotation marks"),
    "a dash": ("tags:\n– a\n", "2", "no hyphen", "hyphen"),
    "a backslash": ('summary: "C:\\Users"\n', "1", "escape sequence", r"Write \\"),
    "a date that is none": ("a: 2020-99-99\n", "1", "'2020-99-99' is neither a date", "quotation marks"),
}  # fmt: skip
TABLES = {
    "a conflict": ("a,b\n" + _MERGED.format("1,2", "1,3"), "2:1", _CONFLICT, "Keep one"),
    "an open cell": ('a,b\n1,2\n"x,y\n', "3", "is not closed", "where the cell ends"),
    "text behind a cell": ('a,b\n"x"y,2\n', "2", "closing quotation mark", '""'),
    "curly quotes": ("a,b\n“x, y”,2\n", "2", "3 cells, the header 2", "straight one"),
    "a comma": ("a,b\nx, y,2\n", "2", "3 cells, the header 2", "between quotation marks"),
    "a misspelt column": ("aa,b\n1,2\n", "1", "no column 'a'", "misspelling"),
}  # fmt: skip


class Case(NamedTuple):
    """A row of a table: what is read, and where and in which words its fault is told, with what to do."""

    text: str
    place: str
    words: str
    hint: str


# The name that the text is read under, which tells its language.
CASES = {
    (file, name): Case(*row)
    for file, table in {
        "f.ttl": TURTLE,
        "f.trig": TRIG,
        "f.jsonld": JSON,
        "query": SPARQL,
        "f.toml": TOML,
        "f.yaml": YAML,
        "f.csv": TABLES,
    }.items()
    for name, row in table.items()
}


@pytest.mark.parametrize(("file", "name"), CASES)
def test_a_slip_is_told_with_its_place_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, file: str, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    case = CASES[file, name]
    said = _told(file, case.text, capsys)
    first, *more = said.splitlines()
    assert first.startswith(f"{file}:{case.place}: "), said
    assert case.words in first, said
    assert case.hint in "\n".join(more), said
    assert not _LEAKS.search(said), said


def _told(file: str, text: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of a text by the command or the function that reads its language."""
    if file in _PARSERS:
        with pytest.raises(InputError) as caught:
            _PARSERS[file](text, file)
        return str(caught.value)
    Path("good.nt").write_text('<x:b> <x:p> "b" .\n')
    is_query = file == "query"
    if not is_query:
        Path(file).write_text(text)
    command = ["sparql", "--data", "good.nt", text] if is_query else ["convert", file, "-", "-f", "nq"]
    assert main(command) == 3
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.removeprefix("Error: ")


def _read_table(text: str, file: str) -> object:
    Path(file).write_text(text)
    return read_table(Path(file), ["a"])


_PARSERS: dict[str, Callable[[str, str], object]] = {
    "f.toml": parse_toml,
    "f.yaml": parse_yaml,
    "f.csv": _read_table,
}
