"""A call to the process that stands by is what a new start of the command line is, to the byte."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import standby
from tests.conftest import ROOT, TREES, Run

FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?q }"
NAMING = str(ROOT / "ontology" / "shapes" / "naming.ttl")
FINDINGS = ("-f", "json", "--no-cache")  # the second run would tell that it remembers the first
CALLS: dict[str, tuple[str, ...]] = {
    "version": ("--version",),
    "help": ("--help",),
    "help of a command": ("export", "--help"),
    "nothing": (),
    "no such command": ("qurey",),
    "no such option": ("query", "--colour"),
    "a table": ("query", "trees"),
    "CSV, whose lines end in CR LF": ("query", "trees", "-f", "csv"),
    "another engine": ("sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "--engine", "rdflib"),
    "a query from stdin": ("sparql", "-i", "-"),
    "no input": ("convert", "-", "--from", "ttl", "-f", "nt"),
    "a query that does not parse": ("sparql", "SELECT"),
    "a query that takes too long": ("sparql", FOREVER, "--timeout", "2"),
    "words": ("search", "oak"),
    "a thing": ("show", "Oak"),
    "a thing, as JSON": ("show", "Oak", "-f", "json"),
    "no such thing": ("show", "Aok"),
    "why": ("why", "Oak", "ns:standsIn", "--source", "source.txt"),
    "citations": ("cite", "Oak"),
    "counts": ("stats",),
    "questions": ("test", "--no-cache"),
    "findings": ("validate", "data/reference.ttl", "--shapes", "ontology/ns.ttl", *FINDINGS),
    "findings of pyshacl": (
        "validate",
        "data/trees.trig",
        "--shapes",
        NAMING,
        "--whole",
        "-f",
        "json",
        "--no-cache",
    ),
    "RDF": ("export", "-f", "nquads"),
    "a form that is not canonical": ("fmt", "--check", "../fmt"),
    "a change": ("diff", "data/reference.ttl", "data/trees.trig"),
    "a folder that is not there": ("-C", "nowhere", "stats"),
    "a file that is not there": ("convert", "nowhere.ttl", "-f", "nt"),
    "no endpoint": ("ping", "http://127.0.0.1:9/sparql"),
    "no output": ("export", "-o", "/dev/full"),
    "a traceback": ("-vv", "query", "x"),
}


@pytest.mark.parametrize("call", CALLS)
def test_both_ways_are_one(call: str, ogdkg: Run, ogdkg_process: Run) -> None:
    stdin = "ASK { ?s ?p ?o }" if "stdin" in call else None
    forked, started = (run(*CALLS[call], stdin=stdin) for run in (ogdkg, ogdkg_process))
    assert forked.args[0] != started.args[0]
    assert forked.returncode == started.returncode
    assert forked.stdout == started.stdout
    assert forked.stderr == started.stderr


def test_a_call_has_its_own_folder_environment_and_input(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("<x:a> <x:b> <x:c> .\n")
    assert ogdkg("convert", "a.nt", "b.ttl", cwd=tmp_path).returncode == 0
    assert (tmp_path / "b.ttl").read_text() == "<x:a> <x:b> <x:c> .\n"
    elsewhere = ogdkg("stats", cwd=tmp_path, OGDKG_PROJECT=str(tmp_path / "none"))
    assert (elsewhere.returncode, "none" in elsewhere.stderr) == (2, True)
    assert ogdkg("query", "trees", cwd=tmp_path, OGDKG_PROJECT=str(TREES)).returncode == 0
    large = "".join(f"<x:{n}> <x:b> <x:c> .\n" for n in range(50_000))  # more than a pipe holds, both ways
    done = ogdkg("convert", "-", "--from", "nt", "-f", "nt", cwd=tmp_path, stdin=large)
    assert sorted(done.stdout.splitlines()) == sorted(large.splitlines())


def test_calls_may_come_at_once(ogdkg: Run) -> None:
    def names(number: int) -> int:
        return len(ogdkg("query", "trees", "--limit", str(number), "-f", "csv").stdout.splitlines())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(names, [1, 2, 3] * 2)) == [2, 3, 4] * 2


def test_what_a_start_settles_starts_anew(ogdkg: Run) -> None:
    assert ogdkg("--version", PYTHONHASHSEED="1").args[0] == sys.executable


@pytest.mark.skipif(not standby.CAN_FORK, reason="there is no fork here")
def test_a_call_that_does_not_end_is_ended() -> None:
    process = standby.Standby()
    with contextlib.closing(process), pytest.raises(subprocess.TimeoutExpired):
        process.run(["sparql", FOREVER], TREES, os.environ, timeout=1.0)


@pytest.mark.parametrize("anew", [True, False])
def test_both_streams_in_one_keep_their_order(anew: bool) -> None:
    call = ["-v", "sparql", "ASK { ?s ?p ?o }"]
    done = standby.run(call, TREES, os.environ | {"PYTHONUTF8": "1"}, anew=anew, merged=True)
    graph, answer = done.stdout.decode().splitlines()
    assert (graph[:6], answer, done.stderr or b"") == ("Graph:", "true", b"")
