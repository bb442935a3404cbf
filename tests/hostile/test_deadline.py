"""Work that a stranger's files make long, in each command: it ends at the time limit, with one sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.projects import configuration

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promises are Linux's")

LIMIT = "2"  # seconds
SOON = 20.0  # seconds, on a machine that does much else; without the limit each takes a minute at least
LAYERS = configuration({"data": {"files": ["*.ttl"]}, "rules": {"rules": ["*.rq"], "graph": "urn:g"}})
# What each rule derives is found at once; what it is derived from takes as long as all ways, or all rows.
RULES = {
    "ways": "CONSTRUCT { ?s <urn:z> ?o } { ?s (<urn:p>/<urn:p>)* ?o }",
    "rows": (
        "CONSTRUCT { <urn:s1> <urn:z> <urn:b> } "
        "{ SELECT ?a { ?a <urn:p> ?b . ?c <urn:p> ?d . ?e <urn:p> ?f } LIMIT 1 }"
    ),
}


def dense(folder: Path, size: int = 30) -> None:
    """A graph in which everything is linked to everything."""
    lines = (f"<urn:s{one}> <urn:p> <urn:s{other}> .\n" for one in range(size) for other in range(size))
    (folder / "data.ttl").write_text("".join(lines))
    (folder / "ogdkg.toml").write_text(LAYERS)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_why_ends_whatever_a_rule_draws_on(rule: str, tmp_path: Path, ogdkg: Run) -> None:
    dense(tmp_path)
    (tmp_path / "draw.rq").write_text(rule)
    began = time.monotonic()
    done = ogdkg("why", "urn:s1", "--timeout", LIMIT, cwd=tmp_path)
    assert time.monotonic() - began < SOON
    assert done.returncode == 3, done.stderr
    assert "longer than 2 seconds" in done.stderr or "not enough memory" in done.stderr
    assert "stack backtrace" not in done.stderr


def test_names_end_however_many_ways_lead_to_them(tmp_path: Path, ogdkg: Run) -> None:
    """The command itself looks names up: all classes are narrower than all others, and properties too."""
    count = 300
    pairs = [(one, other) for one in range(count) for other in range(count)]
    classes = (f"<urn:c{one}> rdfs:subClassOf <urn:c{other}> .\n" for one, other in pairs)
    properties = (f"<urn:p{one}> rdfs:subPropertyOf <urn:p{other}> .\n" for one, other in pairs)
    things = (f"<urn:t{one}> a <urn:c{one}> ; <urn:p{one}> 'x{one}' .\n" for one in range(count))
    text = ("@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n", *classes, *properties, *things)
    (tmp_path / "data.ttl").write_text("".join((*text, "<urn:p1> rdfs:subPropertyOf rdfs:label .\n")))
    (tmp_path / "queries").mkdir()
    header = "#+ params:\n#+   x: {class: 'urn:c1'}\n"
    (tmp_path / "queries" / "look.rq").write_text(header + "SELECT ?p { ?_x_iri ?p ?o }")
    (tmp_path / "ogdkg.toml").write_text('[[layer]]\nname = "data"\nfiles = ["data.ttl"]\n')
    began = time.monotonic()
    done = ogdkg("query", "look", "--x", "none", "--no-cache", "--timeout", LIMIT, cwd=tmp_path)
    assert time.monotonic() - began < SOON
    assert done.returncode == 3, done.stderr
    assert "longer than the time limit" in done.stderr


CLOSURE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; sh:property [
  sh:path [ sh:zeroOrMorePath <urn:p> ] ; sh:maxCount 1 ;
  sh:node [ sh:property [ sh:path [ sh:zeroOrMorePath <urn:p> ] ; sh:maxCount 3 ] ]
] .
"""


def test_validate_ends_while_it_follows_paths(tmp_path: Path, ogdkg: Run) -> None:
    count = 1000
    lines = (
        f"<urn:s{n}> a <urn:T> ; <urn:p> <urn:s{n * 7 % count}>, <urn:s{(n * 13 + 1) % count}> .\n"
        for n in range(count)
    )
    (tmp_path / "d.ttl").write_text("".join(lines))
    (tmp_path / "s.ttl").write_text(CLOSURE)
    began = time.monotonic()
    done = ogdkg("validate", "d.ttl", "--shapes", "s.ttl", "--timeout", LIMIT, cwd=tmp_path)
    assert time.monotonic() - began < SOON
    assert done.returncode == 3, done.stderr
    assert "longer than 2 seconds" in done.stderr


def _slow_paths(folder: Path) -> None:
    """Two thousand results, each of a path with as many steps: the report writes them all out."""
    steps = " ".join(f"<urn:p{n}>" for n in range(2000))
    (folder / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; "
        f"sh:property [ sh:path [ sh:alternativePath ( {steps} ) ] ; sh:minCount 1 ] ."
    )
    (folder / "d.ttl").write_text("".join(f"<urn:s{n}> a <urn:T> .\n" for n in range(50_000)))


def _slow_places(folder: Path) -> None:
    """Blank nodes in files of quads, each of which may be any of the others."""
    (folder / "s.ttl").write_text(
        CLOSURE[: CLOSURE.index("<urn:S>")] + "<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; "
        "sh:property [ sh:path <urn:q> ; sh:minCount 1 ] ."
    )
    (folder / "d.trig").write_text("".join(f"_:b{n} a <urn:T> .\n" for n in range(200_000)))


@pytest.mark.parametrize(("write", "data"), [(_slow_paths, "d.ttl"), (_slow_places, "d.trig")])
def test_validate_ends_while_it_reports(
    write: Callable[[Path], None], data: str, tmp_path: Path, ogdkg: Run
) -> None:
    write(tmp_path)
    began = time.monotonic()
    done = ogdkg("validate", data, "--shapes", "s.ttl", "--no-meta", "--timeout", "5", cwd=tmp_path)
    assert time.monotonic() - began < SOON
    assert done.returncode == 3, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("Error: The validation took longer than 5 seconds and was stopped.\n")
    assert done.stderr.count("\n") == 2


@pytest.mark.parametrize("words", ["a … a … b", "a … a … a … b", "a … a"])
def test_passage_ends_whatever_the_document(words: str, tmp_path: Path, ogdkg: Run) -> None:
    (tmp_path / "doc.txt").write_text("a " * 3000 + "\n" + "a\n" * 60_000)
    (tmp_path / "ogdkg.toml").write_text('[project]\nsource = "doc.txt"\n')
    began = time.monotonic()
    done = ogdkg("passage", words, "--name", "x", cwd=tmp_path)
    assert time.monotonic() - began < SOON
    assert done.returncode in (2, 3), done.stderr
    assert len(done.stderr) < 1000


SLOW = "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) = CONCAT(STR(?f), STR(?i))) }"


@pytest.mark.parametrize("slow", ["values", "rule"])
def test_completion_ends_soon(slow: str, tmp_path: Path, ogdkg: Run) -> None:
    dense(tmp_path, 45)
    queries = tmp_path / "queries"
    queries.mkdir()
    (queries / "look.rq").write_text("#+ params:\n#+   x: {values: list}\nSELECT ?p { ?_x_iri ?p ?o }")
    (queries / "list.rq").write_text(SLOW if slow == "values" else "SELECT ?s { ?s ?p ?o }")
    if slow == "rule":
        (tmp_path / "draw.rq").write_text(SLOW.replace("SELECT ?a", "CONSTRUCT { ?a <urn:z> ?g }"))
    began = time.monotonic()
    asked = {"_OGDKG_COMPLETE": "bash_complete", "COMP_WORDS": "ogdkg query look --x f", "COMP_CWORD": "4"}
    variables = {**asked, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = ogdkg(cwd=tmp_path, **variables)
    assert time.monotonic() - began < SOON
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_many_large_headers_are_refused_together(tmp_path: Path, ogdkg: Run) -> None:
    (tmp_path / "queries").mkdir()
    (tmp_path / "ogdkg.toml").touch()
    for number in range(200):
        header = f"#+ tags: [{'a,' * 32_000}a]\n"
        (tmp_path / "queries" / f"q{number}.rq").write_text(header + "SELECT ?s { ?s ?p ?o }")
    began = time.monotonic()
    done = ogdkg("query", cwd=tmp_path)
    assert time.monotonic() - began < SOON
    assert done.returncode == 3, done.stderr
    assert "too large" in done.stderr


def test_a_large_question_is_refused(tmp_path: Path, ogdkg: Run) -> None:
    questions = tmp_path / "queries" / "questions"
    questions.mkdir(parents=True)
    (tmp_path / "ogdkg.toml").touch()
    (tmp_path / "queries" / "q.rq").write_text("SELECT ?s { ?s ?p ?o }")
    rows = ", ".join(["[1]"] * 160_000)
    (questions / "q.yaml").write_text(f"question: Which?\nquery: q\nrows: [{rows}]\n")
    done = ogdkg("test", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "too large: it may have 64 KiB" in done.stdout + done.stderr
    for number in range(20):
        (questions / f"r{number}.yaml").write_text("#" * 65_000)
    done = ogdkg("test", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "too large: together" in done.stderr


def test_the_time_that_the_system_allows_is_given_as_the_reason(tmp_path: Path, ogdkg: Run) -> None:
    dense(tmp_path, 45)
    (tmp_path / "slow.rq").write_text(SLOW)
    command = [sys.executable, "-m", "ogdkg", "sparql", "-i", "slow.rq"]
    limited = ["bash", "-c", 'ulimit -t 2; exec "$@"', "bash", *command]
    (tmp_path / "ogdkg.toml").write_text('[[layer]]\nname = "data"\nfiles = ["data.ttl"]\n')
    done = subprocess.run(limited, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 3, done.stderr
    assert "more time than the system allows" in done.stderr


def test_a_store_that_is_being_built_is_removed_at_a_signal(tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text('[[layer]]\nname = "data"\nfiles = ["data.ttl"]\n')
    lines = (f"<urn:s{n % 1000}> <urn:p{n % 7}> <urn:o{n}> .\n" for n in range(200_000))
    (tmp_path / "data.ttl").write_text("".join(lines))
    variables = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "ogdkg", "load"]
    pipe = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=tmp_path, env=variables, stdout=pipe, stderr=pipe) as process:
        end = time.monotonic() + SOON
        while not list(tmp_path.glob("cache/ogdkg/**/building-*")) and time.monotonic() < end:
            time.sleep(0.01)
        assert list(tmp_path.glob("cache/ogdkg/**/building-*"))
        process.terminate()
        assert process.wait(SOON) == -signal.SIGTERM
    assert not list(tmp_path.glob("cache/ogdkg/**/building-*"))
