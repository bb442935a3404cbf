"""The other commands, as a person and a program use them."""

from __future__ import annotations

import gzip
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import TREES, Run, started

from ogdkg import __version__
from ogdkg.rdf import formats
from ogdkg.store.codec import ox_format

HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?q }"


def test_sparql_of_each_form(ogdkg: Run, tmp_path: Path) -> None:
    file = tmp_path / "q.rq"
    file.write_text("SELECT * { tree:oak ns:standsIn ?garden }")
    assert (
        ogdkg("sparql", "-i", file, "-f", "csv").stdout
        == "garden\r\nhttps://trees.example/id/garden/abbey\r\n"
    )
    assert ogdkg("sparql", "-i", "-", stdin=file.read_text()).stdout.endswith("\nAbbey Garden\n")
    assert ogdkg("sparql", "ASK { ?s ns:height 30.5 }").stdout == "true\n"
    assert "tree:oak ns:height 30.5 ." in ogdkg("sparql", "CONSTRUCT WHERE { ?s ns:height ?o }").stdout
    assert "<https://trees.example/ns#height>" in ogdkg("sparql", "DESCRIBE tree:oak", "-f", "nt").stdout


SPARQL_ERRORS = {
    ("sparql",): (2, "Give a query"),
    ("sparql", "ASK {}", "-i", "x"): (2, "Give a query"),
    ("sparql", "-i", "nowhere.rq"): (3, "nowhere.rq: The file cannot be read"),
    ("sparql", "SELECT * { ?s"): (3, "query:1:"),
    ("sparql", "ASK { zz:a ?p ?o }"): (3, "query:1:7: The prefix zz: is not declared."),
    ("sparql", "SELECT * { SERVICE <https://x/> { ?s ?p ?o } }"): (3, "may not use SERVICE"),
    ("sparql", "SELECT * FROM <https://x/> { ?s ?p ?o }"): (3, "may not use FROM"),
    ("sparql", HEAVY, "--timeout", "0.5"): (3, "longer than 0.5 seconds"),
    ("sparql", "DROP ALL"): (3, "does not parse"),
}


@pytest.mark.parametrize(("arguments", "expected"), SPARQL_ERRORS.items(), ids=lambda value: str(value[:2]))
def test_sparql_errors(ogdkg: Run, arguments: tuple[str, ...], expected: tuple[int, str]) -> None:
    done = ogdkg(*arguments)
    assert done.returncode == expected[0]
    assert expected[1] in done.stderr
    assert done.stderr.startswith("Error: ")


def _dataset(text: str, form: formats.Format) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(text, ox_format(form)))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def test_exports_are_the_same_graph_in_every_format_and_the_same_bytes(ogdkg: Run) -> None:
    quads = ox.Dataset(
        quad for path in sorted((TREES / "data").glob("*.trig")) for quad in ox.parse(path=path)
    )
    triples = {quad.triple for quad in quads}
    for form in formats.FOR_RDF:
        text = ogdkg("export", "--layer", "source", "-f", form.name).stdout
        assert ogdkg("export", "--layer", "source", "-f", form.name).stdout == text
        found = _dataset(text, form)
        if form.graphs:
            assert found == _dataset_of(quads)
        else:
            assert {quad.triple for quad in found} == triples


def _dataset_of(quads: ox.Dataset) -> ox.Dataset:
    quads.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return quads


def test_an_export_keeps_lexical_forms_and_leaves_out_what_the_project_says(ogdkg: Run) -> None:
    text = ogdkg("export").stdout
    assert "30.50" in text
    assert 'ns:code "007"^^xsd:integer' in text
    assert "graph:derived" not in text
    assert "graph:ontology" not in text
    assert "graph:derived {" in ogdkg("export", "--layer", "derived").stdout
    assert "a owl:Class" in ogdkg("export", "--layer", "ontology").stdout


@pytest.mark.parametrize("form", [form.name for form in formats.FOR_RDF])
def test_without_personal_nothing_of_a_person_is_left(ogdkg: Run, form: str) -> None:
    whole = ogdkg("export", "--layer", "all", "-f", form).stdout
    text = ogdkg("export", "--layer", "all", "--without-personal", "-f", form).stdout
    for word in ("Ada Gray", "ada@trees.example", "person/keeper", "keeps the list"):
        assert word in whole or (word == "person/keeper" and "person:keeper" in whole)
        assert word not in text
    assert "person:keeper" not in text


def test_an_export_to_a_file_is_whole_or_not_there(ogdkg: Run, tmp_path: Path) -> None:
    target = tmp_path / "graph.nq"
    assert ogdkg("export", "-o", target).returncode == 0
    before = target.read_bytes()
    assert b"<https://trees.example/id/passage/oak> .\n" in before
    broken = Path(shutil.copytree(TREES, tmp_path / "trees"))
    (broken / "data" / "trees.trig").write_text("<")
    assert ogdkg("export", "-o", target, cwd=broken).returncode == 3
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graph.nq", "trees"]


def test_stats_count_the_merged_graph(ogdkg: Run) -> None:
    stats = json.loads(ogdkg("stats", "-f", "json").stdout)
    count = ogdkg("sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "-f", "csv").stdout.split()[1]
    assert stats["triples"] == int(count)
    assert stats["passages"] == 4
    assert stats["layers"]["derived"] == 2
    assert stats["graphs"]["passage:again"] == 2
    assert stats["classes"]["ns:Tree"] == 3
    assert stats["properties"]["ns:standsIn"] == 3
    assert ogdkg("stats").stdout == ogdkg("stats").stdout
    assert "classes,ns:Tree,3\r\n" in ogdkg("stats", "-f", "csv").stdout


def test_the_questions_and_the_evidence(ogdkg: Run, tmp_path: Path) -> None:
    done = ogdkg("test")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "5 of 5 questions answered as expected")
    assert ogdkg("-q", "test").stdout == "5 of 5 questions answered as expected\n"
    assert ogdkg("test", "--source", "source.txt").stdout == (
        "4 of 4 passages agree with the source\n3 of 3 values stand in their passages\n"
    )
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    (copy / "data" / "trees.trig").write_text("")
    done = ogdkg("test", cwd=copy)
    assert done.returncode == 1
    assert "FAILED queries/questions/01-trees.yaml" in done.stdout
    assert "missing: Oak | Abbey Garden" in done.stdout
    passages = copy / "data" / "passages.trig"
    passages.write_text(passages.read_text().replace("The old oak", "The old ash"))
    assert ogdkg("test", "--source", "source.txt", cwd=copy).returncode == 1


def test_version_and_help(ogdkg: Run) -> None:
    assert ogdkg("--version").stdout == f"ogdkg {__version__}\n"
    for arguments in ((), ("query",), ("sparql",), ("export",), ("stats",), ("test",)):
        text = ogdkg(*arguments, "--help").stdout
        assert "For example:" in text
        assert ogdkg(*arguments, "-h").stdout == text


def test_a_traceback_only_when_asked(ogdkg: Run) -> None:
    assert "Traceback" not in ogdkg("query", "x", "-v").stderr
    assert "Traceback" in ogdkg("query", "x", "-vv").stderr
    assert "Traceback" in ogdkg("-v", "query", "x", "-v").stderr


def test_a_bug_is_70_and_says_so(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "from ogdkg.evidence import statistics\n"
        "def broken(*_): raise RuntimeError('broken')\nstatistics.first_counts = broken\n"
    )
    done = ogdkg("stats", PYTHONPATH=str(tmp_path))
    assert done.returncode == 70
    assert done.stderr.startswith("Error: This is a bug in ogdkg: RuntimeError: broken\n")


def test_a_broken_pipe_is_silent() -> None:
    with started(TREES, "sparql", "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "-f", "csv") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"a,b,c,d,e,f,g,h,i\r\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=20) == 0


def test_an_interrupt_is_130_and_stops_the_engine() -> None:
    with started(TREES, "sparql", HEAVY) as process:
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130  # within that also on a busy machine
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_a_table_costs_no_heavy_import() -> None:
    """A lean start: what a CSV of a stored query must not import."""
    program = (
        "import sys\nfrom ogdkg.cli.main import main\n"
        "main(['-C', sys.argv[1], 'query', 'trees', '-f', 'csv'])\n"
        "heavy = set('rdflib pyshacl requests yaml tempfile'.split())\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, TREES], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
    cheap = "import sys, ogdkg; print([name for name in sys.modules if name.startswith('ogdkg.')])"
    assert (
        subprocess.run([sys.executable, "-c", cheap], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


def test_a_name_that_tells_no_format_is_refused(ogdkg: Run, tmp_path: Path) -> None:
    done = ogdkg("export", "-o", tmp_path / "trees.docx")
    assert done.returncode == 2
    assert "is of no suitable format" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("command", "short", "name"),
    [
        ("validate a.ttl --shapes a.ttl", "ttl", "turtle"),
        ("validate a.ttl --shapes a.ttl", "JSON", "json"),
        ("diff a.ttl b.ttl", "md", "markdown"),
    ],
)
def test_a_report_takes_a_format_by_the_names_that_an_export_takes(
    ogdkg: Run, tmp_path: Path, command: str, short: str, name: str
) -> None:
    sh = "http://www.w3.org/ns/shacl#"
    shape = f"<urn:s> a <{sh}NodeShape> ; <{sh}targetNode> <urn:s> ; <{sh}nodeKind> <{sh}Literal> ."
    (tmp_path / "a.ttl").write_text(shape)
    (tmp_path / "b.ttl").write_text("")
    by_short, by_name = (ogdkg(*command.split(), "-f", form, cwd=tmp_path) for form in (short, name))
    assert by_short.returncode == by_name.returncode == 1, by_short.stderr
    assert by_short.stdout == by_name.stdout != ""


def test_a_packed_export_has_the_format_before_gz(ogdkg: Run, tmp_path: Path) -> None:
    packed = tmp_path / "trees.nt.gz"
    assert ogdkg("export", "-o", packed).returncode == 0
    with gzip.open(packed, "rt", encoding="utf-8") as text:
        assert text.read() == ogdkg("export", "-f", "nt").stdout


def test_no_command_is_help(ogdkg: Run) -> None:
    done = ogdkg()
    assert (done.returncode, done.stderr) == (0, "")
    assert "ogdkg query" in done.stdout


def test_a_file_that_does_not_parse_is_one_error_of_the_test(ogdkg: Run, tmp_path: Path) -> None:
    project = shutil.copytree(TREES, tmp_path / "trees")
    (project / "data" / "reference.ttl").write_text("<urn:a> <urn:b> ", encoding="utf-8")
    done = ogdkg("test", cwd=project)
    assert done.returncode == 3
    assert done.stderr.count("reference.ttl") == 1


def test_fmt_tells_line_ends_in_a_sentence(ogdkg: Run, tmp_path: Path) -> None:
    """A diff would show each line twice, and nobody sees why."""
    file = tmp_path / "a.ttl"
    file.write_bytes(b"\xef\xbb\xbfPREFIX ex: <urn:x:>\r\n\r\nex:a ex:b ex:c .\r\n")
    done = ogdkg("fmt", "--check", file)
    assert done.returncode == 1
    told = "begins with a byte order mark and has the line ends of Windows, which `ogdkg fmt` takes out."
    assert done.stdout == f"{file} {told}\n"
    file.write_bytes(b"PREFIX ex: <urn:x:>\r\n\r\nex:a   ex:b ex:c .\r\n")
    told, *diff = ogdkg("fmt", "--check", file).stdout.splitlines()
    assert told == f"{file} has the line ends of Windows, which `ogdkg fmt` takes out."
    assert [line for line in diff if line[:1] in "+-"][2:] == ["-ex:a   ex:b ex:c .", "+ex:a ex:b ex:c ."]
    assert ogdkg("fmt", file).returncode == 0
    assert file.read_bytes() == b"PREFIX ex: <urn:x:>\n\nex:a ex:b ex:c .\n"


def test_fmt_tells_nothing_of_marks_and_line_ends_in_literals(ogdkg: Run, tmp_path: Path) -> None:
    """They are part of the value, and `ogdkg fmt` leaves them."""
    file = tmp_path / "a.ttl"
    kept = 'PREFIX ex: <urn:x:>\n\nex:a ex:b """\ufeffone\'s\r\n# two""" .\n'
    file.write_bytes(kept.encode())
    assert ogdkg("fmt", "--check", file).stdout == ""
    file.write_bytes(kept.replace("ex:b", "  ex:b").encode())
    diff = ogdkg("fmt", "--check", file).stdout
    assert diff.startswith(f"--- {file}\n")
    assert [line[:12] for line in diff.splitlines() if line[:1] in "+-"][2:] == [
        "-ex:a   ex:b",
        '+ex:a ex:b "',
    ]
    file.write_bytes(kept.replace("\n\nex", "\r\n# don't\r\n\r\nex").encode())
    told = ogdkg("fmt", "--check", file).stdout
    assert told.splitlines()[0] == f"{file} has the line ends of Windows, which `ogdkg fmt` takes out."
    assert ogdkg("fmt", file).returncode == 0
    assert b"one's\r\n# two" in file.read_bytes()


def test_fmt_leaves_hidden_folders_alone_and_names_what_is_not_there(ogdkg: Run, tmp_path: Path) -> None:
    hidden = tmp_path / ".venv" / "theirs.ttl"
    hidden.parent.mkdir()
    hidden.write_text("<urn:a>   <urn:b> <urn:c>.", encoding="utf-8")
    assert ogdkg("fmt", "--check", tmp_path).returncode == 0
    gone = ogdkg("fmt", tmp_path / "gone")
    assert gone.returncode == 3
    assert "no such file" in gone.stderr


def test_a_forgotten_semicolon_is_named_as_such(ogdkg: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("<x:a> <x:p> 1\n  <x:q> 2 .\n", encoding="utf-8")
    (tmp_path / "ogdkg.toml").touch()
    (tmp_path / "data").mkdir()
    shutil.copy(broken, tmp_path / "data")
    calls = (
        ("fmt", broken),
        ("validate", broken, "--shapes", broken),
        ("sparql", "-C", tmp_path, "ASK {}"),
        ("stats", "-C", tmp_path),
    )
    for call in calls:
        done = ogdkg(*call)
        assert done.returncode == 3
        assert "broken.ttl:2:3: Here should stand a semicolon" in done.stderr


@pytest.mark.parametrize("command", ["import", "reanchor", "validate"])
def test_a_time_limit_is_told_without_a_fraction(ogdkg: Run, command: str) -> None:
    told = " ".join(ogdkg(command, "--help").stdout.split())
    assert "[default: 600" in told and ".0;" not in told and ".0]" not in told
