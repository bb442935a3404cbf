"""`ogdkg validate`, as a person and a program use it."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT, Run

DATA = "<http://e/a> a <http://e/C> ; <http://e/n> 5 .\n"
SH = "PREFIX sh: <http://www.w3.org/ns/shacl#>\n"
CROSSED = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9))
SHAPES = (
    SH
    + """<http://e/S> a sh:NodeShape ; sh:targetClass <http://e/C> ;
  sh:property <http://e/P> .
<http://e/P> a sh:PropertyShape ; sh:path <http://e/n> ; sh:maxInclusive 3 .
<http://e/Other> a sh:NodeShape ; sh:targetClass <http://e/C> ; sh:nodeKind sh:BlankNode ; sh:severity
sh:Info .
"""
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("validate")
    files = {
        "d/data.ttl": DATA,
        "shapes.ttl": SHAPES,
        "broken.ttl": "<http://e/a> a\n  <http://e/C> ; ; .\n<",
        "data.xyz": DATA,
        "ring.ttl": f"{SH}<http://e/S> a sh:NodeShape ; sh:node <http://e/S> .",
        "ill.ttl": f"{SH}<http://e/S> a sh:NodeShape ; sh:minLength 1, 2 .",
        "endless.ttl": f'{SH}<http://e/S> a sh:NodeShape ; sh:targetSubjectsOf <http://e/t> ; '
        'sh:property [ sh:path <http://e/t> ; sh:pattern "^(a+)+$" ] .',
        "path.ttl": f"{SH}\n<http://e/S> sh:property [ sh:path _:a ] . _:a sh:inversePath _:a .",
        "quoted.ttl": f'{SH}\n<http://e/S> sh:targetClass <http://e/C> ; sh:property [ sh:path "n" ] .',
        "unmet.ttl": f"{SH}\n<http://e/S> a sh:NodeShape ; sh:targetClass <http://e/C> ; sh:condition 1 .",
        "list.ttl": f"{SH}\n<http://e/S> sh:targetClass <http://e/C> ; sh:or <http://e/no> .",
        "regex.ttl": f'{SH}<http://e/S> a sh:NodeShape ; sh:targetClass <http://e/C> ; sh:pattern "(" .',
        "sparql.ttl": f'{SH}<http://e/S> sh:targetClass <http://e/C> ; sh:sparql [ sh:select "S" ] .',
        "service.ttl": f"{SH}<http://e/S> a sh:NodeShape ; sh:targetClass <http://e/C> ; "
        'sh:sparql [ sh:select "SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ] .',
        "crossed.ttl": f"{SH}<http://e/S> sh:targetClass <http://e/C> ; sh:sparql [ "
        f'sh:select "SELECT $this {{ $this ?p ?o . {CROSSED} FILTER(CONCAT(?b0, ?c8) = ?a0) }}" ] .',
        "notarget.ttl": f"{SH}<http://e/S> a sh:NodeShape ; sh:nodeKind sh:IRI .",
        "advanced.ttl": f"{SH}<http://e/S> a sh:NodeShape ; sh:targetClass <http://e/C> ; sh:js [] .",
        "many.ttl": "".join(f"<http://e/a> <http://e/p{n}> {n} .\n" for n in range(200)) + DATA,
        "remote.jsonld": '{"@context": "https://schema.org/", "name": 1}',
        "broken.rdf": "<rdf:RDF>",
        "latin.ttl": '<http://e/a> <http://e/p> "\udcff" .',
        "empty/readme.txt": "no RDF",
        "long.ttl": f'<http://e/a> <http://e/t> "{"a" * 60}é!" .',
    }  # fmt: skip
    for name, text in files.items():
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    return made


def test_a_violation_is_exit_1_and_names_its_line(ogdkg: Run, folder: Path) -> None:
    done = ogdkg("-v", "validate", "d/data.ttl", "--shapes", "shapes.ttl", cwd=folder)
    assert done.returncode == 1
    assert "d/data.ttl:1:44: violation: The value is too large.  [MaxInclusive]\n" in done.stdout
    assert "Prefiltered 2 of 2 shapes" in done.stderr


def test_a_query_with_an_escape_in_an_iri_is_narrowed(ogdkg: Run, folder: Path) -> None:
    select = "SELECT $this ?value WHERE { $this <http://e/\\\\u006E> ?value . FILTER (?value > 3) }"
    (folder / "escaped.ttl").write_text(
        f'{SH}<http://e/S> sh:targetClass <http://e/C> ; sh:sparql [ sh:select "{select}" ] .'
    )
    narrowed = ogdkg("-v", "validate", "d/data.ttl", "--shapes", "escaped.ttl", cwd=folder)
    assert "Prefiltered 1 of 1 shapes" in narrowed.stderr
    assert narrowed.returncode == 1
    whole = ogdkg("validate", "d/data.ttl", "--shapes", "escaped.ttl", "--whole", cwd=folder)
    assert (whole.returncode, whole.stdout) == (narrowed.returncode, narrowed.stdout)


@pytest.mark.parametrize(
    ("arguments", "code", "rules"),
    [
        (("d",), 1, ["MaxInclusive", "NodeKind"]),
        (("d", "--whole"), 1, ["MaxInclusive", "NodeKind"]),
        (("d", "--fail-on", "never"), 0, ["MaxInclusive", "NodeKind"]),
        (("d", "--shape", "http://e/S"), 1, ["MaxInclusive"]),
        (("d", "--shape", "http://e/Other"), 0, ["NodeKind"]),
        (("d", "--shape", "http://e/Other", "--fail-on", "info"), 1, ["NodeKind"]),
        (("d", "--focus", "http://e/a"), 1, ["MaxInclusive", "NodeKind"]),
        (("d", "--no-meta"), 1, ["MaxInclusive", "NodeKind"]),
        (("d", "--severity", "warning"), 1, ["MaxInclusive"]),
        (("d", "--severity", "info", "--fail-on", "info"), 1, ["MaxInclusive", "NodeKind"]),
    ],
)
def test_options(ogdkg: Run, folder: Path, arguments: tuple[str, ...], code: int, rules: list[str]) -> None:
    done = ogdkg("validate", *arguments, "--shapes", "shapes.ttl", "-f", "json", cwd=folder)
    assert done.returncode == code
    assert sorted(finding["rule"] for finding in json.loads(done.stdout)["findings"]) == rules


def test_what_is_not_told_still_counts(ogdkg: Run, folder: Path) -> None:
    asked = ("validate", "d", "--shapes", "shapes.ttl", "--severity", "warning", "-f")
    assert ogdkg(*asked, "text", cwd=folder).stdout.endswith(
        "1 violation in 2 triples; 1 of lower severity omitted.\n"
    )
    assert "sh:Info" in ogdkg(*asked, "turtle", cwd=folder).stdout
    other = (*asked[:-1], "--shape", "http://e/Other", "--fail-on", "info", "-f")
    text, json_ = ogdkg(*other, "text", cwd=folder), ogdkg(*other, "json", cwd=folder)
    assert (text.returncode, json_.returncode) == (1, 1)
    assert text.stdout == "No findings of this severity in 2 triples; 1 of lower severity omitted.\n"
    assert json.loads(json_.stdout)["conforms"] is False


def test_a_file_of_a_project_is_told_to_be_judged_alone(ogdkg: Run) -> None:
    file = "data/reference/services.ttl"
    said = f"{file} is validated alone, without the rest of the project; omit FILES to validate all.\n"
    for given in (file, str(ROOT / file), f"data/../{file}"):
        assert said in ogdkg("validate", given, "docs/example/trees.ttl", cwd=ROOT).stderr
    assert said not in ogdkg("-q", "validate", file, cwd=ROOT).stderr
    assert "alone" not in ogdkg("validate", "docs/example/trees.ttl", cwd=ROOT).stderr


def test_stdin_is_data_too(ogdkg: Run, folder: Path) -> None:
    done = ogdkg("validate", "-", "--shapes", "shapes.ttl", cwd=folder, stdin=DATA)
    assert (done.returncode, "<stdin>:1:44: " in done.stdout) == (1, True)


RDFXML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    '<e:C rdf:about="http://e/a"><e:n rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">5</e:n></e:C>'
    "</rdf:RDF>"
)


def test_stdin_may_be_of_any_format(ogdkg: Run, folder: Path) -> None:
    done = ogdkg("validate", "-", "--from", "rdfxml", "--shapes", "shapes.ttl", cwd=folder, stdin=RDFXML)
    assert (done.returncode, "The value is too large." in done.stdout) == (1, True)


@pytest.mark.parametrize("name", ["packed.ttl.gz", "data.xyz"])
def test_a_file_that_is_packed_or_oddly_named(ogdkg: Run, folder: Path, name: str) -> None:
    (folder / "packed.ttl.gz").write_bytes(gzip.compress(DATA.encode()))
    done = ogdkg("validate", name, "--from", "turtle", "--shapes", "shapes.ttl", "-f", "github", cwd=folder)
    assert done.returncode == 1
    assert f"::error file={name},line=1,col=44,title=MaxInclusive::" in done.stdout


BAD = {
    ("broken.ttl", "--shapes", "shapes.ttl"): (3, "broken.ttl:3:"),
    ("d", "--shapes", "broken.ttl"): (3, "broken.ttl:3:"),
    ("data.xyz", "--shapes", "shapes.ttl"): (3, "data.xyz: The extension is not that of an RDF format."),
    ("nowhere.ttl", "--shapes", "shapes.ttl"): (2, "There is no file nowhere.ttl"),
    ("empty", "--shapes", "shapes.ttl"): (2, "There is no RDF file in the folder empty"),
    ("latin.ttl", "--shapes", "shapes.ttl"): (3, "latin.ttl:1:28: The text is not UTF-8 here"),
    ("broken.rdf", "--shapes", "shapes.ttl"): (3, "broken.rdf:1:1: The prefix rdf: is not declared"),
    ("remote.jsonld", "--shapes", "shapes.ttl"): (
        3,
        'remote.jsonld:1:2: The context "https://schema.org/" is at another address',
    ),
    ("d", "--shapes", "shapes.ttl", "--ontology", "broken.ttl"): (3, "broken.ttl:3:"),
    ("d", "--shapes", "ring.ttl"): (3, "ring.ttl:2:1: The shapes are recursive: <http://e/S> → <http://e/S>"),
    ("d", "--shapes", "ill.ttl"): (3, "ill.ttl:2:44: The shapes are not well-formed at <http://e/S>"),
    ("d", "--shapes", "path.ttl"): (3, "path.ttl:3:44: A path leads to itself"),
    ("d", "--shapes", "quoted.ttl"): (3, "quoted.ttl:3:66: A path is not well-formed."),
    ("d", "--shapes", "advanced.ttl"): (3, "Error: advanced.ttl:2:1: sh:js is not supported."),
    ("d", "--shapes", "list.ttl"): (3, "list.ttl:3:1: A list in the shapes is not well-formed."),
    ("d", "--shapes", "regex.ttl"): (
        3,
        "regex.ttl:2:72: The pattern in sh:pattern does not parse at character 2: a group is not closed.",
    ),
    ("d", "--shapes", "sparql.ttl"): (
        3,
        "sparql.ttl:2:54: The query in sh:select does not parse near line 1, column 2.",
    ),
    ("d", "--shapes", "service.ttl"): (3, "may not use SERVICE"),
    ("many.ttl", "--shapes", "crossed.ttl", "--timeout", "2"): (3, "longer than 2 seconds"),
    ("d", "--shapes", "shapes.ttl", "--timeout", "-1"): (2, "not in the range"),
    ("d", "--shapes", "shapes.ttl", "--layer", "source"): (2, "--layer is for the project's graph"),
    ("d", "--shapes", "shapes.ttl", "--source", "x"): (2, "--source is for the project's graph"),
    ("d", "--shapes", "shapes.ttl", "-o", "nowhere/x"): (3, "nowhere/x cannot be written"),
    ("d", "--shapes", "shapes.ttl", "--shape", "http://e/Othre"): (2, "Did you mean '<http://e/Other>'"),
    ("d", "--shapes", "shapes.ttl", "--focus", "http://e/gone"): (2, "There is no node in the data"),
    ("d", "--shapes", "shapes.ttl", "-f", "pdf"): (2, "'pdf' is not one of"),
    ("long.ttl", "--shapes", "endless.ttl", "--timeout", "2"): (3, "longer than 2 seconds"),
}


@pytest.mark.parametrize(("arguments", "expected"), BAD.items(), ids=lambda value: " ".join(map(str, value)))
def test_bad_input_is_one_sentence(
    ogdkg: Run, folder: Path, arguments: tuple[str, ...], expected: tuple[int, str]
) -> None:
    done = ogdkg("validate", *arguments, cwd=folder)
    assert done.returncode == expected[0]
    assert expected[1] in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_literal_is_no_shape_whatever_names_it(ogdkg: Run, folder: Path) -> None:
    done = ogdkg("validate", "d", "--shapes", "unmet.ttl", "--no-meta", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("shapes", "notice"),
    [
        ("notarget.ttl", "Notice: No shape has a target, so nothing was validated.\n"),
        ("shapes.ttl", ""),
    ],
)
def test_what_is_not_looked_at_is_said(ogdkg: Run, folder: Path, shapes: str, notice: str) -> None:
    assert ogdkg("validate", "d", "--shapes", shapes, "--no-cache", cwd=folder).stderr == notice


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux keeps to `ulimit -v`")
def test_more_data_than_memory_is_one_sentence(folder: Path) -> None:
    validate = [sys.executable, "-m", "ogdkg", "validate", "d", "--shapes", "shapes.ttl", "--no-cache"]
    done = subprocess.run(
        ["sh", "-c", 'ulimit -v 250000; exec "$@"', "sh", *validate],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("Error: The data need more memory than is available.\n")


def test_our_own_graph_conforms(ogdkg: Run, tmp_path: Path) -> None:
    done = ogdkg("validate", "-f", "json", "-o", tmp_path / "report.json", cwd=ROOT)
    assert done.returncode == 0
    findings = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["findings"]
    assert all("line" in finding for finding in findings if "data/" in finding.get("file", ""))
    assert {finding["severity"] for finding in findings} <= {"warning", "info"}


EX = "PREFIX ex: <https://e.example/>\nPREFIX sh: <http://www.w3.org/ns/shacl#>\n"
TARGETED = {
    "a variable called target": (
        "ex:a ex:p ex:t1 ; ex:q ex:bad . ex:t1 a ex:Thing .",
        "sh:targetSubjectsOf ex:p",
        "SELECT $this WHERE { $this ex:q ?target . FILTER NOT EXISTS { ?target a ex:Thing } }",
    ),
    "a count, of a node that is the object of two": (
        "ex:s1 ex:o ex:c . ex:s2 ex:o ex:c . ex:c ex:x 1, 2 .",
        "sh:targetObjectsOf ex:o",
        "SELECT $this WHERE { $this ex:x ?x } GROUP BY $this HAVING (COUNT(?x) < 3)",
    ),
    "a count, of a node with two of the values that it is found by": (
        "ex:a ex:p 1, 2 ; ex:x 1, 2 .",
        "sh:targetSubjectsOf ex:p",
        "SELECT $this WHERE { $this ex:x ?x } GROUP BY $this HAVING (COUNT(?x) < 3)",
    ),
}


@pytest.mark.parametrize("name", TARGETED)
def test_how_a_node_is_found_changes_nothing_about_it(name: str, ogdkg: Run, tmp_path: Path) -> None:
    data, target, select = TARGETED[name]
    declared = '[ sh:declare [ sh:prefix "ex" ; sh:namespace "https://e.example/"^^xsd:anyURI ] ]'
    shape = f'ex:S a sh:NodeShape ; {target} ; sh:sparql [ sh:select "{select}" ; sh:prefixes {declared} ] .'
    (tmp_path / "data.ttl").write_text(EX + data)
    (tmp_path / "shapes.ttl").write_text(f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n{EX}{shape}")
    for more in ((), ("--whole",)):
        done = ogdkg("validate", "data.ttl", "--shapes", "shapes.ttl", *more, cwd=tmp_path)
        assert done.returncode == 1 and "1 violation" in done.stdout, done.stdout


PLACED = {
    "d.ttl": "@prefix e: <http://e.example/> .\ne:a a e:T ;\n  e:age 'ä', true .\n",
    "d.rdf": '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://e.example/">\n'
    '<T r:about="http://e.example/a"><age>ä</age>\n <age r:datatype="http://www.w3.org/2001/XMLSchema#boolean">'
    "true</age></T></r:RDF>",
    "d.jsonld": '{"@context": {"@vocab": "http://e.example/"},\n"@id": "http://e.example/a", "@type": "T",'
    ' "age": ["ä",\n true]}',
}


@pytest.mark.parametrize(
    ("name", "kind", "places"),
    [
        ("d.ttl", "plain", {("-", 2, 1), ("ä", 3, 9), ("true", 3, 14)}),
        ("d.rdf", "packed", {("-", 2, 1), ("ä", 2, 33), ("true", 3, 2)}),
        *(
            ("d.jsonld", kind, {("-", 2, 8), ("ä", 2, 52), ("true", 3, 2)})
            for kind in ("stdin", "packed", "marked")
        ),
    ],
)
def test_findings_have_places_in_every_format(
    ogdkg: Run, tmp_path: Path, name: str, kind: str, places: set[tuple[str, int, int]]
) -> None:
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e.example/> ."
        " e:S sh:targetClass e:T ; sh:property [ sh:path e:age ; sh:nodeKind sh:IRI ],"
        " [ sh:path e:name ; sh:minCount 1 ] ."
    )
    text = PLACED[name].encode()
    stored = {"packed": gzip.compress(text), "marked": b"\xef\xbb\xbf" + text}.get(kind, text)
    path = tmp_path / (name + ".gz" if kind == "packed" else name)
    path.write_bytes(stored)
    given = ["-", "--from", "jsonld"] if kind == "stdin" else [path.name]
    stdin = text.decode() if kind == "stdin" else None
    done = ogdkg("validate", *given, "--shapes", "s.ttl", "-f", "json", cwd=tmp_path, stdin=stdin)
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)["findings"]
    told = {(f.get("value", {}).get("value", "-"), f["line"], f["column"]) for f in found}
    assert told == places
